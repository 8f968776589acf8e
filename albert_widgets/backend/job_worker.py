"""The child process of a job: does the work and tells its events; run as ``python -m`` with the job's folder."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import psutil
from filelock import FileLock

from albert_widgets.errors import AlbertError

from .job_process import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

HEARTBEAT_EVERY_SECONDS = 5.0
IDLE_SECONDS, IDLE_PERCENT = 0.3, 20.0
"""How long to look at the machine, and of how much work at most it is taken for idle."""


class Ended(Exception):  # no error: somebody asked for it
    """The job was asked to end."""


@dataclass
class JobContext:
    """What the work of a job is given.

    Attributes
    ----------
    spec
        What was asked for.
    folder
        The job's own folder.
    grace_seconds
        How long the work may go on after it was asked to end.
    wanted
        ``""``; ``"stopped"`` or ``"paused"`` when somebody asked for it; ``"abandoned"`` when nobody watches any more.
    """

    spec: dict[str, Any]
    folder: Path
    grace_seconds: float
    _out: TextIO
    wanted: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: threading.Event = field(default_factory=threading.Event)
    _first: tuple[str, float, float] | None = None

    @property
    def should_end(self) -> bool:
        """Whether the job was asked to end."""
        return self._end.is_set()

    def check(self) -> None:
        """Leave the work here if the job was asked to end. Raises Ended."""
        if self.should_end:
            raise Ended

    def progress(self, done: float, total: float, unit: str) -> None:
        """Tell how far the work is; speed and remaining time are those of this run, and of this unit."""
        now = time.monotonic()
        if self._first is None or self._first[0] != unit:
            self._first = (unit, now, done)
        seconds, more = now - self._first[1], done - self._first[2]
        speed = more / seconds if seconds > 0 else 0.0
        eta = (total - done) / speed if speed > 0 else None
        data = {"done": done, "total": total, "unit": unit, "per_second": speed, "eta_seconds": eta}
        self.tell("progress", data)

    def log(self, message: str) -> None:
        """Tell a sentence for the user."""
        self.tell("log", {"message": message})

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Write one event for the store."""
        with self._lock:
            self._out.write(json.dumps({"kind": kind, "data": data}) + "\n")
            self._out.flush()

    def watch(self) -> None:
        """Begin to listen for the sign to end (a word, or standard input closes) and to send heartbeats."""

        def listen() -> None:
            self.wanted = sys.stdin.readline().strip() or "abandoned"
            self._end.set()
            # A transfer that waits for the network cannot look; what it wrote so far stays.
            time.sleep(self.grace_seconds)
            os._exit(1)

        def beat() -> None:
            with contextlib.suppress(OSError, ValueError):
                while True:
                    self.tell("heartbeat", {})
                    time.sleep(HEARTBEAT_EVERY_SECONDS)

        threading.Thread(target=listen, daemon=True).start()
        threading.Thread(target=beat, daemon=True).start()


def main(folder: Path) -> None:
    """Do the job in ``folder`` and tell its outcome."""
    if psutil.cpu_percent(interval=IDLE_SECONDS) < IDLE_PERCENT:
        # Nobody else wants the processor, so threads that wait for each other need not sleep: a training is a sixth
        # faster. Where others work, too, it would be half as fast; see albert_widgets.backend.
        os.environ["OMP_WAIT_POLICY"] = "ACTIVE"
    # What libraries print must not mix with the events.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    kind = KINDS[job["kind"]]
    context = JobContext(job["spec"], folder, kind.grace_seconds, out)
    context.watch()
    module, _, function = kind.function.partition(":")
    try:
        with _alone(folder):
            outcome = {"result": getattr(importlib.import_module(module), function)(context)}
    except Ended:
        outcome = {}
    except AlbertError as error:
        outcome = {"error": error.to_dict()}
    except Exception as error:  # noqa: BLE001  # whatever it was, the user is told and the log has the rest
        import traceback

        traceback.print_exc()
        outcome = {"error": AlbertError(f"The job failed: {error}", f"Its log: {folder / 'log.txt'}").to_dict()}
    context.tell("outcome", outcome)
    # Threads of a library that still wait for the network must not hold the end up.
    os._exit(0)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for an earlier child of this job that is still writing what it has, as one whose service was killed."""
    with FileLock(folder / "child.lock"):
        yield


if __name__ == "__main__":
    main(Path(sys.argv[1]))
