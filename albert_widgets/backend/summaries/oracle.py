"""Which sentences of a text come nearest to a reference summary: what a head that chooses sentences learns from."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from .rouge import UnicodeWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_JOINED = regex.compile(r"""(?<=\p{Ll}[.!?…]["”’')]?)(?=[“‘(]?\p{Lu})""")

Grams = tuple["Counter[Any]", "Counter[Any]"]
"""How often a text has each word, and each pair of neighbouring words."""


def spaced(reference: str) -> str:
    """Return a summary whose sentences were joined without a space, as in ``"It rained.They left."``, with spaces."""
    return str(_JOINED.sub(" ", reference))


def grams(text: str) -> Grams:
    """Return what of a text counts in ROUGE-1 and ROUGE-2."""
    words = UnicodeWords().tokenize(text)
    return Counter(words), Counter(pairwise(words))


def overlap(answer: Grams, reference: Grams) -> tuple[float, float]:
    """Return the F1 of ROUGE-1 and ROUGE-2, the same as rouge-score's without stemming."""
    found = [_f1(said, true) for said, true in zip(answer, reference, strict=True)]
    return found[0], found[1]


def oracle(pieces: Sequence[str], reference: str, candidates: Iterable[bool]) -> NDArray[np.bool_]:
    """Return which sentences to choose: bool ``(sentences,)``.

    Greedy: the sentence that improves the sum of ROUGE-1 and ROUGE-2 most is taken, until none improves it.

    References
    ----------
    Nallapati et al.: SummaRuNNer. AAAI 2017 (section 3, "extractive training").
    """
    lacking = grams(spaced(reference))
    total, reached, shared, taken = np.asarray([sum(one.values()) for one in lacking]), 0.0, np.zeros(2), np.zeros(2)
    # What is not in the reference counts by its number alone.
    own = [grams(piece) for piece in pieces]
    sizes = np.asarray([[sum(one.values()) for one in both] for both in own]).reshape(-1, 2)
    useful = [
        [{gram: count for gram, count in one.items() if gram in rest} for one, rest in zip(both, lacking, strict=True)]
        for both in own
    ]
    left = [at for at, may in enumerate(candidates) if may]
    chosen = np.zeros(len(pieces), np.bool_)
    while left:
        gains = np.asarray(
            [[_common(one, rest) for one, rest in zip(useful[row], lacking, strict=True)] for row in left]
        )
        f1 = (2 * (shared + gains) / np.maximum(1, taken + sizes[left] + total)).sum(axis=1)
        best = int(f1.argmax())
        if f1[best] <= reached + 1e-9:
            break
        row, reached = left.pop(best), float(f1[best])
        chosen[row] = True
        shared, taken = shared + gains[best], taken + sizes[row]
        for one, rest in zip(useful[row], lacking, strict=True):
            rest.subtract({gram: min(n, rest[gram]) for gram, n in one.items()})
    return chosen


def _common(some: Mapping[Any, int], others: Mapping[Any, int]) -> int:
    return sum(min(count, others[gram]) for gram, count in some.items())


def _f1(answer: Counter[Any], reference: Counter[Any]) -> float:
    shared = (answer & reference).total()
    return 2 * shared / (answer.total() + reference.total()) if shared else 0.0
