"""``%albert rename``: another name for a model of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("old", "a model that was trained here, or a folder that you added", is_needed=True, offers="model")
    parser.name("new", "its name from now on", is_needed=True)
    parser.examples = ("%albert rename run:run-1 reviews",)


def run(args: Namespace, context: Context) -> object:
    """Return the model under its new name."""
    from albert_widgets.results import ModelList

    return ModelList([context.bert.rename(args.old, args.new)])
