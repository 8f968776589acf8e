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
    parser.option("--default", action="store_true", help="new notebooks shall begin with it, too")
    parser.examples = ("%albert use starter", "%albert use run:reviews --default")


def run(args: Namespace, context: Context) -> object:
    """Return the model that is used where none is named."""
    from albert_widgets.results import ModelList

    bert = context.bert
    model = bert.model() if args.name is None else bert.use(args.name)
    if args.default:
        bert.set_default(model.id)
    return ModelList([model])
