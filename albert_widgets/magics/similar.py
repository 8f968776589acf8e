"""``%albert similar``: how alike texts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.text(
        "words",
        "the texts, each in quotes. Two are compared, more of them each with each. In a cell that begins with "
        "%%%%albert similar, each line is a text. With texts on the line as well as in the cell or a variable, "
        "each of the first is compared with each of the others",
    )
    parser.model()
    parser.precision()
    parser.examples = (
        '%albert similar "A man is eating." "Someone has a meal."',
        'found = %albert similar "cheap flights" --from titles',
    )


def run(args: Namespace, context: Context) -> object:
    """Return the similarities."""
    line = list(args.texts)
    others: list[str] = [text for text in (context.cell or "").splitlines() if text.strip()]
    if args.source:
        if others:
            raise InputInvalid(f"There are texts in the cell and in --from {args.source}.", "Leave one of them.")
        variable = context.variable_texts(args.source)
        others = [variable] if isinstance(variable, str) else variable
    if line and others:
        return context.bert.similar(line, others, model=args.model, precision=args.precision)
    texts = line or others
    if not texts:
        raise context.nothing_to_read()
    if len(texts) == 1:
        raise InputInvalid("There is one text only, and nothing to compare it with.", '%albert similar "this" "that"')
    if len(texts) == 2:
        return context.bert.similar(texts[0], texts[1], model=args.model, precision=args.precision)
    return context.bert.similar(texts, texts, model=args.model, precision=args.precision)
