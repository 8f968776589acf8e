"""Predictions for a column of a DataFrame: pandas, polars or any frame narwhals knows; index and order kept."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

from .columns import named_column, only_text_column
from .errors import InputInvalid
from .progress import line_here, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .results import Predictions

PART = 500
"""Rows of one request: enough for full batches of one length, few enough to see that something happens."""


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
    column = only_text_column(native) if text is None else named_column(native, text)
    texts = _strings(native, column)
    pairs = None if pair is None else _strings(native, named_column(native, pair))
    parts = list(_in_parts(predict_texts, texts, pairs))
    if cut := sum(int(part.truncated.sum()) for part in parts):
        warnings.warn(f"{cut:,} rows were read up to {parts[0].max_length:,} tokens only.", stacklevel=3)
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
    return with_columns(native, added)


def with_columns(frame: Any, added: Mapping[str, Sequence[Any]], dtype: Any = None) -> Any:
    """Return the user's own frame of a narwhals one, with columns added; its index stays.

    Parameters
    ----------
    dtype
        Of the new columns, in narwhals; None lets their values say it.
    """
    import narwhals as nw

    library, index = nw.get_native_namespace(frame), nw.maybe_get_index(frame)
    series = [nw.new_series(name, values, dtype, backend=library) for name, values in added.items()]
    if index is not None:
        # pandas aligns columns by index, so the new ones take the frame's own.
        series = [nw.maybe_set_index(one, index=index) for one in series]
    return frame.with_columns(*series).to_native()


def _in_parts(
    predict_texts: Callable[[Sequence[str], Sequence[str] | None], Predictions],
    texts: list[str],
    pairs: list[str] | None,
) -> Iterator[Predictions]:
    """Yield predictions of :data:`PART` rows at a time, and show how far it is; an interrupt ends it in between."""
    show, start = line_here(), time.monotonic()
    try:
        for at in range(0, len(texts), PART):
            yield predict_texts(texts[at : at + PART], None if pairs is None else pairs[at : at + PART])
            done, seconds = min(at + PART, len(texts)), time.monotonic() - start
            if len(texts) > PART:
                speed = done / max(seconds, 1e-9)
                eta = (len(texts) - done) / speed
                told = {"done": done, "total": len(texts), "unit": "rows", "per_second": speed, "eta_seconds": eta}
                show(progress(told))
    finally:
        if len(texts) > PART:
            show("")


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
