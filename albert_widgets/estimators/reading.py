"""What people hand to an estimator, as texts and labels: a table with its columns, or two lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from albert_widgets.columns import is_frame, named_column, only_text_column
from albert_widgets.errors import InputInvalid
from albert_widgets.labelled import LabelledTexts, labelled_texts
from albert_widgets.labels import is_missing, plain

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Rows:
    """Labelled texts, and the labels as the user wrote them.

    Attributes
    ----------
    labelled
        What the backend learns from; classes have names there.
    values
        Name of a class and the user's own value where that is another one: ``{"1": 1}``.
    """

    labelled: LabelledTexts
    values: dict[str, Any] = field(default_factory=dict)


def read_rows(
    data: Any,
    labels: Any = None,
    *,
    text: str | None = None,
    label: str | Sequence[str] | None = None,
    pair: str | None = None,
    group: str | None = None,
    task: str = "auto",
) -> Rows:
    """Return the rows of a table, or of texts with their labels.

    Raises
    ------
    InputInvalid
        As :func:`~albert_widgets.labelled.labelled_texts`; or labels in a form that could mean several things.
    TooLarge
        More text than a request holds.
    """
    if labels is None:
        labelled = labelled_texts(data, text=text, label=label, pair=pair, group=group, task=task)
        column = labelled.columns.get("label")
        return Rows(labelled, _values(labelled, _column(data, column) if is_frame(data) and column else ()))
    if label is not None:
        raise InputInvalid("There are labels beside the texts, and a column of labels is named.", "Leave one of them.")
    given = _listed_labels(labels)
    texts, pairs = read_texts(data, text=text, pair=pair)
    groups = _column(data, group) if group is not None and is_frame(data) else None
    listed = [texts] if isinstance(texts, str) else texts
    labelled = LabelledTexts.of(listed, given, pairs=pairs, groups=groups, task=task)
    return Rows(labelled, _values(labelled, given))


def read_texts(
    data: Any, *, text: str | None = None, pair: Any = None, learned: LabelledTexts | None = None
) -> tuple[str | list[Any], Any]:
    """Return a text or a list of texts, and the second texts where there are any.

    Parameters
    ----------
    data
        A text, a list, a series, an array with one column, or a frame.
    text, pair
        Names of a frame's columns; ``pair`` of other texts is the second text, or as many of them.
    learned
        What a model was trained on: in a frame with the same columns these are meant.

    Raises
    ------
    InputInvalid
        No such column, several that may be meant, or an array with several columns.
    """
    if isinstance(data, str):
        return data, pair
    if not is_frame(data):
        return _one_column(data, "texts"), pair
    known = {} if learned is None else learned.columns
    frame = _opened(data)
    text = text or (known["text"] if known.get("text") in frame.columns else None)
    pair = pair if pair is not None else known.get("pair")
    column = only_text_column(frame) if text is None else named_column(frame, text)
    return frame[column].to_list(), None if pair is None else frame[named_column(frame, pair)].to_list()


def names_of(data: Any) -> set[str]:
    """Return the names of a frame's columns; of anything else none."""
    return set(map(str, _opened(data).columns)) if is_frame(data) else set()


def _listed_labels(labels: Any) -> list[Any]:
    if isinstance(labels, str):
        raise InputInvalid(
            f"The labels are the text {labels!r:.60}.", f"For a column of that name: label={labels!r}; else a list."
        )
    if is_frame(labels):
        columns = _opened(labels).columns
        if len(columns) != 1:
            raise InputInvalid(f"The labels have {len(columns)} columns.", 'Give one of them: frame["label"].')
        return _column(labels, columns[0])
    return _one_column(labels, "labels")


def _one_column(values: Any, what: str) -> list[Any]:
    shape = getattr(values, "shape", ())
    if len(shape) > 1:
        if shape[1:] != (1,):
            one_hot = " Of one-hot rows: names[labels.argmax(axis=1)]." if what == "labels" else ""
            raise InputInvalid(f"The {what} have the shape {tuple(shape)}.", f"Give one for each row.{one_hot}")
        values = values.reshape(-1)
    if isinstance(values, bytes | dict) or not hasattr(values, "__iter__"):
        raise InputInvalid(f"Expected a list of {what}, got {type(values).__name__}.")
    return list(values)


def _column(data: Any, column: Any) -> list[Any]:
    return list(_opened(data)[column].to_list()) if isinstance(column, str) else []


def _opened(frame: Any) -> Any:
    import narwhals as nw

    return nw.from_native(frame, eager_only=True)


def _values(labelled: LabelledTexts, given: Sequence[Any]) -> dict[str, Any]:
    """Return names of classes and what the user wrote for them: numbers come back as numbers."""
    if labelled.task != "single_label":
        return {}
    pairs = zip(labelled.labels, given, strict=False)
    return {name: plain(value) for name, value in pairs if name is not None and not is_missing(value)}
