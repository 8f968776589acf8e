"""``%albert study``: several trainings on parts of the data, to learn something about both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.labels import ANSWERED

from .fit import declare_settings, settings_of, validation_of
from .labelled import columns_of, declare_columns, table_of
from .nearest import near
from .parser import count, number, numbers
from .waiting import begun, waited

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser

METHODS = {"sweep": "sweep", "folds": "cross_validate", "sizes": "learning_curve"}
"""What is typed, and the method that it is."""
OPTIONS = {
    "rates": ("sweep",),
    "seconds": ("sweep",),
    "rows": ("sweep",),
    "folds": ("folds",),
    "shares": ("sizes",),
    "repeats": ("folds", "sizes"),
}
"""Options that go with some of them only."""


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name(
        "what", "sweep (learning rates), folds (cross-validation) or sizes (learning curve)", offers=tuple(METHODS)
    )
    declare_columns(parser, ANSWERED)
    parser.option("--rates", type=numbers, metavar="RATES", help="sweep: 3e-4,1e-4,5e-5,3e-5 without this")
    parser.option("--seconds", type=number, metavar="N", help="sweep: for all of it, 120 without this")
    parser.option("--rows", type=count, metavar="N", help="sweep: at most so many to learn from")
    parser.option("--folds", type=count, metavar="N", help="folds: how many, 5 without this")
    parser.option("--shares", type=numbers, metavar="SHARES", help="sizes: 0.1,0.25,0.5,1 without this")
    parser.option("--repeats", type=count, metavar="N", help="folds, sizes: how often; 1 without this")
    declare_settings(parser)
    parser.model()
    parser.option("--wait", action="store_true", help="come back with what was found, when all has ended")
    parser.examples = (
        "%albert study sweep reviews --text review --label stars",
        "%albert study folds reviews --folds 5 --epochs 2",
        "study = %albert study sizes reviews.csv --wait",
        "%albert study study-1",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the job, or what was found."""
    if args.what is not None and args.what.startswith("study-"):
        return context.bert.study(args.what)
    if args.what not in METHODS:
        known = ", ".join(METHODS)
        message = f"There is no study {args.what!r}." if args.what else "Which study?"
        raise InputInvalid(message, near(args.what or "", METHODS) or f"%albert study {known.replace(', ', '|')} NAME")
    given: dict[str, Any] = {}
    for name, studies in OPTIONS.items():
        value = getattr(args, name)
        if value is not None and args.what not in studies:
            raise InputInvalid(f"--{name} does not go with {args.what}.", f"It goes with {' and '.join(studies)}.")
        if value is not None:
            given[name] = value
    job = getattr(context.bert, METHODS[args.what])(
        table_of(args, context),
        **columns_of(args),
        **given,
        validation=validation_of(args, context),
        model=args.model,
        **settings_of(args),
    )
    if not args.wait:
        shown = begun(job)
        shown.note = f"%albert study {job.id} shows what it has found so far; %albert jobs {job.id} --stop ends it."
        return shown
    return waited(job, context) or context.bert.study(job.id)
