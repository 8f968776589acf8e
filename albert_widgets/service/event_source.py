"""Server-Sent Events on the client's side; a lost stream is taken up where it broke off."""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import error_from_dict

from . import wire
from .transport import CONNECT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .address import Address
    from .transport import Transport

SILENT_SECONDS = 45.0
"""Silence after which a stream is taken for dead; the service says something every 15 s."""
ATTEMPTS = 6
"""Connections in a row that bring nothing before the backend is given up."""
END = "end"
"""Name of the event after which nothing follows."""
MEDIA_TYPE = "text/event-stream"


def events(transport: Transport, path: str, after: int) -> Iterator[Any]:
    """Yield the data of the events after number ``after`` until the stream's end.

    Raises
    ------
    AlbertError
        The backend's own errors (JobNotFound).
    BackendUnavailable
        The backend stays away.
    """
    from .web import httpx

    failures = 0
    while True:
        address = transport.address
        try:
            transport.greet(address)
            for number, name, data in _listen(transport, address, path, after):
                failures = 0
                if name == END:
                    return
                if data:
                    after = number
                    yield json.loads(data)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            transport.renew(address)
            reason = address.unreached(error)
        except httpx.TransportError:
            reason = address.nobody()  # cut off: the next connection asks for what is missing
        failures += 1
        if failures == ATTEMPTS:
            raise reason
        time.sleep(min(0.1 * 2**failures, 2.0))


def answered(
    transport: Transport, path: str, body: dict[str, Any], last: str
) -> Generator[tuple[str, Any], None, None]:
    """Post a request and yield name and data of the events that are its answer; to close the iterator hangs up.

    Parameters
    ----------
    last
        Name of the event that ends the answer.

    Raises
    ------
    AlbertError
        The backend's own errors.
    BackendUnavailable
        Nobody answers, or the answer breaks off: such a request is not sent again.
    """
    from .web import httpx

    # What stands in the last event has the types of the binary form.
    accept = f"{MEDIA_TYPE}, {wire.MEDIA_TYPE}"
    address, answer = transport.open(path, body, accept=accept, silent_seconds=SILENT_SECONDS)
    with closing(answer):
        try:
            if answer.status_code != 200 or "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
                raise address.error_of(answer)
            for _, name, data in parse(answer.iter_lines()):
                if name == "error":
                    raise error_from_dict(json.loads(data))
                if name == last:
                    yield name, wire.unpack(json.loads(data), [])
                    return
                if data:
                    yield name, json.loads(data)
        except httpx.TimeoutException as error:
            raise address.silent() from error
        except httpx.TransportError as error:
            raise address.lost() from error
    raise address.lost()


def _listen(transport: Transport, address: Address, path: str, after: int) -> Iterator[tuple[int, str, str]]:
    from .web import httpx

    headers = {**address.headers, "Accept": MEDIA_TYPE, "Last-Event-ID": str(after)}
    timeout = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
    with transport.http(address).stream("GET", address.url + path, headers=headers, timeout=timeout) as answer:
        if answer.status_code == 204:
            yield 0, END, ""
        elif answer.status_code != 200 or "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
            raise address.error_of(answer)
        else:
            yield from parse(answer.iter_lines())


def parse(lines: Iterator[str]) -> Iterator[tuple[int, str, str]]:
    """Yield ``(id, name, data)`` of each event, and ``(0, "", "")`` for a heartbeat."""
    number, name, data = 0, "", ""
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield number, name, data
            name, data = "", ""
        elif not field:
            yield 0, "", ""
        elif field == "id" and value.isdecimal():
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            data += value
