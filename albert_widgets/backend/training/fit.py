"""The job of fine-tuning: from rows to a model in the catalogue, stopped and resumed at any step."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Rows are tokenized before the Trainer begins; its workers must not warn about it.
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
import transformers as tf

from albert_widgets.backend.catalog import Catalog
from albert_widgets.backend.engines.torch import choose_device
from albert_widgets.backend.job_worker import Ended
from albert_widgets.backend.tokens import SharedTokenizer
from albert_widgets.errors import NoRoom
from albert_widgets.fit_settings import FitSettings

from . import publish
from .attention import quicken
from .objective import Given, Objective, objective_of
from .precision import chosen
from .submission import prepared_in
from .trainer import BertTrainer, Teller, last_checkpoint, measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.backend.job_worker import JobContext

    from .split import Prepared

BETTER = 1e-5
"""A run goes on for an evaluation that is better by more than this; what chooses between equals is smaller."""


def fit(context: JobContext) -> dict[str, Any]:
    """Train a model on the rows in the job's folder and put it into the catalogue.

    ``context.spec`` holds ``settings`` (:class:`FitSettings`), ``validation`` (the share of the rows, where there is
    no file of them) and ``drop_incomplete``.

    Returns
    -------
    ``model`` (its id), ``metrics`` of the validation rows, ``best_step``, ``steps``, ``epochs``, ``seconds``.

    Raises
    ------
    AlbertError
        The data or a setting cannot be used, the model cannot be trained, or there is no room.
    Ended
        The job was paused, or nobody watches it any more; a checkpoint is there.
    """
    settings = FitSettings.of(**context.spec["settings"])
    start = time.monotonic()
    run = Run.of(context, settings, prepared_in(context.folder, context.spec, settings))
    with run.within_memory():
        answers = run.learn()
        return run.publish(answers, seconds=time.monotonic() - start)


@dataclass
class Run:
    """One training run: its trainer, and the rows by which it is judged.

    Attributes
    ----------
    objective
        What of it depends on the task.
    order
        The validation rows as they are evaluated, longest first.
    """

    context: JobContext
    settings: FitSettings
    prepared: Prepared
    device: str
    trainer: BertTrainer
    tokenizer: SharedTokenizer
    objective: Objective
    order: NDArray[np.int64]

    @classmethod
    def of(cls, context: JobContext, settings: FitSettings, prepared: Prepared) -> Run:
        """Make everything that the run needs."""
        catalog = Catalog()
        entry = catalog.find(settings.model)
        catalog.check(entry)
        device = choose_device(settings.device)
        tokenizer = SharedTokenizer.load(entry.folder)
        limit = min(filter(None, (settings.max_length, entry.info.max_length, tokenizer.max_length)), default=None)
        given = Given(context, settings, prepared, entry.folder, tokenizer, device, limit)
        objective = objective_of(given)
        # Before the new head gets its random weights: the same seed gives the same run.
        tf.set_seed(settings.seed)
        model = objective.model()
        train = objective.rows(prepared.train)
        held_out, order = objective.rows(prepared.validation).longest_first()
        quicken(model, device, max(train.lengths))
        per_epoch = -(-len(train) // settings.rows_of_step)
        if "tensorboard" in settings.report_to:
            place = context.folder / "tensorboard"
            os.environ.setdefault("TENSORBOARD_LOGGING_DIR", str(place))
            context.log(f"tensorboard --logdir {place}")
        precision = chosen(context.folder, settings.precision, device)
        arguments = tf.TrainingArguments(
            output_dir=str(context.folder / "checkpoints"),
            num_train_epochs=settings.epochs,
            learning_rate=objective.settings.rate,
            per_device_train_batch_size=settings.rows_at_once,
            per_device_eval_batch_size=4 * settings.rows_at_once,
            gradient_accumulation_steps=settings.gradient_accumulation,
            warmup_steps=settings.warmup,
            lr_scheduler_type="linear",
            weight_decay=settings.weight_decay,
            eval_strategy="steps",
            # Rounded up: the last evaluation of all is then that of the last step.
            eval_steps=-(-per_epoch // settings.evaluations),
            logging_steps=max(1, per_epoch // 50),
            save_strategy="best",
            save_total_limit=2,
            metric_for_best_model=objective.chosen_by,
            greater_is_better=True,
            load_best_model_at_end=True,
            seed=settings.seed,
            bf16=precision == "bfloat16",
            use_cpu=device == "cpu",
            optim="adamw_torch_fused",
            report_to=list(settings.report_to) or "none",
            dataloader_pin_memory=device != "cpu",
            disable_tqdm=True,
            log_level="error",
        )
        callbacks: list[tf.TrainerCallback] = [Teller(context, settings.rows_of_step, settings.checkpoint_seconds)]
        if settings.patience:
            callbacks.append(tf.EarlyStoppingCallback(settings.patience, early_stopping_threshold=BETTER))
        trainer = BertTrainer(
            model=model,
            args=arguments,
            train_dataset=train,
            eval_dataset=held_out,
            data_collator=objective.collator(model),
            callbacks=callbacks,
            objective=objective,
            context=context,
        )
        with contextlib.suppress(ValueError):
            # It would print each log once more.
            trainer.remove_callback(tf.PrinterCallback)
        context.log(
            f"{len(train):,} rows to learn from, {len(held_out):,} to judge by; {settings.model}, {settings.method}, "
            f"{precision} on {device}"
        )
        return cls(context, settings, prepared, device, trainer, tokenizer, objective, order)

    def learn(self) -> Any:
        """Train, or go on from the last whole checkpoint; return what the best model says of the validation rows.

        Returns
        -------
        Answers, as the objective has them.

        Raises
        ------
        Ended
            The job was paused, or nobody watches it any more.
        """
        checkpoint = last_checkpoint(Path(str(self.trainer.args.output_dir)))
        if checkpoint:
            step = int(checkpoint.rpartition("-")[2])
            self.context.log(f"Going on from step {step}.")
            self.context.tell("checkpoint", {"step": step, "resumed": True})
        self.trainer.train(resume_from_checkpoint=checkpoint)
        if self.context.should_end and self.context.wanted != "stopped":
            raise Ended
        return self.objective.answers(self.trainer, self.order)

    @contextlib.contextmanager
    def within_memory(self) -> Iterator[None]:
        """Say what to change where the memory is too small. Raises NoRoom."""
        try:
            yield
        except (MemoryError, torch.OutOfMemoryError) as error:
            size = self.settings.rows_at_once
            raise NoRoom(
                f"Not enough memory on {self.device} for batches of {size} rows.",
                f"Halve it: batch_size={max(1, size // 2)}, gradient_accumulation=2; or cut the texts: max_length=128.",
            ) from error

    def publish(self, answers: Any, *, seconds: float) -> dict[str, Any]:
        """Put the model into the catalogue, and return the job's result."""
        state = self.trainer.state
        model, answers = self.objective.finished(self.trainer.model, answers)
        judged = self.objective.judged(answers)
        report = {
            "metrics": judged.metrics,
            "primary": judged.primary,
            "best_step": state.best_global_step or state.global_step,
            "steps": state.global_step,
            "epochs": state.epoch or 0.0,
            "seconds": seconds,
        }
        figures, words = self.objective.kept(answers)
        publish.publish(
            self.context,
            model,
            self.tokenizer,
            self.objective.settings,
            self.prepared,
            report={**report, "history": history(state.log_history)},
            figures=figures,
            words=words,
        )
        return {"model": f"run:{self.settings.name}", **report}


def history(log: list[dict[str, float]]) -> list[dict[str, float]]:
    """Return what was measured on the way."""
    return [found for event in log if (found := measured(event))]
