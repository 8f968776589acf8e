"""The attention of one layer, of which visitors take parts, block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import torch

from .masks import added

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .masks import Band

BLOCK_BYTES = 8_000_000
"""Most bytes of attention probabilities that exist at once, besides the answer; more of them would leave the cache."""


class Maps(Protocol):
    """The attention of one layer, live or kept."""

    @property
    def num_heads(self) -> int:
        """Query heads."""

    @property
    def num_queries(self) -> int:
        """Tokens that look."""

    @property
    def num_keys(self) -> int:
        """Tokens that are looked at."""

    @property
    def nbytes(self) -> int:
        """Bytes that keeping it takes."""

    def reach(self, rows: Sequence[int]) -> range:
        """Return keys among which are all that these rows may look at: their probability of any other is 0."""

    def probabilities(self, heads: Sequence[int], rows: Sequence[int], keys: range | None = None) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``, for None of all keys; each row sums to 1 over all keys."""


@dataclass
class CalledMaps:
    """A layer that called the function: its maps are computed from ``softmax(q kᵀ · scaling + mask)``.

    Vaswani et al. 2017, eq. 1.

    Attributes
    ----------
    query, key
        ``(1, heads, tokens, head_dim)``, where grouped-query models have fewer key heads.
    mask
        What is added, or bool with True where a token may look, ``(1, 1 or heads, queries, keys)``; None where
        all may look at all, or where ``band`` says the same in less room.
    scaling
        Of the dot products.
    band
        The keys that each query may look at, where they lie side by side.
    value_norms
        ``‖v Wᵒ‖``, float32 ``(heads, keys)``, where they were asked for.
    """

    query: torch.Tensor
    key: torch.Tensor
    mask: torch.Tensor | None
    scaling: float
    band: Band | None = None
    value_norms: torch.Tensor | None = None

    @property
    def num_heads(self) -> int:
        """Query heads."""
        return self.query.shape[1]

    @property
    def num_queries(self) -> int:
        """Tokens that look."""
        return self.query.shape[2]

    @property
    def num_keys(self) -> int:
        """Tokens that are looked at."""
        return self.key.shape[2]

    @property
    def nbytes(self) -> int:
        """Bytes of all its arrays."""
        arrays = (self.query, self.key, self.mask, self.value_norms)
        return sum(array.nbytes for array in arrays if array is not None)

    def compact(self) -> CalledMaps:
        """Return the same in an array of its own: of others that it is a view of, the rest would be kept with it.

        One array is large enough for a long text that malloc gives it back to the system as soon as it is freed.
        """
        both = torch.cat([self.query.flatten(), self.key.flatten()])
        query, key = both[: self.query.numel()], both[self.query.numel() :]
        return replace(self, query=query.view(self.query.shape), key=key.view(self.key.shape))

    def reach(self, rows: Sequence[int]) -> range:
        """Return keys among which are all that these rows may look at."""
        return range(self.num_keys) if self.band is None else self.band.reach(rows)

    def scores(self, heads: Sequence[int], rows: Sequence[int], keys: range | None = None) -> torch.Tensor:
        """Return scaled dot products with the mask added, ``(heads, rows, keys)``."""
        keys = range(self.num_keys) if keys is None else keys
        query = self.query[0, selection(heads)][:, selection(rows)]
        key = of_heads(self.key, heads, self.num_heads)[:, keys.start : keys.stop]
        scores = (query * self.scaling) @ key.transpose(1, 2)
        if self.band is not None:
            return scores.masked_fill_(~self.band.allows(rows, keys), torch.finfo(scores.dtype).min)
        if self.mask is None:
            return scores
        mask = self.mask[0] if self.mask.shape[1] == 1 else self.mask[0, selection(heads)]
        mask = mask if mask.shape[1] == 1 else mask[:, selection(rows)]
        return scores + added(mask[..., keys.start : keys.stop])

    def probabilities(self, heads: Sequence[int], rows: Sequence[int], keys: range | None = None) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``."""
        reach = self.reach(rows)
        weights = torch.softmax(self.scores(heads, rows, reach), dim=-1, dtype=torch.float32)
        wanted = range(self.num_keys) if keys is None else keys
        if wanted == reach:
            return weights
        # Negative padding cuts off.
        return torch.nn.functional.pad(weights, (reach.start - wanted.start, wanted.stop - reach.stop))


@dataclass
class EagerMaps:
    """A layer whose maps, ``(heads, queries, keys)``, the model gave away itself."""

    maps: torch.Tensor

    @property
    def num_heads(self) -> int:
        """Query heads."""
        return self.maps.shape[0]

    @property
    def num_queries(self) -> int:
        """Tokens that look."""
        return self.maps.shape[1]

    @property
    def num_keys(self) -> int:
        """Tokens that are looked at."""
        return self.maps.shape[2]

    @property
    def nbytes(self) -> int:
        """Bytes of the maps."""
        return self.maps.nbytes

    def reach(self, rows: Sequence[int]) -> range:  # noqa: ARG002 – it is not known
        """Return all keys."""
        return range(self.num_keys)

    def probabilities(self, heads: Sequence[int], rows: Sequence[int], keys: range | None = None) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``."""
        wanted = range(self.num_keys) if keys is None else keys
        return self.maps[selection(heads)][:, selection(rows), wanted.start : wanted.stop].float()


def of_heads(states: torch.Tensor, heads: Sequence[int], num_heads: int) -> torch.Tensor:
    """Return keys or values, ``(1, key heads, tokens, head_dim)``, as some of the query heads see them."""
    groups = num_heads // states.shape[1]
    return states[0, selection([head // groups for head in heads])]


def selection(indices: Sequence[int]) -> slice | list[int]:
    """Return indices as what an axis is indexed with: a slice, which copies nothing, where they lie side by side."""
    chosen, first = list(indices), indices[0]
    run = range(first, first + len(chosen))
    return slice(run.start, run.stop) if chosen == list(run) else chosen


def heads_in_block(num_rows: int, num_keys: int) -> int:
    """Return how many heads' probabilities of so many rows make a block, at least 1."""
    return max(1, BLOCK_BYTES // (4 * num_rows * num_keys))


def blocks(rows: Sequence[int], num_heads: int, num_keys: int, *, multiple: int = 1) -> Iterator[Sequence[int]]:
    """Yield runs of ``rows`` whose probabilities take at most :data:`BLOCK_BYTES`; a whole ``multiple`` each."""
    size = max(1, BLOCK_BYTES // (4 * num_heads * num_keys * multiple)) * multiple
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
