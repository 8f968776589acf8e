"""Frozen sentence vectors for a linear head, in the fastest way that changes no figure."""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING

import numpy as np
import torch

from albert_widgets.backend import batching
from albert_widgets.backend.encoding import input_names
from albert_widgets.backend.engines.engine import OVERHEAD, TOKENS_PER_BATCH

from .precision import is_bfloat16_faster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from albert_widgets.backend.encoding import Inputs
    from albert_widgets.backend.engines.torch import TorchModel
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
    model = loaded.engine
    if model.device == "cpu" and model.dtype == "float32" and model.bytes < MAX_COPY_BYTES and is_bfloat16_faster():
        model = model.in_precision("bfloat16")
    engine = LastLayers(model, LAYERS if pairs is None else 1)
    both = [*texts, *(pairs or ())]
    limit = min(filter(None, (model.max_length, max_length)), default=0)
    vectors, truncated, _ = batching.run(
        loaded.input_encoder, engine, both, None, lambda rows, _: rows, limit=limit, watch=watch
    )
    if pairs is None:
        return vectors, truncated, engine.precision
    first, second = vectors[: len(texts)], vectors[len(texts) :]
    joined = np.concatenate([first, second, np.abs(first - second), first * second], axis=1)
    return joined, truncated[: len(texts)] | truncated[len(texts) :], engine.precision


class LastLayers:
    """An engine that gives the means over the tokens in the last layers, each of length 1, one beside the other."""

    name = "torch"
    tokens_per_batch = TOKENS_PER_BATCH
    overhead = OVERHEAD
    lock: AbstractContextManager[object] = contextlib.nullcontext()

    def __init__(self, model: TorchModel, layers: int) -> None:
        self._model, self._layers = model, layers
        self.precision = model.dtype
        self.inputs = input_names(model.tokenizer.hub, list(inspect.signature(model.encoder.forward).parameters))

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return float32 ``(batch, layers * hidden)``."""
        tensors = {name: torch.from_numpy(values).to(self._model.device) for name, values in inputs.items()}
        mask = tensors["attention_mask"][..., None]
        with self._model.inference():
            # The first of the hidden states are the embeddings, which have seen no neighbour.
            states = self._model.encoder(**tensors, output_hidden_states=True).hidden_states[1:][-self._layers :]
            means = [(state.float() * mask).sum(1) / mask.sum(1) for state in states]
            vectors: NDArray[np.float32] = (
                torch.cat([torch.nn.functional.normalize(one) for one in means], 1).cpu().numpy()
            )
        return vectors
