"""The sets of texts that speed is measured on: as many as asked for, no two the same, the same in every run."""

from __future__ import annotations

import csv
import json
import math
import random
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

SEED = 0
MEDIAN_WORDS, SPREAD, MOST_WORDS = 35, 1.0, 380
"""Of the log-normal lengths of the mixed set; ``SPREAD`` is that of the logarithm, 380 words are about 500 tokens."""


def mixed(data: Path, count: int) -> list[str]:
    """Return sentences of SST-2 and of BBC articles glued together until each text has a length drawn log-normally."""
    drawn = random.Random(SEED)
    pool = [*_sentences(data), *(sentence for article in _articles(data) for sentence in article)]

    def one() -> str:
        words: list[str] = []
        wanted = min(MOST_WORDS, max(2, round(drawn.lognormvariate(math.log(MEDIAN_WORDS), SPREAD))))
        while len(words) < wanted:
            words += drawn.choice(pool).split()
        return " ".join(words[:wanted])

    return _distinct(one, count)


def sst2(data: Path, count: int) -> list[str]:
    """Return the sentences of SST-2; once all are used, their words shuffled."""
    return _varied([sentence.split() for sentence in _sentences(data)], count)


def long(data: Path, count: int) -> list[str]:
    """Return BBC articles, a third of them longer than 512 tokens; once all are used, their sentences shuffled."""
    return _varied(_articles(data), count)


def short(data: Path, count: int) -> list[str]:
    """Return texts of 16 words of SST-2 at most: many of them are quickly read."""
    return _varied([sentence.split()[:16] for sentence in _sentences(data)], count)


def of_words(data: Path, words: int, count: int) -> list[str]:
    """Return texts of exactly so many words, from the articles."""
    drawn = random.Random(SEED)
    stream = [word for article in _articles(data) for sentence in article for word in sentence.split()]
    starts = [drawn.randrange(len(stream) - words) for _ in range(count)]
    return [" ".join(stream[start : start + words]) for start in starts]


SETS: dict[str, Callable[[Path, int], list[str]]] = {"mixed": mixed, "sst2": sst2, "long": long}
"""By the names that ``--sets`` takes."""


def sample(texts: Sequence[str], count: int) -> list[int]:
    """Return the places of ``count`` texts, in order, whose lengths are spread as those of all are.

    A larger sample holds a smaller one.
    """
    by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    bits = len(texts).bit_length()
    # The bits of the ranks from behind: every beginning of such a row is spread evenly (van der Corput).
    spread = sorted(range(len(texts)), key=lambda rank: int(f"{rank:0{bits}b}"[::-1], 2))
    return sorted(by_length[rank] for rank in spread[:count])


def labelled(data: Path, part: str) -> list[tuple[str, int]]:
    """Return the rows of SST-2's ``train`` or ``dev``."""
    with (data / "sst2" / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], int(row["label"])) for row in csv.DictReader(file)]


@cache
def _sentences(data: Path) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text, _ in labelled(data, "train")))


@cache
def _articles(data: Path) -> tuple[list[str], ...]:
    """Return the articles, each as its sentences."""
    with (data / "bbc_summaries.jsonl").open(encoding="utf-8") as file:
        texts = [" ".join(json.loads(line)["article"].split()) for line in file]
    return tuple([part if part.endswith(".") else f"{part}." for part in text.split(". ")] for text in texts)


def _varied(texts: Sequence[Sequence[str]], count: int) -> list[str]:
    """Return the texts in a fixed random order, each as its parts joined; after the last one with shuffled parts."""
    drawn = random.Random(SEED)

    def one() -> Iterator[str]:
        yield from (" ".join(texts[index]) for index in drawn.sample(range(len(texts)), len(texts)))
        while True:
            parts = drawn.choice(texts)
            yield " ".join(drawn.sample(parts, len(parts)))

    return _distinct(partial(next, one()), count)


def _distinct(one: Callable[[], str], count: int) -> list[str]:
    """Return so many different texts: what reads equal ones only once must gain nothing by it."""
    made: dict[str, None] = {}
    for _ in range(20 * count + 1000):
        if len(made) == count:
            return list(made)
        made[one()] = None
    raise ValueError(f"The data has no {count:,} different texts; ask for fewer: --texts {len(made)}")
