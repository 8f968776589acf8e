"""``%albert summarize``: the sentences that say the most, or what a model that was trained to writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.summarizer import DIVERSITY, METHODS

from .offer import tell_offer, texts_in
from .parser import count, number, one_word_of, percentage, whole
from .several import Several

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("several", "the text; or several texts, each in quotes; a longer one is best put in a cell")
    length = parser.exclusive()
    parser.option("--sentences", one_of=length, type=count, metavar="N", help="so many (3 without any of these)")
    parser.option("--percent", one_of=length, type=percentage, metavar="N", help="so many of a hundred sentences")
    parser.option("--words", one_of=length, type=count, metavar="N", help="no more words than this")
    parser.option("--tokens", one_of=length, type=count, metavar="N", help="no more tokens than this")
    parser.option("--about", is_text=True, metavar="TEXT", help="a question or a topic; behind the text, or in quotes")
    parser.option(
        "--method",
        type=one_word_of(*METHODS),
        offers=METHODS,
        metavar="WAY",
        help="centrality: what most of the others are like; directed: the same, early sentences first; cluster: one "
        "of each topic; lead: the first ones; trained: as the --model learned to choose; abstractive: written by a "
        "--model that learned to write; without this, what the model was trained for, or centrality",
    )
    parser.option(
        "--diversity",
        type=number,
        metavar="X",
        help=f"0 to 0.9: how much repetition counts against a sentence ({DIVERSITY} without this, 0 of trained)",
    )
    parser.option("--language", metavar="CODE", help="such as en or zh, to part sentences by; guessed without this")
    parser.option("--reference", offers="variable", metavar="NAME", help="a variable with a good summary: shows ROUGE")
    parser.option("--together", action="store_true", help="one summary of several texts")
    parser.option("--data", offers="frame", metavar="NAME", help="a DataFrame; it comes back with the column summary")
    parser.option("--column", offers="column", metavar="COLUMN", help="with --data: the column that holds the texts")
    parser.option("--beams", type=count, metavar="N", help="abstractive: candidates of the search")
    parser.option(
        "--no-repeat-ngram", type=whole, metavar="N", help="abstractive: no sequence of so many tokens comes twice"
    )
    parser.model()
    parser.examples = (
        "%%albert summarize --sentences 2",
        "summary = %albert summarize --from article --percent 20",
        "%albert summarize --from article --about who pays for it",
        "short = %albert summarize --data news --column article --words 60",
        "%%albert summarize --method abstractive --model run:news",
    )


def run(args: Namespace, context: Context) -> object:
    """Return a panel in a notebook, else the summary; of several texts one each, or the frame with its new column."""
    how: dict[str, Any] = {
        "model": args.model,
        "method": args.method,
        "sentences": args.sentences,
        "percent": args.percent,
        "words": args.words,
        "tokens": args.tokens,
        "language": args.language,
        "about": args.about,
        "diversity": args.diversity,
        "beams": args.beams,
        "no_repeat_ngram": args.no_repeat_ngram,
    }
    if args.data is not None:
        frame = _frame(args, context)
        with_summaries = context.bert.summarize(frame, column=args.column, **how)
        tell_offer(texts_in(frame, args.column), args, context)
        return with_summaries
    if args.column is not None:
        raise InputInvalid(
            "--column goes with --data: a DataFrame.", f"%albert summarize --data NAME --column {args.column}"
        )
    texts = context.texts(args)
    reference = None if args.reference is None else _reference(args.reference, context)
    if context.is_notebook and (isinstance(texts, str) or args.together):
        answer: object = _panel(texts, reference, how, context)
    else:
        answer = context.bert.summarize(texts, together=args.together, reference=reference, **how)
    tell_offer(texts, args, context)
    return Several(answer) if isinstance(answer, list) else answer


def _panel(texts: str | list[str], reference: str | None, how: dict[str, Any], context: Context) -> object:
    from albert_widgets.widgets import SummaryPanel

    return SummaryPanel(texts, reference=reference, bert=context.bert, **how)


def _frame(args: Namespace, context: Context) -> Any:
    if args.texts or args.source or context.cell is not None:
        raise InputInvalid(
            "With --data, the texts are those of a column.", "%albert summarize --data NAME --column COLUMN"
        )
    for option in ("reference", "together"):
        if getattr(args, option):
            raise InputInvalid(f"--{option} does not go with --data.", "%albert summarize --data NAME --column COLUMN")
    return context.frame(args.data)


def _reference(name: str, context: Context) -> str:
    value = context.variable(name, "--reference")
    if not isinstance(value, str):
        raise InputInvalid(f"--reference {name}: expected a text, {name!r} is of type {type(value).__name__}.")
    return value
