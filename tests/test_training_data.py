"""What is wrong with labelled texts is found before a training, and a split keeps together what belongs together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special
from sklearn import metrics as reference

from albert_widgets.backend import Backend
from albert_widgets.backend.training.checks import check
from albert_widgets.backend.training.folds import deal, strata, units
from albert_widgets.backend.training.metrics import evaluate, primary_metric
from albert_widgets.backend.training.split import prepare
from albert_widgets.errors import InputInvalid
from albert_widgets.labelled import LabelledTexts, labelled_texts
from albert_widgets.results import Finding

CHINESE = ["这家酒店的服务非常好，房间也很干净。", "电影剧情拖沓，看得我昏昏欲睡。", "书的质量不错，值得购买。"]
GERMAN = ["Die Geschwindigkeitsbegrenzung verärgerte zahlreiche Verkehrsteilnehmer erheblich."]


def texts_of(labels: list[Any], **more: Any) -> LabelledTexts:
    return LabelledTexts.of([f"text number {row}" for row in range(len(labels))], labels, **more)


def codes(found: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.code: finding for finding in found}


# --- the check ----------------------------------------------------------------------------------


def test_clean_data_has_no_findings() -> None:
    assert check(texts_of(["a", "b"] * 30)) == ()


def test_missing_cells_are_errors_with_the_users_own_rows() -> None:
    frame = pd.DataFrame(
        {"text": ["one", None, "three", " "] * 10, "label": ["a", "b", None, "b"] * 10}, index=range(100, 140)
    )
    found = codes(check(labelled_texts(frame)))
    assert found["missing_text"].level == found["missing_label"].level == "error"
    assert found["missing_text"].count == 20
    assert found["missing_text"].rows[:3] == (101, 103, 105)
    assert len(found["missing_text"].rows) == 20
    assert found["missing_label"].message == "10 rows have no label."
    assert "df.dropna(subset=['label'])" in found["missing_label"].hint
    assert codes(check(labelled_texts(frame), drop_incomplete=True))["missing_text"].level == "warning"


@pytest.mark.parametrize(
    ("data", "code", "level", "message"),
    [
        (texts_of(["a"] * 30), "one_class", "error", "All 30 rows have the label 'a'"),
        (texts_of(["a"] * 15 + ["b"] * 15 + ["c"]), "rare_class", "warning", "1 class has one row only: 'c'."),
        (texts_of([str(n) for n in range(10_000)]), "many_classes", "error", "10,000 classes for 10,000 rows"),
        (texts_of(["Pos", "pos ", "neg"] * 10), "label_spelling", "warning", "'Pos' and 'pos '"),
        (texts_of(["a"] * 99 + ["b"] * 2), "imbalance", "warning", "'a' has 99 rows, 'b' only 2."),
        (texts_of([0.5] * 30), "one_value", "error", "All 30 rows have the value 0.5"),
        (texts_of([0.5, float("inf")] * 15), "infinite_label", "error", "15 rows have an infinite number"),
        (texts_of([["a"], ["a", "b"]] * 15), "constant_label", "warning", "is there in every row or in none: 'a'"),
        (texts_of([["a"], []] * 15), "no_label_applies", "note", "15 rows have none of the labels."),
        (texts_of(["a", "b"]), "few_rows", "warning", "There are only 2 complete rows."),
        (texts_of([None, None]), "no_rows", "error", "No row has both a text and a label."),
        (texts_of(["a", "b"] * 10, groups=["x"] * 20), "one_group", "error", "All rows are of one group, 'x'"),
        (LabelledTexts.of(["fine", "\ud83d"] * 15, ["a", "b"] * 15), "lone_surrogate", "error", "15 rows have a lone"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(data: LabelledTexts, code: str, level: str, message: str) -> None:
    found = codes(check(data))
    assert found[code].level == level
    assert message in found[code].message
    assert found[code].hint


def test_an_id_column_as_label_is_told_what_it_may_be() -> None:
    finding = codes(check(texts_of(list(range(10_000)))))["many_classes"]
    assert "an id or free text" in finding.message
    assert 'task="regression"' in finding.hint


def test_duplicates_within_and_across_the_parts() -> None:
    data = LabelledTexts.of(
        ["Good film", "good  FILM", "bad", "bad", *map(str, range(30))], ["p", "n", "n", "n"] + ["p"] * 30
    )
    found = codes(check(data, validation=LabelledTexts.of(["BAD", "new"], ["n", "x"])))
    assert found["conflicting_duplicates"].rows == (0, 1)
    assert found["duplicates"].rows == (1, 3)
    assert found["leak"].rows == (0,)
    assert found["unseen_label"].level == "error"
    assert "'x'" in found["unseen_label"].message


def test_all_errors_are_raised_at_once() -> None:
    with pytest.raises(InputInvalid) as error:
        prepare(texts_of(["a"] * 29 + [None]))
    assert error.value.message == "1 row has no label. All 29 rows have the label 'a'; there is nothing to tell apart."
    assert [finding["code"] for finding in error.value.details["findings"]] == ["missing_label", "one_class"]


# --- what the tokenizer makes of it -------------------------------------------------------------


def test_a_vocabulary_of_another_language_is_noticed(backend: Backend) -> None:
    found = codes(backend.check([(text, label) for text in CHINESE for label in "ab"]).findings)
    assert "starter hardly reads Chinese: its vocabulary does not know" in found["unread_script"].message
    assert "google-bert/bert-base-chinese" in found["unread_script"].hint
    assert found["unread_script"].count == 6
    some = codes(
        backend.check(
            [(f"a word, {word} and a number {n}", "ab"[n % 2]) for n, word in enumerate("猫熊魚鶏" * 9)]
        ).findings
    )
    assert "tokens are unknown to starter" in some["unknown_tokens"].message
    german = codes(backend.check([(text, label) for text in GERMAN for label in "ab"]).findings)
    assert "multilingual" in german["spelled_words"].hint
    english = backend.check([("A quite ordinary sentence, to be sure.", label) for label in "ab"])
    assert not {"unread_script", "unknown_tokens", "spelled_words"} & set(codes(english.findings))


def test_texts_that_will_be_cut_are_counted(backend: Backend) -> None:
    data = [("word " * 40, "a"), ("short", "b"), ("word " * 600, "b")]
    assert codes(backend.check(data).findings)["truncated"].count == 1
    shorter = backend.check(data, max_length=32)
    assert shorter.max_length == 32
    assert codes(shorter.findings)["truncated"].rows == (0, 2)
    assert "max_length=512 reads more" in codes(shorter.findings)["truncated"].hint


def test_the_check_shows_the_data_in_one_line(backend: Backend) -> None:
    data = [(f"text {n % 58}", "<b>" if n % 2 else "no") for n in range(60)]
    made = backend.check(data)
    assert made.headline() == "data ✓ 60 rows · 2 labels (50 % / 50 %) · ⚠ 2 duplicates"
    assert made.is_usable
    assert made.to_frame()["code"].tolist() == ["duplicates"]
    assert "<b>" not in made._repr_html_()
    numbers = backend.check([(f"text {n}", n / 4) for n in range(60)])
    assert "values 0 to 14.75, mean 7.375" in repr(numbers)
    assert not backend.check([("a", "x"), ("b", None)]).is_usable


# --- the split ----------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_each_class_has_its_share(share: float) -> None:
    made = prepare(texts_of(["a"] * 200 + ["b"] * 100 + ["c"] * 20 + ["d"]), validation=share, seed=3)
    counts = Counter(made.validation.targets.tolist())
    assert [counts[n] for n in range(4)] == [200 * share, 100 * share, 20 * share, 0], "d has one row, for the training"
    assert len(made.train) + len(made.validation) == 321
    assert made.train.targets.dtype == np.int64
    assert set(made.train.index).isdisjoint(made.validation.index)


def test_the_same_seed_gives_the_same_split() -> None:
    data = texts_of(["a", "b"] * 50)
    assert prepare(data, seed=1).validation.index == prepare(data, seed=1).validation.index
    assert prepare(data, seed=1).validation.index != prepare(data, seed=2).validation.index


def test_equal_texts_and_groups_stay_on_one_side() -> None:
    rng = np.random.default_rng(0)
    texts = [f"Text {n}" if n % 2 else f"text  {n}" for n in rng.integers(0, 60, 200)]
    groups = [f"author {n}" for n in rng.integers(0, 40, 200)]
    made = prepare(LabelledTexts.of(texts, ["a", "b"] * 100), validation=0.3)
    spelled = [{" ".join(text.split()).lower() for text in side.texts} for side in (made.train, made.validation)]
    assert spelled[0].isdisjoint(spelled[1])
    assert 40 <= len(made.validation) <= 80
    made = prepare(texts_of(["a", "b"] * 100, groups=groups), validation=0.3)
    authors = [{groups[row] for row in side.index} for side in (made.train, made.validation)]
    assert authors[0].isdisjoint(authors[1])
    assert 40 <= len(made.validation) <= 80


def test_rare_labels_of_many_are_dealt_to_all_folds() -> None:
    rng = np.random.default_rng(1)
    labels = [[name for name, share in (("often", 0.7), ("seldom", 0.1)) if rng.random() < share] for _ in range(300)]
    made = prepare(texts_of(labels, task="multi_label"), validation=0.2)
    assert made.label_names == ("often", "seldom")
    assert made.train.targets.shape == (len(made.train), 2)
    np.testing.assert_allclose(made.validation.targets.mean(axis=0), made.train.targets.mean(axis=0), atol=0.02)


def test_folds_of_a_regression_have_like_values() -> None:
    values = np.random.default_rng(2).exponential(size=400)
    data = texts_of(values.tolist())
    fold = deal(units(data), strata("regression", values), (0.2,) * 5, seed=0)
    assert np.bincount(fold).tolist() == [80] * 5
    middles = [np.median(values[fold == n]) for n in range(5)]
    assert max(middles) - min(middles) < 0.15


def test_a_frame_of_ones_own_is_the_validation() -> None:
    train, other = texts_of(["a", "b"] * 20), LabelledTexts.of(["new one", "new two"], ["b", "a"])
    made = prepare(train, validation=other)
    assert made.validation.texts == ("new one", "new two")
    assert made.validation.targets.tolist() == [1, 0]
    assert len(made.train) == 40


def test_incomplete_rows_are_left_out_when_that_is_wanted() -> None:
    made = prepare(texts_of(["a", "b", None] * 20), drop_incomplete=True)
    assert len(made.train) + len(made.validation) == 40
    assert codes(made.findings)["missing_label"].message == "20 rows have no label and are left out."


def test_summaries_are_their_own_targets() -> None:
    made = prepare(texts_of([f"What number {n} says" for n in range(20)], task="summary"))
    assert made.validation.targets == [f"What number {n} says" for n in made.validation.index]
    assert made.label_names == ()


@pytest.mark.parametrize("share", [0, 1, 1.5, -0.1, "a tenth"])
def test_a_share_that_is_none_is_refused(share: Any) -> None:
    with pytest.raises(InputInvalid, match="is no share of the rows"):
        prepare(texts_of(["a", "b"] * 20), validation=share)


# --- how good answers are -----------------------------------------------------------------------


def test_figures_of_two_classes_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 500)
    logits = rng.normal(size=(500, 2))
    logits[np.arange(500), truth] += 1
    made = evaluate("single_label", ("no", "yes"), truth, logits)
    answer, probability = logits.argmax(axis=1), special.softmax(logits, axis=1)[:, 1]
    assert made.metrics["accuracy"] == pytest.approx(reference.accuracy_score(truth, answer))
    assert made.metrics["macro_f1"] == pytest.approx(reference.f1_score(truth, answer, average="macro"))
    assert made.metrics["roc_auc"] == pytest.approx(reference.roc_auc_score(truth, probability))
    assert made.metrics["log_loss"] == pytest.approx(reference.log_loss(truth, probability))
    assert made.confusion.tolist() == reference.confusion_matrix(truth, answer).tolist()
    np.testing.assert_allclose(made.precision, reference.precision_score(truth, answer, average=None))
    assert len(made.curves[0].recall) <= 200
    assert made.primary == "accuracy"


def test_a_model_too_sure_of_itself_is_cooled_down() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(4000, 3)) * 2
    truth = np.asarray([rng.choice(3, p=row) for row in special.softmax(logits, axis=1)])
    made = evaluate("single_label", ("a", "b", "c"), truth, logits * 3)
    assert made.calibration is not None
    assert made.calibration.temperature == pytest.approx(3, rel=0.1)
    assert made.calibration.error > 0.1 > 0.03 > made.calibration.error_at_temperature


def test_figures_of_many_labels_and_of_a_regression_equal_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    truth = (rng.random((300, 3)) < (0.5, 0.2, 0.05)).astype(np.float32)
    logits = truth * 2 - 1 + rng.normal(size=truth.shape)
    made = evaluate("multi_label", ("a", "b", "c"), truth, logits)
    assert made.metrics["macro_f1"] == pytest.approx(reference.f1_score(truth, logits > 0, average="macro"))
    assert made.metrics["micro_f1"] == pytest.approx(reference.f1_score(truth, logits > 0, average="micro"))
    assert made.primary_value == pytest.approx(reference.average_precision_score(truth, logits))
    assert made.confusion.tolist() == reference.multilabel_confusion_matrix(truth, logits > 0).tolist()
    values = rng.normal(size=200)
    guess = values + rng.normal(size=200) / 2
    numbers = evaluate("regression", (), values, guess[:, None])
    assert numbers.metrics["r2"] == pytest.approx(reference.r2_score(values, guess))
    assert numbers.metrics["mae"] == pytest.approx(reference.mean_absolute_error(values, guess))


def test_uneven_classes_are_judged_by_macro_f1() -> None:
    assert primary_metric("single_label", np.asarray([0] * 30 + [1] * 10)) == "accuracy"
    assert primary_metric("single_label", np.asarray([0] * 31 + [1] * 10)) == "macro_f1"


def test_a_class_without_rows_and_a_constant_answer_are_no_trouble() -> None:
    made = evaluate("single_label", ("a", "b"), np.zeros(5, np.int64), np.ones((5, 2)))
    assert made.metrics["accuracy"] == 1.0
    assert made.curves == ()
    flat = evaluate("regression", (), np.ones(4), np.ones(4))
    assert flat.metrics["r2"] == 0.0
    with pytest.raises(InputInvalid, match="no rows to judge"):
        evaluate("single_label", ("a", "b"), np.zeros(0, np.int64), np.zeros((0, 2)))


def test_an_evaluation_shows_itself_escaped_and_draws_its_pictures() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 60)
    made = evaluate("single_label", ("<i>no</i>", "yes"), truth, rng.normal(size=(60, 2)))
    assert "<i>" not in made._repr_html_()
    assert made.to_frame()["support"].tolist() == np.bincount(truth).tolist()
    for kind in ("confusion", "curves", "reliability"):
        assert made.figure(kind)._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(InputInvalid, match="There is no picture 'pie'"):
        made.figure("pie")
    tags = evaluate("multi_label", ("a", "b"), np.eye(2)[truth], rng.normal(size=(60, 2)))
    numbers = evaluate("regression", (), rng.normal(size=60), rng.normal(size=60))
    for other in (tags, numbers):
        assert other.figure()._repr_png_().startswith(b"\x89PNG")
        assert other._repr_html_()


def test_a_run_keeps_the_precision_that_it_began_with(tmp_path: Path) -> None:
    import torch

    from albert_widgets.backend.training.precision import chosen, fastest

    assert chosen(tmp_path, "float32", "cpu") == "float32"
    fastest.cache_clear()
    torch.manual_seed(0)
    drawn = torch.rand(3)
    torch.manual_seed(0)
    measured = chosen(tmp_path, "auto", "cpu")
    assert torch.equal(torch.rand(3), drawn), "the measuring draws nothing that the training would have drawn"
    assert measured == fastest("cpu")
    (kept,) = tmp_path.iterdir()
    other = {"float32": "bfloat16", "bfloat16": "float32"}[measured]
    kept.write_text(other, encoding="utf-8")
    assert chosen(tmp_path, "auto", "cpu") == other
