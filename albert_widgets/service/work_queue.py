"""Work waits in line for a few threads, so that the event loop stays free and nothing piles up."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from albert_widgets.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive

T = TypeVar("T")

RETRY_AFTER_SECONDS = 1


class ClientGone(Exception):
    """The client hung up while its request waited; nobody needs an answer."""


class WorkQueue:
    """A first-in, first-out queue over a small thread pool.

    Parameters
    ----------
    name
        Of the threads.
    workers
        How many threads work.
    limit
        How many requests may wait or be worked on; one more is refused at once.
    """

    def __init__(self, name: str, *, workers: int, limit: int) -> None:
        self.limit = limit
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=f"albert-widgets-{name}")
        self._lock = threading.Lock()
        self._waiting = 0
        self._running = 0

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return self._waiting

    @property
    def running(self) -> int:
        """Requests that are worked on."""
        return self._running

    async def run(self, work: Callable[[], T], receive: Receive | None = None) -> T:
        """Return what ``work`` returns, once a thread had time for it.

        Parameters
        ----------
        receive
            The request's ASGI channel; while the work waits, a hang-up there takes it out of the line.

        Raises
        ------
        Overloaded
            The queue is full.
        ClientGone
            The client hung up before the work began.
        """
        future = self.submit(work)
        done = asyncio.wrap_future(future)
        if receive is None:
            return await done
        gone = asyncio.ensure_future(_hang_up(receive))
        try:
            either: set[asyncio.Future[Any]] = {done, gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            # cancel() succeeds only while no thread has taken the work up; after that it is finished in any case.
            if not done.done() and future.cancel():
                raise ClientGone
            return await done
        finally:
            gone.cancel()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Put work in the line; cancelling what is returned takes it out of there. Raises Overloaded."""
        with self._lock:
            if self._waiting + self._running >= self.limit:
                raise Overloaded(
                    f"The backend has {self.limit:,} requests in progress already and takes no more.",
                    f"Try again in {RETRY_AFTER_SECONDS} s, or send many texts in one request.",
                    retry_after=RETRY_AFTER_SECONDS,
                    limit=self.limit,
                )
            self._waiting += 1
        # In the context of the request: whose work it is.
        future = self._pool.submit(contextvars.copy_context().run, self._work, work)
        future.add_done_callback(self._dropped)
        return future

    def close(self) -> None:
        """Take no more work and drop what waits; what runs is finished in its thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, work: Callable[[], T]) -> T:
        with self._lock:
            self._waiting -= 1
            self._running += 1
        try:
            return work()
        finally:
            with self._lock:
                self._running -= 1

    def _dropped(self, future: Future[T]) -> None:
        if future.cancelled():
            with self._lock:
                self._waiting -= 1


async def _hang_up(receive: Receive) -> None:
    while True:
        if (await receive())["type"] == "http.disconnect":
            return
