"""Many texts are worked on window by window, by one rule for lists, streams, frames and requests.

A window is what is held at once. It is large, because batches are made longest first within one: of texts of 20 to
30 tokens, windows of 500 make a model read 20 % of padding, those of 2,000 6 %, those of 4,000 3 %; of reviews of 200
to 500 tokens all below 2 %. And it is small enough for a request that a slow machine answers before its client gives
up (ten minutes), and for somebody who waits for the first answer; that is what the characters are for.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .results import Embeddings, Predictions

    Result = TypeVar("Result", Embeddings, Predictions)

TEXTS = 2_000
"""Texts of a window."""
CHARACTERS = 500_000
"""Characters of a window's texts and pairs; a longer text is a window of its own."""


def spread(texts: Sequence[str], most: int) -> Sequence[str]:
    """Return at most so many of the texts, spread evenly over all of them."""
    return texts if len(texts) <= most else [texts[at * len(texts) // most] for at in range(most)]


def windows(rows: Iterable[tuple[str, str | None]]) -> Iterator[tuple[list[str], list[str] | None]]:
    """Yield texts and their pairs, as many as a window holds, and read on when the next window is asked for.

    Parameters
    ----------
    rows
        Texts, each with its pair; None for all of them where there are no pairs. What this raises is raised after
        the texts before it were yielded.
    """
    held: list[tuple[str, str | None]] = []
    size = 0
    try:
        for row in rows:
            length = len(row[0]) + len(row[1] or "")
            if held and size + length > CHARACTERS:
                yield _taken(held)
                size = 0
            held.append(row)
            size += length
            if len(held) >= TEXTS:
                yield _taken(held)
                size = 0
    except Exception:
        # The work on what came before is not lost by it.
        if held:
            yield _taken(held)
        raise
    if held:
        yield _taken(held)


def parts(texts: Sequence[str], pairs: Sequence[str] | None = None) -> Iterator[tuple[list[str], list[str] | None]]:
    """Yield the windows of a list of texts, and of as many pairs if there are any."""
    return windows(zip(texts, itertools.repeat(None) if pairs is None else pairs, strict=False))


def joined(answers: Iterable[Result]) -> Result:
    """Return the answers to one or more windows as one, as if there had been one window."""
    first, *others = answers
    if not others:
        return first
    columns: dict[str, Any] = {}
    for field in dataclasses.fields(first):
        values = [getattr(answer, field.name) for answer in (first, *others)]
        if isinstance(values[0], np.ndarray):
            columns[field.name] = np.concatenate(values)
        elif field.name in {"texts", "labels"}:
            columns[field.name] = tuple(itertools.chain.from_iterable(values))
        elif field.name in {"engine", "precision"}:
            # An engine may become ready, or break, between two windows.
            columns[field.name] = ", ".join(dict.fromkeys(values))
        elif field.name == "notes":
            columns[field.name] = tuple(dict.fromkeys(itertools.chain.from_iterable(values)))
        elif field.name == "agreement":
            # Each tells of the sample so far, which has grown.
            columns[field.name] = values[-1]
    return dataclasses.replace(first, **columns)


def _taken(held: list[tuple[str, str | None]]) -> tuple[list[str], list[str] | None]:
    """Return the columns of some rows, and hold these no longer: a window that was given away is not kept here."""
    texts, pairs = [text for text, _ in held], [pair for _, pair in held if pair is not None]
    held.clear()
    return texts, pairs or None
