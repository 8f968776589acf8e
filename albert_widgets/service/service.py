"""What all routes share: the backend, the two queues in front of it, and how results become HTTP answers."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import math
import time
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic_core import PydanticSerializationError, to_json
from starlette.responses import Response

from albert_widgets.errors import AlbertError, TooLarge
from albert_widgets.results import AttentionMaps, Embeddings, Similarity

from . import wire
from .gathering import Gathering
from .work_queue import WorkQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from starlette.requests import Request

    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import Status

    from .activity import Activity
    from .limits import Limits

T = TypeVar("T")

NPY = "application/x-npy"
COUNT_SECONDS = 1.0
LIGHT_THREADS = 4
"""Threads for what needs no model: listings, states of jobs."""


class Service:
    """A backend as the routes see it.

    Attributes
    ----------
    work
        The queue for model work.
    light
        The queue for everything that is quick, so that listings answer while models work.
    network
        The queue for questions to the hub, which may take their time.
    """

    def __init__(self, backend: BertBackend, limits: Limits, activity: Activity) -> None:
        self.backend = backend
        self.limits = limits
        self.activity = activity
        self.work = WorkQueue("work", workers=limits.workers, limit=limits.max_concurrent)
        self.light = WorkQueue("light", workers=LIGHT_THREADS, limit=limits.max_concurrent)
        self._gathering = Gathering(backend, self.work, limits)
        self.network = WorkQueue("network", workers=LIGHT_THREADS, limit=limits.max_concurrent)
        self._started = time.monotonic()
        self._counted, self._active_jobs = -math.inf, 0

    async def active_jobs(self) -> int:
        """Return how many jobs have not ended, counted once a second at most: whoever asks needs no token."""
        if time.monotonic() - self._counted > COUNT_SECONDS:
            self._counted = time.monotonic()
            self._active_jobs = await asyncio.to_thread(self._count_jobs)
        return self._active_jobs

    def _count_jobs(self) -> int:
        try:
            return sum(not info.has_ended for info in self.backend.jobs())
        except AlbertError:
            # A folder that cannot be used; whoever asks for the jobs themselves is told so.
            return 0

    @property
    def uptime_seconds(self) -> float:
        """Seconds since the application was made."""
        return time.monotonic() - self._started

    async def answer(
        self,
        request: Request,
        work: Callable[[], Any],
        *,
        light: bool = False,
        network: bool = False,
        code: int = 200,
    ) -> Response:
        """Run ``work`` in a thread and answer its result in the form that the request accepts.

        Parameters
        ----------
        light
            The work needs no model.
        network
            The work asks the hub.
        code
            HTTP status of the answer.
        """
        accept = request.headers.get("accept", "")

        def work_and_encode() -> Response:
            # Encoding megabytes takes as long as some model work, so it is done in the thread, too.
            return self._encode(work(), accept, code)

        queue = self.network if network else self.light if light else self.work
        return await queue.run(work_and_encode, request.receive)

    async def answer_together(self, request: Request, method: str, arguments: dict[str, Any]) -> Response:
        """Answer a call of ``backend.predict`` or ``embed`` that may be made together with those of other requests."""
        accept = request.headers.get("accept", "")
        return await self.together(request, method, arguments, lambda result: self._encode(result, accept, 200))

    async def together(self, request: Request, method: str, arguments: dict[str, Any], finish: Callable[[Any], T]) -> T:
        """Return ``finish(result)`` of such a call; see :meth:`.Gathering.run`."""
        return await self._gathering.run(request, method, arguments, finish)

    async def answer_json(self, request: Request, work: Callable[[], Any], *, light: bool = False) -> Response:
        """Run ``work`` in a thread and answer its result as JSON, whatever else the request accepts."""
        queue = self.light if light else self.work
        return await queue.run(lambda: self.json_of(work()), request.receive)

    def json_of(self, data: Any) -> Response:
        """Return JSON of results, arrays and plain data. Raises TooLarge."""
        return self._encode(data, "", 200)

    def status(self, request: Request) -> Status:
        """Return the backend's status with what only the service knows."""
        host, port = (request.scope.get("server") or ("", None))[:2]
        name = f"[{host}]" if ":" in host else host
        return dataclasses.replace(
            self.backend.status(),
            waiting=self.work.places.waiting,
            running=self.work.places.running,
            limits=self.limits.to_dict(),
            url=f"{request.scope['scheme']}://{name}:{port}" if port else host,
        )

    def close(self) -> None:
        """Take no more work."""
        self.work.close()
        self.light.close()
        self.network.close()

    def _encode(self, result: Any, accept: str, code: int) -> Response:
        if wire.MEDIA_TYPE in accept:
            return Response(wire.to_bytes(result), code, media_type=wire.MEDIA_TYPE)
        if NPY in accept and (array := main_array(result)) is not None:
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            return Response(buffer.getvalue(), code, media_type=NPY)
        limit = self.limits.max_json_numbers
        data, arrays = wire.pack(result)
        count = sum(array.size for array in arrays)
        if count > limit:
            raise TooLarge(
                f"The answer has {count:,} numbers; as JSON the limit is {limit:,}.",
                f"Send the header Accept: {wire.MEDIA_TYPE}, or Accept: {NPY}.",
                limit=limit,
            )
        return Response(json_bytes(wire.plain(data, arrays)), code, media_type="application/json")


def main_array(result: Any) -> NDArray[Any] | None:
    """Return the one array that matters in ``result``, if there is one; attention always as probabilities."""
    if isinstance(result, Embeddings):
        return result.vectors
    if isinstance(result, Similarity):
        return result.values
    if isinstance(result, AttentionMaps):
        if result.weights.dtype == np.float32:
            return result.weights
        probabilities: NDArray[np.float32] = result.weights * result.scale[..., None, None]
        return probabilities
    return None


def json_bytes(data: Any) -> bytes:
    """Return ``data`` as JSON; NaN and infinities become null, which every language can read."""
    try:
        return to_json(data, inf_nan_mode="null")
    except PydanticSerializationError:
        # A lone surrogate, as in the name of a file that is not UTF-8.
        import json

        return json.dumps(data).encode("ascii")
