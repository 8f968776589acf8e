"""``%albert push``: a model of yours, on the Hugging Face hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .page import Page
from .waiting import begun, waited

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options; there is none for a token, which would stay in the notebook."""
    parser.name("model", "run:NAME, or a folder that you registered", is_needed=True, offers="model")
    parser.name("repo", "where it goes: USER/NAME; made if need be", is_needed=True)
    parser.option("--public", action="store_true", help="everybody may see a new repository; only you without this")
    parser.option("--no-wait", action="store_true", help="come back at once; %%albert jobs shows how far it is")
    parser.examples = ("%albert push run:reviews ada/reviews", "%albert push run:reviews ada/reviews --public")


def run(args: Namespace, context: Context) -> object:
    """Return where the model is now; an interrupt ends the waiting, not the upload."""
    job = context.bert.push(args.model, args.repo, private=not args.public)
    if args.no_wait:
        return begun(job)
    if (shown := waited(job, context)) is not None:
        return shown
    return Page(f"{args.model} is at {job.result()['url']}")
