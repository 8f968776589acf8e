"""``%albert fill-mask``: which words fit into the gaps of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parser import count

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("one", "the text, with [MASK] (or what the model's mask is) where a word is missing")
    parser.option("--top-k", type=count, default=5, metavar="N", help="how many words for each gap (5 without this)")
    parser.model()
    parser.precision()
    parser.examples = ("%albert fill-mask The [MASK] sat on the mat. --model NAME",)


def run(args: Namespace, context: Context) -> object:
    """Return the candidates for each gap."""
    return context.bert.fill_mask(context.text(args), top_k=args.top_k, model=args.model, precision=args.precision)
