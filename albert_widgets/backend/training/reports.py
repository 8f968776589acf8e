"""What is known of finished runs: read from the model's folder, and the rows from that of its job."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from scipy import special

from albert_widgets.errors import InputInvalid
from albert_widgets.labels import SUMMARIES, joined
from albert_widgets.results import FitReport, JudgedRow, JudgedRows

from .metrics import evaluate
from .publish import JUDGED, RUN, VALIDATION

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from albert_widgets.backend.catalog import Entry

MOST_ROWS = 1_000
"""Rows of one answer."""


@dataclass(frozen=True)
class Wanted:
    """Which rows are asked for; None asks for all."""

    label: str | None
    truth: str | bool | None
    answer: str | bool | None
    threshold: float


def is_run(entry: Entry) -> bool:
    """Say whether a model was made by a training of ours."""
    return (entry.folder / RUN).is_file()


def fit_report(entry: Entry) -> FitReport:
    """Return the report of a run. Raises InputInvalid where a model is none."""
    run, found = _run(entry), _judged(entry)
    names = tuple(run["label_names"])
    return FitReport(
        model=entry.info.id,
        base=run["settings"]["model"],
        job=run["job"],
        created=run["created"],
        seconds=run["seconds"],
        settings=run["settings"],
        task=run["task"],
        label_names=names,
        train_rows=run["rows"]["train"],
        validation_rows=run["rows"]["validation"],
        sha256=run["rows"]["sha256"],
        steps=run["steps"],
        best_step=run["best_step"],
        epochs=run["epochs"],
        metrics=run["metrics"],
        primary=run["primary"],
        history=tuple(run["history"]),
        evaluation=evaluate(run["task"], names, found["targets"], found["logits"]) if "logits" in found else None,
        versions=run["versions"],
    )


def judged_rows(
    entry: Entry,
    jobs: Path,
    wanted: Wanted,
    *,
    limit: int = 50,
) -> JudgedRows:
    """Return validation rows of a run; see :meth:`Learner.judged_rows`.

    Parameters
    ----------
    jobs
        Folder of all jobs.

    Raises
    ------
    InputInvalid
        No run, no rows of it on this machine, or a label that it does not know.
    """
    run, found = _run(entry), _judged(entry)
    try:
        rows = json.loads((jobs / run["job"] / JUDGED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputInvalid(
            f"The rows of {entry.info.id} are not on this machine any more: job {run['job']} is gone.",
            "Its figures are: bert.fit_report(…).",
        ) from None
    if not 1 <= limit <= MOST_ROWS:
        raise InputInvalid(f"limit={limit} is out of range.", f"Choose 1 to {MOST_ROWS:,}.")
    names = tuple(run["label_names"])
    if not found:
        raise InputInvalid(f"{entry.info.id} has no answers to its rows.", "Fit it again.")
    of_labels = {"single_label": _classes, "multi_label": _labels, "regression": _numbers}
    judge = {**of_labels, **dict.fromkeys(SUMMARIES, _summaries)}
    is_chosen, said, probabilities, losses = judge[run["task"]](names, {**rows, **found}, wanted)
    order = [int(row) for row in np.argsort(-losses, kind="stable") if is_chosen[row]]
    pairs = rows["pairs"]
    made = [
        JudgedRow(
            _index(rows["index"][row]),
            rows["texts"][row],
            pairs[row] if pairs else None,
            said[row][0],
            said[row][1],
            float(probabilities[row]),
            float(losses[row]),
        )
        for row in order[:limit]
    ]
    return JudgedRows(entry.info.id, tuple(made), len(order))


# Whether each row is asked for, its truth and answer in words, the answer's probability, the row's loss.
Judged = tuple["NDArray[np.bool_]", list[tuple[str, str]], "NDArray[np.float64]", "NDArray[np.float64]"]


def _classes(names: tuple[str, ...], kept: dict[str, Any], wanted: Wanted) -> Judged:
    targets, logits = kept["targets"], kept["logits"]
    probabilities = special.softmax(logits.astype(np.float64), axis=1)
    if len(names) == 2:
        best = (probabilities[:, 1] > wanted.threshold).astype(np.int64)
    else:
        best = probabilities.argmax(axis=1)
    is_chosen = np.ones(len(targets), np.bool_)
    for name, given in ((wanted.label, targets), (wanted.truth, targets), (wanted.answer, best)):
        if name is not None:
            is_chosen &= given == _place(names, name)
    rows = np.arange(len(targets))
    losses = -np.log(np.maximum(probabilities[rows, targets], 1e-12))
    said = [(names[true], names[told]) for true, told in zip(targets, best, strict=True)]
    return is_chosen, said, probabilities[rows, best], losses


def _labels(names: tuple[str, ...], kept: dict[str, Any], wanted: Wanted) -> Judged:
    targets, logits = kept["targets"], kept["logits"]
    probabilities = special.expit(logits.astype(np.float64))
    has, told = targets > 0, probabilities > wanted.threshold
    is_chosen = np.ones(len(targets), np.bool_)
    sure = np.where(told, probabilities, 1 - probabilities)
    right = np.where(has, probabilities, 1 - probabilities)
    losses = -np.log(np.maximum(right, 1e-12))
    if wanted.label is not None:
        place = _place(names, wanted.label)
        for is_wanted, given in ((wanted.truth, has), (wanted.answer, told)):
            if is_wanted is not None:
                is_chosen &= given[:, place] == bool(is_wanted)
        sure, losses = sure[:, place], losses[:, place]
    else:
        sure, losses = sure.min(axis=1), losses.mean(axis=1)
    said = [(joined(names, true), joined(names, answered)) for true, answered in zip(has, told, strict=True)]
    return is_chosen, said, sure, losses


def _numbers(_names: tuple[str, ...], kept: dict[str, Any], _wanted: Wanted) -> Judged:
    targets, logits = kept["targets"], kept["logits"]
    values = logits.reshape(len(targets)).astype(np.float64)
    said = [(f"{true:.4g}", f"{told:.4g}") for true, told in zip(targets, values, strict=True)]
    return np.ones(len(targets), np.bool_), said, np.zeros(len(targets)), (values - targets) ** 2


def _summaries(_names: tuple[str, ...], kept: dict[str, Any], _wanted: Wanted) -> Judged:
    said, count = list(zip(kept["truths"], kept["answers"], strict=True)), len(kept["answers"])
    # Of the three measures, ROUGE-L is the last.
    return np.ones(count, np.bool_), said, np.zeros(count), 1 - kept["rouge"][:, -1].astype(np.float64)


def _place(names: tuple[str, ...], label: str | bool) -> int:
    if label not in names:
        raise InputInvalid(f"There is no label {label!r}.", f"There are: {', '.join(names[:20])}.")
    return names.index(str(label))


def _index(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _run(entry: Entry) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((entry.folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputInvalid(
            f"{entry.info.id} was not trained here, so there is no report of it.", "bert.runs() lists those that were."
        ) from None
    return found


def _judged(entry: Entry) -> dict[str, NDArray[Any]]:
    """Return the figures of the validation rows by name; none if they are not there."""
    try:
        found: dict[str, NDArray[Any]] = load_file(entry.folder / VALIDATION)
    except (OSError, SafetensorError):
        return {}
    return found
