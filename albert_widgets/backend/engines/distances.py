"""How far two readings' maps differ, layer by layer, without ever holding all maps of either."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from .maps import CalledMaps, blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from .maps import Maps


@dataclass
class Kept:
    """Keeps what the maps of some layers can be computed from: queries and keys, far smaller than the maps."""

    maps: list[Maps] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – layers come in order
        """Keep a layer."""
        self.maps.append(maps.compact() if isinstance(maps, CalledMaps) else maps)


@dataclass
class Side:
    """What stands along one reading's maps.

    Attributes
    ----------
    units
        int64 ``(tokens,)``: the unit of each token; ``count`` for one that is left out.
    count
        How many units there are, of both readings together.
    """

    units: torch.Tensor
    count: int

    def rows(self, maps: Maps, heads: Sequence[int], rows: Sequence[int]) -> torch.Tensor:
        """Return the rows of some units, float32 ``(heads, rows, count)``, on the CPU.

        From a unit is the mean of its tokens, to a unit their sum.
        """
        wanted = torch.as_tensor(rows)
        place = torch.full((self.count + 1,), -1)
        place[wanted] = torch.arange(len(wanted))
        line = place[self.units]
        queries = torch.nonzero(line >= 0)[:, 0]
        weights = maps.probabilities(heads, queries.tolist()).cpu()
        if self.column is not None:
            # A token is a unit: its column is moved, nothing is summed.
            return torch.nn.functional.pad(weights, (0, 1)).index_select(2, self.column)
        lines = line[queries]
        summed = torch.zeros(len(heads), len(wanted), weights.shape[-1]).index_add_(1, lines, weights)
        summed /= torch.bincount(lines, minlength=len(wanted))[None, :, None]
        units = torch.zeros(*summed.shape[:2], self.count + 1).index_add_(2, self.units, summed)
        return units[..., : self.count]

    @cached_property
    def column(self) -> torch.Tensor | None:
        """The token of each unit, the number of tokens where it has none; None where a unit has several tokens."""
        there = torch.nonzero(self.units < self.count)[:, 0]
        if int(torch.bincount(self.units[there]).max()) > 1:
            return None
        column = torch.full((self.count,), len(self.units))
        column[self.units[there]] = there
        return column


@dataclass
class Distances:
    """Compares each layer with the one that was kept of the other reading; a :class:`Visitor` of the second.

    Attributes
    ----------
    common
        Units that both readings have, whose rows are compared.
    values
        One float32 array ``(heads,)`` a layer.
    """

    kept: Kept
    sides: tuple[Side, Side]
    common: Sequence[int]
    is_renormalized: bool
    values: list[NDArray[np.float32]] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – layers come in order
        """Measure a layer's heads in blocks of rows."""
        self.values.append(self._measured(self.kept.maps[len(self.values)], maps))

    def _measured(self, one: Maps, two: Maps) -> NDArray[np.float32]:
        heads = range(one.num_heads)
        total = torch.zeros(len(heads), dtype=torch.float64)
        for rows in blocks(self.common, len(heads), max(one.num_keys, two.num_keys, self.sides[0].count)):
            first, second = (
                self._scaled(side.rows(maps, heads, rows)) for side, maps in zip(self.sides, (one, two), strict=True)
            )
            total += (first - second).abs().sum(-1).sum(-1).double() / 2
        return (total / len(self.common)).float().numpy()

    def _scaled(self, rows: torch.Tensor) -> torch.Tensor:
        if not self.is_renormalized:
            return rows
        left = rows.sum(-1, keepdim=True)
        return torch.where(left > 0, rows / left, 0)
