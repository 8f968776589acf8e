"""Labels that the other rows speak against: cleanlab's confident learning on out-of-fold probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from albert_widgets.labels import joined
from albert_widgets.results import DoubtfulLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .split import Rows

KEPT = 200
"""Rows that a report names."""
FAR = 3.5
"""Robust standard deviations from the answer, over which a number is doubtful (Iglewicz & Hoaglin 1993)."""


def doubtful_labels(
    task: str, names: Sequence[str], rows: Rows, logits: NDArray[np.float64]
) -> tuple[tuple[DoubtfulLabel, ...], int]:
    """Return the rows whose label looks wrong, most doubtful first, and how many there are in all.

    Parameters
    ----------
    logits
        ``(rows, classes)``, of heads that have not seen the row.

    References
    ----------
    Northcutt, Jiang, Chuang: Confident Learning. JAIR 2021.
    """
    targets: Any = rows.targets
    if task == "regression":
        return _far_numbers(rows, logits[:, 0])
    from cleanlab.filter import find_label_issues
    from cleanlab.multilabel_classification.filter import find_label_issues as find_multilabel_issues

    if task == "single_label":
        probabilities = special.softmax(logits, axis=1)
        # In this process: cleanlab's own would be forked, and torch's threads do not survive that.
        found = find_label_issues(targets, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
        given = probabilities[np.arange(len(targets)), targets]
        best = probabilities.argmax(axis=1)
        # Where the likeliest class is the given one, there is nothing to suggest.
        ranked = [int(row) for row in found if best[row] != targets[row]]
        made = [_doubt(rows, row, names[targets[row]], names[best[row]], 1 - given[row]) for row in ranked[:KEPT]]
        return tuple(made), len(ranked)
    probabilities = special.expit(logits)
    labels = [np.flatnonzero(row).tolist() for row in targets]
    found = find_multilabel_issues(
        labels=labels, pred_probs=probabilities, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    said = probabilities > 0.5
    ranked = [int(row) for row in found if (said[row] != (targets[row] > 0)).any()]
    least = np.where(targets > 0, probabilities, 1 - probabilities).min(axis=1)
    made = [
        _doubt(rows, row, joined(names, targets[row] > 0), joined(names, said[row]), 1 - least[row])
        for row in ranked[:KEPT]
    ]
    return tuple(made), len(ranked)


def _far_numbers(rows: Rows, values: NDArray[np.float64]) -> tuple[tuple[DoubtfulLabel, ...], int]:
    truth = np.asarray(rows.targets, np.float64)
    distance = np.abs(values - truth)
    robust_sd = 1.4826 * float(np.median(distance))
    if not robust_sd:
        return (), 0
    far = distance / robust_sd
    ranked = [int(row) for row in np.argsort(-far, kind="stable") if far[row] > FAR]
    made = [_doubt(rows, row, f"{truth[row]:.4g}", f"{values[row]:.4g}", far[row]) for row in ranked[:KEPT]]
    return tuple(made), len(ranked)


def _doubt(rows: Rows, row: int, given: str, suggested: str, doubt: float) -> DoubtfulLabel:
    return DoubtfulLabel(rows.index[row], rows.texts[row], given, suggested, float(doubt))
