"""The one attention function that every layer calls, and those who look on while a layer calls it.

``albert`` is registered with transformers' ``AttentionInterface``. The layer itself runs SDPA, which
never makes the matrix; a :class:`Visitor` sees query and key of each call, with rotary embedding and
sliding windows already applied, and a :class:`HeadChanger` may change what the heads give. An
architecture that does not look its attention function up there is seen through its own eager maps.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from .maps import CalledMaps
from .masks import ROWS, Band, added, albert_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .maps import Maps

NAME = "albert"

_local = threading.local()


class Enough(Exception):  # no error: the way out of a forward pass that has given all it should
    """The rest of the forward pass need not run."""


class Visitor(Protocol):
    """Looks at layers of one text."""

    def visit(self, layer: int, maps: Maps) -> None:
        """See a layer's attention; layers come in order."""


class CallVisitor(Protocol):
    """Looks on during a forward pass of one text."""

    def call(self, layer: int, maps: CalledMaps, value: torch.Tensor) -> None:
        """See a layer's call, ``value`` ``(1, key heads, tokens, head_dim)``; may raise :class:`Enough`."""


class HeadChanger(Protocol):
    """Changes what the heads give before a layer puts them together."""

    def change(self, layer: int, output: torch.Tensor) -> torch.Tensor:
        """Return the new ``output``, ``(batch, tokens, heads, head_dim)``."""


@dataclass
class Watch:
    """Who looks on in this thread, and how many layers have called so far.

    Layers are told apart by counting calls, for some of them share one module (ALBERT).
    """

    visitor: CallVisitor | None = None
    changer: HeadChanger | None = None
    calls: int = 0
    has_enough: bool = False
    bands: dict[int, tuple[torch.Tensor, Band | None]] = field(default_factory=dict)

    def band_of(self, mask: torch.Tensor | None) -> Band | None:
        """Return the mask's band, found once for all layers that are given the same mask."""
        if mask is None:
            return None
        if id(mask) not in self.bands:
            self.bands[id(mask)] = mask, Band.of(mask)
        return self.bands[id(mask)][1]


def albert_attention(  # noqa: PLR0917 – the signature is the interface's
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    position_bias: torch.Tensor | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Run SDPA for the layer; whoever watches in this thread sees the call first, and the heads' output after."""
    watch: Watch = getattr(_local, "watch", None) or Watch()
    layer, watch.calls = watch.calls, watch.calls + 1
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    mask = attention_mask
    if position_bias is not None:
        mask = position_bias if mask is None else position_bias + added(mask)
    band = None
    if watch.visitor is not None:
        band = watch.band_of(mask)
        maps = CalledMaps(query, key, None if band else mask, scale, band)
        watch.visitor.call(layer, maps, value)
    how = {**kwargs, "dropout": dropout, "scaling": scale}
    output: torch.Tensor
    if band is None or query.shape[2] <= ROWS:
        output = sdpa_attention_forward(module, query, key, value, mask, **how)[0]
    else:
        output = _in_band(module, query, key, value, band, how)
    if watch.changer is not None:
        output = watch.changer.change(layer, output)
    return output, None


def _in_band(  # noqa: PLR0917 – what SDPA is given
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    band: Band,
    how: dict[str, Any],
) -> torch.Tensor:
    """Return the heads' output by runs of rows, with just the keys that each run may look at."""
    parts = []
    for rows, keys, mask in band.blocks():
        lines, places = slice(rows.start, rows.stop), slice(keys.start, keys.stop)
        seen = key[:, :, places], value[:, :, places]
        parts.append(sdpa_attention_forward(module, query[:, :, lines], *seen, mask[None, None], **how)[0])
    return torch.cat(parts, dim=1)


AttentionInterface.register(NAME, albert_attention)
AttentionMaskInterface.register(NAME, albert_mask)


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
def watching(model: Any, *, visitor: CallVisitor | None = None, changer: HeadChanger | None = None) -> Iterator[Watch]:
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
