"""``%albert attention``: where the model looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.widgets.views import ATTENTION_VIEWS

from .parser import index, one_word_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("one", "the text; a longer one is best put in a cell that begins with %%%%albert attention")
    parser.option("--pair", is_text=True, metavar="TEXT", help="the second text of a pair")
    parser.option("--layer", type=index, metavar="N", help="the layer to begin with, counted from 0")
    parser.option("--head", type=index, metavar="N", help="the head to begin with, counted from 0")
    parser.option(
        "--view",
        type=one_word_of(*ATTENTION_VIEWS),
        offers=ATTENTION_VIEWS,
        help=f"how the panel begins: {', '.join(ATTENTION_VIEWS)}",
    )
    parser.option("--against", is_text=True, metavar="TEXT", help="a second text: what differs, head by head")
    parser.option("--against-model", offers="model", metavar="NAME", help="a second model to compare with")
    parser.model()
    parser.examples = (
        '%albert attention "The cat sat on the mat because it was tired."',
        "%albert attention The cat sat. --layer 3 --head 7",
        "%albert attention The cat sat. --view lines",
        "%albert attention The cat sat. --against The dog sat.",
        "panel = %albert attention --from text",
    )


def run(args: Namespace, context: Context) -> object:
    """Return a panel in a notebook, the maps (or their comparison) themselves in a terminal."""
    text = context.text(args)
    if context.is_notebook:
        from albert_widgets.widgets import AttentionPanel

        return AttentionPanel(
            text,
            pair=args.pair,
            model=args.model,
            layer=args.layer or 0,
            head=args.head or 0,
            view=args.view,
            compare_text=args.against,
            compare_model=args.against_model,
            bert=context.bert,
        )
    if args.against is not None or args.against_model is not None:
        return context.bert.compare(
            text, args.against, pair=args.pair, model=args.model, other_model=args.against_model
        )
    layers = None if args.layer is None else [args.layer]
    heads = None if args.head is None else [args.head]
    return context.bert.attention(text, pair=args.pair, model=args.model, layers=layers, heads=heads)
