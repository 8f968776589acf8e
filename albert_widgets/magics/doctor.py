"""``%albert doctor``: is everything in place, and if not, what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.examples = ("%albert doctor",)


def run(args: Namespace, context: Context) -> object:  # noqa: ARG001 – it asks nobody
    """Return what was found; nothing is started."""
    from albert_widgets.doctor import diagnose

    return diagnose()
