"""``%albert export``: a model as a file that other runtimes take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.manager import EXPORT_FORMATS, EXPORT_PRECISIONS

from .page import Page
from .parser import one_word_of
from .waiting import begun, waited

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("model", "what to export; without it, this notebook's model", offers="model")
    for flag, known, purpose in (
        ("--format", EXPORT_FORMATS, "of the file; onnx without this"),
        (
            "--precision",
            EXPORT_PRECISIONS,
            "float32; float16: half as large; int8: a quarter, not quite the same answers",
        ),
    ):
        parser.option(
            flag, offers=known, type=one_word_of(*known), default=known[0], metavar=flag[2:].upper(), help=purpose
        )
    parser.option("--no-wait", action="store_true", help="come back at once; %%albert jobs shows how far it is")
    parser.examples = ("%albert export", "%albert export run:reviews --precision int8")


def run(args: Namespace, context: Context) -> object:
    """Return where the export is; an interrupt ends the waiting, not the export."""
    job = context.bert.export(args.model, format=args.format, precision=args.precision)
    if args.no_wait:
        return begun(job)
    if (shown := waited(job, context)) is not None:
        return shown
    result = job.result()
    return Page(
        f"{result['folder']}\n{', '.join(result['files'])}\n"
        f"{result['file']} differs from torch by at most {result['difference']:.1g}; README.md says how to use it."
    )
