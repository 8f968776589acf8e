"""Files and folders that are there whole or not at all, and a disk without room: how to know it, and what to say."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
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


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end of the block it becomes ``folder``, in the place of an older one.

    What is half done when the block is left by an error does not stay, and the older folder does.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        put(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def put(made: Path, folder: Path) -> None:
    """Rename what is made to ``folder``; what was there gives way, and lies beside ``made`` for that moment."""
    # A folder cannot be renamed over one that is not empty.
    old = made.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    if hasattr(os, "O_DIRECTORY"):
        # The rename itself must outlive a power cut, too.
        handle = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(handle)
        os.close(handle)


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
