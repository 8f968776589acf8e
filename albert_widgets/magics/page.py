"""A few lines of plain text, the same in a terminal and in a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A text that is shown as it is, its columns one below the other."""

    text: str

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        return f'<pre style="white-space:pre-wrap">{html.escape(self.text.rstrip())}</pre>'
