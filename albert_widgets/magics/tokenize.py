"""``%albert tokenize``: what the model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parser import count
from .several import Several

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text("several", "the text; or several texts, each in quotes")
    parser.option("--pair", is_text=True, metavar="TEXT", help="the second text of a pair")
    parser.option("--max-length", type=count, metavar="N", help="tokens, instead of the model's own limit")
    parser.option("--truncate", action="store_true", help="leave out what is beyond the limit")
    parser.model()
    parser.examples = (
        "%albert tokenize Zoë's naïve café",
        '%albert tokenize "Is it?" --pair "It is."',
        "tokens = %albert tokenize --from text --truncate --max-length 128",
    )


def run(args: Namespace, context: Context) -> object:
    """Return a panel in a notebook; the tokens themselves in a terminal, of several texts, or when they are cut."""
    texts = context.texts(args) if args.pair is None else context.text(args)
    is_cut = args.max_length is not None or args.truncate
    if isinstance(texts, str) and context.is_notebook and not is_cut:
        from albert_widgets.widgets import TokensPanel

        return TokensPanel(texts, pair=args.pair, model=args.model, bert=context.bert)
    how = {"pair": args.pair, "max_length": args.max_length, "truncation": args.truncate}
    answer = context.bert.tokenize(texts, model=args.model, **how)
    return answer if isinstance(texts, str) else Several(answer)
