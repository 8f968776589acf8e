"""Sentence vectors and their similarities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Embeddings, Similarity

from . import batching

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from .pool import Loaded

POOLINGS = ("mean", "cls", "max")


def embed(
    loaded: Loaded,
    texts: Sequence[str],
    *,
    pooling: str = "mean",
    normalize: bool = True,
    watch: Callable[[int, int], None] | None = None,
) -> Embeddings:
    """Return a vector for each text: its last hidden states pooled over its tokens; ``watch`` as in :mod:`.batching`.

    ``mean`` over all tokens and length 1 is what the starter was trained for (Reimers & Gurevych 2019).
    """
    if pooling not in POOLINGS:
        raise InputInvalid(f"There is no pooling {pooling!r}.", f"Choose one of: {', '.join(POOLINGS)}.")

    def forward(inputs: dict[str, Any]) -> NDArray[np.float32]:
        pooled = pool(loaded.engine.encoder(**inputs).last_hidden_state, inputs["attention_mask"], pooling)
        if normalize:
            pooled = pooled / pooled.norm(dim=1, keepdim=True).clamp_min(1e-12)
        vectors: NDArray[np.float32] = pooled.cpu().numpy()
        return vectors

    vectors, truncated = batching.run(loaded, texts, None, forward, watch=watch)
    return Embeddings(loaded.info.id, tuple(texts), vectors, pooling, normalize, truncated, loaded.engine.max_length)


def pool(hidden: torch.Tensor, attention_mask: torch.Tensor, pooling: str = "mean") -> torch.Tensor:
    """Return float32 ``(batch, hidden)``: the states ``(batch, tokens, hidden)`` pooled over what is no padding."""
    hidden, mask = hidden.float(), attention_mask[..., None]
    if pooling == "cls":
        return hidden[:, 0]
    if pooling == "max":
        return hidden.masked_fill(mask == 0, float("-inf")).amax(dim=1)
    pooled: torch.Tensor = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
    return pooled


def similar(loaded: Loaded, a: Sequence[str], b: Sequence[str]) -> Similarity:
    """Return the cosine of each text of ``a`` with each of ``b``."""
    both = embed(loaded, [*a, *b])
    values = (both.vectors[: len(a)] @ both.vectors[len(a) :].T).clip(-1.0, 1.0)
    return Similarity(loaded.info.id, tuple(a), tuple(b), values, both.truncated, both.max_length)
