"""Labelled texts as a training and a validation part, checked, with targets as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.labelled import LabelledTexts

from .checks import check, complete, refuse
from .folds import deal, strata, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import Finding

SHARE = 0.1
"""Of the rows for the validation, if nothing else is said."""


@dataclass(frozen=True, eq=False)
class Rows:
    """One side of a split. ``n`` is the number of rows; they are in the order of the data.

    Attributes
    ----------
    texts, pairs
        First and second segments.
    targets
        ``single_label``: int64 ``(n,)``; ``multi_label``: float32 ``(n, classes)`` of 0 and 1; ``regression``:
        float32 ``(n,)``; ``summary`` and ``extract``: a list of texts.
    index
        The user's own index values.
    """

    texts: tuple[str, ...]
    pairs: tuple[str, ...] | None
    targets: NDArray[Any] | list[str]
    index: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Return some rows, by number from 0, in that order."""
        chosen = [int(row) for row in rows]
        return Rows(
            tuple(self.texts[row] for row in chosen),
            None if self.pairs is None else tuple(self.pairs[row] for row in chosen),
            [self.targets[row] for row in chosen] if isinstance(self.targets, list) else self.targets[chosen],
            tuple(self.index[row] for row in chosen),
        )


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a training needs.

    Attributes
    ----------
    task
        ``"single_label"``, ``"multi_label"``, ``"regression"``, ``"summary"`` or ``"extract"``.
    label_names
        One a class, in the order of the targets; () for all but classes.
    train, validation
        Both sides; no text is on both of them unless the user gave both.
    findings
        Warnings and notes; what is an error was raised.
    units
        int64 ``(training rows,)``: rows with the same number stay on one side of any further split.
    """

    task: str
    label_names: tuple[str, ...]
    train: Rows
    validation: Rows
    findings: tuple[Finding, ...]
    units: NDArray[np.int64]

    def only(self, rows: NDArray[np.int64]) -> Prepared:
        """Return it with some of the training rows, by number from 0."""
        kept: NDArray[np.int64] = np.unique(self.units[rows], return_inverse=True)[1]
        return replace(self, train=self.train.take(rows), units=kept)

    def dealt(self, shares: Sequence[float], seed: int) -> NDArray[np.int64]:
        """Return the fold of each training row; see :func:`~.folds.deal`."""
        return deal(self.units, strata(self.task, self.train.targets), shares, seed)

    def kept_back(self, share: float, seed: int) -> Prepared:
        """Return it with a share of the training rows as the validation."""
        fold = self.dealt((1 - share, share), seed)
        return replace(self.only(np.flatnonzero(fold == 0)), validation=self.train.take(np.flatnonzero(fold == 1)))


def prepare(
    data: LabelledTexts,
    *,
    validation: float | LabelledTexts | None = SHARE,
    seed: int = 0,
    drop_incomplete: bool = False,
) -> Prepared:
    """Check ``data`` and part it in two.

    Parameters
    ----------
    validation
        The share of rows that is kept for the validation: each class in its share, groups and equal texts on one
        side, classes of one row in the training. Or the validation's own rows. None keeps all rows in the training.
    seed
        The same seed, the same split.
    drop_incomplete
        Leave out rows without a text or a label instead of refusing them.

    Raises
    ------
    InputInvalid
        All that is wrong with the data at once, or a share that is none.
    """
    given = validation if isinstance(validation, LabelledTexts) else None
    is_share = isinstance(validation, int | float) and 0 < validation < 1
    if validation is not None and given is None and not is_share:
        raise InputInvalid(f"validation={validation!r} is no share of the rows.", "Choose one such as 0.1, or a frame.")
    given = given and given.as_task(data.task)
    findings = check(data, validation=given, drop_incomplete=drop_incomplete)
    refuse(findings)
    if drop_incomplete:
        data, given = complete(data), None if given is None else complete(given)
    names = data.label_names
    rows = numbered(data, names)
    whole = Prepared(data.task, names, rows, rows.take(()), findings, units(data))
    if given is not None:
        return replace(whole, validation=numbered(given, names))
    return whole if validation is None else whole.kept_back(float(validation), seed)  # type: ignore[arg-type]


def numbered(data: LabelledTexts, names: Sequence[str]) -> Rows:
    """Return complete rows with their targets as numbers: classes by their place in ``names``."""
    place = {name: number for number, name in enumerate(names)}
    targets: NDArray[Any] | list[str]
    if data.task == "single_label":
        targets = np.asarray([place[label] for label in data.labels], np.int64)
    elif data.task == "multi_label":
        targets = np.zeros((len(data), len(names)), np.float32)
        for row, labels in enumerate(data.labels):
            targets[row, [place[label] for label in labels]] = 1
    elif data.task == "regression":
        targets = np.asarray(data.labels, np.float32)
    else:
        targets = list(data.labels)
    texts = tuple(text for text in data.texts if text is not None)
    pairs = None if data.pairs is None else tuple(pair for pair in data.pairs if pair is not None)
    return Rows(texts, pairs, targets, data.index)
