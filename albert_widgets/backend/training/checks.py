"""What is wrong with labelled texts, or should be known of them, before anything is trained; each with what to type."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.results.findings import LEVELS, MAX_ROWS, Finding

from .folds import same_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from albert_widgets.labelled import LabelledTexts

FEW_ROWS = 20
MANY_CLASSES = 1000
UNEVEN = 10
"""So many times more rows in the largest class than in the smallest are worth a warning."""
NAMED = 5
"""Classes that a message names; the others are counted."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def check(
    data: LabelledTexts, *, validation: LabelledTexts | None = None, drop_incomplete: bool = False
) -> tuple[Finding, ...]:
    """Return what there is to know of ``data``, errors first.

    Parameters
    ----------
    validation
        The validation's own rows, if they are given.
    drop_incomplete
        Rows without a text or a label will be left out, so they are no error.
    """
    found = [*_incomplete(data, drop_incomplete), *_unreadable(data)]
    whole = complete(data)
    if len(whole):
        found += [*_amount(whole), *_duplicates(whole)]
        if data.task in {"single_label", "multi_label"}:
            found += [*_classes(whole), *_spelling(whole)]
        elif data.task == "regression":
            found += _numbers(whole)
        elif data.task == "extract":
            found += _sentences(whole)
    if validation is not None:
        inside = [*_incomplete(validation, drop_incomplete), *_unreadable(validation)]
        found += [Finding(**{**vars(one), "message": f"In the validation: {one.message}"}) for one in inside]
        found += _across(whole, complete(validation))
    return by_level(found)


def by_level(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return errors first, then warnings, then notes."""
    return tuple(sorted(findings, key=lambda one: LEVELS.index(one.level)))


def complete(data: LabelledTexts) -> LabelledTexts:
    """Return the rows that have a text, a label and, where there are pairs, a pair."""
    return data.take(
        row
        for row, (text, label) in enumerate(zip(data.texts, data.labels, strict=True))
        if text is not None and label is not None and (data.pairs is None or data.pairs[row] is not None)
    )


def refuse(findings: Iterable[Finding]) -> None:
    """Raise all errors among ``findings`` as one. Raises InputInvalid."""
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise InputInvalid(
            " ".join(error.message for error in errors),
            " ".join(dict.fromkeys(error.hint for error in errors if error.hint)),
            findings=[{**vars(error), "rows": list(error.rows)} for error in errors],
        )


def finding(
    data: LabelledTexts, code: str, message: str, *, rows: Sequence[int], hint: str = "", level: str = "warning"
) -> Finding:
    """Return a finding about some rows, by number from 0."""
    return Finding(code, level, message, hint, len(rows), tuple(data.index[row] for row in rows[:MAX_ROWS]))


def rows_have(count: int, singular: str = "row has", plural: str = "rows have") -> str:
    """Return a count with its words: ``"1 row has"``, ``"3,000 rows have"``."""
    return f"{count:,} {singular if count == 1 else plural}"


def _incomplete(data: LabelledTexts, is_dropped: bool) -> Iterator[Finding]:
    roles = [("text", data.texts, "no text (missing or empty)"), ("label", data.labels, "no label")]
    if data.pairs is not None:
        roles.append(("pair", data.pairs, "no second text (missing or empty)"))
    for role, values, lack in roles:
        rows = [row for row, value in enumerate(values) if value is None]
        if rows and is_dropped:
            message = f"{rows_have(len(rows))} {lack} and {'is' if len(rows) == 1 else 'are'} left out."
            yield finding(data, f"missing_{role}", message, rows=rows)
        elif rows:
            column = data.columns.get(role, role)
            hint = f"df.dropna(subset={column if isinstance(column, list) else [column]!r}), or drop_incomplete=True."
            yield finding(
                data, f"missing_{role}", f"{rows_have(len(rows))} {lack}.", rows=rows, hint=hint, level="error"
            )
    if not len(complete(data)):
        yield Finding("no_rows", "error", "No row has both a text and a label.", "Are these the right columns?")


def _unreadable(data: LabelledTexts) -> Iterator[Finding]:
    rows = [row for row, text in enumerate(data.texts) if text is not None and _SURROGATE.search(text)]
    if rows:
        message = f"{rows_have(len(rows))} a lone surrogate in the text: half of a character that was cut in two."
        hint = "text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace') mends it."
        yield finding(data, "lone_surrogate", message, rows=rows, hint=hint, level="error")


def _amount(data: LabelledTexts) -> Iterator[Finding]:
    if len(data) < FEW_ROWS:
        message = f"There {'is' if len(data) == 1 else 'are'} only {len(data)} complete row{'s'[: len(data) > 1]}."
        yield Finding("few_rows", "warning", message, "Figures from so few say little.", len(data))
    if data.groups is not None and len(set(data.groups)) == 1:
        yield Finding(
            "one_group",
            "error",
            f"All rows are of one group, {data.groups[0]!r}, so none can be kept for the validation.",
            "Name another group column, or leave it out.",
            len(data),
        )


def _classes(data: LabelledTexts) -> Iterator[Finding]:
    rows_of: dict[str, list[int]] = {name: [] for name in data.label_names}
    for row, label in enumerate(data.labels):
        for name in label if data.task == "multi_label" else [label]:
            rows_of[name].append(row)
    counts = {name: len(rows) for name, rows in rows_of.items()}
    if data.task == "multi_label":
        yield from _labels_of_many(data, counts)
    elif len(counts) == 1:
        (name,) = counts
        message = f"All {len(data):,} rows have the label {name!r}; there is nothing to tell apart."
        yield Finding("one_class", "error", message, "Add rows of another class, or name another label column.", 1)
    if len(counts) > MANY_CLASSES or (len(counts) > FEW_ROWS and len(counts) > len(data) / 2):
        per_class = len(data) / len(counts)
        level = "error" if per_class < FEW_ROWS / 2 else "warning"
        message = (
            f"There are {len(counts):,} classes for {len(data):,} rows. Is {_label_column(data)} an id or free text?"
        )
        hint = "Name another label column"
        is_number = all(re.fullmatch(r"-?\d+", name) for name in counts)
        hint += ', or task="regression" if it is an amount.' if is_number else "."
        yield Finding("many_classes", level, message, hint, len(counts))
        return
    alone = [name for name, count in counts.items() if count == 1]
    if alone and len(counts) > 1:
        message = f"{rows_have(len(alone), 'class has', 'classes have')} one row only: {_named(alone)}."
        hint = "Such a row is trained on, never tested. Add rows, join classes, or leave it out."
        yield Finding(
            "rare_class",
            "warning",
            message,
            hint,
            len(alone),
            tuple(data.index[rows_of[n][0]] for n in alone[:MAX_ROWS]),
        )
    most, least = max(counts, key=lambda n: counts[n]), min(counts, key=lambda n: counts[n])
    if counts[most] > UNEVEN * max(counts[least], 1) and data.task == "single_label":
        message = f"{most!r} has {counts[most]:,} rows, {least!r} only {counts[least]:,}."
        hint = 'class_weights="balanced" makes up for it; look at macro F1, not at accuracy.'
        yield Finding("imbalance", "warning", message, hint, len(counts))


def _labels_of_many(data: LabelledTexts, counts: dict[str, int]) -> Iterator[Finding]:
    """Yield what is peculiar to texts with several labels."""
    same = [name for name, count in counts.items() if count in {0, len(data)}]
    if len(same) == len(counts):
        message = "No label tells the rows apart: each is there always or never." if counts else "No row has any label."
        yield Finding("one_class", "error", message, "Are these the right label columns?", len(same))
    elif same:
        message = f"{rows_have(len(same), 'label is', 'labels are')} there in every row or in none: {_named(same)}."
        yield Finding(
            "constant_label", "warning", message, "Nothing can be learned of them; leave them out.", len(same)
        )
    bare = [row for row, label in enumerate(data.labels) if not label]
    if bare and counts:
        message = f"{rows_have(len(bare))} none of the labels."
        yield finding(
            data, "no_label_applies", message, rows=bare, hint="They are taken as examples of none.", level="note"
        )


def _spelling(data: LabelledTexts) -> Iterator[Finding]:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in data.label_names:
        alike[" ".join(name.split()).casefold()].append(name)
    several = [names for names in alike.values() if len(names) > 1]
    if not several:
        return
    uses = Counter(name for label in data.labels for name in (label if data.task == "multi_label" else [label]))
    odd = {name for names in several for name in names if name != max(names, key=lambda n: uses[n])}
    rows = [
        row
        for row, label in enumerate(data.labels)
        if not odd.isdisjoint(label if data.task == "multi_label" else [label])
    ]
    shown = "; ".join(" and ".join(map(repr, names)) for names in several[:NAMED])
    column = data.columns.get("label", "label")
    hint = f"df[{column!r}] = df[{column!r}].str.strip().str.lower() makes them one."
    yield finding(data, "label_spelling", f"Labels differ by case or spaces only: {shown}.", rows=rows, hint=hint)


def _numbers(data: LabelledTexts) -> Iterator[Finding]:
    endless = [row for row, value in enumerate(data.labels) if not isfinite(value)]
    if endless:
        message = f"{rows_have(len(endless))} an infinite number as label."
        hint = "Leave them out, or set a bound: df[column].clip(…)."
        yield finding(data, "infinite_label", message, rows=endless, hint=hint, level="error")
    if len(set(data.labels)) == 1:
        message = f"All {len(data):,} rows have the value {data.labels[0]:g}; there is nothing to learn."
        yield Finding("one_value", "error", message, "Name another label column.", len(data))


def _sentences(data: LabelledTexts) -> Iterator[Finding]:
    rows = [row for row, text in enumerate(data.texts) if not any(map(str.isalnum, text or ""))]
    if rows:
        message = f"{rows_have(len(rows))} no sentence: there is no letter or digit in the text."
        yield finding(data, "no_sentence", message, rows=rows, hint="Leave them out.", level="error")


def _duplicates(data: LabelledTexts) -> Iterator[Finding]:
    alike = [rows for rows in _rows_by_text(data).values() if len(rows) > 1]
    fighting = [row for rows in alike if len({data.labels[row] for row in rows}) > 1 for row in rows]
    if fighting:
        message = f"{rows_have(len(fighting))} a text that occurs with another label, too."
        yield finding(data, "conflicting_duplicates", message, rows=fighting, hint="Decide which label is right.")
    again = [row for rows in alike for row in rows[1:]]
    if again:
        message = f"{rows_have(len(again), 'row repeats', 'rows repeat')} the text of another, case and spaces aside."
        hint = "Equal texts stay on one side of the split."
        yield finding(data, "duplicates", message, rows=sorted(again), hint=hint)


def _across(data: LabelledTexts, validation: LabelledTexts) -> Iterator[Finding]:
    if not len(validation) or not len(data):
        return
    known = _rows_by_text(data)
    rows = [row for text, rows in _rows_by_text(validation).items() if text in known for row in rows]
    if rows:
        shared = "row of the validation is", "rows of the validation are"
        message = f"{rows_have(len(rows), *shared)} in the training, too."
        hint = "Take them out of the training, or the validation praises what was learned by heart."
        yield finding(validation, "leak", message, rows=sorted(rows), hint=hint)
    if unseen := sorted(set(validation.label_names) - set(data.label_names)):
        message = f"The validation has labels that no training row has: {_named(unseen)}."
        yield Finding("unseen_label", "error", message, "Are they spelled alike?", len(unseen))


def _rows_by_text(data: LabelledTexts) -> dict[str, list[int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(data.texts):
        rows[same_text(text, data.pairs[row] if data.pairs else None)].append(row)
    return rows


def _label_column(data: LabelledTexts) -> Any:
    column = data.columns.get("label")
    return f"column {column!r}" if isinstance(column, str) else "the label"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(map(repr, names[:NAMED])) + more
