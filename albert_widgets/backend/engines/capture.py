"""Attention on demand: only the layers, heads, rows and columns asked for, in blocks that are pooled on the fly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from albert_widgets.pooling import quantise

from .interface import CalledMaps, Enough, blocks, selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .interface import Maps


@dataclass
class Capture:
    """What to take from a forward pass of one text, and what was taken; a :class:`Visitor`.

    Attributes
    ----------
    layers, heads, rows, columns
        Indices, in order.
    pool
        Largest extent of a map in cells, or None for all of it.
    quantized
        uint8 instead of float32.
    projections
        None, or the weight of each layer's output projection, ``(hidden, heads * head_dim)``: then each weight
        is multiplied by the length of what its key gives to the sum, ``‖v Wᵒ‖`` (Kobayashi et al. 2020, eq. 4).
    maps
        One array ``(heads, queries, keys)`` a layer, in the order of :attr:`layers`.
    scales
        float32 ``(heads,)`` a layer.
    """

    layers: Sequence[int]
    heads: Sequence[int]
    rows: Sequence[int]
    columns: Sequence[int]
    pool: int | None = None
    quantized: bool = False
    projections: Sequence[torch.Tensor] | None = None
    maps: list[NDArray[Any]] = field(default_factory=list)
    scales: list[NDArray[np.float32]] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:
        """Take a layer's maps; ends the pass after the last layer wanted."""
        if layer not in self.layers:
            return
        row_cell, column_cell = cell(len(self.rows), self.pool), cell(len(self.columns), self.pool)
        norms = None if self.projections is None else value_norms(maps, self.heads, self.projections[layer])
        columns = selection(self.columns)
        parts = []
        for rows in blocks(self.rows, len(self.heads), maps.num_keys, multiple=row_cell):
            weights = maps.probabilities(self.heads, rows)
            if norms is not None:
                weights = weights * norms[:, None, :]
            parts.append(pool_cells(weights[..., columns], row_cell, column_cell).cpu())
        self._keep(torch.cat(parts, dim=1).numpy())
        if len(self.maps) == len(self.layers):
            raise Enough

    def _keep(self, maps: NDArray[np.float32]) -> None:
        scale = np.ones(len(self.heads), np.float32)
        kept: NDArray[Any] = maps
        if self.quantized:
            small, scales = quantise(maps[None])
            kept, scale = small[0], scales[0]
        self.maps.append(kept)
        self.scales.append(scale)


def value_norms(maps: Maps, heads: Sequence[int], projection: torch.Tensor) -> torch.Tensor:
    """Return ``‖v Wᵒ‖`` for each head and key, float32 ``(heads, keys)``: Kobayashi et al. 2020, eq. 4.

    The value bias is in ``v``; ``projection`` is the whole layer's ``(hidden, heads * head_dim)``.
    """
    if not isinstance(maps, CalledMaps):
        raise TypeError("Only a layer that called the attention function shows its values.")
    values = maps.of_heads(maps.value, heads).float()
    slices = projection.float().reshape(projection.shape[0], maps.num_heads, -1)[:, list(heads)].permute(1, 2, 0)
    # ‖v W‖² = v (W Wᵀ) vᵀ: the vectors themselves, as long as the model is wide, are never made.
    gram = slices @ slices.transpose(1, 2)
    squares: torch.Tensor = ((values @ gram) * values).sum(-1)
    return squares.clamp_min(0).sqrt()


def cell(extent: int, pool: int | None) -> int:
    """Return how many rows (or columns) one cell of a map pooled to ``pool`` cells stands for."""
    return 1 if pool is None or extent <= pool else -(-extent // pool)


def pool_cells(weights: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Return ``(heads, queries, keys)`` max-pooled by cells of ``rows × columns``; ragged edges count as they are."""
    if rows == columns == 1:
        return weights
    pooled: torch.Tensor = torch.nn.functional.max_pool2d(weights, (rows, columns), ceil_mode=True)
    return pooled
