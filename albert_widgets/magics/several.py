"""Several answers in one, as a list that shows each of them."""

from __future__ import annotations

from typing import Any


class Several(list[Any]):
    """A list whose items are shown one below the other."""

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self))

    def _repr_html_(self) -> str:
        return "".join(item._repr_html_() for item in self)
