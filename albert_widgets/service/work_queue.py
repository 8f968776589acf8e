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


class Places:
    """Counts the requests that wait or are worked on; safe to use from any thread.

    Parameters
    ----------
    limit
        How many there may be; one more is refused at once.

    Attributes
    ----------
    waiting, running
        Requests that wait for a thread, and that are worked on.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.waiting = 0
        self.running = 0
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Count a request that waits. Raises Overloaded."""
        with self._lock:
            if self.waiting + self.running >= self.limit:
                raise Overloaded(
                    f"The backend has {self.limit:,} requests in progress already and takes no more.",
                    f"Try again in {RETRY_AFTER_SECONDS} s, or send many texts in one request.",
                    retry_after=RETRY_AFTER_SECONDS,
                    limit=self.limit,
                )
            self.waiting += 1

    def begin(self) -> None:
        """Work on a request that waited."""
        with self._lock:
            self.waiting -= 1
            self.running += 1

    def leave(self, *, has_begun: bool) -> None:
        """Count a request no more."""
        with self._lock:
            if has_begun:
                self.running -= 1
            else:
                self.waiting -= 1


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

    Attributes
    ----------
    places
        Counts them.
    """

    def __init__(self, name: str, *, workers: int, limit: int) -> None:
        self.places = Places(limit)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=f"albert-widgets-{name}")

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
        gone = asyncio.ensure_future(hang_up(receive))
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
        self.places.enter()
        # In the context of the request: whose work it is.
        future = self._pool.submit(contextvars.copy_context().run, self._work, work)
        future.add_done_callback(self._dropped)
        return future

    def submit_uncounted(self, work: Callable[[], None]) -> None:
        """Put work in the line that is done for requests which are counted by whoever puts it there."""
        self._pool.submit(work)

    def close(self) -> None:
        """Take no more work and drop what waits; what runs is finished in its thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, work: Callable[[], T]) -> T:
        self.places.begin()
        try:
            return work()
        finally:
            self.places.leave(has_begun=True)

    def _dropped(self, future: Future[T]) -> None:
        if future.cancelled():
            self.places.leave(has_begun=False)


async def hang_up(receive: Receive) -> None:
    """Return when the client of a request has gone away, as its ASGI channel tells."""
    while True:
        if (await receive())["type"] == "http.disconnect":
            return
