"""A text in parts that an encoder reads at once: whole sentences, as many as fit, and about as much in each part."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid, ModelFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.backend.tokens import SharedTokenizer

    from .reading import Reading

UNLIMITED = 1_024
"""Tokens of a part for an encoder without a limit: what such ones were trained with, in memory that any machine has."""
LEAST_ROOM = 16
"""Tokens that a part must have room for."""
MAX_PARTS = 256
"""Of one text; each takes about as long as a summary of its own."""


@dataclass(frozen=True)
class Parts:
    """A text, parted; nothing of it is left out but white space between parts.

    Attributes
    ----------
    texts
        The parts in order.
    broken
        How many sentences were longer than a part, and were broken at a space.
    """

    texts: tuple[str, ...]
    broken: int = 0


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    tokens: int


def parts_of(reading: Reading, tokenizer: SharedTokenizer, limit: int, prefix: str = "") -> Parts:
    """Part a text.

    Parameters
    ----------
    limit
        Tokens that are read at once, with the special ones; 0 for no limit.
    prefix
        What each part will begin with; it counts.

    Raises
    ------
    InputInvalid
        The text would be in more than :data:`MAX_PARTS` parts.
    ModelFailed
        The prefix leaves no room.
    """
    limit = limit or UNLIMITED

    def lengths(texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in tokenizer.encode([prefix + text for text in texts])["input_ids"]]

    total = int(reading.tokens.sum())
    if total < 2 * limit and lengths([reading.text])[0] <= limit:
        return Parts((reading.text,))
    room = limit - lengths([""])[0]
    if room < LEAST_ROOM:
        raise ModelFailed(f"The model reads {limit} tokens at once, which leaves no room for text.")
    if total > MAX_PARTS * room:
        raise InputInvalid(
            f"The text has {total:,} tokens; the model reads {limit:,} at once, and the limit is {MAX_PARTS} parts.",
            'Let sentences be chosen first: bert.summarize(text, method="centrality", tokens=…).',
        )
    pieces: list[_Piece] = []
    broken = 0
    for span, tokens in zip(reading.spans, reading.tokens.tolist(), strict=True):
        if tokens > room:
            pieces += _broken(reading.text, _Piece(span.start, span.end, tokens), math.ceil(1.1 * tokens / room))
            broken += 1
        else:
            pieces.append(_Piece(span.start, span.end, tokens))
    waiting = _packed(pieces, room)
    done: list[list[_Piece]] = []
    while waiting:
        # A tokenizer may make more tokens of sentences that stand beside each other, or of words that were broken.
        counts = lengths([reading.text[group[0].start : group[-1].end] for group in waiting])
        done += [group for group, count in zip(waiting, counts, strict=True) if count <= limit]
        halves = [_halved(reading.text, group) for group, count in zip(waiting, counts, strict=True) if count > limit]
        waiting = [half for pair in halves for half in pair]
    done.sort(key=lambda group: group[0].start)
    return Parts(tuple(reading.text[group[0].start : group[-1].end] for group in done), broken)


def _packed(pieces: list[_Piece], room: int) -> list[list[_Piece]]:
    """Return pieces in groups that fit, of about the same size."""
    total = sum(piece.tokens for piece in pieces)
    wanted = total / math.ceil(total / room)
    groups: list[list[_Piece]] = [[]]
    size = 0
    for piece in pieces:
        if groups[-1] and (size + piece.tokens > room or size + piece.tokens / 2 > wanted):
            groups.append([])
            size = 0
        groups[-1].append(piece)
        size += piece.tokens
    return groups


def _halved(text: str, group: list[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    if len(group) == 1:
        first, second = _broken(text, group[0], 2)
        return [first], [second]
    middle = len(group) // 2
    return group[:middle], group[middle:]


def _broken(text: str, piece: _Piece, count: int) -> list[_Piece]:
    """Return ``count`` pieces of a sentence, broken at spaces where there are any."""
    step = (piece.end - piece.start) / count
    edges = [piece.start]
    for number in range(1, count):
        wanted = piece.start + round(number * step)
        space = max(text.rfind(" ", edges[-1] + 1, wanted), text.rfind("\n", edges[-1] + 1, wanted))
        edges.append(space + 1 if space >= wanted - step / 2 else wanted)
    edges.append(piece.end)
    return [_Piece(a, b, math.ceil(piece.tokens / count)) for a, b in itertools.pairwise(edges) if a < b]
