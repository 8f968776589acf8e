"""Long work as a user sees it: what a job is, what happened to it, and the handle to steer it.

States: ``queued → running → (paused ↔ running) → finished | stopped | failed | interrupted``.
``stopped`` keeps the best result so far; ``interrupted`` is what a crash leaves, and can be resumed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .errors import AlbertError, Conflict, error_from_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDED = frozenset({"finished", "stopped", "failed", "interrupted"})
"""States in which nothing happens any more."""


@dataclass(frozen=True)
class JobInfo:
    """A job's specification and present state.

    Attributes
    ----------
    id
        Unique in the backend, ``"download-1"``.
    kind
        ``"download"``, later ``"fit"``, ``"export"``.
    spec
        What was asked for, JSON-serialisable.
    state
        One of the states of this module.
    created, started, ended
        Seconds since the epoch; 0.0 when not yet.
    progress
        The last progress event's data: ``done, total, unit, per_second, eta_seconds``.
    error
        ``AlbertError.to_dict()`` of what made it fail, or None.
    result
        JSON-serialisable result of a finished job, or None.
    caller
        The notebook (its path on the Jupyter server) or program that asked for it, with its user; may be empty.
    user
        Name of the user whose job it is; empty where tokens have no names.
    """

    id: str
    kind: str
    spec: dict[str, Any]
    state: str
    created: float
    started: float = 0.0
    ended: float = 0.0
    progress: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    result: Any = None
    caller: str = ""
    user: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing happens any more."""
        return self.state in ENDED


@dataclass(frozen=True)
class JobEvent:
    """One line of a job's history.

    Attributes
    ----------
    seq
        Counted from 1 in each job; gapless.
    time
        Seconds since the epoch.
    kind
        ``"progress"``, ``"log"``, ``"metric"``, ``"state"`` or ``"checkpoint"``.
    data
        JSON-serialisable; ``{"state": …}`` for a state event.
    """

    seq: int
    time: float
    kind: str
    data: dict[str, Any]


class JobSource(Protocol):
    """Who answers for jobs: the backend in process, or the client over HTTP."""

    def job_info(self, id: str) -> JobInfo:
        """Return the present state; raises JobNotFound."""

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Iterator[JobEvent]:
        """Yield events with ``seq > after``; with ``follow`` wait for new ones until the job ends or pauses no more."""

    def stop_job(self, id: str) -> JobInfo:
        """Ask for a clean end that keeps the best result so far."""

    def pause_job(self, id: str) -> JobInfo:
        """Ask for a pause at the next safe point."""

    def resume_job(self, id: str) -> JobInfo:
        """Queue a paused, stopped or interrupted job again."""


class Job:
    """A handle on a job; the work itself goes on without it."""

    def __init__(self, source: JobSource, id: str) -> None:
        self._source = source
        self.id = id

    @property
    def info(self) -> JobInfo:
        """The present state, asked for anew each time."""
        return self._source.job_info(self.id)

    @property
    def state(self) -> str:
        """The present state's name."""
        return self.info.state

    def events(self, *, after: int = 0, follow: bool = True) -> Iterator[JobEvent]:
        """Yield the events after number ``after``, then new ones as they come until the job ends."""
        return self._source.job_events(self.id, after=after, follow=follow)

    def stop(self) -> JobInfo:
        """Ask for a clean end that keeps the best result so far."""
        return self._source.stop_job(self.id)

    def pause(self) -> JobInfo:
        """Ask for a pause at the next safe point."""
        return self._source.pause_job(self.id)

    def resume(self) -> JobInfo:
        """Go on with a paused, stopped or interrupted job."""
        return self._source.resume_job(self.id)

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> JobInfo:
        """Block until the job has ended.

        Parameters
        ----------
        timeout
            Seconds; None waits for ever.
        progress
            Show meanwhile how far it is, where there is a notebook or a terminal to show it in.

        Raises
        ------
        TimeoutError
            The job goes on, but the time is up.
        """
        if timeout is None and progress and not self.info.has_ended:
            from .progress import line_here
            from .watching import watch

            watch(self, line_here())
        deadline = None if timeout is None else time.monotonic() + timeout
        while not (info := self.info).has_ended:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"Job {self.id} is still {info.state} after {timeout} s.")
            time.sleep(0.1)
        return info

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the end and return the result.

        Raises
        ------
        AlbertError
            The job failed (its own error), or was stopped or interrupted without a result (Conflict).
        """
        info = self.wait(timeout)
        if info.error is not None:
            raise error_from_dict(info.error)
        if info.result is None:
            raise Conflict(f"Job {self.id} is {info.state} and has no result.", f'bert.job("{self.id}").resume()')
        return info.result

    def __repr__(self) -> str:
        try:
            info = self.info
        except AlbertError as error:
            return f"Job({self.id}: {error.message})"
        done, total = info.progress.get("done"), info.progress.get("total")
        share = f", {done / total:.0%}" if done and total else ""
        why = f": {info.error['message']}" if info.error else ""
        return f"Job({self.id}: {info.state}{share}{why})"
