"""``%albert delete``: a model's files from the backend's disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("name", "the model; of a folder that you added, only the name goes", is_needed=True, offers="model")
    parser.option("--revision", metavar="COMMIT", help="of a hub model, only this commit, or its first digits")
    parser.examples = ("%albert delete run:reviews", "%albert delete bert-base-uncased --revision 86b5e09")


def run(args: Namespace, context: Context) -> object:
    """Return what was deleted, and the bytes that are free again."""
    return context.bert.delete(args.name, revision=args.revision)
