"""``%albert download``: a model from the Hugging Face hub, while one watches."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from albert_widgets.errors import AlbertError
from albert_widgets.progress import notebook_line, terminal_line

from .waiting import begun, waited

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("model", "the model on the hub: OWNER/NAME", is_needed=True)
    parser.option("--revision", metavar="NAME", help="branch, tag or commit; main without this")
    parser.option("--no-wait", action="store_true", help="come back at once; %%albert jobs shows how far it is")
    parser.examples = ("%albert download google-bert/bert-base-multilingual-cased",)


def run(args: Namespace, context: Context) -> object:
    """Return the model when it is there; an interrupt ends the waiting, not the download."""
    from albert_widgets.results import ModelList

    bert = context.bert
    wanted = {"model": args.model, "revision": args.revision}
    # Who runs the cell once more wants to watch, not to be told that it is being done.
    going_on = [job.id for job in bert.jobs() if job.kind == "download" and job.spec == wanted and not job.has_ended]
    if not going_on:
        _tell_size(args, context)
    job = bert.job(going_on[0]) if going_on else bert.download(args.model, revision=args.revision)
    if args.no_wait:
        return begun(job)
    return waited(job, context) or ModelList([bert.model(args.model)])


def _tell_size(args: Namespace, context: Context) -> None:
    """Show what will come, and how much room there is; where the hub does not say, the job will tell why."""
    with contextlib.suppress(AlbertError):
        plan = context.bert.download_plan(args.model, revision=args.revision)
        show = notebook_line() if context.is_notebook else terminal_line()
        show(repr(plan))
        show("")
