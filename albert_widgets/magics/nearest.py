"""The question "Did you mean …?"."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(word: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean 'this' or 'that'?"`` with what is spelled alike, or an empty string."""
    spelled = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), spelled, n=2)
    return f"Did you mean {' or '.join(repr(spelled[name]) for name in found)}?" if found else ""
