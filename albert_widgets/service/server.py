"""The serving process: one socket, one backend, one connection file; nothing is left behind when it ends.

In this order: who may come in, and with which certificate; the place (there is one server for a connection file), the
sockets, the application, and when it listens, the connection file. torch is not imported here but when a model is first
used, so the first answer comes soon.

With a certificate there are two sockets: one that speaks TLS, at the address that was asked for, and a plain one on
loopback, which the connection file names. So programs of this machine need no certificate that is made for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import secrets
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from filelock import Timeout

from albert_widgets._version import __version__
from albert_widgets.backend import Backend
from albert_widgets.errors import BackendUnavailable, InputInvalid, NoRoom

from .activity import Activity
from .app import create_app
from .certificate import Certificate
from .connection import (
    Connection,
    prepare_folder,
    read_connection,
    remove_connection,
    serving_lock,
    write_connection,
)
from .failures import failure_response
from .listening import BACKLOG, checked_users, listening_socket
from .place import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .listening import ServeOptions
    from .users import Users

GRACE_SECONDS = 3
"""How long running requests may take after the server was told to end."""
CLOSE_SECONDS = 10.0
WATCH_SECONDS = 5.0
LOST_SECONDS = 60.0
"""Idle time of a server whose connection file is another's by now: no new client can find it."""
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


def serve(options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve until a signal or idleness ends it.

    Parameters
    ----------
    say
        Told what the one who started it should know.

    Raises
    ------
    Conflict
        A backend is running already, or the port is taken.
    InputInvalid
        The host, the token file, the certificate or the idle time cannot be used.
    NoRoom
        The connection file cannot be written.
    """
    if not (math.isfinite(options.idle_minutes) and options.idle_minutes >= 0):
        raise InputInvalid(f"{options.idle_minutes} is no idle time.", "--idle-minutes 30, or 0 for never")
    # Of this machine's programs, who find it in the connection file; it changes with every server.
    token = secrets.token_urlsafe(32)
    certificate = Certificate(options.certfile, options.keyfile) if options.certfile else None
    users = checked_users(options, token, say)
    # Errors and warnings only: requests are not logged, for their texts are the user's own.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    prepare_folder(options.connection_file)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(place_of(options.connection_file))
        listening = stack.enter_context(listening_socket(options.host, options.port))
        secure = None
        if certificate is not None:
            secure = _Secure(listening, certificate)
            listening = stack.enter_context(listening_socket("127.0.0.1", 0))
        backend = Backend(memory_budget=options.memory_budget)
        try:
            server = _Server(options, backend, token=token, users=users, secure=secure, place=place, say=say)
            server.run(sockets=[listening])
        finally:
            remove_connection(options.connection_file, token)
            _close(backend)
    _leave_if_stuck()


@dataclass(frozen=True)
class _Secure:
    """The socket that speaks TLS, and what it shows."""

    listening: socket.socket
    certificate: Certificate


class _Server(uvicorn.Server):
    def __init__(
        self,
        options: ServeOptions,
        backend: Backend,
        *,
        token: str,
        users: Users,
        secure: _Secure | None,
        place: BaseFileLock,
        say: Callable[[str], None],
    ) -> None:
        self._options = options
        self._token = token
        self._secure = secure
        self._backend = backend
        self._place = place
        self._say = say
        self._activity = Activity()
        self._watching: asyncio.Task[None] | None = None
        app = create_app(
            backend,
            token=users,
            allowed_hosts=options.allowed_hosts,
            limits=options.limits,
            activity=self._activity,
        )
        super().__init__(
            uvicorn.Config(
                _with_farewell(app),
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                ws="none",
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        url = _url("http", (sockets or [])[0])
        places = url
        if self._secure is not None:
            await self._listen_secure(self._secure)
            places = f"{_url('https', self._secure.listening)}, for programs of this machine at {url}"
        self._connection = Connection(url, self._token, os.getpid(), __version__, time.time(), socket.gethostname())
        write_connection(self._options.connection_file, self._connection)
        idle = self._options.idle_minutes
        end = f"ends itself after {idle:g} idle minutes" if idle else "never ends itself"
        self._say(f"albert-widgets {__version__} listens at {places} (process {os.getpid()}) and {end}.")
        self._watching = asyncio.create_task(self._watch())

    async def _listen_secure(self, secure: _Secure) -> None:
        """Serve a second socket, with TLS; uvicorn's own configuration is for all sockets or none."""

        def protocol() -> asyncio.Protocol:
            return self.config.http_protocol_class(  # type: ignore[call-arg]
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        loop = asyncio.get_running_loop()
        self.servers.append(
            await loop.create_server(protocol, sock=secure.listening, ssl=secure.certificate.context, backlog=BACKLOG)
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First of all, so that nobody comes to a closed door.
        remove_connection(self._options.connection_file, self._token)
        if self._watching:
            self._watching.cancel()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again in the end, and the process would die before it has tidied up.
        # What nohup or a shell's "&" told us to ignore stays ignored.
        heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self.handle_exit) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def _watch(self) -> None:
        """End the server when it is idle, and keep what makes it found."""
        limit = self._options.idle_minutes * 60 or math.inf
        while not self.should_exit:
            await asyncio.sleep(min(WATCH_SECONDS, limit / 4))
            is_findable = await asyncio.to_thread(self._keep_findable)
            if self._secure is not None:
                await asyncio.to_thread(self._secure.certificate.renew, self._say)
            allowed = limit if is_findable or limit == math.inf else min(limit, LOST_SECONDS)
            if self._activity.idle_seconds() > allowed and not await asyncio.to_thread(self._has_jobs):
                # A request may have come while the jobs were asked.
                self.should_exit = self._activity.idle_seconds() > allowed

    def _keep_findable(self) -> bool:
        path = self._options.connection_file
        found = read_connection(path)
        if found is not None:
            return found.token == self._token
        # Somebody tidied up the runtime folder, or wrote nonsense to the file.
        try:
            if not Path(self._place.lock_file).exists():
                self._place = serving_lock(path)
                self._place.acquire(timeout=0)
            write_connection(path, self._connection)
        except (NoRoom, OSError, Timeout):
            return False
        return True

    def _has_jobs(self) -> bool:
        try:
            return any(info.state in {"queued", "running"} for info in self._backend.jobs())
        except Exception as error:  # noqa: BLE001
            # Where jobs cannot even be listed, none runs; and a server that never ends would help nobody.
            logging.getLogger(__name__).warning("The jobs cannot be listed: %s", error)
            return False


def _url(scheme: str, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 – compared, not bound to
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def _with_farewell(app: ASGIApp) -> ASGIApp:
    """Answer calls that are given up at the end, for which uvicorn would have no words that a client understands."""

    async def saying(scope: Scope, receive: Receive, send: Send) -> None:
        is_answered = False

        async def tell(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await app(scope, receive, tell)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            if not is_answered:
                stopped = BackendUnavailable(
                    "The backend was stopped while it worked on this call.", "Call it again: a new backend is started."
                )
                await failure_response(stopped)(scope, receive, send)

    return saying


def _close(backend: Backend) -> None:
    closing = threading.Thread(target=backend.close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)


def _leave_if_stuck() -> None:
    """End the process although a thread still works on a call: nobody is there any more to hear the answer."""
    deadline = time.monotonic() + 1
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.main_thread():
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
