"""Whether a tokenizer reads a script: how many letters of it are in words that its vocabulary knows.

Unknown tokens alone do not tell it. The vocabulary of an English BERT has the letters of a dozen scripts, but none of
their words, and byte-level vocabularies have no unknown token at all. So the letters of the script are looked at in
their runs (what other scripts, spaces and signs part), and a letter counts as unread where

- it lies in an unknown token, or
- its run has more tokens than characters: those are bytes, or parts of letters, or
- its run has at least four letters and three tokens for each four of them: spelled letter by letter. In scripts where
  a character is a word or a syllable (:attr:`Script.is_whole`) that is how it should be, and does not count.

A run of less than four letters that is merely spelled says nothing, and is left out. Marks that stand above or below
letters are no letters of their own: many tokenizers take them away.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.results.tokens import overlaps
from albert_widgets.windowing import spread

from .scripts import key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .scripts import Script
    from .tokens import SharedTokenizer

UNREAD, UNREAD_WHOLE = 0.3, 0.1
"""Share of unread letters from which on a script counts as unknown to a vocabulary; and where a character is a word.

What was made for a script has less than 0.02 in either. An English vocabulary has 1.0 of most scripts, 0.6 of Chinese
and 0.2 of Japanese, whose kana it knows.
"""
SAMPLE, BEGINNING = 100, 500
"""Texts that are looked at, spread evenly over all of them, and characters of each."""
_LETTERS, _SPELLED = 4, 0.75
_FEW_LATIN_RUNS = 3
"""Names and abbreviations are spelled in any vocabulary: fewer such words in Latin letters say nothing."""


def unread_share(tokenizer: SharedTokenizer, texts: Sequence[str], script: Script) -> float:
    """Return the share of a script's letters in some texts, 0 to 1, that a tokenizer does not read."""
    sample = [text[:BEGINNING] for text in spread(texts, SAMPLE)]
    # A slow tokenizer does not say which tokens are of which letters, so nothing is said of it.
    if not tokenizer.hub.is_fast or not sample:
        return 0.0
    unknown_id = -1 if tokenizer.hub.unk_token_id is None else tokenizer.hub.unk_token_id
    keys = keys_of(script)
    unknown = cut_up = decided = runs = 0
    for text, encoded in zip(sample, tokenizer.encode_plainly(sample), strict=True):
        letters, starts, ends = _runs(text, keys)
        if not len(starts):
            continue
        ids, offsets = np.asarray(encoded.ids), np.asarray(encoded.offsets, np.int64).reshape(-1, 2)
        has_text = offsets[:, 0] < offsets[:, 1]
        begins, ceases = offsets[has_text].T
        is_unknown = np.zeros(len(text), bool)
        for start, end in offsets[has_text & (ids == unknown_id)]:
            is_unknown[start:end] = True
        before = np.concatenate([[0], np.cumsum(letters)])
        sizes = before[ends] - before[starts]
        hidden = np.concatenate([[0], np.cumsum(letters & is_unknown)])
        of_unknown = hidden[ends] - hidden[starts]
        tokens = overlaps(begins, ceases, starts, ends)
        # What is unknown is said of its letters; the others are judged by how their run is cut.
        in_bytes = (tokens > ends - starts) & (of_unknown == 0)
        by_letter = (of_unknown == 0) & ~in_bytes & (tokens >= _SPELLED * sizes) & (not script.is_whole)
        is_cut_up = in_bytes | (by_letter & (sizes >= _LETTERS))
        unknown += int(of_unknown.sum())
        cut_up += int(sizes[is_cut_up].sum())
        runs += int(is_cut_up.sum())
        decided += int(sizes[~by_letter | is_cut_up].sum())
    if script.key == "LATIN" and runs < _FEW_LATIN_RUNS:
        cut_up = 0
    return (unknown + cut_up) / decided if decided else 0.0


def is_unread(share: float, script: Script) -> bool:
    """Say whether so many unread letters are too many."""
    return share > (UNREAD_WHOLE if script.is_whole else UNREAD)


def _runs(text: str, keys: frozenset[str]) -> tuple[Any, Any, Any]:
    """Return which characters are letters of the script, and where runs of these and their marks begin and end."""
    belongs = np.zeros(len(text) + 1, np.int8)
    letters = np.zeros(len(text), bool)
    inside = False
    for at, character in enumerate(text):
        key = key_of(character)
        is_mark = _is_mark(character)
        inside = key in keys or (inside and not key and is_mark)
        belongs[at] = inside
        letters[at] = inside and not is_mark
    edges = np.diff(belongs, prepend=0)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return letters, starts, ends


@cache
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}
