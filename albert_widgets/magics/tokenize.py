"""``%albert tokenize``: what the model reads, of a text or of a column of a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

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
    parser.option(
        "--models",
        type=names,
        is_text=True,
        offers="model",
        metavar="NAMES",
        help="up to four models, behind the text: their tokenizers side by side",
    )
    parser.option("--data", offers="frame", metavar="NAME", help="a DataFrame: how long the texts of a column are")
    parser.option("--column", offers="column", metavar="COLUMN", help="with --data: the column that holds the texts")
    parser.option("--max-length", type=count, metavar="N", help="tokens, instead of the model's own limit")
    parser.option("--truncate", action="store_true", help="leave out what is beyond the limit")
    parser.model()
    parser.examples = (
        "%albert tokenize Zoë's naïve café",
        '%albert tokenize "Is it?" --pair "It is."',
        "%albert tokenize Zoë's naïve café --models starter FacebookAI/roberta-base",
        "lengths = %albert tokenize --data reviews --column text",
        "tokens = %albert tokenize --from text --truncate --max-length 128",
    )


def names(text: str) -> list[str]:
    """Return names of models, parted by spaces or commas."""
    return text.replace(",", " ").split()


def run(args: Namespace, context: Context) -> object:
    """Return a panel in a notebook; the tokens themselves in a terminal, of several texts, or when they are cut."""
    if args.data is not None:
        return _of_column(args, context)
    if args.column is not None:
        raise InputInvalid(
            "--column goes with --data: a DataFrame.", f"%albert tokenize --data NAME --column {args.column}"
        )
    if args.models is not None:
        return _side_by_side(args, context)
    texts = context.texts(args) if args.pair is None else context.text(args)
    is_cut = args.max_length is not None or args.truncate
    if isinstance(texts, str) and context.is_notebook and not is_cut:
        from albert_widgets.widgets import TokensPanel

        return TokensPanel(texts, pair=args.pair, model=args.model, bert=context.bert)
    how = {"pair": args.pair, "max_length": args.max_length, "truncation": args.truncate}
    answer = context.bert.tokenize(texts, model=args.model, **how)
    return answer if isinstance(texts, str) else Several(answer)


def _side_by_side(args: Namespace, context: Context) -> object:
    for option, value in (("--model", args.model), ("--max-length", args.max_length), ("--truncate", args.truncate)):
        if value:
            raise InputInvalid(f"{option} does not go with --models.", "Leave one of them.")
    text = context.text(args)
    from albert_widgets.widgets import TokensPanel

    panel = TokensPanel(text, pair=args.pair, models=args.models, bert=context.bert)
    return panel if context.is_notebook else panel.compared


def _of_column(args: Namespace, context: Context) -> object:
    if args.texts or args.source or context.cell is not None:
        raise InputInvalid(
            "With --data, the texts are those of a column.", "%albert tokenize --data NAME --column COLUMN"
        )
    for option in ("pair", "models", "truncate"):
        if getattr(args, option):
            raise InputInvalid(f"--{option} does not go with --data.", "%albert tokenize --data NAME --column COLUMN")
    from albert_widgets.lengths import token_lengths

    frame = context.frame(args.data)
    return token_lengths(frame, args.column, model=args.model, max_length=args.max_length, bert=context.bert)
