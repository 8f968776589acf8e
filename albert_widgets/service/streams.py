"""Server-Sent Events: a job's history, snapshots of all that a sidebar shows, and a text while it is written.

The first two ask the backend at short intervals instead of holding a thread each, so a hundred open
notebooks cost nothing but those questions.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from albert_widgets.errors import AlbertError, Overloaded

from . import wire
from .failures import unexpected
from .work_queue import ClientGone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from .service import Service

MEDIA_TYPE = "text/event-stream"
POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0
SHOWN_JOBS = 50
MEMORY_STEP = 50_000_000
"""Bytes by which the process must have grown or shrunk to be news."""


async def job_stream(service: Service, id: str, after: int) -> Response:
    """Return a job's events with ``seq > after`` as a stream that ends with the job.

    The last event is named ``end``. A browser that reconnects after it gets 204, which stops it.
    """
    events, ended = await _job_news(service, id, after)
    if ended and not events:
        return Response(status_code=204)

    async def parts() -> AsyncIterator[str]:
        nonlocal events, ended, after
        beat = _Heartbeat()
        while True:
            for event in events:
                after = event["seq"]
                yield beat.with_event(json.dumps(event), id=after)
            events = []
            if ended:
                yield beat.with_event("{}", name="end")
                return
            await asyncio.sleep(POLL_SECONDS)
            if due := beat.if_due():
                yield due
            with suppress(Overloaded):
                events, ended = await _job_news(service, id, after)

    return _stream(service, parts())


async def snapshot_stream(service: Service, request: Request) -> Response:
    """Return a snapshot now, and another whenever models or jobs have changed."""
    first = await service.light.run(lambda: _snapshot(service, request), request.receive)

    async def parts() -> AsyncIterator[str]:
        beat = _Heartbeat()
        snapshot, shown, count = first, None, 0
        while True:
            if (key := _what_matters(snapshot)) != shown:
                shown, count = key, count + 1
                yield beat.with_event(json.dumps(snapshot), id=count)
            await asyncio.sleep(2 * POLL_SECONDS)
            if due := beat.if_due():
                yield due
            with suppress(Overloaded):
                snapshot = await service.light.run(lambda: _snapshot(service, request))

    return _stream(service, parts())


Tell = Callable[[str, dict[str, Any]], None]
"""Takes the name of an event, and its data."""


async def work_stream(service: Service, request: Request, work: Callable[[Tell], Any], last: str) -> Response:
    """Return what ``work`` tells while it works, and what it returns, as a stream.

    Events are named as ``work`` tells them, and at the end ``last`` (the result as JSON, or as the header of its binary
    form where that is accepted, too) or ``error``. When the client goes away, the next event that is told ends it.
    """
    _check_room(service)
    loop, news, is_gone = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    encode = _header if wire.MEDIA_TYPE in request.headers.get("accept", "") else wire.to_json
    # Whoever is slower than the work is told the newest of each name only.
    newest: dict[str, str] = {}

    def tell(name: str, data: dict[str, Any]) -> None:
        if is_gone.is_set():
            raise ClientGone
        newest[name] = json.dumps(data)
        loop.call_soon_threadsafe(news.set)

    future = service.work.submit(lambda: json.dumps(encode(work(tell))))
    done = asyncio.wrap_future(future)
    done.add_done_callback(lambda _: news.set())

    async def parts() -> AsyncIterator[str]:
        beat, shown = _Heartbeat(), dict[str, str]()
        while not done.done():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
            news.clear()
            for name in [name for name in list(newest) if newest[name] != shown.get(name)]:
                shown[name] = newest[name]
                yield beat.with_event(shown[name], name=name)
            if due := beat.if_due():
                yield due
        if (error := done.exception()) is None:
            yield beat.with_event(done.result(), name=last)
        else:
            known = error if isinstance(error, AlbertError) else unexpected(error)
            yield beat.with_event(json.dumps(known.to_dict(), default=str), name="error")

    def ended() -> None:
        is_gone.set()
        # Out of the line, if it waits there; what became of it otherwise nobody will ask.
        if not future.cancel():
            done.add_done_callback(lambda one: one.cancelled() or one.exception())

    return _stream(service, parts(), ended)


def _header(result: Any) -> Any:
    return wire.pack(result)[0]


async def _job_news(service: Service, id: str, after: int) -> tuple[list[dict[str, Any]], bool]:
    def ask() -> tuple[list[dict[str, Any]], bool]:
        # The state first: what is appended between the two questions is then still delivered.
        ended = service.backend.job_info(id).has_ended
        events = service.backend.job_events(id, after=after, follow=False)
        return [wire.to_json(event) for event in events], ended

    return await service.light.run(ask)


def _snapshot(service: Service, request: Request) -> dict[str, Any]:
    return {
        "status": wire.to_json(service.status(request)),
        "jobs": wire.to_json(service.backend.jobs()[:SHOWN_JOBS]),
        "trash": wire.to_json(service.backend.deleted()),
    }


def _what_matters(snapshot: dict[str, Any]) -> str:
    # Uptime changes all the time and is no news; a model's last use moves with every request, memory by a little.
    status = snapshot["status"]
    loaded = [{**model, "last_used": 0} for model in status["loaded"]]
    told = [status[name] for name in ("memory_budget", "default_model", "evictions", "catalog", "is_offline")]
    memory = status["memory_used"] // MEMORY_STEP
    loaded.sort(key=lambda model: model["id"])
    return json.dumps([loaded, memory, status["running"] > 0, told, snapshot["jobs"], snapshot["trash"]])


class _Heartbeat:
    """Writes events, and comments when nothing was written for a while, so that proxies keep the stream open."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def with_event(self, data: str, *, id: int | None = None, name: str = "") -> str:
        self._last = time.monotonic()
        lines = [f"id: {id}"] if id is not None else []
        lines += [f"event: {name}"] if name else []
        return "\n".join([*lines, f"data: {data}", "", ""])

    def if_due(self) -> str:
        if time.monotonic() - self._last < HEARTBEAT_SECONDS:
            return ""
        self._last = time.monotonic()
        return ": heartbeat\n\n"


def _check_room(service: Service) -> None:
    limit = service.limits.max_streams
    if service.activity.streams >= limit:
        raise Overloaded(
            f"There are {limit} event streams already.", "Close some pages, then try again.", retry_after=5, limit=limit
        )


def _stream(service: Service, parts: AsyncIterator[str], ended: Callable[[], None] = lambda: None) -> Response:
    """Return a response of ``parts``; ``ended`` is called once nobody listens any more."""
    _check_room(service)

    async def counted() -> AsyncIterator[str]:
        with service.activity.stream():
            async for part in parts:
                yield part

    return _Stream(counted(), ended)


class _Stream(StreamingResponse):
    def __init__(self, parts: AsyncIterator[str], ended: Callable[[], None]) -> None:
        # Without X-Accel-Buffering nginx would hold events back until its buffer is full.
        super().__init__(parts, headers={"X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A client may be gone before the first part is asked for, so the parts themselves cannot tell their end.
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()
