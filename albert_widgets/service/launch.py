"""Finding the shared backend, and starting it exactly once when nobody has done so yet.

The habit is Jupyter's own: a connection file in the runtime folder (see :mod:`.connection`), asked before it is
believed. Needs the core installation only, so every kernel and the Jupyter server can do it.
"""

from __future__ import annotations

import os
import signal
import site
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout

from albert_widgets import folders
from albert_widgets.errors import BackendUnavailable, MissingExtra

from .connection import (
    Connection,
    is_serving,
    prepare_folder,
    read_connection,
    remove_connection,
    starting_lock,
    unusable,
)
from .finding import has_backend_extra, look, named_backend, running_backend
from .log import last_lines, log_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Connection",
    "ensure_backend",
    "has_backend_extra",
    "log_of",
    "look",
    "named_backend",
    "read_connection",
    "running_backend",
    "start_backend",
    "stop_backend",
]

GREET_SECONDS = 2.0
PAUSE_SECONDS = 0.05
LOG_LINES = 8
LOG_BYTES = 1_000_000
"""A log that is longer is set aside before a new server writes to it."""


def ensure_backend(*, timeout: float = 60.0) -> Connection:
    """Return the shared backend, started if need be.

    Looked for in this order: ``ALBERT_WIDGETS_URL`` with ``ALBERT_WIDGETS_TOKEN``, taken as it is; the connection
    file; without the ``backend`` extra here, ``ALBERT_WIDGETS_DOOR_URL`` with ``ALBERT_WIDGETS_DOOR_TOKEN``, which a
    Jupyter server gives its kernels; and otherwise a new server on this machine.

    Parameters
    ----------
    timeout
        Seconds until a started backend must have answered.

    Raises
    ------
    MissingExtra
        None runs, and the ``backend`` extra is not installed here.
    BackendUnavailable
        It ended while it started, or it does not answer.
    VersionMismatch
        Another version is running.
    NoRoom
        The connection file cannot be written.
    """
    if named := named_backend():
        return named
    path = folders.connection_file()
    if running := running_backend(path):
        return running
    if not has_backend_extra() and (door := named_backend("ALBERT_WIDGETS_DOOR")):
        return door
    return start_backend(timeout=timeout)


def start_backend(
    *, timeout: float = 60.0, arguments: Sequence[str] = (), connection_file: Path | None = None
) -> Connection:
    """Return the backend of this machine, started with ``arguments`` if none is running.

    Parameters
    ----------
    arguments
        For ``albert-widgets serve``.
    connection_file
        Another place than Jupyter's runtime folder.

    Raises
    ------
    MissingExtra, BackendUnavailable, VersionMismatch, NoRoom
        As :func:`ensure_backend`.
    """
    path = connection_file or folders.connection_file()
    if running := running_backend(path):
        return running
    if not has_backend_extra():
        raise MissingExtra.of("backend", "Starting a backend")
    prepare_folder(path)
    deadline = time.monotonic() + timeout
    try:
        with starting_lock(path).acquire(timeout=timeout, poll_interval=PAUSE_SECONDS):
            # While we waited for the lock, another program may have done it.
            return running_backend(path) or _start(path, arguments, deadline, timeout)
    except Timeout as error:
        raise BackendUnavailable(
            f"Another program has been starting the backend for {timeout:.0f} s.", f"Its log: {log_of(path)}"
        ) from error
    except OSError as error:
        raise unusable(path.parent, error) from error


def stop_backend(*, timeout: float = 40.0, connection_file: Path | None = None) -> Connection | None:
    """End the backend of this machine, and return what it was; None when there was none.

    A stale connection file is removed. A server that does not end itself in half of ``timeout`` seconds is killed.

    Raises
    ------
    BackendUnavailable
        It is another user's or another machine's, or it did not end.
    """
    path = connection_file or folders.connection_file()
    deadline = time.monotonic() + timeout
    stale = read_connection(path)
    while is_serving(path):
        connection = read_connection(path)
        if connection is not None and _is_there(connection):
            _end(path, connection, deadline, timeout)
            remove_connection(path, connection.token)
            return connection
        # It is starting or ending; or it is on another machine that shares our folders.
        if time.monotonic() > deadline:
            raise BackendUnavailable(
                f"A backend that keeps its files in {path.parent} runs{on_host(connection)}, but cannot be reached.",
                "End its process where it runs, or set JUPYTER_RUNTIME_DIR to another folder.",
            )
        time.sleep(PAUSE_SECONDS)
    if stale is not None:
        remove_connection(path, stale.token)
    return None


def _start(path: Path, arguments: Sequence[str], deadline: float, timeout: float) -> Connection:
    log = log_of(path)
    place = () if path == folders.connection_file() else ("--connection-file", str(path))
    command = [sys.executable, "-m", "albert_widgets", "serve", *place, *arguments]
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as output:
        written = output.tell()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # No folder is kept busy, and an interrupt of the kernel's process group does not get there.
                cwd=_quiet_folder(path),
                start_new_session=True,
                env=_environment(),
            )
        except OSError as error:
            raise BackendUnavailable(
                f"No process could be started for the backend: {error.strerror}.", "albert-widgets serve"
            ) from error
    # Whenever it ends, its parent must take note, or it stays in the process table.
    threading.Thread(target=process.wait, name="albert-widgets-backend", daemon=True).start()
    while time.monotonic() < deadline:
        has_ended = process.poll() is not None
        if running := running_backend(path):
            return running
        # Somebody may have typed "albert-widgets serve" at the same moment; then that server is waited for.
        if has_ended and not is_serving(path):
            said = _said(log, written)
            raise BackendUnavailable(
                f"The backend ended while it started (exit code {process.returncode}).\n{said}".rstrip(),
                f"To see what is wrong, type: albert-widgets doctor. The whole log: {log}",
                exit_code=process.returncode,
                log=said,
            )
        time.sleep(PAUSE_SECONDS)
    raise BackendUnavailable(
        f"The backend was started, but did not answer within {timeout:.0f} s.\n{_said(log, written)}".rstrip(),
        f"Try again in a moment. The whole log: {log}",
    )


def _quiet_folder(path: Path) -> Path:
    """Return the home folder; where a container's user has none, the one of the connection file."""
    try:
        home = Path.home()
    except RuntimeError:
        return path.parent
    return home if home.is_dir() and os.access(home, os.X_OK) else path.parent


def _environment() -> dict[str, str]:
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    # The very package that runs here, also from a checkout that is not installed.
    root = str(Path(__file__).resolve().parents[2])
    if root not in {*site.getsitepackages(), site.getusersitepackages()}:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return environment


def _said(log: Path, start: int) -> str:
    return "\n".join(last_lines(log, LOG_LINES, start=start))


def on_host(connection: Connection | None) -> str:
    """Return where a backend runs as the end of a sentence; empty when that is here."""
    host = connection.host if connection else ""
    return f" on {host}" if host and host != socket.gethostname() else ""


def _is_there(connection: Connection) -> bool:
    try:
        return look(connection, seconds=GREET_SECONDS) is not None
    except BackendUnavailable:
        # Silent, but it took the connection: stuck, and to be ended.
        return True


def _end(path: Path, connection: Connection, deadline: float, timeout: float) -> None:
    """Ask the process that holds the serving lock to end, and see that it does.

    The lock alone would not tell: the next server may take it at once.
    """
    kill_at = deadline - timeout / 2
    has_killed = False
    _signal(connection, signal.SIGTERM)
    while connection.has_process and is_serving(path) and read_connection(path) in {connection, None}:
        if time.monotonic() > deadline:
            raise BackendUnavailable(f"The backend (process {connection.pid}) does not end.", f"kill {connection.pid}")
        if not has_killed and time.monotonic() > kill_at:
            has_killed = True
            # Windows has no SIGKILL; its SIGTERM is one.
            _signal(connection, getattr(signal, "SIGKILL", signal.SIGTERM))
        time.sleep(PAUSE_SECONDS)


def _signal(connection: Connection, number: signal.Signals) -> None:
    try:
        os.kill(connection.pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise BackendUnavailable(
            f"The backend at {connection.url} (process {connection.pid}) is another user's.",
            "Ask its owner to stop it.",
        ) from error
