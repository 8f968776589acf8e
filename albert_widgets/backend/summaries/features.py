"""What a trained head is told of a text: its words, and where its sentences stand and how long they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from .graph import is_frequent, terms_of
from .languages import stop_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .reading import Parted

FEATURES = 5
"""Columns of :attr:`Document.features`."""
CONTENT, FREQUENT = 0, 1
"""Numbers of words that no vocabulary has: those that say something, and the frequent ones of a language."""


@dataclass(frozen=True, eq=False)
class Document:
    """A text of ``n`` sentences with ``t`` different words.

    Attributes
    ----------
    terms
        The words, folded; see :func:`~.graph.terms_of`.
    frequent
        bool ``(t,)``: whether a word is among the frequent ones of the text's language.
    counts
        float32 ``(n, t)``, sparse: how often each sentence has each word.
    features
        float32 ``(n, FEATURES)``: the place counted from the start of its document as a share, nearness to start and
        end, whether it is a heading, and the logarithm of its length, standardised.
    candidates
        bool ``(n,)``: what may be chosen.
    """

    terms: tuple[str, ...]
    frequent: NDArray[np.bool_]
    counts: csr_matrix
    features: NDArray[np.float32]
    candidates: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.candidates)

    @classmethod
    def of(cls, parted: Parted) -> Document:
        """Return what there is to know of a text without a model."""
        place: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        values: list[int] = []
        for row, piece in enumerate(parted.pieces):
            for term, count in Counter(terms_of(piece)).items():
                rows.append(row)
                columns.append(place.setdefault(term, len(place)))
                values.append(count)
        shape = len(parted.spans), max(1, len(place))
        known = stop_words(parted.language)
        frequent = np.zeros(shape[1], np.bool_)
        frequent[: len(place)] = [is_frequent(term, known) for term in place]
        return cls(
            terms=tuple(place),
            frequent=frequent,
            counts=csr_matrix((np.asarray(values, np.float32), (rows, columns)), shape=shape),
            features=_features(parted),
            candidates=parted.candidates,
        )

    def part(self, at: slice) -> Document:
        """Return some neighbouring sentences with the words that they have; what was said of their places stays."""
        counts = self.counts[at]
        used = np.flatnonzero(counts.getnnz(axis=0))
        terms = tuple(self.terms[column] for column in used)
        return Document(terms, self.frequent[used], counts[:, used], self.features[at], self.candidates[at])

    def numbers(self, vocabulary: dict[str, int]) -> NDArray[np.int64]:
        """Return the number of each word in a vocabulary, or :data:`CONTENT` or :data:`FREQUENT`: int64 ``(t,)``."""
        found = self.frequent.astype(np.int64)
        for at, term in enumerate(self.terms):
            if (number := vocabulary.get(term)) is not None:
                found[at] = number
        return found


def vocabulary_of(documents: Sequence[Document], least: int, most: int) -> tuple[list[str], list[bool]]:
    """Return the words that many documents have, and whether each is among the frequent ones of a language.

    Parameters
    ----------
    least
        Documents that must have a word.
    most
        Words at most; those in most documents stay.
    """
    counts: Counter[str] = Counter()
    frequent: set[str] = set()
    for document in documents:
        counts.update(document.terms)
        frequent.update(term for term, is_one in zip(document.terms, document.frequent, strict=False) if is_one)
    found = [term for term, count in counts.most_common(most) if count >= least]
    return found, [term in frequent for term in found]


def _features(parted: Parted) -> NDArray[np.float32]:
    places, sizes = np.zeros(len(parted.spans)), np.zeros(len(parted.spans))
    for document in np.unique(parted.documents):
        own = np.flatnonzero(parted.documents == document)
        places[own], sizes[own] = np.arange(len(own)), len(own)
    lengths = np.log1p(parted.words)
    lengths = (lengths - lengths.mean()) / (lengths.std() + 1e-6)
    columns = (
        places / np.maximum(1, sizes - 1),
        1 / (1 + places),
        1 / (sizes - places),
        ~parted.candidates,
        lengths,
    )
    return np.stack(columns, axis=1).astype(np.float32)
