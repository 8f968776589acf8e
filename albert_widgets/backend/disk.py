"""Files that are there whole or not at all, and a disk without room: how to know it, and what to say."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from albert_widgets.errors import NoRoom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give a path to write to; at the end of the block it becomes ``file``, which is never there by halves."""
    partial = file.with_suffix(".partial")
    yield partial
    partial.replace(file)


def is_full(error: BaseException) -> bool:
    """Say whether the operating system had no room for what was written."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def room(folder: Path) -> Iterator[None]:
    """Write to ``folder``. Raises NoRoom where the disk is full; the job can be resumed."""
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise NoRoom(
            f"The disk is full: {folder} cannot be written.", "Free some space, then resume the job."
        ) from error
