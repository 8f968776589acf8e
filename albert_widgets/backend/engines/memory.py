"""How memory goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import sys

LARGE = 16_000_000
"""Arrays of so many bytes go back to the system as soon as they are freed."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of the two settings in glibc's malloc.h."""


def give_back_large_arrays() -> None:
    """Let glibc give large arrays back to the system from now on, and keep smaller ones for the next forward pass.

    By itself it raises its limit to the size of what was freed, up to 32 MB, and the arrays of a long text leave
    holes of half a gigabyte. Nothing happens with another C library.
    """
    _call("mallopt", _MMAP_THRESHOLD, LARGE)
    _call("mallopt", _TRIM_THRESHOLD, 4 * LARGE)


def give_back_what_is_free() -> None:
    """Give the memory of all that was freed back to the system, for when no forward pass will need it soon."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), name)(*numbers)
