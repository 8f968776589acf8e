"""Tables for the figures of a benchmark."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, ours, the peer's, and what was to be reached."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    target: str = ""


def show(title: str, figures: list[Figure], peer: str = "peer") -> None:
    """Print the figures as a Markdown table; columns that hold nothing are left out."""
    rows = [("", "albert-widgets", peer, "ratio", "to reach")]
    show_rows(title, rows + [(f.what, f.ours, f.peer, f.ratio, f.target) for f in figures])


def show_rows(title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print rows, the first of them the heads of the columns, as a Markdown table."""
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    print(f"\n{title} ({platform.machine()}, Python {platform.python_version()})\n")
    padded = [[cell.ljust(max(map(len, column))) for cell in column] for column in columns]
    for index, row in enumerate(zip(*padded, strict=True)):
        print("| " + " | ".join(row) + " |")
        if not index:
            print("|" + "|".join("-" * (len(cell) + 2) for cell in row) + "|")
