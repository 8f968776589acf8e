"""Which tokens stand along a figure, and how: as the panel's switches say (``arrangement.ts`` does the same there)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tokens import Tokens

LONGEST = 14
"""Characters of a token that are written out."""

_SEGMENTS = {"A": 0, "B": 1}


@dataclass(frozen=True)
class Switches:
    """What is joined and what is left out; see :class:`~albert_widgets.widgets.AttentionPanel`.

    Attributes
    ----------
    words
        Words for pieces.
    special_tokens
        ``"show"``, ``"hide"``, or ``"renormalize"``: hidden, and each row divided by what is left of it.
    segments
        ``"all"``, or from one segment to one: ``"AA"``, ``"AB"``, ``"BA"``, ``"BB"``.
    """

    words: bool = False
    special_tokens: str = "show"
    segments: str = "all"

    def __post_init__(self) -> None:
        known = {"special_tokens": ("show", "hide", "renormalize"), "segments": ("all", "AA", "AB", "BA", "BB")}
        for name, values in known.items():
            if getattr(self, name) not in values:
                raise InputInvalid(f"{name}={getattr(self, name)!r} is not known.", f"Choose {', '.join(values)}.")

    @property
    def is_renormalized(self) -> bool:
        """Whether each row is divided by what is left of it."""
        return self.special_tokens == "renormalize"

    def rows(self, tokens: Tokens) -> Side:
        """Return what stands along the tokens that look."""
        return self._side(tokens, self.segments[0])

    def columns(self, tokens: Tokens) -> Side:
        """Return what stands along the tokens that are looked at."""
        return self._side(tokens, self.segments[-1])

    def _side(self, tokens: Tokens, segment: str) -> Side:
        groups: list[tuple[int, ...]] = []
        names: list[str] = []
        last = None
        for index in range(len(tokens)):
            is_special = bool(tokens.is_special[index])
            of = int(tokens.segment_ids[index])
            # Special tokens are of no segment.
            if (is_special and self.special_tokens != "show") or of != _SEGMENTS.get(segment, of):
                continue
            word = None if is_special else (of, int(tokens.word_ids[index]))
            if self.words and word is not None and word == last:
                groups[-1] += (index,)
                source = (tokens.pair if of == 1 else tokens.text) or ""
                start, end = int(tokens.offsets[groups[-1][0], 0]), int(tokens.offsets[index, 1])
                names[-1] = shown(source[start:end])
            else:
                groups.append((index,))
                names.append(shown(_label(tokens, index)))
            last = word
        if not groups:
            raise InputInvalid("Nothing is left to show.", "Change words, special_tokens or segments.")
        return Side(tuple(groups), tuple(names))


@dataclass(frozen=True)
class Side:
    """One side of a map: each of its lines is one token, or the tokens of one word."""

    groups: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def summed(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return values ``(..., tokens)`` as ``(..., lines)``: a word is the sum of its pieces."""
        return np.stack([values[..., list(group)].sum(-1) for group in self.groups], -1).astype(np.float32)

    def line_of(self, token: int | None) -> int | None:
        """Return the line that a token stands in, or None when it is left out."""
        return next((at for at, group in enumerate(self.groups) if token in group), None)


def arranged(weights: NDArray[Any], rows: Side, columns: Side, *, is_renormalized: bool) -> NDArray[np.float32]:
    """Return a map as it is arranged: from a word is the mean of its pieces, to a word the sum (Clark et al. 2019, §4).

    Parameters
    ----------
    weights
        Probabilities of all tokens, shape ``(queries, keys)``.
    """
    to = columns.summed(weights)
    found = np.stack([to[list(group)].mean(0) for group in rows.groups])
    if is_renormalized:
        left = found.sum(-1, keepdims=True)
        found = np.divide(found, left, out=np.zeros_like(found), where=left > 0)
    return found


def shown(text: str, longest: int = LONGEST) -> str:
    """Return text on one line: control characters become visible, a long one is cut."""
    visible = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else "␡" if ord(c) == 127 else c for c in text)
    return visible if len(visible) <= longest else f"{visible[: longest - 1]}…"


def _label(tokens: Tokens, index: int) -> str:
    token = tokens.tokens[index]
    # Bytes of a token mean nothing to a reader; its piece of the text does.
    return token if tokens.is_special[index] or token.startswith("##") else tokens.span(index) or token
