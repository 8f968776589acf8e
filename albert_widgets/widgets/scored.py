"""A summary as the browser takes it: the source once, and what is known of its sentences in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from albert_widgets.results import Summary, WrittenSentence

KINDS = ("sentence", "heading", "item")


@dataclass(frozen=True, eq=False)
class Scored:
    """All that the panel selects and explains from; see :class:`Summary` for the fields of the same names.

    Attributes
    ----------
    starts, ends, ranks, words, tokens, documents
        int32 ``(sentences,)``; spans in code points of ``source``.
    scores
        float32 ``(sentences,)``.
    kinds
        uint8 ``(sentences,)``: places in :data:`KINDS`.
    neighbours
        int32 ``(sentences, most)``: the nearest sentences, the nearest first; -1 where there are fewer.
    meanings, shared
        float32 of the same shape: cosines of the sentence vectors, and of the content words.
    """

    model: str
    source: str
    method: str
    language: str
    notes: tuple[str, ...]
    about: str | None
    written: str | None
    written_sentences: tuple[WrittenSentence, ...]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    scores: NDArray[np.float32]
    ranks: NDArray[np.int32]
    words: NDArray[np.int32]
    tokens: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    documents: NDArray[np.int32]
    neighbours: NDArray[np.int32]
    meanings: NDArray[np.float32]
    shared: NDArray[np.float32]


def scored(summary: Summary) -> Scored:
    """Return a summary for the browser; what is chosen is its own affair."""
    sentences = summary.sentences
    shape = (len(sentences), max((len(sentence.neighbours) for sentence in sentences), default=0))
    neighbours = np.full(shape, -1, np.int32)
    meanings, shared = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for at, sentence in enumerate(sentences):
        for place, near in enumerate(sentence.neighbours):
            neighbours[at, place], meanings[at, place], shared[at, place] = near.sentence, near.meaning, near.words

    def whole(name: str) -> NDArray[np.int32]:
        return np.asarray([getattr(sentence, name) for sentence in sentences], np.int32)

    return Scored(
        model=summary.model,
        source=summary.source,
        method=summary.method,
        language=summary.language,
        notes=summary.notes,
        about=summary.about,
        written=summary.written,
        written_sentences=summary.written_sentences,
        starts=whole("start"),
        ends=whole("end"),
        scores=np.asarray([sentence.score for sentence in sentences], np.float32),
        ranks=whole("rank"),
        words=whole("words"),
        tokens=whole("tokens"),
        kinds=np.asarray([KINDS.index(sentence.kind) for sentence in sentences], np.uint8),
        documents=whole("document"),
        neighbours=neighbours,
        meanings=meanings,
        shared=shared,
    )
