"""``%albert embed``: a vector for a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .offer import tell_offer
from .parser import one_word_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser

POOLINGS = ("mean", "cls", "max")


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("several", "the text; or several texts, each in quotes")
    parser.option(
        "--pooling",
        type=one_word_of(*POOLINGS),
        default=POOLINGS[0],
        offers=POOLINGS,
        metavar="WAY",
        help="how tokens become one vector: their mean (so it is without this), the first token's (cls), or max",
    )
    parser.option("--no-normalize", action="store_true", help="leave the vectors' lengths as they are")
    parser.model()
    parser.precision()
    parser.examples = (
        '%albert embed "One vector for a sentence."',
        '%albert embed "Guten Morgen" "Good morning"',
        "vectors = %albert embed --from texts",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the vectors."""
    from albert_widgets.inputs import check_texts
    from albert_widgets.progress import told
    from albert_widgets.windowing import joined

    texts = context.texts(args)
    how = {
        "model": args.model,
        "pooling": args.pooling,
        "normalize": not args.no_normalize,
        "precision": args.precision,
    }
    if isinstance(texts, str):
        vectors = context.bert.embed(texts, **how)
    else:
        # A slip in the last of many is told at once.
        vectors = joined(told(context.bert.embed_stream(check_texts(texts, limit=None), **how), len(texts), "texts"))
    tell_offer(texts, args, context)
    return vectors
