"""Several tokenizers on one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .chips import chips
from .html import FAINT, FONT, decimal, escape, table, text_table, to_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tokens import Tokens

_HEADER = ("tokenizer", "tokens", "per word", "per character", "unknown", "beyond the limit")


@dataclass(frozen=True, eq=False)
class TokenizerComparison:
    """One text as several tokenizers cut it: a sequence of their :class:`Tokens`.

    Attributes
    ----------
    tokens
        One a tokenizer, in the order that was asked for; text and words are the same in all.
    """

    tokens: tuple[Tokens, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Tokens]:
        return iter(self.tokens)

    def __getitem__(self, index: int) -> Tokens:
        return self.tokens[index]

    def summary(self) -> Any:
        """Return a table of the measures, one row a tokenizer."""
        return to_frame(
            {
                "model": [one.model for one in self],
                "tokens": [len(one) for one in self],
                "tokens_per_word": [one.tokens_per_word for one in self],
                "tokens_per_character": [one.tokens_per_character for one in self],
                "unknown_rate": [one.unknown_rate for one in self],
                "max_length": [one.max_length for one in self],
            }
        )

    def to_frame(self) -> Any:
        """Return a table with one row a token, the model first."""
        columns: dict[str, list[Any]] = {"model": [one.model for one in self for _ in range(len(one))]}
        for one in self:
            for name, values in one.columns().items():
                columns.setdefault(name, []).extend(values)
        return to_frame(columns)

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                one.model,
                len(one),
                round(one.tokens_per_word, 2) if len(one.words) else "–",
                round(one.tokens_per_character, 2),
                f"{decimal(100 * one.unknown_rate)} %",
                one.overflow,
            )
            for one in self
        ]

    def __repr__(self) -> str:
        return "\n".join([text_table(_HEADER, self._rows()), "", *map(repr, self)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<div style="{FONT};margin-top:6px"><span style="color:{FAINT}">{escape(one.model)}</span>'
            f'<div dir="auto">{chips(one)}</div></div>'
            for one in self
        )
        return table(_HEADER, self._rows()) + rows
