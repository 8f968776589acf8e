"""Server-Sent Events: a job's history, and snapshots of all that a sidebar shows.

Streams ask the backend at short intervals instead of holding a thread each, so a hundred open
notebooks cost nothing but those questions.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from albert_widgets.errors import Overloaded

from . import wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from .service import Service

MEDIA_TYPE = "text/event-stream"
POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0
SHOWN_JOBS = 50


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
    }


def _what_matters(snapshot: dict[str, Any]) -> str:
    # Uptime and memory change all the time and are no news; a model's last use moves with every request.
    status = snapshot["status"]
    loaded = [{**model, "last_used": 0} for model in status["loaded"]]
    return json.dumps([sorted(loaded, key=lambda model: model["id"]), status["running"] > 0, snapshot["jobs"]])


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


def _stream(service: Service, parts: AsyncIterator[str]) -> Response:
    limit = service.limits.max_streams
    if service.activity.streams >= limit:
        raise Overloaded(
            f"There are {limit} event streams already.", "Close some pages, then try again.", retry_after=5, limit=limit
        )

    async def counted() -> AsyncIterator[str]:
        with service.activity.stream():
            async for part in parts:
                yield part

    # Without X-Accel-Buffering nginx would hold events back until its buffer is full.
    return StreamingResponse(counted(), headers={"X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
