"""Fine-tuning to choose sentences: what is learned, how it is judged, how it is used at once, what it leaves alone."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import torch

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.job_worker import JobContext
from albert_widgets.backend.summaries.features import Document, vocabulary_of
from albert_widgets.backend.summaries.head import WINDOW, ExtractiveHead, HeadConfig, batch, scores
from albert_widgets.backend.summaries.oracle import grams, oracle, overlap, spaced
from albert_widgets.backend.summaries.reading import part
from albert_widgets.backend.summaries.rouge import rouge
from albert_widgets.backend.tokens import SharedTokenizer
from albert_widgets.backend.training.extracting import Extracting, Extractor
from albert_widgets.backend.training.objective import Given
from albert_widgets.backend.training.split import prepare
from albert_widgets.backend.upload_plan import files_of
from albert_widgets.errors import InputInvalid, ModelFailed, TaskUnsupported
from albert_widgets.fit_settings import USUAL, FitSettings
from albert_widgets.labelled import LabelledTexts
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.widgets import FinetunePanel
from tests.serving import serve
from tests.test_magics import quiet_shell, run, slip, with_magics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

    from albert_widgets.job import Job

FILL = "the cat sat on mat because it was a dog ran film not very".split()
COLUMNS = {"text": "article", "label": "summary", "task": "extract"}
QUICK: dict[str, Any] = {**COLUMNS, "epochs": 20, "batch_size": 8, "patience": 0, "learning_rate": 5e-3}


def articles(count: int = 90, seed: int = 0) -> pd.DataFrame:
    """Texts of some sentences, of which the last two are the summary, joined without a space."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        sentences = []
        for at in range(int(random.integers(5, 9))):
            words = list(random.choice(FILL, size=random.integers(4, 9)))
            words[1] = f"{number}x{at}"
            sentences.append(" ".join(words).capitalize() + ".")
        rows.append({"article": " ".join(sentences), "summary": "".join(sentences[-2:])})
    return pd.DataFrame(rows, index=[f"a{number}" for number in range(count)])


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("bert", "roberta", "summarizer", "classifier"):
        made.register(str(checkpoints / name), name=f"tiny-{name}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def learned(bert: Backend) -> Job:
    """A run that has learned what there is to learn."""
    job = bert.fit(articles(), name="learned", model="tiny-bert", **QUICK)
    job.wait(120)
    return job


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


def folder_of(name: str) -> Path:
    return folders.home() / "models" / name


# --- what it learns -------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_chooses_better_than_what_is_not_trained(learned: Job) -> None:
    metrics = learned.result()["metrics"]
    assert metrics["rouge2"] > 0.9
    assert metrics["rouge2"] > metrics["lead_rouge2"] + 0.3
    assert metrics["rouge2"] > metrics["centrality_rouge2"] + 0.3
    assert {"rouge1", "rougeL", "loss", "rouge_rows"} <= set(metrics)
    measured = [event.data for event in learned.events(follow=False) if event.kind == "metric"]
    losses = [data["eval_loss"] for data in measured if "eval_loss" in data]
    assert losses[-1] < 0.7 * losses[0]
    assert any("eval_rouge2" in data for data in measured)
    assert not any("eval_score" in data for data in measured), "what chooses among checkpoints is not shown"


def test_a_model_is_used_for_what_it_was_trained_for(bert: Backend, learned: Job) -> None:
    new = articles(12, seed=9)
    model = learned.result()["model"]
    assert bert.model(model).task == "extractive-summarization"
    right = 0
    for text, truth in zip(new["article"], new["summary"], strict=True):
        summary = bert.summarize(text, model=model, sentences=2)
        assert summary.method == "trained"
        assert {max(sentence.score for sentence in summary.sentences)} == {1.0}
        right += "".join(summary.text.split()) == "".join(truth.split())
    assert right >= 10
    asked = bert.summarize(new["article"].iloc[0], model=model, sentences=2, method="trained")
    assert asked.text == bert.summarize(new["article"].iloc[0], model=model, sentences=2).text
    assert bert.summarize(new["article"].iloc[0], model=model, method="lead", sentences=1).sentences[0].is_chosen


def test_the_encoder_stays_what_it_was(bert: Backend, learned: Job) -> None:
    model, text = learned.result()["model"], "the cat sat on the mat"
    np.testing.assert_array_equal(bert.embed(text, model=model).vectors, bert.embed(text, model="tiny-bert").vectors)
    assert bert.model(model).num_hidden_layers == 3
    with pytest.raises(TaskUnsupported, match="extractive-summarization model"):
        bert.predict(text, model=model)


def test_both_sides_of_the_wire_choose_alike(bert: Backend, learned: Job) -> None:
    text = articles(1, seed=4)["article"].iloc[0]
    here = bert.summarize(text, model=learned.result()["model"], words=12)
    with serve(create_app(bert, token="secret")) as url:
        client = Client(url, "secret")
        there = client.summarize(text, model=learned.result()["model"], words=12)
        assert client.model("run:learned").task == "extractive-summarization"
        with pytest.raises(TaskUnsupported, match="was not trained to choose sentences"):
            client.summarize(text, method="trained")
        client.close()
    assert there.text == here.text
    np.testing.assert_allclose([one.score for one in there.sentences], [one.score for one in here.sentences], atol=1e-4)


def test_rows_are_judged_by_what_was_chosen_of_them(bert: Backend, learned: Job) -> None:
    judged, report, frame = bert.judged_rows("run:learned", limit=1000), bert.fit_report("run:learned"), articles()
    assert judged.count == len(judged) == report.validation_rows == report.metrics["rouge_rows"] == 9
    assert [row.truth for row in judged.rows] == frame["summary"].loc[judged.index].tolist()
    for row in judged.rows:
        assert row.loss == pytest.approx(1 - rouge([spaced(row.truth)], [row.answer])[0, 2], abs=1e-5)
        assert all(piece in row.text for piece in re.findall(r"[^.]+\.", row.answer))
    assert (report.task, report.primary, report.settings["method"]) == ("extract", "rouge2", "head")
    assert "rouge2" in repr(report)


def test_the_card_says_how_good_it_is_and_what_is_in_it(learned: Job) -> None:
    learned.result()
    card = (folder_of("learned") / "README.md").read_text(encoding="utf-8")
    assert "pipeline_tag: summarization" in card
    assert "| centrality_rouge2 |" in card
    assert 'summarize("…", model="run:learned")' in card
    vocabulary = json.loads((folder_of("learned") / "extractive_head.json").read_text(encoding="utf-8"))["vocabulary"]
    assert set(FILL) <= set(vocabulary)
    assert not [word for word in vocabulary if "x" in word], "words of single texts stay where they are"


def test_a_push_takes_the_head_and_no_row(learned: Job) -> None:
    learned.result()
    going, staying = files_of(folder_of("learned"))
    assert {"extractive_head.json", "extractive_head.safetensors", "model.safetensors"} <= {one.name for one in going}
    assert "validation.safetensors" in staying


@pytest.mark.parametrize("base", ["roberta", "modernbert", "summarizer"])
def test_any_encoder_gets_a_head(bert: Backend, checkpoints: Path, tmp_path: Path, base: str) -> None:
    """In this process, for a job of each would take a minute."""
    frame, tokenizer = articles(12), SharedTokenizer.load(checkpoints / base)
    data = LabelledTexts.of(frame["article"].tolist(), frame["summary"].tolist(), task="extract")
    settings = FitSettings.of(name="tried", model="any", **USUAL["extract"])
    context = JobContext({}, tmp_path, 1.0, sys.stderr)
    given = Given(context, settings, prepare(data), checkpoints / base, tokenizer, "cpu", 64)
    objective = Extracting(given)
    model, rows = objective.model(), objective.rows(given.prepared.train)
    inputs = objective.collator(model)([rows[at] for at in range(4)])
    loss = objective.loss()(model(**inputs).logits, inputs["labels"], True)
    loss.backward()
    assert torch.isfinite(loss)
    made = tmp_path / "made"
    Extractor(objective._loaded.engine.encoder, model).save_pretrained(made)
    tokenizer.hub.save_pretrained(made)
    bert.register(str(made), name=base)
    assert bert.model(base).task == "extractive-summarization"
    assert bert.summarize(frame["article"].iloc[0], model=base, sentences=2).method == "trained"


def test_other_languages_and_pages_are_read_as_well(bert: Backend, learned: Job) -> None:
    texts = ["猫很累。狗在跑。今天下雨。", "<p>The cat sat.</p><p>It was happy.</p>", "Кошка спит. Собака бежит."]
    summaries = bert.summarize(texts, model=learned.result()["model"], sentences=1)
    assert [summary.language for summary in summaries] == ["zh", "en", "ru"]
    assert all(summary.text for summary in summaries)


# --- what ends it ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_paused_run_goes_on_and_stop_keeps_the_best(bert: Backend) -> None:
    job = bert.fit(articles(), name="rested", model="tiny-bert", **{**QUICK, "epochs": 900})
    until(lambda: any("eval_rouge2" in event.data for event in job.events(follow=False)))
    job.pause()
    until(lambda: job.state == "paused")
    job.resume()
    until(lambda: any("Going on from step" in event.data.get("message", "") for event in job.events(follow=False)))
    read = [event.data for event in job.events(follow=False) if event.data.get("unit") == "sentences"]
    assert sum(data["done"] == data["total"] for data in read) == 2, "the sentences of both sides were read once only"
    job.stop()
    info = job.wait(120)
    assert info.state == "stopped"
    assert info.result["metrics"]["rouge_rows"] == 9
    assert bert.summarize(articles(1)["article"].iloc[0], model="run:rested").method == "trained"


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"method": "lora"}, "method means nothing for the task 'extract'"),
        ({"method": "full"}, "method means nothing for the task 'extract'"),
        ({"max_length": 128}, "max_length means nothing for the task 'extract'"),
        ({"beams": 3}, "beams means nothing for the task 'extract'"),
        ({"class_weights": "balanced"}, "class_weights means nothing for the task 'extract'"),
    ],
)
def test_what_means_nothing_is_refused(bert: Backend, how: dict[str, Any], message: str) -> None:
    jobs = len(bert.jobs())
    with pytest.raises(InputInvalid, match=message):
        bert.fit(articles(24), model="tiny-bert", **{**QUICK, **how})
    assert len(bert.jobs()) == jobs


def test_the_check_knows_the_task(bert: Backend) -> None:
    frame = articles(24)
    found = bert.check(frame, **COLUMNS, model="tiny-bert")
    assert found.task == "extract"
    assert "truncated" not in {finding.code for finding in found.findings}, "sentences are read one by one"
    assert bert.check(frame, text="article", label="summary", model="tiny-bert").task != "extract", "only when asked"
    frame.iloc[3, 0] = "!!! …"
    with pytest.raises(InputInvalid, match="1 row has no sentence"):
        bert.fit(frame, model="tiny-bert", **QUICK)


def test_there_is_neither_a_baseline_nor_a_study_of_it(bert: Backend) -> None:
    with pytest.raises(TaskUnsupported, match="no baseline"):
        bert.baseline(articles(24), **COLUMNS, model="tiny-bert")
    with pytest.raises(TaskUnsupported, match="no studies"):
        bert.sweep(articles(24), **COLUMNS, model="tiny-bert")


def test_a_model_without_a_head_says_what_to_type(bert: Backend) -> None:
    with pytest.raises(TaskUnsupported, match=r'tiny-bert was not trained to choose.*\n.*task="extract"'):
        bert.summarize("The cat sat. The dog ran.", model="tiny-bert", method="trained")


def test_a_broken_head_is_named(bert: Backend, learned: Job, tmp_path: Path) -> None:
    learned.result()
    folder = shutil.copytree(folder_of("learned"), tmp_path / "broken")
    (folder / "extractive_head.json").write_text("{}", encoding="utf-8")
    bert.register(str(folder), name="broken")
    with pytest.raises(ModelFailed, match="The head that chooses sentences cannot be read"):
        bert.summarize("The cat sat. The dog ran.", model="broken")


# --- its parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "reference", "expected"),
    [
        (["The cat sat here.", "Dogs bark.", "It rains today."], "It rains today.The cat sat here.", [1, 0, 1]),
        (["A b c d.", "A b.", "C d."], "A b c d.", [1, 0, 0]),
        (["Nothing of it.", "Either."], "Something else", [0, 0]),
        (["猫很累。", "狗在跑。"], "狗在跑。", [0, 1]),
    ],
)
def test_the_oracle_finds_the_sentences_of_a_reference(pieces: list[str], reference: str, expected: list[int]) -> None:
    assert oracle(pieces, reference, [True] * len(pieces)).astype(int).tolist() == expected


def test_the_oracle_takes_no_heading() -> None:
    assert oracle(["The news", "The news of today."], "The news", [False, True]).tolist() == [False, True]


def test_quick_rouge_is_that_of_rouge_score() -> None:
    reference, answer = "The cat sat on the mat, the cat.", "The cat and the dog sat on the mat."
    np.testing.assert_allclose(overlap(grams(answer), grams(reference)), rouge([reference], [answer])[0, :2], atol=1e-6)


def test_sentences_that_were_joined_are_parted() -> None:
    assert spaced('They left.The end. "So."It rained!') == 'They left. The end. "So." It rained!'
    assert spaced("U.S.A. and 3.5 and node.js") == "U.S.A. and 3.5 and node.js"


def test_the_vocabulary_has_what_many_texts_share() -> None:
    documents = [Document.of(part([f"The cat sat. Number w{number} ran."])) for number in range(5)]
    words, frequent = vocabulary_of(documents, 5, 100)
    assert dict(zip(words, frequent, strict=True)) == {
        "the": True,
        "cat": False,
        "sat": False,
        "number": False,
        "ran": False,
    }


def test_a_longer_text_is_read_in_windows() -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(2 * WINDOW + 5))
    document = Document.of(part([text]))
    head = ExtractiveHead(HeadConfig(8)).eval()
    vectors = np.random.default_rng(0).normal(size=(len(document), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = scores(head, document, vectors)
    assert found.shape == (2 * WINDOW + 5,)
    assert np.isfinite(found).all()
    moved = vectors.copy()
    moved[-1] *= -1
    again = scores(head, document, moved)
    np.testing.assert_array_equal(found[: 2 * WINDOW], again[: 2 * WINDOW])


def test_padding_changes_no_score() -> None:
    short, long = (Document.of(part([" ".join(["The cat sat."] * count)])) for count in (3, 9))
    head = ExtractiveHead(HeadConfig(8)).eval()
    vectors = [np.full((len(one), 8), 8**-0.5, np.float32) for one in (short, long)]
    with torch.inference_mode():
        both = head(**batch([short, long], vectors, head.shape)).logits
        alone = head(**batch([short], vectors[:1], head.shape)).logits
    assert torch.isfinite(both).all()
    np.testing.assert_allclose(both[0, :3].numpy(), alone[0].numpy(), atol=1e-5)


# --- in the panel, and with the magics ------------------------------------------------------------


def test_the_panel_offers_what_the_task_has(bert: Backend) -> None:
    panel = FinetunePanel(articles(), model="tiny-bert", bert=bert, method="head", **{**QUICK, "epochs": 12})
    assert "method" not in panel.settings, "it is the task's own default"
    assert "epochs" not in panel.settings
    setup = panel._answers.setup()
    assert (setup["task"], setup["defaults"]["method"], setup["defaults"]["epochs"]) == ("extract", "head", 12.0)
    assert "extract" not in setup["tasks"]["method"]
    assert 'task="extract"' in panel.code
    check = panel._answers.check_lines(panel.check())
    assert "summaries" in check["headline"]


def test_a_finished_training_is_shown(bert: Backend, learned: Job) -> None:
    panel = FinetunePanel(job=learned.id, bert=bert)
    learned.wait(120)
    assert "rouge2" in panel._picture()
    page = panel.to_html()
    assert "extract" in page
    assert "centrality_rouge2" in page


@pytest.fixture
def shell(bert: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    for made in with_magics(quiet_shell, bert, tmp_path, monkeypatch):
        made.user_ns.update(frame=articles(40), text=articles(1)["article"].iloc[0])
        yield made


def test_the_magics_fit_and_summarize(shell: InteractiveShell) -> None:
    how = "--text article --label summary --task extract --model tiny-bert --epochs 2 --wait"
    report = run(shell, f"%albert fit frame {how} --name magic")
    assert (report.model, report.task) == ("run:magic", "extract")
    assert run(shell, "%albert summarize --from text --model run:magic").method == "trained"
    assert run(shell, "%albert summarize --from text --model run:magic --method centrality").method == "centrality"
    assert "class_weights means nothing" in slip(shell, f"%albert fit frame {how} --class-weights balanced")
