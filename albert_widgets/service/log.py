"""The log of a backend in the background: where it is, and what it says last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets import folders

if TYPE_CHECKING:
    from pathlib import Path

TAIL_BYTES = 64_000


def log_of(path: Path) -> Path:
    """Return the log of a server in the background, which lies beside its connection file ``path``."""
    return folders.log_file() if path == folders.connection_file() else path.with_suffix(".log")


def last_lines(log: Path, count: int, *, start: int = 0) -> list[str]:
    """Return the last ``count`` lines of a log, none of them from before byte ``start``; none where there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(start, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").rstrip().splitlines()
    except OSError:
        return []
    return lines[-count:]
