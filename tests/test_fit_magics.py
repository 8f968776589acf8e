"""``%albert fit``, ``evaluate`` and ``runs``: a training from one line, watched or not, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from albert_widgets.magics.jobs import JobList
from albert_widgets.results import Evaluation, FitReport, JudgedRows, Runs
from tests.test_fit import bert, reviews  # noqa: F401  # a fixture
from tests.test_magics import quiet_shell, run, slip, with_magics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

    from albert_widgets.backend import Backend


@pytest.fixture
def shell(
    bert: Backend,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[InteractiveShell]:
    for made in with_magics(quiet_shell, bert, tmp_path, monkeypatch):
        made.user_ns["reviews"] = reviews()
        yield made


HOW = "--model tiny-bert --epochs 2 --learning-rate 3e-3 --batch-size 8 --precision float32 --wait"


def test_a_training_from_one_line(shell: InteractiveShell, tmp_path: Path) -> None:
    report = run(shell, f"%albert fit reviews --text review --label stars --name lined {HOW} --seed 3")
    assert isinstance(report, FitReport)
    assert (report.model, report.settings["seed"], report.settings["learning_rate"]) == ("run:lined", 3, 3e-3)
    reviews().to_csv(tmp_path / "reviews.csv", index=False)
    weighed = run(
        shell,
        f"%albert fit {tmp_path}/reviews.csv --name weighed {HOW} --class-weights negative=2 --temperature-scaling",
    )
    assert weighed.settings["class_weights"] == {"negative": 2.0}
    assert weighed.settings["temperature_scaling"] is True
    assert weighed.evaluation.calibration.temperature == pytest.approx(1, abs=0.1), "the logits have been cooled"
    assert isinstance(run(shell, "%albert runs"), Runs)
    assert run(shell, "%albert runs lined").model == "run:lined"
    rows = run(shell, "%albert runs run:lined --rows 3")
    assert isinstance(rows, JudgedRows)
    assert len(rows) == 3
    truths = run(shell, "%albert runs run:lined --rows 9 --label positive")
    assert {row.truth for row in truths.rows} == {"positive"}
    judged = run(shell, "%albert evaluate reviews --text review --label stars --model run:lined")
    assert isinstance(judged, Evaluation)
    assert judged.rows == len(reviews())
    frame = run(shell, "%albert predict --data reviews --text review --model run:lined")
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.index) == list(reviews().index)


def test_nobody_has_to_wait(shell: InteractiveShell) -> None:
    jobs: Any = run(shell, f"%albert fit reviews --name left {HOW.removesuffix('--wait')} --no-wait")
    assert isinstance(jobs, JobList)
    assert jobs[0].kind == "fit"
    assert f"%albert jobs {jobs[0].id} shows how far it is." in repr(jobs)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fit", "%albert fit needs a table."),
        ("fit reviws", "there is no variable 'reviws'"),
        ("fit reviews --text reviw", "Did you mean 'review'"),
        ("fit reviews --epochs many", "'many' is no number."),
        ("fit reviews --method lor", "Did you mean 'lora'"),
        ("fit reviews --validation 2 --no-wait", "no share of the rows"),
        ("fit reviews --class-weights =2", "is no NAME=NUMBER"),
        ("fit reviews --wait --no-wait", "does not go with"),
        ("fit reviews --learning-rate 5 --no-wait", "learning_rate=5.0 is out of range"),
        ("runs run:nothing", "There is no model 'run:nothing'"),
        ("runs --rows 5", "--rows goes with a run."),
        ("runs run:x --label a", "--label goes with --rows."),
        ("evaluate reviews", "it has no classification head"),
    ],
)
def test_slips_are_told_in_words(shell: InteractiveShell, line: str, said: str) -> None:
    assert said in slip(shell, f"%albert {line}")
