"""Attention on demand: one attention function, registered with transformers, that every layer calls.

``softmax(q kᵀ · scaling + mask)`` (Vaswani et al. 2017, eq. 1) is computed only for the layers,
heads and rows that were asked for, in blocks of rows that are pooled on the fly; the layer itself
runs SDPA, which never makes the matrix. Works for each architecture that looks its attention
function up in ``AttentionInterface``, with rotary embedding and sliding windows already applied.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask

from albert_widgets.pooling import quantise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

NAME = "albert"
BLOCK_BYTES = 32_000_000
"""Most bytes of attention probabilities that exist at once, besides the answer."""

_local = threading.local()


class CaptureComplete(Exception):  # no error: the way out of a forward pass that has given all it should
    """The last layer that was asked for has been captured; the rest need not run."""


@dataclass
class Capture:
    """What to take from a forward pass of one text, and what was taken.

    Attributes
    ----------
    layers, heads, rows
        Indices, in order; the layer of a call is found by counting calls, so layers that share one
        module (ALBERT) are told apart.
    pool
        Largest extent of a map in cells, or None for all of it.
    quantized
        uint8 instead of float32.
    maps
        One array ``(heads, queries, keys)`` a layer, in the order of :attr:`layers`.
    scales
        float32 ``(heads,)`` a layer.
    calls
        How many layers called so far.
    """

    layers: Sequence[int]
    heads: Sequence[int]
    rows: Sequence[int]
    pool: int | None = None
    quantized: bool = False
    maps: list[NDArray[Any]] = field(default_factory=list)
    scales: list[NDArray[np.float32]] = field(default_factory=list)
    calls: int = 0

    def take(self, query: torch.Tensor, key: torch.Tensor, mask: torch.Tensor | None, scaling: float | None) -> None:
        """Take the next layer's maps; ``query, key``: ``(1, heads, tokens, head_dim)``, ``mask`` is additive."""
        layer, self.calls = self.calls, self.calls + 1
        if layer not in self.layers:
            return
        heads = torch.as_tensor(self.heads, device=query.device)
        # Grouped-query models have fewer key heads than query heads.
        key = key.repeat_interleave(query.shape[1] // key.shape[1], dim=1)[0, heads]
        query = query[0, heads][:, torch.as_tensor(self.rows, device=query.device)]
        scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
        tokens = key.shape[1]
        row_cell = cell(len(self.rows), self.pool)
        block = max(1, BLOCK_BYTES // (4 * len(self.heads) * tokens * row_cell)) * row_cell
        parts = []
        for start in range(0, len(self.rows), block):
            scores = query[:, start : start + block] @ key.transpose(1, 2) * scaling
            if mask is not None:
                scores = scores + self._mask(mask, heads, start, start + block)
            weights = torch.softmax(scores, dim=-1, dtype=torch.float32)
            parts.append(pool_cells(weights, row_cell, cell(tokens, self.pool)).cpu())
        self.keep(torch.cat(parts, dim=1).numpy())

    def keep(self, maps: NDArray[np.float32]) -> None:
        """Store one layer's maps, ``(heads, queries, keys)``; ends the pass after the last layer wanted."""
        scale = np.ones(len(self.heads), np.float32)
        kept: NDArray[Any] = maps
        if self.quantized:
            small, scales = quantise(maps[None])
            kept, scale = small[0], scales[0]
        self.maps.append(kept)
        self.scales.append(scale)
        if len(self.maps) == len(self.layers):
            raise CaptureComplete

    def _mask(self, mask: torch.Tensor, heads: torch.Tensor, start: int, end: int) -> torch.Tensor:
        by_head = mask[0] if mask.shape[1] == 1 else mask[0, heads]
        rows = torch.as_tensor(self.rows[start:end], device=mask.device)
        part = by_head if by_head.shape[1] == 1 else by_head[:, rows]
        if part.dtype == torch.bool:
            return torch.zeros_like(part, dtype=torch.float32).masked_fill(~part, torch.finfo(torch.float32).min)
        return part


def cell(extent: int, pool: int | None) -> int:
    """Return how many rows (or columns) one cell of a map pooled to ``pool`` cells stands for."""
    return 1 if pool is None or extent <= pool else -(-extent // pool)


def pool_cells(weights: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Return ``(heads, queries, keys)`` max-pooled by cells of ``rows × columns``; ragged edges count as they are."""
    if rows == columns == 1:
        return weights
    pooled: torch.Tensor = torch.nn.functional.max_pool2d(weights, (rows, columns), ceil_mode=True)
    return pooled


def albert_attention(  # noqa: PLR0917  # the signature is the interface's
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Run SDPA for the layer, and let the capture of this thread, if any, take its maps first."""
    capture: Capture | None = getattr(_local, "capture", None)
    if capture is not None:
        capture.take(query, key, attention_mask, scaling)
    return sdpa_attention_forward(module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs)


AttentionInterface.register(NAME, albert_attention)
AttentionMaskInterface.register(NAME, eager_mask)


@contextlib.contextmanager
def attention_implementation(model: Any, name: str) -> Iterator[None]:
    """Switch the model's attention implementation for a block and put its own back, also after an error.

    The caller holds the model's lock: two threads must never switch one model at once.
    """
    own = model.config._attn_implementation  # noqa: SLF001  # there is no public getter
    try:
        model.set_attn_implementation(name)
        yield
    finally:
        model.set_attn_implementation(own)


@contextlib.contextmanager
def capturing(capture: Capture) -> Iterator[None]:
    """Hand ``capture`` to the layers that run in this thread inside the block."""
    _local.capture = capture
    try:
        with contextlib.suppress(CaptureComplete):
            yield
    finally:
        _local.capture = None
