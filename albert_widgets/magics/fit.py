"""``%albert fit``: fine-tune a model on labelled texts, and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.progress import notebook_line, terminal_line
from albert_widgets.watching import watch

from .jobs import JobList
from .labelled import columns_of, declare_columns, table_of
from .parser import count, name_and_number, number, one_word_of, whole

if TYPE_CHECKING:
    from argparse import Namespace

    from albert_widgets.job import Job

    from .context import Context
    from .parser import Parser

TASKS = ("single_label", "multi_label", "regression", "summary")
METHODS = ("full", "lora", "head")
PRECISIONS = ("auto", "float32", "bfloat16")

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
    "seed": (whole, "N", "the same seed, the same run"),
}
"""Numbers among the settings: how they are read, and what they mean."""


def declare(parser: Parser) -> None:
    """Declare the options."""
    declare_columns(parser, TASKS)
    parser.option("--name", metavar="NAME", help="the model will be run:NAME; a free name is found without this")
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
    parser.option("--temperature-scaling", action="store_true", help="make probabilities right as often as they say")
    parser.option("--report-to", metavar="NAMES", help="trackers that transformers knows: tensorboard,mlflow")
    parser.model()
    wait = parser.exclusive()
    parser.option("--wait", one_of=wait, action="store_true", help="come back with the report, when it has ended")
    parser.option("--no-wait", one_of=wait, action="store_true", help="come back at once with the job, without a panel")
    parser.examples = (
        "%albert fit reviews --text review --label stars --name stars",
        "%albert fit reviews --epochs 5 --class-weights balanced --method lora",
        "report = %albert fit reviews.csv --wait",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the panel of the run, its job, or its report."""
    job = context.bert.fit(
        table_of(args, context),
        **columns_of(args),
        validation=_validation(args.validation, context),
        name=args.name,
        model=args.model,
        **settings_of(args),
    )
    if args.no_wait:
        return JobList([job.info], f"%albert jobs {job.id} shows how far it is.")
    if context.is_notebook and not args.wait:
        from albert_widgets.widgets import FinetunePanel

        return FinetunePanel(job=job, bert=context.bert)
    return _watched(job, context)


def settings_of(args: Namespace) -> dict[str, Any]:
    """Return the settings that were given."""
    names = [*(name.replace("-", "_") for name in SETTINGS), "method", "class_weights", "precision"]
    given = {name: value for name in names if (value := getattr(args, name)) is not None}
    if args.temperature_scaling:
        given["temperature_scaling"] = True
    if args.report_to:
        given["report_to"] = [name.strip() for name in args.report_to.split(",")]
    return given


def _validation(given: str | None, context: Context) -> Any:
    if given is None:
        return 0.1
    try:
        return float(given)
    except ValueError:
        return context.table(given, "--validation")


def _watched(job: Job, context: Context) -> object:
    """Return the report when the run has ended; an interrupt ends the waiting, not the run."""
    try:
        watch(job, notebook_line() if context.is_notebook else terminal_line())
    except KeyboardInterrupt:
        note = f"No longer waiting, but {job.id} goes on. %albert jobs {job.id} shows it; with --stop, it ends."
        return JobList([job.info], note)
    info = job.info
    if info.error is None and info.result is None:
        return JobList([info], f"To go on: %albert jobs {job.id} --resume")
    return context.bert.fit_report(job.result()["model"])
