"""transformers' Trainer with what a notebook needs: rows in order, whole checkpoints, a clean end at any step."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import psutil
import torch
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from albert_widgets.backend.disk import is_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.job_worker import JobContext

    from .objective import Objective

WHOLE = "whole"
"""Empty file that is put into a checkpoint last: without it the checkpoint was cut off."""
SCORE = "score"
"""Name of the metric by which the best checkpoint is chosen; nobody sees it."""
TELL_SECONDS = 0.5
"""Shortest time between two events of progress."""


class OrderedRows(Protocol):
    """Rows that a model reads, with their targets.

    Attributes
    ----------
    lengths
        How long each row is, for batches with little padding.
    """

    lengths: list[int]

    def longest_first(self) -> tuple[OrderedRows, NDArray[np.int64]]:
        """Return the rows with the longest first, and where each of them stood."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...


class TokenRows(torch.utils.data.Dataset[dict[str, Any]]):
    """Tokenized rows with their targets.

    Parameters
    ----------
    encoded
        The tokenizer's answer without padding: name → one list a row.
    targets
        int64 ``(n,)``, float32 ``(n, classes)`` or float32 ``(n,)``; or the tokens of ``n`` summaries.
    """

    def __init__(self, encoded: dict[str, list[list[int]]], targets: NDArray[Any] | list[list[int]]) -> None:
        self._encoded = encoded
        self._targets = targets
        self.lengths = [len(ids) for ids in encoded["input_ids"]]

    def longest_first(self) -> tuple[TokenRows, NDArray[np.int64]]:
        """Return the rows with the longest first, for little padding, and where each of them stood."""
        order = np.argsort([-length for length in self.lengths], kind="stable")
        encoded = {name: [values[row] for row in order] for name, values in self._encoded.items()}
        targets = self._targets
        moved = [targets[row] for row in order] if isinstance(targets, list) else targets[order]
        return TokenRows(encoded, moved), order

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = {name: values[index] for name, values in self._encoded.items()}
        return {**row, "labels": self._targets[index]}


class LengthGroups(torch.utils.data.Sampler[int]):
    """Rows in random order, neighbours of nearly the same length; the same order again for the same epoch and seed.

    Shuffled, cut into runs of 50 batches, each run sorted by length: little padding, and batches are still random.
    Unlike transformers' own sampler its order depends on nothing but seed and epoch, so a resumed run sees the rows
    that it would have seen.
    """

    RUN = 50

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order is given."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        random = np.random.default_rng((self._seed, self._epoch))
        order = random.permutation(len(self._lengths))
        size = self.RUN * self._batch_size
        runs = [order[at : at + size] for at in range(0, len(order), size)]
        grouped = np.concatenate([run[np.argsort(-self._lengths[run], kind="stable")] for run in runs])
        batches = [grouped[at : at + self._batch_size] for at in range(0, len(grouped), self._batch_size)]
        # The longest batch of all comes first: what does not fit into memory fails at once, not after an hour.
        first = max(range(len(batches)), key=lambda at: int(self._lengths[batches[at]].max()))
        rest = [at for at in random.permutation(len(batches)) if at != first]
        # Only the last batch may be smaller than the others.
        rest.sort(key=lambda at: len(batches[at]) < self._batch_size)
        for at in [first, *rest] if len(batches[first]) == self._batch_size else [*rest, first]:
            yield from batches[at].tolist()


class BertTrainer(Trainer):
    """Trainer whose evaluation keeps the rows' order, and whose checkpoints are whole or not there at all.

    Parameters
    ----------
    objective
        Of the task: says what the loss is, and what an evaluation measures.
    context
        The job, which is told of a checkpoint that could not be written.
    """

    def __init__(self, *args: Any, objective: Objective, context: JobContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compute_metrics = objective.metrics()
        self._loss = objective.loss()
        self._objective = objective
        self._context = context
        self._is_full = False
        if self._loss is not None:
            # It is a mean of the batch, so that Trainer must divide it where several batches make a step.
            self.loss_is_scaled_for_ga = False

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        dataset: Any = self.train_dataset if train_dataset is None else train_dataset
        return LengthGroups(dataset.lengths, self.args.train_batch_size, self.args.seed)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return the objective's loss, or the model's own."""
        if self._loss is None:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        outputs = model(**{name: value for name, value in inputs.items() if name != "labels"})
        loss = self._loss(outputs.logits, inputs["labels"], model.training)
        return (loss, outputs) if return_outputs else loss

    def evaluation_loop(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluate as Trainer does, and add what the objective measures in its own way."""
        found: Any = super().evaluation_loop(*args, **kwargs)
        prefix = kwargs.get("metric_key_prefix", "eval")
        measured = self._objective.measures(self.model)
        found.metrics.update({f"{prefix}_{name}": value for name, value in measured.items()})
        return found

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        folder = Path(str(self.args.output_dir)) / f"checkpoint-{self.state.global_step}"
        if (folder / WHOLE).exists():
            return
        try:
            super()._save_checkpoint(model, trial)
            (folder / WHOLE).touch()
            self._is_full = False
        except Exception as error:
            # Full disks say so in several libraries' own words; the last good checkpoint stays, and the run goes on.
            shutil.rmtree(folder, ignore_errors=True)
            if not _is_disk_trouble(error, folder.parent):
                raise
            if not self._is_full:
                self._context.log(f"No checkpoint can be written ({error}); the run goes on, the last one is kept.")
            self._is_full = True


class Teller(TrainerCallback):
    """Tells the job what happens, saves at times, and ends the run when it is asked to.

    Parameters
    ----------
    context
        The job.
    rows_per_step
        Training rows of one optimizer step.
    checkpoint_seconds
        Longest time between two checkpoints.
    """

    def __init__(self, context: JobContext, rows_per_step: int, checkpoint_seconds: float) -> None:
        self._context = context
        self._rows_per_step = rows_per_step
        self._checkpoint_seconds = checkpoint_seconds
        self._saved = self._told = time.monotonic()
        self._process = psutil.Process()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Tell the progress, and see whether it is time to save or to end."""
        del args
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS or state.global_step >= state.max_steps:
            rows = self._rows_per_step
            self._context.progress(state.global_step * rows, state.max_steps * rows, "rows")
            self._told = now
        if self._context.should_end:
            control.should_training_stop = True
            # A stopped run is measured once more, so that its last steps count if they were good.
            control.should_evaluate = self._context.wanted == "stopped"
            control.should_save = True
        elif now - self._saved > self._checkpoint_seconds:
            control.should_save = True
        return control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        """Tell losses and measures, with the step and epoch they belong to, and the bytes that the process takes."""
        del args, control
        if told := measured(logs or {}):
            facts = {"step": state.global_step, "epoch": state.epoch or 0.0, "memory": self._process.memory_info().rss}
            self._context.tell("metric", {**told, **facts})

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Tell that a crash from now on costs nothing that came before."""
        del control
        self._saved = time.monotonic()
        if (Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / WHOLE).exists():
            self._context.tell("checkpoint", {"step": state.global_step})


def restored(answers: NDArray[np.float32], order: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return answers to :meth:`TokenRows.longest_first` in the order that the rows had before."""
    found = np.empty_like(answers)
    found[order] = answers
    return found


def measured(logs: dict[str, Any]) -> dict[str, float]:
    """Return the losses and measures of a log, without what only says how long something took."""
    hidden = {f"eval_{SCORE}", "eval_runtime", "eval_samples_per_second", "eval_steps_per_second"}
    if "train_runtime" in logs:
        return {}
    return {name: float(value) for name, value in logs.items() if name not in hidden and isinstance(value, int | float)}


def best_loss(trainer: BertTrainer) -> float:
    """Return the validation loss of the step that the trained model is from; NaN if nothing was evaluated."""
    state = trainer.state
    losses = {event["step"]: event["eval_loss"] for event in state.log_history if "eval_loss" in event}
    return float(losses.get(state.best_global_step or 0, next(reversed(losses.values()), float("nan"))))


def last_checkpoint(folder: Path) -> str | None:
    """Return the newest whole checkpoint in ``folder``; those that were cut off are deleted."""
    for checkpoint in folder.glob("checkpoint-*"):
        if not (checkpoint / WHOLE).exists():
            shutil.rmtree(checkpoint, ignore_errors=True)
    if not folder.is_dir():
        return None
    last: str | None = get_last_checkpoint(str(folder))  # type: ignore[no-untyped-call]
    return last


def _is_disk_trouble(error: BaseException, folder: Path) -> bool:
    """Say whether a checkpoint failed for want of room: by its number, its words, or what the disk has left."""
    if is_full(error):
        return True
    stat = os.statvfs(folder) if hasattr(os, "statvfs") else None
    is_near = stat is not None and stat.f_bavail * stat.f_frsize < 1_000_000
    return is_near or "No space left" in str(error) or "os error 28" in str(error)
