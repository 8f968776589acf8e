"""The objective of classes and numbers: logits, judged by how often and how far they are wrong."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import DataCollatorWithPadding

from .metrics import evaluate, score
from .model import cool, trainable, whole
from .rows import asked
from .trainer import SCORE, TokenRows, restored
from .weights import class_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from albert_widgets.results import Evaluation

    from .objective import Given
    from .split import Rows
    from .trainer import BertTrainer


class Labelling:
    """Texts that get labels or numbers; answers are logits, float32 ``(rows, classes)`` in the order of the rows."""

    def __init__(self, given: Given) -> None:
        self._given, self._prepared = given, given.prepared
        self.settings = dataclasses.replace(given.settings, learning_rate=given.settings.rate)
        self.chosen_by = SCORE
        self._best: tuple[float, NDArray[np.float32]] | None = None

    def model(self) -> Any:
        """Return a classifier."""
        names, method = self._prepared.label_names, self.settings.method
        return trainable(self._given.base, self._prepared.task, names, method, device=self._given.device)

    def rows(self, rows: Rows) -> TokenRows:
        """Return the rows' tokens, with classes by their numbers."""
        return TokenRows(self._given.encoded(rows), np.asarray(rows.targets))

    def collator(self, model: Any) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
        """Return what pads a batch."""
        del model
        padding: Callable[[list[dict[str, Any]]], dict[str, Any]] = DataCollatorWithPadding(self._given.tokenizer.hub)
        return padding

    def loss(self) -> Callable[[torch.Tensor, torch.Tensor, bool], torch.Tensor] | None:
        """Return the loss with a weight for each class, if they have some."""
        found = class_weights(self.settings.class_weights, self._prepared)
        if found is None:
            return None
        weights = torch.from_numpy(found)

        def weighed(logits: torch.Tensor, targets: torch.Tensor, _: bool) -> torch.Tensor:
            scores, here = logits.float(), weights.to(logits.device)
            if targets.dtype.is_floating_point:
                return torch.nn.functional.binary_cross_entropy_with_logits(scores, targets, pos_weight=here)
            return torch.nn.functional.cross_entropy(scores, targets, weight=here)

        return weighed

    def metrics(self) -> Callable[[Any], dict[str, float]] | None:
        """Return what judges logits."""
        prepared = self._prepared

        def judge(told: Any) -> dict[str, float]:
            evaluation = evaluate(prepared.task, prepared.label_names, told.label_ids, told.predictions)
            reached = score(evaluation)
            if self._best is None or reached > self._best[0]:
                self._best = reached, np.asarray(told.predictions, np.float32)
            return {**evaluation.metrics, SCORE: reached}

        return judge

    def measures(self, model: Any) -> dict[str, float]:
        """Return nothing: the logits say all."""
        del model
        return {}

    def answers(self, trainer: BertTrainer, order: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the logits, asked for once more only where the best step was before a crash or a pause."""
        if self._best is not None and self._best[0] == trainer.state.best_metric:
            answer = self._best[1]
        else:
            held_out: Any = trainer.eval_dataset
            answer = np.asarray(trainer.predict(held_out).predictions, np.float32)
        return restored(answer, order)

    def judged(self, answers: NDArray[np.float32]) -> Evaluation:
        """Compare logits with the truth."""
        prepared = self._prepared
        return evaluate(prepared.task, prepared.label_names, np.asarray(prepared.validation.targets), answers)

    def finished(self, model: Any, answers: NDArray[np.float32]) -> tuple[Any, NDArray[np.float32]]:
        """Return the plain model, with the temperature of its logits in its weights if that is wanted."""
        plain = whole(model, self._given.base)
        if self.settings.temperature_scaling and (calibration := self.judged(answers).calibration) is not None:
            cool(plain, calibration.temperature)
            answers = answers / np.float32(calibration.temperature)
        return plain, answers

    def kept(self, answers: NDArray[np.float32]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return targets and logits, and the rows."""
        held_out = self._prepared.validation
        return {"targets": np.asarray(held_out.targets), "logits": answers}, asked(held_out)
