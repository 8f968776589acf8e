"""matplotlib figures that a notebook shows by themselves, without pyplot and its global state."""

from __future__ import annotations

import io
from typing import Any

from albert_widgets.errors import MissingExtra


def shown_figure(**options: Any) -> Any:
    """Return a new ``matplotlib.figure.Figure`` with a PNG form of its own.

    Raises
    ------
    MissingExtra
        matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("A figure needs matplotlib, which is not installed.", "pip install matplotlib") from error

    class ShownFigure(Figure):
        def _repr_png_(self) -> bytes:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png", dpi=110)
            return buffer.getvalue()

    return ShownFigure(**options)
