"""The figures beside bertviz as one picture: four small charts over the number of tokens."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLOURS = {"albert-widgets": "#0072b2", "bertviz": "#d55e00"}
MARKS = {"albert-widgets": "o-", "bertviz": "s--"}
INK, FAINT = "#333333", "#dddddd"
CHARTS: tuple[tuple[str, Callable[[Any], list[float | None]]], ...] = (
    ("first picture in Chromium, s", lambda taken: [page.drawn for page in taken.pages]),
    ("size of the page, MB", lambda taken: [taken.bytes / 1e6]),
    ("elements of the page", lambda taken: [page.elements or None for page in taken.pages]),
    ("JavaScript's heap, MB", lambda taken: [page.heap / 1e6 or None for page in taken.pages]),
)


def draw(taken: dict[int, dict[str, Any]], file: Path) -> None:
    """Write the charts of what was taken, by number of tokens and tool."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    figure = Figure(figsize=(10, 3.1), layout="constrained", facecolor="white")
    for axes, (title, values) in zip(figure.subplots(1, 4), CHARTS, strict=True):
        for tool, colour in COLOURS.items():
            known = {tokens: values(tools[tool]) for tokens, tools in taken.items()}
            points = {tokens: statistics.median(each) for tokens, each in known.items() if None not in each}
            axes.plot(list(points), list(points.values()), MARKS[tool], color=colour, linewidth=1.8, label=tool)
            missing = [tokens for tokens in known if tokens not in points]
            if missing and points:
                last = max(points)
                axes.plot([last, missing[0]], [points[last]] * 2, ":", color=colour, linewidth=1)
                axes.plot(missing[0], points[last], "x", color=colour, markersize=8, markeredgewidth=2)
                axes.annotate(
                    "not drawn in time",
                    (missing[0], points[last]),
                    (0, 7),
                    textcoords="offset points",
                    ha="right",
                    color=colour,
                    fontsize=8,
                )
        axes.set_title(title, fontsize=10, color=INK, loc="left")
        axes.set(xscale="log", yscale="log", xticks=list(taken))
        axes.set_xlabel("tokens", fontsize=9, color=INK)
        axes.set_xticks([], minor=True)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if title == CHARTS[-1][0] else (1,)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.6g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xticklabels([str(tokens) for tokens in taken])
        axes.margins(0.12, 0.2)
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color("#999999")
        axes.tick_params(colors=INK, labelsize=8)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    figure.savefig(file, dpi=150)
