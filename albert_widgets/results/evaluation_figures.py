"""Pictures of an evaluation for a paper: confusion, curves, reliability, truth against answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .figures import OKABE_ITO, shown_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evaluation import Evaluation

DASHES = ("-", "--", "-.", ":")
NAMED_CELLS = 12
"""Up to so many classes, each cell of the confusion shows its number."""


def confusion(evaluation: Evaluation) -> Any:
    """Return truth × answer; of a multi-label set, a small one for each label."""
    if evaluation.task == "multi_label":
        return _confusion_of_each(evaluation)
    names = [name[:20] for name in evaluation.label_names]
    size = 2.5 + 0.45 * min(len(names), 24)
    figure = shown_figure(figsize=(size + 0.6, size))
    axes = figure.add_subplot()
    counts = evaluation.confusion
    image = axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    if len(names) <= NAMED_CELLS:
        _numbers(axes, counts)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="answer", ylabel="truth")
    figure.colorbar(image, label="share of the class")
    return figure


def _confusion_of_each(evaluation: Evaluation) -> Any:
    count = len(evaluation.label_names)
    columns = min(count, 4)
    lines = -(-count // columns)
    figure = shown_figure(figsize=(2.2 * columns, 2.2 * lines))
    for place, name in enumerate(evaluation.label_names):
        axes = figure.add_subplot(lines, columns, place + 1)
        counts = evaluation.confusion[place]
        axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
        _numbers(axes, counts)
        axes.set_xticks((0, 1), ("no", "yes"))
        axes.set_yticks((0, 1), ("no", "yes"))
        axes.set_title(name[:24], fontsize=9)
    return figure


def _numbers(axes: Any, counts: Any) -> None:
    for i, row in enumerate(counts):
        for j, value in enumerate(row):
            is_dark = value > 0.5 * max(row.sum(), 1)
            axes.text(j, i, str(value), ha="center", va="center", color="white" if is_dark else "black")


def curves(evaluation: Evaluation) -> Any:
    """Return ROC and precision-recall, side by side."""
    figure = shown_figure(figsize=(8, 3.8))
    roc, pr = figure.subplots(1, 2)
    for place, curve in enumerate(evaluation.curves):
        style = {"color": OKABE_ITO[place % len(OKABE_ITO)], "linestyle": DASHES[place // len(OKABE_ITO) % len(DASHES)]}
        name = curve.label[:20]
        roc.plot(curve.false_positive_rate, curve.true_positive_rate, label=f"{name} {curve.roc_auc:.3f}", **style)
        pr.plot(curve.recall, curve.precision, label=f"{name} {curve.average_precision:.3f}", **style)
    roc.plot((0, 1), (0, 1), color="grey", linewidth=0.8)
    roc.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC")
    pr.set(xlabel="recall", ylabel="precision", title="precision and recall", ylim=(0, 1.02))
    for axes in (roc, pr):
        axes.legend(fontsize=8, frameon=False)
    return figure


def reliability(evaluation: Evaluation) -> Any:
    """Return the accuracy over the confidence, with how many rows each bar stands for."""
    found = evaluation.calibration
    figure = shown_figure(figsize=(4.2, 4))
    axes = figure.add_subplot()
    axes.plot((0, 1), (0, 1), color="grey", linewidth=0.8)
    if found is not None:
        some = found.count > 0
        width = 1 / len(found.count)
        middles = (np.arange(len(found.count)) + 0.5) * width
        axes.bar(middles[some], found.accuracy[some], width * 0.9, color=OKABE_ITO[5], edgecolor=OKABE_ITO[0])
        for x, y, count in zip(middles[some], found.accuracy[some], found.count[some], strict=True):
            axes.text(x, y + 0.01, str(count), ha="center", fontsize=7)
        axes.set_title(f"calibration error {found.error:.3f} · temperature {found.temperature:.2f}", fontsize=10)
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1.08))
    return figure


def scatter(evaluation: Evaluation) -> Any:
    """Return the answer over the truth."""
    figure = shown_figure(figsize=(4.2, 4))
    axes = figure.add_subplot()
    truth, answer = evaluation.points.T
    low, high = float(evaluation.points.min()), float(evaluation.points.max())
    axes.plot((low, high), (low, high), color="grey", linewidth=0.8)
    axes.scatter(truth, answer, s=8, alpha=0.6, color=OKABE_ITO[0])
    axes.set(xlabel="truth", ylabel="answer", title=evaluation.headline())
    return figure


DRAWINGS: dict[str, Callable[[Evaluation], Any]] = {
    "confusion": confusion,
    "curves": curves,
    "reliability": reliability,
    "scatter": scatter,
}
"""Name of each picture, and what draws it."""
