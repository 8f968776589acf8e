"""``%albert help``: all commands, or one in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .page import Page
from .table import docstring, parser_of

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


TEXT_NOTES = """
the text:
  Nothing in it is expanded, and an apostrophe is an apostrophe. Quotes around the whole are taken off.
  A variable of yours is read with --from NAME. After --, everything is text.
"""


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("command", "the command to tell of", offers="command")
    parser.examples = ("%albert help", "%albert help tokenize")


def run(args: Namespace, context: Context) -> object:  # noqa: ARG001 – it asks nobody
    """Return the page."""
    if args.command is not None:
        return page_of(parser_of(args.command.replace("_", "-")))
    return Page(docstring().replace("::", ":").replace("``", ""))


def page_of(parser: Parser) -> Page:
    """Return the page of one command: its options, and examples."""
    examples = "\n".join(f"  {example}" for example in parser.examples)
    return Page(f"{parser.format_help()}\nexamples:\n{examples}\n{TEXT_NOTES if parser.texts else ''}")
