"""The way from the door to the backend: found or started on the first request, found anew when it went away.

Nothing of this needs torch, and httpx is imported when the first request comes.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import BackendUnavailable
from albert_widgets.service.address import Address, json_of

from .absence import Absence, absence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

CONNECT_SECONDS = 10.0
HEALTH_SECONDS = 2.0


class BackendLink:
    """One backend for all users of this Jupyter server."""

    def __init__(self) -> None:
        self._address: Address | None = None
        self._finding: asyncio.Task[Address] | None = None
        self._http: httpx.AsyncClient | None = None
        self._distrusted: BackendUnavailable | None = None

    async def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        """Send a request and return the answer, whose body is still to be read; close it afterwards.

        A backend that ended, or was started anew, since the last request is found again once, where that is safe:
        when nobody was there to take the request, when the token was refused, or when it only reads.

        Parameters
        ----------
        target
            Path and query as the backend shall see them, encoded.

        Raises
        ------
        BackendUnavailable
            It cannot be started, or went away.
        MissingExtra
            Nothing is installed here that could start one.
        """
        import httpx

        address = await self._find()
        for is_last in (False, True):
            http = self._client(address)
            # As tornado has read them, and not only ASCII: a notebook's name may be among them.
            told = httpx.Headers({**headers, **address.headers}, encoding="latin-1")
            request = http.build_request(method, address.url + target, headers=told, content=body or None)
            try:
                answer = await http.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if is_last:
                    raise address.unreached(error) from error
            except httpx.TransportError as error:
                if is_last or method not in {"GET", "HEAD"}:
                    raise address.lost() from error
            else:
                if answer.status_code != 401:
                    return answer
                await answer.aclose()
                if is_last:
                    break
            address = await self._find(instead_of=address)
        # Not passed on as it is: to the browser a 401 would say that Jupyter wants a login.
        raise BackendUnavailable(
            f"The backend at {address.url} refuses the token of the Jupyter server.",
            address.what_to_do
            if address.is_renewable
            else "Start the Jupyter server with the right ALBERT_WIDGETS_TOKEN in its environment.",
        )

    async def health(self) -> dict[str, Any] | None:
        """Return what a running backend says of itself, or None. Starts nothing."""
        import httpx

        from albert_widgets.service.trust import distrusted

        self._distrusted = None
        # The file is read anew each time: a backend may have been started elsewhere, by a kernel or by hand.
        address = await asyncio.to_thread(_running)
        if address is None:
            return None
        try:
            answer = await self._client(address).get(f"{address.url}/health", timeout=HEALTH_SECONDS)
        except httpx.TransportError as error:
            self._distrusted = distrusted(address.url, error)
            return None
        said = json_of(answer)
        # Something else may listen there by now.
        return said if answer.is_success and isinstance(said.get("version"), str) else None

    async def absence(self) -> Absence:
        """Return why there is no backend. Starts nothing."""
        found = await asyncio.to_thread(absence)
        if self._distrusted is not None and found.state == "unreachable":
            return replace(found, hint=f"{self._distrusted.message} {self._distrusted.hint}")
        return found

    async def _find(self, *, instead_of: Address | None = None) -> Address:
        """Return where the backend is; many requests that come at once wait for one search."""
        if self._address is not None and self._address is not instead_of:
            return self._address
        if self._finding is None:
            self._finding = asyncio.ensure_future(asyncio.to_thread(_ensure_running))
            self._finding.add_done_callback(self._found)
        # A client that hangs up must not end the search for the others.
        return await asyncio.shield(self._finding)

    def _found(self, task: asyncio.Task[Address]) -> None:
        self._finding = None
        self._address = None if task.cancelled() or task.exception() else task.result()

    def _client(self, address: Address) -> httpx.AsyncClient:
        import httpx

        from albert_widgets.service.trust import verification

        if self._http is None:
            self._http = httpx.AsyncClient(
                # How long work may take is the client's to say: it ends a request by hanging up.
                timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
                limits=httpx.Limits(max_connections=None, keepalive_expiry=3.0),
                # A proxy of the environment has no way to this machine's loopback.
                trust_env=not address.is_loopback,
                verify=verification(address.url),
            )
        return self._http


def _running() -> Address | None:
    """Return where the backend should be; it is not asked. Raises AlbertError when the environment names no address."""
    from albert_widgets import folders
    from albert_widgets.service.connection import is_serving, read_connection
    from albert_widgets.service.finding import named_backend

    path = folders.connection_file()
    connection = named_backend()
    if connection is None:
        connection = read_connection(path)
        if connection is not None and not (is_serving(path) or connection.has_process):
            return None
    return None if connection is None else Address.checked(connection.url, connection.token)


def _ensure_running() -> Address:
    # Not ensure_backend(), which may end at the door of the environment: at ourselves.
    from albert_widgets.service.finding import named_backend
    from albert_widgets.service.launch import start_backend

    named = named_backend()
    connection = named or start_backend()
    return Address.checked(connection.url, connection.token, is_renewable=named is None)
