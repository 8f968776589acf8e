"""Texts in any number: lists of any size, and streams of texts and frames that are read as far as they are needed."""

from __future__ import annotations

import io
import threading
import warnings
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pyarrow as pa
import pytest
import torch
import transformers as tf
from IPython.core.interactiveshell import InteractiveShell

from albert_widgets import progress, windowing
from albert_widgets.backend import Backend
from albert_widgets.backend.catalog import Catalog
from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.inputs import MAX_TEXTS
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.windowing import joined, parts, windows
from tests.serving import TOKEN, http, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WINDOW = 8
SUBJECTS = ["A cat", "The old dog of the neighbours", "Nobody", "The whole class of the second year"]
VERBS = ["sleeps", "was happy with what they got", "never liked the film", "ran", "寝る"]
TEXTS = [f"{SUBJECTS[n % 4]} {VERBS[n % 5]}{' and again' * (n % 7)}." for n in range(37)]
PAIRS = [f"Was it {VERBS[n % 3]}?" for n in range(37)]


class Text(str):
    """A text that can be watched: of a plain one nobody knows whether it is still held."""

    __slots__ = ("__weakref__",)


class Source:
    """Yields texts one after another, and tells how many were asked for, how many are held, and who reads it."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.read = 0
        self.threads: set[int] = set()
        self.alive: weakref.WeakSet[Text] = weakref.WeakSet()
        self.most_alive = 0
        self.is_closed = False

    def __iter__(self) -> Iterator[str]:
        try:
            for number, text in enumerate(self.texts):
                # No two are the same object, nor equal.
                made = Text(f"{text} {number}")
                self.alive.add(made)
                self.read += 1
                self.threads.add(threading.get_ident())
                self.most_alive = max(self.most_alive, len(self.alive))
                yield made
        finally:
            self.is_closed = True


@pytest.fixture(scope="module")
def in_process(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The backend, with a classifier on top of the starter and small ones of other kinds."""
    made = Backend()
    folder = tmp_path_factory.mktemp("models") / "stars"
    starter = Catalog().find("starter").folder
    torch.manual_seed(1)
    labels = {"id2label": dict(enumerate(["bad", "fine", "good"])), "label2id": {"bad": 0, "fine": 1, "good": 2}}
    model = tf.AutoModelForSequenceClassification.from_pretrained(starter, num_labels=3, **labels)
    tokenizer = tf.AutoTokenizer.from_pretrained(starter)
    with torch.inference_mode():
        # A new head, which has an opinion of every text, and not of all the same one.
        model.classifier.weight.mul_(40)
        logits = model(**tokenizer(TEXTS, PAIRS, padding=True, return_tensors="pt")).logits
        model.classifier.bias.sub_(logits.mean(dim=0))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    made.register(str(folder))
    for name in ("classifier", "regressor"):
        made.register(str(checkpoints / name))
    yield made
    made.close()


@pytest.fixture(scope="module")
def over_http(in_process: Backend) -> Iterator[Client]:
    with serve(create_app(in_process, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        yield client
        client.close()


@pytest.fixture(params=["in_process", "over_http"])
def bert(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of few texts."""
    monkeypatch.setattr(windowing, "TEXTS", WINDOW)


# --- windows --------------------------------------------------------------------------------------


def test_windows_are_closed_by_count_and_by_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowing, "TEXTS", 3)
    monkeypatch.setattr(windowing, "CHARACTERS", 10)
    assert list(parts(["a", "b", "c", "d"])) == [(["a", "b", "c"], None), (["d"], None)]
    assert list(parts(["a" * 6, "b" * 4, "c"])) == [(["a" * 6, "b" * 4], None), (["c"], None)]
    assert list(parts(["a", "b" * 99, "c"])) == [(["a"], None), (["b" * 99], None), (["c"], None)]
    assert list(parts(["aaa", "b"], ["x" * 6, "yy"])) == [(["aaa"], ["x" * 6]), (["b"], ["yy"])]
    assert list(windows(iter(()))) == []


# --- lists of any size ----------------------------------------------------------------------------


def test_lists_of_any_size_are_answered_as_the_single_texts_are(bert: Any) -> None:
    count = 2 * MAX_TEXTS + 3
    texts = [
        f"the {'very ' * (n % 3)}{'good' if n % 2 else 'bad'} cat {'ran' if n % 5 else 'sat'}" for n in range(count)
    ]
    made = bert.predict(texts, model="classifier")
    assert made.texts == tuple(texts)
    assert len(made) == len(made.truncated) == count
    different = texts[:30]
    alone = bert.predict(different, model="classifier")
    np.testing.assert_allclose(made.probabilities, np.resize(alone.probabilities, (count, 2)), atol=1e-6)
    assert len(set(alone.labels)) == 2, "a constant answer would prove nothing"
    vectors = bert.embed(texts, model="classifier")
    assert vectors.texts == tuple(texts)
    alone_vectors = bert.embed(different, model="classifier").vectors
    np.testing.assert_allclose(vectors.vectors, np.resize(alone_vectors, (count, 32)), atol=1e-5)


def test_a_list_is_answered_the_same_on_both_sides(in_process: Backend, over_http: Client, small: None) -> None:
    for ask in (
        lambda bert: bert.predict(TEXTS, pair=PAIRS, model="stars").probabilities,
        lambda bert: bert.embed(TEXTS).vectors,
        lambda bert: joined(bert.predict_stream(TEXTS, pair=PAIRS, model="stars")).probabilities,
    ):
        np.testing.assert_allclose(ask(in_process), ask(over_http), atol=1e-6)


def test_one_request_has_its_limit(over_http: Client) -> None:
    many = {"texts": ["a"] * (MAX_TEXTS + 1), "model": "classifier"}
    with http(over_http.url) as web:
        for route in ("/predict", "/embed", "/tokenize"):
            answer = web.post(route, json=many)
            assert answer.status_code == 413
            assert answer.json()["error"]["details"] == {"limit": MAX_TEXTS}
        assert web.post("/predict", json={"texts": "a" * (MAX_TEXTS + 1), "model": "classifier"}).status_code == 200


def test_a_frame_is_no_list_of_texts(bert: Any) -> None:
    with pytest.raises(InputInvalid, match="Expected a text or a list of texts, got DataFrame") as caught:
        bert.embed(pd.DataFrame({"text": TEXTS}))
    assert caught.value.hint == 'Choose a column: frame["text"].'


# --- streams of texts -----------------------------------------------------------------------------


def test_a_stream_says_what_one_call_says(bert: Any, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    predicted = list(bert.predict_stream((text for text in TEXTS), pair=iter(PAIRS), model="stars"))
    vectors = list(bert.embed_stream(iter(TEXTS), pooling="cls", normalize=False))
    assert [len(part) for part in predicted] == [len(part) for part in vectors] == [8, 8, 8, 8, 5]
    monkeypatch.setattr(windowing, "TEXTS", 1000)
    whole = bert.predict(TEXTS, pair=PAIRS, model="stars")
    assert len(set(whole.labels)) == 3, "a constant answer would prove nothing"
    made = joined(predicted)
    assert made.texts == whole.texts == tuple(TEXTS)
    assert (made.labels, made.label_names, made.max_length) == (whole.labels, whole.label_names, whole.max_length)
    np.testing.assert_allclose(made.probabilities, whole.probabilities, atol=1e-5)
    whole_vectors = bert.embed(TEXTS, pooling="cls", normalize=False)
    made_vectors = joined(vectors)
    assert (made_vectors.texts, made_vectors.pooling, made_vectors.normalized) == (tuple(TEXTS), "cls", False)
    np.testing.assert_allclose(made_vectors.vectors, whole_vectors.vectors, atol=1e-4)


def test_the_source_is_read_as_far_as_it_is_needed_and_in_this_thread(bert: Any, small: None) -> None:
    source = Source(TEXTS)
    stream = bert.predict_stream(source, model="stars")
    assert source.read == 0
    for number in range(1, 5):
        assert len(next(stream)) == WINDOW
        assert source.read == number * WINDOW
    assert len(next(stream)) == 5
    assert next(stream, None) is None
    assert source.threads == {threading.get_ident()}


def test_long_texts_close_a_window_early(bert: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowing, "CHARACTERS", 100)
    source = Source(TEXTS)
    stream = bert.embed_stream(source)
    for answer in stream:
        assert len(answer) == 1 or sum(map(len, answer.texts)) <= 100
        assert source.read <= int(answer.texts[-1].rsplit(" ", 1)[1]) + 2, "one text that did not fit any more"
    assert source.read == len(TEXTS)


def test_no_more_than_a_window_is_held(bert: Any, small: None) -> None:
    source = Source(TEXTS * 3)
    count = 0
    for answer in bert.predict_stream(source, model="classifier"):
        count += len(answer)
        del answer
    assert count == len(TEXTS) * 3
    assert WINDOW <= source.most_alive <= WINDOW + 1
    assert not source.alive


@pytest.mark.parametrize("method", ["predict_stream", "embed_stream"])
def test_a_stream_that_is_closed_leaves_nothing(bert: Any, small: None, method: str) -> None:
    bert.predict("warm", model="stars")
    before = threading.active_count()
    source = Source(TEXTS)
    stream = getattr(bert, method)(source, model="stars")
    next(stream)
    stream.close()
    assert source.read == WINDOW
    assert source.is_closed
    assert not source.alive
    assert threading.active_count() <= before
    assert next(stream, None) is None
    # One that is only let go of ends in the same way, and the user's own generator can be read on.
    texts = iter(TEXTS)
    for _ in getattr(bert, method)(texts, model="stars"):
        break
    assert next(texts) == TEXTS[WINDOW]


def test_what_the_source_raises_comes_after_the_answers_before_it(bert: Any, small: None) -> None:
    def broken() -> Iterator[str]:
        yield from TEXTS[:11]
        raise OSError("the disk is gone")

    stream = bert.predict_stream(broken(), model="stars")
    assert next(stream).texts == tuple(TEXTS[:8])
    assert next(stream).texts == tuple(TEXTS[8:11])
    with pytest.raises(OSError, match="the disk is gone"):
        next(stream)
    assert next(stream, None) is None


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (" ", "The text 11 is empty."),
        (5, "The text 11 is int, not a string."),
        ("half \ud83d", "The text 11 has a lone surrogate (U+D83D) at position 5"),
        (pd.DataFrame({"text": ["a"]}), "The text 11 is DataFrame, not a string."),
    ],
)
def test_a_bad_text_is_named_by_its_index_in_the_whole_stream(
    bert: Any, small: None, bad: object, message: str
) -> None:
    for method in (bert.predict_stream, bert.embed_stream):
        stream = method([*TEXTS[:11], bad, *TEXTS], model="stars")
        assert [len(next(stream)), len(next(stream))] == [8, 3]
        with pytest.raises(InputInvalid) as caught:
            next(stream)
        assert caught.value.message.startswith(message)


def test_pairs_go_with_their_texts(bert: Any, small: None) -> None:
    for texts, pairs, message in (
        (TEXTS[:11], PAIRS[:9], "There is no pair for text 9."),
        (TEXTS[:9], PAIRS[:11], "There is a pair 9, but no such text."),
        (TEXTS[:11], [*PAIRS[:9], "", *PAIRS], "The pair 9 is empty."),
    ):
        stream = bert.predict_stream(iter(texts), pair=iter(pairs), model="stars")
        assert [len(next(stream)), len(next(stream))] == [8, 1]
        with pytest.raises(InputInvalid) as caught:
            next(stream)
        assert caught.value.message == message
    with pytest.raises(InputInvalid, match="There is a pair 0, but no such text"):
        list(bert.predict_stream([], pair=PAIRS, model="stars"))
    with pytest.raises(InputInvalid, match="one after another, got one str"):
        list(bert.predict_stream(TEXTS, pair="the same for all", model="stars"))


@pytest.mark.parametrize(("source", "what"), [("reviews.txt", "one str"), (b"bytes", "one bytes"), (5, "int")])
def test_what_is_no_stream_is_told_at_once(bert: Any, source: Any, what: str) -> None:
    for method in (bert.predict_stream, bert.embed_stream):
        with pytest.raises(InputInvalid, match=f"one after another, got {what}"):
            method(source)


def test_a_stream_of_nothing_has_no_answers(bert: Any) -> None:
    assert list(bert.predict_stream([])) == list(bert.embed_stream(iter(()))) == []


def test_an_error_of_the_model_is_that_of_one_call(bert: Any) -> None:
    with pytest.raises(TaskUnsupported) as once:
        bert.predict(TEXTS)
    with pytest.raises(TaskUnsupported) as streamed:
        next(bert.predict_stream(TEXTS))
    assert streamed.value.to_dict() == once.value.to_dict()


def test_a_stream_stays_with_its_model(in_process: Backend, over_http: Client, small: None) -> None:
    other = Client(over_http.url, TOKEN)
    for bert in (other, in_process):
        bert.use("stars")
        stream = bert.predict_stream(TEXTS)
        first = next(stream)
        bert.use("classifier")
        assert [first.model, *(part.model for part in stream)] == ["stars"] * 5
        bert.use("starter")
    other.close()


def test_lines_of_a_file_and_columns_are_streams(bert: Any, small: None) -> None:
    expected = list(bert.predict(TEXTS, model="stars").labels)
    for source in (
        io.StringIO("".join(f"{text}\n" for text in TEXTS)),
        pd.Series(TEXTS, index=range(100, 137)),
        pl.Series(TEXTS),
        np.array(TEXTS),
    ):
        assert list(joined(bert.predict_stream(source, model="stars")).labels) == expected


# --- streams of frames ----------------------------------------------------------------------------


def odd_frame(count: int = 37) -> pd.DataFrame:
    """A frame with an index in no order, in which labels come twice."""
    index = pd.Index([(n * 7) % 20 for n in range(count)], name="row")
    return pd.DataFrame({"review": TEXTS[:count], "note": PAIRS[:count], "stars": range(count)}, index=index)


def test_a_large_frame_comes_back_in_pieces(bert: Any, small: None) -> None:
    frame = odd_frame()
    whole = bert.predict(frame, text="review", pair="note", model="stars", top_k=2)
    pieces = list(bert.predict_stream(frame, text="review", pair="note", model="stars", top_k=2))
    assert [len(piece) for piece in pieces] == [8, 8, 8, 8, 5]
    pd.testing.assert_frame_equal(pd.concat(pieces), whole)
    pd.testing.assert_frame_equal(whole[frame.columns], frame)
    polar = pl.from_pandas(frame)
    made = pl.concat(bert.predict_stream(polar, text="review", model="regressor"))
    polars.testing.assert_frame_equal(made, bert.predict(polar, text="review", model="regressor"))


def test_frames_that_come_one_after_another_come_back_one_after_another(bert: Any, small: None, tmp_path: Path) -> None:
    frame = odd_frame()
    whole = bert.predict(frame, text="review", model="stars")
    pieces = bert.predict_stream((frame[at : at + 5] for at in range(0, 37, 5)), text="review", model="stars")
    made = pd.concat(pieces)
    pd.testing.assert_frame_equal(made, whole, atol=1e-5)
    frame.reset_index().to_csv(tmp_path / "reviews.csv", index=False)
    read = []
    with pd.read_csv(tmp_path / "reviews.csv", index_col="row", chunksize=6) as chunks:
        for piece in bert.predict_stream(chunks, text="review", model="stars"):
            read.append(len(piece))
            pd.testing.assert_frame_equal(piece, whole[sum(read[:-1]) : sum(read)], atol=1e-5, check_index_type=False)
    assert read == [6] * 6 + [1]


def test_tables_and_batches_of_arrow_and_lazy_frames(bert: Any, small: None) -> None:
    table = pa.table({"review": TEXTS, "stars": range(37)})
    labels = list(bert.predict(TEXTS, model="stars").labels)
    pieces = list(bert.predict_stream(table.to_batches(max_chunksize=10), text="review", model="stars"))
    assert [piece.num_rows for piece in pieces] == [8, 2, 8, 2, 8, 2, 7]
    made = pa.concat_tables(pieces)
    assert made.column_names == ["review", "stars", "predicted_label", "predicted_probability"]
    assert made["predicted_label"].to_pylist() == labels
    begun = []

    def more(given: pl.DataFrame) -> pl.DataFrame:
        begun.append(given.height)
        return given.with_columns(pl.col("stars") + 1)

    lazy = pl.from_arrow(table).lazy().map_batches(more, schema={"review": pl.String, "stars": pl.Int64})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream = bert.predict_stream(lazy, text="review", model="stars")
        assert not begun
        collected = pl.concat(stream)
    assert begun
    assert collected["predicted_label"].to_list() == labels
    assert collected["stars"].to_list() == list(range(1, 38))


def test_frames_are_read_when_they_are_needed_and_not_held(bert: Any, small: None) -> None:
    made: list[weakref.ref[pd.DataFrame]] = []
    held = []

    def alive() -> int:
        return sum(one() is not None for one in made)

    def frames() -> Iterator[pd.DataFrame]:
        for at in range(0, 36, 6):
            frame = odd_frame()[at : at + 6].copy()
            made.append(weakref.ref(frame))
            held.append(alive())
            yield frame
            del frame

    stream = bert.predict_stream(frames(), text="review", model="classifier")
    for number in range(1, 7):
        assert len(next(stream)) == 6
        assert len(made) == number
    stream.close()
    assert max(held) <= 2
    assert not alive()


def test_a_bad_row_is_named_by_its_number_in_the_whole_stream(bert: Any, small: None) -> None:
    frame = odd_frame()
    frame.iloc[19, 1] = None
    whole = bert.predict(frame[:19], text="review", pair="note", model="stars")
    for frames in (frame, [frame[:10], frame[10:10], frame[10:]]):
        made, stream = [], bert.predict_stream(frames, text="review", pair="note", model="stars")
        with pytest.raises(InputInvalid, match=r"Row 19 \(counted from 0\) of column 'note' is") as caught:
            made.extend(stream)
        assert "not a text" in caught.value.message
        pd.testing.assert_frame_equal(pd.concat(made), whole, atol=1e-5)
    half = pd.DataFrame({"review": [*TEXTS[:20], "half \ud83d"]}, dtype=object)
    for ask in (bert.predict, lambda *args, **how: list(bert.predict_stream(*args, **how))):
        with pytest.raises(InputInvalid, match=r"row 20 \(counted from 0\) of column 'review' has a lone surrogate"):
            ask(half, text="review", model="stars")


def test_a_slip_with_frames_is_told_clearly(bert: Any) -> None:
    frame = odd_frame(4)
    with pytest.raises(InputInvalid, match="The frame has no column 'revew'"):
        next(bert.predict_stream(frame, text="revew", model="stars"))
    stream = bert.predict_stream([frame, "a text"], text="review", model="stars")
    assert len(next(stream)) == 4
    with pytest.raises(InputInvalid, match="Expected a DataFrame, got str"):
        next(stream)
    with pytest.raises(InputInvalid, match="The text 0 is DataFrame") as caught:
        next(bert.embed_stream([frame]))
    assert 'for text in frame["text"]' in caught.value.hint


def test_rows_that_are_cut_are_told_once(bert: Any, small: None) -> None:
    texts = ["a good film"] * 9 + ["good " * 700] * 20
    with pytest.warns(UserWarning, match="read up to 64 tokens only; row 9 ") as told:
        made = list(bert.predict_stream(pd.DataFrame({"text": texts}), model="classifier"))
    assert [len(piece) for piece in made] == [8, 8, 8, 5]
    assert len(told) == 1


# --- the magics -----------------------------------------------------------------------------------


def test_the_magics_show_how_far_a_long_list_is(
    bert: Any, small: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shown: list[str] = []
    monkeypatch.setattr(progress, "line_here", lambda: shown.append)
    monkeypatch.setattr(progress, "SHOW_SECONDS", 0)
    shell = InteractiveShell()
    shell.extension_manager.load_extension("albert_widgets")
    shell.magics_manager.registry["AlbertMagics"].bert = bert
    shell.user_ns.update(texts=TEXTS, few=TEXTS[:3], frame=odd_frame(), slip=[*TEXTS, " "])

    def run(line: str) -> Any:
        shown.clear()
        done = shell.run_cell(line)
        done.raise_error()
        return done.result

    made = run("%albert predict --from texts --model stars")
    assert made.texts == tuple(TEXTS)
    np.testing.assert_allclose(made.probabilities, bert.predict(TEXTS, model="stars").probabilities, atol=1e-6)
    done = [line.partition(",")[2].split(" of ")[0].strip() for line in shown]
    assert done == ["0 texts", "8 texts", "16 texts", "24 texts", "32 texts", ""]
    assert run("%albert embed --from texts --pooling max").vectors.shape == (37, 384)
    assert len(shown) == 6
    assert len(run("%albert predict --data frame --text review --model stars")) == 37
    assert "8 rows of 37 rows" in shown[1]
    run("%albert predict --from few --model stars")
    assert not shown
    with pytest.raises(Exception, match="The text 37 is empty"):
        run("%albert predict --from slip --model stars")
    assert not shown, "a slip is told before the work"
