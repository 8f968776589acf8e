"""Lengths as bars, with a cut among them: as SVG for a notebook, as lines for a terminal, on matplotlib's axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .html import ACCENT, FAINT, escape

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEYOND = "#d55e00"
"""Colour of what is cut (Okabe & Ito 2008); hatched, too."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 180, 8, 30, 24
_TEXT_BARS = 12


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many texts there are of which lengths. ``b`` is the number of bins.

    Attributes
    ----------
    edges
        int64, shape ``(b + 1,)``: bin ``i`` counts the lengths over ``edges[i]`` and up to ``edges[i + 1]``.
    counts
        int64, shape ``(b,)``.
    cut
        Where texts are cut: one of the edges if it lies among them; 0 for nowhere.
    longest
        The greatest length; the last bin holds all that are over its first edge.
    """

    edges: NDArray[np.int64]
    counts: NDArray[np.int64]
    cut: int
    longest: int

    @classmethod
    def of(cls, lengths: NDArray[Any], cut: int, bins: int) -> Histogram:
        """Count lengths in at most about ``bins`` bins; a long tail becomes one last, open bin.

        Parameters
        ----------
        lengths
            Whole numbers, shape ``(n,)``, at least one.
        """
        longest, shortest = int(lengths.max()), int(lengths.min())
        # A few very long texts must not squeeze all the others into one bar.
        usual = 2 * int(np.quantile(lengths, 0.99))
        top = min(longest, max(usual, cut + cut // 4))
        width = max(1, -(-(top - shortest + 1) // bins))
        # One edge falls on the cut.
        first = shortest - 1 - (shortest - 1 - cut) % width
        edges = np.arange(first, top + width, width)
        counts = np.histogram(np.minimum(lengths, edges[-1]), edges + 0.5)[0]
        return cls(edges, counts, cut, longest)

    @property
    def is_open(self) -> bool:
        """Whether the last bin holds lengths beyond its second edge."""
        return self.longest > int(self.edges[-1])

    def names(self) -> list[str]:
        """Return the lengths that each bin counts, in words."""
        firsts = [self._first(index) for index in range(len(self.counts))]
        spans = [
            f"{first:,}–{last:,}" if last > first else f"{last:,}"
            for first, last in zip(firsts, self.edges[1:].tolist(), strict=True)
        ]
        if self.is_open:
            spans[-1] = f"{firsts[-1]:,}–{self.longest:,}"
        return spans

    def _first(self, index: int) -> int:
        # The first bin may begin below 1, so that a later edge falls on the cut.
        return max(1, int(self.edges[index]) + 1)

    def is_beyond(self, index: int) -> bool:
        """Whether a bin's texts are cut."""
        return 0 < self.cut <= int(self.edges[index])

    def svg(self) -> str:
        """Return the bars as inline SVG in the colours of the page."""
        top = int(self.counts.max())
        step = (_WIDTH - 2 * _LEFT) / len(self.counts)
        floor = _HEIGHT - _BOTTOM
        bars = []
        for index, (count, name) in enumerate(zip(self.counts.tolist(), self.names(), strict=True)):
            # A bin with one text among thousands must still be something to see.
            height = max(1.0, count / top * (floor - _TOP)) if count else 0.0
            style = f"fill:{BEYOND}" if self.is_beyond(index) else f"fill:{ACCENT}"
            bars.append(
                f'<rect x="{_LEFT + index * step + 0.5:.1f}" y="{floor - height:.1f}" width="{max(1.0, step - 1):.1f}" '
                f'height="{height:.1f}" style="{style}"><title>{name} tokens: {count:,} texts</title></rect>'
            )
        ink = f"fill:{FAINT};font-size:11px"
        marks = [self._mark(0, step, "start"), self._mark(len(self.counts), step, "end")]
        if self.cut and int(self.edges[0]) < self.cut <= int(self.edges[-1]):
            at = _LEFT + (self.cut - int(self.edges[0])) / (int(self.edges[1]) - int(self.edges[0])) * step
            side, shift = ("end", -5) if at > _WIDTH / 2 else ("start", 5)
            marks.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="8" y2="{floor}" '
                f'style="stroke:{BEYOND};stroke-width:1.5;stroke-dasharray:4 3"/>'
                f'<text x="{at + shift:.1f}" y="18" text-anchor="{side}" style="{ink}">cut at {self.cut:,}</text>'
            )
        said = escape(f"Histogram of lengths in tokens; the most texts in one bar: {top:,}")
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{said}" '
            f'style="display:block;width:100%;max-width:{_WIDTH}px;margin:6px 0">'
            f'<line x1="{_LEFT}" x2="{_WIDTH - _LEFT}" y1="{floor}" y2="{floor}" style="stroke:{FAINT};opacity:.5"/>'
            f"{''.join(bars)}{''.join(marks)}</svg>"
        )

    def _mark(self, edge: int, step: float, anchor: str) -> str:
        is_last = edge == len(self.counts)
        value = f"{self.longest:,} tokens" if is_last else f"{self._first(edge):,}"
        return (
            f'<text x="{_LEFT + edge * step:.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}" '
            f'style="fill:{FAINT};font-size:11px">{value}</text>'
        )

    def text(self) -> str:
        """Return the bars for a terminal, several bins in one line."""
        group = -(-len(self.counts) // _TEXT_BARS)
        starts = range(0, len(self.counts), group)
        sums = [int(self.counts[at : at + group].sum()) for at in starts]
        names = self.names()
        spans = [
            (names[at].partition("–")[0], names[min(at + group, len(names)) - 1].rpartition("–")[2]) for at in starts
        ]
        labels = [low if low == high else f"{low}–{high}" for low, high in spans]
        width, top = max(map(len, labels)), max(sums)
        bars = ["█" * round(count / top * 40) or ("▏" if count else "") for count in sums]
        return "\n".join(
            f"{label.rjust(width)} {bar} {count:,}" for label, bar, count in zip(labels, bars, sums, strict=True)
        )

    def draw(self, axes: Any) -> None:
        """Draw the bars on matplotlib's axes."""
        beyond = np.array([self.is_beyond(index) for index in range(len(self.counts))])
        width = np.diff(self.edges)
        for chosen, look in ((~beyond, {"color": "#1976d2"}), (beyond, {"color": BEYOND, "hatch": "///"})):
            axes.bar(self.edges[:-1][chosen] + 0.5, self.counts[chosen], width[chosen], align="edge", **look)
        if self.cut:
            axes.axvline(self.cut + 0.5, color=BEYOND, linestyle="--", label=f"cut at {self.cut:,}")
            axes.legend(frameon=False)
