"""What a text must be before it reaches a tokenizer; the same words in process and over HTTP."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .columns import is_frame
from .errors import InputInvalid, TooLarge

MAX_TEXTS = 10_000
"""Texts in one request; ``predict`` and ``embed`` of the Python interface send as many requests as they need."""
MAX_CHARACTERS = 10_000_000
"""Characters in one text."""
MAX_QUERY = 200
"""Characters in the words of a search."""

PRECISIONS = ("float32", "bfloat16", "float16", "int8")
"""What a model may compute in."""
_SHORT = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}

_SURROGATE = re.compile("[\ud800-\udfff]")


def check_text(text: object, name: str = "text") -> str:
    """Return ``text`` if a model can read it.

    Raises
    ------
    InputInvalid
        Not a string, empty or only white space, or with a lone surrogate.
    TooLarge
        Over :data:`MAX_CHARACTERS`.
    """
    if not isinstance(text, str):
        raise InputInvalid(f"The {name} is {type(text).__name__}, not a string.", "Convert it with str(…) first.")
    if not text.strip():
        raise InputInvalid(f"The {name} is empty.", "Type some words.")
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"The {name} has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}.",
            "Split it into parts.",
            limit=MAX_CHARACTERS,
        )
    if lone := _SURROGATE.search(text):
        raise InputInvalid(
            f"The {name} has a lone surrogate (U+{ord(lone.group()):04X}) at position {lone.start()}: "
            "half of a character that was cut in two.",
            "text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace') mends it.",
        )
    return text


def check_query(query: object) -> str:
    """Return the words of a search, without white space that says nothing.

    Raises
    ------
    InputInvalid
        Not a string, over :data:`MAX_QUERY` characters, or with some that cannot be shown.
    """
    if not isinstance(query, str):
        raise InputInvalid(f"The query is {type(query).__name__}, not a string.", 'Write words: "bert japanese".')
    words = " ".join(query.split())
    if len(words) > MAX_QUERY or not words.isprintable():
        raise InputInvalid(
            f"The query has {len(words)} characters, or some that cannot be shown.",
            f"Write a few words, up to {MAX_QUERY} characters.",
        )
    return words


def check_precision(precision: object) -> str | None:
    """Return the precision that a user means, by its long name; None is the one that a model is loaded in.

    Raises
    ------
    InputInvalid
        None of :data:`PRECISIONS`, and no short name of one.
    """
    if precision is None:
        return None
    known = _SHORT.get(precision, precision) if isinstance(precision, str) else precision
    if known not in PRECISIONS:
        raise InputInvalid(f"There is no precision {precision!r}.", f"Choose one of: {', '.join(PRECISIONS)}.")
    return str(known)


def check_texts(texts: object, name: str = "text", *, limit: int | None = MAX_TEXTS) -> list[str]:
    """Return one text or many as a list of checked texts.

    Parameters
    ----------
    limit
        Texts; None for any number of them.

    Raises
    ------
    InputInvalid
        Neither a string nor a sequence of strings, or empty; the message names the index of a bad text.
    TooLarge
        Over ``limit`` texts.
    """
    if isinstance(texts, str):
        return [check_text(texts, name)]
    if is_frame(texts):
        raise InputInvalid(
            f"Expected a text or a list of texts, got {type(texts).__name__}.", 'Choose a column: frame["text"].'
        )
    if isinstance(texts, bytes) or not (isinstance(texts, Sequence) or hasattr(texts, "__iter__")):
        raise InputInvalid(f"Expected a text or a list of texts, got {type(texts).__name__}.")
    checked = [check_text(text, f"{name} {index}") for index, text in enumerate(texts)]
    if not checked:
        raise InputInvalid("The list of texts is empty.")
    if limit is not None:
        check_count(checked, limit)
    return checked


def check_count(texts: str | Sequence[str], limit: int = MAX_TEXTS) -> None:
    """Check that one request does not hold too many texts. Raises TooLarge."""
    if not isinstance(texts, str) and len(texts) > limit:
        raise TooLarge(f"{len(texts):,} texts at once; the limit is {limit:,}.", "Send them in parts.", limit=limit)


def check_pairs(pair: object, texts: Sequence[str]) -> list[str]:
    """Return the second segments of ``texts``, one for each. Raises InputInvalid."""
    pairs = check_texts(pair, "pair", limit=None)
    if len(pairs) != len(texts):
        raise InputInvalid(f"{len(texts)} texts, but {len(pairs)} pairs.", "Give one pair for each text.")
    return pairs
