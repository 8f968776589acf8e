"""Which tokens of one reading correspond to which of another: a global alignment of least cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import Tokens

LEFT_OUT, REPLACED = 2, 3
"""Costs: of an item of one side alone, and of one in place of another. Two items each alone cost 4."""
MAX_CELLS = 100_000_000
"""Largest table of the alignment, in bytes: two texts of 10,000 tokens that differ from beginning to end."""
_DIAGONAL, _UP, _LEFT = 0, 1, 2


@dataclass(frozen=True)
class Item:
    """A token, or the tokens of a word.

    Attributes
    ----------
    tokens
        Positions.
    spelled
        As the vocabulary spells it.
    span
        What it covers in the text, without regard to case; empty for special tokens.
    segment
        0 for the text, 1 for the pair, -1 for special tokens.
    """

    tokens: tuple[int, ...]
    spelled: str
    span: str
    segment: int

    def is_like(self, other: Item) -> bool:
        """Whether both are the same: spelled alike, or (in two vocabularies) of the same piece of text."""
        return self.segment == other.segment and (
            self.spelled == other.spelled or (self.span != "" and self.span == other.span)
        )


def items(tokens: Tokens, *, words: bool, specials: bool) -> list[Item]:
    """Return the items of a text in order; without ``specials``, special tokens are left out."""
    groups: list[list[int]] = []
    before = None
    for index in range(len(tokens)):
        if tokens.is_special[index]:
            before = None
            if specials:
                groups.append([index])
            continue
        word = int(tokens.segment_ids[index]), int(tokens.word_ids[index])
        if words and word == before:
            groups[-1].append(index)
        else:
            groups.append([index])
        before = word
    return [_item(tokens, group) for group in groups]


def _item(tokens: Tokens, group: list[int]) -> Item:
    first, last = group[0], group[-1]
    segment = int(tokens.segment_ids[first])
    source = (tokens.pair if segment == 1 else tokens.text) or ""
    span = source[int(tokens.offsets[first, 0]) : int(tokens.offsets[last, 1])].strip().casefold()
    spelled = " ".join(tokens.tokens[index] for index in group)
    return Item(tuple(group), spelled, "" if segment < 0 else span, segment)


def align(first: Sequence[Item], second: Sequence[Item]) -> list[tuple[int | None, int | None]]:
    """Return pairs of indices in the order of both sides; None stands where the other side has nothing.

    Needleman & Wunsch 1970, with costs instead of scores: :data:`LEFT_OUT`, :data:`REPLACED`, and 0 for equal
    items. Items of different segments never correspond.

    Raises
    ------
    TooLarge
        What differs of both sides is too long.
    """
    begin = 0
    while begin < min(len(first), len(second)) and first[begin].is_like(second[begin]):
        begin += 1
    end = 0
    while end < min(len(first), len(second)) - begin and first[-1 - end].is_like(second[-1 - end]):
        end += 1
    middle = _align(first[begin : len(first) - end], second[begin : len(second) - end])
    return [
        *((index, index) for index in range(begin)),
        *((a if a is None else a + begin, b if b is None else b + begin) for a, b in middle),
        *((len(first) - left, len(second) - left) for left in range(end, 0, -1)),
    ]


def _align(first: Sequence[Item], second: Sequence[Item]) -> list[tuple[int | None, int | None]]:
    rows, columns = len(first), len(second)
    if rows * columns > MAX_CELLS:
        raise TooLarge(
            f"Tokens that differ: {rows:,} and {columns:,}; aligned are up to {MAX_CELLS:,} pairs of them.",
            "Compare a shorter part of the texts.",
            limit=MAX_CELLS,
        )
    came_from = _table(first, second)
    pairs: list[tuple[int | None, int | None]] = []
    row, column = rows, columns
    while row or column:
        step = _LEFT if not row else _UP if not column else came_from[row - 1, column - 1]
        row, column = row - (step != _LEFT), column - (step != _UP)
        pairs.append((None if step == _LEFT else row, None if step == _UP else column))
    return pairs[::-1]


def _table(first: Sequence[Item], second: Sequence[Item]) -> NDArray[np.int8]:
    """Return where each cell's least cost came from, int8 ``(rows, columns)``; computed by anti-diagonals."""
    names: dict[tuple[str, str], int] = {}
    coded = [
        np.array(
            [
                (names.setdefault(("token", item.spelled), len(names)), _span_code(names, item), item.segment)
                for item in side
            ],
            np.int64,
        ).reshape(-1, 3)
        for side in (first, second)
    ]
    rows, columns = len(first), len(second)
    came_from = np.empty((rows, columns), np.int8)
    # Costs of the last two anti-diagonals, by row; cell (i, j) lies on diagonal i + j, borders included.
    before = np.zeros(rows + 1, np.int64)
    last = np.zeros(rows + 1, np.int64)
    last[:2] = LEFT_OUT
    for diagonal in range(2, rows + columns + 1):
        row = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        one, two = coded[0][row - 1], coded[1][diagonal - row - 1]
        is_same = ((one[:, 0] == two[:, 0]) | ((one[:, 1] == two[:, 1]) & (one[:, 1] >= 0))) & (one[:, 2] == two[:, 2])
        replaced = np.where(one[:, 2] == two[:, 2], REPLACED, 2 * LEFT_OUT + 1)
        costs = np.stack(
            [
                before[row - 1] + np.where(is_same, 0, replaced),
                last[row - 1] + LEFT_OUT,
                last[row] + LEFT_OUT,
            ]
        )
        best = costs.argmin(axis=0)
        came_from[row - 1, diagonal - row - 1] = best
        now = np.zeros(rows + 1, np.int64)
        now[row] = np.take_along_axis(costs, best[None], axis=0)[0]
        if diagonal <= columns:
            now[0] = diagonal * LEFT_OUT
        if diagonal <= rows:
            now[diagonal] = diagonal * LEFT_OUT
        before, last = last, now
    return came_from


def _span_code(names: dict[tuple[str, str], int], item: Item) -> int:
    return names.setdefault(("span", item.span), len(names)) if item.span else -1
