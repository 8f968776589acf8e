"""The answer to ``tokenize``: what the model sees of a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .chips import chips
from .html import FAINT, FONT, decimal, escape, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .suggestion import Suggestion


def _no_words() -> NDArray[np.int32]:
    return np.zeros((0, 3), np.int32)


@dataclass(frozen=True, eq=False)
class Tokens:
    """One text (or pair of texts) as a model's tokenizer cuts it. ``n`` is the number of tokens.

    Attributes
    ----------
    model
        Id of the model whose tokenizer was used.
    text, pair
        What was tokenized; ``pair`` is None for a single text.
    tokens
        The tokens as the vocabulary spells them (``"##ing"``, ``"Ġthe"``).
    ids
        int64, shape ``(n,)``: ``input_ids``.
    offsets
        int32, shape ``(n, 2)``: start and end in ``text`` (or ``pair``) in Unicode code points;
        ``(0, 0)`` for special tokens.
    word_ids
        int32, shape ``(n,)``: the word a token belongs to, counted in its segment; -1 for special tokens.
    is_special, is_unknown
        bool, shape ``(n,)``.
    segment_ids
        int8, shape ``(n,)``: 0 for ``text``, 1 for ``pair``, -1 for special tokens.
    max_length
        How many tokens the model reads at once; 0 when it has no limit.
    cut
        How many tokens were left out because truncation was asked for.
    normalized, normalized_pair
        The text, and the pair, after the tokenizer's normalizer; None when it has none.
    words
        int32, shape ``(words, 3)``: segment, start and end of each word, in code points. Words are those of Unicode
        (UAX #29), the same for every tokenizer; in scripts without spaces each character is one.
    suggestion
        Other models, where this one does not know the script of :attr:`text`; else None.
    """

    model: str
    text: str
    pair: str | None
    tokens: tuple[str, ...]
    ids: NDArray[np.int64]
    offsets: NDArray[np.int32]
    word_ids: NDArray[np.int32]
    is_special: NDArray[np.bool_]
    is_unknown: NDArray[np.bool_]
    segment_ids: NDArray[np.int8]
    max_length: int
    cut: int = 0
    normalized: str | None = None
    normalized_pair: str | None = None
    words: NDArray[np.int32] = field(default_factory=_no_words)
    suggestion: Suggestion | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def overflow(self) -> int:
        """How many tokens lie beyond what the model reads at once."""
        return max(0, len(self) - self.max_length) if self.max_length else 0

    def span(self, index: int) -> str:
        """Return the piece of the text that token ``index`` covers; empty for special tokens."""
        start, end = (int(edge) for edge in self.offsets[index])
        source = self.pair if self.segment_ids[index] == 1 else self.text
        return (source or "")[start:end]

    # --- measures -------------------------------------------------------------------------------

    @property
    def word_tokens(self) -> NDArray[np.int32]:
        """In how many tokens each of :attr:`words` lies: int32, shape ``(words,)``."""
        counts = np.zeros(len(self.words), np.int32)
        for segment in (0, 1):
            starts, ends = self.offsets[(self.segment_ids == segment) & (self.offsets[:, 0] < self.offsets[:, 1])].T
            chosen = self.words[:, 0] == segment
            counts[chosen] = overlaps(starts, ends, self.words[chosen, 1], self.words[chosen, 2])
        return counts

    @property
    def tokens_per_word(self) -> float:
        """The fertility: in how many tokens a word lies, on average; nan without words."""
        return float(self.word_tokens.mean()) if len(self.words) else float("nan")

    @property
    def tokens_per_character(self) -> float:
        """Tokens that are not special, over the code points that are not white space."""
        characters = characters_of(self.text) + characters_of(self.pair or "")
        return int((~self.is_special).sum()) / characters if characters else float("nan")

    @property
    def unknown_rate(self) -> float:
        """Share of unknown tokens among those that are not special, 0 to 1."""
        return int(self.is_unknown.sum()) / max(1, int((~self.is_special).sum()))

    def summary(self) -> str:
        """Return the counts in one line: tokens, tokens per word, unknown, limit."""
        parts = [f"{len(self)} tokens"]
        if len(self.words):
            parts.append(f"{decimal(self.tokens_per_word)} per word")
        parts.append(f"{int(self.is_unknown.sum())} unknown")
        if self.max_length:
            parts.append(f"limit {self.max_length}")
        if self.overflow:
            parts.append(f"{self.overflow} beyond the limit")
        if self.cut:
            parts.append(f"{self.cut} cut off")
        return " · ".join(parts)

    def columns(self) -> dict[str, Any]:
        """Return one entry a token of everything that there is one of, by name."""
        return {
            "token": list(self.tokens),
            "id": self.ids,
            "start": self.offsets[:, 0],
            "end": self.offsets[:, 1],
            "word": self.word_ids,
            "segment": self.segment_ids,
            "special": self.is_special,
            "unknown": self.is_unknown,
        }

    def to_frame(self) -> Any:
        """Return a table with one row a token."""
        return to_frame(self.columns())

    def __repr__(self) -> str:
        shown = " ".join(self.tokens[:60]) + (" …" if len(self) > 60 else "")
        offer = f"\n{self.suggestion}" if self.suggestion else ""
        return f"{shown}\n{self.model}: {self.summary()}{offer}"

    def _repr_html_(self) -> str:
        offer = f"<div>{escape(str(self.suggestion))}</div>" if self.suggestion else ""
        return (
            f'<div style="{FONT}"><div dir="auto">{chips(self)}</div>{self._normalized_html()}'
            f'<div style="color:{FAINT}">{escape(self.model)} · {escape(self.summary())}</div>{offer}</div>'
        )

    def _normalized_html(self) -> str:
        changed = [
            after
            for before, after in ((self.text, self.normalized), (self.pair, self.normalized_pair))
            if after is not None and after != before
        ]
        return "".join(
            f'<div style="color:{FAINT}">normalised: <bdi>{escape(_clipped(text))}</bdi></div>' for text in changed
        )


def characters_of(text: str) -> int:
    """Return how many code points of a text are not white space."""
    return len(text) - sum(map(str.isspace, text))


def overlaps(
    starts: NDArray[Any], ends: NDArray[Any], word_starts: NDArray[Any], word_ends: NDArray[Any]
) -> NDArray[np.int32]:
    """Return how many tokens overlap each word; all four count code points, and no token is empty.

    Tokens that begin before the word ends, less those that end before it begins: no order is needed.
    """
    begun = np.searchsorted(np.sort(starts), word_ends, side="left")
    ended = np.searchsorted(np.sort(ends), word_starts, side="right")
    return np.asarray(begun - ended, np.int32)


def _clipped(text: str, limit: int = 2000) -> str:
    return text if len(text) <= limit else f"{text[:limit]} …"
