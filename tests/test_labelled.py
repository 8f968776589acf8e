"""Labelled texts are read from every kind of table, and what is guessed is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from albert_widgets import labelled
from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.labelled import LabelledTexts, labelled_texts
from albert_widgets.samples import REVIEWS

TEXTS = ["A good film, at last.", "Boring from start to end.", "What a lovely day it was.", "I want my money back."]
LABELS = ["good", "bad", "good", "bad"]
COLUMNS = {"id": ["a-1", "a-2", "a-3", "a-4"], "review": TEXTS, "sentiment": LABELS}


def said(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value).replace("\n", " ")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "datasets", "csv", "tsv", "parquet"])
def test_every_table_gives_the_same(kind: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(COLUMNS)
    path = tmp_path / f"data.{kind}"
    makers: dict[str, Any] = {
        "pandas": lambda: frame,
        "polars": lambda: pl.DataFrame(COLUMNS),
        "pyarrow": lambda: pa.table(COLUMNS),
        "datasets": lambda: datasets.Dataset.from_dict(COLUMNS),
        "csv": lambda: frame.to_csv(path, index=False) or path,
        "tsv": lambda: frame.to_csv(path, index=False, sep="\t") or str(path),
        "parquet": lambda: pl.DataFrame(COLUMNS).write_parquet(path) or path,
    }
    made = labelled_texts(makers[kind]())
    assert made.texts == tuple(TEXTS)
    assert made.labels == tuple(LABELS)
    assert made.index == (0, 1, 2, 3)
    assert made.columns == {"text": "review", "label": "sentiment"}
    assert made.task == "single_label"
    assert made.label_names == ("bad", "good")
    assert made.notes[:2] == ("The texts are those of column 'review'.", "The labels are those of column 'sentiment'.")


def test_pairs_in_a_list_need_no_frame() -> None:
    made = labelled_texts(list(zip(TEXTS, [1, 0, 1, 0])))
    assert made.labels == ("1", "0", "1", "0")
    assert labelled_texts(made) is made
    with pytest.raises(InputInvalid, match=r"Item 1 of the list is 'b', not \(text, label\)"):
        labelled_texts([("a", 1), "b"])


def test_the_users_own_index_is_kept_as_json_holds_it() -> None:
    frame = pd.DataFrame({"text": TEXTS, "label": LABELS}, index=[9, 3, 7, 1])
    assert labelled_texts(frame).index == (9, 3, 7, 1)
    days = frame.set_axis(pd.date_range("2024-02-01", periods=4))
    assert [days.loc[day, "text"] for day in labelled_texts(days).index] == TEXTS
    levels = frame.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 2)]))
    assert labelled_texts(levels).index[2] == ("b", 1)


@pytest.mark.parametrize(
    ("labels", "task", "made", "names"),
    [
        ([2, 10, 2, 1], "single_label", ("2", "10", "2", "1"), ("1", "2", "10")),
        ([1.0, float("nan"), 0.0, 1.0], "single_label", ("1", None, "0", "1"), ("0", "1")),
        ([True, False, True, None], "single_label", ("True", "False", "True", None), ("False", "True")),
        ([0.5, 1.25, None, 3.0], "regression", (0.5, 1.25, None, 3.0), ()),
        ([["b", "a"], [], None, ["a"]], "multi_label", (("b", "a"), (), None, ("a",)), ("a", "b")),
        ([f"This one says what text {n} is about in short." for n in "abcd"], "summary", None, ()),
    ],
)
def test_the_task_is_seen_from_the_labels(labels: list[Any], task: str, made: Any, names: tuple[str, ...]) -> None:
    found = labelled_texts(pd.DataFrame({"text": TEXTS, "label": pd.Series(labels, dtype=object)}))
    assert found.task == task
    assert found.labels == (tuple(labels) if made is None else made)
    assert found.label_names == names
    assert labelled_texts(pl.DataFrame({"text": TEXTS, "label": labels}, strict=False)).labels == found.labels


def test_a_task_that_is_given_is_taken() -> None:
    stars = pd.DataFrame({"text": TEXTS, "label": [1, 2, 5, 3]})
    assert labelled_texts(stars, task="regression").labels == (1.0, 2.0, 5.0, 3.0)
    tags = pd.DataFrame({"text": TEXTS, "label": ["a, b", "b", "a;c", ""]})
    assert labelled_texts(tags, task="multi_label").labels == (("a", "b"), ("b",), ("a", "c"), None)
    with pytest.raises(InputInvalid, match="The label of row 0 is 'good', not a number"):
        labelled_texts(pd.DataFrame(COLUMNS), task="regression")
    with pytest.raises(InputInvalid, match="There is no task 'ranking'"):
        labelled_texts(stars, task="ranking")


def test_several_columns_of_0_and_1_are_labels_that_may_come_together() -> None:
    frame = pd.DataFrame({"text": TEXTS, "toxic": [0, 1, 1, 0], "insult": [False, True, False, False]})
    made = labelled_texts(frame, label=["toxic", "insult"])
    assert made.task == "multi_label"
    assert made.labels == ((), ("toxic", "insult"), ("toxic",), ())
    assert made.label_names == ("toxic", "insult")
    frame.loc[2, "toxic"] = 7
    with pytest.raises(InputInvalid, match="Row 2 .* of label column 'toxic' is 7, not 0 or 1"):
        labelled_texts(frame, label=["toxic", "insult"])


def test_names_of_a_class_label_of_datasets_are_used() -> None:
    kinds = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["no", "yes"])})
    data = datasets.Dataset.from_dict({"text": TEXTS, "label": [1, 0, 1, -1]}, features=kinds)
    assert labelled_texts(data).labels == ("yes", "no", "yes", "-1")
    with pytest.raises(InputInvalid, match=r"This is several sets: train, test.") as error:
        labelled_texts(datasets.DatasetDict(train=data, test=data))
    assert "data['train']" in said(error)


def test_pairs_groups_and_missing_cells() -> None:
    frame = pd.DataFrame(
        {"premise": TEXTS, "hypothesis": [*TEXTS[1:], " "], "author": ["x", None, "y", None], "label": LABELS}
    )
    made = labelled_texts(frame, group="author")
    assert made.columns == {"text": "premise", "label": "label", "pair": "hypothesis", "group": "author"}
    assert made.pairs == (*TEXTS[1:], None)
    assert made.groups is not None
    assert len(set(made.groups)) == 4, "who belongs to no group is a group alone"


@pytest.mark.parametrize(
    ("frame", "given", "message"),
    [
        (pd.DataFrame(COLUMNS), {"text": "revew"}, "The frame has no column 'revew'. Did you mean 'review'?"),
        (
            pd.DataFrame(COLUMNS),
            {"label": ["sentimnt"]},
            "The frame has no column 'sentimnt'. Did you mean 'sentiment'?",
        ),
        (pd.DataFrame(COLUMNS), {"group": "who"}, "The frame has no column 'who'. There are: id, review, sentiment."),
        (pd.DataFrame(COLUMNS).head(0), {"text": "review", "label": "sentiment"}, "The frame has no rows."),
        (
            pd.DataFrame({"a": TEXTS, "b": TEXTS[::-1], "label": LABELS}),
            {},
            "Which column holds the text? It may be one of: a, b.",
        ),
        (pd.DataFrame({"n": [1, 2], "m": [3, 4]}), {}, "Which column holds the text?"),
        (pd.DataFrame({"text": ["ok", 5], "label": [0, 1]}), {}, "The text of row 1 is 5, not a text."),
        (5, {}, "Expected labelled texts, got int."),
        ("reviews.xlsx", {}, "'reviews.xlsx' is no CSV or Parquet file."),
        ("nowhere.csv", {}, "There is no file 'nowhere.csv'."),
        (pl.DataFrame(COLUMNS).lazy(), {}, "This is a lazy frame; nothing has been read yet. data.collect() reads it."),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_type(frame: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid) as error:
        labelled_texts(frame, **given)
    assert message in said(error)


def test_words_that_look_like_missing_values_in_a_file_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("text,label\nNA,yes\nnull,no\nNone,yes\n,no\n")
    assert labelled_texts(path, text="text").texts == ("NA", "null", "None", None)


@pytest.mark.slow
def test_two_gigabytes_are_refused_before_they_are_copied() -> None:
    text = "x" * 1000
    frame = pd.DataFrame({"text": np.full(2_000_000, text, dtype=object), "label": 0})
    with pytest.raises(TooLarge) as error:
        labelled_texts(frame, text="text")
    assert "hold 2.0 GB of text; the limit is 60 MB. Take a sample, such as df.sample(frac=0.027)" in said(error)
    assert error.value.details == {"limit": labelled.MAX_BYTES}


def test_other_columns_do_not_count_towards_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "MAX_BYTES", 1000)
    frame = pd.DataFrame({**COLUMNS, "page": ["y" * 500] * 4})
    assert len(labelled_texts(frame, text="review")) == 4
    with pytest.raises(TooLarge):
        labelled_texts(frame, text="page")


def test_fields_travel_and_come_back_the_same() -> None:
    import json

    frame = pd.DataFrame({"text": TEXTS, "a": [0, 1, 1, 0], "b": [1, 1, 0, 0]}, index=[("k", n) for n in range(4)])
    made = labelled_texts(frame, label=["a", "b"])
    assert LabelledTexts.of(**json.loads(json.dumps(made.to_dict()))) == made
    assert made.take([3, 1]).texts == (TEXTS[3], TEXTS[1])


def test_the_sample_reads_by_itself() -> None:
    made = labelled_texts(REVIEWS)
    assert (made.columns, made.label_names) == ({"text": "text", "label": "label"}, ("negative", "positive"))
    assert len(set(made.texts)) == len(made) >= 120
