"""One text before one model: read to be looked into, layer by layer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported

from .tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from albert_widgets.results import Tokens

    from .kept import Source
    from .pool import Loaded

Heads = tuple[tuple[int, int], ...]
"""Layers and heads, counted from 0."""


@dataclass(frozen=True)
class Reading:
    """A text as a model is given it.

    Attributes
    ----------
    tokens
        What it is cut into, within the model's limit.
    inputs
        The model's arguments, each ``(1, tokens)``.
    """

    loaded: Loaded
    tokens: Tokens
    inputs: dict[str, torch.Tensor]

    @classmethod
    def of(cls, loaded: Loaded, text: str, pair: str | None = None) -> Reading:
        """Tokenize ``text`` for a loaded model.

        Raises
        ------
        InputInvalid
            It has more tokens than the model reads.
        """
        engine = loaded.engine
        encoding = engine.tokenizer.encode([text], None if pair is None else [pair])
        model = loaded.info.id
        tokens = tokens_of(
            engine.tokenizer, encoding, 0, model=model, text=text, pair=pair, max_length=engine.max_length
        )
        if tokens.overflow:
            raise InputInvalid(
                f"The text has {len(tokens):,} tokens; {model} reads at most {tokens.max_length:,} at once.",
                f"Shorten it by about {tokens.overflow:,} tokens.",
                tokens=len(tokens),
                limit=tokens.max_length,
            )
        return cls(loaded, tokens, engine.pad({name: encoding[name] for name in encoding}))

    @property
    def source(self) -> Source:
        """The text, its pair, and the ids that stand for them, some of which may be masked."""
        return self.tokens.text, self.tokens.pair, self.tokens.ids.tobytes()

    @property
    def shape(self) -> tuple[int, int]:
        """Layers and heads of the model."""
        return shape_of(self.loaded)

    @property
    def blank(self) -> int:
        """Id of the token that says nothing: the mask, or padding or unknown where the model has no mask."""
        hub = self.loaded.engine.tokenizer.hub
        return next(at for at in (hub.mask_token_id, hub.pad_token_id, hub.unk_token_id, 0) if at is not None)

    def masked(self, positions: Sequence[int]) -> Reading:
        """Return the same reading with the blank token in some places.

        Ids are replaced, not the text: no word beside a mask is ever cut another way.
        """
        if not positions:
            return self
        ids = self.inputs["input_ids"].clone()
        ids[0, list(positions)] = self.blank
        known = self.tokens.ids.copy()
        known[list(positions)] = self.blank
        return replace(self, tokens=replace(self.tokens, ids=known), inputs={**self.inputs, "input_ids": ids})


def index_of(kind: str, index: Any, count: int) -> int:
    """Return ``index`` counted from 0; negative ones count from the end. Raises InputInvalid."""
    if isinstance(index, bool) or not isinstance(index, int | np.integer) or not -count <= index < count:
        raise InputInvalid(
            f"There is no {kind} {index!r}.", f"They go from 0 to {count - 1}; negative ones count from the end."
        )
    return int(index) % count


def indices_of(kind: str, wanted: Sequence[int] | None, count: int) -> list[int]:
    """Return indices from 0, or all of them for None. Raises InputInvalid."""
    if wanted is None:
        return list(range(count))
    chosen = [index_of(kind, index, count) for index in wanted]
    if not chosen:
        raise InputInvalid(f"The list of {kind}s is empty.", f"Leave it out for all {kind}s.")
    return chosen


def places_of(tokens: Tokens, wanted: Sequence[int]) -> list[int]:
    """Return the positions of tokens that may be masked, each once and in order. Raises InputInvalid."""
    places = sorted({index_of("token", index, len(tokens)) for index in wanted})
    for place in places:
        if tokens.is_special[place]:
            raise InputInvalid(
                f"Token {place} is {tokens.tokens[place]}, which the model puts there itself.",
                "Mask tokens of the text.",
            )
    return places


def heads_of(loaded: Loaded, wanted: Sequence[Sequence[int]]) -> Heads:
    """Return ``(layer, head)`` pairs from 0, each once and in order. Raises InputInvalid."""
    num_layers, num_heads = shape_of(loaded)
    chosen = set()
    for pair in wanted:
        if isinstance(pair, str) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise InputInvalid(f"{pair!r} is no head.", "Name heads as (layer, head), such as [(0, 3), (5, 11)].")
        chosen.add((index_of("layer", pair[0], num_layers), index_of("head", pair[1], num_heads)))
    return tuple(sorted(chosen))


def shape_of(loaded: Loaded) -> tuple[int, int]:
    """Return how many layers, and heads in each, the model's encoder has."""
    config = loaded.engine.encoder.config
    return int(config.num_hidden_layers), int(config.num_attention_heads)


@contextlib.contextmanager
def without(loaded: Loaded, ablate: Heads, model: Any = None) -> Iterator[None]:
    """Switch heads off in the passes of this block: what they give is zero. The caller holds the model's lock.

    Parameters
    ----------
    model
        Whose heads; None is the loaded model itself, not a copy in another precision.

    Raises
    ------
    TaskUnsupported
        The model's heads cannot be reached.
    """
    if not ablate:
        yield
        return
    from .engines.gates import Gates
    from .engines.interface import watching

    gates = Gates.without(ablate, shape_of(loaded), loaded.engine.device)
    with watching(loaded.engine.model if model is None else model, changer=gates) as watch:
        yield
    if watch.calls == 0 or watch.calls % shape_of(loaded)[0]:
        raise closed(loaded)


def closed(loaded: Loaded) -> TaskUnsupported:
    """Return the error for a model whose heads can be seen, but not reached."""
    return TaskUnsupported(
        f"{loaded.info.model_type} does not call the attention function of transformers, so its heads "
        "cannot be reached.",
        "Choose a model of another architecture: BERT, ALBERT, RoBERTa, ELECTRA, DistilBERT, ModernBERT, ….",
        model=loaded.info.id,
    )
