"""``%albert fit``: fine-tune a model on labelled texts, and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.fit_settings import METHODS, PRECISIONS
from albert_widgets.labels import TASKS

from .labelled import columns_of, declare_columns, table_of
from .offer import tell_offer
from .parser import count, name_and_number, number, one_word_of, whole
from .waiting import begun, waited

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from .context import Context
    from .parser import Parser

SETTINGS: dict[str, tuple[Any, str, str]] = {
    "epochs": (number, "N", "passes over the rows"),
    "learning-rate": (number, "RATE", "3e-5 to 3e-4 is usual"),
    "batch-size": (count, "ROWS", "of one step"),
    "gradient-accumulation": (count, "N", "batches of one step"),
    "max-length": (count, "TOKENS", "cut texts there"),
    "warmup": (number, "SHARE", "of the steps, in which the learning rate rises"),
    "weight-decay": (number, "NUMBER", "of AdamW"),
    "patience": (whole, "N", "evaluations without a better one until it ends; 0 never ends it"),
    "evaluations": (count, "N", "an epoch"),
    "checkpoint-seconds": (number, "SECONDS", "that a crash can cost at most"),
    "seed": (whole, "N", "the same seed, the same run"),
}
"""Numbers among the settings: how they are read, and what they mean."""

OF_SUMMARIES: dict[str, tuple[Any, str, str]] = {
    "target-length": (count, "TOKENS", "of a summary at most"),
    "beams": (count, "N", "candidates of the search"),
    "label-smoothing": (number, "SHARE", "of the truth that is spread over all tokens"),
}
"""The same, of those that write."""


def declare(parser: Parser) -> None:
    """Declare the options."""
    declare_columns(parser, TASKS)
    parser.option("--name", metavar="NAME", help="the model will be run:NAME; a free name is found without this")
    declare_settings(parser)
    parser.option("--temperature-scaling", action="store_true", help="make probabilities right as often as they say")
    for name, (kind, metavar, help_) in OF_SUMMARIES.items():
        parser.option(f"--{name}", type=kind, metavar=metavar, help=f"summaries: {help_}")
    parser.option("--tie-weights", action="store_true", help="summaries: encoder and decoder share their weights")
    parser.model()
    wait = parser.exclusive()
    parser.option("--wait", one_of=wait, action="store_true", help="come back with the report, when it has ended")
    parser.option("--no-wait", one_of=wait, action="store_true", help="come back at once with the job, without a panel")
    parser.examples = (
        "%albert fit reviews --text review --label stars --name stars",
        "%albert fit reviews --epochs 5 --class-weights balanced --method lora",
        "report = %albert fit reviews.csv --wait",
    )


def declare_settings(parser: Parser) -> None:
    """Declare how a model is trained, and by which rows it is judged."""
    parser.option(
        "--validation", offers="frame", metavar="SHARE", help="of the rows to judge by, 0.1 without this; or a table"
    )
    parser.option(
        "--method",
        type=one_word_of(*METHODS),
        offers=METHODS,
        metavar="METHOD",
        help="full, lora or head: all weights, small matrices beside them, or the classifier alone",
    )
    for name, (kind, metavar, help_) in SETTINGS.items():
        parser.option(f"--{name}", type=kind, metavar=metavar, help=help_)
    parser.option(
        "--class-weights",
        type=name_and_number,
        metavar="WEIGHTS",
        help='balanced, or a weight for labels by name: "negative=2,neutral=0.5"',
    )
    parser.option("--precision", type=one_word_of(*PRECISIONS), offers=PRECISIONS, metavar="TYPE", help="auto measures")
    parser.option("--device", metavar="DEVICE", help="cpu, cuda or mps; the fastest without this")
    parser.option("--report-to", metavar="NAMES", help="trackers that transformers knows: tensorboard,mlflow")


def run(args: Namespace, context: Context) -> object:
    """Return the panel of the run, its job, or its report."""
    settings = settings_of(args, [*OF_SUMMARIES])
    settings |= {name: True for name in ("temperature_scaling", "tie_weights") if getattr(args, name)}
    data = table_of(args, context)
    given = {
        **columns_of(args),
        "validation": validation_of(args, context),
        "name": args.name,
        "model": args.model,
        **settings,
    }
    if context.is_notebook and not (args.wait or args.no_wait):
        from albert_widgets.widgets import FinetunePanel

        # The baseline would only slow the training down; whoever wants it asks for it first.
        panel = FinetunePanel(data, bert=context.bert, baseline=False, **given)
        panel.start()
        return panel
    from albert_widgets.labelled import labelled_texts

    # Where there is no backend, that is what to know first.
    bert = context.bert
    columns = {name: given.pop(name) for name in ("text", "label", "pair", "group", "task")}
    rows = labelled_texts(data, **columns)
    tell_offer(rows.texts, args, context)
    job = bert.fit(rows, **given)
    return begun(job) if args.no_wait else waited(job, context) or bert.fit_report(job.result()["model"])


def settings_of(args: Namespace, more: Sequence[str] = ()) -> dict[str, Any]:
    """Return the settings that were given; ``more`` are options that only some commands have."""
    numbers = (name.replace("-", "_") for name in (*SETTINGS, *more))
    names = [*numbers, "method", "class_weights", "precision", "device"]
    given = {name: value for name in names if (value := getattr(args, name)) is not None}
    if args.report_to:
        given["report_to"] = [name.strip() for name in args.report_to.split(",")]
    return given


def validation_of(args: Namespace, context: Context) -> Any:
    """Return the share of the rows that is kept back, or the table of the validation's own."""
    if args.validation is None:
        return 0.1
    try:
        return float(args.validation)
    except ValueError:
        return context.table(args.validation, "--validation")
