"""One table for the figures of a benchmark."""

from __future__ import annotations

import platform
from dataclasses import dataclass


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
    rows += [(f.what, f.ours, f.peer, f.ratio, f.target) for f in figures]
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    print(f"\n{title} ({platform.machine()}, Python {platform.python_version()})\n")
    padded = [[cell.ljust(max(map(len, column))) for cell in column] for column in columns]
    for index, row in enumerate(zip(*padded, strict=True)):
        print("| " + " | ".join(row) + " |")
        if not index:
            print("|" + "|".join("-" * (len(cell) + 2) for cell in row) + "|")
