"""The one batching rule: longest first, closed by a token budget, the callers' order restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .pool import Loaded

TOKENS_PER_BATCH = 2048


def batches(lengths: Sequence[int], budget: int = TOKENS_PER_BATCH) -> list[list[int]]:
    """Return the texts' indices in batches, longest first.

    A batch is closed before text ``i`` when ``longest · (n + 1) > budget``, where ``longest`` is its
    first length and ``n`` its size: the padded batch stays within the budget, and neighbours are of
    nearly the same length. A text over the budget is a batch of its own.

    Parameters
    ----------
    lengths
        Tokens of each text.
    budget
        Tokens of a padded batch.
    """
    made: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if made and lengths[made[-1][0]] * (len(made[-1]) + 1) <= budget:
            made[-1].append(index)
        else:
            made.append([index])
    return made


def run(
    loaded: Loaded,
    texts: Sequence[str],
    pairs: Sequence[str] | None,
    forward: Callable[[dict[str, Any]], NDArray[np.float32]],
    *,
    max_length: int | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Run ``forward`` over all texts in batches.

    Parameters
    ----------
    forward
        Maps padded model inputs (tensors ``(batch, tokens)`` on the model's device, among them
        ``attention_mask``) to one row a text.
    max_length
        Tokens that are read, if fewer than the model could.
    watch
        Told after each batch how many texts are done, and of how many; what it raises ends the work.

    Returns
    -------
    (float32 ``(texts, …)`` in the texts' order, bool ``(texts,)``: cut)
    """
    engine = loaded.engine
    limit = min(filter(None, (engine.max_length, max_length)), default=0)
    encoding = engine.tokenizer.encode(texts, pairs)
    lengths = np.asarray([len(ids) for ids in encoding["input_ids"]])
    truncated = lengths > limit if limit else np.zeros(len(lengths), np.bool_)
    if truncated.any():
        encoding = engine.tokenizer.encode(texts, pairs, limit)
        lengths = np.minimum(lengths, limit)
    rows: list[NDArray[np.float32] | None] = [None] * len(texts)
    done = 0
    for batch in batches(lengths.tolist()):
        inputs = engine.pad({name: [encoding[name][index] for index in batch] for name in encoding})
        with loaded.lock, engine.inference():
            answer = forward(inputs)
        for row, index in enumerate(batch):
            rows[index] = answer[row]
        done += len(batch)
        if watch is not None:
            watch(done, len(texts))
    return np.stack([row for row in rows if row is not None]), truncated
