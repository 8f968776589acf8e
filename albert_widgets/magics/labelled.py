"""What the commands that work on labelled texts have in common: which table, and what its columns are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parser import one_word_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare_columns(parser: Parser, tasks: tuple[str, ...], *, is_split: bool = True) -> None:
    """Declare the table, the columns, and what the labels mean; ``is_split`` says that rows are parted."""
    parser.name("table", "a DataFrame or another table, or the path of a CSV or Parquet file", offers="frame")
    parser.option("--data", offers="frame", metavar="NAME", help="the same, as an option")
    parser.option("--text", offers="column", metavar="COLUMN", help="the column of the texts; guessed without this")
    parser.option(
        "--label",
        offers="column",
        metavar="COLUMN",
        help="the column that holds the labels; guessed without this. Several of 0 and 1 with commas: toxic,insult",
    )
    parser.option("--pair", offers="column", metavar="COLUMN", help="the column that holds the second texts")
    if is_split:
        parser.option("--group", offers="column", metavar="COLUMN", help="rows of one value stay on one side")
    parser.option(
        "--task",
        type=one_word_of("auto", *tasks),
        default="auto",
        offers=("auto", *tasks),
        metavar="TASK",
        help=f"{', '.join(tasks[:-1])} or {tasks[-1]}; seen from the labels without this",
    )
    parser.option("--drop-incomplete", action="store_true", help="leave out rows without a text or a label")


def table_of(args: Namespace, context: Context) -> Any:
    """Return the table. Raises InputInvalid where none is named, or two are."""
    from albert_widgets.errors import InputInvalid

    command = f"%albert {context.command}"
    if args.table is not None and args.data is not None:
        raise InputInvalid(f"Two tables: {args.table} and --data {args.data}.", "Leave one of them.")
    name = args.table if args.data is None else args.data
    if name is None:
        raise InputInvalid(f"{command} needs a table.", f"{command} NAME --text COLUMN --label COLUMN")
    return context.table(name, "--data")


def columns_of(args: Namespace) -> dict[str, Any]:
    """Return what is said about the columns, as the methods take it."""
    label = args.label
    if label is not None and "," in label:
        label = [name.strip() for name in label.split(",")]
    return {
        "text": args.text,
        "label": label,
        "pair": args.pair,
        **({"group": args.group} if hasattr(args, "group") else {}),
        "task": args.task,
        "drop_incomplete": args.drop_incomplete,
    }
