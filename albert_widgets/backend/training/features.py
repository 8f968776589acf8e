"""Frozen sentence vectors for a linear head, in the fastest way that changes no figure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from albert_widgets.backend import batching
from albert_widgets.backend.embed import pool

from .precision import is_bfloat16_faster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded

MAX_LENGTH = 128
"""Tokens of a text that are read: a long text says in them what it is about."""
LAYERS = 4
MAX_COPY_BYTES = 2_000_000_000
"""A larger model is not copied into bfloat16."""


def features(
    loaded: Loaded,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    max_length: int = MAX_LENGTH,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.bool_], str]:
    """Return a vector for each text: the mean over its tokens, of length 1, in each of the last four layers.

    The lower of them keep what the last one, trained to say what a sentence is about, has thrown away: its tone, or
    what kind of question it is. For pairs: both vectors of the last layer, their distance and their product; read
    together by a model that was not trained on pairs, they would say less.

    Parameters
    ----------
    watch
        Told how many texts are done, and of how many; what it raises ends the work.

    Returns
    -------
    (float32 ``(texts, features)``, bool ``(texts,)``: cut at ``max_length``, ``"float32"`` or ``"bfloat16"``)

    References
    ----------
    Devlin et al.: BERT. NAACL 2019, section 5.3 (four layers). Conneau et al.: Supervised Learning of Universal
    Sentence Representations. EMNLP 2017 (pairs).
    """
    engine = loaded.engine
    encoder, precision = engine.encoder, engine.dtype
    if engine.device == "cpu" and engine.dtype == "float32" and engine.bytes < MAX_COPY_BYTES and is_bfloat16_faster():
        encoder, precision = copy.deepcopy(encoder).to(torch.bfloat16), "bfloat16"

    layers = LAYERS if pairs is None else 1

    def forward(inputs: dict[str, Any]) -> NDArray[np.float32]:
        # The first of the hidden states are the embeddings, which have seen no neighbour.
        states = encoder(**inputs, output_hidden_states=True).hidden_states[1:][-layers:]
        pooled = [pool(state, inputs["attention_mask"]) for state in states]
        vectors: NDArray[np.float32] = (
            torch.cat([torch.nn.functional.normalize(one) for one in pooled], 1).cpu().numpy()
        )
        return vectors

    both = [*texts, *(pairs or ())]
    vectors, truncated = batching.run(loaded, both, None, forward, max_length=max_length, watch=watch)
    if pairs is None:
        return vectors, truncated, precision
    first, second = vectors[: len(texts)], vectors[len(texts) :]
    joined = np.concatenate([first, second, np.abs(first - second), first * second], axis=1)
    return joined, truncated[: len(texts)] | truncated[len(texts) :], precision
