"""``%albert`` alone: how things are, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from albert_widgets.results import ModelList, Status

    from .context import Context
    from .parser import Parser

SHOWN = 8
"""Models that are named before it says how many more there are."""

NEXT = (
    ("%albert tokenize Zoë's naïve café", "what the model reads"),
    ('%albert attention "The cat sat on the mat because it was tired."', "where it looks"),
    ('%albert similar "A man is eating." "Someone has a meal."', "how alike texts are"),
    ("%albert models", "which models there are; more: %albert download NAME"),
    ("%albert help", "all commands"),
)


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.examples = ("%albert", "%albert status")


def run(args: Namespace, context: Context) -> Overview:  # noqa: ARG001 – there is nothing to choose
    """Return how things are; the backend is started if it does not run yet."""
    bert = context.bert
    return Overview(bert.status(), bert.models(), bert.default_model)


@dataclass(frozen=True)
class Overview:
    """How things are.

    Attributes
    ----------
    status, models
        The backend's own answers.
    model
        Id of the model that this notebook uses.
    """

    status: Status
    models: ModelList
    model: str

    def _sentence(self) -> str:
        if not self.models:
            return 'There is no model here yet. Type: pip install "albert-widgets[starter]"'
        named = [info.id for info in self.models[:SHOWN]]
        more = len(self.models) - len(named)
        return f"You use {self.model}. Models: {', '.join(named)}{f' and {more} more' if more > 0 else ''}."

    def __repr__(self) -> str:
        width = max(len(typed) for typed, _ in NEXT)
        steps = "\n".join(f"  {typed.ljust(width)}  {what}" for typed, what in NEXT)
        return f"{self.status!r}\n{self._sentence()}\nWhat next?\n{steps}"

    def _repr_html_(self) -> str:
        from albert_widgets.results.html import FONT, escape

        steps = "".join(
            f'<tr><td style="padding-right:12px;text-align:left"><code>{escape(typed)}</code></td>'
            f'<td style="text-align:left">{escape(what)}</td></tr>'
            for typed, what in NEXT
        )
        return (
            f'<div style="{FONT}">{self.status._repr_html_()}<p>{escape(self._sentence())}</p>'
            f'What next?<table style="{FONT}">{steps}</table></div>'
        )
