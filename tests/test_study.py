"""Several trainings as one job: what they say, which rows they see, and that what has ended is never done twice."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.error import UsageError

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.training import trials
from albert_widgets.backend.training.pace import Pace, fitted
from albert_widgets.backend.training.split import prepare
from albert_widgets.backend.training.study_report import study_report
from albert_widgets.errors import InputInvalid, JobNotFound, TaskUnsupported
from albert_widgets.fit_settings import FitSettings
from albert_widgets.job import Job, JobInfo
from albert_widgets.labelled import LabelledTexts
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.watching import measures
from tests.serving import TOKEN, serve
from tests.test_fit import pid_of, reviews, until
from tests.test_magics import quiet_shell, run, with_magics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets.results import Study

QUICK: dict[str, Any] = {"learning_rate": 3e-3, "batch_size": 8, "precision": "float32"}
SETTINGS = FitSettings.of(name="study", model="tiny")


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "bert"), name="tiny")
    yield made
    made.close()


def said(job: Job, kind: str) -> list[dict[str, Any]]:
    return [event.data for event in job.events(follow=False) if event.kind == kind]


def begun(job: Job) -> list[str]:
    """Names of the trainings that were begun, in order."""
    told = [re.fullmatch(r"Training \d+ of \d+: (.*)", data["message"]) for data in said(job, "log")]
    return [found[1] for found in told if found]


def trials_of(job: Job) -> Path:
    return folders.home() / "jobs" / job.id / "trials"


def leftovers(job: Job) -> list[Path]:
    """What a training writes on the way, and is not to stay."""
    return [path for path in trials_of(job).rglob("*") if path.is_dir() or path.suffix == ".partial"]


# --- what they say --------------------------------------------------------------------------------


def test_a_sweep_shows_the_rate_that_learns_and_applies_nothing(bert: Backend) -> None:
    models = [info.id for info in bert.models()]
    job = bert.sweep(
        reviews(), model="tiny", rates=(1e-7, 3e-3), seconds=60, batch_size=8, epochs=2, precision="float32"
    )
    result = job.result(180)
    assert (result["study"], result["trials"], result["of"]) == ("sweep", 2, 2)
    study = bert.study(job.id)
    assert study.best is not None
    assert study.best.name == "3e-3"
    assert [trial.name for trial in study.ranked()] == ["3e-3", "1e-7"]
    assert study.advice.startswith("learning_rate=3e-3 has the least validation loss")
    assert study.best.metrics["loss"] < study.trials[0].metrics["loss"]
    # The same rows for each, so that the rate is all that differs.
    assert len({(trial.rows, trial.judged_rows, trial.epochs) for trial in study.trials}) == 1
    assert list(study.to_frame()["learning_rate"]) == [3e-3, 1e-7]
    assert [info.id for info in bert.models()] == models
    assert not leftovers(job)
    progress = said(job, "progress")
    assert [data["done"] for data in progress] == sorted(data["done"] for data in progress)
    assert progress[-1]["done"] == progress[-1]["total"]
    assert {data["trial"] for data in said(job, "metric")} == {1, 2}


@pytest.mark.slow
def test_each_row_is_judged_once_by_a_model_that_has_not_seen_it(bert: Backend) -> None:
    frame = reviews()
    job = bert.cross_validate(frame, model="tiny", folds=2, epochs=10, patience=0, **QUICK)
    job.result(180)
    study = bert.study(job.id)
    assert study.evaluation is not None
    assert study.evaluation.rows == len(frame) == sum(trial.judged_rows for trial in study.trials)
    assert study.evaluation.support.tolist() == frame["stars"].value_counts()[["negative", "positive"]].tolist()
    values = [trial.metrics["accuracy"] for trial in study.trials]
    assert (study.mean, study.sd) == pytest.approx((np.mean(values), np.std(values, ddof=1)))
    assert study.mean > 0.9
    assert "± " in study.headline()
    assert not leftovers(job)


@pytest.mark.slow
def test_more_rows_help_where_they_do(bert: Backend) -> None:
    with serve(create_app(bert, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        job = client.learning_curve(reviews(300), model="tiny", validation=0.3, shares=(0.05, 1.0), epochs=4, **QUICK)
        job.result(180)
        study = client.study(job.id)
        client.close()
    few, all_ = study.trials
    assert few.rows < 20 < all_.rows
    assert few.judged_rows == all_.judged_rows
    assert all_.metrics["accuracy"] > few.metrics["accuracy"] + 0.2
    assert study.advice.startswith("More rows are likely to help: from")
    assert [(rows, round(value, 6)) for rows, value, _ in study.curve()] == [
        (trial.rows, round(trial.metrics["accuracy"], 6)) for trial in study.trials
    ]
    assert repr(study) == repr(bert.study(job.id))
    assert study._repr_html_() == bert.study(job.id)._repr_html_()
    assert study.figure().axes


# --- which rows -----------------------------------------------------------------------------------


def grouped(count: int = 120) -> LabelledTexts:
    texts = [f"text number {number // 2}" for number in range(count)]
    return LabelledTexts.of(texts, ["a" if number % 4 < 2 else "b" for number in range(count)])


def test_folds_keep_equal_texts_together_and_judge_all_rows() -> None:
    prepared = prepare(grouped(), validation=None)
    made = trials.fold_trials(prepared, SETTINGS, 4, 2, 0.2)
    assert [trial.name for trial in made[:2]] == ["fold 1, repeat 1", "fold 2, repeat 1"]
    for repeat in (made[:4], made[4:]):
        judged = [row for trial in repeat for row in trial.judged_by.index]
        assert sorted(judged) == list(range(120))
    for trial in made:
        sides = [set(rows.texts) for rows in (trial.prepared.train, trial.prepared.validation, trial.judged_by)]
        assert all(sides)
        assert len(set.union(*sides)) == sum(map(len, sides))
        assert len(trial.prepared.train) + len(trial.prepared.validation) + len(trial.judged_by) == 120
    assert [trial.judged_by.index for trial in made[:4]] != [trial.judged_by.index for trial in made[4:]]


def test_sizes_are_nested_and_keep_the_classes_in_their_share() -> None:
    texts = [f"text number {number}" for number in range(400)]
    prepared = prepare(LabelledTexts.of(texts, ["a", "b", "b", "b"] * 100), validation=0.2)
    made = trials.size_trials(prepared, SETTINGS, (1.0, 0.1, 0.5), 2)
    assert [trial.name for trial in made[:3]] == ["10 %, repeat 1", "50 %, repeat 1", "100 %, repeat 1"]
    small, half, whole = (set(trial.prepared.train.index) for trial in made[:3])
    assert small < half < whole == set(prepared.train.index)
    assert set(made[3].prepared.train.index) != small
    for trial in made:
        assert trial.prepared.validation.index == prepared.validation.index
        assert np.mean(np.asarray(trial.prepared.train.targets) == 0) == pytest.approx(0.25, abs=0.05)


def test_a_sample_keeps_the_classes_in_their_share() -> None:
    texts = [f"text number {number}" for number in range(400)]
    prepared = prepare(LabelledTexts.of(texts, ["a", "b", "b", "b"] * 100), validation=0.5)
    some = trials.sample(prepared, 40, 20, seed=1)
    assert (len(some.train), len(some.validation)) == (40, 20)
    assert np.bincount(np.asarray(some.train.targets)).tolist() == [10, 30]
    assert np.bincount(np.asarray(some.validation.targets)).tolist() == [5, 15]
    assert set(some.train.index) < set(prepared.train.index)


def test_what_fits_into_the_time_is_counted() -> None:
    prepared = prepare(LabelledTexts.of([f"text {number}" for number in range(1000)], ["a", "b"] * 500))
    rows = len(prepared.train)
    pace = Pace(row=0.01, evaluation=1.0, rest=2.0, measuring=5.0)
    few, once = fitted(pace, prepared, SETTINGS, seconds=45, trials=4)
    assert once == 1
    assert 4 * (few * pace.row + pace.rest) + pace.measuring <= 45
    assert fitted(pace, prepared, SETTINGS, seconds=90, trials=4) == (rows, 1)
    assert fitted(pace, prepared, SETTINGS, seconds=10_000, trials=4) == (rows, 3)
    with pytest.raises(InputInvalid, match=r"seconds=12 is too short for 4 rates: .* one step of each takes (\d+) s"):
        fitted(pace, prepared, SETTINGS, seconds=12, trials=4)
    with pytest.raises(InputInvalid, match=r"takes 16 s\."):
        fitted(pace, prepared, SETTINGS, seconds=12, trials=4)
    assert fitted(pace, prepared, SETTINGS, seconds=16, trials=4)[0] >= SETTINGS.rows_at_once


def told(tmp_path: Path, study: str, trials: list[dict[str, Any]], *, is_cut: bool = False) -> Study:
    """What is said of trainings that are written down."""
    (tmp_path / "trials").mkdir()
    names = [str(number) for number in range(len(trials))]
    plan = {"names": names, "primary": "accuracy", "task": "single_label", "label_names": ["a", "b"], "notes": []}
    written = {"plan": plan, "size": {"rows": 100, "epochs": 1, "is_cut": is_cut, "seconds": 1.0}}
    for number, trial in enumerate(trials, 1):
        facts = {"seconds": 1.0, "epochs": 1.0, "steps": 20, "best_step": 20, "rows": 100, "judged_rows": 1000}
        written[str(number)] = {"name": names[number - 1], **facts, **trial}
    for name, content in written.items():
        (tmp_path / "trials" / f"{name}.json").write_text(json.dumps(content))
    how = {"repeats": 1, "seconds": 60.0}
    spec = {"study": study, "model": "tiny", "settings": {}, "how": how, "rows": 1000}
    return study_report(JobInfo("study-1", "study", spec, "finished", 0.0), tmp_path)


@pytest.mark.parametrize(
    ("losses", "is_cut", "advice"),
    [
        ((0.5, 0.3, 0.4), False, "learning_rate=1 has the least validation loss, 0.300."),
        ((0.5, 0.4, 0.3), False, "2 is at the edge of what was tried: a smaller one may be better still."),
        ((0.3, 0.4, 0.5), False, "0 is at the edge of what was tried: a larger one may be better still."),
        ((0.5, 0.3, 0.4), True, "20 steps for each rate are too few to tell them apart: give it more seconds."),
    ],
)
def test_a_sweep_speaks_for_the_least_loss(
    tmp_path: Path, losses: tuple[float, ...], is_cut: bool, advice: str
) -> None:
    rates = (1e-3, 1e-4, 1e-5)
    trials = [
        {"setting": {"learning_rate": rate}, "metrics": {"loss": loss, "accuracy": 0.8}}
        for rate, loss in zip(rates, losses, strict=True)
    ]
    assert advice in told(tmp_path, "sweep", trials, is_cut=is_cut).advice


@pytest.mark.parametrize(
    ("accuracies", "advice"),
    [
        ((0.5, 0.6, 0.7), "More rows are likely to help: from 200 to 400 rows the accuracy rose by 10.0 points;"),
        ((0.5, 0.7, 0.701), "More rows are not likely to help much: from 200 to 400 rows the accuracy rose by 0.1"),
        ((0.5, 0.7, 0.65), "More rows are not likely to help much: from 200 to 400 rows the accuracy fell by 5.0"),
        ((0.5, 0.7, 0.71), "More rows may help: from 200 to 400 rows the accuracy rose by 1.0 points, but chance"),
    ],
)
def test_a_learning_curve_says_whether_more_rows_would_help(
    tmp_path: Path, accuracies: tuple[float, ...], advice: str
) -> None:
    trials = [
        {"setting": {"share": share, "repeat": 1}, "rows": int(400 * share), "metrics": {"accuracy": value}}
        for share, value in zip((0.25, 0.5, 1.0), accuracies, strict=True)
    ]
    assert told(tmp_path, "learning_curve", trials).advice.startswith(advice)


# --- what ends it ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_killed_study_goes_on_with_the_next_training_and_a_stopped_one_keeps_what_has_ended(bert: Backend) -> None:
    job = bert.learning_curve(reviews(), model="tiny", shares=(0.25, 0.5, 1.0), repeats=20, epochs=2, **QUICK)
    fit = bert.fit(reviews(), name="waits", model="tiny", epochs=1, **QUICK)
    until(lambda: len(bert.study(job.id)) >= 1)
    os.kill(pid_of(job), signal.SIGKILL)
    until(lambda: job.state == "interrupted")
    fit.result(180)
    before = bert.study(job.id)
    assert before.state == "interrupted"
    assert before.planned == 60
    written = {path: path.stat().st_mtime_ns for path in trials_of(job).glob("[0-9]*.json")}
    assert len(written) == len(before) >= 1
    job.resume()
    until(lambda: len(bert.study(job.id)) > len(before))
    job.pause()
    until(lambda: job.state == "paused")
    rested = bert.study(job.id)
    job.stop()
    info = job.wait(120)
    assert info.state == "stopped"
    assert info.result["trials"] == len(bert.study(job.id)) == len(rested) < 60
    assert {path: path.stat().st_mtime_ns for path in written} == written, "nothing is done twice"
    names = begun(job)
    assert all(names.count(trial.name) == 1 for trial in before.trials)
    assert not leftovers(job)
    assert "the study is stopped" in repr(bert.study(job.id))


@pytest.mark.slow
def test_fits_and_studies_wait_for_each_other(bert: Backend) -> None:
    slow = bert.fit(reviews(), name="slow", model="tiny", epochs=500, patience=0, **QUICK)
    job = bert.cross_validate(reviews(), model="tiny", folds=2, epochs=1, **QUICK)
    until(lambda: slow.state == "running")
    assert job.state == "queued"
    empty = bert.study(job.id)
    assert (len(empty), empty.planned, empty.evaluation) == (0, 0, None)
    assert "No training has ended yet." in repr(empty)
    assert "No training has ended yet." in empty._repr_html_()
    job.stop()
    assert (job.state, job.info.result) == ("stopped", None)
    slow.stop()
    assert slow.wait(180).state == "stopped"


def test_a_time_that_is_too_short_says_what_it_would_take(bert: Backend) -> None:
    job = bert.sweep(reviews(), model="tiny", seconds=1, batch_size=8, precision="float32")
    with pytest.raises(InputInvalid, match=r"seconds=1 is too short for 4 rates.* takes \d+ s\.\nseconds=\d+"):
        job.result(120)
    assert not leftovers(job)


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "how", "message"),
    [
        ("sweep", {"rates": (1e-4,)}, "a sweep compares 2 to 10 different ones"),
        ("sweep", {"rates": (1e-4, 1e-4)}, "a sweep compares 2 to 10 different ones"),
        ("sweep", {"rates": (1e-4, 3.0)}, "rates: 3.0 is out of range"),
        ("sweep", {"learning_rate": 1e-4}, "A sweep tries several learning rates.\nrates=(…, 0.0001)"),
        ("sweep", {"seconds": 0}, "seconds=0 is out of range"),
        ("sweep", {"rows": 1}, "rows=1 is out of range"),
        ("sweep", {"name": "best"}, "A study makes no model"),
        ("cross_validate", {"folds": 1}, "folds: 1 is too few"),
        ("cross_validate", {"folds": 90}, "folds=90 is more than the"),
        ("cross_validate", {"repeats": 21}, "repeats=21 with 5 folds is out of range.\nChoose 1 to 20"),
        ("cross_validate", {"validation": reviews(20)}, "A cross-validation judges by its folds"),
        ("learning_curve", {"shares": (0.5, 1.5)}, "shares: 1.5 is no share of the rows"),
        ("learning_curve", {"shares": (0.5, 0.5)}, "shares: 1 is too few"),
        ("learning_curve", {"shares": (0.001, 1)}, "is less than 2 rows.\nThe smallest that makes sense here: 0.02"),
        ("learning_curve", {"epoch": 2}, "There is no setting 'epoch'.\nDid you mean 'epochs'"),
        ("learning_curve", {"text": "revew"}, "Did you mean 'review'"),
    ],
)
def test_a_slip_is_named_before_anything_starts(bert: Backend, method: str, how: dict[str, Any], message: str) -> None:
    jobs = len(bert.jobs())
    with pytest.raises(InputInvalid, match=re.escape(message)):
        getattr(bert, method)(reviews(), model="tiny", **how)
    assert len(bert.jobs()) == jobs


def test_only_studies_can_be_asked_for(bert: Backend) -> None:
    with pytest.raises(JobNotFound):
        bert.study("study-999")
    job = bert.fit(reviews(), name="a-fit", model="tiny", epochs=1, **QUICK)
    with pytest.raises(InputInvalid, match=f"{job.id} is a fit, no study"):
        bert.study(job.id)
    job.stop()
    frame = pd.DataFrame({"text": ["a long text about cats"] * 3, "summary": ["cats of all kinds and sizes"] * 3})
    with pytest.raises(TaskUnsupported, match="There are no studies of summaries"):
        bert.sweep(frame, model="tiny", label="summary", task="summary")


# --- from a notebook ------------------------------------------------------------------------------


@pytest.fixture
def shell(bert: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    yield from with_magics(quiet_shell, bert, tmp_path, monkeypatch)


@pytest.mark.slow
def test_a_line_begins_a_study_and_shows_it(shell: Any, bert: Backend) -> None:
    shell.push({"films": reviews()})
    (info,) = run(shell, "%albert study folds films --folds 40 --epochs 1 --model tiny")
    assert (info.kind, info.spec["how"]["folds"], info.spec["settings"]["epochs"]) == ("study", 40, 1.0)
    assert "cross validate tiny" in repr(run(shell, f"%albert jobs {info.id} --stop"))
    assert run(shell, f"%albert study {info.id}").job == info.id
    bert.job(info.id).wait(60)
    how = "--shares 0.5,1 --epochs 1 --batch-size 8 --model tiny --precision float32"
    study = run(shell, f"s = %albert study sizes films {how} --wait\ns")
    assert [trial.name for trial in study.trials] == ["50 %", "100 %"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Which study?\n%albert study sweep|folds|sizes NAME"),
        ("swep films", "There is no study 'swep'.\nDid you mean 'sweep'"),
        ("sweep", "%albert study needs a table"),
        ("sweep films --folds 3", "--folds does not go with sweep.\nIt goes with folds."),
        ("sizes films --shares half", "--shares: 'half' is no number."),
        ("sizes films --model tiny --shares 0.5", "shares: 1 is too few"),
    ],
)
def test_a_slip_in_a_line_says_what_to_type(shell: Any, line: str, message: str) -> None:
    shell.push({"films": reviews()})
    with pytest.raises(UsageError, match=re.escape(message)):
        run(shell, f"%albert study {line}")


def test_the_line_of_a_waiting_cell_says_which_training_it_is() -> None:
    assert measures({"eval_accuracy": 0.5, "trial": 2}) == "training 2: accuracy 0.500"
    assert measures({"loss": 0.5, "trial": 2}) == ""
