"""The connection file: where the running backend is, for all programs of this user; and the locks beside it.

A server holds the *serving* lock as long as it lives, whatever happens to it. So when that lock is free, the
file is stale, even if another program has its port or its process id by now. Whoever wants to start a server
holds the *starting* lock meanwhile, so that a class that opens its notebooks at once starts one.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from albert_widgets import folders
from albert_widgets.errors import AlbertError, NoRoom

from .address import Address

TRIAL_BYTES = 4096
"""Written to see whether a folder has room; more than a connection file takes."""


@dataclass(frozen=True)
class Connection:
    """Where a backend is and how to get in.

    Attributes
    ----------
    url
        ``"http://127.0.0.1:40123"``, without a slash at its end.
    token
        What it asks for. Never log it.
    pid
        Its process id; 0 when it was not started on this machine.
    version
        Of albert-widgets; ``""`` when unknown (an address given by the environment).
    started
        Seconds since the epoch; 0.0 when unknown.
    host
        Name of the machine it runs on; ``""`` when unknown.
    """

    url: str
    token: str = field(repr=False)
    pid: int = 0
    version: str = ""
    started: float = 0.0
    host: str = ""

    @property
    def has_process(self) -> bool:
        """Whether a process of this user has that id; says nothing yet about what it does."""
        if os.name != "posix":
            # There, os.kill is no way to ask.
            return True
        try:
            os.kill(self.pid, 0)
        except OSError:
            return False
        return True


def read_connection(path: Path | None = None) -> Connection | None:
    """Return what the connection file says; None when there is none that can be understood.

    The backend may have died since; :func:`.finding.look` asks it.
    """
    try:
        data = json.loads((path or folders.connection_file()).read_bytes())
        address = Address.checked(data["url"], data["token"])
        connection = Connection(
            url=address.url,
            token=address.token,
            pid=_as(int, data["pid"]),
            version=_as(str, data["version"]),
            started=float(data.get("started", 0.0)),
            host=_as(str, data.get("host", "")),
        )
    except (AlbertError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return connection if connection.pid > 0 else None


def write_connection(path: Path, connection: Connection) -> None:
    """Put the file in place at once, readable by its owner only. Raises NoRoom."""
    partial = None
    try:
        # mkstemp makes files of mode 0600, and a name in the same folder can be renamed atomically.
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".partial")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(connection), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    except OSError as error:
        if partial:
            Path(partial).unlink(missing_ok=True)
        raise unusable(path.parent, error) from error


def remove_connection(path: Path, token: str) -> None:
    """Remove the file unless it is another server's by now."""
    connection = read_connection(path)
    if connection is not None and connection.token == token:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def prepare_folder(path: Path) -> None:
    """Make the connection file's folder, and make sure that something can be written there. Raises NoRoom."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent) as trial:
            trial.write(bytes(TRIAL_BYTES))
            trial.flush()
    except OSError as error:
        raise unusable(path.parent, error) from error


def unusable(folder: Path, error: OSError) -> NoRoom:
    """Return the error for a runtime folder that cannot be used."""
    return NoRoom(
        f"The backend's connection file cannot be kept in {folder}: {error.strerror or error}.",
        "Free some space there, or set JUPYTER_RUNTIME_DIR to a folder on this machine that you can write to.",
        folder=str(folder),
    )


def serving_lock(path: Path) -> FileLock:
    """Return the lock that a server holds as long as it lives."""
    # Not bound to a thread: the server takes it in one and may hold it from another.
    return FileLock(path.with_suffix(".serving.lock"), thread_local=False)


def starting_lock(path: Path) -> FileLock:
    """Return the lock that is held while a server is started."""
    return FileLock(path.with_suffix(".starting.lock"))


def is_serving(path: Path) -> bool:
    """Whether a server lives, be it starting, ending or stuck."""
    lock = serving_lock(path)
    if not Path(lock.lock_file).exists():
        return False
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError as error:
        raise unusable(path.parent, error) from error


def _as(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(kind)
    return value
