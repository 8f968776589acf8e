"""The answer to ``token_lengths``: a column of texts, measured in a model's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .histogram import Histogram
from .html import FAINT, FONT, decimal, escape, table, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .counts import TokenCounts

LONGEST = 5
"""Rows that are named as the longest."""
BEGINNING = 60
"""Characters of a long text that are kept."""
QUANTILES = (0.5, 0.9, 0.95, 0.99, 1.0)
UNKNOWN = 12
"""Unknown words that are shown."""


@dataclass(frozen=True)
class LongText:
    """One of the longest texts: its label in the frame's index, its tokens and how it begins."""

    label: Any
    tokens: int
    beginning: str


@dataclass(frozen=True, eq=False)
class TokenLengths:
    """How long the texts of a column are. ``n`` is the number of rows that hold a text.

    Attributes
    ----------
    column
        Name of the column.
    counts
        The counts of its texts, special tokens included; see :class:`TokenCounts`.
    index
        Shape ``(n,)``: the label of each of these rows in the frame's own index; row numbers for frames without one.
    missing, blank
        Rows without a value, and rows with nothing but white space: they are left out.
    longest
        The longest texts, longest first.
    """

    column: str
    counts: TokenCounts
    index: NDArray[Any]
    missing: int
    blank: int
    longest: tuple[LongText, ...]

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def model(self) -> str:
        """Id of the model whose tokenizer was used."""
        return self.counts.model

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Tokens of each text: int32, shape ``(n,)``."""
        return self.counts.tokens

    @property
    def max_length(self) -> int:
        """How many tokens the model reads at once; 0 when it has no limit."""
        return self.counts.max_length

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """Which texts are longer than :attr:`max_length`: bool, shape ``(n,)``."""
        return (self.lengths > self.max_length) & (self.max_length > 0)

    @property
    def share_truncated(self) -> float:
        """Share of the texts that are longer than :attr:`max_length`, 0 to 1."""
        return float(self.truncated.mean())

    @property
    def tokens_per_word(self) -> float:
        """In how many tokens a word lies, on average; nan without words."""
        words = int(self.counts.words.sum())
        return int(self.counts.word_tokens.sum()) / words if words else float("nan")

    @property
    def unknown_rate(self) -> float:
        """Share of unknown tokens among those that are not special, 0 to 1."""
        ordinary = int(self.lengths.sum()) - self.counts.special * len(self)
        return int(self.counts.unknown.sum()) / max(1, ordinary)

    @property
    def unknown_words(self) -> dict[str, int]:
        """What unknown tokens stand for, and how often; the most frequent first."""
        return dict(zip(self.counts.unknown_words, self.counts.unknown_counts.tolist(), strict=True))

    def quantile(self, share: float) -> int:
        """Return the least ``max_length`` that cuts none of this share of the texts."""
        return int(np.quantile(self.lengths, share, method="inverted_cdf"))

    def histogram(self, bins: int = 40) -> Histogram:
        """Return how many texts there are of which lengths; one edge is the cut at :attr:`max_length`."""
        return Histogram.of(self.lengths, self.max_length, bins)

    def to_frame(self) -> Any:
        """Return a table with one row a text, its label in the frame's index first."""
        return to_frame(
            {
                "row": list(self.index),
                "tokens": self.lengths,
                "words": self.counts.words,
                "characters": self.counts.characters,
                "unknown": self.counts.unknown,
                "truncated": self.truncated,
            }
        )

    def figure(self) -> Any:
        """Return a matplotlib figure of the histogram. Raises MissingExtra."""
        from .figures import shown_figure

        figure = shown_figure(figsize=(7, 3))
        axes = figure.add_subplot()
        self.histogram().draw(axes)
        axes.set_xlabel("tokens")
        axes.set_ylabel("texts")
        axes.set_title(f"{self.column}: {self._cut()}", parse_math=False)
        return figure

    # --- how it is shown ------------------------------------------------------------------------

    def _cut(self) -> str:
        if not self.max_length:
            return f"{self.model} reads texts of any length"
        count = int(self.truncated.sum())
        return f"{count:,} of {len(self):,} texts ({_percent(self.share_truncated)}) are longer than {self.max_length}"

    def _notes(self) -> list[str]:
        words = "no words" if np.isnan(self.tokens_per_word) else f"{decimal(self.tokens_per_word)} tokens per word"
        notes = [f"{words} · {_percent(self.unknown_rate)} unknown tokens"]
        left_out = [f"{count:,} {what}" for count, what in ((self.missing, "missing"), (self.blank, "blank")) if count]
        if left_out:
            notes.append(f"left out: {' and '.join(left_out)}")
        if self.counts.suggestion:
            notes.append(str(self.counts.suggestion))
        return notes

    def _quantiles(self) -> list[tuple[object, ...]]:
        return [("longest" if share == 1 else f"{share:.0%} are within", self.quantile(share)) for share in QUANTILES]

    def _longest(self) -> list[tuple[object, ...]]:
        return [(str(text.label), text.tokens, " ".join(text.beginning.split())) for text in self.longest]

    def _unknown(self) -> list[tuple[str, int]]:
        return [*self.unknown_words.items()][:UNKNOWN]

    def __repr__(self) -> str:
        lines = [f"{self.column}: {self._cut()} · {self.model}", *self._notes(), "", self.histogram().text(), ""]
        lines += [text_table(("tokens", ""), self._quantiles()), ""]
        lines += [text_table(("row", "tokens", "longest texts"), self._longest())]
        if self._unknown():
            lines += ["", text_table(("unknown", "times"), self._unknown())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        tables = [table(("tokens", ""), self._quantiles()), table(("row", "tokens", "longest texts"), self._longest())]
        if self._unknown():
            tables.append(table(("unknown", "times"), self._unknown()))
        notes = "".join(f'<div style="color:{FAINT}">{escape(note)}</div>' for note in self._notes())
        beside = "".join(f"<div>{one}</div>" for one in tables)
        return (
            f'<div style="{FONT}"><b>{escape(self.column)}</b> · {escape(self._cut())} · {escape(self.model)}{notes}'
            f"{self.histogram().svg()}"
            f'<div style="display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start">{beside}</div></div>'
        )


def _percent(share: float) -> str:
    return f"{decimal(100 * share)} %"
