"""How good a model is on rows it has not seen: figures, confusion, curves and calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid

from .evaluation_figures import DRAWINGS
from .html import FONT, LINE, escape, table, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHOWN_CLASSES = 20
"""Classes that the printed tables show; those with most rows."""

_WORDS = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "mean_average_precision": "mean average precision",
    "r2": "R²",
    "mae": "MAE",
    "rmse": "RMSE",
    "spearman": "Spearman",
}
_SHARES = {"accuracy", "exact_match"}


@dataclass(frozen=True, eq=False)
class Curve:
    """The trade-offs that a threshold on one class's probability offers; at most 200 points each.

    Attributes
    ----------
    label
        The class that is found or missed.
    false_positive_rate, true_positive_rate, roc_thresholds
        float32, shape ``(points,)``: the ROC curve.
    recall, precision, pr_thresholds
        float32, shape ``(points,)``: the precision-recall curve.
    roc_auc, average_precision
        Areas under both, of all points.
    """

    label: str
    false_positive_rate: NDArray[np.float32]
    true_positive_rate: NDArray[np.float32]
    roc_thresholds: NDArray[np.float32]
    recall: NDArray[np.float32]
    precision: NDArray[np.float32]
    pr_thresholds: NDArray[np.float32]
    roc_auc: float
    average_precision: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether a probability of 0.8 is right 8 times of 10 (Guo et al. 2017).

    Attributes
    ----------
    confidence, accuracy
        float32, shape ``(bins,)``: means of the rows whose confidence lies in each tenth; 0 in an empty bin.
    count
        int64, shape ``(bins,)``.
    error
        Expected calibration error: mean distance of both, weighted by rows.
    temperature
        The logits divided by this have the least log loss; over 1, the model is too sure of itself.
    error_at_temperature
        Expected calibration error after that division, on these same rows.
    """

    confidence: NDArray[np.float32]
    accuracy: NDArray[np.float32]
    count: NDArray[np.int64]
    error: float
    temperature: float
    error_at_temperature: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a model's answers compare with the truth, on rows that it was not trained on.

    Attributes
    ----------
    task
        ``"single_label"``, ``"multi_label"`` or ``"regression"``.
    label_names
        One a class; () for a regression.
    rows
        How many were judged.
    metrics
        Name and value. ``single_label``: ``accuracy``, ``macro_f1``, ``log_loss``; two classes also ``roc_auc``,
        ``average_precision``. ``multi_label``: ``mean_average_precision``, ``macro_f1``, ``micro_f1``,
        ``exact_match``. ``regression``: ``r2``, ``mae``, ``rmse``, ``spearman``.
    primary
        The name of the metric that the best checkpoint is chosen by; greater is better.
    precision, recall, f1
        float64, shape ``(classes,)``; for ``multi_label`` at a threshold of 0.5.
    support
        int64, shape ``(classes,)``: rows that truly have the class.
    confusion
        int64. ``single_label``: ``(classes, classes)``, truth × answer; ``multi_label``: ``(classes, 2, 2)``;
        ``regression``: ``(0, 0)``.
    curves
        For two classes (of the second one) and for each label of ``multi_label`` that has rows of both kinds.
    calibration
        None for a regression.
    points
        ``regression``: float32 ``(points, 2)``, truth and answer of at most 500 rows; else ``(0, 2)``.
    """

    task: str
    label_names: tuple[str, ...]
    rows: int
    metrics: dict[str, float]
    primary: str
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]
    confusion: NDArray[np.int64]
    curves: tuple[Curve, ...]
    calibration: Calibration | None
    points: NDArray[np.float32]

    @property
    def primary_value(self) -> float:
        """The value of :attr:`primary`."""
        return self.metrics[self.primary]

    def to_frame(self) -> Any:
        """Return a table: a row a class with precision, recall, F1 and support; of a regression, its metrics."""
        if self.task == "regression":
            return to_frame({"metric": list(self.metrics), "value": list(self.metrics.values())})
        return to_frame(
            {
                "label": list(self.label_names),
                "precision": self.precision,
                "recall": self.recall,
                "f1": self.f1,
                "support": self.support,
            }
        )

    def figure(self, kind: str = "") -> Any:
        """Return a matplotlib figure.

        Parameters
        ----------
        kind
            ``"confusion"``, ``"curves"`` (ROC and precision-recall), ``"reliability"``, or ``"scatter"`` for a
            regression; without it the first that there is.

        Raises
        ------
        InputInvalid
            There is no such picture of this task.
        MissingExtra
            matplotlib is not installed.
        """
        there = self._pictures()
        kind = kind or there[0]
        if kind not in there:
            raise InputInvalid(f"There is no picture {kind!r} of this evaluation.", f"There are: {', '.join(there)}.")
        return DRAWINGS[kind](self)

    def _pictures(self) -> list[str]:
        if self.task == "regression":
            return ["scatter"]
        return ["confusion", *(["curves"] if self.curves else []), "reliability"]

    def headline(self) -> str:
        """Return the metrics on one line, the primary one first."""
        names = [self.primary, *(name for name in _WORDS if name in self.metrics and name != self.primary)]
        return " · ".join(f"{_WORDS[name]} {in_words(name, self.metrics[name])}" for name in names)

    def _shown(self) -> list[int]:
        most = np.argsort(-self.support, kind="stable")[:SHOWN_CLASSES]
        return sorted(int(place) for place in most)

    def _rows(self) -> list[tuple[object, ...]]:
        figures = (self.precision, self.recall, self.f1)
        return [
            (self.label_names[i][:40], *(round(float(values[i]), 3) for values in figures), int(self.support[i]))
            for i in self._shown()
        ]

    def _note(self) -> str:
        hidden = len(self.label_names) - SHOWN_CLASSES
        more = f" · the {hidden} classes with fewest rows are not shown" if hidden > 0 else ""
        return f"{self.headline()} · {self.rows:,} rows{more}"

    def __repr__(self) -> str:
        if self.task == "regression":
            return self._note()
        return f"{text_table(_HEADER, self._rows())}\n{self._note()}"

    def _repr_html_(self) -> str:
        if self.task == "regression":
            return f'<div style="{FONT}">{escape(self._note())}</div>'
        tables = table(_HEADER, self._rows(), caption=self._note())
        return f'<div style="display:flex;flex-wrap:wrap;gap:4px 32px">{tables}{self._confusion_html()}</div>'

    def _confusion_html(self) -> str:
        """Return the confusion as a table whose cells are the darker the more of their row they hold."""
        if self.task != "single_label":
            return ""
        shown = self._shown()
        share = self.confusion / np.maximum(self.confusion.sum(axis=1, keepdims=True), 1)
        cell = f"padding:2px 8px;text-align:right;border:1px solid {LINE}"
        head = "".join(f'<th style="{cell}">{escape(self.label_names[j][:24])}</th>' for j in shown)
        lines = []
        for i in shown:
            cells = "".join(
                f'<td style="{cell};background:rgba(25,118,210,{0.55 * share[i, j]:.3f})">{self.confusion[i, j]}</td>'
                for j in shown
            )
            lines.append(f'<tr><th style="{cell}">{escape(self.label_names[i][:24])}</th>{cells}</tr>')
        return (
            f'<table style="{FONT};border-collapse:collapse">'
            '<caption style="text-align:left">truth ↓ answer →</caption>'
            f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )


_HEADER = ("label", "precision", "recall", "F1", "rows")


def in_words(name: str, value: float) -> str:
    """Return a metric as people read it: an accuracy in percent, all else with three digits."""
    return f"{value:.1%}".replace("%", " %") if name in _SHARES else f"{value:.3f}"


def spread_in_words(name: str, value: float) -> str:
    """Return a difference or deviation of a metric as people read it: of an accuracy in percentage points."""
    return f"{100 * value:.1f}" if name in _SHARES else f"{value:.3f}"


def metric_in_words(name: str) -> str:
    """Return a metric's name as people read it: ``"macro F1"``."""
    return _WORDS.get(name, name.replace("_", " "))
