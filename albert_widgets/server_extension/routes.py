"""The two routes of the door: ``health``, answered here, and everything else, answered by the backend.

Both ask Jupyter who it is on every verb. On top of jupyter-server-proxy's handler, a request to the backend passes
Jupyter's XSRF and origin checks again, and takes none of the user's secrets along.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import asdict
from http.client import responses
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlencode

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from jupyter_server_proxy.handlers import ProxyHandler
from tornado import web
from tornado.iostream import StreamClosedError

from albert_widgets._version import __version__
from albert_widgets.errors import (
    AlbertError,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    RequestMalformed,
    TooLarge,
)

from .absence import Absence

if TYPE_CHECKING:
    import httpx
    from jupyter_server.auth import Authorizer, IdentityProvider

    from .key import DoorKey
    from .link import BackendLink

NAMESPACE = "albert-widgets"
RESOURCE = "albert_widgets"
"""What an Authorizer of the Jupyter server may allow or refuse."""

PASSED_ON = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "content-encoding",
        "content-type",
        "last-event-id",
        "user-agent",
        "x-albert-caller",
    }
)
"""Request headers that reach the backend. Cookies, Jupyter's tokens and what proxies add stay outside."""
NOT_PASSED_BACK = frozenset(
    {
        "connection",
        "date",
        "keep-alive",
        "server",
        "set-cookie",
        "transfer-encoding",
        "www-authenticate",
    }
)
"""Answer headers that are Jupyter's own business."""
SECRET_ARGUMENTS = frozenset({"token", "_xsrf"})
"""Jupyter's secrets may also come in the query."""
ERRORS: dict[int, type[AlbertError]] = {
    400: RequestMalformed,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}

Rule: TypeAlias = tuple[str, type[JupyterHandler], dict[str, Any]]


def door_routes(base_url: str, key: DoorKey, link: BackendLink) -> list[Rule]:
    """Return the rules for tornado's application."""
    path = re.escape(url_path_join(base_url, NAMESPACE))
    parts = {"key": key, "link": link}
    return [(rf"{path}/health", HealthHandler, parts), (rf"{path}(?:/.*)?", BackendHandler, parts)]


class DoorHandler(JupyterHandler):
    """Who may come in: whoever Jupyter lets in, and kernels with the key. Everything it says is JSON."""

    def initialize(self, key: DoorKey, link: BackendLink) -> None:
        """Take the parts of the rule; called by tornado."""
        self._key = key
        self._link = link

    @property
    def identity_provider(self) -> IdentityProvider:
        """Say who asks; a request with our key is not shown to Jupyter's provider."""
        return self._key.identity if self._key.is_shown_by(self.request) else super().identity_provider

    @property
    def authorizer(self) -> Authorizer:
        """Say who may do what; a holder of the key is not a user that Jupyter's authorizer could know."""
        authorizer: Authorizer = self._key.authorizer if self._key.is_shown_by(self.request) else super().authorizer
        return authorizer

    async def prepare(self) -> None:  # type: ignore[override]
        """Check who it is and where the request comes from, before anything else."""
        await super().prepare()
        if self.current_user is None:
            raise web.HTTPError(403)
        self._check_same_site()

    def check_xsrf_cookie(self) -> None:
        """Check as Jupyter does; jupyter-server-proxy's handlers do not."""
        if hasattr(self, "_jupyter_current_user"):
            # Before Jupyter's own check, which would answer 404 and so look as if the route did not exist.
            self._check_same_site()
        JupyterHandler.check_xsrf_cookie(self)

    def get_login_url(self) -> str:
        """Refuse; tornado asks when it wants to redirect to the login page, but programs ask here, not people."""
        raise web.HTTPError(403)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the one shape of errors."""
        error = kwargs.get("exc_info", (None, None))[1]
        message = getattr(error, "log_message", "") or f"{responses.get(status_code, 'Unknown error')}."
        if status_code == 403 and self.current_user is None:
            message = "The Jupyter server does not know who asks."
            hint = "Log in to Jupyter again, or send its token: Authorization: token …"
        elif status_code == 403:
            hint = "A page sends the header X-XSRFToken with the value of the cookie _xsrf; a program sends a token."
        else:
            hint = ""
        self._answer_error(ERRORS.get(status_code, AlbertError)(message, hint), status_code)

    def _answer_error(self, error: AlbertError, status: int | None = None) -> None:
        self.set_status(status or error.status)
        self._answer_json({"error": error.to_dict()})

    def _answer_json(self, data: dict[str, Any]) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data))

    def _check_same_site(self) -> None:
        # Jupyter lets requests with a token pass: no browser adds one by itself, as it does with cookies.
        if not self.check_origin():
            raise web.HTTPError(403, f"A page of {self.get_origin()} may not use this Jupyter server.")
        # A picture or script that a foreign page embeds comes without an Origin, and even reading may start a backend.
        site = self.request.headers.get("Sec-Fetch-Site", "none")
        if site in {"cross-site", "same-site"} and not self.get_origin() and not self.token_authenticated:
            raise web.HTTPError(403, "A foreign page may not use this Jupyter server.")


class HealthHandler(DoorHandler):
    """``GET health``: whether a backend runs or could be started, and what one that died said last; starts none."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer state, our own version, what the backend says of itself, and what to type where there is none."""
        try:
            backend = await self._link.health()
            absence = await self._link.absence() if backend is None else Absence("running")
        except AlbertError as error:
            self._answer_error(error)
            return
        self._answer_json({**asdict(absence), "version": __version__, "backend": backend})


class BackendHandler(DoorHandler, ProxyHandler):  # type: ignore[misc]
    """Everything else: the request goes to the backend, the answer comes back as it arrives.

    jupyter-server-proxy's handler brings the record of activity and the websocket-free proxying verbs; the transfer
    is our own, because its one waits for whole answers, keeps event streams open after the client left, and decodes
    the slashes of model ids. There are no websockets behind the door.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # What a visible sidebar asks by itself all the time must not keep an unused server alive.
        super().__init__(*args, update_last_activity=_is_deed, **kwargs)
        self._passing: asyncio.Task[None] | None = None

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Pass on a request that only reads."""
        await self._pass_on()

    @web.authenticated
    @authorized("write", RESOURCE)  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Pass on a request that does something."""
        await self._pass_on()

    head = options = get
    put = patch = delete = post

    def on_connection_close(self) -> None:
        """Hang up on the backend, too, when the client does."""
        super().on_connection_close()
        if self._passing is not None:
            self._passing.cancel()

    async def _pass_on(self) -> None:
        self._record_activity()
        self._passing = asyncio.ensure_future(self._transfer())
        # A cancelled transfer has nobody left to answer to.
        with suppress(asyncio.CancelledError, StreamClosedError):
            await self._passing

    async def _transfer(self) -> None:
        import httpx

        try:
            answer = await self._link.send(
                self.request.method or "GET", self._target(), self._headers_for_backend(), self.request.body
            )
        except AlbertError as error:
            self._answer_error(error)
            return
        try:
            self._take_over(answer)
            async for chunk in answer.aiter_raw():
                self.write(chunk)
                # The mixin's own flush returns nothing that could be waited for, and without waiting an answer
                # piles up in this process when the client is slower than the backend.
                await web.RequestHandler.flush(self)
        except httpx.TransportError:
            # The status is sent: only a connection that breaks off tells the client that the answer is not whole.
            self.log.warning("The albert-widgets backend broke off its answer to %s.", self.request.path)
            self.request.connection.stream.close()  # type: ignore[union-attr]
        finally:
            await answer.aclose()

    def _target(self) -> str:
        # Tornado's captured groups are decoded, but the id of a model holds encoded slashes.
        path = self.request.path[len(url_path_join(self.base_url, NAMESPACE)) :] or "/"
        if any(unquote(segment) in {".", ".."} for segment in path.split("/")):
            raise web.HTTPError(404)
        query = [pair for pair in parse_qsl(self.request.query, True) if pair[0] not in SECRET_ARGUMENTS]
        return f"{path}?{urlencode(query)}" if query else path

    def _headers_for_backend(self) -> dict[str, str]:
        return {name: value for name, value in self.request.headers.items() if name.lower() in PASSED_ON}

    def _take_over(self, answer: httpx.Response) -> None:
        self.set_status(answer.status_code)
        # tornado's guess would be HTML.
        self.clear_header("Content-Type")
        for name, value in answer.headers.items():
            if name.lower() not in NOT_PASSED_BACK:
                self.set_header(name, value)


def _is_deed(handler: BackendHandler) -> bool:
    return handler.request.method not in {"GET", "HEAD", "OPTIONS"}
