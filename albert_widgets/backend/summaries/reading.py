"""A text as the methods see it: its sentences and their lengths, and once it is asked for, their graph."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.backend.embed import embed
from albert_widgets.backend.words import words
from albert_widgets.errors import InputInvalid
from albert_widgets.results import Neighbour, Sentence

from .graph import Graph, content_words
from .languages import guess_language
from .markup import is_markup, text_of
from .sentences import Span, split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded

MAX_SENTENCES = 20_000
"""Of one summary: some 400,000 words, two thousand pages."""
MAX_TEXTS, MAX_BYTES = 32, 64_000_000
"""Of the vectors that are kept for each model in memory."""
BETWEEN = "\n\n"
"""What documents are joined by."""


@dataclass(frozen=True, eq=False)
class Parted:
    """A text as sentences, before any model has seen it.

    Attributes
    ----------
    text
        All of it; several documents are joined by a blank line.
    documents
        int32 ``(sentences,)``: which document each sentence is from.
    words
        int32 ``(sentences,)``.
    notes
        What a user should know of how it was read.
    """

    text: str
    language: str
    spans: tuple[Span, ...]
    documents: NDArray[np.int32]
    words: NDArray[np.int32]
    notes: tuple[str, ...]

    @property
    def pieces(self) -> list[str]:
        """The sentences themselves."""
        return [self.text[span.start : span.end] for span in self.spans]

    @property
    def candidates(self) -> NDArray[np.bool_]:
        """Bool ``(sentences,)``: what is no heading; all where there is nothing else."""
        found = np.asarray([span.kind != "heading" for span in self.spans])
        return found if found.any() else np.ones(len(found), np.bool_)


@dataclass(frozen=True, eq=False)
class Reading(Parted):
    """A text that a model reads.

    Attributes
    ----------
    tokens
        int32 ``(sentences,)``.
    """

    tokens: NDArray[np.int32]
    _graphs: list[Graph] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _more_notes: list[str] = field(default_factory=list)

    def graph(self, loaded: Loaded, watch: Callable[[int, int], None] | None = None) -> Graph:
        """Return how similar the sentences are; the model reads them the first time only.

        ``watch`` is told how many it has read, and of how many; what it raises ends the work.
        """
        with self._lock:
            if not self._graphs:
                pieces = self.pieces
                embeddings = embed(loaded, pieces, watch=watch)
                if cut := int(embeddings.truncated.sum()):
                    sentences = "1 sentence was" if cut == 1 else f"{cut:,} sentences were"
                    self._more_notes.append(f"{sentences} read up to {embeddings.max_length} tokens only")
                self._graphs.append(Graph(embeddings.vectors, content_words(pieces, self.language)))
            return self._graphs[0]

    @property
    def all_notes(self) -> tuple[str, ...]:
        """Those of the parting, and of the model's reading."""
        return (*self.notes, *self._more_notes)

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        graphs = sum(int(graph.vectors.nbytes + graph.terms.data.nbytes * 2) for graph in self._graphs)
        return 4 * len(self.text) + 120 * len(self.spans) + graphs


class Readings:
    """Texts that a model has read, for the next length, method or question; those go first that nobody asks for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[tuple[str, ...], str | None], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, loaded: Loaded, documents: Sequence[str], language: str | None) -> Reading:
        """Return a reading of documents; the one of before if they were read already.

        Raises
        ------
        InputInvalid
            There is no sentence in them, or there are too many.
        """
        key = (tuple(documents), language)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = read(loaded, documents, language)
        with self._lock:
            self._kept[key] = made
            # What was read since is counted, too: a graph comes later than its reading.
            while len(self._kept) > 1 and (
                len(self._kept) > MAX_TEXTS or sum(kept.bytes for kept in self._kept.values()) > MAX_BYTES
            ):
                self._kept.popitem(last=False)
        return made


def read(loaded: Loaded, documents: Sequence[str], language: str | None) -> Reading:
    """Part documents into sentences; see :meth:`Readings.read`."""
    parted = part(documents, language)
    ids = loaded.engine.tokenizer.encode(parted.pieces, special_tokens=False)["input_ids"]
    return Reading(**vars(parted), tokens=np.asarray([len(one) for one in ids], np.int32))


def part(documents: Sequence[str], language: str | None = None) -> Parted:
    """Part documents into sentences. Raises InputInvalid as :meth:`Readings.read` does."""
    notes: list[str] = []
    texts: list[str] = []
    for document in documents:
        is_page = is_markup(document)
        texts.append(text_of(document) if is_page else document)
        if is_page and not notes:
            notes.append("read as HTML: its text without the tags")
    code = language or guess_language(BETWEEN.join(texts))
    spans: list[Span] = []
    places: list[int] = []
    start = 0
    for at, text in enumerate(texts):
        found = split_sentences(text, code)
        spans += [Span(start + span.start, start + span.end, span.kind) for span in found]
        places += [at] * len(found)
        start += len(text) + len(BETWEEN)
    if not spans:
        raise InputInvalid(
            "The text has no sentence: there is no letter or digit in it.", "Give a text of some sentences."
        )
    if len(spans) > MAX_SENTENCES:
        raise InputInvalid(
            f"The text has {len(spans):,} sentences; the limit is {MAX_SENTENCES:,}.",
            "Summarize its chapters, then their summaries together.",
        )
    whole = BETWEEN.join(texts)
    return Parted(
        text=whole,
        language=code,
        spans=tuple(spans),
        documents=np.asarray(places, np.int32),
        words=np.asarray([len(words(whole[span.start : span.end])) for span in spans], np.int32),
        notes=tuple(notes),
    )


def scored(
    reading: Reading,
    scores: NDArray[np.float64],
    order: Sequence[int],
    chosen: Collection[int] = (),
    near: tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]] | None = None,
) -> tuple[Sentence, ...]:
    """Return the sentences of a text as a summary has them.

    Parameters
    ----------
    order
        Their indices, the first one first.
    near
        Of each, what :attr:`Graph.neighbours` has.
    """
    ranks = np.empty(len(order), np.int64)
    ranks[list(order)] = np.arange(len(order))
    neighbours: list[tuple[Neighbour, ...]] = [()] * len(order)
    if near is not None:
        neighbours = [
            tuple(Neighbour(*pair) for pair in zip(*one, strict=True))
            for one in zip(*(values.tolist() for values in near), strict=True)
        ]
    words, tokens, documents = reading.words.tolist(), reading.tokens.tolist(), reading.documents.tolist()
    return tuple(
        Sentence(
            text=reading.text[span.start : span.end],
            start=span.start,
            end=span.end,
            score=float(scores[at]),
            is_chosen=at in chosen,
            rank=int(ranks[at]),
            words=words[at],
            tokens=tokens[at],
            kind=span.kind,
            document=documents[at],
            neighbours=neighbours[at],
        )
        for at, span in enumerate(reading.spans)
    )
