"""How a model is fine-tuned: every choice, checked, with a default that works."""

from __future__ import annotations

import dataclasses
import difflib
import importlib.util
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InputInvalid
from .labels import ANSWERED
from .summarizer import MAX_BEAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

METHODS = ("full", "lora", "head")
PRECISIONS = ("auto", "float32", "bfloat16")
RATES = {"full": 1e-4, "lora": 5e-4, "head": 2e-3}
"""Learning rates by method: the best for small BERTs lie in 3e-5 to 3e-4, the fewer weights are trained the higher."""
RATES_OF_SUMMARIES = {"full": 3e-4, "lora": 1e-3, "head": 1e-3}
"""The same for summaries: cross-attention begins at random and asks for more than a classifier does."""
OF_TASKS = (
    (("class_weights",), ("single_label", "multi_label")),
    (("temperature_scaling",), ANSWERED),
    (("method", "max_length"), (*ANSWERED, "summary")),
    (("target_length", "beams", "label_smoothing", "tie_weights"), ("summary",)),
)
"""Settings that only some tasks have, and these."""
USUAL: dict[str, dict[str, Any]] = {"extract": {"method": "head", "epochs": 12.0, "evaluations": 1}}
"""Defaults of tasks that are others than those of :class:`FitSettings`: a small head learns in many short epochs."""

BATCH, MANY = 16, 2_000
"""Rows of a forward pass; from so many rows on it is twice as many, for there are steps enough then."""

TRACKERS = {
    **{
        name: name
        for name in ("clearml", "codecarbon", "comet_ml", "dagshub", "dvclive", "mlflow", "neptune", "swanlab")
    },
    "azure_ml": "azureml",
    "flyte": "flytekit",
    "tensorboard": "tensorboard",
    "trackio": "trackio",
    "wandb": "wandb",
}
"""Trackers that transformers reports to, and the package that each needs."""

_NAME = re.compile(r"[\w][\w.-]{0,63}")


@dataclass(frozen=True)
class FitSettings:
    """The choices of one training run.

    Attributes
    ----------
    name
        The model will be ``run:NAME``; letters, digits, ``-``, ``_`` and ``.``.
    model
        Id of the checkpoint to begin with.
    method
        ``"full"``: all weights. ``"lora"``: small matrices beside the attention projections (Hu et al. 2021), merged
        into the model at the end. ``"head"``: the classifier alone.
    epochs
        Passes over the training rows.
    learning_rate
        None takes that of :data:`RATES`.
    batch_size, gradient_accumulation
        Rows of one forward pass, None takes 16, or 32 where there are :data:`MANY` to learn from; passes of one step.
    max_length
        Tokens a row is cut to; None takes the model's limit.
    warmup
        Share of the steps in which the learning rate rises; then it falls linearly.
    weight_decay
        Of AdamW.
    class_weights
        None, ``"balanced"``, or label name → weight in the loss.
    temperature_scaling
        Divide the logits of the finished model so that its probabilities are right as often as they say
        (Guo et al. 2017); no label changes.
    patience
        Evaluations without a better one until the run ends; 0 never ends it.
    evaluations
        Evaluations an epoch.
    precision
        ``"float32"``, ``"bfloat16"`` (autocast), or ``"auto"``: bfloat16 where the machine
        is measurably faster with it.
    device
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    seed
        Of split, order, dropout and the new head.
    checkpoint_seconds
        Longest time between two checkpoints; what a crash can cost.
    report_to
        Names of :data:`TRACKERS`.
    target_length
        Tokens of a summary at most, to learn and to write; None takes the length that 95 of 100 training summaries
        do not pass.
    beams
        Candidates of the search for a summary; 1 takes the likeliest token each time, which is what the evaluations
        do. A search helps those models only that have learned much.
    label_smoothing
        Share of the truth that is spread over all tokens, for summaries (Szegedy et al. 2016).
    tie_weights
        Encoder and decoder of a summarizer are one set of weights, but for the cross-attention (Rothe et al. 2020).
    """

    name: str
    model: str
    method: str = "full"
    epochs: float = 3.0
    learning_rate: float | None = None
    batch_size: int | None = None
    gradient_accumulation: int = 1
    max_length: int | None = None
    warmup: float = 0.1
    weight_decay: float = 0.01
    class_weights: str | Mapping[str, float] | None = None
    temperature_scaling: bool = False
    patience: int = 3
    evaluations: int = 2
    precision: str = "auto"
    device: str = "auto"
    seed: int = 42
    checkpoint_seconds: float = 60.0
    report_to: tuple[str, ...] = ()
    target_length: int | None = None
    beams: int = 1
    label_smoothing: float = 0.1
    tie_weights: bool = False

    @property
    def rate(self) -> float:
        """The learning rate, chosen or default."""
        return RATES[self.method] if self.learning_rate is None else self.learning_rate

    @property
    def rows_at_once(self) -> int:
        """Rows of one forward pass, chosen or default."""
        return self.batch_size or BATCH

    @property
    def rows_of_step(self) -> int:
        """Rows that one step of the optimizer learns from."""
        return self.rows_at_once * self.gradient_accumulation

    def for_rows(self, count: int) -> FitSettings:
        """Return the same settings with the batches that suit so many rows to learn from."""
        usual = 2 * BATCH if count >= MANY else BATCH
        return dataclasses.replace(self, batch_size=self.batch_size or usual)

    @classmethod
    def of(cls, **given: Any) -> FitSettings:
        """Return checked settings; names that do not exist and values that make no sense are refused.

        Raises
        ------
        InputInvalid
            Names the setting, its value, and what is allowed.
        """
        check_names(given, {field.name for field in dataclasses.fields(cls)})
        trackers = given.get("report_to") or ()
        made = cls(**{**given, "report_to": (trackers,) if isinstance(trackers, str) else tuple(trackers)})
        made.check()
        return made

    def check(self) -> None:
        """Raise InputInvalid for the first value that makes no sense."""
        check_run_name(self.name)
        for what, value, choices in (("method", self.method, METHODS), ("precision", self.precision, PRECISIONS)):
            if value not in choices:
                raise InputInvalid(f"There is no {what} {value!r}.", f"Choose one of: {', '.join(choices)}.")
        bounds: dict[str, tuple[float | None, float, float]] = {
            "epochs": (self.epochs, 0.01, 1000),
            "learning_rate": (self.learning_rate, 1e-8, 1.0),
            "batch_size": (self.batch_size, 1, 4096),
            "gradient_accumulation": (self.gradient_accumulation, 1, 1024),
            "max_length": (self.max_length, 4, 1_000_000),
            "warmup": (self.warmup, 0, 1),
            "weight_decay": (self.weight_decay, 0, 10),
            "patience": (self.patience, 0, 1000),
            "evaluations": (self.evaluations, 1, 100),
            "checkpoint_seconds": (self.checkpoint_seconds, 1, 86_400),
            "target_length": (self.target_length, 2, 10_000),
            "beams": (self.beams, 1, MAX_BEAMS),
            "label_smoothing": (self.label_smoothing, 0, 0.99),
        }
        for name, (number, least, most) in bounds.items():
            if number is not None and not least <= number <= most:
                raise InputInvalid(f"{name}={number} is out of range.", f"Choose {least:g} to {most:g}.")
        if isinstance(self.class_weights, str) and self.class_weights != "balanced":
            raise InputInvalid(
                f"class_weights={self.class_weights!r} is unknown.",
                'Write "balanced", or a weight for each label: {"negative": 1.0, "positive": 2.0}.',
            )
        if self.tie_weights and self.method == "lora":
            raise InputInvalid(
                "tie_weights does not go with method='lora': two matrices would stand beside each weight.",
                'Choose method="full" or "head", or leave tie_weights out.',
            )
        self._check_trackers()

    def check_task(self, task: str) -> None:
        """Raise InputInvalid for the first choice that means nothing for ``task``."""
        usual = USUAL.get(task, {})
        for names, tasks in OF_TASKS:
            for name in names:
                if task not in tasks and getattr(self, name) != usual.get(name, getattr(type(self), name)):
                    raise InputInvalid(f"{name} means nothing for the task {task!r}.", "Leave it out.")

    def _check_trackers(self) -> None:
        for tracker in self.report_to:
            if tracker not in TRACKERS:
                raise InputInvalid(f"There is no tracker {tracker!r}.", f"There are: {', '.join(sorted(TRACKERS))}.")
            if importlib.util.find_spec(TRACKERS[tracker]) is None:
                raise InputInvalid(
                    f"report_to={tracker!r} needs a package that the backend does not have.",
                    f"pip install {TRACKERS[tracker]}",
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the settings JSON-serialisable."""
        return {**dataclasses.asdict(self), "report_to": list(self.report_to)}


def check_run_name(name: str) -> str:
    """Return ``name`` if a run can have it. Raises InputInvalid."""
    if not _NAME.fullmatch(name):
        raise InputInvalid(f"{name!r} cannot be a run's name.", "Choose letters, digits, '-', '_' and '.'.")
    return name


def check_names(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise InputInvalid for the first setting that does not exist, with a near one."""
    there = sorted(known)
    if unknown := sorted(set(given) - set(there)):
        near = difflib.get_close_matches(unknown[0], there, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(there)}."
        raise InputInvalid(f"There is no setting {unknown[0]!r}.", hint)
