"""Results with a row for each text: cut into those of some texts, and put together again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from albert_widgets.errors import Conflict
from albert_widgets.windowing import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

PER_TEXT = frozenset({"texts", "labels", "probabilities", "vectors", "truncated", "tokens"})
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
    if any(_model(part) != _model(first) for _, part in others):
        raise Conflict("The model was changed while it worked on these texts.", "Try again.")
    places = np.argsort(np.concatenate([indices for indices, _ in parts]))
    whole = joined([cast("Any", part) for _, part in parts])
    in_order: dict[str, Any] = {}
    for name in _per_text(whole):
        values = getattr(whole, name)
        in_order[name] = values[places] if isinstance(values, np.ndarray) else tuple(values[place] for place in places)
    return _with(cast("T", whole), in_order)


def _with(result: T, values: dict[str, Any]) -> T:
    return cast("T", dataclasses.replace(cast("Any", result), **values))


def _per_text(result: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(result) if field.name in PER_TEXT]


def _model(result: Any) -> list[Any]:
    """Return what the answers of one model have in common, whichever engine gives them."""
    return [getattr(result, name, None) for name in ("model", "label_names", "problem_type", "max_length")]
