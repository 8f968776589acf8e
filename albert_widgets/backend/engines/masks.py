"""Which tokens may look at which: masks that take no more room than they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers.masking_utils import sdpa_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS = 512
"""Rows of a mask that are made or looked at together."""


def albert_mask(*, q_length: int, q_offset: int = 0, **how: Any) -> torch.Tensor | None:
    """Return transformers' boolean mask, ``(batch, 1, queries, keys)``, or None where all may look at all.

    transformers makes it of the distances of all pairs, in int64: 0.5 GB for 8,192 tokens. Here it is made by rows.
    """
    # A causal mask could be left to SDPA, but those who look on have to see it.
    how["allow_is_causal_skip"] = False
    parts = []
    for start, stop in _runs(q_length):
        part = sdpa_mask(q_length=stop - start, q_offset=q_offset + start, **how)
        if part is None:
            return None
        parts.append(part)
    return torch.cat(parts, dim=2)


def added(mask: torch.Tensor) -> torch.Tensor:
    """Return a mask as what is added to the scores."""
    if mask.dtype != torch.bool:
        return mask
    return torch.zeros_like(mask, dtype=torch.float32).masked_fill(~mask, torch.finfo(torch.float32).min)


@dataclass(frozen=True)
class Band:
    """A mask by which each query may look at keys that lie side by side: a sliding window, or what came before.

    Attributes
    ----------
    first, stop
        int64 ``(queries,)``: query ``q`` may look at ``first[q] ≤ key < stop[q]``.
    """

    first: torch.Tensor
    stop: torch.Tensor

    @classmethod
    def of(cls, mask: torch.Tensor | None) -> Band | None:
        """Return the band of a mask ``(1, 1, queries, keys)``, or None if it is none."""
        if mask is None or mask.dtype != torch.bool or mask.shape[:2] != (1, 1):
            return None
        firsts, stops = [], []
        for start, stop in _runs(mask.shape[2]):
            part = mask[0, 0, start:stop]
            first, count = part.byte().argmax(-1), part.sum(-1)
            if not count.all() or not torch.equal(_inside(first, first + count, range(part.shape[-1])), part):
                return None
            firsts.append(first)
            stops.append(first + count)
        return cls(torch.cat(firsts), torch.cat(stops))

    def reach(self, rows: Sequence[int]) -> range:
        """Return the keys from the first to the last that any of these rows may look at."""
        chosen = torch.as_tensor(rows, device=self.first.device)
        return range(int(self.first[chosen].min()), int(self.stop[chosen].max()))

    def allows(self, rows: Sequence[int], keys: range) -> torch.Tensor:
        """Return the mask of some rows and keys, bool ``(rows, keys)``."""
        chosen = torch.as_tensor(rows, device=self.first.device)
        return _inside(self.first[chosen], self.stop[chosen], keys)

    def blocks(self) -> Iterator[tuple[range, range, torch.Tensor]]:
        """Yield runs of rows, the keys that they reach, and their part of the mask."""
        for start, stop in _runs(len(self.first)):
            rows = range(start, stop)
            keys = self.reach(rows)
            yield rows, keys, self.allows(rows, keys)


def _inside(first: torch.Tensor, stop: torch.Tensor, keys: range) -> torch.Tensor:
    at = torch.arange(keys.start, keys.stop, device=first.device)
    return (at >= first[:, None]) & (at < stop[:, None])


def _runs(length: int) -> Iterator[tuple[int, int]]:
    for start in range(0, length, ROWS):
        yield start, min(start + ROWS, length)
