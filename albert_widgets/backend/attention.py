"""Attention maps of one text: what is asked for is checked, captured on demand, or taken from eager layers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.results import AttentionMaps

from .reading import Reading, heads_of, indices_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pool import Loaded

MAX_BYTES = 1_000_000_000
"""Largest answer, in bytes of its arrays."""
WEIGHTS = ("probability", "value_norm")


def attention(
    loaded: Loaded,
    text: str,
    pair: str | None = None,
    *,
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
    rows: Sequence[int] | None = None,
    columns: Sequence[int] | None = None,
    pool: int | None = None,
    quantized: bool = False,
    weight: str = "probability",
    ablate: Sequence[Sequence[int]] = (),
) -> AttentionMaps:
    """Return attention maps; see :meth:`BertBackend.attention` for the arguments."""
    from .engines.capture import Capture, cell
    from .layers import look

    reading = Reading.of(loaded, text, pair)
    (num_layers, num_heads), num_tokens = reading.shape, len(reading.tokens)
    if pool is not None and pool < 1:
        raise InputInvalid(f"pool={pool} is no number of cells.", "Use 64 for an overview.")
    if weight not in WEIGHTS:
        raise InputInvalid(f"There is no weight {weight!r}.", f"Choose one of: {', '.join(WEIGHTS)}.")
    chosen_layers = sorted(set(indices_of("layer", layers, num_layers)))
    chosen_heads = indices_of("head", heads, num_heads)
    chosen_rows = indices_of("row", rows, num_tokens)
    chosen_columns = indices_of("column", columns, num_tokens)
    extents = len(chosen_rows), len(chosen_columns)
    side = [-(-extent // cell(extent, pool)) for extent in extents]
    size = len(chosen_layers) * len(chosen_heads) * side[0] * side[1] * (1 if quantized else 4)
    if size > MAX_BYTES:
        raise TooLarge(
            f"These maps would take {size / 1e9:.1f} GB.", "Choose layers=[…], heads=[…] or pool=64.", limit=MAX_BYTES
        )
    by_value = weight == "value_norm"
    make = partial(Capture, chosen_heads, chosen_rows, chosen_columns, pool, quantized, by_value)
    switched_off = heads_of(loaded, ablate)
    capture, engine, notes = look(reading, make, layers=chosen_layers, by_value=by_value, ablate=switched_off)
    return AttentionMaps(
        tokens=reading.tokens,
        weights=np.stack(capture.maps),
        scale=np.stack(capture.scales),
        layers=tuple(chosen_layers),
        heads=tuple(chosen_heads),
        rows=tuple(chosen_rows),
        columns=tuple(chosen_columns),
        pool=pool if pool and max(extents) > pool else 0,
        num_layers=num_layers,
        num_heads=num_heads,
        engine=engine,
        notes=notes,
    )
