"""How much each class counts in the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .split import Prepared


def class_weights(wanted: str | Mapping[str, float] | None, prepared: Prepared) -> NDArray[np.float32] | None:
    """Return the weight of each class in the loss, float32 ``(classes,)``, or None.

    Parameters
    ----------
    wanted
        Label name → weight, 1 where none is named. ``"balanced"``: rows / (classes · rows of the class), as
        scikit-learn has it (King & Zeng 2001); of several labels, the rows without a label over those with it.

    Raises
    ------
    InputInvalid
        Weights for a task without classes, for a label that is not there, or one that is not over 0.
    """
    names = prepared.label_names
    if wanted is None:
        return None
    if not names:
        raise InputInvalid(f"class_weights mean nothing for {prepared.task}.", "Leave them out.")
    if not isinstance(wanted, str):
        if unknown := sorted(set(wanted) - set(names)):
            raise InputInvalid(f"There is no label {unknown[0]!r} to weigh.", f"There are: {', '.join(names[:20])}.")
        for name, weight in wanted.items():
            if not (isinstance(weight, int | float) and 0 < weight < np.inf):
                raise InputInvalid(f"The weight of {name!r} is {weight!r}.", "Give each label a number over 0.")
        return np.asarray([wanted.get(name, 1.0) for name in names], np.float32)
    targets = np.asarray(prepared.train.targets)
    if targets.ndim == 2:
        positive = targets.sum(0).clip(1)
        return np.asarray((len(targets) - positive) / positive, np.float32)
    counts = np.bincount(targets, minlength=len(names)).clip(1)
    return np.asarray(len(targets) / (len(names) * counts), np.float32)
