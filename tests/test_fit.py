"""Fine-tuning as a job: what it learns, and that nothing that is stopped, killed or full loses it."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from albert_widgets.backend import Backend
from albert_widgets.errors import Conflict, InputInvalid, ModelNotFound
from albert_widgets.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
QUICK: dict[str, Any] = {"epochs": 4, "learning_rate": 3e-3, "batch_size": 8, "precision": "float32"}


def reviews(count: int = 160, seed: int = 0) -> pd.DataFrame:
    """Sentences whose label hangs on one word, so that the right answer is known."""
    random = np.random.default_rng(seed)
    words = "the cat sat on mat because it was tired a dog ran fast film not very".split()
    rows = []
    for number in range(count):
        label = ("negative", "positive")[number % 2]
        text = [*random.choice(words, size=random.integers(3, 12)), ("bad", "good")[number % 2]]
        random.shuffle(text)
        rows.append({"review": " ".join(text) + f" {'!' * (number % 5)}", "stars": label})
    return pd.DataFrame(rows, index=[f"r{number}" for number in range(count)]).drop_duplicates("review")


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("bert", "distilbert", "modernbert", "classifier"):
        made.register(str(checkpoints / name), name=f"tiny-{name}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def learned(bert: Backend) -> Job:
    """A run that has ended, of which transformers' own tracker was told, too."""
    job = bert.fit(reviews(), name="learned", model="tiny-bert", report_to="tensorboard", **QUICK)
    job.result(180)
    return job


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


def steps_of(job: Job) -> int:
    return max((event.data["step"] for event in job.events(follow=False) if event.kind == "metric"), default=0)


def pid_of(job: Job) -> int:
    """The process id of a job's child, as the operating system knows it."""
    import psutil

    return next(
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if (words := process.info["cmdline"] or [])
        and "albert_widgets.backend.job_worker" in words
        and words[-1].endswith(f"/{job.id}")
    )


# --- what it learns -------------------------------------------------------------------------------


def test_a_run_learns_and_can_be_used_at_once(bert: Backend, learned: Job) -> None:
    check_learned(bert, learned, "learned")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "method", "learning_rate"), [("tiny-distilbert", "lora", 1e-2), ("tiny-modernbert", "full", 3e-3)]
)
def test_other_architectures_learn_too(bert: Backend, model: str, method: str, learning_rate: float) -> None:
    how = {**QUICK, "learning_rate": learning_rate}
    job = bert.fit(reviews(), name=f"learned-{method}", model=model, method=method, **how)
    check_learned(bert, job, f"learned-{method}")


def check_learned(bert: Backend, job: Job, name: str) -> None:
    result = job.result(180)
    assert result["model"] == f"run:{name}"
    assert result["metrics"]["accuracy"] == 1.0
    new = reviews(40, seed=9)
    frame = bert.predict(new, text="review", model=f"run:{name}")
    assert list(frame.index) == list(new.index)
    assert (frame["predicted_label"] == new["stars"]).mean() > 0.95
    info = bert.model(f"run:{name}")
    assert (info.source, info.labels, info.formats) == ("run", ("negative", "positive"), ("safetensors",))


def test_the_head_alone_leaves_the_encoder_as_it_was(bert: Backend, checkpoints: Path) -> None:
    from safetensors.numpy import load_file

    from albert_widgets import folders

    result = bert.fit(reviews(), name="head", model="tiny-bert", method="head", **QUICK).result(180)
    before = load_file(checkpoints / "bert" / "model.safetensors")
    after = load_file(folders.home() / "models" / "head" / "model.safetensors")
    for name, weights in before.items():
        if "pooler" not in name:
            np.testing.assert_array_equal(after[f"bert.{name}"], weights)
    assert result["steps"] > 0


def tagged(count: int, seed: int) -> pd.DataFrame:
    """Texts that have the labels whose words stand in them."""
    random = np.random.default_rng(seed)
    words = ["good", "sad", "tired"]
    has = random.random((count, 3)) < 0.4
    fill = random.choice("the cat sat on mat a dog ran".split(), size=(count, 4))
    texts = [
        " ".join([*fill[row], *(word for word, is_in in zip(words, has[row], strict=True) if is_in)])
        for row in range(count)
    ]
    columns = {word: has[:, at].astype(int) for at, word in enumerate(words)}
    return pd.DataFrame({"text": texts, **columns}).drop_duplicates("text")


@pytest.mark.slow
def test_many_labels_with_a_known_answer(bert: Backend) -> None:
    labels = ["good", "sad", "tired"]
    how = {**QUICK, "epochs": 12, "patience": 0}
    job = bert.fit(tagged(400, 3), text="text", label=labels, name="many", model="tiny-bert", **how)
    assert job.result(180)["metrics"]["macro_f1"] > 0.95
    new = tagged(60, 5)
    said = bert.predict(list(new["text"]), model="run:many").probabilities > 0.5
    assert (said == (new[labels] == 1).to_numpy()).mean() > 0.95
    evaluation = bert.fit_report("run:many").evaluation
    for place, label in enumerate(labels):
        for truth in (False, True):
            rows = bert.judged_rows("run:many", label=label, truth=truth, answer=True)
            assert rows.count == evaluation.confusion[place, int(truth), 1]


def test_a_number_with_a_known_answer(bert: Backend) -> None:
    random = np.random.default_rng(4)
    good = random.integers(0, 5, size=240)
    fill = random.choice("the cat sat on mat a dog ran".split(), size=(240, 5))
    texts = [" ".join([*fill[row], *["good"] * good[row]]) for row in range(240)]
    frame = pd.DataFrame({"text": texts, "score": good * 0.25}).drop_duplicates("text")
    job = bert.fit(frame, task="regression", name="number", model="tiny-bert", **{**QUICK, "epochs": 12})
    assert job.result(180)["metrics"]["r2"] > 0.8


def test_weights_of_classes_by_name(bert: Backend) -> None:
    frame = reviews()
    frame["stars"] = np.random.default_rng(0).permutation(frame["stars"].to_numpy())
    sided = bert.fit(frame, name="sided", model="tiny-bert", class_weights={"positive": 50.0}, **{**QUICK, "epochs": 1})
    sided.result(180)
    assert set(bert.predict(["the cat sat", "bad film", "a dog"], model="run:sided").labels) == {"positive"}
    with pytest.raises(InputInvalid, match="There is no label 'positiv' to weigh"):
        bert.fit(reviews(), name="odd", model="tiny-bert", class_weights={"positiv": 2.0})
    with pytest.raises(InputInvalid, match="The weight of 'positive' is -1"):
        bert.fit(reviews(), name="odd", model="tiny-bert", class_weights={"positive": -1})


@pytest.mark.usefixtures("learned")
def test_rows_keep_their_order_in_what_is_judged(bert: Backend) -> None:
    judged = bert.judged_rows("run:learned", limit=1000)
    report = bert.fit_report("run:learned")
    assert judged.count == len(judged) == report.validation_rows == report.evaluation.rows
    assert [row.truth for row in judged.rows] == reviews()["stars"].loc[judged.index].tolist()
    assert [row.text for row in judged.rows] == reviews()["review"].loc[judged.index].tolist()
    again = bert.predict([row.text for row in judged.rows], model="run:learned")
    assert again.labels == tuple(row.answer for row in judged.rows)
    np.testing.assert_allclose(again.probabilities.max(axis=1), [row.probability for row in judged.rows], atol=1e-4)
    losses = [row.loss for row in judged.rows]
    assert losses == sorted(losses, reverse=True)


def test_a_cell_of_the_confusion_leads_to_its_rows(bert: Backend) -> None:
    frame = reviews()
    frame.loc[frame.index[:30], "stars"] = "positive"
    bert.fit(frame, name="cells", model="tiny-bert", validation=0.4, **QUICK).result(180)
    evaluation = bert.fit_report("run:cells").evaluation
    names = evaluation.label_names
    for i, truth in enumerate(names):
        for j, answer in enumerate(names):
            rows = bert.judged_rows("run:cells", truth=truth, answer=answer, limit=1000)
            assert len(rows) == rows.count == evaluation.confusion[i, j]
            assert {(row.truth, row.answer) for row in rows.rows} <= {(truth, answer)}
    everything = bert.judged_rows("run:cells", answer="positive", threshold=0.0)
    assert everything.count == evaluation.rows
    with pytest.raises(InputInvalid, match="There is no label 'fine'"):
        bert.judged_rows("run:cells", truth="fine")


@pytest.mark.usefixtures("learned")
def test_the_card_and_the_facts_travel_with_the_model() -> None:
    from albert_widgets import folders

    folder = folders.home() / "models" / "learned"
    run = json.loads((folder / "albert_widgets.json").read_text(encoding="utf-8"))
    assert run["label_names"] == ["negative", "positive"]
    assert len(run["rows"]["sha256"]) == 64
    assert run["rows"]["train"] + run["rows"]["validation"] == len(reviews())
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "`tiny-bert`, fine-tuned" in card
    assert "accuracy" in card
    assert not [path for path in folder.rglob("*") if path.suffix in {".bin", ".pt", ".pkl"}]


def test_trackers_of_transformers_are_told(learned: Job) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    (said,) = [
        message for event in learned.events(follow=False) if "tensorboard" in (message := event.data.get("message", ""))
    ]
    written = EventAccumulator(said.removeprefix("tensorboard --logdir "))
    written.Reload()
    assert {"train/loss", "eval/accuracy"} <= set(written.Tags()["scalars"])


# --- what ends it ---------------------------------------------------------------------------------


def test_stop_keeps_the_best_weights(bert: Backend) -> None:
    job = bert.fit(reviews(), name="stopped", model="tiny-bert", **{**QUICK, "epochs": 500, "patience": 0})
    until(lambda: any("eval_accuracy" in event.data for event in job.events(follow=False)))
    job.stop()
    info = job.wait(120)
    assert info.state == "stopped"
    evaluations = [e.data["eval_accuracy"] for e in job.events(follow=False) if "eval_accuracy" in e.data]
    assert info.result["metrics"]["accuracy"] == pytest.approx(max(evaluations))
    assert bert.predict("the film was good", model="run:stopped").labels


def test_a_paused_run_goes_on_and_a_resting_one_can_be_stopped(bert: Backend) -> None:
    job = bert.fit(reviews(), name="rested", model="tiny-bert", **{**QUICK, "epochs": 500, "patience": 0})
    until(lambda: steps_of(job) > 5)
    job.pause()
    until(lambda: job.state == "paused")
    before = steps_of(job)
    job.resume()
    until(lambda: steps_of(job) > before + 5)
    steps = [
        event.data["step"] for event in job.events(follow=False) if event.kind == "metric" and "loss" in event.data
    ]
    assert steps == sorted(steps), "no step was done twice"
    job.pause()
    until(lambda: job.state == "paused")
    job.stop()
    assert job.wait(120).state == "stopped"
    assert bert.model("run:rested").labels == ("negative", "positive")


def test_a_resumed_run_ends_as_one_that_was_never_interrupted(bert: Backend) -> None:
    from safetensors.numpy import load_file

    from albert_widgets import folders

    how = {**QUICK, "epochs": 6, "patience": 0, "seed": 7}
    whole = bert.fit(reviews(), name="whole", model="tiny-bert", **how)
    whole.result(180)
    parted = bert.fit(reviews(), name="parted", model="tiny-bert", **how)
    for _ in range(2):
        reached = steps_of(parted)
        until(lambda: steps_of(parted) > reached + 8 or parted.info.has_ended)  # noqa: B023
        if parted.info.has_ended:
            break
        parted.pause()
        until(lambda: parted.state == "paused")
        parted.resume()
    parted.result(180)
    first, second = (load_file(folders.home() / "models" / name / "model.safetensors") for name in ("whole", "parted"))
    for name, weights in first.items():
        np.testing.assert_allclose(second[name], weights, atol=1e-5, err_msg=name)


def test_runs_queue_and_names_are_taken_at_once(bert: Backend) -> None:
    slow = bert.fit(reviews(), name="slow", model="tiny-bert", **{**QUICK, "epochs": 500, "patience": 0})
    next_ = bert.fit(reviews(), model="tiny-bert", **{**QUICK, "epochs": 1})
    until(lambda: slow.state == "running")
    assert next_.state == "queued"
    with pytest.raises(Conflict, match="There is a model run:slow already"):
        bert.fit(reviews(), name="slow", model="tiny-bert", **QUICK)
    slow.stop()
    assert next_.wait(180).state == "finished"


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"learning_rat": 1e-4}, "There is no setting 'learning_rat'.\nDid you mean 'learning_rate'"),
        ({"learning_rate": 3.0}, "learning_rate=3.0 is out of range"),
        ({"method": "qlora"}, "There is no method 'qlora'.\nChoose one of: full, lora, head"),
        ({"name": "../up"}, "cannot be a run's name"),
        ({"class_weights": "even"}, 'Write "balanced"'),
        ({"text": "revew"}, "Did you mean 'review'"),
        ({"validation": 3}, "no share of the rows"),
        ({"device": "cuda"}, "There is no device 'cuda' here"),
        ({"report_to": "tensorbord"}, "There is no tracker 'tensorbord'"),
        ({"report_to": ["clearml"]}, "pip install clearml"),
    ],
)
def test_a_slip_is_named_before_anything_starts(bert: Backend, how: dict[str, Any], message: str) -> None:
    import re

    jobs = len(bert.jobs())
    with pytest.raises(InputInvalid, match=re.escape(message)):
        bert.fit(reviews(), model="tiny-bert", **{**QUICK, **how})
    assert len(bert.jobs()) == jobs


def test_an_unknown_model_is_named(bert: Backend) -> None:
    with pytest.raises(ModelNotFound, match="Did you mean 'tiny-bert'"):
        bert.fit(reviews(), model="tiny-brt")


# --- what is killed -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_killed_job_is_interrupted_and_goes_on_from_its_checkpoint(bert: Backend) -> None:
    how = {**QUICK, "epochs": 30, "patience": 0, "checkpoint_seconds": 1.0}
    job = bert.fit(reviews(), name="killed", model="tiny-bert", **how)
    until(lambda: any(event.kind == "checkpoint" for event in job.events(follow=False)))
    os.kill(pid_of(job), signal.SIGKILL)
    until(lambda: job.state == "interrupted")
    with pytest.raises(ModelNotFound):
        bert.model("run:killed")
    job.resume()
    assert job.result(180)["model"] == "run:killed"
    assert any("Going on from step" in event.data.get("message", "") for event in job.events(follow=False))


def test_a_checkpoint_that_does_not_fit_costs_nothing(bert: Backend, tmp_path: Path) -> None:
    from albert_widgets.backend.training.trainer import WHOLE, last_checkpoint

    for number, is_whole in ((5, True), (10, True), (15, False)):
        folder = tmp_path / f"checkpoint-{number}"
        folder.mkdir()
        if is_whole:
            (folder / WHOLE).touch()
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-10")
    assert not (tmp_path / "checkpoint-15").exists()
