"""What a label is: missing, a class's name, several names, a number or a text; and which of them a column holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANSWERED = ("single_label", "multi_label", "regression")
"""Tasks of classifiers and regressors."""
SUMMARIES = ("summary", "extract")
"""Tasks whose labels are summaries: written, or made of the text's own sentences."""
TASKS = (*ANSWERED, *SUMMARIES)

_WORDS_OF_A_SUMMARY = 6
_MANY_IN_A_CELL = re.compile(r"\s*[,;|]\s*")


def is_missing(value: Any) -> bool:
    """Say whether a cell is empty: None, NaN, pandas' NA and NaT, and white space."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return (isinstance(value, float) and value != value) or (isinstance(value, str) and not value.strip())  # noqa: PLR0124


def joined(names: Sequence[str], is_there: Iterable[Any]) -> str:
    """Return the names of the labels that are there, or ``"none"``."""
    return ", ".join(name for name, there in zip(names, is_there, strict=True) if there) or "none"


def plain(label: Any) -> Any:
    """Return a label in Python's own types; whatever holds several becomes a list."""
    if hasattr(label, "tolist"):  # numpy's numbers and arrays, a polars series in a cell
        label = label.tolist()
    elif hasattr(label, "to_list"):
        label = label.to_list()
    return list(label) if isinstance(label, tuple | set | frozenset) else label


def guessed_task(labels: Sequence[Any]) -> tuple[str, str]:
    """Return the task that the labels look like, and a sentence that says why."""
    known = [label for label in labels if label is not None]
    if any(isinstance(label, list) for label in known):
        return "multi_label", "The labels are lists, so a text may have several."
    if known and all(isinstance(label, int | float) for label in known):
        if not all(float(label).is_integer() for label in known):
            return "regression", "The labels are numbers that are not whole, so a number is learned."
        return "single_label", "The labels are whole numbers; they are taken for names of classes."
    words = [len(label.split()) for label in known if isinstance(label, str)]
    is_prose = words and sum(words) / len(words) >= _WORDS_OF_A_SUMMARY and len(set(map(str, known))) > len(known) / 2
    if is_prose:
        return "summary", "The labels are long texts, so summaries are learned."
    return "single_label", "Each text has one of several classes."


def label_of(label: Any, task: str, row: Any) -> Any:
    """Return a label in the form of its task. Raises InputInvalid."""
    if label is None:
        return None
    if task == "multi_label":
        several = label if isinstance(label, list) else _MANY_IN_A_CELL.split(str(label))
        return tuple(dict.fromkeys(_name(one) for one in several if not is_missing(one)))
    if isinstance(label, list):
        raise InputInvalid(f"The label of row {row} is a list: {label!r:.60}.", 'task="multi_label" allows several.')
    if task == "regression":
        try:
            return float(label)
        except (TypeError, ValueError):
            raise InputInvalid(
                f"The label of row {row} is {label!r:.60}, not a number.", 'task="single_label" takes it for a class.'
            ) from None
    return str(label) if task in SUMMARIES else _name(label)


def _name(label: Any) -> str:
    """Return a class's name: 1 and 1.0 are the same."""
    label = plain(label)
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def from_switches(columns: dict[str, list[Any]]) -> list[Any]:
    """Return for each row the names of the columns that are 1 in it; None where one is missing."""
    rows: list[Any] = []
    for row, values in enumerate(zip(*columns.values(), strict=True)):
        if any(is_missing(value) for value in values):
            rows.append(None)
            continue
        for name, value in zip(columns, values, strict=True):
            if value not in {0, 1}:
                raise InputInvalid(
                    f"Row {row} (counted from 0) of label column {name!r} is {value!r}, not 0 or 1.",
                    "Several label columns say yes or no each; else give one label column, or a column of lists.",
                )
        rows.append([name for name, value in zip(columns, values, strict=True) if value])
    return rows
