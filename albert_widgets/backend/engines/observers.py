"""Visitors that sum up each layer block by block, so that no whole map needs to be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .maps import CalledMaps, blocks, of_heads, selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .maps import Maps

MEASURES = ("entropy", "distance", "previous", "next", "same", "first", "separator", "punctuation")
"""What :class:`Statistics` measures, in the order of its last axis."""
TINY = 1e-37
"""Probabilities below it add nothing to an entropy."""


@dataclass
class Statistics:
    """Means over all query tokens of what Clark et al. 2019 (§3) look at.

    Attributes
    ----------
    separator, punctuation
        bool ``(tokens,)``: which tokens these are.
    values
        One array ``(heads, 8)`` a layer, in the order of :data:`MEASURES`.
    """

    separator: NDArray[np.bool_]
    punctuation: NDArray[np.bool_]
    values: list[NDArray[np.float32]] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – layers come in order
        """Measure a layer's heads in blocks of rows."""
        heads, first = range(maps.num_heads), np.zeros_like(self.separator)
        first[0] = True
        marks = torch.from_numpy(np.stack([first, self.separator, self.punctuation], axis=1)).float()
        sums = torch.zeros(maps.num_heads, len(MEASURES), dtype=torch.float64)
        for rows in blocks(range(maps.num_queries), maps.num_heads, maps.num_keys):
            keys = maps.reach(rows)
            weights = maps.probabilities(heads, rows, keys).cpu()
            at = torch.as_tensor(rows) - keys.start
            distance = (torch.arange(len(keys)) - at[:, None]).abs().float()
            shares = weights @ marks[keys.start : keys.stop]
            parts = [
                # torch's own entropy, entr, takes four times as long.
                -(weights * weights.clamp_min(TINY).log()).sum(-1),
                (weights * distance).sum(-1),
                _beside(weights, at - 1),
                _beside(weights, at + 1),
                _beside(weights, at),
                *shares.unbind(-1),
            ]
            sums += torch.stack([part.sum(-1) for part in parts], dim=-1).double()
        self.values.append((sums / maps.num_queries).float().numpy())


def _beside(weights: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
    """Return each row's weight on its own key, ``(heads, rows)``; zero where there is no such key."""
    inside = (keys >= 0) & (keys < weights.shape[-1])
    index = keys.clamp(0, weights.shape[-1] - 1)[None, :, None].expand(weights.shape[0], -1, 1)
    return weights.gather(-1, index)[..., 0] * inside


@dataclass
class HeadMeans:
    """The mean map of each layer's heads.

    Attributes
    ----------
    heads
        Which ones; None means all.
    means
        One float32 array ``(queries, keys)`` a layer.
    """

    heads: Sequence[int] | None = None
    means: list[NDArray[np.float32]] = field(default_factory=list)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – layers come in order
        """Add up the layer's heads in blocks of rows."""
        heads = range(maps.num_heads) if self.heads is None else self.heads
        mean = torch.zeros(maps.num_queries, maps.num_keys)
        for rows in blocks(range(maps.num_queries), len(heads), maps.num_keys):
            keys = maps.reach(rows)
            mean[selection(rows), keys.start : keys.stop] = maps.probabilities(heads, rows, keys).mean(0)
        self.means.append(mean.numpy())


@dataclass
class QueryAndKeys:
    """The vectors behind one row of one head.

    Attributes
    ----------
    found
        ``query`` ``(head_dim,)``, ``keys`` ``(tokens, head_dim)``, ``scores`` and ``probabilities`` ``(tokens,)``,
        and ``scaling``; empty when the layer did not call the function.
    """

    head: int
    query: int
    found: dict[str, Any] = field(default_factory=dict)

    def visit(self, layer: int, maps: Maps) -> None:  # noqa: ARG002 – it is the one layer asked for
        """Take the row."""
        if isinstance(maps, CalledMaps):
            self.found = {
                "query_vector": maps.query[0, self.head, self.query].float().cpu().numpy(),
                "key_vectors": of_heads(maps.key, [self.head], maps.num_heads)[0].float().cpu().numpy(),
                "scores": maps.scores([self.head], [self.query])[0, 0].float().cpu().numpy(),
                "probabilities": maps.probabilities([self.head], [self.query])[0, 0].cpu().numpy(),
                "scaling": float(maps.scaling),
            }
