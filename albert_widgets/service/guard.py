"""The door of the service: who may come in, and with how much.

In this order: Host header (403), Origin header (403), token (401), requests of one user (429), size of the body (413
or 429).
The body is read here, counted while it streams in, and handed on whole.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from albert_widgets.backend.callers import caller, user
from albert_widgets.errors import AlbertError, Forbidden, Overloaded, RequestMalformed, TooLarge, Unauthorized
from albert_widgets.results.models import readable_bytes

from .caller import HEADER, caller_of
from .failures import failure_response, unexpected
from .work_queue import RETRY_AFTER_SECONDS, ClientGone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .activity import Activity
    from .limits import Limits
    from .users import User, Users

OPEN_PATHS = frozenset({"/health"})
"""Routes that need no token."""


class Guard:
    """ASGI middleware around the whole application.

    Parameters
    ----------
    users
        Whose tokens ``Authorization: Bearer …`` may say.
    allowed_hosts
        Names besides the loopback ones under which the service is reached, without a port.
    """

    def __init__(
        self, app: ASGIApp, *, users: Users, allowed_hosts: Sequence[str], limits: Limits, activity: Activity
    ) -> None:
        self._app = app
        self._users = users
        self._hosts = frozenset(_host_name(f"//{host}") for host in allowed_hosts)
        self._limits = limits
        self._activity = activity
        self._buffered = 0
        self._in_progress: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the ASGI server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        who: User | None = None

        async def tell(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            elif who is not None and message.get("more_body") and not self._users.knows(who):
                # A stream of somebody whose token was taken away meanwhile ends here.
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                raise ClientGone
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            if scope["path"] in OPEN_PATHS:
                await self._app(scope, receive, tell)
                return
            who = self._user_of(headers)
            user.set(who.name)
            caller.set(caller_of(headers.get(HEADER, ""), who.name))
            with self._activity.request(), self._counted(who.name):
                await self._with_body(scope, receive, tell)
        except ClientGone:
            return
        except Exception as error:
            if started:
                raise
            known = error if isinstance(error, AlbertError) else unexpected(error)
            await failure_response(known)(scope, receive, tell)

    def _check_host(self, headers: Headers) -> None:
        # A page whose name was re-bound to a loopback address ("DNS rebinding") still sends its own name here.
        host = _host_name(f"//{headers.get('host', '')}")
        if not self._is_ours(host):
            raise Forbidden(
                f"The Host header {headers.get('host', '')!r} is not a name of this backend.",
                f"albert-widgets serve --allowed-host {host or 'NAME'} lets it in.",
            )
        origin = headers.get("origin")
        if origin is not None and not self._is_ours(_host_name(origin)):
            raise Forbidden(f"A page of {origin!r} may not use this backend.", "Use it through the Jupyter server.")

    def _is_ours(self, host: str) -> bool:
        if host == "localhost" or (host and host in self._hosts):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def _user_of(self, headers: Headers) -> User:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthorized(
                "The request has no token.", "Send the header Authorization: Bearer TOKEN; the connection file has it."
            )
        if (found := self._users.of(token.strip())) is None:
            raise Unauthorized(
                "The token is wrong.", "The backend may have been started anew: read the connection file again."
            )
        return found

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        """Count a request of a user with a name while the block runs. Raises Overloaded."""
        limit = self._limits.user_requests
        if name and self._in_progress[name] >= limit:
            raise Overloaded(
                f"{name} has {limit} requests in progress already, and that is the limit for each user.",
                f"Try again in {RETRY_AFTER_SECONDS} s, or send many texts in one request. "
                "(albert-widgets serve --user-requests)",
                retry_after=RETRY_AFTER_SECONDS,
                limit=limit,
            )
        self._in_progress[name] += 1
        try:
            yield
        finally:
            self._in_progress[name] -= 1

    async def _with_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._read(Headers(scope=scope), receive)
        pending = True

        async def replay() -> Message:
            nonlocal pending
            if pending:
                pending = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        self._buffered += len(body)
        try:
            await self._app(scope, replay, send)
        finally:
            self._buffered -= len(body)

    async def _read(self, headers: Headers, receive: Receive) -> bytes:
        limit = self._limits.max_body_bytes
        announced = headers.get("content-length", "0")
        if not announced.isdecimal():
            raise RequestMalformed("The Content-Length header is not a number.")
        if int(announced) > limit:
            await _discard(receive, 4 * limit)
            raise _too_large(limit)
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > limit:
                chunks.clear()
                if message.get("more_body"):
                    await _discard(receive, 4 * limit)
                raise _too_large(limit)
            if self._buffered + size > self._limits.max_bodies_bytes:
                chunks.clear()
                if message.get("more_body"):
                    await _discard(receive, 4 * limit)
                raise Overloaded(
                    "The backend holds too many large requests already.", "Try again in 2 s.", retry_after=2
                )
            if not message.get("more_body"):
                return b"".join(chunks)


async def _discard(receive: Receive, limit: int) -> None:
    # An answer sent while the client still writes is often lost in a reset connection, so the rest
    # of a body that is not absurdly long is read and forgotten first.
    size = 0
    while size <= limit:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The request is larger than {readable_bytes(limit)}.", "Send fewer or shorter texts at a time.", limit=limit
    )


def _host_name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""
