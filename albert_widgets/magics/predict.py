"""``%albert predict``: what a classifier says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .offer import tell_offer, texts_in
from .parser import count

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("several", "the text; or several texts, each in quotes")
    parser.option(
        "--pair",
        is_text=True,
        offers="column",
        metavar="TEXT",
        help="the second text of a pair; with --data the column that holds it",
    )
    parser.option("--data", offers="frame", metavar="NAME", help="a DataFrame; it comes back with columns added")
    parser.option("--text", offers="column", metavar="COLUMN", help="with --data: the column that holds the texts")
    parser.option("--panel", action="store_true", help="type and see: a panel with the classes, and why")
    parser.option("--top-k", type=count, metavar="N", help="with --data: add the N likeliest labels, too")
    parser.model()
    parser.precision()
    parser.examples = (
        '%albert predict "What a wonderful film!" --model NAME',
        "labelled = %albert predict --data reviews --text review",
        "%albert predict --panel --model NAME",
    )


def run(args: Namespace, context: Context) -> object:
    """Return the predictions, a panel of them, or the frame with its new columns."""
    from albert_widgets.errors import InputInvalid
    from albert_widgets.inputs import check_texts
    from albert_widgets.progress import told
    from albert_widgets.windowing import joined

    if args.data is None:
        for option, value in (("--text", args.text), ("--top-k", args.top_k)):
            if value is not None:
                raise InputInvalid(
                    f"{option} goes with --data: a DataFrame.", f"%albert predict --data NAME {option} {value}"
                )
        if args.panel:
            return _panel(args, context)
        texts = context.texts(args) if args.pair is None else context.text(args)
        how = {"model": args.model, "precision": args.precision}
        if isinstance(texts, str):
            answer = context.bert.predict(texts, pair=args.pair, **how)
        else:
            # A slip in the last of many is told at once.
            stream = context.bert.predict_stream(check_texts(texts, limit=None), **how)
            answer = joined(told(stream, len(texts), "texts"))
        tell_offer(texts, args, context)
        return answer
    if args.texts or args.source or context.cell is not None:
        raise InputInvalid("With --data, the texts are those of a column.", "%albert predict --data NAME --text COLUMN")
    if args.panel:
        raise InputInvalid("--panel does not go with --data.", "%albert predict --panel for one text.")
    frame = context.frame(args.data)
    answer = context.bert.predict(
        frame, text=args.text, pair=args.pair, top_k=args.top_k, model=args.model, precision=args.precision
    )
    tell_offer(texts_in(frame, args.text), args, context)
    return answer


def _panel(args: Namespace, context: Context) -> object:
    """Return a panel; it may begin without a text. A terminal gets what the panel would show."""
    from albert_widgets.widgets import PredictPanel

    is_empty = not args.texts and not args.source and context.cell is None
    text = "" if is_empty else context.text(args)
    panel = PredictPanel(text, pair=args.pair, model=args.model, bert=context.bert)
    return panel if context.is_notebook else panel.predictions
