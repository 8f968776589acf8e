"""The answer to ``tokenize``: what the model sees of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .html import FAINT, FONT, LINE, escape, to_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN = 400
"""Tokens that the static HTML shows before it says how many more there are."""


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
    normalized
        The text after the tokenizer's normalizer, or None when it has none.
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

    def summary(self) -> str:
        """Return the counts in one line: tokens, tokens per word, unknown, limit."""
        ordinary = ~self.is_special
        words = len(set(zip(self.segment_ids[ordinary].tolist(), self.word_ids[ordinary].tolist(), strict=True)))
        parts = [f"{len(self)} tokens"]
        if words:
            parts.append(f"{ordinary.sum() / words:.2g} per word")
        parts.append(f"{int(self.is_unknown.sum())} unknown")
        if self.max_length:
            parts.append(f"limit {self.max_length}")
        if self.overflow:
            parts.append(f"{self.overflow} beyond the limit")
        if self.cut:
            parts.append(f"{self.cut} cut off")
        return " · ".join(parts)

    def to_frame(self) -> Any:
        """Return a table with one row a token."""
        return to_frame(
            {
                "token": list(self.tokens),
                "id": self.ids,
                "start": self.offsets[:, 0],
                "end": self.offsets[:, 1],
                "word": self.word_ids,
                "segment": self.segment_ids,
                "special": self.is_special,
                "unknown": self.is_unknown,
            }
        )

    def __repr__(self) -> str:
        shown = " ".join(self.tokens[:60]) + (" …" if len(self) > 60 else "")
        return f"{shown}\n{self.model}: {self.summary()}"

    def _repr_html_(self) -> str:
        chips = []
        for index, token in enumerate(self.tokens[:SHOWN]):
            start, end = self.offsets[index]
            style = f"display:inline-block;margin:2px 1px;padding:0 4px;border-radius:4px;border:1px solid {LINE};"
            if self.is_special[index]:
                style += f"font-variant:small-caps;border:1px dashed rgba(128,128,128,.6);color:{FAINT};"
            elif self.is_unknown[index]:
                style += "background:repeating-linear-gradient(45deg,transparent 0 3px,rgba(213,94,0,.35) 3px 6px);"
            elif self.word_ids[index] % 2:
                style += "background:rgba(25,118,210,.10);"
            else:
                style += "background:rgba(25,118,210,.22);"
            chips.append(f'<span style="{style}" title="id {self.ids[index]} · {start}–{end}">{escape(token)}</span>')
        if len(self) > SHOWN:
            chips.append(f"<span> … {len(self) - SHOWN} more</span>")
        return (
            f'<div style="{FONT}"><div>{"".join(chips)}</div>'
            f'<div style="color:{FAINT}">{escape(self.model)} · {escape(self.summary())}</div></div>'
        )
