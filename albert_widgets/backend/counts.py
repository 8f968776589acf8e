"""How long texts are, for many of them: only counts are kept, never their tokens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import TokenCounts
from albert_widgets.results.counts import most_common
from albert_widgets.results.tokens import characters_of, overlaps

from .tokens import too_slow
from .words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .tokens import SharedTokenizer

PART_CHARACTERS = 1_000_000
"""Characters that are tokenised at once: their tokens take some 100 MB, and are gone afterwards."""


def count_tokens(tokenizer: SharedTokenizer, model: str, texts: Sequence[str], *, max_length: int) -> TokenCounts:
    """Return the counts of each text; see :meth:`BertBackend.count_tokens`."""
    if max_length < 0:
        raise InputInvalid(f"max_length={max_length} leaves no room for text.", "Use 0 for no limit.")
    if not tokenizer.hub.is_fast:
        raise too_slow(model)
    unknown_words: Counter[str] = Counter()
    counts = [row for part in parts(texts) for row in _counts_of(tokenizer, part, unknown_words)]
    columns = np.asarray(counts, np.int32).reshape(-1, 5).T
    return TokenCounts(
        model=model,
        max_length=max_length,
        special=tokenizer.hub.num_special_tokens_to_add(pair=False),
        tokens=columns[0],
        words=columns[1],
        word_tokens=columns[2],
        characters=columns[3],
        unknown=columns[4],
        **most_common(unknown_words),
    )


def parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield texts in runs of about :data:`PART_CHARACTERS`; a longer text is a run of its own."""
    start, size = 0, 0
    for index, text in enumerate(texts):
        if size and size + len(text) > PART_CHARACTERS:
            yield texts[start:index]
            start, size = index, 0
        size += len(text)
    yield texts[start:]


def _counts_of(
    tokenizer: SharedTokenizer, texts: Sequence[str], unknown_words: Counter[str]
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield tokens, words, tokens that words lie in, characters and unknown tokens of each text."""
    # No id is negative: a vocabulary without such a token knows everything.
    unknown = -1 if tokenizer.hub.unk_token_id is None else tokenizer.hub.unk_token_id
    for text, encoded in zip(texts, tokenizer.encode_plainly(texts), strict=True):
        ids, found = np.asarray(encoded.ids), words(text)
        offsets = np.asarray(encoded.offsets, np.int64).reshape(-1, 2)
        lost = np.flatnonzero(ids == unknown)
        unknown_words.update(text[start:end] for start, end in offsets[lost].tolist())
        starts, ends = offsets[offsets[:, 0] < offsets[:, 1]].T
        pieces = int(overlaps(starts, ends, found[:, 0], found[:, 1]).sum())
        yield len(ids), len(found), pieces, characters_of(text), len(lost)
