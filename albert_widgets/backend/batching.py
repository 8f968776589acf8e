"""The one batching rule: texts of like length together, within a token budget, each text once, their order restored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from .engines.engine import OVERHEAD
from .engines.threads import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from .encoding import Encoded, InputEncoder, Inputs
    from .engines.engine import Engine

WINDOW = 4096
"""Texts that are cut into tokens together, while those before them are computed; enough for batches of one length."""


def batches(lengths: Sequence[int], budget: int, overhead: int = OVERHEAD) -> list[list[int]]:
    """Return the texts' indices in batches, longest first, cut so that the whole work is the least.

    A batch of ``n`` texts costs ``longest · n + overhead``: its padded tokens, and what a pass costs whatever is in it.
    Among all ways to cut the sorted texts into batches of at most ``budget`` padded tokens, dynamic programming finds
    the cheapest: ``cost[j] = min over i of cost[i] + lengths[i] · (j − i) + overhead``. A text over the budget is a
    batch of its own.

    Parameters
    ----------
    lengths
        Tokens of each text.
    budget
        Tokens of a padded batch.
    overhead
        What a pass costs beside its tokens, as so many tokens.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    cost = np.full(len(order) + 1, np.inf)
    cost[0] = 0
    start = np.zeros(len(order) + 1, np.int64)
    for i, index in enumerate(order):
        longest = max(1, lengths[index])
        width = min(max(1, budget // longest), len(order) - i)
        here = slice(i + 1, i + 1 + width)
        found = cost[i] + overhead + longest * np.arange(1, width + 1)
        is_less = found < cost[here]
        cost[here][is_less] = found[is_less]
        start[here][is_less] = i
    made: list[list[int]] = []
    end = len(order)
    while end:
        made.append(order[start[end] : end])
        end = int(start[end])
    return made[::-1]


def run(
    encoder: InputEncoder,
    engine: Engine,
    texts: Sequence[str],
    pairs: Sequence[str] | None,
    finish: Callable[[NDArray[np.float32], Inputs], NDArray[np.float32]],
    *,
    limit: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int32]]:
    """Run an engine over all texts in batches; a text (or pair) that comes twice is computed once.

    Parameters
    ----------
    finish
        Makes one row a text of the engine's answer and the inputs that it had.
    limit
        Tokens that are read of a text; 0 for all.
    watch
        Told after each batch how many texts are done, and of how many; what it raises ends the work.

    Returns
    -------
    (float32 ``(texts, …)`` in the texts' order, bool ``(texts,)``: cut, int32 ``(texts,)``: tokens before that)
    """
    first, place = _each_once(texts, pairs)
    rows: list[NDArray[np.float32] | None] = [None] * len(first)
    truncated, tokens = np.zeros(len(first), np.bool_), np.zeros(len(first), np.int32)
    done, weights = 0, np.bincount(place, minlength=len(first))
    for start, encoded in _windows(encoder, texts, pairs, first, limit):
        truncated[start : start + len(encoded)] = encoded.truncated
        tokens[start : start + len(encoded)] = encoded.whole
        for batch in batches(encoded.lengths, engine.tokens_per_batch, engine.overhead):
            inputs = encoder.pad(encoded, batch, engine.inputs)
            with engine.lock, turn:
                answer = engine.run(inputs)
            for index, row in zip(batch, finish(answer, inputs), strict=True):
                rows[start + index] = row
            done += int(weights[[start + index for index in batch]].sum())
            if watch is not None:
                watch(done, len(texts))
    return np.stack([row for row in rows if row is not None])[place], truncated[place], tokens[place]


def _each_once(texts: Sequence[str], pairs: Sequence[str] | None) -> tuple[list[int], NDArray[np.int64]]:
    """Return where each different text first stands, and for every text which of them it is."""
    known: dict[object, int] = {}
    first: list[int] = []
    place = np.empty(len(texts), np.int64)
    for index, text in enumerate(texts):
        key = text if pairs is None else (text, pairs[index])
        if key not in known:
            known[key] = len(first)
            first.append(index)
        place[index] = known[key]
    return first, place


def _windows(
    encoder: InputEncoder, texts: Sequence[str], pairs: Sequence[str] | None, first: Sequence[int], limit: int
) -> Iterator[tuple[int, Encoded]]:
    """Yield window after window with its start; the next is cut into tokens while the last is computed."""

    def encode(start: int) -> Encoded:
        rows = first[start : start + WINDOW]
        second = None if pairs is None else [pairs[row] for row in rows]
        return encoder.encode([texts[row] for row in rows], second, limit)

    starts = range(0, len(first), WINDOW)
    if len(starts) == 1:
        yield 0, encode(0)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="albert-widgets-tokens") as thread:
        ahead = thread.submit(encode, 0)
        for start in starts:
            encoded = ahead.result()
            if start + WINDOW < len(first):
                ahead = thread.submit(encode, start + WINDOW)
            yield start, encoded
