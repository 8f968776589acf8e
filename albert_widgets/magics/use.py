"""``%albert use``: this notebook's model from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("name", "the model; without it, the present one is shown", offers="model")
    parser.examples = ("%albert use starter",)


def run(args: Namespace, context: Context) -> object:
    """Return the model that is used where none is named."""
    from albert_widgets.results import ModelList

    bert = context.bert
    return ModelList([bert.model() if args.name is None else bert.use(args.name)])
