"""``%albert evaluate``: how good a classifier is on rows that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.labels import ANSWERED

from .labelled import columns_of, declare_columns, table_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    declare_columns(parser, ANSWERED, is_split=False)
    parser.model()
    parser.examples = ("%albert evaluate test_reviews --model run:reviews",)


def run(args: Namespace, context: Context) -> object:
    """Return the evaluation."""
    return context.bert.evaluate(table_of(args, context), **columns_of(args), model=args.model)
