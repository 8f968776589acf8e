"""One training of a study, inside the study's job: its own folder, its part of the progress, its figures."""

from __future__ import annotations

import gc
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .fit import Run
from .metrics import evaluate
from .trainer import restored

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from albert_widgets.backend.job_worker import JobContext

    from .trials import Trial


@dataclass
class TrialContext:
    """Stands for the job's :class:`~albert_widgets.backend.job_worker.JobContext` in one of its trainings.

    Attributes
    ----------
    job
        The study's own.
    number
        Of the training, from 1; its metrics and checkpoints carry it. 0 tells nothing.
    folder
        Of the training: checkpoints go there.
    before, passes, total
        Rows that were read before it, that it reads, and that the study reads in all.
    """

    job: JobContext
    number: int
    folder: Path
    before: int
    passes: int
    total: int

    @property
    def spec(self) -> dict[str, Any]:
        """What was asked for."""
        return self.job.spec

    @property
    def should_end(self) -> bool:
        """Whether the job was asked to end."""
        return self.job.should_end

    @property
    def wanted(self) -> str:
        """Why; a stopped study ends as a paused one does, for half a training says nothing about its setting."""
        return "paused" if self.job.wanted == "stopped" else self.job.wanted

    def progress(self, done: float, total: float, unit: str) -> None:
        """Tell how far the study is."""
        if self.number:
            self.job.progress(self.before + round(self.passes * min(done / total, 1.0)), self.total, unit)

    def log(self, message: str) -> None:
        """Tell a sentence for the user."""
        if self.number:
            self.job.log(message)

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Tell an event, and of which training it is."""
        if self.number:
            self.job.tell(kind, {**data, "trial": self.number})


@dataclass(frozen=True, eq=False)
class Trained:
    """What came out of a training.

    Attributes
    ----------
    record
        JSON-serialisable: the fields of :class:`albert_widgets.results.Trial`, and ``primary``.
    logits
        Of the rows that it is judged by, float32.
    """

    record: dict[str, Any]
    logits: NDArray[np.float32]


def conduct(context: TrialContext, trial: Trial) -> Trained:
    """Train, judge, and delete what was written on the way.

    Raises
    ------
    Ended
        The job was asked to end; what is there so far is kept.
    NoRoom
        Memory is too small for the batches.
    """
    start = time.monotonic()
    run = run_of(context, trial)
    with run.within_memory():
        logits = run.learn()
        loss = None
        if trial.tests is not None:
            logits, loss = _answers(run, trial)
    rows, state = trial.judged_by, run.trainer.state
    evaluation = evaluate(trial.prepared.task, trial.prepared.label_names, np.asarray(rows.targets), logits)
    best = state.best_global_step or state.global_step
    if loss is None:
        measured = [one for one in state.log_history if one["step"] == best and "eval_loss" in one]
        loss = measured[-1]["eval_loss"] if measured else None
    record = {
        "name": trial.name,
        "setting": trial.setting,
        "rows": len(trial.prepared.train),
        "judged_rows": len(rows),
        "metrics": {**({} if loss is None else {"loss": float(loss)}), **evaluation.metrics},
        "seconds": time.monotonic() - start,
        "epochs": float(state.epoch or 0.0),
        "steps": state.global_step,
        "best_step": best,
    }
    shutil.rmtree(context.folder, ignore_errors=True)
    del run
    # A trainer and what it made hold each other; the next one needs the memory.
    gc.collect()
    return Trained(record, logits)


def run_of(context: TrialContext, trial: Trial) -> Run:
    """Return the run of a training."""
    return Run.of(cast("JobContext", context), trial.settings, trial.prepared)


def _answers(run: Run, trial: Trial) -> tuple[NDArray[np.float32], float]:
    """Return what the best model says of the rows that had no part in its training, and its loss."""
    rows, order = run.objective.rows(trial.judged_by).longest_first()
    told: Any = run.trainer.predict(cast("Any", rows))
    return restored(np.asarray(told.predictions, np.float32), order), told.metrics["test_loss"]
