"""How time and memory grow: with the number of texts, and with their length."""

from __future__ import annotations

import statistics
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import memory, ours
from .contenders import Taken, Worker
from .limit import Shape
from .table import show_rows
from .texts import of_words, short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .throughput import Settings

MOST = 100_000
COUNTS = (100, 1000, 10_000, MOST)
WORDS = (6, 12, 24, 48, 96, 192, 370)
"""In texts of 10 to 512 tokens, nearly."""
TOKENS = 32_768
"""In all texts of one length together."""


class Point(NamedTuple):
    """Some texts that were read.

    Attributes
    ----------
    tokens
        Of each text.
    taken
        What each round took; the answer is the bytes that memory grew by at most meanwhile.
    """

    tokens: list[int]
    taken: list[Taken]

    @property
    def wall(self) -> float:
        """Median seconds for one token."""
        return statistics.median(one.wall for one in self.taken) / sum(self.tokens)

    @property
    def cpu(self) -> float:
        """Median seconds of the processor for one token."""
        return statistics.median(one.cpu for one in self.taken) / sum(self.tokens)

    @property
    def grown(self) -> float:
        """Most bytes of all rounds."""
        return float(max(0, *(one.answer for one in self.taken)))


def growth(settings: Settings) -> list[str]:
    """Print a table over the number of texts and one over their length, for each precision."""
    cap = settings.cap or MOST
    counts = sorted({min(count, cap) for count in COUNTS})
    many = short(settings.data, max(counts))
    by_count = {f"{count:,} texts": many[:count] for count in counts}
    lengths = {words: max(1, min(TOKENS // words, cap)) for words in WORDS}
    by_length = [of_words(settings.data, words, count) for words, count in lengths.items()]
    shape = Shape.of(settings.classifier)
    expected = shape.of_attention(1) / shape.of_products(1)
    with closing(Worker(_watched, settings.classifier)) as worker:
        for precision in settings.precisions:
            points = _measure(worker, settings, list(by_count.values()), precision)
            rows = _rows(list(by_count), points)
            show_rows(f"More texts, albert-widgets {precision}{_slope(points)}", rows)
            points = _measure(worker, settings, by_length, precision)
            rows = _rows([f"{np.mean(point.tokens):.0f} tokens a text" for point in points], points)
            fit = f"{_line(points)}; by the operations {1e4 * expected:.1f} %"
            show_rows(f"Longer texts, albert-widgets {precision}: {fit}", rows)
    return []


def _watched(folder: str) -> Callable[..., int]:
    """Make what classifies texts and returns by how many bytes memory grew at most."""
    read = ours.predicting(folder)

    def work(texts: list[str], precision: str) -> int:
        memory.forget_peak()
        before = memory.now()
        read(texts, precision)
        return memory.peak() - before

    return work


def _measure(worker: Worker, settings: Settings, texts: Sequence[list[str]], precision: str) -> list[Point]:
    shape = Shape.of(settings.classifier)
    # The largest comes first, so that whatever is kept for the next time is there.
    worker.run(texts[0], precision)
    worker.run(texts[-1][:1000], precision)
    taken: list[list[Taken]] = [[] for _ in texts]
    for _ in range(settings.rounds):
        for place, some in enumerate(texts):
            # What takes long is not measured as often, but once at least.
            if sum(one.wall for one in taken[place]) < settings.seconds:
                taken[place].append(worker.run(some, precision))
    return [Point(shape.lengths(settings.classifier, some), runs) for some, runs in zip(texts, taken, strict=True)]


def _rows(names: Sequence[str], points: Sequence[Point]) -> list[list[str]]:
    rows = [["", "tokens", "µs a token", "CPU µs a token", "memory grew by"]]
    for name, point in zip(names, points, strict=True):
        figures = (f"{sum(point.tokens):,}", f"{1e6 * point.wall:.1f}", f"{1e6 * point.cpu:.1f}")
        rows.append([name, *figures, f"{point.grown / 1e6:.0f} MB"])
    return rows


def _slope(points: Sequence[Point]) -> str:
    """Say by which power of the tokens processor time grows: 1 where it is in proportion."""
    if len(points) < 2:
        return ""
    sizes = np.log([sum(point.tokens) for point in points])
    seconds = np.log([point.cpu * sum(point.tokens) for point in points])
    return f": CPU time grows as tokens^{np.polyfit(sizes, seconds, 1)[0]:.2f}"


def _line(points: Sequence[Point]) -> str:
    """Say how processor time a token grows with the length: a straight line, whose rise is the attention."""
    # A token of a long text stands for all the others of it: lengths are weighted by themselves.
    lengths = [float(np.square(point.tokens).sum() / np.sum(point.tokens)) for point in points]
    rise, start = np.polyfit(lengths, [point.cpu for point in points], 1)
    return f"CPU {1e6 * start:.1f} µs a token, and {1e4 * rise / start:.1f} % more for each 100 tokens of its text"
