"""The answer to ``summarize``: sentences with their scores and the chosen ones, or a text that a model wrote."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.selection import Length, choose

from .html import to_frame
from .summary_views import counts, html, markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

JOINED = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})
"""Languages whose sentences stand beside each other without a space."""


@dataclass(frozen=True)
class Neighbour:
    """A sentence that says something like another one.

    Attributes
    ----------
    sentence
        Its index in ``Summary.sentences``.
    meaning
        Cosine of the two sentence vectors, in [-1, 1].
    words
        Cosine of the counts of their content words, in [0, 1].
    """

    sentence: int
    meaning: float
    words: float


@dataclass(frozen=True)
class Sentence:
    """A sentence of the source.

    Attributes
    ----------
    text
        The sentence without surrounding white space.
    start, end
        Its span in the source, in Unicode code points.
    score
        Its importance in [0, 1]; the most important sentence has 1.
    is_chosen
        Whether it is part of the summary.
    rank
        When it is taken, from 0: a summary has the sentences of the lowest ranks that its length pays for.
    words, tokens
        How many it has: words as Unicode parts them, tokens of the model.
    kind
        ``"sentence"``, ``"heading"`` or ``"item"`` of a list; a heading is taken where there is nothing else only.
    document
        Which of several documents it is from, from 0.
    neighbours
        The sentences that are most like it, the most similar first; none for methods that compare none.
    """

    text: str
    start: int
    end: int
    score: float
    is_chosen: bool
    rank: int = 0
    words: int = 0
    tokens: int = 0
    kind: str = "sentence"
    document: int = 0
    neighbours: tuple[Neighbour, ...] = ()


@dataclass(frozen=True)
class Support:
    """A sentence of the source that says what a written one says.

    Attributes
    ----------
    sentence
        Its index in ``Summary.sentences``.
    similarity
        Cosine of the two sentence vectors, in [-1, 1].
    """

    sentence: int
    similarity: float


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence that a model wrote.

    Attributes
    ----------
    text
        The sentence.
    start, end
        Its span in ``Summary.written``, in Unicode code points.
    support
        What the source has like it, the most similar first; none where nothing in the source is near: such a
        sentence may be made up.
    """

    text: str
    start: int
    end: int
    support: tuple[Support, ...]

    @property
    def is_supported(self) -> bool:
        """Whether some sentence of the source says about the same."""
        return bool(self.support)


@dataclass(frozen=True)
class RougeScore:
    """How much of a reference a text has in common with it (Lin 2004), each value in [0, 1].

    Attributes
    ----------
    measure
        ``"rouge1"`` (words), ``"rouge2"`` (pairs of words) or ``"rougeL"`` (longest common sequence).
    precision, recall, f1
        Of the text's, of the reference's, and their harmonic mean.
    """

    measure: str
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, eq=False)
class Summary:
    """A summary: sentences of the source in their own order, or a text that a model wrote.

    Attributes
    ----------
    source
        The whole text; several documents are joined by a blank line.
    sentences
        All of its sentences, scored; beside a written summary by how near the nearest written sentence is.
    method
        How they were ranked, or ``"abstractive"``.
    language
        ISO 639 code the sentences were split by.
    notes
        Sentences a user should read (what was cut, why).
    written
        What the model wrote; None where sentences were chosen.
    length
        What the sentences were chosen by.
    about
        What was asked for, or None.
    written_sentences
        Those of ``written``, each with what supports it.
    rouge
        Beside a reference, if one was given.
    """

    model: str
    source: str
    sentences: tuple[Sentence, ...]
    method: str
    language: str
    notes: tuple[str, ...] = ()
    written: str | None = None
    length: Length = field(default_factory=Length)
    about: str | None = None
    written_sentences: tuple[WrittenSentence, ...] = ()
    rouge: tuple[RougeScore, ...] = ()

    @property
    def chosen(self) -> tuple[Sentence, ...]:
        """The sentences of the summary, in the order of the source."""
        return tuple(sentence for sentence in self.sentences if sentence.is_chosen)

    @property
    def text(self) -> str:
        """The summary as plain text; sentences are joined by a space, or directly in scripts without spaces."""
        if self.written is not None:
            return self.written
        joint = "" if self.language in JOINED else " "
        # Lines that the source was broken into by hand are none of the summary's.
        return joint.join(joint.join(sentence.text.splitlines()) for sentence in self.chosen)

    def at(
        self,
        *,
        sentences: int | None = None,
        percent: float | None = None,
        words: int | None = None,
        tokens: int | None = None,
    ) -> Summary:
        """Return the same summary at another length, at once: nothing is read again.

        Raises
        ------
        InputInvalid
            No length, several, one out of range, or the summary was written by a model.
        """
        if self.written is not None:
            raise InputInvalid("A written summary has no other length.", "Ask again: bert.summarize(…, tokens=…)")
        length = Length.of(sentences=sentences, percent=percent, words=words, tokens=tokens)
        candidates = [index for index, one in enumerate(self.sentences) if one.kind != "heading"]
        chosen = choose(
            sorted(candidates or range(len(self.sentences)), key=lambda index: self.sentences[index].rank),
            length,
            words=[sentence.words for sentence in self.sentences],
            tokens=[sentence.tokens for sentence in self.sentences],
        )
        return replace(
            self,
            sentences=tuple(replace(one, is_chosen=index in chosen) for index, one in enumerate(self.sentences)),
            length=length,
            rouge=(),
        )

    def to_markdown(self) -> str:
        """Return the summary as a list of quotes for notes and pull requests; what a model wrote as plain text."""
        return markdown(self)

    def to_frame(self) -> Any:
        """Return a table with one row a sentence of the source."""
        columns: dict[str, Sequence[Any]] = {
            "sentence": [sentence.text for sentence in self.sentences],
            "start": [sentence.start for sentence in self.sentences],
            "end": [sentence.end for sentence in self.sentences],
            "score": [sentence.score for sentence in self.sentences],
            "rank": [sentence.rank for sentence in self.sentences],
            "chosen": [sentence.is_chosen for sentence in self.sentences],
            "words": [sentence.words for sentence in self.sentences],
            "tokens": [sentence.tokens for sentence in self.sentences],
            "kind": [sentence.kind for sentence in self.sentences],
            "document": [sentence.document for sentence in self.sentences],
        }
        return to_frame(columns)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{self.text}\n({counts(self)})"

    def _repr_html_(self) -> str:
        return html(self)
