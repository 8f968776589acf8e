"""Load for an HTTP service: connections that each send one request after the other, at little cost of its own."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass
class Load:
    """What a load has met.

    Attributes
    ----------
    seconds
        From the first request to the last answer.
    latencies
        Of each request, in seconds.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Return the latency that so many percent of the requests stay below, in milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


def load(url: str, bodies: Sequence[Any], *, connections: int, headers: Mapping[str, str] | None = None) -> Load:
    """Post each body as JSON once, over so many connections that are kept.

    Raises
    ------
    RuntimeError
        An answer was not 200.
    """
    requests = iter([_request(url, body, headers or {}) for body in bodies])
    return asyncio.run(_run(url, [requests] * connections))


def load_of_each(url: str, bodies: Sequence[Sequence[Any]], *, users: Sequence[Mapping[str, str]]) -> Load:
    """Post each user's bodies as JSON, over a connection of the user's own, with the user's headers.

    Raises
    ------
    RuntimeError
        An answer was not 200.
    """
    lines = [iter([_request(url, body, user) for body in own]) for own, user in zip(bodies, users, strict=True)]
    return asyncio.run(_run(url, lines))


def _request(url: str, body: Any, headers: Mapping[str, str]) -> bytes:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    content = json.dumps(body).encode()
    head = (
        f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: localhost\r\n{told}"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _run(url: str, lines: Sequence[Iterator[bytes]]) -> Load:
    """Send the requests of each line over a connection of its own."""
    met, loop, parts = Load(), asyncio.get_running_loop(), urlsplit(url)
    start = time.perf_counter()
    made = [
        await loop.create_connection(partial(_Connection, line, met), parts.hostname or "", parts.port or 80)
        for line in lines
    ]
    await asyncio.gather(*(connection.done for _, connection in made))
    met.seconds = time.perf_counter() - start
    return met


class _Connection(asyncio.Protocol):
    # A client library would take as much of the processor as the service that is measured.
    def __init__(self, requests: Iterator[bytes], met: Load) -> None:
        self._requests, self._met = requests, met
        self._received = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        if len(body) < length:
            return
        self._met.latencies.append(time.perf_counter() - self._sent)
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(self._received.decode()))
            return
        self._received = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or RuntimeError("the service hung up"))

    def _send(self) -> None:
        if (request := next(self._requests, None)) is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)
