"""What the summary panel asks of the backend, as a name for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Question:
    """What is asked of the backend for a summary; the length is chosen afterwards, unless a model writes it."""

    documents: tuple[str, ...]
    model: str
    method: str
    more: tuple[tuple[str, Any], ...]
    """The other arguments that are given, by name."""

    @classmethod
    def of(cls, documents: Sequence[str], model: str, method: str, **more: Any) -> Question:
        """Return a question; arguments that are None are left out."""
        given = sorted((name, value) for name, value in more.items() if value is not None)
        return cls(tuple(documents), model, method, tuple(given))
