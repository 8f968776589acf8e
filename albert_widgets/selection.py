"""Which sentences a summary of some length has: the same rule for backend, results and panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = ("sentences", "percent", "words", "tokens")
USUAL = 3
"""Sentences of a summary whose length nobody has said."""


@dataclass(frozen=True)
class Length:
    """How long a summary may be.

    Attributes
    ----------
    unit
        One of :data:`UNITS`; ``percent`` is of the sentences.
    amount
        In that unit; never below 1, but for percent, where it is in (0, 100].
    """

    unit: str = "sentences"
    amount: float = USUAL

    @classmethod
    def of(cls, **given: float | None) -> Length:
        """Return the one length that is given, by the names of :data:`UNITS`, or the usual one.

        Raises
        ------
        InputInvalid
            Several are given, or one is out of range.
        """
        named = {name: value for name, value in given.items() if value is not None}
        if len(named) > 1:
            raise InputInvalid(f"Both {' and '.join(named)} are given.", "Give one length.")
        for unit, amount in named.items():
            if not amount > 0 or (unit == "percent" and amount > 100) or (unit != "percent" and amount < 1):
                raise InputInvalid(
                    f"{unit}={amount} is out of range.",
                    f"Use {'more than 0 and at most 100' if unit == 'percent' else 'at least 1'}.",
                )
            return cls(unit, float(amount))
        return cls()

    def __str__(self) -> str:
        return f"{self.amount:g} {'%' if self.unit == 'percent' else self.unit}"


def choose(order: Sequence[int], length: Length, *, words: Sequence[int], tokens: Sequence[int]) -> set[int]:
    """Return the sentences of a summary.

    Parameters
    ----------
    order
        The sentences that may be taken, the first one at the beginning.
    words, tokens
        How many each sentence has.
    """
    if length.unit == "sentences":
        return set(order[: int(length.amount)])
    if length.unit == "percent":
        # At least one: an empty summary helps nobody.
        return set(order[: max(1, round(len(order) * length.amount / 100))])
    return within(order, words if length.unit == "words" else tokens, length.amount)


def within(order: Sequence[int], prices: Sequence[int], budget: float) -> set[int]:
    """Return those sentences, taken in ``order``, that a budget pays for; the first one even if it is over it."""
    chosen: set[int] = set()
    for index in order:
        if prices[index] <= budget or not chosen:
            chosen.add(index)
            budget -= prices[index]
    return chosen
