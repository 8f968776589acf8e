"""``%albert baseline``: what labelled texts are worth, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.labels import ANSWERED

from .labelled import columns_of, declare_columns, table_of
from .parser import count

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    declare_columns(parser, ANSWERED)
    parser.option("--validation", offers="frame", metavar="NAME", help="another table: judge it on these rows, too")
    parser.option("--folds", type=count, default=5, metavar="N", help="of the cross-validation; 5 without this")
    parser.option("--check", action="store_true", help="look through the data only; no model runs")
    parser.model()
    parser.examples = (
        "%albert baseline reviews --text review --label stars",
        "report = %albert baseline reviews.csv",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the report, or the check alone."""
    data = table_of(args, context)
    given: dict[str, Any] = {
        **columns_of(args),
        "validation": None if args.validation is None else context.table(args.validation, "--validation"),
        "model": args.model,
    }
    if args.check:
        return context.bert.check(data, **given)
    return context.bert.baseline(data, folds=args.folds, **given)
