"""Two readings side by side: tokens aligned, and how far each head's map differs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Comparison

from .alignment import align, items
from .reading import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .alignment import Item
    from .pool import Loaded

KEPT_BYTES = 256_000_000
"""Most bytes of queries and keys that are kept of the first reading; of a longer text some layers at a time."""
SPECIAL_TOKENS = ("show", "hide", "renormalize")


def compare(
    first: tuple[Loaded, str],
    second: tuple[Loaded, str],
    pair: str | None = None,
    *,
    words: bool = False,
    special_tokens: str = "show",
) -> Comparison:
    """Return how far each head differs; see :meth:`BertBackend.compare`."""
    if special_tokens not in SPECIAL_TOKENS:
        raise InputInvalid(
            f"There is no special_tokens={special_tokens!r}.", f"Choose one of: {', '.join(SPECIAL_TOKENS)}."
        )
    one, two = (Reading.of(loaded, text, pair) for loaded, text in (first, second))
    if one.shape != two.shape:
        raise InputInvalid(
            f"{one.tokens.model} has {_shape(one)}, {two.tokens.model} has {_shape(two)}: "
            "heads can be compared only where both models have as many.",
            "Choose two models of one shape, such as a base model and its fine-tuned one.",
        )
    sides = [items(reading.tokens, words=words, specials=special_tokens == "show") for reading in (one, two)]
    pairs = align(*sides)
    units = [_units(reading, side, pairs, at) for at, (reading, side) in enumerate(zip((one, two), sides, strict=True))]
    changes = tuple(_change(sides, at) for at in pairs)
    common = [unit for unit, change in enumerate(changes) if change in {"same", "changed"}]
    if not common:
        raise InputInvalid("The texts have no tokens that correspond.", "Show the special tokens, or change less.")
    distances, notes = _distances(one, two, units, common, is_renormalized=special_tokens == "renormalize")
    return Comparison(one.tokens, two.tokens, units[0], units[1], changes, distances, notes)


def _units(
    reading: Reading, side: Sequence[Item], pairs: Sequence[tuple[int | None, int | None]], at: int
) -> NDArray[np.int32]:
    units = np.full(len(reading.tokens), -1, np.int32)
    for unit, pair in enumerate(pairs):
        index = pair[at]
        if index is not None:
            units[list(side[index].tokens)] = unit
    return units


def _change(sides: Sequence[Sequence[Item]], pair: tuple[int | None, int | None]) -> str:
    first, second = pair
    if first is None:
        return "inserted"
    if second is None:
        return "removed"
    return "same" if sides[0][first].is_like(sides[1][second]) else "changed"


def _distances(
    one: Reading, two: Reading, units: Sequence[NDArray[np.int32]], common: Sequence[int], *, is_renormalized: bool
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return float32 ``(layers, heads)``, and the engines' notes."""
    import torch

    from .engines.distances import Distances, Kept, Side
    from .layers import look

    count = int(max(of.max() for of in units)) + 1
    both = tuple(Side(torch.from_numpy(np.where(of < 0, count, of).astype(np.int64)), count) for of in units)
    num_layers = one.shape[0]
    width = int(one.loaded.engine.encoder.config.hidden_size)
    at_once = max(1, KEPT_BYTES // (2 * 4 * width * len(one.tokens)))
    values: list[NDArray[np.float32]] = []
    notes: tuple[str, ...] = ()
    for start in range(0, num_layers, at_once):
        layers = range(start, min(start + at_once, num_layers))
        kept, _, first_notes = look(one, Kept, layers=layers)
        measure = partial(Distances, kept, (both[0], both[1]), common, is_renormalized)
        found, _, second_notes = look(two, measure, layers=layers)
        values += found.values
        notes = tuple(dict.fromkeys((*notes, *first_notes, *second_notes)))
    return np.stack(values), notes


def _shape(reading: Reading) -> str:
    layers, heads = reading.shape
    return f"{layers} layers of {heads} heads"
