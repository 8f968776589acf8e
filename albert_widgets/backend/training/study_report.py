"""What is known of a study, while it runs and afterwards, and what it speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Study, Trial
from albert_widgets.results.evaluation import in_words, metric_in_words, spread_in_words

from .metrics import evaluate
from .study_files import StudyFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from albert_widgets.job import JobInfo
    from albert_widgets.results import Evaluation

WORTH = 0.005
"""What twice as many rows should bring at least, to be worth their labels: half a point of accuracy, of F1 or R²."""


FEW_STEPS = 50
"""With fewer steps than this, what a sweep finds is chance."""


def study_report(info: JobInfo, folder: Path) -> Study:
    """Return the trainings that have ended so far.

    Parameters
    ----------
    folder
        Of the job.

    Raises
    ------
    InputInvalid
        The job is no study.
    """
    if info.kind != "study":
        raise InputInvalid(f"{info.id} is a {info.kind}, no study.", "bert.jobs() lists them: %albert jobs")
    files, spec = StudyFiles(folder / "trials"), info.spec
    planned = files.planned
    trials = tuple(
        Trial(**{name: value for name, value in record.items() if name in Trial.__dataclass_fields__})
        for record in files.records()
    )
    primary = str(planned.get("primary", ""))
    return Study(
        job=info.id,
        state=info.state,
        kind=spec["study"],
        model=spec["model"],
        task=str(planned.get("task", "")),
        settings=spec["settings"],
        trials=trials,
        planned=len(planned.get("names", ())),
        primary=primary,
        evaluation=_evaluation(files, planned),
        advice=_advice(spec["study"], trials, primary, is_cut=bool((files.size() or {}).get("is_cut"))),
        notes=(*planned.get("notes", ()), *_notes(info, trials, planned.get("names", ()))),
    )


def _evaluation(files: StudyFiles, planned: dict[str, Any]) -> Evaluation | None:
    """Return how good the answers to the rows of all folds are, if there are any."""
    found = list(files.answers())
    if not found:
        return None
    targets, logits = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return evaluate(planned["task"], planned["label_names"], targets, logits)


def _notes(info: JobInfo, trials: Sequence[Trial], names: Sequence[str]) -> list[str]:
    notes = []
    how, rows = info.spec["how"], info.spec["rows"]
    if info.spec["study"] == "sweep" and trials:
        epochs = f"{trials[0].epochs:g} epoch{'s' if trials[0].epochs != 1 else ''}"
        notes.append(
            f"Each rate had {trials[0].rows:,} of {rows:,} rows and {epochs}, judged by the same "
            f"{trials[0].judged_rows:,}, to fit into {how['seconds']:g} s."
        )
    if info.spec["study"] == "cross_validate" and how["repeats"] > 1:
        notes.append(f"Each row is judged {how['repeats']} times.")
    if len(trials) < len(names) and info.has_ended:
        missing = ", ".join(names[len(trials) :][:5])
        why = f"the {how['seconds']:g} s were over" if info.state == "finished" else f"the study is {info.state}"
        notes.append(f"Not done, {why}: {missing}.")
    return notes


def _advice(study: str, trials: Sequence[Trial], primary: str, *, is_cut: bool) -> str:
    """Return what the trainings speak for; "" where they say nothing yet."""
    if len(trials) < 2 or study == "cross_validate":
        return ""
    if study == "learning_curve":
        return _size_advice(trials, primary)
    if is_cut and trials[0].steps < FEW_STEPS:
        return f"{trials[0].steps} steps for each rate are too few to tell them apart: give it more seconds."
    return _rate_advice(trials, primary)


def _rate_advice(trials: Sequence[Trial], primary: str) -> str:
    """Say which rate has the least loss; rates that were not tried are not guessed at."""
    rated = [trial for trial in trials if "loss" in trial.metrics]
    if len(rated) < 2:
        return ""
    best = min(rated, key=lambda trial: trial.metrics["loss"])
    other = max(rated, key=lambda trial: trial.metrics[primary])
    advice = f"learning_rate={best.name} has the least validation loss, {best.metrics['loss']:.3f}."
    if other.metrics[primary] > best.metrics[primary]:
        value = in_words(primary, other.metrics[primary])
        advice += f" The best {metric_in_words(primary)}, {value}, has {other.name}."
    rates = [trial.setting["learning_rate"] for trial in rated]
    if best.setting["learning_rate"] in {min(rates), max(rates)}:
        side = "larger" if best.setting["learning_rate"] == max(rates) else "smaller"
        advice += f" {best.name} is at the edge of what was tried: a {side} one may be better still."
    return advice


def _size_advice(trials: Sequence[Trial], primary: str) -> str:
    """Say whether more rows are likely to help: by what the last step brought, for each doubling, beside its noise."""
    sizes = sorted({trial.setting["share"] for trial in trials})
    if len(sizes) < 2:
        return ""
    before, last = ([trial for trial in trials if trial.setting["share"] == share] for share in sizes[-2:])
    (low, small), (high, large) = (_middle(some, primary) for some in (before, last))
    doublings = float(np.log2(large / small)) if large > small else 0.0
    if not doublings:
        return ""
    gain, noise = high - low, _noise(before, last, primary)
    name, more = metric_in_words(primary), spread_in_words(primary, abs(gain))
    points = " points" if primary == "accuracy" else ""
    went = "rose" if gain >= 0 else "fell"
    told = f"from {small:,.0f} to {large:,.0f} rows the {name} {went} by {more}{points}"
    chance = f"chance alone makes about {spread_in_words(primary, noise)}{points}"
    if gain / doublings < WORTH:
        return f"More rows are not likely to help much: {told}; {chance}."
    if gain <= noise:
        return f"More rows may help: {told}, but {chance}. repeats=3, or more rows to judge by, say more."
    return f"More rows are likely to help: {told}; {chance}."


def _middle(trials: Sequence[Trial], primary: str) -> tuple[float, float]:
    return (
        float(np.mean([trial.metrics[primary] for trial in trials])),
        float(np.mean([trial.rows for trial in trials])),
    )


def _noise(before: Sequence[Trial], last: Sequence[Trial], primary: str) -> float:
    """Return the standard error of the difference: of the repeats, or of shares of so few validation rows."""
    if min(len(before), len(last)) > 1:
        parts = [np.var([trial.metrics[primary] for trial in some], ddof=1) / len(some) for some in (before, last)]
    else:
        shares = [np.clip(some[0].metrics[primary], 0, 1) for some in (before, last)]
        parts = [share * (1 - share) / last[0].judged_rows for share in shares]
    return float(np.sqrt(sum(parts)))
