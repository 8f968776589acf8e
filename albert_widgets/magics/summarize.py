"""``%albert summarize``: the sentences that say the most, or what a model that was trained to writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.summarizer import METHODS

from .parser import count, one_word_of, percentage

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("one", "the text; a longer one is best put in a cell that begins with %%%%albert summarize")
    length = parser.exclusive()
    parser.option("--sentences", one_of=length, type=count, metavar="N", help="so many (3 without any of these)")
    parser.option("--percent", one_of=length, type=percentage, metavar="N", help="so many of a hundred sentences")
    parser.option("--words", one_of=length, type=count, metavar="N", help="no more words than this")
    parser.option("--tokens", one_of=length, type=count, metavar="N", help="no more tokens than this")
    parser.option(
        "--method",
        type=one_word_of(*METHODS),
        offers=METHODS,
        metavar="WAY",
        help="centrality: what most of the others are like; lead: the first ones; trained: as the --model learned to "
        "choose; abstractive: written by it; without this, what the model was trained for, or centrality",
    )
    parser.option("--language", metavar="CODE", help="such as en or zh, to part sentences by; guessed without this")
    parser.model()
    parser.examples = (
        "%%albert summarize --sentences 2",
        "summary = %albert summarize --from article --percent 20",
        "%%albert summarize --method abstractive --model run:news",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the summary."""
    return context.bert.summarize(
        context.text(args),
        model=args.model,
        method=args.method,
        sentences=args.sentences,
        percent=args.percent,
        words=args.words,
        tokens=args.tokens,
        language=args.language,
    )
