"""News of a job, read once in a kernel for all panels that show it."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from albert_widgets.job import Job, JobEvent
    from albert_widgets.protocol import BertBackend

PATIENCE = 10.0
"""Seconds after which a panel hears that there is no news."""
MOST_MEASURES = 4_000
"""Measurements of the training in one answer; those between are left out."""

_followers: weakref.WeakValueDictionary[tuple[int, str], Follower] = weakref.WeakValueDictionary()
_lock = threading.Lock()


class Follower:
    """Reads a job's events in a thread of its own, as long as it goes on, and keeps them.

    Parameters
    ----------
    job
        Whose events.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._events: list[JobEvent] = []
        self._waiting: list[tuple[int, Future[list[JobEvent]]]] = []
        self._listeners: list[weakref.WeakMethod[Callable[[str], None]]] = []
        self._is_reading = False
        self._changed = threading.Lock()

    @classmethod
    def of(cls, bert: BertBackend, name: str) -> Follower:
        """Return the follower of the job of that id, one for all who ask."""
        with _lock:
            key = id(bert), name
            found = _followers.get(key)
            if found is None:
                found = _followers[key] = cls(bert.job(name))
            return found

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call a method with each new state of the job, from another thread; it is not kept alive."""
        self._listeners.append(weakref.WeakMethod(listener))
        self.read()

    def read(self) -> None:
        """Begin to read, or go on with it: a job that has ended may have been resumed."""
        with self._changed:
            if self._is_reading:
                return
            self._is_reading = True
        threading.Thread(target=self._read, name=f"albert-follow-{self._job.id}", daemon=True).start()

    def news(self, after: int) -> Future[list[JobEvent]]:
        """Return the events after number ``after``, as soon as there are any, or none after a while.

        Of the events of progress only the last one is news.
        """
        future: Future[list[JobEvent]] = Future()
        with self._changed:
            self._waiting.append((after, future))
        # Those that are there already are told at once.
        self._tell()
        if not future.done():
            self.read()
            timer = threading.Timer(PATIENCE, self._give_up, [future])
            timer.daemon = True
            timer.start()
            future.add_done_callback(lambda _: timer.cancel())
        return future

    def _read(self) -> None:
        error: Exception | None = None
        try:
            last = self._events[-1].seq if self._events else 0
            for event in self._job.events(after=last):
                with self._changed:
                    self._events.append(event)
                self._tell()
                if event.kind == "state":
                    self._say(str(event.data["state"]))
        except Exception as raised:  # noqa: BLE001 – told to those who wait
            error = raised
        with self._changed:
            self._is_reading = False
            waiting, self._waiting = self._waiting, []
        for after, future in waiting:
            if error is None:
                future.set_result(self._since(after))
            else:
                future.set_exception(error)

    def _tell(self) -> None:
        last = self._events[-1].seq if self._events else 0
        with self._changed:
            ready = [entry for entry in self._waiting if entry[0] < last]
            self._waiting = [entry for entry in self._waiting if entry[0] >= last]
        for after, future in ready:
            future.set_result(self._since(after))

    def _give_up(self, future: Future[list[JobEvent]]) -> None:
        with self._changed:
            before = len(self._waiting)
            self._waiting = [entry for entry in self._waiting if entry[1] is not future]
            was_waiting = len(self._waiting) < before
        if was_waiting:
            future.set_result([])

    def _say(self, state: str) -> None:
        for reference in list(self._listeners):
            listener = reference()
            if listener is None:
                self._listeners.remove(reference)
            else:
                listener(state)

    def _since(self, after: int) -> list[JobEvent]:
        return thinned([event for event in self._events if event.seq > after])


def thinned(events: list[JobEvent]) -> list[JobEvent]:
    """Return events without those that a later one makes void, and with fewer measurements where there are many."""
    progress = [event.seq for event in events if event.kind == "progress"]
    trained = [event.seq for event in events if event.kind == "metric" and "loss" in event.data]
    stride = -(-len(trained) // MOST_MEASURES) or 1
    hidden = {*progress[:-1], *trained} - {*trained[::stride]}
    return [event for event in events if event.seq not in hidden]
