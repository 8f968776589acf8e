"""Predictions for a column of a DataFrame: pandas, polars or any frame narwhals knows; index and order kept."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from .errors import InputInvalid
from .inputs import MAX_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .results import Predictions


def is_frame(value: object) -> bool:
    """Say whether ``value`` is a DataFrame, without importing any DataFrame library."""
    return hasattr(value, "columns") and hasattr(value, "shape") and not isinstance(value, type)


def predict_frame(
    predict_texts: Callable[[Sequence[str], Sequence[str] | None], Predictions],
    frame: Any,
    *,
    text: str | None,
    pair: str | None = None,
    top_k: int | None = None,
) -> Any:
    """Return ``frame`` with ``predicted_label`` and ``predicted_probability`` (``predicted_value``) added.

    Parameters
    ----------
    predict_texts
        Classifies a list of texts (and pairs).
    text, pair
        Names of the columns; a frame with a single string column needs no ``text``.
    top_k
        Add ``predicted_labels`` and ``predicted_probabilities``: lists of the ``top_k`` likeliest.

    Raises
    ------
    InputInvalid
        No such column, a missing value in it, or no rows; the message names column and row.
    """
    import narwhals as nw

    native = nw.from_native(frame, eager_only=True)
    column = column_of(native, text, "text")
    texts = _strings(native, column)
    pairs = None if pair is None else _strings(native, column_of(native, pair, "pair"))
    parts = [
        predict_texts(texts[at : at + MAX_TEXTS], None if pairs is None else pairs[at : at + MAX_TEXTS])
        for at in range(0, len(texts), MAX_TEXTS)
    ]
    added: dict[str, list[Any]] = {}
    if parts[0].problem_type == "regression":
        added["predicted_value"] = [float(row[0]) for part in parts for row in part.probabilities]
    else:
        added["predicted_label"] = [label for part in parts for label in part.labels]
        added["predicted_probability"] = [float(row.max()) for part in parts for row in part.probabilities]
        if top_k is not None:
            best = [part.top(row, top_k) for part in parts for row in range(len(part))]
            added["predicted_labels"] = [[name for name, _ in row] for row in best]
            added["predicted_probabilities"] = [[share for _, share in row] for row in best]
    library = nw.get_native_namespace(native)
    series = [nw.new_series(name, values, backend=library) for name, values in added.items()]
    index = nw.maybe_get_index(native)
    if index is not None:
        # pandas aligns columns by index, so the new ones take the frame's own.
        series = [nw.maybe_set_index(one, index=index) for one in series]
    return native.with_columns(*series).to_native()


def column_of(frame: Any, name: str | None, role: str) -> str:
    """Return the name of a column of a narwhals frame: ``name``, or that of its only strings.

    Raises
    ------
    InputInvalid
        There is no such column, or several that could be meant; ``role`` says what for.
    """
    import narwhals as nw

    if name is None:
        strings = [column for column in frame.columns if frame[column].dtype == nw.String]
        if len(strings) == 1:
            return str(strings[0])
        raise InputInvalid(
            f"Which column holds the {role}? The frame has: {', '.join(map(str, frame.columns))}.", f'Say {role}="…".'
        )
    if name not in frame.columns:
        near = difflib.get_close_matches(str(name), [str(column) for column in frame.columns], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(map(str, frame.columns))}."
        raise InputInvalid(f"The frame has no column {name!r}.", hint)
    return name


def _strings(frame: Any, column: str) -> list[str]:
    values: list[str] = frame[column].to_list()
    if not values:
        raise InputInvalid("The frame has no rows.")
    for row, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            what = "empty" if isinstance(value, str) else f"{value!r}, not a text"
            raise InputInvalid(
                f"Row {row} (counted from 0) of column {column!r} is {what}.",
                "Drop or fill such rows first: df.dropna(…).",
            )
    return values
