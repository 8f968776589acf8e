"""A job's child process, seen from the store: started, listened to, asked to end, and ended if it does not."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes
    ----------
    function
        ``module:function`` that does it in the child, given a :class:`~.job_worker.JobContext`.
    grace_seconds
        How long a child that was asked to end may take; then it ends itself, and what it wrote so far stays.
    at_once
        How many of them run at the same time.
    queue
        Kinds with the same name here wait for each other; without it, a kind for its own only.
    keeps_best
        A stopped one ends with a result: one that rests is waked up to make it.
    """

    function: str
    grace_seconds: float = 1.0
    at_once: int = 2
    keeps_best: bool = False
    queue: str = ""


KINDS = {
    "download": Kind("albert_widgets.backend.downloads:download"),
    # What a step, an evaluation and the writing of a checkpoint may take on a slow machine.
    "fit": Kind(
        "albert_widgets.backend.training.fit:fit", grace_seconds=300.0, at_once=1, keeps_best=True, queue="training"
    ),
    "study": Kind(
        "albert_widgets.backend.training.study:study", grace_seconds=300.0, at_once=1, keeps_best=True, queue="training"
    ),
    "export": Kind("albert_widgets.backend.export.job:export", at_once=1),
    "push": Kind("albert_widgets.backend.uploads:push"),
}


class JobProcess:
    """The child that works on the job in ``folder``; spawned, never forked.

    Parameters
    ----------
    folder
        With the job's ``job.json``.
    on_event
        Called with kind and data of each event, from a thread of this object's own.
    on_end
        Called once, with the outcome, or None when the child ended without one.
    grace_seconds
        How long the child may take to end when it is asked to.
    silence_seconds
        A child that says nothing for so long is killed.
    environment
        Variables for the child besides this process's own: what must not be written down.
    """

    def __init__(
        self,
        folder: Path,
        *,
        grace_seconds: float,
        on_event: Callable[[str, dict[str, Any]], None],
        on_end: Callable[[dict[str, Any] | None], None],
        silence_seconds: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._on_event = on_event
        self._on_end = on_end
        self._grace_seconds = grace_seconds
        self._silence_seconds = silence_seconds
        self._heard = time.monotonic()
        with (folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "albert_widgets.backend.job_worker", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env={**os.environ, **(environment or {})},
            )
        self._thread = threading.Thread(target=self._listen, name=f"job-{folder.name}", daemon=True)
        self._thread.start()
        threading.Thread(target=self._watch, name=f"watch-{folder.name}", daemon=True).start()

    def ask_to_end(self, wanted: str) -> None:
        """Ask for a clean end as ``"stopped"`` or ``"paused"``; a child that cannot even end itself is killed."""
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(f"{wanted}\n")
                self._process.stdin.flush()
        self.abandon()
        killer = threading.Timer(self._grace_seconds + 1, self._process.kill)
        killer.daemon = True
        killer.start()

    def abandon(self) -> None:
        """Close the child's standard input: without a word before, the sign that nobody watches it any more."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def join(self, timeout: float) -> None:
        """Wait until the child has ended and its end was told; kill it when the time is up."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._thread.join(timeout)

    def _listen(self) -> None:
        outcome: dict[str, Any] | None = None
        for line in self._process.stdout or ():
            self._heard = time.monotonic()
            try:
                event = json.loads(line)
                kind, data = event["kind"], event["data"]
            except (ValueError, KeyError, TypeError):
                # Something printed by a library.
                continue
            if kind == "outcome":
                outcome = data
            elif kind != "heartbeat":
                self._on_event(kind, data)
        self._process.wait()
        self._on_end(outcome)

    def _watch(self) -> None:
        while self._process.poll() is None:
            time.sleep(1)
            if time.monotonic() - self._heard > self._silence_seconds:
                self._process.kill()
