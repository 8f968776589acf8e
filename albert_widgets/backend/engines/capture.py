"""Attention on demand: only the heads, rows and columns that were asked for, in blocks that are pooled on the fly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from albert_widgets.pooling import quantise

from .maps import CalledMaps, blocks, heads_in_block, of_heads, selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .maps import Maps


@dataclass
class Capture:
    """What to take from each layer of a text, and what was taken; a :class:`Visitor`.

    Attributes
    ----------
    heads, rows, columns
        Indices, in order.
    pool
        Largest extent of a map in cells, or None for all of it.
    quantized
        uint8 instead of float32.
    by_value
        Each weight is multiplied by the length of what its key gives to the sum, ``‖v Wᵒ‖`` (Kobayashi et al.
        2020, eq. 4).
    maps
        One array ``(heads, queries, keys)`` a layer.
    scales
        float32 ``(heads,)`` a layer.
    """

    heads: Sequence[int]
    rows: Sequence[int]
    columns: Sequence[int]
    pool: int | None = None
    quantized: bool = False
    by_value: bool = False
    maps: list[NDArray[Any]] = field(default_factory=list)
    scales: list[NDArray[np.float32]] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – layers come in order
        """Take a layer's maps."""
        row_cell, column_cell = cell(len(self.rows), self.pool), cell(len(self.columns), self.pool)
        shape = len(self.heads), -(-len(self.rows) // row_cell), -(-len(self.columns) // column_cell)
        taken = torch.zeros(shape)
        together = heads_in_block(row_cell, maps.num_keys)
        for start in range(0, len(self.heads), together):
            heads = self.heads[start : start + together]
            line = 0
            for rows in blocks(self.rows, len(heads), maps.num_keys, multiple=row_cell):
                below = line + -(-len(rows) // row_cell)
                first, keys = self._reached(maps, rows, column_cell)
                if keys:
                    weights = self._weighted(maps, heads, rows, keys)
                    cells = pool_cells(weights, row_cell, column_cell)
                    taken[start : start + len(heads), line:below, first : first + cells.shape[2]] = cells
                line = below
        self._keep(taken.numpy())

    def _reached(self, maps: Maps, rows: Sequence[int], width: int) -> tuple[int, range]:
        """Return the first cell with a key that these rows can reach, and the keys from there to the last such cell."""
        columns, reach = selection(self.columns), maps.reach(rows)
        if isinstance(columns, list):
            return 0, range(maps.num_keys)
        first = max(0, reach.start - columns.start) // width
        start = columns.start + first * width
        stop = columns.start + -(-(reach.stop - columns.start) // width) * width
        return first, range(start, min(stop, columns.stop))

    def _weighted(self, maps: Maps, heads: Sequence[int], rows: Sequence[int], keys: range) -> torch.Tensor:
        weights = maps.probabilities(heads, rows, keys)
        if self.by_value:
            if not isinstance(maps, CalledMaps) or maps.value_norms is None:
                raise TypeError("Only a layer that called the attention function shows its values.")
            weights = weights * maps.value_norms[selection(heads), None, keys.start : keys.stop]
        columns = selection(self.columns)
        return weights[..., columns] if isinstance(columns, list) else weights

    def _keep(self, maps: NDArray[np.float32]) -> None:
        scale = np.ones(len(self.heads), np.float32)
        kept: NDArray[Any] = maps
        if self.quantized:
            small, scales = quantise(maps[None])
            kept, scale = small[0], scales[0]
        self.maps.append(kept)
        self.scales.append(scale)


def value_norms(value: torch.Tensor, num_heads: int, projection: torch.Tensor) -> torch.Tensor:
    """Return ``‖v Wᵒ‖`` for each head and key, float32 ``(heads, keys)``: Kobayashi et al. 2020, eq. 4.

    Parameters
    ----------
    value
        ``(1, key heads, tokens, head_dim)``, the bias in it.
    projection
        ``Wᵒ``, the whole layer's ``(hidden, heads * head_dim)``.
    """
    values = of_heads(value, range(num_heads), num_heads).float()
    slices = projection.float().reshape(projection.shape[0], num_heads, -1).permute(1, 2, 0)
    # ‖v W‖² = v (W Wᵀ) vᵀ: the vectors themselves, as long as the model is wide, are never made.
    gram = slices @ slices.transpose(1, 2)
    squares: torch.Tensor = ((values @ gram) * values).sum(-1)
    return squares.clamp_min(0).sqrt()


def cell(extent: int, pool: int | None) -> int:
    """Return how many rows (or columns) one cell of a map pooled to ``pool`` cells stands for."""
    return 1 if pool is None or extent <= pool else -(-extent // pool)


def pool_cells(weights: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Return ``(heads, queries, keys)`` max-pooled by cells of ``rows × columns``; ragged edges count as they are."""
    # Whole cells by a view, for torch's own pooling takes twenty times as long.
    for axis, size in ((1, rows), (2, columns)):
        if size == 1:
            continue
        extent = weights.shape[axis]
        whole = extent // size * size
        parts = []
        if whole:
            shape = (*weights.shape[:axis], whole // size, size, *weights.shape[axis + 1 :])
            parts.append(weights.narrow(axis, 0, whole).reshape(shape).amax(axis + 1))
        if whole < extent:
            parts.append(weights.narrow(axis, whole, extent - whole).amax(axis, keepdim=True))
        weights = torch.cat(parts, axis)
    return weights
