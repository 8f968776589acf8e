"""How long the texts of a DataFrame's column are for a model: pandas, polars or any frame narwhals knows."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from .columns import is_frame, named_column, only_text_column
from .errors import InputInvalid
from .inputs import check_text
from .progress import watched
from .results import TokenCounts, TokenLengths
from .results.token_lengths import BEGINNING, LONGEST, LongText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .protocol import BertBackend

ROWS = 2_000
"""Rows that are asked about at once; memory does not grow with more of them."""


def token_lengths(
    frame: Any,
    column: str | None = None,
    *,
    model: str | None = None,
    max_length: int | None = None,
    bert: BertBackend | None = None,
    show_progress: bool = True,
) -> TokenLengths:
    """Return how long the texts of a column are, how many would be cut, and which words the model does not know.

    Parameters
    ----------
    frame
        A pandas or polars DataFrame.
    column
        The column that holds the texts; a frame with a single column of strings needs none.
    model
        Id of the model; None takes the backend's default.
    max_length
        Tokens; replaces the model's own limit.
    bert
        The backend; None takes the shared one.
    show_progress
        Show how far it is while it works.

    Raises
    ------
    InputInvalid
        No frame, no such column, no text in it, or something else than a text; missing and blank ones are counted only.
    """
    import narwhals as nw

    if not is_frame(frame):
        raise InputInvalid(
            f"Expected a DataFrame, got {type(frame).__name__}.", 'For a list: pandas.DataFrame({"text": texts})'
        )
    if bert is None:
        from .service.client import connect

        bert = connect()
    native = nw.from_native(frame, eager_only=True)
    name = only_text_column(native) if column is None else named_column(native, column)
    series = native[name]
    answers: list[TokenCounts] = []
    kept: list[int] = []
    longest: list[tuple[int, int, str]] = []
    blank = 0
    with watched("rows") if show_progress else nullcontext(_silent) as tell:
        for at, rows, texts, blanks in _parts(series, name):
            blank += blanks
            if texts:
                answers.append(bert.count_tokens(texts, model=model, max_length=max_length))
                kept += rows
                lengths = answers[-1].tokens.tolist()
                longest += [
                    (length, -row, text[:BEGINNING]) for length, row, text in zip(lengths, rows, texts, strict=True)
                ]
                longest = sorted(longest, reverse=True)[:LONGEST]
            tell(at, len(series))
    if not answers:
        raise InputInvalid(
            f"Column {name!r} holds no text: {len(series) - blank:,} values are missing and {blank:,} are blank.",
            "Choose another column.",
        )
    index = nw.maybe_get_index(native)
    labels = np.arange(len(series)) if index is None else index.to_numpy()
    label_of = int if index is None else index.__getitem__
    return TokenLengths(
        column=name,
        counts=TokenCounts.joined(answers),
        index=labels[kept],
        missing=len(series) - blank - len(kept),
        blank=blank,
        longest=tuple(LongText(label_of(-row), length, beginning) for length, row, beginning in longest),
    )


def _parts(series: Any, name: str) -> Iterator[tuple[int, list[int], list[str], int]]:
    """Yield how far the column is read, and of some of its rows: their numbers, their texts, and how many are blank."""
    for start in range(0, len(series), ROWS):
        part = series[start : start + ROWS]
        rows, texts, blank = [], [], 0
        for row, (value, is_missing) in enumerate(zip(part.to_list(), part.is_null().to_list(), strict=True), start):
            if is_missing or value != value:  # noqa: PLR0124 – a NaN is no null for every library
                continue
            if isinstance(value, str) and not value.strip():
                blank += 1
                continue
            if not isinstance(value, str):
                raise InputInvalid(
                    f"Row {row} (counted from 0) of column {name!r} is {value!r}, not a text.",
                    f"Choose a column of texts, or convert it: df[{name!r}].astype(str)",
                )
            rows.append(row)
            texts.append(check_text(value, f"row {row} (counted from 0) of column {name!r}"))
        yield start + len(part), rows, texts, blank


def _silent(_done: int, _total: int) -> None:
    """Show nothing."""
