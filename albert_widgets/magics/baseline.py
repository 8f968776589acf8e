"""``%albert baseline``: what labelled texts are worth, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parser import count, one_word_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser

TASKS = ("auto", "single_label", "multi_label", "regression")


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.option(
        "--data",
        offers="frame",
        metavar="NAME",
        help="a DataFrame or another table, or the path of a CSV or Parquet file",
    )
    parser.option("--text", offers="column", metavar="COLUMN", help="the column of the texts; guessed without this")
    parser.option(
        "--label",
        offers="column",
        metavar="COLUMN",
        help="the column that holds the labels; guessed without this. Several of 0 and 1 with commas: toxic,insult",
    )
    parser.option("--pair", offers="column", metavar="COLUMN", help="the column that holds the second texts")
    parser.option("--group", offers="column", metavar="COLUMN", help="rows with the same value here stay on one side")
    parser.option(
        "--task",
        type=one_word_of(*TASKS),
        default=TASKS[0],
        offers=TASKS,
        metavar="TASK",
        help="single_label, multi_label or regression; seen from the labels without this",
    )
    parser.option("--validation", offers="frame", metavar="NAME", help="another table: judge it on these rows, too")
    parser.option("--drop-incomplete", action="store_true", help="leave out rows without a text or a label")
    parser.option("--folds", type=count, default=5, metavar="N", help="of the cross-validation; 5 without this")
    parser.option("--check", action="store_true", help="look through the data only; no model runs")
    parser.model()
    parser.examples = (
        "%albert baseline --data reviews --text review --label stars",
        "report = %albert baseline --data reviews.csv",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the report, or the check alone."""
    from albert_widgets.errors import InputInvalid

    if args.data is None:
        raise InputInvalid(
            "%albert baseline needs a table.", "%albert baseline --data NAME --text COLUMN --label COLUMN"
        )
    label = (
        args.label if args.label is None or "," not in args.label else [name.strip() for name in args.label.split(",")]
    )
    given: dict[str, Any] = {
        "text": args.text,
        "label": label,
        "pair": args.pair,
        "group": args.group,
        "task": args.task,
        "validation": None if args.validation is None else context.table(args.validation, "--validation"),
        "drop_incomplete": args.drop_incomplete,
        "model": args.model,
    }
    data = context.table(args.data)
    if args.check:
        return context.bert.check(data, **given)
    return context.bert.baseline(data, folds=args.folds, **given)
