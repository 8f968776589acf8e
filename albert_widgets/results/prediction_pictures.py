"""What a classifier says of one text, as static HTML and as a figure: a bar for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .html import ACCENT, FAINT, FONT, LINE, escape

if TYPE_CHECKING:
    from .predictions import Predictions

SHOWN = 8
"""Classes that the static picture and the panel show at first; the likeliest."""
DRAWN = 20
"""Classes of a figure."""


def bars_html(predictions: Predictions, index: int = 0) -> str:
    """Return the classes of text ``index`` with their probabilities as bars; of a regression its value."""
    text = predictions.texts[index]
    head = f'<div style="color:{FAINT};overflow-wrap:anywhere">{escape(text[:300])}</div>'
    foot = f'<div style="color:{FAINT}">{escape(predictions.model)}</div>'
    top = predictions.top(index)
    if predictions.problem_type == "regression":
        lines = "".join(f"<div>{escape(name)}: <b>{value:.4g}</b></div>" for name, value in top)
        return f'<div style="{FONT}">{head}{lines}{foot}</div>'
    mark = (
        f'<i style="position:absolute;left:50%;top:0;bottom:0;border-left:1px dashed {FAINT}"></i>'
        if predictions.problem_type == "multi_label"
        else ""
    )
    rows = "".join(
        f'<tr><td style="padding:1px 12px 1px 0;text-align:left;overflow-wrap:anywhere">{escape(name[:60])}</td>'
        f'<td style="width:240px"><div style="position:relative;height:12px;border:1px solid {LINE};border-radius:2px">'
        f'<div style="height:100%;width:{value:.1%};background:{ACCENT};opacity:.7"></div>{mark}</div></td>'
        f'<td style="padding-left:12px;text-align:right">{value:.1%}</td></tr>'
        for name, value in top[:SHOWN]
    )
    more = len(top) - SHOWN
    rest = f'<div style="color:{FAINT}">{more} more classes</div>' if more > 0 else ""
    return f'<div style="{FONT}">{head}<table style="{FONT};border-collapse:collapse">{rows}</table>{rest}{foot}</div>'


def bars_figure(predictions: Predictions, index: int = 0) -> Any:
    """Return a matplotlib figure with a bar for each class of text ``index``, the likeliest ones.

    Raises
    ------
    MissingExtra
        matplotlib is not installed.
    """
    from .figures import FAINT as GREY
    from .figures import OKABE_ITO, name_sides, plain_frame, shown_figure

    top = predictions.top(index, DRAWN)
    names, values = [name for name, _ in top], [value for _, value in top]
    is_value = predictions.problem_type == "regression"
    figure = shown_figure(figsize=(5.6, 1.3 + 0.26 * len(top)))
    axes = figure.add_subplot()
    axes.barh(range(len(top)), values, color=OKABE_ITO[0])
    name_sides(axes, names, None)
    text = predictions.texts[index]
    title = f"{predictions.model}: {text[:50]}{'…' if len(text) > 50 else ''}"
    plain_frame(axes, title, "value" if is_value else "probability", "")
    axes.set_ylim(len(top) - 0.4, -0.6)
    if not is_value:
        axes.set_xlim(0, 1)
    if predictions.problem_type == "multi_label":
        axes.axvline(0.5, color=GREY, linewidth=0.8, linestyle="--")
    return figure
