"""Embeddings, labels and mask fills equal what transformers gives one text at a time, in the order asked for."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
import transformers as tf

from albert_widgets.backend import Backend
from albert_widgets.backend.batching import batches
from albert_widgets.errors import InputInvalid, TaskUnsupported

TEXTS = ["the cat sat", "a very bad film !", "good", "the dog ran fast , and the cat was not happy ." * 3, "bad , bad"]


@pytest.fixture(scope="module")
def heads(checkpoints: Path) -> Backend:
    backend = Backend()
    for name in ("classifier", "regressor", "tags", "mlm", "roberta"):
        backend.register(str(checkpoints / name))
    return backend


def test_batches_are_longest_first_within_the_budget() -> None:
    lengths = [3, 100, 5, 4, 99, 3000]
    made = batches(lengths, budget=200)
    assert made == [[5], [1, 4], [2, 3, 0]]
    for batch in made[1:]:
        assert max(lengths[i] for i in batch) * len(batch) <= 200
    assert batches([], budget=200) == []


@pytest.mark.parametrize("overhead", [0, 4, 32, 500])
def test_no_other_cut_of_the_sorted_texts_costs_less(overhead: int) -> None:
    lengths = np.random.default_rng(0).lognormal(2, 1, 9).astype(int).tolist()
    ordered, budget = sorted(lengths, reverse=True), 60

    def cost(groups: list[list[int]]) -> float:
        if any(len(group) > 1 and group[0] * len(group) > budget for group in groups):
            return math.inf
        return sum(max(1, group[0]) * len(group) + overhead for group in groups)

    ways = []
    for ends in itertools.product([False, True], repeat=len(ordered) - 1):
        cuts = [0, *(place + 1 for place, is_end in enumerate(ends) if is_end), len(ordered)]
        ways.append(cost([ordered[one:other] for one, other in itertools.pairwise(cuts)]))
    made = batches(lengths, budget=budget, overhead=overhead)
    assert cost([[lengths[index] for index in batch] for batch in made]) == min(ways)
    assert sorted(itertools.chain.from_iterable(made)) == list(range(len(lengths)))


def test_vectors_equal_those_of_single_texts(backend: Backend) -> None:
    from sentence_transformers import SentenceTransformer

    from albert_widgets.backend.catalog import Catalog

    texts = ["Short.", "A much longer sentence about cats, dogs and the weather in spring." * 4, "你好", "x" * 50]
    vectors = backend.embed(texts).vectors
    reference = SentenceTransformer(str(Catalog().find("starter").folder), device="cpu").encode(texts)
    np.testing.assert_allclose(vectors, reference, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(backend.embed(text).vectors[0], vector, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("pooling", ["cls", "max", "mean"])
def test_poolings_ignore_padding(backend: Backend, pooling: str) -> None:
    alone = backend.embed("Short.", pooling=pooling, normalize=False).vectors[0]
    beside = backend.embed(["Short.", "word " * 50], pooling=pooling, normalize=False).vectors[0]
    np.testing.assert_allclose(alone, beside, atol=1e-4)
    with pytest.raises(InputInvalid, match="There is no pooling 'meen'"):
        backend.embed("x", pooling="meen")


def test_long_texts_are_read_up_to_the_limit_and_marked(backend: Backend) -> None:
    made = backend.embed(["short", "word " * 600])
    assert made.truncated.tolist() == [False, True]
    assert "1 of 2 texts cut at 512 tokens" in repr(made)


def test_similar_texts_are_similar(backend: Backend) -> None:
    near, far = backend.similar("A man is eating.", ["Someone eats food.", "The stock market fell."]).values[0]
    assert near > 0.5 > 0.2 > far


@pytest.mark.parametrize("name", ["classifier", "regressor", "tags"])
def test_labels_equal_those_of_transformers(heads: Backend, checkpoints: Path, name: str) -> None:
    model = tf.AutoModelForSequenceClassification.from_pretrained(checkpoints / name).eval()
    tokenizer = tf.AutoTokenizer.from_pretrained(checkpoints / name)
    with torch.inference_mode():
        logits = [
            model(**tokenizer(text, return_tensors="pt", truncation=True, max_length=64)).logits[0] for text in TEXTS
        ]
    expected = {"classifier": lambda x: x.softmax(-1), "regressor": lambda x: x, "tags": torch.sigmoid}[name]
    made = heads.predict(TEXTS, model=name)
    np.testing.assert_allclose(made.probabilities, np.stack([expected(row).numpy() for row in logits]), atol=1e-5)
    if name == "classifier":
        names = ("negative", "positive")
        assert made.labels == tuple(names[int(row.argmax())] for row in logits)
        assert len(set(made.labels)) == 2, "a constant answer would prove nothing"
        assert made.top(0)[0][0] == made.labels[0]
    if name == "tags":
        assert made.labels[0] == ", ".join(n for n, p in zip(made.label_names, made.probabilities[0]) if p > 0.5)
    if name == "regressor":
        assert made.labels == ("",) * len(TEXTS)


def test_pairs_are_read_together(heads: Backend) -> None:
    alone = heads.predict("the cat", model="classifier").probabilities
    paired = heads.predict("the cat", pair="the dog ran", model="classifier").probabilities
    assert not np.allclose(alone, paired)


def test_a_pandas_frame_keeps_index_and_order(heads: Backend) -> None:
    frame = pd.DataFrame({"text": TEXTS, "n": range(5)}, index=[9, 3, 7, 1, 3])
    made = heads.predict(frame, text="text", model="classifier", top_k=2)
    direct = heads.predict(TEXTS, model="classifier")
    assert isinstance(made, pd.DataFrame)
    assert made.index.tolist() == [9, 3, 7, 1, 3]
    assert made["predicted_label"].tolist() == list(direct.labels)
    np.testing.assert_allclose(made["predicted_probability"], direct.probabilities.max(axis=1), atol=1e-6)
    assert made["predicted_labels"].iloc[0] == [name for name, _ in direct.top(0, 2)]
    assert list(frame.columns) == ["text", "n"], "the user's frame is not touched"


def test_a_polars_frame_comes_back_as_polars(heads: Backend) -> None:
    frame = pl.DataFrame({"text": TEXTS, "other": TEXTS[::-1]})
    made = heads.predict(frame, text="text", pair="other", model="regressor")
    assert isinstance(made, pl.DataFrame)
    assert made.columns == ["text", "other", "predicted_value"]


@pytest.mark.parametrize(
    ("frame", "text", "message"),
    [
        (pd.DataFrame({"text": ["a"]}), "txt", "The frame has no column 'txt'. Did you mean 'text'?"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), None, "Which column holds the text? The frame has: a, b."),
        (pd.DataFrame({"text": ["fine", None]}), "text", "Row 1 (counted from 0) of column 'text' is"),
        (pd.DataFrame({"text": ["fine", " "]}), "text", "Row 1 (counted from 0) of column 'text' is empty."),
        (pd.DataFrame({"text": []}), "text", "The frame has no rows."),
    ],
)
def test_frames_with_gaps_are_answered_clearly(
    heads: Backend, frame: pd.DataFrame, text: str | None, message: str
) -> None:
    with pytest.raises(InputInvalid) as caught:
        heads.predict(frame, text=text, model="classifier")
    assert message in str(caught.value).replace("\n", " ")


def test_an_encoder_says_how_to_get_a_classifier(backend: Backend) -> None:
    with pytest.raises(TaskUnsupported, match="starter is an encoder only: it has no classification head") as caught:
        backend.predict("good")
    assert "%albert models --add FOLDER" in caught.value.hint


def test_masks_are_filled_as_transformers_does(heads: Backend, checkpoints: Path) -> None:
    text = "the [MASK] sat on the [MASK] ."
    model = tf.AutoModelForMaskedLM.from_pretrained(checkpoints / "mlm").eval()
    tokenizer = tf.AutoTokenizer.from_pretrained(checkpoints / "mlm")
    with torch.inference_mode():
        logits = model(**tokenizer(text, return_tensors="pt")).logits[0].softmax(-1)
    made = heads.fill_mask(text, model="mlm", top_k=3)
    assert [mask.position for mask in made.masks] == [2, 6]
    for mask in made.masks:
        values, ids = logits[mask.position].topk(3)
        assert mask.ids.tolist() == ids.tolist()
        np.testing.assert_allclose(mask.probabilities, values, atol=1e-5)
    with pytest.raises(InputInvalid, match=r"The text has no \[MASK\] to fill"):
        heads.fill_mask("the cat", model="mlm")
    with pytest.raises(InputInvalid, match="top_k=0 is out of range"):
        heads.fill_mask(text, model="mlm", top_k=0)
    with pytest.raises(TaskUnsupported, match="no masked-language-model head"):
        heads.fill_mask(text, model="starter")


def test_a_long_column_shows_how_far_it_is(heads: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets import progress, windowing

    shown: list[str] = []
    monkeypatch.setattr(progress, "line_here", lambda: shown.append)
    monkeypatch.setattr(progress, "SHOW_SECONDS", 0)
    short = pd.DataFrame({"text": ["a good film", "sad"]}, index=[5, 3])
    heads.predict(short, model="classifier")
    assert not shown
    monkeypatch.setattr(windowing, "TEXTS", 500)
    texts = [f"the cat sat {'on the mat ' * (n % 4)}" for n in range(1001)]
    frame = pd.DataFrame({"text": texts}, index=range(1001, 0, -1))
    answered = heads.predict(frame, model="classifier")
    assert shown[0].endswith(" 0%, 0 rows of 1,001 rows")
    assert "1,000 rows of 1,001 rows" in shown[2]
    assert len(shown) == 4
    assert shown[-1] == ""
    assert list(answered.index) == list(frame.index)
    alone = heads.predict(texts[:8], model="classifier")
    assert list(answered["predicted_label"][:8]) == list(alone.labels)
    np.testing.assert_allclose(answered["predicted_probability"][:8], alone.probabilities.max(axis=1), atol=1e-5)


def test_rows_that_are_cut_are_told(heads: Backend) -> None:
    frame = pd.DataFrame({"text": ["a good film", "good " * 700]})
    with pytest.warns(UserWarning, match="1 rows were read up to 64 tokens only"):
        heads.predict(frame, model="classifier")
