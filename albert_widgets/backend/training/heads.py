"""Linear heads on frozen vectors: logistic regression, one-vs-rest, ridge; all answer with logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Head = Callable[[NDArray[np.float32]], NDArray[np.float64]]

STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.03)
"""Of scikit-learn's C, on standardised features."""
ALPHAS = tuple(10.0**power for power in range(-1, 6))
NEVER = -20.0
"""Logit of a class that the head has not seen."""
FEW = 20
"""Fewer rows say nothing about which strength is best."""
_ITERATIONS = 100
_INNER_SHARE = 0.2


def fit_head(task: str, features: NDArray[np.float32], targets: NDArray[Any], classes: int, strength: float) -> Head:
    """Return a function from features ``(n, width)`` to logits ``(n, classes)``, or ``(n, 1)`` for a regression.

    Parameters
    ----------
    strength
        scikit-learn's ``C``; not used by the ridge regression, which chooses its own by leave-one-out.
    """
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = (features - middle) / spread
    fit = {"single_label": _one_of, "multi_label": _each, "regression": _ridge}[task]
    # The matrices are small: on a busy machine, threads wait for each other ten times as long as one works.
    with threadpool_limits(1):
        answer = fit(scaled, targets, classes, strength)
    return lambda others: answer((others - middle) / spread)


def choose_strength(task: str, features: NDArray[np.float32], targets: NDArray[Any], classes: int, seed: int) -> float:
    """Return the ``C`` with the least log loss on a fifth of the rows; a middle one for few rows or a regression."""
    if task == "regression" or len(features) < FEW:
        return STRENGTHS[len(STRENGTHS) // 2]
    mixed = np.random.default_rng(seed).permutation(len(features))
    cut = round(len(mixed) * _INNER_SHARE)
    held, used = mixed[:cut], mixed[cut:]
    losses = [
        _loss(task, fit_head(task, features[used], targets[used], classes, strength)(features[held]), targets[held])
        for strength in STRENGTHS
    ]
    return STRENGTHS[int(np.argmin(losses))]


def _loss(task: str, logits: NDArray[np.float64], truth: NDArray[Any]) -> float:
    if task == "multi_label":
        return float(np.logaddexp(0, np.where(truth > 0, -logits, logits)).mean())
    return float((np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(truth)), truth]).mean())


def _one_of(features: NDArray[np.float32], targets: NDArray[Any], classes: int, strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    seen = np.unique(targets)

    def spread_out(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        # A fold may lack a class altogether.
        whole = np.full((len(logits), classes), NEVER)
        whole[:, seen] = logits
        return whole

    if len(seen) == 1:
        return lambda others: spread_out(np.zeros((len(others), 1)))
    model = LogisticRegression(C=strength, max_iter=_ITERATIONS, tol=1e-3).fit(features, targets)
    return lambda others: spread_out(np.log(np.maximum(model.predict_proba(others), 1e-9)))


def _each(features: NDArray[np.float32], targets: NDArray[Any], classes: int, strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    models = []
    for label in range(classes):
        column = targets[:, label] > 0
        if column.all() or not column.any():
            models.append(-NEVER if column.all() else NEVER)
        else:
            models.append(LogisticRegression(C=strength, max_iter=_ITERATIONS, tol=1e-3).fit(features, column))

    def answer(others: NDArray[np.float32]) -> NDArray[np.float64]:
        columns = [
            np.full(len(others), model) if isinstance(model, float) else model.decision_function(others)
            for model in models
        ]
        return np.stack(columns, axis=1)

    return answer


def _ridge(features: NDArray[np.float32], targets: NDArray[Any], _classes: int, _strength: float) -> Any:
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(alphas=ALPHAS).fit(features.astype(np.float64), targets)
    return lambda others: model.predict(others)[:, None]
