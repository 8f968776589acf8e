"""Texts that an encoder-decoder writes: batches of them for a training to judge, and one summary for a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend import batching
from albert_widgets.backend.classify import kind_of
from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.results import Summary
from albert_widgets.selection import Length

from .languages import guess_language
from .reading import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.engines.torch import TorchModel
    from albert_widgets.backend.pool import Loaded

TOKENS_PER_BATCH = 8192
"""Of all candidates; more than for one pass of an encoder, for each step of a decoder has much that is the same."""


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
    beams = how.get("num_beams") or engine.model.generation_config.num_beams or 1
    read = [min(length, limit or length) for length in lengths.tolist()]
    written = [""] * len(texts)
    done = 0
    for batch in batching.batches(read, TOKENS_PER_BATCH // beams):
        inputs = engine.read_by_encoder({name: [encoding[name][index] for index in batch] for name in encoding})
        with engine.inference():
            ids = engine.model.generate(**inputs, **how)
        for index, text in zip(batch, engine.tokenizer.hub.batch_decode(ids, skip_special_tokens=True), strict=True):
            written[index] = text.strip()
        done += len(batch)
        if watch is not None:
            watch(done, len(texts))
    return written, lengths, limit


def write(
    loaded: Loaded,
    documents: Sequence[str],
    *,
    length: Length,
    language: str | None = None,
    beams: int | None = None,
    no_repeat_ngram: int | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Summary:
    """Return a summary in the model's own words; see :meth:`Summarizer.summarize`.

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
    tokens = int(length.amount) if length.unit == "tokens" else None
    if tokens is None and length != Length():
        raise InputInvalid(
            f"{length.unit} chooses among sentences, but an abstractive summary is written.",
            "Give tokens, or no length.",
        )
    least = getattr(loaded.engine.model.generation_config, "min_new_tokens", None) or 1
    how: dict[str, Any] = {} if tokens is None else {"max_new_tokens": tokens, "min_new_tokens": min(tokens, least)}
    if beams is not None:
        how["num_beams"] = beams
    if no_repeat_ngram is not None:
        how["no_repeat_ngram_size"] = no_repeat_ngram
    text = BETWEEN.join(documents)
    with loaded.lock:
        (written,), (read,), limit = generate(loaded.engine, [text], **how)
    notes = []
    if limit and read > limit:
        notes.append(f"only the first {limit:,} of {read:,} tokens of the text were read")
    if not written:
        notes.append("the model wrote nothing")
    return Summary(
        info.id, text, (), "abstractive", language or guess_language(text), tuple(notes), written, length=length
    )
