"""HTTP as the client needs it: kept-alive connections, and careful retries.

A call is sent again only where that is safe: when nobody was there to take it (connection refused,
wrong token, 429), or when it was a ``GET``. A connection lost in the middle of work is reported.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from albert_widgets._version import __version__
from albert_widgets.errors import InputInvalid

from . import wire
from .address import Address, json_of
from .caller import caller_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

CONNECT_SECONDS = 5.0
GREET_SECONDS = 30.0
READ_SECONDS = 600.0
RETRY_SECONDS = 30.0
"""How long one call waits altogether for an overloaded backend."""
KEEPALIVE_SECONDS = 3.0
"""Less than the 5 s after which uvicorn hangs up, so that no call meets a connection that is just being closed."""


class Transport:
    """Calls to one backend; safe to use from many threads.

    Parameters
    ----------
    url
        Where the backend (or a proxy in front of it) listens, with or without a path.
    token
        Sent with every call.
    reconnect
        Asked for a new url and token when nobody listens any more.

    Raises
    ------
    InputInvalid, Unauthorized
        That is no url, or cannot be a token.
    """

    def __init__(self, url: str, token: str, reconnect: Callable[[], tuple[str, str]] | None = None) -> None:
        self.address = Address.checked(url, token, is_renewable=reconnect is not None)
        self._reconnect = reconnect
        self._greeted: Address | None = None
        self._http: httpx.Client | None = None
        self._http_key: object = None
        self._lock = threading.Lock()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a request and return the decoded result.

        Raises
        ------
        AlbertError
            The backend's own errors, as they are raised in process.
        BackendUnavailable
            Nobody answers, the connection was lost, or what answers is no backend.
        VersionMismatch
            The backend is of another version.
        """
        return _result(*self._answer(method, path, body, self._send))

    def open(
        self, path: str, body: dict[str, Any], *, accept: str, silent_seconds: float
    ) -> tuple[Address, httpx.Response]:
        """Send a request and return where its answer comes from, and the answer before it is read; close it.

        Raises what :meth:`call` raises, but an error in the answer itself.
        """
        from .web import httpx

        timeout = httpx.Timeout(silent_seconds, connect=CONNECT_SECONDS)

        def send(address: Address, method: str, path: str, content: bytes | None) -> httpx.Response:
            headers = {**address.headers, **caller_headers(), "Accept": accept, "Content-Type": "application/json"}
            http, url = self.http(address), address.url + path
            return http.send(
                http.build_request(method, url, content=content, headers=headers, timeout=timeout), stream=True
            )

        return self._answer("POST", path, body, send)

    def greet(self, address: Address) -> None:
        """Make sure, once for each address, that a backend of our own version is there. Raises VersionMismatch."""
        from .web import httpx

        if self._greeted == address:
            return
        headers = {**address.headers, "Accept": "application/json"}
        timeout = httpx.Timeout(GREET_SECONDS, connect=CONNECT_SECONDS)
        answer = self.http(address).get(f"{address.url}/health", headers=headers, timeout=timeout)
        version = json_of(answer).get("version")
        if not isinstance(version, str) or answer.status_code != 200:
            raise address.error_of(answer)
        if version != __version__:
            raise address.other_version(version)
        self._greeted = address

    def renew(self, used: Address) -> bool:
        """Get a new address after ``used`` failed; False when there is no way to."""
        with self._lock:
            # Another thread may have done it already.
            if self.address == used:
                if self._reconnect is None:
                    return False
                self.address = Address.checked(*self._reconnect(), is_renewable=True)
                self._greeted = None
            return True

    def http(self, address: Address) -> httpx.Client:
        """Return the pool of connections, made when it is first needed."""
        from .trust import verification
        from .web import httpx

        is_secure, is_near = address.url.startswith("https:"), address.is_loopback
        # A forked child must not talk over its parent's sockets.
        key = (os.getpid(), is_secure, is_near)
        with self._lock:
            if self._http is None or self._http_key != key:
                self._http = httpx.Client(
                    timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                    limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEPALIVE_SECONDS),
                    # A proxy of the environment has no way to this machine's loopback.
                    trust_env=not is_near,
                    verify=verification(address.url),
                )
                self._http_key = key
            return self._http

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None

    def _answer(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        send: Callable[[Address, str, str, bytes | None], httpx.Response],
    ) -> tuple[Address, httpx.Response]:
        """Return the answer to a request, and where it came from; :meth:`call` says what is raised."""
        from .web import httpx

        content = None if body is None else json_body(body)
        can_renew, can_repeat = True, True
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            address, is_sent = self.address, False
            try:
                self.greet(address)
                is_sent = method != "GET"
                answer = send(address, method, path, content)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if not (can_renew and self.renew(address)):
                    raise address.unreached(error) from error
                can_renew = False
                continue
            except httpx.TimeoutException as error:
                raise address.silent() from error
            except httpx.TransportError as error:
                if is_sent or not can_repeat:
                    raise address.lost() from error
                can_repeat = False
                continue
            if answer.status_code == 401 and can_renew and self.renew(address):
                # A backend that was started anew on the same port has a new token.
                can_renew = False
                answer.close()
                continue
            if answer.status_code == 429 and _waited(answer, deadline):
                answer.close()
                continue
            return address, answer

    def _send(self, address: Address, method: str, path: str, content: bytes | None) -> httpx.Response:
        headers = {**address.headers, **caller_headers(), "Accept": wire.MEDIA_TYPE}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return self.http(address).request(method, address.url + path, content=content, headers=headers)


def json_body(body: dict[str, Any]) -> bytes:
    """Return ``body`` as UTF-8 JSON; numpy numbers and any iterables are taken, too.

    Raises
    ------
    InputInvalid
        An argument that JSON cannot hold.
    """
    try:
        return json.dumps(body, ensure_ascii=False, default=_plain).encode()
    except UnicodeEncodeError:
        # A lone surrogate: only \u escapes can carry it to the backend, which then says what is wrong.
        return json.dumps(body, default=_plain).encode("ascii")


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__iter__") and not isinstance(value, bytes | bytearray):
        return list(value)
    raise InputInvalid(f"A {type(value).__name__} cannot be sent to the backend.", "Use texts, numbers and lists.")


def _waited(answer: httpx.Response, deadline: float) -> bool:
    """Wait as long as an overloaded backend asks for, unless that is beyond the deadline."""
    try:
        pause = max(0.0, float(answer.headers.get("retry-after", "1")))
    except ValueError:
        pause = 1.0
    if time.monotonic() + pause > deadline:
        return False
    time.sleep(pause)
    return True


def _result(address: Address, answer: httpx.Response) -> Any:
    if answer.is_success and answer.headers.get("content-type", "").startswith(wire.MEDIA_TYPE):
        return wire.from_bytes(answer.content)
    raise address.error_of(answer)
