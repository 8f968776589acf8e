"""Static HTML for results: escaped, theme-aware, without scripts, readable in a saved notebook."""

from __future__ import annotations

import base64
import html
import importlib
import math
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

FONT = (
    "font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);font-variant-numeric:tabular-nums;"
    "color:var(--jp-ui-font-color1,inherit)"
)
ACCENT = "var(--jp-brand-color1,#1976d2)"
LINE = "var(--jp-border-color2,rgba(128,128,128,.4))"
FAINT = "var(--jp-ui-font-color2,inherit)"


def escape(text: object) -> str:
    """Return ``text`` safe for HTML content and attributes; control characters become visible."""
    shown = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\n\t" else c for c in str(text))
    return html.escape(shown, quote=True)


def decimal(value: float) -> str:
    """Return a number with at most two decimals, halves rounded up: the panels write the same digits."""
    return f"{math.floor(value * 100 + 0.5) / 100:.2f}".rstrip("0").rstrip(".")


def table(header: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return an HTML table; every cell is escaped, numbers are aligned to the right."""
    cell = "padding:2px 12px 2px 0;text-align:"

    def td(tag: str, value: object) -> str:
        side = "right" if isinstance(value, int | float) else "left"
        shown = f"{value:.4g}" if isinstance(value, float) else escape(value)
        return f'<{tag} style="{cell}{side}">{shown}</{tag}>'

    head = "".join(td("th", name) for name in header)
    body = "".join("<tr>" + "".join(td("td", value) for value in row) + "</tr>" for row in rows)
    title = f'<caption style="text-align:left;color:{FAINT}">{escape(caption)}</caption>' if caption else ""
    return (
        f'<table style="{FONT};border-collapse:collapse">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def text_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the same table for a terminal."""
    shown = [[f"{value:.4g}" if isinstance(value, float) else str(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(header), *shown]) for i in range(len(header))]
    lines = [[name.ljust(width) for name, width in zip(row, widths, strict=True)] for row in [list(header), *shown]]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def heat_map_png(weights: NDArray[Any], rgb: tuple[int, int, int] = (25, 118, 210)) -> str:
    """Return a ``data:`` PNG of a matrix: transparent at 0, the accent colour at the maximum.

    Parameters
    ----------
    weights
        Shape ``(rows, columns)``, not negative.
    rgb
        The accent colour.
    """
    top = float(weights.max()) or 1.0
    alpha = np.rint(weights / top * 255).astype(np.uint8)
    height, width = alpha.shape
    # Indexed colour: one palette entry per opacity keeps the file at one byte a cell before deflate.
    scanlines = b"".join(b"\x00" + alpha[row].tobytes() for row in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", bytes(rgb) * 256)
        + chunk(b"tRNS", bytes(range(256)))
        + chunk(b"IDAT", zlib.compress(scanlines, 9))
        + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def to_frame(columns: dict[str, Any]) -> Any:
    """Return ``columns`` as a pandas DataFrame, or a polars one where pandas is missing.

    Raises
    ------
    MissingExtra
        Neither library is installed.
    """
    for library in ("pandas", "polars"):
        try:
            module = importlib.import_module(library)
        except ImportError:
            continue
        return module.DataFrame(columns)
    raise MissingExtra("A table needs pandas or polars; neither is installed here.", "pip install pandas")
