"""Attention through the layers: rollout and flow (Abnar & Zuidema 2020)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.results import AttentionFlow

from .attention import MAX_BYTES
from .reading import Reading, index_of, indices_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .pool import Loaded

MAX_MEAN_BYTES = 2_000_000_000
"""Most bytes of the layers' mean maps, which all have to be there at once."""
MAX_FLOWS = 25_000
"""Most maximum flows in one call; each takes about a millisecond for a sentence of 20 tokens and 12 layers."""
CAPACITY = 1 << 22
"""Integer capacity of an edge whose weight is 1: scipy's algorithm counts in int32."""
METHODS = ("rollout", "flow")


def attention_flow(
    loaded: Loaded,
    text: str,
    pair: str | None = None,
    *,
    method: str = "rollout",
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
    rows: Sequence[int] | None = None,
    start: int = 0,
) -> AttentionFlow:
    """Return how much of each input token arrives at each token of each layer; see :meth:`BertBackend.flow`."""
    from .engines.observers import HeadMeans
    from .layers import look

    if method not in METHODS:
        raise InputInvalid(f"There is no method {method!r}.", f"Choose one of: {', '.join(METHODS)}.")
    reading = Reading.of(loaded, text, pair)
    (num_layers, num_heads), num_tokens = reading.shape, len(reading.tokens)
    start = index_of("layer", start, num_layers)
    wanted_layers = range(start, num_layers) if layers is None else layers
    chosen = tuple(sorted(set(indices_of("layer", wanted_layers, num_layers))))
    if chosen[0] < start:
        raise InputInvalid(f"Layer {chosen[0]} lies before start={start}.", f"Choose layers from {start} on.")
    lines = tuple(indices_of("row", rows, num_tokens))
    size = max(num_layers * num_tokens**2 * 4 / MAX_MEAN_BYTES, len(chosen) * len(lines) * num_tokens * 4 / MAX_BYTES)
    if size > 1:
        raise TooLarge(f"A text of {num_tokens:,} tokens is too long for {method}.", "Choose a shorter part of it.")
    if method == "flow" and (flows := len(chosen) * len(lines) * num_tokens) > MAX_FLOWS:
        raise TooLarge(
            f"These would be {flows:,} maximum flows; the limit is {MAX_FLOWS:,}.",
            'Choose rows=[…] and layers=[-1], or method="rollout".',
            limit=MAX_FLOWS,
        )
    wanted = None if heads is None else indices_of("head", heads, num_heads)
    means, engine, notes = look(reading, partial(HeadMeans, wanted))
    steps = with_residual(np.stack(means.means[start:]))
    above = [layer - start for layer in chosen]
    weights = rollout(steps)[above][:, list(lines)] if method == "rollout" else maximum_flow(steps, above, lines)
    return AttentionFlow(reading.tokens, weights, method, chosen, lines, engine, notes)


def with_residual(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``½ A + ½ I`` for each layer, rows divided by their sums: the residual connection counts as much (§3).

    Parameters
    ----------
    maps
        The mean of the heads, shape ``(layers, tokens, tokens)``.
    """
    mixed = (maps + np.eye(maps.shape[-1], dtype=np.float32)) / 2
    steps: NDArray[np.float32] = mixed / mixed.sum(-1, keepdims=True)
    return steps


def rollout(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the products ``A_l … A_0`` for each layer, shape as ``steps`` (eq. 1)."""
    products = [steps[0]]
    for step in steps[1:]:
        products.append(step @ products[-1])
    return np.stack(products)


def maximum_flow(steps: NDArray[np.float32], layers: Sequence[int], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return the maximum flow from tokens of some layers down to each input token, rows divided by their sums (§3.2).

    Node ``l · n + i`` is token ``i`` at the input of layer ``l``; an edge's capacity is the layer's weight.

    Parameters
    ----------
    steps
        As :func:`with_residual` returns them.
    layers, rows
        From which tokens of which layers' outputs.

    Returns
    -------
    float32, shape ``(layers, rows, tokens)``.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow as largest

    count, size = len(steps), steps.shape[-1]
    upper, lower = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
    level = np.arange(count)[:, None, None] * size
    sources, targets = (level + size + upper).ravel(), (level + lower).ravel()
    capacities = np.rint(steps * CAPACITY).astype(np.int32).ravel()
    nodes = (count + 1) * size
    graph = csr_array((capacities, (sources, targets)), shape=(nodes, nodes))
    flows = np.array(
        [
            [
                [
                    largest(
                        graph[: (layer + 2) * size, : (layer + 2) * size], (layer + 1) * size + row, token
                    ).flow_value
                    for token in range(size)
                ]
                for row in rows
            ]
            for layer in layers
        ],
        np.float32,
    )
    shares: NDArray[np.float32] = flows / flows.sum(-1, keepdims=True)
    return shares
