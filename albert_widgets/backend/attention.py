"""Attention maps of one text: what is asked for is checked, captured on demand, or taken from eager layers."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, ModelFailed, TooLarge
from albert_widgets.results import AttentionMaps

from .tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .engines.capture import Capture
    from .pool import Loaded

MAX_BYTES = 1_000_000_000
"""Largest answer, in bytes of its arrays."""


def attention(
    loaded: Loaded,
    text: str,
    pair: str | None = None,
    *,
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
    rows: Sequence[int] | None = None,
    pool: int | None = None,
    quantized: bool = False,
) -> AttentionMaps:
    """Return attention maps; see :meth:`BertBackend.attention` for the arguments."""
    from .engines.capture import Capture, cell

    config = loaded.engine.encoder.config
    num_layers, num_heads = int(config.num_hidden_layers), int(config.num_attention_heads)
    tokenizer = loaded.engine.tokenizer
    encoding = tokenizer.encode([text], None if pair is None else [pair])
    tokens = tokens_of(
        tokenizer, encoding, 0, model=loaded.info.id, text=text, pair=pair, max_length=loaded.engine.max_length
    )
    if tokens.overflow:
        raise InputInvalid(
            f"The text has {len(tokens):,} tokens; {loaded.info.id} reads at most {tokens.max_length:,} at once.",
            f"Shorten it by about {tokens.overflow:,} tokens.",
            tokens=len(tokens),
            limit=tokens.max_length,
        )
    if pool is not None and pool < 1:
        raise InputInvalid(f"pool={pool} is no number of cells.", "Use 64 for an overview.")
    capture = Capture(
        layers=sorted(set(_indices("layer", layers, num_layers))),
        heads=_indices("head", heads, num_heads),
        rows=_indices("row", rows, len(tokens)),
        pool=pool,
        quantized=quantized,
    )
    side = [-(-extent // cell(extent, pool)) for extent in (len(capture.rows), len(tokens))]
    size = len(capture.layers) * len(capture.heads) * side[0] * side[1] * (1 if quantized else 4)
    if size > MAX_BYTES:
        raise TooLarge(
            f"These maps would take {size / 1e9:.1f} GB.", "Choose layers=[…], heads=[…] or pool=64.", limit=MAX_BYTES
        )
    engine, notes = _run(loaded, encoding, capture, num_layers)
    return AttentionMaps(
        tokens=tokens,
        weights=np.stack(capture.maps),
        scale=np.stack(capture.scales),
        layers=tuple(capture.layers),
        heads=tuple(capture.heads),
        rows=tuple(capture.rows),
        pool=pool if pool and max(len(capture.rows), len(tokens)) > pool else 0,
        num_layers=num_layers,
        num_heads=num_heads,
        engine=engine,
        notes=notes,
    )


def _run(loaded: Loaded, encoding: Any, capture: Capture, num_layers: int) -> tuple[str, tuple[str, ...]]:
    from .engines import capture as capturing

    engine = loaded.engine
    inputs = engine.pad({name: encoding[name] for name in encoding})
    with loaded.lock, engine.inference():
        with capturing.attention_implementation(engine.model, capturing.NAME), capturing.capturing(capture):
            engine.encoder(**inputs)
        if capture.calls and len(capture.maps) == len(capture.layers):
            return capturing.NAME, ()
        # Part of the layers called the function: the maps of the others cannot be told apart by counting.
        capture.maps.clear()
        capture.scales.clear()
        with capturing.attention_implementation(engine.model, "eager"):
            maps = engine.encoder(**inputs, output_attentions=True).attentions
    if not maps or len(maps) != num_layers or any(layer is None for layer in maps):
        raise ModelFailed(
            f"{loaded.info.architecture or loaded.info.model_type} gives no attention maps.",
            "Choose another model: %albert models",
        )
    _keep_eager(capture, maps)
    kind = loaded.info.model_type
    return "eager", (f"{kind} does not call the attention function of transformers: its own eager maps are shown.",)


def _keep_eager(capture: Capture, maps: Sequence[Any]) -> None:
    from .engines.capture import CaptureComplete, cell, pool_cells

    with contextlib.suppress(CaptureComplete):
        for layer in capture.layers:
            chosen = maps[layer][0, list(capture.heads)][:, list(capture.rows)].float()
            rows, columns = (cell(extent, capture.pool) for extent in chosen.shape[1:])
            capture.keep(pool_cells(chosen, rows, columns).cpu().numpy())


def _indices(kind: str, wanted: Sequence[int] | None, count: int) -> list[int]:
    if wanted is None:
        return list(range(count))
    chosen = []
    for index in wanted:
        if isinstance(index, bool) or not isinstance(index, int | np.integer) or not -count <= index < count:
            raise InputInvalid(
                f"There is no {kind} {index!r}.", f"They go from 0 to {count - 1}; negative ones count from the end."
            )
        chosen.append(int(index) % count)
    if not chosen:
        raise InputInvalid(f"The list of {kind}s is empty.", f"Leave it out for all {kind}s.")
    return chosen
