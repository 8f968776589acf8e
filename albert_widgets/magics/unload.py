"""``%albert unload``: a model out of the backend's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("name", "the model; without it, this notebook's", offers="model")
    parser.examples = ("%albert unload starter",)


def run(args: Namespace, context: Context) -> object:
    """Return the model, out of memory; it is loaded again when it is next used."""
    from albert_widgets.results import ModelList

    return ModelList([context.bert.unload(args.name)])
