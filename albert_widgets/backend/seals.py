"""Whether a checkpoint's files are still the same: a seal, which is cheap, and a digest of all that is in them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .checkpoint import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_READ = (
    *("config.json", "*.safetensors", "*.model"),
    *("tokenizer*.json", "special_tokens_map.json", "added_tokens.json", "vocab*", "merges.txt"),
)


def answering(checkpoint: Path) -> list[Path]:
    """Return the files that a model's answers depend on; reports and cards beside them may change."""
    return sorted(file for pattern in _READ for file in checkpoint.glob(pattern))


def seal(files: Iterable[Path], *beside: object) -> str:
    """Return what changes when one of the files does (its name, size, time of change or inode), or ``beside`` does.

    Nothing is read. It is empty where one of the files is gone.
    """
    try:
        stats = [(str(file), file.stat()) for file in files]
    except OSError:
        return ""
    return _short((*beside, *((name, one.st_size, one.st_mtime_ns, one.st_ino) for name, one in stats)))


def digest(files: Iterable[Path], *beside: object) -> str:
    """Return what is the same for files of the same names with the same bytes, wherever they lie. Raises OSError."""
    return _short((*beside, *((file.name, sha256(file)) for file in files)))


def _short(told: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
