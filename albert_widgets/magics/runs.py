"""``%albert runs``: what was trained here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parser import count

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("run", "the run: run:NAME; without it, all are compared", offers="model")
    parser.option("--rows", type=count, metavar="N", help="with a run: its N worst rows")
    parser.option("--label", metavar="LABEL", help="with --rows: only rows that truly have this label")
    parser.option("--answer", metavar="LABEL", help="with --rows: only rows that the model answers so")
    parser.examples = (
        "%albert runs",
        "%albert runs run:reviews --rows 20",
        "wrong = %albert runs run:reviews --rows 50 --label negative --answer positive",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the comparison, the report of one run, or some of its rows."""
    from albert_widgets.errors import InputInvalid

    if args.rows is None:
        for option, value in (("--label", args.label), ("--answer", args.answer)):
            if value is not None:
                raise InputInvalid(f"{option} goes with --rows.", f"%albert runs RUN --rows 20 {option} {value}")
        return context.bert.runs() if args.run is None else context.bert.fit_report(_id(args.run))
    if args.run is None:
        raise InputInvalid("--rows goes with a run.", f"%albert runs run:NAME --rows {args.rows}")
    return context.bert.judged_rows(_id(args.run), truth=args.label, answer=args.answer, limit=args.rows)


def _id(name: str) -> str:
    return name if name.startswith("run:") else f"run:{name}"
