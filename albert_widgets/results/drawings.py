"""Figures other than a plain matrix: lines between tokens, bars of tokens, vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .figures import (
    DASHES,
    FAINT,
    INK,
    LABELLED,
    OKABE_ITO,
    diverging,
    name_sides,
    plain_frame,
    ramp,
    shown_figure,
    text_style,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEAKEST = 0.02
"""Probability below which no line is drawn: it could not be seen, and a file of all of them is large."""
MOST_LINES = 4000
"""Lines in one figure, as in the panel; the strongest are kept."""


def lines(
    maps: Sequence[NDArray[np.float32]],
    heads: Sequence[int],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    row: int | None = None,
) -> Any:
    """Return a figure of the tokens twice, with a line for each weight.

    Parameters
    ----------
    maps
        One a head, probabilities, shape ``(rows, columns)``.
    heads
        Their numbers, from 0; they choose the colours.
    row
        The only one whose lines are drawn; None: all.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    tall = max(len(rows), len(columns))
    figure = shown_figure(figsize=(5.2, min(24.0, 1.3 + 0.24 * tall)))
    axes = figure.add_subplot()
    handles = []
    for at, (head, weights) in enumerate(zip(heads, maps, strict=True)):
        shift = (at - (len(maps) - 1) / 2) * min(0.12, 0.6 / len(maps))
        query, key = np.nonzero(weights >= WEAKEST)
        if row is not None:
            query, key = query[query == row], key[query == row]
        strength = weights[query, key]
        order = np.argsort(strength, kind="stable")[-MOST_LINES:]
        ends = [[(0, query[i] + shift), (1, key[i] + shift)] for i in order]
        colour, dash = OKABE_ITO[head % len(OKABE_ITO)], DASHES[head // len(OKABE_ITO) % len(DASHES)]
        axes.add_collection(
            LineCollection(ends, colors=colour, alpha=np.sqrt(strength[order]), linewidths=1.2, linestyles=[dash])
        )
        handles.append(Line2D([], [], color=colour, linestyle=dash, label=str(head + 1)))
    for place, side, anchor in ((-0.03, rows, "right"), (1.03, columns, "left")):
        for line, name in enumerate(side):
            is_faint = row is not None and side is rows and line != row
            style = {"color": FAINT if is_faint else INK, "fontsize": 9, "ha": anchor, "va": "center"}
            axes.text(place, line, name, **style, **text_style())
    plain_frame(axes, title, "", "")
    axes.set(xlim=(-0.02, 1.02), ylim=(tall - 0.5, -0.5), xticks=[], yticks=[])
    figure.legend(
        handles=handles,
        title="head",
        loc="outside lower center",
        ncols=min(12, len(handles)),
        frameon=False,
        fontsize=9,
        handlelength=1.8,
        columnspacing=1.0,
    )
    return figure


def bars(values: NDArray[Any], names: Sequence[str], *, title: str, note: str, unit: str) -> Any:
    """Return a figure with one bar a token, blue for positive values and orange for negative ones."""
    count = len(names)
    figure = shown_figure(figsize=(5.6, min(24.0, 1.5 + 0.24 * count)))
    axes = figure.add_subplot()
    axes.barh(range(count), values, color=[OKABE_ITO[0] if value >= 0 else OKABE_ITO[4] for value in values])
    axes.axvline(0, color=FAINT, linewidth=0.8)
    name_sides(axes, names, None)
    if count > LABELLED:
        axes.set_yticks([])
    plain_frame(axes, title, unit, "")
    axes.set_ylim(count - 0.4, -0.6)
    axes.grid(axis="x", color="#e5e5e5", linewidth=0.6)
    axes.set_axisbelow(True)
    figure.supxlabel(note, fontsize=8, color=FAINT, x=0.02, ha="left", **text_style())
    return figure


def vectors(
    products: NDArray[np.float32], probabilities: NDArray[np.float32], names: Sequence[str], *, title: str
) -> Any:
    """Return a figure of ``q × k`` of each token, and of the probabilities that become of it.

    Parameters
    ----------
    products
        Shape ``(tokens, dimensions)``.
    probabilities
        Shape ``(tokens,)``.
    """
    count = len(names)
    figure = shown_figure(figsize=(8.5, min(24.0, 1.6 + 0.24 * count)))
    left, right = figure.subplots(1, 2, width_ratios=[3, 1])
    top = float(np.abs(products).max()) or 1.0
    image = left.imshow(products, cmap=diverging(), vmin=-top, vmax=top, aspect="auto", interpolation="nearest")
    name_sides(left, names, None)
    plain_frame(left, title, "dimension of the head", "key")
    bar = figure.colorbar(image, ax=left, location="bottom", shrink=0.5, pad=0.02, label="q × k")
    bar.outline.set_visible(False)
    right.barh(range(count), probabilities, color=ramp()(0.7))
    right.set_ylim(count - 0.5, -0.5)
    plain_frame(right, "", "probability", "")
    right.set_yticks([])
    return figure
