"""Rows dealt out to folds: each class in its share, and what belongs together on one side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.labelled import LabelledTexts

BINS = 10
"""Of the values of a regression, for its folds to be alike."""


def same_text(text: str | None, pair: str | None = None) -> str:
    """Return what two texts have in common that differ by case and white space only."""
    return "\x00".join(" ".join(part.split()).casefold() for part in (text or "", pair or ""))


def units(data: LabelledTexts) -> NDArray[np.int64]:
    """Return for each row the number of the unit it belongs to, shape ``(rows,)``.

    Rows of one group are one unit, and so are rows with the same text: a model must not be judged on what it has
    learned by heart. Where a text stands in two groups, both groups are one unit.
    """
    parent = list(range(len(data)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[tuple[str, str], int] = {}
    for row, text in enumerate(data.texts):
        keys = [("text", same_text(text, data.pairs[row] if data.pairs else None))]
        if data.groups is not None:
            keys.append(("group", data.groups[row]))
        for key in keys:
            parent[root(row)] = root(first.setdefault(key, row))
    roots = np.asarray([root(row) for row in range(len(data))], np.int64)
    numbers: NDArray[np.int64] = np.unique(roots, return_inverse=True)[1]
    return numbers


def strata(task: str, targets: NDArray[np.generic] | Sequence[str]) -> list[NDArray[np.int64]]:
    """Return the classes of each row that its fold should have in their share.

    Those of a regression are tenths of its values; the rows of a multi-label set without any label are a class of
    their own; summaries have none.
    """
    if task == "single_label":
        return list(np.asarray(targets, np.int64)[:, None])
    if task == "multi_label":
        rows = np.asarray(targets) > 0
        none = rows.shape[1]
        return [np.flatnonzero(row) if row.any() else np.asarray([none]) for row in rows]
    if task == "regression":
        values = np.asarray(targets, np.float64)
        edges = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
        return list(np.searchsorted(edges, values, side="right")[:, None])
    return [np.zeros(1, np.int64)] * len(targets)


def deal(
    unit_of_row: NDArray[np.int64], classes: Sequence[NDArray[np.int64]], shares: Sequence[float], seed: int
) -> NDArray[np.int64]:
    """Return the fold of each row, shape ``(rows,)``.

    Units are dealt one by one, those with the rarest class first and of these the largest, to the fold that lacks
    most of that class (iterative stratification, Sechidis et al. 2011). A class of a single unit goes to the
    first fold; every other class has one row at least in each of two folds.

    Parameters
    ----------
    unit_of_row
        From :func:`units`.
    classes
        From :func:`strata`.
    shares
        Of the rows for each fold; they sum to 1.
    seed
        The same seed, the same folds.

    Raises
    ------
    InputInvalid
        Fewer units than folds.
    """
    count, folds = int(unit_of_row.max()) + 1, len(shares)
    if count < folds:
        what = "text or group" if count == 1 else "different texts or groups"
        raise InputInvalid(
            f"{count} {what}: too few to be parted in {folds}.", "Rows of one group, or of one text, stay together."
        )
    order = np.argsort(unit_of_row, kind="stable")
    rows_of = np.split(order, np.flatnonzero(np.diff(unit_of_row[order])) + 1)
    held = [np.unique(np.concatenate([classes[row] for row in rows]), return_counts=True) for rows in rows_of]
    sizes = np.asarray([len(rows) for rows in rows_of], np.float64)
    width = 1 + max(int(found[-1]) for found, _ in held)
    totals, in_units = np.zeros(width), np.zeros(width)
    for found, counts in held:
        totals[found] += counts
        in_units[found] += 1
    lacking = np.asarray(shares)[:, None] * totals
    if folds == 2:
        lacking[1] = np.where(in_units > 1, np.clip(lacking[1], 1, np.maximum(totals - 1, 1)), 0)
        lacking[0] = totals - lacking[1]
    room = np.asarray(shares) * sizes.sum()
    mixed = np.random.default_rng(seed).permutation(count)
    rarest = np.asarray([totals[found].min() for found, _ in held])
    fold_of_unit = np.zeros(count, np.int64)
    for unit in mixed[np.lexsort((-sizes[mixed], rarest[mixed]))]:
        found, counts = held[unit]
        if folds == 2 and in_units[found].min() == 1:
            fold = 0
        else:
            wanted = lacking[:, found[totals[found].argmin()]]
            best = np.flatnonzero(wanted >= wanted.max() - 1e-9)
            fold = int(best[room[best].argmax()])
        fold_of_unit[unit] = fold
        lacking[fold, found] -= counts
        room[fold] -= sizes[unit]
    for empty in np.setdiff1d(np.arange(folds), fold_of_unit):
        fullest = np.bincount(fold_of_unit, minlength=folds).argmax()
        members = np.flatnonzero(fold_of_unit == fullest)
        fold_of_unit[members[sizes[members].argmin()]] = empty
    dealt: NDArray[np.int64] = fold_of_unit[unit_of_row]
    return dealt
