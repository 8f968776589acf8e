"""What of a training depends on its task: the model, what it is given, its loss, its answers and their judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from albert_widgets.backend.job_worker import JobContext
    from albert_widgets.backend.tokens import SharedTokenizer
    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared, Rows
    from .trainer import BertTrainer, OrderedRows


@dataclass(frozen=True, eq=False)
class Given:
    """What an objective works with.

    Attributes
    ----------
    base
        Folder of the checkpoint that the training begins with.
    limit
        Tokens that a text is cut to, or None.
    """

    context: JobContext
    settings: FitSettings
    prepared: Prepared
    base: Path
    tokenizer: SharedTokenizer
    device: str
    limit: int | None

    def encoded(self, rows: Rows) -> dict[str, list[list[int]]]:
        """Return the texts of rows as tokens, by the name of the model's argument."""
        encoding = self.tokenizer.encode(rows.texts, rows.pairs, self.limit)
        return {name: encoding[name] for name in encoding}


class Judged(Protocol):
    """How good a model's answers are."""

    @property
    def metrics(self) -> dict[str, float]:
        """Name and value."""

    @property
    def primary(self) -> str:
        """The one that people look at first; greater is better."""


@dataclass(frozen=True)
class RougeJudged:
    """How good summaries are, in words that they have in common with a reference.

    Attributes
    ----------
    primary
        A name of ROUGE.
    """

    metrics: dict[str, float]
    primary: str


class Objective(Protocol):
    """What a training asks of its task.

    Attributes
    ----------
    chosen_by
        Name of the metric that chooses the best checkpoint; greater is better.
    settings
        All choices, with a value for each that was left to the task.
    """

    chosen_by: str
    settings: FitSettings

    def model(self) -> Any:
        """Return a model to train; what is new in it is random."""

    def rows(self, rows: Rows) -> OrderedRows:
        """Return rows as the model reads them, with their targets."""

    def collator(self, model: Any) -> Callable[[list[Any]], dict[str, Any]]:
        """Return what makes a batch of rows."""

    def loss(self) -> Callable[[torch.Tensor, torch.Tensor, bool], torch.Tensor] | None:
        """Return what makes the mean loss of logits, targets, and whether it is learned from; None: the model's own."""

    def metrics(self) -> Callable[[Any], dict[str, float]] | None:
        """Return what judges the logits of an evaluation; None if nobody looks at them."""

    def measures(self, model: Any) -> dict[str, float]:
        """Return what an evaluation measures beside loss and logits."""

    def answers(self, trainer: BertTrainer, order: NDArray[Any]) -> Any:
        """Return what the trained model says of the validation rows, which the trainer has in ``order``."""

    def judged(self, answers: Any) -> Judged:
        """Return how good answers are."""

    def finished(self, model: Any, answers: Any) -> tuple[Any, Any]:
        """Return the plain model as it is published, and its answers."""

    def kept(self, answers: Any) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return what is kept of the validation rows: figures, beside the model; words, which stay in the job."""


def objective_of(given: Given) -> Objective:
    """Return the objective of the rows' task."""
    from .extracting import Extracting
    from .labelling import Labelling
    from .summarizing import Summarizing

    made: dict[str, type[Objective]] = {"summary": Summarizing, "extract": Extracting}
    return made.get(given.prepared.task, Labelling)(given)  # type: ignore[call-arg]
