"""The place of a server: there is one for each connection file, whoever starts a second."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from filelock import Timeout

from albert_widgets.errors import BackendUnavailable, Conflict

from .connection import read_connection, serving_lock, unusable
from .finding import look
from .launch import on_host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import BaseFileLock

PLACE_SECONDS = 15.0
"""How long we wait for a server that is just starting or ending."""
GREET_SECONDS = 2.0
PAUSE_SECONDS = 0.1


@contextlib.contextmanager
def place_of(path: Path) -> Iterator[BaseFileLock]:
    """Be the one server of a connection file while the block runs.

    Raises
    ------
    Conflict
        Another one runs.
    NoRoom
        Its folder cannot be used.
    """
    lock = serving_lock(path)
    deadline = time.monotonic() + PLACE_SECONDS
    while not _acquired(lock, path):
        _refuse_second(path)
        # It is just starting or ending, or stuck, or on another machine.
        if time.monotonic() > deadline:
            raise Conflict(
                f"A backend that keeps its files in {path.parent} runs{on_host(read_connection(path))}, "
                "but cannot be reached.",
                "Type, where it runs: albert-widgets serve --replace. Or set JUPYTER_RUNTIME_DIR to another folder.",
            )
        time.sleep(PAUSE_SECONDS)
    try:
        # The lock is ours, so the file is stale; unless somebody deleted the lock's file under a server.
        _refuse_second(path)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(path.parent, error) from error
        yield lock
    except BaseException:
        lock.release()
        raise
    # After a good end the lock is let go by the end of the process, so that who waits for the one waits for both.


def _acquired(lock: BaseFileLock, path: Path) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise unusable(path.parent, error) from error
    return True


def _refuse_second(path: Path) -> None:
    connection = read_connection(path)
    if connection is None or not connection.has_process:
        return
    with contextlib.suppress(BackendUnavailable):
        if said := look(connection, seconds=GREET_SECONDS):
            raise Conflict(
                f"albert-widgets {said['version']} listens at {connection.url} already (process {connection.pid}).",
                "Use that one; or type: albert-widgets serve --replace",
            )
