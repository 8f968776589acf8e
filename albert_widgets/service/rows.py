"""Results with a row for each text: cut into those of some texts, and put together again."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from albert_widgets.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

PER_TEXT = frozenset({"texts", "labels", "probabilities", "vectors", "truncated"})
"""Fields of ``Predictions`` and ``Embeddings`` with an entry for each text; the others are the same for all."""


def cut(result: T, start: int, stop: int) -> T:
    """Return the part of a result that belongs to the texts from ``start`` to before ``stop``."""
    return _with(result, {name: getattr(result, name)[start:stop] for name in _per_text(result)})


def put_together(parts: Sequence[tuple[Sequence[int], T]]) -> T:
    """Return one result of parts, each with the places that its texts have among all.

    Raises
    ------
    Conflict
        The parts are of different models: one was put in the place of another meanwhile.
    """
    (at, first), *others = parts
    if not others and len(at) == 1:
        return first
    if any(_shared(part) != _shared(first) for _, part in others):
        raise Conflict("The model was changed while it worked on these texts.", "Try again.")
    places = np.argsort(np.concatenate([indices for indices, _ in parts]))
    whole: dict[str, Any] = {}
    for name in _per_text(first):
        values = [getattr(part, name) for _, part in parts]
        if isinstance(values[0], np.ndarray):
            whole[name] = np.concatenate(values)[places]
        else:
            chained = tuple(itertools.chain.from_iterable(values))
            whole[name] = tuple(chained[place] for place in places)
    return _with(first, whole)


def _with(result: T, values: dict[str, Any]) -> T:
    return cast("T", dataclasses.replace(cast("Any", result), **values))


def _per_text(result: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(result) if field.name in PER_TEXT]


def _shared(result: Any) -> dict[str, Any]:
    return {f.name: getattr(result, f.name) for f in dataclasses.fields(result) if f.name not in PER_TEXT}
