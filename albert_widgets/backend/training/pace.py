"""How long a training takes on this machine: the first steps of one are measured, and the rest is counted."""

from __future__ import annotations

import math
import shutil
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psutil
from transformers import TrainerCallback

from albert_widgets.errors import InputInvalid

from .trial_run import TrialContext, run_of
from .trials import Trial, sample

if TYPE_CHECKING:
    from albert_widgets.backend.job_worker import JobContext
    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared

STEPS = 6
"""That are measured; the first of them warms up and does not count."""
MARGIN = 0.85
"""Of the time is planned with; the rest is for what goes slower than it was measured."""


@dataclass(frozen=True)
class Pace:
    """What a training costs, in seconds.

    Attributes
    ----------
    row
        To learn from one row once.
    evaluation
        One evaluation and checkpoint.
    rest
        All else once: loading, one evaluation, the last answers.
    measuring
        What it took to know this, since the job's process began.
    """

    row: float
    evaluation: float
    rest: float
    measuring: float


class StepClock(TrainerCallback):
    """Takes the time of steps, and of an evaluation with its checkpoint."""

    def __init__(self) -> None:
        self.steps: list[float] = []
        self.evaluation = 0.0
        self._begun = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        """Start."""
        self._begun = time.monotonic()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Take the time of the step, and start anew for what follows it."""
        now = time.monotonic()
        self.steps.append(now - self._begun)
        self._begun = now

    def on_save(self, *_: Any, **__: Any) -> None:
        """Take the time since the last step."""
        self.evaluation = time.monotonic() - self._begun


def measured(context: JobContext, prepared: Prepared, settings: FitSettings) -> Pace:
    """Train for a few steps, and return what they cost.

    Raises
    ------
    Ended
        The job was asked to end.
    """
    start = time.monotonic()
    rows_of_step = settings.rows_of_step
    some = sample(prepared, STEPS * rows_of_step, len(prepared.validation), settings.seed)
    trial = Trial("measuring", {}, replace(settings, epochs=1.0, evaluations=1, patience=0), some)
    folder = context.folder / "trials" / "measuring"
    # A measurement that was cut off measures nothing when it goes on.
    shutil.rmtree(folder, ignore_errors=True)
    clock = StepClock()
    run = run_of(TrialContext(context, 0, folder, 0, 0, 0), trial)
    run.trainer.add_callback(clock)
    with run.within_memory():
        run.learn()
    shutil.rmtree(folder, ignore_errors=True)
    # The start of this process is a part of what the user waits for.
    seconds, spent = time.monotonic() - start, time.time() - psutil.Process().create_time()
    counted = clock.steps[1:] or clock.steps
    rows = min(rows_of_step * len(counted), len(some.train))
    # What the first step takes beyond the others, each training pays again: the longest batch comes first.
    rest = seconds - len(clock.steps) * sum(counted) / len(counted)
    return Pace(sum(counted) / rows, clock.evaluation, max(0.0, rest), spent)


def fitted(pace: Pace, prepared: Prepared, settings: FitSettings, *, seconds: float, trials: int) -> tuple[int, int]:
    """Return how many rows, and how many epochs of them, each of ``trials`` can learn from within ``seconds``.

    As many rows as there is time for come first, then further epochs of all of them.

    Raises
    ------
    InputInvalid
        There is no time for one step of each.
    """
    share = MARGIN * (seconds - pace.measuring) / trials
    step = settings.rows_of_step
    least = min(step, len(prepared.train))
    rows = int((share - pace.rest) / pace.row)
    if rows < least:
        need = math.ceil(pace.measuring + trials * (pace.rest + least * pace.row) / MARGIN)
        raise InputInvalid(
            f"seconds={seconds:g} is too short for {trials} rates: on this machine one step of each takes {need} s.",
            f"seconds={10 * math.ceil(need / 8)}, or fewer rates.",
        )
    if rows < len(prepared.train):
        return rows, 1
    whole = len(prepared.train)
    epochs = (share - pace.rest + pace.evaluation) / (whole * pace.row + pace.evaluation)
    return whole, max(1, min(int(epochs), round(settings.epochs)))
