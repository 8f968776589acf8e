"""Texts with labels, from any table, in the one form that the check, the baseline and the training take."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .columns import (
    guessed_pair,
    guessed_text,
    label_by_name,
    label_by_values,
    named_column,
)
from .errors import InputInvalid, TooLarge
from .labels import TASKS, from_switches, guessed_task, is_missing, label_of, plain
from .results.models import readable_bytes
from .tables import as_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_BYTES = 60_000_000
"""UTF-8 bytes of the chosen columns: what fits into the body of one request beside quotes and commas."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts and what is known of each. All sequences have one entry a row.

    Attributes
    ----------
    texts, pairs
        First and second segment; None where the cell was empty.
    labels
        A class's name, a number for ``regression``, a tuple of names for ``multi_label``, the wanted text for
        ``summary`` and ``extract``; None where it is missing.
    groups
        Rows of one group stay on one side of a split.
    index
        The user's own index: the values of a pandas index, else the number of the row from 0.
    columns
        Role (``"text"``, ``"label"``, ``"pair"``, ``"group"``) and the name of its column, or a list of names.
    task
        One of :data:`TASKS`.
    notes
        What was guessed, as sentences.
    """

    texts: tuple[str | None, ...]
    labels: tuple[Any, ...]
    pairs: tuple[str | None, ...] | None = None
    groups: tuple[str, ...] | None = None
    index: tuple[Any, ...] = ()
    columns: dict[str, Any] = field(default_factory=dict)
    task: str = "single_label"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        columns = ", ".join(f"{role} {name!r}" for role, name in self.columns.items())
        return f"LabelledTexts({len(self):,} rows, {self.task}{', ' if columns else ''}{columns})"

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of the classes: as numbers where all are whole numbers, else by the alphabet; () without classes.

        Several label columns keep their own order.
        """
        if self.task not in {"single_label", "multi_label"}:
            return ()
        if isinstance(chosen := self.columns.get("label"), list | tuple):
            return tuple(map(str, chosen))
        if self.task == "multi_label":
            names = {name for label in self.labels for name in label or ()}
        else:
            names = {label for label in self.labels if label is not None}
        if all(re.fullmatch(r"-?\d+", name) for name in names):
            return tuple(sorted(names, key=int))
        return tuple(sorted(names))

    def take(self, rows: Iterable[int]) -> LabelledTexts:
        """Return some rows, by number from 0, in that order."""
        chosen = list(rows)

        def some(values: tuple[Any, ...] | None) -> Any:
            return None if values is None else tuple(values[row] for row in chosen)

        names = ("texts", "labels", "pairs", "groups", "index")
        return dataclasses.replace(self, **{name: some(getattr(self, name)) for name in names})

    def as_task(self, task: str) -> LabelledTexts:
        """Return the same rows with their labels read for another task. Raises InputInvalid where they cannot be."""
        return self if task == self.task else LabelledTexts.of(**{**self.to_dict(), "task": task})

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they travel to a backend; :meth:`of` takes them back."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @classmethod
    def of(
        cls,
        texts: Sequence[Any],
        labels: Sequence[Any],
        *,
        pairs: Sequence[Any] | None = None,
        groups: Sequence[Any] | None = None,
        index: Sequence[Any] = (),
        columns: dict[str, Any] | None = None,
        task: str = "auto",
        notes: Iterable[str] = (),
    ) -> LabelledTexts:
        """Return the values of columns as labelled texts; ``task="auto"`` looks at the labels.

        Raises
        ------
        InputInvalid
            No rows, columns of unequal length, a cell that is no text, or a label that does not go with the task.
        TooLarge
            Over :data:`MAX_BYTES`.
        """
        if not len(texts):
            raise InputInvalid("There are no rows.", "Is the frame empty after a filter?")
        for name, values in (("labels", labels), ("pairs", pairs), ("groups", groups), ("index", index or None)):
            if values is not None and len(values) != len(texts):
                raise InputInvalid(f"{len(texts):,} texts, but {len(values):,} {name}.", "Give one for each text.")
        if task not in {"auto", *TASKS}:
            raise InputInvalid(f"There is no task {task!r}.", f"Choose one of: auto, {', '.join(TASKS)}.")
        rows = index if len(index) else range(len(texts))
        said = list(notes)
        found = [None if is_missing(label) else plain(label) for label in labels]
        if task == "auto":
            task, note = guessed_task(found)
            said.append(note)
        made = cls(
            texts=tuple(_text(text, "text", row) for text, row in zip(texts, rows, strict=True)),
            labels=tuple(label_of(label, task, row) for label, row in zip(found, rows, strict=True)),
            pairs=None if pairs is None else tuple(_text(p, "pair", row) for p, row in zip(pairs, rows, strict=True)),
            # Whoever belongs to no group is a group alone.
            groups=None
            if groups is None
            else tuple(f"row {n}" if is_missing(group) else str(group) for n, group in enumerate(groups)),
            index=tuple(_index_value(row) for row in rows),
            columns=dict(columns or {}),
            task=task,
            notes=tuple(said),
        )
        check_size(sum(len(part.encode("utf-8", "replace")) for part in (*made.texts, *(made.pairs or ())) if part))
        return made


def labelled_texts(
    data: Any,
    *,
    text: str | None = None,
    label: str | Sequence[str] | None = None,
    pair: str | None = None,
    group: str | None = None,
    task: str = "auto",
) -> LabelledTexts:
    """Read labelled texts from whatever holds them.

    Parameters
    ----------
    data
        A pandas or polars DataFrame, a pyarrow table, a ``datasets.Dataset``, the path of a CSV or Parquet
        file, a list of ``(text, label)``, or :class:`LabelledTexts`.
    text, label, pair, group
        Names of the columns; without them they are guessed, and the guess is said in ``notes``. Several label
        columns of 0 and 1 are a multi-label set.
    task
        ``"auto"``: lists mean ``"multi_label"``, numbers that are not whole ``"regression"``, long texts as labels
        ``"summary"``, all else ``"single_label"``.

    Raises
    ------
    InputInvalid
        No such column (with near matches), none that can be guessed, no rows, or a cell of the wrong kind.
    TooLarge
        The columns hold more than :data:`MAX_BYTES`; nothing has been copied then.
    """
    if isinstance(data, LabelledTexts):
        return data
    if isinstance(data, list | tuple):
        return _of_pairs(data, task)
    frame, class_names = as_frame(data)
    if group is not None:
        named_column(frame, group)
    several = label is not None and not isinstance(label, str)
    text, labels, pair, notes = _chosen(frame, text, label, pair, group)
    if not len(frame):
        raise InputInvalid("The frame has no rows.", "Is it empty after a filter?")
    check_size(sum(_characters(frame[name]) for name in {text, *labels, *([pair] if pair else [])}))
    columns: dict[str, Any] = {"text": text, "label": labels if several else labels[0]}
    columns.update({role: name for role, name in (("pair", pair), ("group", group)) if name})
    values = frame[labels[0]].to_list()
    if several:
        values = from_switches({name: frame[name].to_list() for name in labels})
        task = "multi_label" if task == "auto" else task
    elif names := class_names.get(labels[0]):
        values = [value if value is None or value < 0 else names[value] for value in values]
    return LabelledTexts.of(
        frame[text].to_list(),
        values,
        pairs=frame[pair].to_list() if pair else None,
        groups=frame[group].to_list() if group else None,
        index=_index(frame),
        columns=columns,
        task=task,
        notes=notes,
    )


def both_parts(data: Any, validation: Any, **columns: Any) -> tuple[LabelledTexts, LabelledTexts | None]:
    """Return the data and the rows kept for validation, which are read by the same columns and for the same task."""
    labelled = labelled_texts(data, **columns)
    if validation is None:
        return labelled, None
    named = {role: labelled.columns.get(role) for role in ("text", "label", "pair", "group")}
    return labelled, labelled_texts(validation, **named, task=labelled.task).as_task(labelled.task)


def share_or_rows(data: Any, validation: Any, **columns: Any) -> tuple[LabelledTexts, float | LabelledTexts | None]:
    """Return the data, and what is kept for validation: a share of them as it is, or rows as :func:`both_parts`."""
    if isinstance(validation, int | float):
        return labelled_texts(data, **columns), validation
    return both_parts(data, validation, **columns)


def _chosen(
    frame: Any, text: str | None, label: str | Sequence[str] | None, pair: str | None, group: str | None
) -> tuple[str, list[str], str | None, list[str]]:
    """Return the columns of text, labels and pair, and what of it was guessed."""
    labels = [label] if isinstance(label, str) else list(label or ())
    taken = [name for name in (text, pair, *labels) if name is not None]
    for name in taken:
        named_column(frame, name)
    taken += [group] if group else []
    notes = []
    if not labels and (found := label_by_name(frame, taken)):
        labels = [found]
    if text is None:
        if pair is None and (both := guessed_pair(frame)):
            text, pair = both
            notes.append(f"The texts are pairs: columns {text!r} and {pair!r}.")
        else:
            text = guessed_text(frame, [*taken, *labels])
            notes.append(f"The texts are those of column {text!r}.")
    if not labels:
        labels = [label_by_values(frame, [*taken, text, *([pair] if pair else [])])]
    if label is None:
        notes.append(f"The labels are those of column {labels[0]!r}.")
    return text, labels, pair, notes


def check_size(size: int) -> None:
    """Refuse more text than one request holds. Raises TooLarge with both figures."""
    if size > MAX_BYTES:
        raise TooLarge(
            f"The chosen columns hold {readable_bytes(size)} of text; the limit is {readable_bytes(MAX_BYTES)}.",
            f"Take a sample, such as df.sample(frac={max(0.001, MAX_BYTES / size * 0.9):.2g}), or a shorter column.",
            limit=MAX_BYTES,
        )


def _of_pairs(data: Sequence[Any], task: str) -> LabelledTexts:
    for row, item in enumerate(data):
        if isinstance(item, str) or not hasattr(item, "__len__") or len(item) != 2:
            raise InputInvalid(f"Item {row} of the list is {str(item)[:60]!r}, not (text, label).", "Give such pairs.")
    return LabelledTexts.of([text for text, _ in data], [label for _, label in data], task=task)


def _characters(series: Any) -> int:
    import narwhals as nw

    return int(series.str.len_chars().sum() or 0) if series.dtype == nw.String else 8 * len(series)


def _index(frame: Any) -> Sequence[Any]:
    import narwhals as nw

    index = nw.maybe_get_index(frame)
    return range(len(frame)) if index is None else index.tolist()


def _index_value(value: Any) -> Any:
    """Return a value of an index as JSON can hold it; dates are written as pandas would find them again."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, list | tuple):
        return tuple(map(_index_value, value))
    return value if isinstance(value, str | int | bool) else None if is_missing(value) else _number_or_text(value)


def _number_or_text(value: Any) -> float | str:
    return value if isinstance(value, float) else str(value)


def _text(value: Any, role: str, row: Any) -> str | None:
    if is_missing(value):
        return None
    if not isinstance(value, str):
        raise InputInvalid(
            f"The {role} of row {row} is {value!r}, not a text.", f"df[column].astype(str) makes texts of a {role}."
        )
    return value
