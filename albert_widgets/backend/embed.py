"""Sentence vectors and their similarities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Embeddings, Similarity

from .computing import compute
from .engines.engine import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .encoding import Inputs
    from .pool import Loaded

POOLINGS = ("mean", "cls", "max")


def embed(
    loaded: Loaded,
    texts: Sequence[str],
    *,
    pooling: str = "mean",
    normalize: bool = True,
    precision: str | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Embeddings:
    """Return a vector for each text: its last hidden states pooled over its tokens; arguments as in :mod:`.computing`.

    ``mean`` over all tokens and length 1 is what the starter was trained for (Reimers & Gurevych 2019).
    """
    if pooling not in POOLINGS:
        raise InputInvalid(f"There is no pooling {pooling!r}.", f"Choose one of: {', '.join(POOLINGS)}.")

    def finish(states: NDArray[np.float32], inputs: Inputs) -> NDArray[np.float32]:
        pooled = pool(states, inputs["attention_mask"], pooling)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True).clip(1e-12) if normalize else pooled

    computed = compute(loaded, STATES, texts, None, finish, precision=precision, agree=cosines, watch=watch)
    return Embeddings(
        model=loaded.info.id,
        texts=tuple(texts),
        vectors=computed.rows,
        pooling=pooling,
        normalized=normalize,
        truncated=computed.truncated,
        tokens=computed.tokens,
        max_length=loaded.info.max_length,
        engine=computed.engine,
        precision=computed.precision,
        agreement=computed.agreement,
        notes=computed.notes,
    )


def pool(states: NDArray[np.float32], attention_mask: NDArray[np.int64], pooling: str) -> NDArray[np.float32]:
    """Return float32 ``(batch, hidden)``: the states ``(batch, tokens, hidden)`` pooled over what is no padding."""
    mask = attention_mask.astype(np.float32)
    if pooling == "cls":
        return states[:, 0]
    if pooling == "max":
        highest: NDArray[np.float32] = np.where(mask[..., None] > 0, states, -np.inf).max(axis=1)
        return highest
    # As a product of matrices, for a masked sum would write all states once more.
    mean: NDArray[np.float32] = (mask[:, None, :] @ states)[:, 0] / mask.sum(axis=1, keepdims=True)
    return mean


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each row of one with the same row of the other."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    found: NDArray[np.float64] = (one * other).sum(axis=1, dtype=np.float64) / lengths.clip(1e-12)
    return found


def similar(loaded: Loaded, a: Sequence[str], b: Sequence[str], *, precision: str | None = None) -> Similarity:
    """Return the cosine of each text of ``a`` with each of ``b``."""
    both = embed(loaded, [*a, *b], precision=precision)
    values = (both.vectors[: len(a)] @ both.vectors[len(a) :].T).clip(-1.0, 1.0)
    return Similarity(
        model=loaded.info.id,
        a=tuple(a),
        b=tuple(b),
        values=values,
        truncated=both.truncated,
        max_length=both.max_length,
        engine=both.engine,
        precision=both.precision,
        agreement=both.agreement,
        notes=both.notes,
    )
