"""What processor this is, as far as it matters for how numbers are multiplied; nothing here imports torch."""

from __future__ import annotations

import functools
import platform
from pathlib import Path

_EXACT_INT8 = frozenset({"avx_vnni", "avx512_vnni", "amx_int8"})
"""Instructions of x86 that add products of bytes in 32 bits; older ones add two of them in 16, and cut what is more."""


@functools.cache
def described() -> str:
    """Return the name of the processor, and what it can do: in a virtual machine the name alone says little."""
    lines = {line.partition(":")[0].strip(): line for line in _lines()}
    known = [lines[name] for name in ("model name", "flags", "Features") if name in lines]
    return "\n".join(known) or platform.processor() or platform.machine()


@functools.cache
def adds_bytes_exactly() -> bool:
    """Say whether sums of products of int8 cannot overflow on this processor; False where nobody knows."""
    if platform.machine().lower() not in {"x86_64", "amd64", "i386", "i686"}:
        return True
    return not _EXACT_INT8.isdisjoint(described().split())


def _lines() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
