"""The answer to ``summarize``: sentences with their scores and the chosen ones, or a text that a model wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .html import ACCENT, FAINT, FONT, escape, to_frame


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
    """

    text: str
    start: int
    end: int
    score: float
    is_chosen: bool


@dataclass(frozen=True, eq=False)
class Summary:
    """A summary: sentences of the source in their own order, or a text that a model wrote.

    Attributes
    ----------
    source
        The whole text.
    sentences
        All of its sentences, scored; none where the summary was written.
    method
        How they were ranked, or ``"abstractive"``.
    language
        ISO 639 code the sentences were split by.
    notes
        Sentences a user should read (what was cut, why).
    written
        What the model wrote; None where sentences were chosen.
    """

    model: str
    source: str
    sentences: tuple[Sentence, ...]
    method: str
    language: str
    notes: tuple[str, ...] = ()
    written: str | None = None

    @property
    def chosen(self) -> tuple[Sentence, ...]:
        """The sentences of the summary, in the order of the source."""
        return tuple(sentence for sentence in self.sentences if sentence.is_chosen)

    @property
    def text(self) -> str:
        """The summary as plain text; sentences are joined by a space, or directly in scripts without spaces."""
        if self.written is not None:
            return self.written
        joint = "" if self.language in {"zh", "ja", "th", "lo", "km", "my", "bo"} else " "
        return joint.join(sentence.text for sentence in self.chosen)

    def to_frame(self) -> Any:
        """Return a table with one row a sentence of the source; none where the summary was written."""
        return to_frame(
            {
                "sentence": [sentence.text for sentence in self.sentences],
                "start": [sentence.start for sentence in self.sentences],
                "end": [sentence.end for sentence in self.sentences],
                "score": [sentence.score for sentence in self.sentences],
                "chosen": [sentence.is_chosen for sentence in self.sentences],
            }
        )

    def _counts(self) -> str:
        words = len(self.source.split())
        kept = len(self.text.split())
        parts = [f"{len(self.chosen)} of {len(self.sentences)} sentences"] if self.written is None else []
        if self.language not in {"zh", "ja", "th"} and words:
            parts.append(f"{kept} of {words} words")
        return " · ".join([*parts, f"{self.method} · {self.model}", *self.notes])

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{self.text}\n({self._counts()})"

    def _repr_html_(self) -> str:
        lines = [(sentence.text, f' title="score {sentence.score:.2f}"') for sentence in self.chosen]
        if self.written is not None:
            lines = [(self.written, "")]
        items = "".join(
            f'<p style="margin:0 0 4px;padding-left:8px;border-left:3px solid {ACCENT}"{title}>{escape(text)}</p>'
            for text, title in lines
        )
        return f'<div style="{FONT}">{items}<div style="color:{FAINT}">{escape(self._counts())}</div></div>'
