"""``%albert search``: which models there are to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.manager import HUB_TASKS

from .parser import count, one_word_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("words", "what to look for on the hub; without any, a list of good models: offline", is_several=True)
    parser.option("--language", metavar="CODE", help="only for this language, as an ISO code: zh")
    parser.option(
        "--task",
        offers=HUB_TASKS,
        type=one_word_of(*HUB_TASKS),
        metavar="TASK",
        help=f"only for this: {', '.join(HUB_TASKS)}",
    )
    parser.option("--limit", type=count, default=30, metavar="N", help="how many at most, up to 100; 30 without this")
    parser.examples = ("%albert search", "%albert search --language zh", "%albert search bert japanese")


def run(args: Namespace, context: Context) -> object:
    """Return the models; each is fetched by ``%albert download``."""
    return context.bert.hub_models(" ".join(args.words), language=args.language, task=args.task, limit=args.limit)
