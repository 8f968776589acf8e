"""Summaries that a model writes: by any encoder-decoder, of texts of any length, followed, ended, held to account."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from albert_widgets.backend import Backend
from albert_widgets.backend.summaries.generation import search_of
from albert_widgets.backend.summaries.parts import parts_of
from albert_widgets.backend.summaries.reading import read
from albert_widgets.backend.summaries.support import MOST, aligned
from albert_widgets.errors import InputInvalid, ModelNotFound
from albert_widgets.service.activity import Activity
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.service.limits import Limits
from tests.checkpoints import made_endless
from tests.serving import TOKEN, http, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITERS = ("summarizer", "bart", "t5")
TEXT = "The cat sat on the mat because it was tired. A dog ran fast. It was a good film and not bad. She is happy."
LONG = " ".join(f"The {'good bad sad happy tired'.split()[n % 5]} dog ran to mat {n} and sat." for n in range(40))
SOURCE = (
    "The river Elbe flooded the old town of Meissen on Monday. Hundreds of people had to leave their homes. "
    "The fire brigade pumped water out of cellars all night. The mayor promised 2,500 euros to each household. "
    "Schools will stay closed until Thursday."
)


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in WRITERS:
        made.register(str(checkpoints / name), name=name)
    yield made
    made.close()


@pytest.fixture(scope="module")
def endless(bert: Backend, checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = made_endless(checkpoints / "t5", tmp_path_factory.mktemp("endless") / "t5")
    return bert.register(str(folder), name="endless").id


# --- what writes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITERS)
def test_any_encoder_decoder_writes_without_being_told_so(bert: Backend, name: str) -> None:
    info = bert.model(name)
    assert (info.task, info.max_length) == ("summarization", 64)
    summary = bert.summarize(TEXT, model=name)
    assert summary.method == "abstractive"
    assert summary.written
    assert summary.source == TEXT
    assert [sentence.text for sentence in summary.sentences] == [
        "The cat sat on the mat because it was tired.",
        "A dog ran fast.",
        "It was a good film and not bad.",
        "She is happy.",
    ]
    assert not summary.chosen
    assert sorted(sentence.rank for sentence in summary.sentences) == [0, 1, 2, 3]
    assert summary.text in str(summary)
    assert bert.summarize(TEXT, model=name, beams=3).written


def test_what_the_model_writes_is_what_transformers_makes_of_the_same_checkpoint(
    bert: Backend, checkpoints: Path
) -> None:
    import transformers as tf

    hub = tf.AutoTokenizer.from_pretrained(checkpoints / "t5")
    # What the config says of the task: a prefix, and how to search.
    inputs = hub("you i " + TEXT, return_tensors="pt", return_token_type_ids=False)
    plain = tf.T5ForConditionalGeneration.from_pretrained(checkpoints / "t5").eval()
    ids = plain.generate(**inputs, max_length=12, min_length=4, num_beams=2, no_repeat_ngram_size=2)
    assert hub.decode(ids[0], skip_special_tokens=True).strip() == bert.summarize(TEXT, model="t5").written


def test_a_forced_first_token_is_written_first(bert: Backend) -> None:
    assert bert.summarize(TEXT, model="bart").text.startswith("happy")


def test_other_encoder_decoders_are_not_taken_for_summarizers(tmp_path: Path, checkpoints: Path) -> None:
    from albert_widgets.backend.checkpoint import describe

    config = json.loads((checkpoints / "bart" / "config.json").read_text(encoding="utf-8"))
    tasks = []
    for change in ({"num_mel_bins": 80}, {"is_encoder_decoder": False, "vision_config": {}}, {}):
        (tmp_path / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
        tasks.append(describe("any", "folder", tmp_path).task)
    assert tasks == ["conditional-generation", "conditional-generation", "summarization"]


@pytest.mark.parametrize("name", ["bart", "t5"])
def test_everything_else_works_with_them_as_before(bert: Backend, name: str) -> None:
    assert bert.tokenize("the cat", model=name).tokens == ("[CLS]", "the", "cat", "[SEP]")
    assert bert.embed("the cat", model=name).vectors.shape == (1, 32)
    maps = bert.attention("the cat", model=name).weights
    np.testing.assert_allclose(maps.sum(-1), 1, atol=1e-5)
    assert name in [info.id for info in bert.models()]


# --- how it is asked ------------------------------------------------------------------------------


def test_tokens_are_the_most_that_are_written(bert: Backend) -> None:
    for name in WRITERS:
        summary = bert.summarize(TEXT, model=name, tokens=3)
        assert len(summary.written.split()) <= 3


def test_no_sequence_comes_twice_that_must_not(bert: Backend) -> None:
    for name in WRITERS:
        written = bert.summarize(TEXT, model=name, no_repeat_ngram=1, beams=1, tokens=20).written.split()
        assert len(written) == len(set(written)) > 0


def test_what_is_not_asked_is_as_the_checkpoint_says(bert: Backend) -> None:
    with bert._pool.use("t5") as loaded:
        assert search_of(loaded.engine) == {
            "num_beams": 2,
            "no_repeat_ngram_size": 2,
            "max_new_tokens": 11,
            "min_new_tokens": 3,
        }
        asked = search_of(loaded.engine, tokens=2, beams=5, no_repeat_ngram=0)
        assert asked == {"num_beams": 5, "no_repeat_ngram_size": 0, "max_new_tokens": 2, "min_new_tokens": 2}
    with bert._pool.use("summarizer") as loaded:
        assert search_of(loaded.engine) == {"max_new_tokens": 8, "min_new_tokens": 2}


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"beams": 0}, "beams=0 is out of range"),
        ({"beams": 33}, "beams=33 is out of range"),
        ({"no_repeat_ngram": -1}, "no_repeat_ngram=-1 is out of range"),
        ({"no_repeat_ngram": 21}, "no_repeat_ngram=21 is out of range"),
        ({"percent": 20}, "percent chooses among sentences"),
        ({"about": "cats"}, "cannot be asked about something"),
    ],
)
def test_what_is_out_of_range_is_said(bert: Backend, how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        bert.summarize(TEXT, model="t5", **how)


# --- long texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITERS)
def test_a_long_text_is_read_in_whole_sentences_none_of_them_left_out(bert: Backend, name: str) -> None:
    with bert._pool.use(name) as loaded:
        tokenizer = loaded.engine.tokenizer
        reading = read(loaded, [LONG], None)
        parts = parts_of(reading, tokenizer, 64, "you i ")
        assert " ".join(parts.texts) == LONG
        assert all(part.endswith(".") for part in parts.texts)
        lengths = [len(ids) for ids in tokenizer.encode(["you i " + part for part in parts.texts])["input_ids"]]
    assert max(lengths) <= 64
    assert min(lengths) > 64 / 3, "about as much in each"
    summary = bert.summarize(LONG, model=name)
    total = int(reading.tokens.sum())
    with bert._pool.use(name) as loaded:
        count = len(parts_of(reading, tokenizer, 64, "you i " if name == "t5" else "").texts)
    assert summary.notes[0] == f"the text has {total:,} tokens; read in {count} parts"
    assert summary.source == LONG


def test_the_budget_is_shared_out_among_the_parts(bert: Backend) -> None:
    for tokens in (400, 40, 5):
        summary = bert.summarize(LONG, model="summarizer", tokens=tokens)
        # The tokenizer of the small models puts a space after each token.
        assert 0 < len(summary.written.split()) <= tokens
        assert ("summarized again" in summary.notes[0]) == (tokens < 400)


def test_a_sentence_that_is_longer_than_a_part_is_broken_and_that_is_said(bert: Backend) -> None:
    sentence = "the cat sat and " * 100 + "ran."
    with bert._pool.use("summarizer") as loaded:
        parts = parts_of(read(loaded, [sentence + " She is happy."], None), loaded.engine.tokenizer, 64)
    assert parts.broken == 1
    assert " ".join(part.strip() for part in parts.texts) == sentence + " She is happy."
    summary = bert.summarize(sentence, model="summarizer")
    assert "1 sentence is longer than the model reads at once, and read in pieces" in summary.notes


def test_a_word_without_end_has_no_spaces_to_break_at(bert: Backend) -> None:
    text = "，".join(["猫很累" * 40] * 5) + "。"
    with bert._pool.use("summarizer") as loaded:
        parts = parts_of(read(loaded, [text], "zh"), loaded.engine.tokenizer, 64)
    assert "".join(parts.texts) == text


def test_too_long_a_text_is_refused_before_an_hour_has_gone(bert: Backend) -> None:
    with pytest.raises(InputInvalid, match=r"The text has [\d,]+ tokens; the model reads 64 at once, .* 256 parts"):
        bert.summarize(TEXT * 700, model="summarizer")


def test_pages_are_read_without_their_tags(bert: Backend) -> None:
    summary = bert.summarize(f"<div><p>{TEXT}</p><script>x()</script></div>", model="summarizer")
    assert summary.source == TEXT
    assert "read as HTML: its text without the tags" in summary.notes


# --- what supports it -----------------------------------------------------------------------------


def supported(bert: Backend, written: str, source: str = SOURCE) -> list[list[str]]:
    """The sentences of the source that support each of ``written``."""
    with bert._pool.use("starter") as starter:
        reading = starter.readings.read(starter, [source], None)
        found = aligned(written, reading, starter)
        assert all(written[one.start : one.end] == one.text for one in found.sentences)
        assert found.scores.shape == (len(reading.spans),)
        return [[reading.pieces[one.sentence] for one in sentence.support] for sentence in found.sentences]


def test_a_paraphrase_is_supported_and_what_is_made_up_is_not(bert: Backend) -> None:
    written = (
        "Many residents were forced out of their houses. Firefighters spent the night pumping out basements. "
        "The football club won the cup again."
    )
    homes, brigade, made_up = supported(bert, written)
    assert homes[0] == "Hundreds of people had to leave their homes."
    assert brigade[0] == "The fire brigade pumped water out of cellars all night."
    assert made_up == []


def test_support_is_the_nearest_first_and_not_more_than_three(bert: Backend) -> None:
    ((first, *more),) = supported(bert, "The flood.", "The flood came. " + "The flood came again. " * 4)
    assert first == "The flood came."
    assert len(more) == MOST - 1


@pytest.mark.parametrize(
    ("written", "is_supported"),
    [
        ("The mayor promised 2,500 euros to each household.", True),
        ("The mayor promised 2500 euros to each household.", True),
        ("The mayor promised 2, 500 euros to each household.", True),
        ("The mayor promised 9,500 euros to each household.", False),
        ("The mayor promised 25 euros to each household.", False),
    ],
)
def test_a_number_that_the_source_does_not_have_is_not_supported(
    bert: Backend, written: str, is_supported: bool
) -> None:
    (support,) = supported(bert, written)
    assert bool(support) == is_supported


def test_digits_of_another_script_are_the_same_numbers(bert: Backend) -> None:
    source = "وعد رئيس البلدية بدفع ٢٥٠٠ يورو لكل أسرة. المدارس مغلقة اليوم."
    assert supported(bert, "وعد رئيس البلدية بدفع 2500 يورو لكل أسرة.", source)[0]
    assert not supported(bert, "وعد رئيس البلدية بدفع 9500 يورو لكل أسرة.", source)[0]


def test_in_other_languages_likeness_alone_is_not_enough(bert: Backend) -> None:
    source = "北京今天下了大雨。很多街道被水淹没。人们不得不离开家园。消防队整夜抽水。"
    rain, made_up = supported(bert, "北京下了大雨。股票价格上涨了很多。", source)
    assert rain[0] == "北京今天下了大雨。"
    assert made_up == []


def test_scores_of_the_source_say_what_the_summary_is_about(bert: Backend) -> None:
    with bert._pool.use("starter") as starter:
        reading = starter.readings.read(starter, [SOURCE], None)
        scores = aligned("Residents had to leave their homes.", reading, starter).scores
    assert scores.argmax() == 1
    assert scores.min() >= 0
    assert scores.max() <= 1


def test_without_a_starter_the_summarizer_compares_and_says_so(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    bert.unload("starter")
    monkeypatch.setattr(bert._catalog, "_starter", list)
    with pytest.raises(ModelNotFound):
        bert.model("starter")
    for name in WRITERS:
        summary = bert.summarize(TEXT, model=name)
        assert f"support is judged by {name} itself and by shared words: the starter is not here" in summary.notes
        assert len(summary.written_sentences) >= 1


def test_a_model_that_repeats_itself_is_told_of(bert: Backend) -> None:
    hint = "the model repeats itself; no_repeat_ngram=3 forbids it"
    assert hint in bert.summarize(LONG, model="summarizer").notes
    forbidden = bert.summarize(LONG, model="summarizer", no_repeat_ngram=3).notes
    assert hint not in forbidden
    assert "the model repeats itself" in forbidden, "the parts do not know of each other"
    other = bert.summarize(TEXT, model="summarizer", tokens=20, no_repeat_ngram=2)
    assert not any(note.startswith("the model repeats itself") for note in other.notes)


# --- following it, and ending it ------------------------------------------------------------------


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("name", WRITERS)
def test_a_text_is_told_while_it_is_written(
    bert: Backend, monkeypatch: pytest.MonkeyPatch, name: str, beams: int
) -> None:
    monkeypatch.setattr("albert_widgets.backend.summaries.generation.TELL_SECONDS", 0.0)
    told: list[str] = []
    how = {"model": name, "beams": beams, "tokens": 8}
    summary = bert.summarize(TEXT, on_text=told.append, **how)
    assert told[-1] == summary.written
    assert len({len(text) for text in told}) > 2, "token by token"
    assert summary.written == bert.summarize(TEXT, **how).written, "who looks on changes nothing"


def test_the_parts_of_a_long_text_are_told_one_after_the_other(bert: Backend) -> None:
    told: list[str] = []
    summary = bert.summarize(LONG, model="summarizer", on_text=told.append)
    assert told[-1] == summary.written
    assert len(told) > 3
    first = told[len(told) // 2].split()[:4]
    assert summary.written.split()[: len(first)] == first


def test_not_more_is_told_than_somebody_can_read(bert: Backend, endless: str) -> None:
    times: list[float] = []

    def look(_text: str) -> None:
        times.append(time.monotonic())

    bert.summarize(TEXT, model=endless, tokens=300, on_text=look)
    # The last of them is the whole text, which waits for nothing.
    assert min(np.diff(times[:-1]), default=1) >= 0.045


class Enough(Exception):
    pass


@pytest.mark.parametrize("beams", [1, 4])
def test_what_the_callback_raises_ends_the_work(bert: Backend, endless: str, beams: int) -> None:
    def stop(text: str) -> None:
        if text:
            raise Enough(text)

    for error in (Enough, Enough):
        with pytest.raises(error):
            bert.summarize(TEXT, model=endless, beams=beams, on_text=stop)
    # A model that is in use could not be unloaded.
    assert bert.unload(endless).bytes_loaded == 0


def test_an_error_of_the_callback_is_not_taken_for_the_models(bert: Backend) -> None:
    def stop(text: str) -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        bert.summarize(TEXT, model="bart", on_text=stop)


@pytest.mark.parametrize("texts", [[TEXT, TEXT], [TEXT]])
def test_several_summaries_cannot_be_followed(bert: Backend, texts: list[str]) -> None:
    with pytest.raises(InputInvalid, match="on_text can follow one summary only"):
        bert.summarize(texts, model="bart", on_text=print)
    assert bert.summarize(texts, together=True, model="bart", on_text=lambda _: None).written


# --- the same over HTTP ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def activity() -> Activity:
    return Activity()


@pytest.fixture(scope="module")
def url(bert: Backend, activity: Activity) -> Iterator[str]:
    with serve(create_app(bert, token=TOKEN, limits=Limits(max_streams=3), activity=activity)) as where:
        yield where


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    made = Client(url, TOKEN)
    yield made
    made.close()


def events_of(url: str, **body: Any) -> list[tuple[str, Any]]:
    with http(url, Accept="text/event-stream") as web, web.stream("POST", "/summarize", json=body) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        found, name = [], ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_events_are_texts_and_at_last_the_summary(url: str, bert: Backend) -> None:
    body = {"text": LONG + " 🙂\u2028\x85", "model": "t5"}
    *told, (name, summary) = events_of(url, **body)
    assert name == "summary"
    assert {name for name, _ in told} == {"text"}
    assert all(set(data) == {"text"} for _, data in told)
    with http(url) as web:
        assert web.post("/summarize", json=body).json() == summary
    assert summary["written"] == bert.summarize(**body).written


def test_an_error_is_the_last_event(url: str) -> None:
    ((name, error),) = events_of(url, text=TEXT, model="bart", beams=99)
    assert name == "error"
    assert (error["code"], error["message"]) == ("input_invalid", "beams=99 is out of range.")
    ((name, error),) = events_of(url, text=[TEXT], model="bart")
    assert error["message"] == "on_text can follow one summary only."


def test_chosen_sentences_come_as_one_event(url: str) -> None:
    ((name, summary),) = events_of(url, text=TEXT, sentences=1)
    assert (name, summary["method"]) == ("summary", "centrality")


@pytest.mark.parametrize("beams", [1, 3])
def test_the_client_is_told_the_same(client: Client, bert: Backend, beams: int) -> None:
    told: list[str] = []
    there = client.summarize(LONG, model="t5", beams=beams, on_text=told.append)
    here = bert.summarize(LONG, model="t5", beams=beams, on_text=lambda _: None)
    assert repr(there) == repr(here)
    assert there.written_sentences == here.written_sentences
    assert there.sentences == here.sentences
    assert here.written.startswith(told[0][:10].rstrip())
    with pytest.raises(InputInvalid, match="beams=99"):
        client.summarize(TEXT, model="t5", beams=99, on_text=told.append)


def is_free(bert: Backend, url: str, activity: Activity) -> bool:
    with http(url) as web:
        status = web.get("/status").json()
    users = [loaded.users for loaded in bert._pool._loaded.values()]
    return not (status["running"] or status["waiting"] or activity.streams or any(users))


def test_a_callback_that_raises_hangs_up_and_the_model_is_free(
    client: Client, bert: Backend, url: str, activity: Activity, endless: str
) -> None:
    def stop(text: str) -> None:
        if text:
            raise Enough

    with pytest.raises(Enough):
        client.summarize(TEXT, model=endless, on_text=stop)
    until(lambda: is_free(bert, url, activity), 20)
    assert bert.unload(endless).bytes_loaded == 0


def test_a_client_that_goes_away_ends_the_work(url: str, bert: Backend, activity: Activity, endless: str) -> None:
    with http(url, Accept="text/event-stream") as web:
        with web.stream("POST", "/summarize", json={"text": TEXT, "model": endless}) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: text"
            assert not is_free(bert, url, activity)
        until(lambda: is_free(bert, url, activity), 20)
    assert bert.unload(endless).bytes_loaded == 0


def test_a_summary_that_waits_for_its_turn_is_taken_out_of_the_line(
    bert: Backend, endless: str, activity: Activity
) -> None:
    app = create_app(bert, token=TOKEN, limits=Limits(workers=1, max_streams=2), activity=activity)
    with serve(app) as url, http(url, Accept="text/event-stream") as web:
        with web.stream("POST", "/summarize", json={"text": TEXT, "model": endless}) as first:
            lines = first.iter_lines()
            assert next(lines) == "event: text"
            with web.stream("POST", "/summarize", json={"text": TEXT, "model": "bart"}):
                until(lambda: web.get("/status").json()["waiting"] == 1)
                refused = web.post("/summarize", json={"text": TEXT, "model": "bart"})
                assert (refused.status_code, refused.json()["error"]["code"]) == (429, "overloaded")
            until(lambda: web.get("/status").json()["waiting"] == 0)
        until(lambda: is_free(bert, url, activity), 20)


def test_others_use_the_service_meanwhile(url: str, client: Client, endless: str) -> None:
    seen = threading.Event()
    answers: list[Any] = []

    def look(text: str) -> None:
        seen.set()
        if answers:
            raise Enough

    def follow() -> None:
        with pytest.raises(Enough):
            client.summarize(TEXT, model=endless, on_text=look)
        answers.append("ended")

    thread = threading.Thread(target=follow)
    thread.start()
    assert seen.wait(60)
    other = Client(url, TOKEN)
    answers.append(other.summarize(TEXT, model="bart").written)
    thread.join(60)
    assert answers[-1] == "ended"
    other.close()
