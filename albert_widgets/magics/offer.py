"""The line that a command prints where the model does not know the texts' script; nothing is switched."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import AlbertError
from albert_widgets.windowing import spread

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context

SAMPLE = 100
"""Texts that are looked at."""


def tell_offer(texts: Any, args: Namespace, context: Context) -> None:
    """Print which other models read the texts, if the chosen one does not; ``--quiet`` keeps it quiet."""
    listed = [texts] if isinstance(texts, str) else [text for text in texts if isinstance(text, str) and text.strip()]
    if args.quiet or not listed:
        return
    try:
        offer = context.bert.count_tokens(spread(listed, SAMPLE), model=args.model).suggestion
    except AlbertError:
        # What is wrong with the model or a text, the command itself has said, or it does not matter there.
        return
    if offer is not None:
        sys.stdout.write(f"{offer}\n")


def texts_in(frame: Any, column: str | None) -> list[Any]:
    """Return the texts of a frame's column, or of its only one with texts."""
    from albert_widgets.estimators.reading import read_texts

    return list(read_texts(frame, text=column)[0])
