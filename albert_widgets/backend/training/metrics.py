"""How good answers are, from logits and the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize, special, stats

from albert_widgets.errors import InputInvalid
from albert_widgets.results.evaluation import Calibration, Curve, Evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BINS = 10
CURVE_POINTS = 200
SCATTER_POINTS = 500
TIE_BREAK = 1e-6
UNEVEN = 3
"""A class with so many times the rows of another makes accuracy a poor judge."""


def primary_metric(task: str, targets: NDArray[Any]) -> str:
    """Return the name of the metric that chooses the best checkpoint; greater is always better.

    ``single_label``: accuracy, which everybody understands; but macro F1 when the largest class has over three
    times the rows of the smallest, where accuracy praises a model that always answers the large one.
    ``multi_label``: mean average precision, which needs no threshold: early in a training no probability is over
    0.5, and every F1 is 0. ``regression``: R², which orders models as the RMSE does and means the same on every scale.
    """
    if task == "single_label":
        counts = np.bincount(np.asarray(targets, np.int64))
        counts = counts[counts > 0]
        return "macro_f1" if counts.max() > UNEVEN * counts.min() else "accuracy"
    return {"multi_label": "mean_average_precision", "regression": "r2"}[task]


def score(evaluation: Evaluation) -> float:
    """Return what the best checkpoint has most of: the primary metric; where it is the same, less log loss.

    On few rows many checkpoints answer the same number rightly, and the first of them is the least sure.
    """
    return evaluation.primary_value - TIE_BREAK * evaluation.metrics.get("log_loss", 0.0)


def evaluate(
    task: str, label_names: Sequence[str], targets: NDArray[Any], logits: NDArray[np.floating[Any]]
) -> Evaluation:
    """Compare a model's logits with the truth.

    Parameters
    ----------
    task
        ``"single_label"``, ``"multi_label"`` or ``"regression"``.
    label_names
        One a class, in the order of the logits' columns.
    targets
        As :class:`~albert_widgets.backend.training.split.Rows` has them.
    logits
        ``(n, classes)``; ``(n,)`` or ``(n, 1)`` for a regression: the values themselves.

    Raises
    ------
    InputInvalid
        No rows, or another task.
    """
    scores = np.asarray(logits, np.float64)
    if not len(targets):
        raise InputInvalid("There are no rows to judge a model on.", "Keep a larger share for the validation.")
    if task == "single_label":
        return _single(tuple(label_names), np.asarray(targets, np.int64), scores)
    if task == "multi_label":
        return _multi(tuple(label_names), np.asarray(targets) > 0, scores)
    if task == "regression":
        return _regression(np.asarray(targets, np.float64), scores.reshape(len(targets)))
    raise InputInvalid(f"There is no evaluation of the task {task!r}.", "Summaries are judged by ROUGE.")


def _single(names: tuple[str, ...], truth: NDArray[np.int64], logits: NDArray[np.float64]) -> Evaluation:
    count = len(names)
    confusion = np.bincount(truth * count + logits.argmax(axis=1), minlength=count * count).reshape(count, count)
    precision, recall, f1 = _rates(np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1))
    support = confusion.sum(axis=1)
    metrics = {
        "accuracy": float(np.diag(confusion).sum() / len(truth)),
        # A class without rows here says nothing about the model.
        "macro_f1": float(f1[support > 0].mean()),
        "log_loss": _log_loss(logits, truth, 1.0),
    }
    curves = (
        _curves(names[1:], (truth == 1)[:, None], special.expit(logits[:, 1:] - logits[:, :1])) if count == 2 else ()
    )
    if curves:
        metrics |= {"roc_auc": curves[0].roc_auc, "average_precision": curves[0].average_precision}
    temperature = _best_temperature(lambda t: _log_loss(logits, truth, t))
    sure, sure_then = (special.softmax(logits / t, axis=1).max(axis=1) for t in (1.0, temperature))
    is_right = logits.argmax(axis=1) == truth
    return Evaluation(
        "single_label",
        names,
        len(truth),
        metrics,
        primary_metric("single_label", truth),
        precision,
        recall,
        f1,
        support,
        confusion,
        curves,
        _calibration(sure, sure_then, is_right, temperature),
        np.zeros((0, 2), np.float32),
    )


def _multi(names: tuple[str, ...], truth: NDArray[np.bool_], logits: NDArray[np.float64]) -> Evaluation:
    said = logits > 0
    hits, answered, support = (truth & said).sum(axis=0), said.sum(axis=0), truth.sum(axis=0)
    precision, recall, f1 = _rates(hits, answered, support)
    missed, wrong = support - hits, answered - hits
    confusion = np.stack([len(truth) - hits - missed - wrong, wrong, missed, hits], axis=1).reshape(-1, 2, 2)
    curves = _curves(names, truth, special.expit(logits))
    metrics = {
        "mean_average_precision": float(np.mean([curve.average_precision for curve in curves])) if curves else 0.0,
        "macro_f1": float(f1[support > 0].mean()) if support.any() else 0.0,
        "micro_f1": float(2 * hits.sum() / max(answered.sum() + support.sum(), 1)),
        "exact_match": float((truth == said).all(axis=1).mean()),
        "log_loss": _binary_log_loss(logits, truth, 1.0),
    }
    temperature = _best_temperature(lambda t: _binary_log_loss(logits, truth, t))
    sure, sure_then = (special.expit(np.abs(logits) / t).ravel() for t in (1.0, temperature))
    return Evaluation(
        "multi_label",
        names,
        len(truth),
        metrics,
        "mean_average_precision",
        precision,
        recall,
        f1,
        support,
        confusion,
        curves,
        _calibration(sure, sure_then, (truth == said).ravel(), temperature),
        np.zeros((0, 2), np.float32),
    )


def _regression(truth: NDArray[np.float64], values: NDArray[np.float64]) -> Evaluation:
    error = values - truth
    spread = float(((truth - truth.mean()) ** 2).sum())
    is_flat = np.ptp(truth) == 0 or np.ptp(values) == 0
    metrics = {
        "r2": 1 - float((error**2).sum()) / spread if spread else 0.0,
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "spearman": 0.0 if is_flat else float(stats.spearmanr(truth, values).statistic),
    }
    order = np.argsort(truth, kind="stable")
    shown = order[_spread(len(order), SCATTER_POINTS)]
    none = np.zeros(0)
    return Evaluation(
        "regression",
        (),
        len(truth),
        metrics,
        "r2",
        none,
        none,
        none,
        np.zeros(0, np.int64),
        np.zeros((0, 0), np.int64),
        (),
        None,
        np.stack([truth, values], axis=1)[shown].astype(np.float32),
    )


def _rates(
    hits: NDArray[Any], answered: NDArray[Any], support: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return precision, recall and F1 of each class; 0 where there is nothing to divide by."""
    precision, recall = hits / np.maximum(answered, 1), hits / np.maximum(support, 1)
    return precision, recall, 2 * hits / np.maximum(answered + support, 1)


def _curves(names: Sequence[str], truth: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> tuple[Curve, ...]:
    from sklearn import metrics

    curves = []
    for name, is_true, probability in zip(names, truth.T, probabilities.T, strict=True):
        if is_true.all() or not is_true.any():
            continue
        # With all its points: at each threshold the counts of the confusion follow from the rates.
        wrong, right, roc_at = metrics.roc_curve(is_true, probability, drop_intermediate=False)
        precision, recall, pr_at = metrics.precision_recall_curve(is_true, probability)
        some, few = _spread(len(wrong), CURVE_POINTS), _spread(len(recall), CURVE_POINTS)
        curves.append(
            Curve(
                label=name,
                false_positive_rate=wrong[some].astype(np.float32),
                true_positive_rate=right[some].astype(np.float32),
                # Each curve has a point that no threshold reaches; 1 stands for it.
                roc_thresholds=np.minimum(roc_at, 1.0)[some].astype(np.float32),
                recall=recall[few].astype(np.float32),
                precision=precision[few].astype(np.float32),
                pr_thresholds=np.append(pr_at, 1.0)[few].astype(np.float32),
                roc_auc=float(metrics.auc(wrong, right)),
                average_precision=float(metrics.average_precision_score(is_true, probability)),
            )
        )
    return tuple(curves)


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Return at most ``most`` of ``count`` places, evenly spread, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def _log_loss(logits: NDArray[np.float64], truth: NDArray[np.int64], temperature: float) -> float:
    return float(-special.log_softmax(logits / temperature, axis=1)[np.arange(len(truth)), truth].mean())


def _binary_log_loss(logits: NDArray[np.float64], truth: NDArray[np.bool_], temperature: float) -> float:
    return float(-special.log_expit(np.where(truth, logits, -logits) / temperature).mean())


def _best_temperature(loss: Any) -> float:
    """Return the temperature of least log loss, searched between 0.05 and 20."""
    found = optimize.minimize_scalar(lambda x: loss(float(np.exp(x))), bounds=(-3.0, 3.0), method="bounded")
    return float(np.exp(found.x))


def _calibration(
    sure: NDArray[np.float64], sure_then: NDArray[np.float64], is_right: NDArray[np.bool_], temperature: float
) -> Calibration:
    confidence, accuracy, count = _bins(sure, is_right)
    then = _bins(sure_then, is_right)
    return Calibration(
        confidence.astype(np.float32),
        accuracy.astype(np.float32),
        count,
        _distance(confidence, accuracy, count),
        temperature,
        _distance(*then),
    )


def _bins(
    sure: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    place = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    least = np.maximum(count, 1)
    return np.bincount(place, sure, BINS) / least, np.bincount(place, is_right, BINS) / least, count


def _distance(confidence: NDArray[np.float64], accuracy: NDArray[np.float64], count: NDArray[np.int64]) -> float:
    return float((np.abs(confidence - accuracy) * count).sum() / max(int(count.sum()), 1))
