"""How good a classifier of the catalogue is on labelled texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from albert_widgets.backend.classify import predict
from albert_widgets.errors import InputInvalid

from .checks import complete, refuse
from .data_check import check_data
from .metrics import evaluate
from .split import numbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded
    from albert_widgets.labelled import LabelledTexts
    from albert_widgets.results import Evaluation, Predictions

OF_TRAINING = frozenset({"many_classes", "one_class", "one_group", "one_value"})
"""Errors that only a training minds."""
_LEAST = 1e-12


def judge(loaded: Loaded, data: LabelledTexts, *, task: str, drop_incomplete: bool = False) -> Evaluation:
    """Return what the model's answers to ``data`` are worth; see :meth:`Learner.evaluate`.

    Parameters
    ----------
    task
        ``"auto"`` is the model's own.

    Raises
    ------
    InputInvalid
        The rows cannot be used, or their labels are not the model's.
    TaskUnsupported
        The model is no classifier.
    """
    # The first row tells what the model answers, before thousands are read.
    kind = predict(loaded, [next((text for text in data.texts if text), "a")]).problem_type
    if task not in {"auto", kind}:
        raise InputInvalid(f"{loaded.info.id} does {kind}, not {task}.", f'Leave task out, or task="{kind}".')
    rows = data.as_task(kind)
    found = check_data(
        rows,
        loaded.engine.tokenizer,
        model=loaded.info.id,
        limit=loaded.engine.max_length,
        drop_incomplete=drop_incomplete,
    )
    refuse(tuple(one for one in found.findings if one.code not in OF_TRAINING))
    rows = complete(rows)
    pairs = None if rows.pairs is None else [pair or "" for pair in rows.pairs]
    said = predict(loaded, [text or "" for text in rows.texts], pairs)
    names = () if kind == "regression" else said.label_names
    if unknown := sorted(set(rows.label_names) - set(names)):
        raise InputInvalid(
            f"{loaded.info.id} knows no label {unknown[0]!r}.", f"It answers: {', '.join(names[:20])}." if names else ""
        )
    return evaluate(kind, names, np.asarray(numbered(rows, names).targets), _logits(said))


def _logits(said: Predictions) -> NDArray[np.float64]:
    """Return logits whose softmax, or sigmoid, the probabilities are."""
    if said.problem_type == "regression":
        return said.probabilities.astype(np.float64)
    probabilities = np.clip(said.probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    found: NDArray[np.float64] = (
        special.logit(probabilities) if said.problem_type == "multi_label" else np.log(probabilities)
    )
    return found
