"""The words of Keras and scikit-learn over the one backend: encode, fit, predict, generate."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone, is_classifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import albert_widgets as aw
from albert_widgets.backend import Backend
from albert_widgets.errors import Conflict, InputInvalid
from albert_widgets.job import Job
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.service.connection import read_connection
from tests.backend_process import ROOT
from tests.serving import TOKEN, serve
from tests.test_fit import reviews

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK: dict[str, Any] = {"epochs": 4, "learning_rate": 3e-3, "batch_size": 8, "precision": "float32"}
PAIRS = [(f"the cat sat on mat because it was tired . a dog ran fast {n}", "the cat sat") for n in range(24)]


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("bert", "classifier"):
        made.register(str(checkpoints / name), name=f"tiny-{name}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(bert: Backend) -> Iterator[Client]:
    with serve(create_app(bert, token=TOKEN)) as url:
        made = Client(url, TOKEN)
        yield made
        made.close()


@pytest.fixture(scope="module")
def interrupted(bert: Backend) -> tuple[aw.Classifier, str]:
    """A tiny classifier that learns 0 and 1 of a frame with its own index, interrupted at once; what that said."""
    frame = reviews().assign(stars=lambda rows: (rows["stars"] == "positive").astype(int))
    clf = aw.Classifier("tiny-bert", bert, **QUICK)

    def interrupt(self: Job, *_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
        patch.setattr(Job, "wait", interrupt)
        assert clf.fit(frame, text="review", label="stars") is clf
    return clf, said.getvalue()


@pytest.fixture(scope="module")
def numbered(interrupted: tuple[aw.Classifier, str]) -> aw.Classifier:
    """The same, when its training has ended."""
    clf, _ = interrupted
    assert clf.job is not None
    clf.job.wait()
    return clf


# --- encode -----------------------------------------------------------------------------------------


def test_encode_gives_plain_arrays_of_what_embed_finds(bert: Backend, client: Client) -> None:
    texts = ["A cat.", "Zoë's naïve café 你好", "שלום עולם"]
    for backend in (bert, client):
        one, many = backend.encode(texts[0]), backend.encode(texts)
        assert one.shape == (384,)
        assert many.shape == (3, 384)
        assert one.dtype == many.dtype == np.float32
        np.testing.assert_allclose(many, backend.embed(texts).vectors, atol=1e-6)
        np.testing.assert_allclose(one, many[0], atol=1e-5)
        np.testing.assert_allclose(backend.encode(pd.Series(texts, index=[5, 5, 1])), many, atol=1e-6)
        np.testing.assert_allclose(
            backend.encode(texts, pooling="cls", normalize=False),
            backend.embed(texts, pooling="cls", normalize=False).vectors,
            atol=1e-5,
        )


def test_encode_says_what_it_did_not_read(client: Client) -> None:
    with pytest.warns(UserWarning, match="1 of 2 texts were read up to 512 tokens only") as said:
        client.encode(["word " * 700, "short"])
    assert said[0].filename == __file__
    with pytest.warns(UserWarning, match="The text was read up to 512"):
        client.encode("word " * 700)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.encode("short")


# --- the real starter, over HTTP and in process -------------------------------------------------------


@pytest.mark.slow
def test_the_starter_learns_over_http_and_says_the_same_in_process(bert: Backend, client: Client) -> None:
    frame = reviews(120)
    clf = aw.Classifier(bert=client, method="head", epochs=8, validation=0.2, name="words")
    assert clf.fit(frame, text="review", label="stars") is clf
    assert clf.model_ == "run:words"
    assert clf.classes_.tolist() == ["negative", "positive"]
    fresh = reviews(60, seed=1)
    said = clf.predict(fresh)
    assert said.shape == (len(fresh),)
    here = bert.predict(list(fresh["review"]), model="run:words")
    assert said.tolist() == list(here.labels)
    np.testing.assert_allclose(clf.predict_proba(list(fresh["review"])), here.probabilities, atol=1e-5)
    assert clf.score(fresh) == pytest.approx(accuracy_score(fresh["stars"], said))
    assert clf.score(fresh) > 0.6, "half is a coin's"
    assert clf.evaluate(fresh).metrics["accuracy"] == clf.score(fresh["review"], fresh["stars"])
    assert clf.report.model == "run:words"


# --- a tiny model, in process -------------------------------------------------------------------------


def test_an_interrupt_ends_the_waiting_only(interrupted: tuple[aw.Classifier, str]) -> None:
    clf, said = interrupted
    assert clf.job is not None
    assert said.startswith(f"No longer waiting, but {clf.job.id} goes on.")
    if not clf.job.info.has_ended:
        with pytest.raises(Conflict, match=rf"The training {clf.job.id} is (queued|running)\."):
            clf.predict("a good film")
    clf.job.wait()
    assert clf.predict("a good film") == 1


def test_labels_come_back_as_they_were_written(numbered: aw.Classifier) -> None:
    fresh = reviews(80, seed=1)
    truth = (fresh["stars"] == "positive").astype(int)
    said = numbered.predict(fresh["review"])
    assert said.dtype.kind == "i"
    assert (said == truth).mean() > 0.9
    assert numbered.classes_.tolist() == [0, 1]
    assert numbered.score(fresh["review"], truth) == pytest.approx((said == truth).mean())
    np.testing.assert_array_equal(numbered.predict(pl.from_pandas(fresh)), said)
    probabilities = numbered.predict_proba(fresh["review"])
    assert probabilities.shape == (len(fresh), 2)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), said)


def test_one_text_one_answer(numbered: aw.Classifier) -> None:
    assert numbered.predict("a good film") == 1
    assert numbered.predict_proba("a good film").shape == (2,)
    with pytest.warns(UserWarning, match="The text was read up to 64 tokens only") as said:
        numbered.predict("good " * 200)
    assert said[0].filename == __file__


@pytest.mark.slow
def test_texts_and_labels_as_two_lists_and_several_labels(bert: Backend) -> None:
    frame = reviews(80)
    labels = [["good", "film"] if n % 2 else ["film"] if n % 4 else [] for n in range(len(frame))]
    clf = aw.Classifier("tiny-bert", bert, **{**QUICK, "epochs": 1}).fit(list(frame["review"]), labels, name="both")
    said = clf.predict(frame["review"])
    assert said.shape == (len(frame), 2)
    assert set(np.unique(said)) <= {0, 1}
    assert clf.model_ == "run:both"
    assert 0 <= clf.score(list(frame["review"]), labels) <= 1


# --- scikit-learn ---------------------------------------------------------------------------------------


def test_scikit_learn_takes_it_for_a_classifier(bert: Backend) -> None:
    clf = aw.Classifier("tiny-bert", bert, epochs=1, seed=3)
    other = clone(clf)
    assert other is not clf
    assert other.get_params() == clf.get_params() == {"model": "tiny-bert", "bert": bert, "epochs": 1, "seed": 3}
    assert other.set_params(epochs=2) is other
    assert (other.settings["epochs"], clf.settings["epochs"]) == (2, 1)
    assert is_classifier(clf)
    assert not clf.__sklearn_is_fitted__()
    assert repr(aw.Classifier(epochs=2)) == "Classifier(model='starter', epochs=2)"


@pytest.mark.slow
def test_cross_val_score_of_a_pipeline(bert: Backend) -> None:
    frame = reviews(100)
    steps = make_pipeline(FunctionTransformer(str_lower), aw.Classifier("tiny-bert", bert, **QUICK))
    before = {info.id for info in bert.models()}
    scores = cross_val_score(steps, frame["review"], frame["stars"], cv=StratifiedKFold(2), error_score="raise")
    made = sorted({info.id for info in bert.models()} - before)
    assert len(made) == 2, "each fit leaves a model, as the docstring says"
    folds = StratifiedKFold(2).split(frame["review"], frame["stars"])
    for model, score, (_, kept) in zip(made, scores, folds, strict=True):
        rows = frame.iloc[kept]
        said = bert.predict(str_lower(rows["review"]), model=model).labels
        assert score == pytest.approx(accuracy_score(rows["stars"], said))


def str_lower(texts: Any) -> list[str]:
    return [text.lower() for text in texts]


# --- summaries ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_summarizer_learns_pairs_and_writes(bert: Backend) -> None:
    writer = aw.Summarizer("tiny-bert", bert, epochs=1, target_length=6, precision="float32")
    assert writer.fit(PAIRS) is writer
    one = writer.generate(PAIRS[0][0], tokens=5)
    assert isinstance(one, str)
    assert writer.generate([text for text, _ in PAIRS[:2]], tokens=5)[0] == one
    frame = pd.DataFrame(PAIRS[:2], columns=["text", "summary"])
    assert writer.generate(frame, text="text", tokens=5)[0] == one
    assert writer.report.task == "summary"


# --- slips ------------------------------------------------------------------------------------------------


def test_nothing_learned_yet() -> None:
    for call in (
        lambda: aw.Classifier().predict("a"),
        lambda: aw.Classifier().predict_proba(["a"]),
        lambda: aw.Classifier().score([("a", "b")]),
        lambda: aw.Classifier().evaluate([("a", "b")]),
        lambda: aw.Classifier().report,
        lambda: aw.Classifier().classes_,
        lambda: aw.Summarizer().generate("a"),
    ):
        with pytest.raises(Conflict, match="has learned nothing yet"):
            call()
    assert read_connection() is None, "no backend was started to hear that"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda clf: clf.fit(["a film", "a play"], ["good", "good"]), "have the label 'good'"),
        (lambda clf: clf.fit(["a film", "a play"], [0.5, 1.25]), "numbers that are not whole"),
        (lambda clf: clf.fit(["a", "b"], ["one of many long and wordy texts"] * 1 + ["two of the many long texts now"]),
         "labels are long texts"),
        (lambda clf: clf.fit(["a film", "a play"], ["good"]), "2 texts, but 1 labels"),
        (lambda clf: clf.fit(["a film", "a play"], "stars"), "The labels are the text 'stars'"),
        (lambda clf: clf.fit(["a film", "a play"], np.eye(2)), r"The labels have the shape \(2, 2\)"),
        (lambda clf: clf.fit(["a film", "a play"], reviews()), "The labels have 2 columns"),
        (lambda clf: clf.fit(np.zeros((2, 3)), ["a", "b"]), r"The texts have the shape \(2, 3\)"),
        (lambda clf: clf.fit([1, 2], ["a", "b"]), "The text of row 0 is 1, not a text"),
        (lambda clf: clf.fit(reviews(), ["a"], label="stars"), "Leave one of them"),
        (lambda clf: clf.fit(reviews(), label="star"), "no column 'star'"),
        (lambda clf: clf.fit(reviews(), epoch=3), "There is no setting 'epoch'"),
        (lambda clf: clf.fit(5), "Expected labelled texts, got int"),
        (lambda clf: clf.set_params(epoch=3), "There is no setting 'epoch'"),
        (lambda clf: aw.Classifier(learning_rat=3), "Did you mean 'learning_rate'"),
        (lambda clf: aw.Summarizer(bert=clf.bert, task="single_label").fit(PAIRS), "no task 'single_label'"),
    ],
)  # fmt: skip
def test_slips_are_told_before_anything_is_trained(bert: Backend, call: Any, message: str) -> None:
    jobs = len(bert.jobs())
    with pytest.raises(InputInvalid, match=message):
        call(aw.Classifier("tiny-bert", bert))
    assert len(bert.jobs()) == jobs


def test_a_frame_without_the_column_that_was_learned(numbered: aw.Classifier) -> None:
    with pytest.raises(InputInvalid, match="Which column holds the text"):
        numbered.predict(pd.DataFrame({"a": ["x"], "b": ["y"]}))
    assert numbered.predict(pd.DataFrame({"a": ["a good film"]})).tolist() == [1]


# --- light ------------------------------------------------------------------------------------------------


def test_neither_scikit_learn_nor_torch_is_imported(tmp_path: Path) -> None:
    code = """
import json, sys, albert_widgets as aw
clf = aw.Classifier(epochs=2)
clf.get_params(), clf.set_params(epochs=3), repr(clf), aw.Summarizer()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert not {"sklearn", "torch", "transformers", "narwhals"} & set(json.loads(done.stdout))
