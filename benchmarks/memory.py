"""The memory of a process as Linux counts it, with the peak, so that nothing is missed between two looks."""

from __future__ import annotations

from pathlib import Path


def forget_peak(pid: int | str = "self") -> None:
    """Let the peak begin anew at what the process has now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak(pid: int | str = "self") -> int:
    """Return the most bytes since then."""
    return _read(pid, "VmHWM")


def now(pid: int | str = "self") -> int:
    """Return the bytes that the process has in memory."""
    return _read(pid, "VmRSS")


def _read(pid: int | str, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(name))
