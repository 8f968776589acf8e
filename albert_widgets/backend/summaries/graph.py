"""How much the sentences of a text have in common: their meaning, as vectors, and their content words.

Neither is enough alone. Vectors of small encoders put sentences near each other that are merely of one topic; shared
words miss what is said in other words. The graph of a text weighs both the same: each kind of similarity is divided by
its mean over all pairs of the text, and their sum is the weight of a pair. It is never held as a matrix of all pairs:
both kinds are products of sparse or narrow matrices, so a text of any length takes memory in proportion to it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.backend.words import words as words_of

from .languages import stop_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

ROWS = 1_024
"""Sentences that are compared with all others at once."""
NEIGHBOURS = 5
WITHOUT_SPACES = 0x0E00
"""Single characters from here on are of scripts that write no spaces: Thai, Chinese and others."""


@dataclass(frozen=True, eq=False)
class Graph:
    """The sentences of a text and how similar they are.

    Attributes
    ----------
    vectors
        float32 ``(sentences, hidden)``, of length 1.
    terms
        float32 ``(sentences, terms)``, sparse: counts of content words, rows of length 1, or 0 without any.
    """

    vectors: NDArray[np.float32]
    terms: csr_matrix

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def strength(self) -> NDArray[np.float64]:
        """How much each sentence has in common with all others: float64 ``(sentences,)``, 1 in the mean."""
        meaning = self.vectors.astype(np.float64) @ self.vectors.sum(axis=0, dtype=np.float64) - 1.0
        own = np.asarray(self.terms.multiply(self.terms).sum(axis=1)).ravel()
        words = np.asarray(self.terms @ np.asarray(self.terms.sum(axis=0)).ravel()).ravel() - own
        # A negative cosine says that two sentences are of different things, not that one takes away from the other.
        return (_mean_of_one(np.maximum(meaning, 0.0)) + _mean_of_one(words)) / 2

    def pairs(self, start: int, end: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return meaning and words of sentences ``start`` to ``end`` beside all: each ``(rows, sentences)``."""
        meaning = self.vectors[start:end] @ self.vectors.T
        words = np.asarray((self.terms[start:end] @ self.terms.T).todense(), np.float32)
        return meaning, words

    def scales(self) -> tuple[float, float]:
        """Return the mean of meaning and of words over all pairs of different sentences, never 0."""
        pairs = max(1, len(self) * (len(self) - 1))
        both = self.vectors.sum(axis=0, dtype=np.float64)
        meaning = (both @ both - len(self)) / pairs
        total = np.asarray(self.terms.sum(axis=0), np.float64).ravel()
        words = (total @ total - float(self.terms.multiply(self.terms).sum())) / pairs
        return max(float(meaning), 1e-6), max(float(words), 1e-6)

    @functools.cached_property
    def neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        """The :data:`NEIGHBOURS` sentences nearest to each: indices, meaning and words, nearest first.

        Found once: another length, method or topic asks for them again.
        """
        count = min(NEIGHBOURS, len(self) - 1)
        scale_meaning, scale_words = self.scales()
        found = np.zeros((len(self), max(count, 0)), np.int64)
        meanings, shared = np.zeros(found.shape, np.float32), np.zeros(found.shape, np.float32)
        for start in range(0, len(self) if count > 0 else 0, ROWS):
            end = min(start + ROWS, len(self))
            meaning, words = self.pairs(start, end)
            weights = meaning / scale_meaning + words / scale_words
            weights[np.arange(end - start), np.arange(start, end)] = -np.inf
            best = np.argpartition(-weights, count - 1, axis=1)[:, :count]
            rows = np.arange(end - start)[:, None]
            best = best[rows, np.argsort(-weights[rows, best], axis=1, kind="stable")]
            found[start:end], meanings[start:end], shared[start:end] = best, meaning[rows, best], words[rows, best]
        return found, meanings, shared


def content_words(pieces: Sequence[str], language: str) -> csr_matrix:
    """Return the counts of the content words of each piece: sparse float32, rows of length 1.

    Words as Unicode parts them, without case and without the frequent words of the language. Where a script has no
    spaces, pairs of neighbouring characters stand for words (as is usual for Chinese retrieval).
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    frequent = stop_words(language)

    def terms(piece: str) -> list[str]:
        return [term for term in terms_of(piece) if not is_frequent(term, frequent)]

    try:
        counted = CountVectorizer(analyzer=terms, dtype=np.float32).fit_transform(pieces)
    except ValueError:
        # Not a single content word.
        from scipy.sparse import csr_matrix

        return csr_matrix((len(pieces), 1), dtype=np.float32)
    return normalize(counted)


def terms_of(piece: str) -> list[str]:
    """Return the words of a piece, case-folded; pairs of characters where a script has no spaces."""
    folded = piece.casefold()
    found: list[str] = []
    before = (-1, False)
    for start, end in words_of(folded).tolist():
        # Of scripts without spaces each character is a word of its own.
        is_single = end - start == 1 and ord(folded[start]) >= WITHOUT_SPACES
        if not is_single:
            found.append(folded[start:end])
        elif before == (start, True):
            found.append(folded[start - 1 : end])
        before = (end, is_single)
    return found


def is_frequent(term: str, frequent: AbstractSet[str]) -> bool:
    """Say whether a term is among the frequent words of a language, or a pair of characters that both are."""
    if term in frequent:
        return True
    is_pair = len(term) == 2 and ord(term[0]) >= WITHOUT_SPACES
    return is_pair and term[0] in frequent and term[1] in frequent


def _mean_of_one(values: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = values.mean()
    return values / mean if mean > 0 else np.zeros_like(values)
