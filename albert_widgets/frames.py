"""Predictions for a column of a DataFrame: pandas, polars or any frame narwhals knows; index and order kept."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from . import windowing
from .columns import named_column, only_text_column
from .errors import AlbertError, InputInvalid
from .inputs import check_text
from .progress import told
from .windowing import joined, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from .results import Predictions

    PredictTexts = Callable[[Sequence[str], Sequence[str] | None], Predictions]


def predict_frame(
    predict_texts: PredictTexts, frame: Any, *, text: str | None, pair: str | None = None, top_k: int | None = None
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
    native = _opened(frame)
    columns = _read(native, text, pair)
    if not len(native):
        raise InputInvalid("The frame has no rows.")
    if slip := _slip(columns):
        raise slip[1]
    answers = (predict_texts(*part) for part in parts(*columns.values))
    predictions = joined(told(answers, len(native), "rows"))
    if cut := int(predictions.truncated.sum()):
        warnings.warn(f"{cut:,} rows were read up to {predictions.max_length:,} tokens only.", stacklevel=3)
    _tell(predictions)
    return _with_predictions(native, predictions, top_k)


def predict_frames(
    predict_texts: PredictTexts,
    frames: Iterable[Any],
    *,
    text: str | None,
    pair: str | None = None,
    top_k: int | None = None,
) -> Iterator[Any]:
    """Yield what :func:`predict_frame` adds to frames that come one after another, large ones in pieces.

    A frame without rows is left out. The rows before one that cannot be read are answered before the error.

    Raises
    ------
    InputInvalid
        As :func:`predict_frame`; the row is counted in the whole stream.
    """
    start, is_told = 0, False
    for piece in _pieces(frames):
        columns = _read(piece, text, pair)
        slip = _slip(columns, start)
        count = len(piece) if slip is None else slip[0]
        if count:
            answers = (predict_texts(*part) for part in parts(*(values[:count] for values in columns.values)))
            predictions = joined(answers)
            if not is_told and predictions.truncated.any():
                row, is_told = start + int(predictions.truncated.argmax()), True
                warnings.warn(
                    f"Some rows are read up to {predictions.max_length:,} tokens only; "
                    f"row {row} (counted from 0) is the first of them.",
                    stacklevel=3,
                )
            _tell(predictions)
            yield _with_predictions(piece[:count], predictions, top_k)
        if slip is not None:
            raise slip[1]
        start += count


def _tell(predictions: Predictions) -> None:
    """Say what a frame has no column for: how the numbers were computed, where that matters."""
    if predictions.agreement is not None:
        share = f"{predictions.agreement:.1%}"
        warnings.warn(f"int8: {share} of the labels of a sample are those of float32.", stacklevel=4)
    for note in predictions.notes:
        warnings.warn(f"{note}.", stacklevel=4)


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


def _with_predictions(frame: Any, predictions: Predictions, top_k: int | None) -> Any:
    added: dict[str, list[Any]] = {}
    if predictions.problem_type == "regression":
        added["predicted_value"] = predictions.probabilities[:, 0].tolist()
    else:
        added["predicted_label"] = list(predictions.labels)
        added["predicted_probability"] = predictions.probabilities.max(axis=1).tolist()
        if top_k is not None:
            best = [predictions.top(row, top_k) for row in range(len(predictions))]
            added["predicted_labels"] = [[name for name, _ in row] for row in best]
            added["predicted_probabilities"] = [[share for _, share in row] for row in best]
    return with_columns(frame, added)


def _opened(frame: Any) -> Any:
    """Return a frame as narwhals has it. Raises InputInvalid."""
    import narwhals as nw

    if type(frame).__name__ == "RecordBatch":
        # So pyarrow reads a file piece by piece; narwhals knows its tables only.
        import pyarrow as pa

        frame = pa.Table.from_batches([frame])
    try:
        return nw.from_native(frame, eager_only=True)
    except TypeError as error:
        raise InputInvalid(
            f"Expected a DataFrame, got {type(frame).__name__}.",
            "Give a frame of pandas or polars, or a list of texts.",
        ) from error


def _pieces(frames: Iterable[Any]) -> Iterator[Any]:
    """Yield frames as narwhals has them, none with more rows than a window holds."""
    for frame in frames:
        native = _opened(frame)
        for at in range(0, len(native), windowing.TEXTS):
            yield native[at : at + windowing.TEXTS]


class _Columns(NamedTuple):
    """Names and values of the column of texts, and of that of the pairs if there is one."""

    names: list[str]
    values: list[list[Any]]


def _read(frame: Any, text: str | None, pair: str | None) -> _Columns:
    names = [only_text_column(frame) if text is None else named_column(frame, text)]
    if pair is not None:
        names.append(named_column(frame, pair))
    return _Columns(names, [frame[name].to_list() for name in names])


def _slip(columns: _Columns, start: int = 0) -> tuple[int, AlbertError] | None:
    """Return the first row that holds no text, with the error that says so; ``start`` rows came before these."""
    for row, values in enumerate(zip(*columns.values, strict=True)):
        for name, value in zip(columns.names, values, strict=True):
            where = f"row {start + row} (counted from 0) of column {name!r}"
            if not isinstance(value, str) or not value.strip():
                what = "empty" if isinstance(value, str) else f"{value!r}, not a text"
                hint = "Drop or fill such rows first: df.dropna(…)."
                return row, InputInvalid(f"R{where[1:]} is {what}.", hint)
            try:
                check_text(value, where)
            except AlbertError as error:
                return row, error
    return None
