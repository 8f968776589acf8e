"""Texts that an encoder-decoder writes: batches of them for a training to judge, and one summary for a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.results import Summary

from . import batching
from .classify import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .engines.torch import TorchModel
    from .pool import Loaded

TOKENS_PER_BATCH = 8192
"""More than for one pass of an encoder: each step of a decoder costs nearly the same for one text and for ten."""


def generate(
    engine: TorchModel,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    max_length: int | None = None,
    watch: Callable[[int, int], None] | None = None,
    **how: Any,
) -> tuple[list[str], NDArray[np.int64], int]:
    """Return what the model writes to each text, in their order.

    Parameters
    ----------
    max_length
        Tokens of a text that are read, if fewer than the model could.
    watch
        Told after each batch how many texts are done, and of how many; what it raises ends the work.
    **how
        Of transformers' ``generate``, instead of what the checkpoint says: ``num_beams``, ``max_new_tokens``.

    Returns
    -------
    (the texts, int64 ``(texts,)`` tokens of each source before it was cut, the most that were read or 0 for no limit)
    """
    limit = min(filter(None, (engine.max_length, max_length)), default=0)
    encoding = engine.tokenizer.encode(texts, pairs)
    lengths = np.asarray([len(ids) for ids in encoding["input_ids"]], np.int64)
    if limit and lengths.max() > limit:
        encoding = engine.tokenizer.encode(texts, pairs, limit)
    written = [""] * len(texts)
    done = 0
    for batch in batching.batches([min(length, limit or length) for length in lengths.tolist()], TOKENS_PER_BATCH):
        inputs = engine.read_by_encoder({name: [encoding[name][index] for index in batch] for name in encoding})
        with engine.inference():
            ids = engine.model.generate(**inputs, **how)
        for index, text in zip(batch, engine.tokenizer.hub.batch_decode(ids, skip_special_tokens=True), strict=True):
            written[index] = text.strip()
        done += len(batch)
        if watch is not None:
            watch(done, len(texts))
    return written, lengths, limit


def abstract(loaded: Loaded, text: str, *, tokens: int | None, language: str, **lengths: float | None) -> Summary:
    """Return a summary in the model's own words.

    Parameters
    ----------
    tokens
        The most that it may have; None leaves it to the model.
    **lengths
        Those of whole sentences, which are refused.

    Raises
    ------
    TaskUnsupported
        The model writes no summaries.
    InputInvalid
        A length that only whole sentences can be chosen by.
    """
    info = loaded.info
    if info.task != "summarization":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it was not trained to write summaries.",
            'Train one: bert.fit(frame, text="article", label="summary", task="summary", name="NAME"), then '
            'model="run:NAME". Or let it choose sentences: method="centrality".',
            model=info.id,
            task=info.task,
        )
    if given := [name for name, value in lengths.items() if value is not None]:
        raise InputInvalid(
            f"{given[0]} chooses among sentences, but an abstractive summary is written.", "Give tokens, or no length."
        )
    if tokens is not None and tokens < 1:
        raise InputInvalid(f"tokens={tokens} is out of range.", "Use at least 1.")
    least = getattr(loaded.engine.model.generation_config, "min_new_tokens", None) or 1
    how: dict[str, Any] = {} if tokens is None else {"max_new_tokens": tokens, "min_new_tokens": min(tokens, least)}
    with loaded.lock:
        (written,), (length,), limit = generate(loaded.engine, [text], **how)
    notes = []
    if limit and length > limit:
        notes.append(f"only the first {limit:,} of {length:,} tokens of the text were read")
    if not written:
        notes.append("the model wrote nothing")
    return Summary(info.id, text, (), "abstractive", language, tuple(notes), written)
