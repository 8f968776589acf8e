"""Watching a job: how far it is and what it measures, in one line, until it has ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .progress import SHOW_SECONDS, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from .job import Job


def watch(job: Job, show: Callable[[str], None]) -> None:
    """Show how a job comes along, until it has ended."""
    state, shown, last = "queued", "", 0.0
    data: dict[str, Any] = {}
    measured = ""
    try:
        for event in job.events():
            if event.kind == "progress":
                data = event.data
            elif event.kind == "state":
                state = str(event.data.get("state"))
            elif event.kind == "metric":
                measured = measures(event.data) or measured
            else:
                continue
            rests = f"%albert jobs {job.id} --resume goes on with it" if state == "paused" else ""
            line = ", ".join(part for part in (f"{job.id}: {state}", progress(data), measured, rests) if part)
            if line != shown and (event.kind == "state" or time.monotonic() - last >= SHOW_SECONDS):
                show(line)
                shown, last = line, time.monotonic()
    finally:
        show("")


def measures(data: dict[str, Any]) -> str:
    """Return what an evaluation found, in words, or nothing for another metric event: ``"accuracy 0.866"``.

    Of a study, the number of the training comes first: ``"training 2: accuracy 0.866"``.
    """
    found = {name.removeprefix("eval_"): value for name, value in data.items() if name.startswith("eval_")}
    words = " ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in list(found.items())[:3])
    return f"training {data['trial']}: {words}" if words and "trial" in data else words
