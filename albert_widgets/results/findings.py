"""What a check of labelled texts found: each with what to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LEVELS = ("error", "warning", "note")
MAX_ROWS = 20
"""Rows that a finding names; :attr:`Finding.count` counts all of them."""

_MARKS = {"error": "✗", "warning": "⚠", "note": "·"}


@dataclass(frozen=True)
class Finding:
    """Something to know of the data.

    Attributes
    ----------
    code
        For programs: ``"missing_label"``, ``"conflicting_duplicates"``, ….
    level
        ``"error"`` (nothing can be trained before it is mended), ``"warning"`` or ``"note"``.
    message
        What there is, with its count, as one sentence.
    hint
        What to type; may be empty.
    count
        Rows (classes, for findings about classes) that it is true of.
    rows
        The user's own index values of the first :data:`MAX_ROWS` of them.
    """

    code: str
    level: str
    message: str
    hint: str = ""
    count: int = 0
    rows: tuple[Any, ...] = ()

    @property
    def mark(self) -> str:
        """A sign for the level: ✗, ⚠ or ·."""
        return _MARKS[self.level]

    def __str__(self) -> str:
        return f"{self.mark} {self.message}{f' {self.hint}' if self.hint else ''}"
