"""Work waits in line for a few threads, so that the event loop stays free and nothing piles up."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from albert_widgets.backend.callers import client
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


class Turns(Generic[T]):
    """What waits, a piece of each client in turn; those of one client in their order."""

    def __init__(self) -> None:
        # Whose turn is next comes first.
        self._clients: dict[str | None, deque[T]] = {}

    def add(self, client: str | None, piece: T) -> None:
        """Put a piece at the end of its client's."""
        self._clients.setdefault(client, deque()).append(piece)

    def take(self) -> T | None:
        """Take the next piece out; None when nothing waits."""
        if not self._clients:
            return None
        client, waiting = next(iter(self._clients.items()))
        piece = waiting.popleft()
        # It goes to the end of the line.
        del self._clients[client]
        if waiting:
            self._clients[client] = waiting
        return piece


class WorkQueue:
    """A queue over a small thread pool in which every client has its turn, however much of others waits.

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
        self._turns: Turns[Callable[[], None]] = Turns()
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()

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
        future: Future[T] = Future()
        future.add_done_callback(self._dropped)
        # In the context of the request: whose work it is.
        context = contextvars.copy_context()
        with self._lock:
            self._waiting.add(future)
        self._put(client(), lambda: context.run(self._work, future, work))
        return future

    def submit_uncounted(self, work: Callable[[], None]) -> None:
        """Put work in the line that is done for requests which are counted by whoever puts it there."""
        # It is done for many, and so nobody's: it has turns of its own.
        self._put(None, work)

    def close(self) -> None:
        """Take no more work and drop what waits; what runs is finished in its thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            waiting = list(self._waiting)
        for future in waiting:
            future.cancel()

    def _put(self, client: str | None, work: Callable[[], None]) -> None:
        with self._lock:
            self._turns.add(client, work)
        # As many calls of the threads as pieces, each of which takes whichever is the next by then.
        self._pool.submit(self._take_turn)

    def _take_turn(self) -> None:
        with self._lock:
            work = self._turns.take()
        if work is not None:
            work()

    def _work(self, future: Future[T], work: Callable[[], T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        self.places.begin()
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 – handed to whoever waits for it
            self.places.leave(has_begun=True)
            future.set_exception(error)
        else:
            self.places.leave(has_begun=True)
            future.set_result(result)
        finally:
            # An error holds this frame, which must not hold the future that holds the error.
            del future

    def _dropped(self, future: Future[Any]) -> None:
        with self._lock:
            self._waiting.discard(future)
        if future.cancelled():
            self.places.leave(has_begun=False)


async def hang_up(receive: Receive) -> None:
    """Return when the client of a request has gone away, as its ASGI channel tells."""
    while True:
        if (await receive())["type"] == "http.disconnect":
            return
