"""The instant baseline finds what is in the data, says how sure it is, and names the labels that look wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from albert_widgets.backend import Backend
from albert_widgets.backend.training import features as features_module
from albert_widgets.backend.training.baseline import baseline
from albert_widgets.backend.training.features import features
from albert_widgets.backend.training.heads import fit_head
from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.labelled import LabelledTexts, labelled_texts
from albert_widgets.results import BaselineReport
from albert_widgets.samples import REVIEWS
from tests.test_magics import quiet_shell, run, slip, with_magics

ANIMALS = ["cat", "dog", "horse", "sheep", "cow", "rabbit", "goat", "mouse", "bear", "fox", "wolf", "lion"]
METALS = ["iron", "copper", "zinc", "silver", "gold", "tin", "lead", "nickel", "steel", "bronze", "brass", "titanium"]
SAYINGS = ["The {} is what I think of.", "Tell me about the {}.", "Here is a picture of the {}.", "A {}, of course."]


def rows_of(words: list[str], label: Any) -> list[tuple[str, Any]]:
    return [(saying.format(word), label) for word in words for saying in SAYINGS]


@pytest.fixture(scope="module")
def kinds() -> list[tuple[str, str]]:
    return [*rows_of(ANIMALS, "animal"), *rows_of(METALS, "metal")]


@pytest.fixture(scope="module")
def report(backend: Backend, kinds: list[tuple[str, str]]) -> BaselineReport:
    """Of 96 texts, 6 of them with the other label."""
    wrong = {3, 17, 40, 55, 70, 90}
    other = {"animal": "metal", "metal": "animal"}
    frame = pd.DataFrame(
        [(text, other[label] if row in wrong else label) for row, (text, label) in enumerate(kinds)],
        columns=["text", "label"],
        index=[f"row-{row}" for row in range(len(kinds))],
    )
    return backend.baseline(frame)


def test_what_can_be_told_apart_is_told_apart(report: BaselineReport) -> None:
    assert report.mean > 0.85
    assert report.scores.shape == (5,)
    assert report.evaluation.rows == report.rows == 96
    assert report.evaluation.confusion.sum() == 96


def test_wrong_labels_come_first_with_the_users_own_rows(report: BaselineReport) -> None:
    first = [one.row for one in report.doubtful[:6]]
    wrong = {f"row-{row}" for row in (3, 17, 40, 55, 70, 90)}
    assert len(wrong & set(first)) >= 5, first
    assert all(one.suggested != one.given and 0.5 < one.doubt <= 1 for one in report.doubtful[:6])
    assert report.to_frame()["row"].tolist() == [one.row for one in report.doubtful]


def test_labels_that_mean_nothing_are_not_learned(backend: Backend, kinds: list[tuple[str, str]]) -> None:
    mixed = np.random.default_rng(0).permutation([label for _, label in kinds])
    made = backend.baseline(list(zip([text for text, _ in kinds], mixed)))
    assert 0.3 < made.mean < 0.7


def test_the_same_seed_gives_the_same_figures(backend: Backend, kinds: list[tuple[str, str]]) -> None:
    one, same, other = (backend.baseline(kinds[::2], seed=seed) for seed in (1, 1, 2))
    assert one.scores.tolist() == same.scores.tolist()
    assert one.evaluation.metrics == same.evaluation.metrics
    assert one.evaluation.metrics["log_loss"] != other.evaluation.metrics["log_loss"]


def test_several_labels_with_a_known_answer(backend: Backend) -> None:
    words = [(animal, metal) for animal in ANIMALS[:6] for metal in METALS[:6]]
    texts = [f"The {a} and the {m}." for a, m in words] + [f"Only the {a}." for a in ANIMALS] + ["Nothing at all."] * 1
    frame = pd.DataFrame({"text": texts, "animal": [1] * 36 + [1] * 12 + [0], "metal": [1] * 36 + [0] * 13})
    frame = pd.concat([frame, pd.DataFrame({"text": [f"Only {m}." for m in METALS], "animal": 0, "metal": 1})])
    made = backend.baseline(frame, label=["animal", "metal"])
    assert made.evaluation.task == "multi_label"
    assert made.evaluation.metrics["mean_average_precision"] > 0.9
    assert made.evaluation.confusion.shape == (2, 2, 2)
    assert len(made.evaluation.curves) == 2


def test_a_regression_with_a_known_answer(backend: Backend) -> None:
    how = {"terrible": 0.5, "bad": 1.5, "mediocre": 2.5, "decent": 3.25, "good": 4.0, "excellent": 5.0}
    things = ["film", "book", "play", "meal", "hotel", "song", "game", "car", "trip", "phone"]
    rows = [(f"This {thing} was {word}.", value) for thing in things for word, value in how.items()]
    made = backend.baseline(rows, validation=[("That soup was terrible.", 0.5), ("That soup was excellent.", 5.0)])
    assert made.evaluation.task == "regression"
    assert made.evaluation.metrics["r2"] > 0.8
    assert made.held_out is not None
    low, high = made.held_out.points[:, 1]
    assert low < 2 < 3.5 < high


def test_a_number_that_is_far_off_is_doubtful(backend: Backend) -> None:
    how = {"terrible": 0.5, "bad": 1.5, "decent": 3.25, "good": 4.0, "excellent": 5.0}
    rows = [(f"This {thing} was {word}.", value) for thing in ANIMALS for word, value in how.items()]
    rows[7] = (rows[7][0], 50.5)
    made = backend.baseline(rows)
    assert (made.doubtful[0].row, made.doubtful[0].given) == (7, "50.5")


def test_pairs_say_whether_two_texts_are_alike(backend: Backend) -> None:
    words = ANIMALS + METALS
    rows = [
        {"sentence1": f"I saw the {a}.", "sentence2": f"The {b} was there.", "label": int(a == b)}
        for at, a in enumerate(words)
        for b in (a, words[(at + 7) % len(words)])
    ]
    made = backend.baseline(pd.DataFrame(rows))
    assert made.check.columns["pair"] == "sentence2"
    assert made.mean > 0.8


def test_more_rows_than_are_needed_are_drawn_from(backend: Backend, kinds: list[tuple[str, str]]) -> None:
    with backend._pool.use("starter") as loaded:
        made = baseline(loaded, labelled_texts(kinds), max_rows=40, folds=2)
    assert made.rows == 40
    assert "40 of 96 rows, drawn at random" in made.notes


def test_the_work_is_told_and_can_be_stopped(backend: Backend, kinds: list[tuple[str, str]]) -> None:
    told: list[tuple[int, int]] = []
    long = [(text * 12, label) for text, label in kinds]
    with backend._pool.use("starter") as loaded:
        baseline(loaded, labelled_texts(long), folds=2, watch=lambda done, total: told.append((done, total)))
        assert told[-1] == (96, 96)
        assert len(told) > 2
        assert [done for done, _ in told] == sorted(done for done, _ in told)

        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            baseline(loaded, labelled_texts(long), watch=stop)
    assert backend.embed("still there").vectors.shape == (1, 384)


def test_bfloat16_says_what_float32_says(
    backend: Backend, kinds: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [text for text, _ in kinds]
    with backend._pool.use("starter") as loaded:
        vectors = {}
        for is_faster in (False, True):
            monkeypatch.setattr(features_module, "is_bfloat16_faster", lambda answer=is_faster: answer)
            made, cut, precision = features(loaded, texts)
            assert precision == ("bfloat16" if is_faster else "float32")
            vectors[is_faster] = made
        assert next(loaded.engine.encoder.parameters()).dtype == torch.float32, "the shared model is left as it was"
    assert not cut.any()
    cosine = (vectors[False] * vectors[True]).sum(axis=1) / 4
    assert cosine.min() > 0.999


def test_a_class_that_a_fold_lacks_is_no_trouble() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    vectors[:20] += 2
    logits = fit_head("single_label", vectors, np.repeat([0, 2], 20), 3, 0.1)(vectors)
    assert logits.shape == (40, 3)
    assert set(logits.argmax(axis=1)) == {0, 2}


@pytest.mark.parametrize(
    ("data", "given", "error", "message"),
    [
        ([("a", "x"), ("b", None)], {}, InputInvalid, "1 row has no label."),
        ([("a", "x"), ("b", "x")], {}, InputInvalid, "nothing to tell apart"),
        ([("a", "x"), ("b", "y")], {"folds": 1}, InputInvalid, "folds=1 is too few"),
        ([("same", "x"), ("same", "y")], {}, InputInvalid, "too few to be parted"),
        ([("a", "x")], {"task": "summary"}, TaskUnsupported, "no baseline for summaries"),
    ],
)
def test_what_cannot_be_done_is_said(
    backend: Backend, data: Any, given: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        backend.baseline(data, **given)


def test_a_report_shows_check_figure_confusion_and_doubts(backend: Backend) -> None:
    rows = [(text.replace("film", "<b>film</b>"), label) for text, label in zip(*_sample())]
    made = backend.baseline(rows)
    html, text = made._repr_html_(), repr(made)
    for said in (made.check.headline(), made.headline(), made.evaluation.headline()):
        assert said in text
    assert "<b>film" not in html
    assert "&lt;b&gt;film" in html
    assert made.headline().startswith("baseline ")
    assert len(html) < 20_000


def _sample() -> tuple[tuple[str, ...], tuple[Any, ...]]:
    made = labelled_texts(REVIEWS)
    assert isinstance(made, LabelledTexts)
    return tuple(text or "" for text in made.texts), made.labels


# --- the magic ----------------------------------------------------------------------------------


@pytest.fixture
def shell(backend: Backend, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    yield from with_magics(quiet_shell, backend, tmp_path, monkeypatch)


def test_the_magic_takes_frames_files_and_lists(shell: InteractiveShell, kinds: list[tuple[str, str]]) -> None:
    shell.user_ns["kinds"] = kinds[::4]
    shell.user_ns["frame"] = pd.DataFrame(kinds[::4], columns=["what it says", "label"])
    assert run(shell, "%albert baseline kinds --folds 2").rows == 24
    assert run(shell, '%albert baseline --data frame --text "what it says" --label label --folds 2').rows == 24
    made = run(shell, f"%albert baseline {REVIEWS} --check")
    assert made.headline().startswith("data ✓ 134 rows · 2 labels (50 % / 50 %)")
    assert run(shell, "%albert baseline --data kinds --validation kinds --check").findings[0].code == "leak"


def test_slips_of_the_magic_are_told_in_words(shell: InteractiveShell) -> None:
    shell.user_ns["frame"] = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})
    assert "%albert baseline needs a table." in slip(shell, "%albert baseline")
    assert "Two tables: frame and --data frame." in slip(shell, "%albert baseline frame --data frame")
    assert "Did you mean 'text'?" in slip(shell, "%albert baseline --data frame --text txt")
    assert "there is no variable 'fram'" in slip(shell, "%albert baseline --data fram")
    assert "There is no 'regresion'. Did you mean 'regression'?" in slip(
        shell, "%albert baseline --data frame --task regresion"
    )
    assert "no column 'insult'" in slip(shell, "%albert baseline --data frame --label label,insult")
