"""The two files of a job: its state, replaced in one step, and its history, to which whole lines are added."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any

from albert_widgets.job import JobInfo

if TYPE_CHECKING:
    from pathlib import Path


def read_state(folder: Path) -> tuple[JobInfo, dict[str, Any]] | None:
    """Return a job's state and the process that it belongs to, or None if the folder holds no whole one."""
    try:
        data = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        owner = data.pop("owner")
        return JobInfo(**data), owner
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # A folder whose first write was cut off, or something that is not ours.
        return None


def write_state(folder: Path, info: JobInfo, owner: dict[str, Any]) -> None:
    """Replace a job's state in one step. Raises OSError."""
    unfinished = folder / "job.json.partial"
    unfinished.write_text(json.dumps({**dataclasses.asdict(info), "owner": owner}), encoding="utf-8")
    unfinished.replace(folder / "job.json")


def add_lines(file: Path, lines: str, *, is_lasting: bool) -> None:
    """Append whole lines, or nothing at all. Raises OSError."""
    # Unbuffered: what a full disk did not take must not be written later by a buffer.
    with file.open("ab", buffering=0) as opened:
        end, left = opened.tell(), lines.encode()
        try:
            while left:
                left = left[opened.write(left) :]
            if is_lasting:
                os.fsync(opened.fileno())
        except OSError:
            opened.truncate(end)
            raise


def read_lines(file: Path, at: int) -> tuple[list[dict[str, Any]], int]:
    """Return the whole lines of ``file`` from byte ``at`` on, and where the next begins."""
    try:
        with file.open("rb") as opened:
            opened.seek(at)
            content = opened.read()
    except OSError:
        return [], at
    whole = content[: content.rfind(b"\n") + 1]
    found = []
    for line in whole.splitlines():
        with contextlib.suppress(ValueError):  # a line that a full disk cut off
            found.append(json.loads(line))
    return found, at + len(whole)
