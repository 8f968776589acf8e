"""The one attention function that every layer calls, and those who look on while a layer calls it.

``albert`` is registered with transformers' ``AttentionInterface``. The layer itself runs SDPA, which
never makes the matrix; a :class:`Visitor` sees query, key and value of each call, with rotary
embedding and sliding windows already applied, and may change what the heads give. An architecture
that does not look its attention function up there is seen through its own eager maps.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "albert"
BLOCK_BYTES = 32_000_000
"""Most bytes of attention probabilities that exist at once, besides the answer."""

_local = threading.local()


class Enough(Exception):  # no error: the way out of a forward pass that has given all it should
    """The rest of the forward pass need not run."""


class Maps(Protocol):
    """The attention of one layer, of which parts can be had."""

    @property
    def num_heads(self) -> int:
        """Query heads."""

    @property
    def num_queries(self) -> int:
        """Tokens that look."""

    @property
    def num_keys(self) -> int:
        """Tokens that are looked at."""

    def probabilities(self, heads: Sequence[int], rows: Sequence[int]) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``; each row sums to 1."""


class Visitor(Protocol):
    """Looks on during a forward pass of one text."""

    def visit(self, layer: int, maps: Maps) -> None:
        """See a layer's attention; layers come in order, from 0. May raise :class:`Enough`."""


class HeadChanger(Protocol):
    """Changes what the heads give before a layer puts them together."""

    def change(self, layer: int, output: torch.Tensor) -> torch.Tensor:
        """Return the new ``output``, ``(batch, tokens, heads, head_dim)``."""


@dataclass
class CalledMaps:
    """A layer that called the function: its maps are computed from ``softmax(q kᵀ · scaling + mask)``.

    Vaswani et al. 2017, eq. 1. ``query, key, value``: ``(1, heads, tokens, head_dim)``, where
    grouped-query models have fewer key heads; ``mask`` is added, or boolean with True where a token may look.
    """

    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    mask: torch.Tensor | None
    scaling: float

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

    def scores(self, heads: Sequence[int], rows: Sequence[int]) -> torch.Tensor:
        """Return scaled dot products with the mask added, ``(heads, rows, keys)``."""
        chosen = torch.as_tensor(heads, device=self.query.device)
        lines = torch.as_tensor(rows, device=self.query.device)
        query = self.query[0, chosen][:, lines]
        scores = query @ self.of_heads(self.key, heads).transpose(1, 2) * self.scaling
        return scores if self.mask is None else scores + _added(self.mask, chosen, lines)

    def probabilities(self, heads: Sequence[int], rows: Sequence[int]) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``."""
        return torch.softmax(self.scores(heads, rows), dim=-1, dtype=torch.float32)

    def of_heads(self, states: torch.Tensor, heads: Sequence[int]) -> torch.Tensor:
        """Return keys or values as these query heads see them, ``(heads, tokens, head_dim)``."""
        groups = self.num_heads // states.shape[1]
        return states[0, torch.as_tensor([head // groups for head in heads], device=states.device)]


def _added(mask: torch.Tensor, heads: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    mask = mask[0] if mask.shape[1] == 1 else mask[0, heads]
    mask = mask if mask.shape[1] == 1 else mask[:, rows]
    if mask.dtype != torch.bool:
        return mask
    return torch.zeros_like(mask, dtype=torch.float32).masked_fill(~mask, torch.finfo(torch.float32).min)


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

    def probabilities(self, heads: Sequence[int], rows: Sequence[int]) -> torch.Tensor:
        """Return float32 ``(heads, rows, keys)``."""
        return self.maps[list(heads)][:, list(rows)].float()


@dataclass
class Watch:
    """Who looks on in this thread, and how many layers have called so far.

    Layers are told apart by counting calls, for some of them share one module (ALBERT).
    """

    visitor: Visitor | None = None
    changer: HeadChanger | None = None
    calls: int = 0
    has_enough: bool = False


def blocks(rows: Sequence[int], num_heads: int, num_keys: int, *, multiple: int = 1) -> Iterator[Sequence[int]]:
    """Yield runs of ``rows`` whose probabilities take at most :data:`BLOCK_BYTES`; a whole ``multiple`` each."""
    size = max(1, BLOCK_BYTES // (4 * num_heads * num_keys * multiple)) * multiple
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def selection(indices: Sequence[int]) -> slice | list[int]:
    """Return indices as what an axis is indexed with: a slice, which copies nothing, where they lie side by side."""
    chosen, first = list(indices), indices[0]
    run = range(first, first + len(chosen))
    return slice(run.start, run.stop) if chosen == list(run) else chosen


def albert_attention(  # noqa: PLR0917 – the signature is the interface's
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Run SDPA for the layer; whoever watches in this thread sees the call first, and the heads' output after."""
    watch: Watch | None = getattr(_local, "watch", None)
    layer = 0
    if watch is not None:
        layer, watch.calls = watch.calls, watch.calls + 1
        if watch.visitor is not None:
            scale = query.shape[-1] ** -0.5 if scaling is None else scaling
            watch.visitor.visit(layer, CalledMaps(query, key, value, attention_mask, scale))
    output: torch.Tensor = sdpa_attention_forward(
        module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
    )[0]
    if watch is not None and watch.changer is not None:
        output = watch.changer.change(layer, output)
    return output, None


AttentionInterface.register(NAME, albert_attention)
AttentionMaskInterface.register(NAME, eager_mask)


@contextlib.contextmanager
def attention_implementation(model: Any, name: str) -> Iterator[None]:
    """Switch the model's attention implementation for a block and put its own back, also after an error.

    The caller holds the model's lock: two threads must never switch one model at once.
    """
    own = model.config._attn_implementation  # noqa: SLF001 – there is no public getter
    try:
        model.set_attn_implementation(name)
        yield
    finally:
        model.set_attn_implementation(own)


@contextlib.contextmanager
def watching(model: Any, *, visitor: Visitor | None = None, changer: HeadChanger | None = None) -> Iterator[Watch]:
    """Let ``visitor`` and ``changer`` see the layers of ``model`` that run in this thread inside the block."""
    watch = Watch(visitor, changer)
    _local.watch = watch
    try:
        with attention_implementation(model, NAME):
            yield watch
    except Enough:
        watch.has_enough = True
    finally:
        _local.watch = None
