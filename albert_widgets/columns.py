"""Which column of a frame is meant: by its name, with near matches for a slip, or by what is in it."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from .errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE = 500
"""Rows that are looked at to guess what a column holds."""
FEW_VALUES = 30
"""A column with at most so many different values reads like labels."""

TEXT_NAMES = ("text", "sentence", "review", "comment", "content", "article", "document", "message", "body", "tweet")
LABEL_NAMES = (
    *("label", "labels", "target", "class", "category", "sentiment", "intent", "topic", "stars", "rating", "score"),
    *("summary", "highlights", "y"),
)
PAIR_NAMES = (
    ("sentence1", "sentence2"),
    ("premise", "hypothesis"),
    ("question1", "question2"),
    ("text_a", "text_b"),
    ("text1", "text2"),
)
"""Columns that are read together wherever they are found together."""


def is_frame(value: object) -> bool:
    """Say whether ``value`` is a DataFrame, without importing any DataFrame library."""
    return hasattr(value, "columns") and hasattr(value, "shape") and not isinstance(value, type)


def named_column(frame: Any, name: str) -> str:
    """Return ``name`` if the narwhals frame has such a column. Raises InputInvalid with near matches."""
    if name in frame.columns:
        return name
    near = difflib.get_close_matches(str(name), [str(column) for column in frame.columns], n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {_listed(frame.columns)}."
    raise InputInvalid(f"The frame has no column {name!r}.", hint)


def only_text_column(frame: Any) -> str:
    """Return the one column of strings. Raises InputInvalid when there are several, or none."""
    import narwhals as nw

    strings = [column for column in frame.columns if frame[column].dtype == nw.String]
    if len(strings) == 1:
        return str(strings[0])
    raise which_column(frame, "text", frame.columns)


def which_column(frame: Any, role: str, candidates: Sequence[str]) -> InputInvalid:
    """Return the error that asks for a column: all there are, or those that may be meant."""
    several = 1 < len(candidates) < len(frame.columns)
    names = f"It may be one of: {_listed(candidates)}." if several else f"The frame has: {_listed(frame.columns)}."
    return InputInvalid(f"Which column holds the {role}? {names}", f'Say {role}="…".')


def guessed_pair(frame: Any) -> tuple[str, str] | None:
    """Return two columns whose names say that they are read together, such as premise and hypothesis."""
    return next((pair for pair in PAIR_NAMES if set(pair) <= set(frame.columns)), None)


def guessed_text(frame: Any, taken: Sequence[str]) -> str:
    """Return the column of strings that reads most like prose: long values that hardly repeat.

    Raises
    ------
    InputInvalid
        No column of strings, or a second one reads so much like the first that a person must choose.
    """
    import narwhals as nw

    scores = {
        column: _prose(frame[column])
        for column in frame.columns
        if column not in taken and frame[column].dtype in {nw.String, nw.Categorical, nw.Object}
    }
    ranked = sorted((column for column, score in scores.items() if score > 0), key=lambda column: -scores[column])
    if not ranked:
        named = [column for column in scores if str(column).lower() in TEXT_NAMES]
        if len(named) == 1:
            return str(named[0])
        raise which_column(frame, "text", [])
    if len(ranked) > 1 and scores[ranked[1]] > scores[ranked[0]] / 2:
        alike = [column for column in ranked if scores[column] > scores[ranked[0]] / 2]
        named = [column for column in alike if column.lower() in TEXT_NAMES]
        if len(named) != 1:
            raise which_column(frame, "text", alike)
        return str(named[0])
    return str(ranked[0])


def label_by_name(frame: Any, taken: Sequence[str]) -> str | None:
    """Return the column that is called ``label`` or like it, if there is one."""
    spelled = {str(column).lower(): column for column in frame.columns if column not in taken}
    return next((str(spelled[name]) for name in LABEL_NAMES if name in spelled), None)


def label_by_values(frame: Any, taken: Sequence[str]) -> str:
    """Return the only column with few different values. Raises InputInvalid when there is none, or several."""
    few = [column for column in frame.columns if column not in taken and _has_few_values(frame[column])]
    if len(few) == 1:
        return str(few[0])
    raise which_column(frame, "label", few)


def _prose(series: Any) -> float:
    """Return the characters of a value in the mean, times the share of values that are not repeated."""
    values = [value for value in series.head(SAMPLE).to_list() if isinstance(value, str) and value.strip()]
    # A single word in Latin letters and digits is a name, a number or an address, however long it is.
    readable = [value for value in values if re.search(r"\s|[^\x00-\x7f]", value.strip())]
    if not readable:
        return 0.0
    return sum(map(len, readable)) / len(values) * len(set(values)) / len(values)


def _has_few_values(series: Any) -> bool:
    values = [value for value in series.head(SAMPLE).to_list() if value is not None and value == value]  # noqa: PLR0124
    try:
        kinds = len(set(values))
    except TypeError:  # lists, which are the labels of a multi-label set
        return True
    return 1 < kinds <= min(FEW_VALUES, max(2, len(values) // 2))


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(str, columns))
