"""matplotlib figures in the panels' colours, shown by a notebook by themselves, without pyplot and its global state."""

from __future__ import annotations

import functools
import io
import warnings
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442")
"""Colours that are told apart with any kind of colour vision (Okabe & Ito 2008); the panel's, in its order."""
DASHES: tuple[Any, ...] = ("solid", (0, (5, 3)), (0, (2, 2)))
"""The second cue, for those who have more to tell apart."""
INK, FAINT = "#222222", "#767676"

LABELLED = 60
"""Lines along a side, at most, that are named."""

_FAMILIES = (
    *("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC"),
    *("Hiragino Sans", "Arial Unicode MS", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari"),
    *("Noto Sans Thai", "Noto Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Symbola"),
)
"""Fonts for other scripts and for emoji, as far as they are installed; matplotlib cannot draw those in colour."""


def shown_figure(**options: Any) -> Any:
    """Return a new ``matplotlib.figure.Figure`` with a PNG form of its own.

    What it saves is the same each time: no dates, and text as outlines, so that no reader needs its fonts.

    Raises
    ------
    MissingExtra
        matplotlib is not installed.
    """
    return _figure_class()(layout="constrained", facecolor="white", **options)


def text_style() -> dict[str, Any]:
    """Return arguments for text that a user wrote: a dollar is no formula, and any script is drawn if a font has it."""
    return {"parse_math": False, "fontfamily": list(_families())}


def ramp() -> Any:
    """Return the panel's colours of weights: from the page to the accent, and a little past it."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("albert", ["#ffffff", "#8bbbe9", "#1976d2", "#134f8c"])


def diverging() -> Any:
    """Return the colours of signed values: orange against, blue for, neutral between."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("albert-signed", ["#d55e00", "#f0a56b", "#f7f7f7", "#6fb0d6", "#0072b2"])


def heat_map(
    values: NDArray[Any],
    rows: Sequence[str] | None,
    columns: Sequence[str] | None,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    unit: str,
) -> Any:
    """Return a figure of a matrix of values that are not negative.

    Parameters
    ----------
    values
        Shape ``(rows, columns)``.
    rows, columns
        Names along the sides; None, or more than :data:`LABELLED`: none are written.
    """
    from matplotlib.colors import PowerNorm

    height, width = values.shape
    figure = shown_figure(figsize=(min(12.0, 3.2 + 0.22 * width), min(12.0, 1.9 + 0.22 * height)))
    axes = figure.add_subplot()
    # The square root keeps the many small weights visible, as in the panel.
    norm = PowerNorm(0.5, vmin=0, vmax=float(values.max()) or 1.0)
    image = axes.imshow(values, cmap=ramp(), norm=norm, interpolation="nearest")
    name_sides(axes, rows, columns)
    plain_frame(axes, title, xlabel, ylabel)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02, label=unit)
    bar.outline.set_visible(False)
    return figure


def name_sides(axes: Any, rows: Sequence[str] | None, columns: Sequence[str] | None) -> None:
    """Write names along the sides of a matrix, or nothing where they would be too many."""
    is_short = columns is not None and max(map(len, columns)) <= 2
    upright = {"rotation": 0 if is_short else 90}
    for names, place, more in ((columns, axes.set_xticks, upright), (rows, axes.set_yticks, {})):
        if names is not None and len(names) <= LABELLED:
            place(range(len(names)), names, fontsize=9, **text_style(), **more)


def plain_frame(axes: Any, title: str, xlabel: str, ylabel: str) -> None:
    """Give axes a title and thin edges."""
    axes.set_title(title, fontsize=11, color=INK, loc="left", **text_style())
    axes.set_xlabel(xlabel, color=FAINT)
    axes.set_ylabel(ylabel, color=FAINT)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=INK)


@functools.cache
def _families() -> tuple[str, ...]:
    from matplotlib import font_manager

    # A family that is not installed would be logged for each text.
    installed = set(font_manager.get_font_names())
    return tuple(name for name in _FAMILIES if name in installed) or ("sans-serif",)


@functools.cache
def _figure_class() -> Any:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("A figure needs matplotlib, which is not installed.", "pip install matplotlib") from error

    class ShownFigure(Figure):
        def savefig(self, fname: Any, **options: Any) -> None:
            kind = str(options.get("format") or getattr(fname, "suffix", "") or fname).rsplit(".", 1)[-1].lower()
            undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
            options = {**({"metadata": undated} if undated else {}), **options}
            outlines: Any = {"svg.fonttype": "path", "svg.hashsalt": "albert-widgets", "pdf.fonttype": 42}
            with mpl.rc_context(outlines), warnings.catch_warnings():
                # A character that no font has is a box, which says it better than a warning for each.
                warnings.filterwarnings("ignore", message=r"Glyph \d+")
                super().savefig(fname, **options)

        def _repr_png_(self) -> bytes:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png", dpi=110)
            return buffer.getvalue()

    return ShownFigure
