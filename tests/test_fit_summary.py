"""Fine-tuning to write summaries: what is learned, what is shared, how it is judged, how it is used at once."""

from __future__ import annotations

import json
import re
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import torch

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.engines.torch import TorchModel
from albert_widgets.backend.job_worker import JobContext
from albert_widgets.backend.summaries.generation import generate
from albert_widgets.backend.summaries.rouge import lead, rouge
from albert_widgets.backend.tokens import SharedTokenizer
from albert_widgets.backend.training.model import whole
from albert_widgets.backend.training.objective import Given
from albert_widgets.backend.training.split import prepare
from albert_widgets.backend.training.summarizing import Summarizing
from albert_widgets.errors import InputInvalid, ModelFailed, TaskUnsupported
from albert_widgets.fit_settings import FitSettings
from albert_widgets.labelled import LabelledTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from albert_widgets.job import Job

ANSWERS = ("good", "bad", "happy", "sad")
QUICK: dict[str, Any] = {
    "task": "summary",
    "epochs": 6,
    "learning_rate": 1e-3,
    "batch_size": 8,
    "precision": "float32",
    "evaluations": 1,
    "patience": 0,
    "beams": 2,
}
TIED: dict[str, Any] = {**QUICK, "epochs": 4, "seed": 7, "tie_weights": True}


def articles(count: int = 160, seed: int = 0) -> pd.DataFrame:
    """Texts whose summary is the word after the exclamation mark and a fixed end, so that the right answer is known."""
    random = np.random.default_rng(seed)
    fill = "the cat sat on mat because it was a dog ran film not very".split()
    rows = []
    for number in range(count):
        word = ANSWERS[number % len(ANSWERS)]
        text = list(random.choice(fill, size=random.integers(3, 7)))
        text.insert(int(random.integers(len(text))), f"! {word}")
        rows.append({"article": " ".join(text), "summary": f"it was {word} ."})
    return pd.DataFrame(rows, index=[f"a{number}" for number in range(count)]).drop_duplicates("article")


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("bert", "classifier"):
        made.register(str(checkpoints / name), name=f"tiny-{name}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def learned(bert: Backend) -> Job:
    """A run that has learned what there is to learn."""
    job = bert.fit(articles(), name="learned", model="tiny-bert", **{**QUICK, "epochs": 25})
    job.wait(170)
    return job


@pytest.fixture(scope="module")
def tied(bert: Backend) -> Job:
    """A run with tied weights."""
    job = bert.fit(articles(), name="tied", model="tiny-bert", **TIED)
    job.wait(170)
    return job


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


def file_of(name: str) -> Path:
    return folders.home() / "models" / name / "model.safetensors"


# --- what it learns -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_loss_falls_and_rouge_rises_above_the_untrained_model(learned: Job) -> None:
    metrics = learned.result()["metrics"]
    assert metrics["rougeL"] > 0.9
    assert metrics["untrained_rougeL"] < 0.3
    assert {"rouge1", "rouge2", "loss", "lead_rougeL", "rouge_rows"} <= set(metrics)
    measured = [event.data for event in learned.events(follow=False) if event.kind == "metric"]
    losses = [data["eval_loss"] for data in measured if "eval_loss" in data]
    assert losses[-1] < 0.3 * losses[0]
    assert max(data["eval_rougeL"] for data in measured if "eval_rougeL" in data) > 0.9


def test_a_trained_model_writes_summaries_at_once(bert: Backend, learned: Job) -> None:
    model = learned.result()["model"]
    new = articles(12, seed=9)
    summaries = [bert.summarize(text, model=model, method="abstractive") for text in new["article"]]
    assert rouge(new["summary"].tolist(), [summary.text for summary in summaries])[:, 2].mean() > 0.9
    text, summary = new["article"].iloc[-1], summaries[-1]
    assert [sentence.text for sentence in summary.sentences] != []
    assert not summary.chosen
    assert str(summary) == summary.text == summary.written
    assert f"abstractive · {model}" in repr(summary)
    assert len(bert.tokenize(bert.summarize(text, model=model, method="abstractive", tokens=2).text)) <= 2 + 2
    info = bert.model(model)
    assert (info.task, info.num_hidden_layers, info.num_attention_heads) == ("summarization", 3, 4)
    assert bert.tokenize("the cat sat", model=model).tokens[1] == "the"
    assert bert.embed("the cat sat", model=model).vectors.shape == (1, 32)


def test_a_long_text_is_read_in_parts_and_that_is_said(bert: Backend, learned: Job) -> None:
    summary = bert.summarize("the ! good cat sat . " * 30, model=learned.result()["model"], method="abstractive")
    assert summary.notes[0] == "the text has 180 tokens; read in 3 parts"
    assert summary.notes[0] in repr(summary)
    assert summary.written.count("it was good") == 3


def test_rows_are_judged_by_what_was_written_to_them(bert: Backend, learned: Job) -> None:
    model = learned.result()["model"]
    judged, report = bert.judged_rows(model, limit=1000), bert.fit_report(model)
    frame = articles()
    assert judged.count == len(judged) == report.metrics["rouge_rows"] == report.validation_rows
    assert [row.text for row in judged.rows] == frame["article"].loc[judged.index].tolist()
    assert [row.truth for row in judged.rows] == frame["summary"].loc[judged.index].tolist()
    losses = [row.loss for row in judged.rows]
    assert losses == sorted(losses, reverse=True)
    for row in (judged.rows[0], judged.rows[-1]):
        assert row.answer == bert.summarize(row.text, model=model, method="abstractive").text
        assert row.loss == pytest.approx(1 - rouge([row.truth], [row.answer])[0, 2], abs=1e-5)
    assert report.evaluation is None
    assert report.primary == "rougeL"
    assert report.settings["learning_rate"] == 1e-3
    assert "rougeL" in repr(report)


def test_the_card_says_how_good_it_is_and_how_to_use_it(learned: Job) -> None:
    folder = file_of("learned").parent
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "pipeline_tag: summarization" in card
    assert "lead_rougeL" in card
    assert "EncoderDecoderModel.from_pretrained" in card
    assert 'method="abstractive"' in card
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["encoder"]["attention_probs_dropout_prob"] == 0.1, "what a CPU spares is in the config again"
    assert "/" not in json.dumps([config["encoder"].get("_name_or_path"), config["decoder"].get("_name_or_path")])
    assert not [path for path in folder.rglob("*") if path.suffix in {".bin", ".pt", ".pkl"}]


@pytest.mark.slow
def test_a_summarizer_can_be_trained_on(bert: Backend, learned: Job) -> None:
    again = bert.fit(articles(60, seed=5), name="again", model="run:learned", **{**QUICK, "epochs": 1}).result(170)
    assert again["metrics"]["untrained_rougeL"] > 0.8, "it began with what was known"


@pytest.mark.parametrize(
    ("name", "decoder"),
    [
        ("bert", "BertLMHeadModel"),
        ("mlm", "BertLMHeadModel"),
        ("roberta", "RobertaForCausalLM"),
        ("electra", "ElectraForCausalLM"),
        ("albert", "BertLMHeadModel"),
        ("distilbert", "BertLMHeadModel"),
        ("modernbert", "BertLMHeadModel"),
        ("deberta-v2", "BertLMHeadModel"),
    ],
)
def test_any_encoder_gets_a_decoder(checkpoints: Path, tmp_path: Path, name: str, decoder: str) -> None:
    """In this process, for a job of each would take a minute."""
    objective = objective_for(checkpoints / name, tmp_path)
    torch.manual_seed(0)
    model, frame = objective.model(), articles(32)
    assert type(model.decoder).__name__ == decoder
    rows = objective.rows(objective._prepared.train)
    batch = objective.collator(model)([rows[at] for at in range(16)])
    targets, loss = batch.pop("labels"), objective.loss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        losses.append(loss(model(**batch).logits, targets, False))
        losses[-1].backward()
        optimizer.step()
        optimizer.zero_grad()
    assert losses[-1] < 0.7 * losses[0]
    whole(model, checkpoints / name).save_pretrained(tmp_path / "saved")
    objective._given.tokenizer.hub.save_pretrained(tmp_path / "saved")
    again = TorchModel.load(tmp_path / "saved", objective._given.tokenizer)
    texts = frame["article"].tolist()[:3]
    assert generate(again, texts)[0] == objective._write(model, objective._prepared.train.take(range(3)))


def objective_for(folder: Path, work: Path, **settings: Any) -> Summarizing:
    frame = articles(32)
    data = LabelledTexts.of(frame["article"].tolist(), frame["summary"].tolist(), task="summary")
    prepared = prepare(data, validation=data)
    tokenizer = SharedTokenizer.load(folder)
    chosen = FitSettings.of(name="tried", model="any", **settings)
    context = JobContext({}, work, 1.0, sys.stderr)
    return Summarizing(Given(context, chosen, prepared, folder, tokenizer, "cpu", 64))


# --- which weights --------------------------------------------------------------------------------


def test_tied_weights_are_one_and_the_file_is_smaller(bert: Backend, learned: Job, tied: Job) -> None:
    from transformers import EncoderDecoderModel

    tied.result(170)
    assert file_of("tied").stat().st_size < 0.7 * file_of("learned").stat().st_size
    text = articles()["article"].iloc[0]
    written = bert.summarize(text, model="run:tied", method="abstractive").text
    with bert._pool.use("run:tied") as loaded:
        model = loaded.engine.model
        encoder, decoder = model.encoder.encoder.layer[0], model.decoder.bert.encoder.layer[0]
        assert encoder.output.dense.weight is decoder.output.dense.weight
        assert decoder.crossattention.self.query.weight is not decoder.attention.self.query.weight
        # What the card tells people without albert-widgets to do.
        plain = EncoderDecoderModel.from_pretrained(file_of("tied").parent)
        plain.decoder.base_model.load_state_dict(plain.encoder.state_dict(), strict=False)
        ids = plain.eval().generate(**loaded.engine.tokenizer.hub(text, return_tensors="pt"))
        assert loaded.engine.tokenizer.hub.decode(ids[0], skip_special_tokens=True) == written


@pytest.mark.slow
@pytest.mark.parametrize("method", ["head", "lora"])
def test_few_weights_are_enough_to_learn(bert: Backend, checkpoints: Path, method: str) -> None:
    from safetensors.numpy import load_file

    name = f"few-{method}"
    job = bert.fit(articles(), name=name, model="tiny-bert", method=method, **{**QUICK, "learning_rate": 1e-2})
    metrics = job.result(170)["metrics"]
    assert metrics["rougeL"] > metrics["untrained_rougeL"]
    before, after = load_file(checkpoints / "bert" / "model.safetensors"), load_file(file_of(name))
    # A new head has nothing to change in the words.
    words = "embeddings.word_embeddings.weight"
    np.testing.assert_array_equal(after[f"encoder.{words}"], before[words])
    query = "encoder.layer.0.attention.self.query.weight"
    for place in (f"encoder.{query}", f"decoder.bert.{query}"):
        assert np.array_equal(after[place], before[query]) == (method == "head")
    assert bert.summarize("the ! good cat", model=f"run:{name}", method="abstractive").written is not None


# --- what ends it ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_paused_run_goes_on_and_stop_keeps_the_best(bert: Backend) -> None:
    job = bert.fit(articles(), name="rested", model="tiny-bert", **{**QUICK, "epochs": 500})
    until(lambda: any("eval_rougeL" in event.data for event in job.events(follow=False)))
    job.pause()
    until(lambda: job.state == "paused")
    job.resume()
    until(lambda: job.state == "running")
    until(lambda: any("Going on from step" in event.data.get("message", "") for event in job.events(follow=False)))
    job.stop()
    info = job.wait(170)
    assert info.state == "stopped"
    assert info.result["metrics"]["rouge_rows"] > 0
    assert bert.summarize("the ! good cat", model="run:rested", method="abstractive").written is not None


@pytest.mark.slow
def test_a_resumed_run_ends_as_one_that_was_never_interrupted(bert: Backend, tied: Job) -> None:
    from safetensors.numpy import load_file

    tied.result(170)
    parted = bert.fit(articles(), name="parted", model="tiny-bert", **TIED)
    until(lambda: any(event.kind == "metric" for event in parted.events(follow=False)))
    parted.pause()
    until(lambda: parted.state in {"paused", "finished"})
    if parted.state == "paused":
        parted.resume()
    parted.result(170)
    first, second = load_file(file_of("tied")), load_file(file_of("parted"))
    assert set(first) == set(second)
    for name, weights in first.items():
        np.testing.assert_allclose(second[name], weights, atol=1e-5, err_msg=name)


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"class_weights": "balanced"}, "class_weights means nothing for the task 'summary'"),
        ({"temperature_scaling": True}, "temperature_scaling means nothing for the task 'summary'"),
        ({"tie_weights": True, "method": "lora"}, "tie_weights does not go with method='lora'"),
        ({"beams": 0}, "beams=0 is out of range"),
        ({"target_length": 1}, "target_length=1 is out of range"),
        ({"target_lenght": 9}, "Did you mean 'target_length'"),
    ],
)
def test_a_slip_is_named_before_anything_starts(bert: Backend, how: dict[str, Any], message: str) -> None:
    jobs = len(bert.jobs())
    with pytest.raises(InputInvalid, match=re.escape(message)):
        bert.fit(articles(), model="tiny-bert", **{**QUICK, **how})
    assert len(bert.jobs()) == jobs


def test_what_only_summaries_have_is_refused_for_classes(bert: Backend) -> None:
    frame = pd.DataFrame({"text": ["good film", "bad film"] * 20, "label": ["yes", "no"] * 20})
    with pytest.raises(InputInvalid, match="tie_weights means nothing for the task 'single_label'"):
        bert.fit(frame, model="tiny-bert", tie_weights=True)


def test_weights_of_another_architecture_cannot_be_tied(checkpoints: Path, tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="transformers has no decoder for distilbert, so its weights cannot be tied"):
        objective_for(checkpoints / "distilbert", tmp_path, tie_weights=True).model()


def test_an_encoder_decoder_of_another_kind_is_no_start(tmp_path: Path) -> None:
    import transformers as tf

    from tests.checkpoints import WORDS, save

    config = tf.T5Config(vocab_size=len(WORDS) + 5, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    folder = save(tmp_path / "t5", config, tf.T5ForConditionalGeneration)
    with pytest.raises(ModelFailed, match="t5 is an encoder-decoder of another kind"):
        objective_for(folder, tmp_path).model()


def test_a_model_that_writes_nothing_says_what_to_type(bert: Backend) -> None:
    with pytest.raises(
        TaskUnsupported,
        match=r"tiny-classifier is a text-classification model: it was not trained to write.*\n.*task=\"summary\"",
    ):
        bert.summarize("The cat sat.", model="tiny-classifier", method="abstractive")


@pytest.mark.parametrize(
    ("how", "message"),
    [({"sentences": 2}, "sentences chooses among sentences"), ({"tokens": 0}, "tokens=0 is out of range")],
)
def test_lengths_that_a_written_summary_has_not(bert: Backend, learned: Job, how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        bert.summarize("the cat sat", model=learned.result()["model"], method="abstractive", **how)


def test_private_keys_inside_a_config_are_left_out(learned: Job, tmp_path: Path) -> None:
    import shutil

    from albert_widgets.backend.engines.torch import safe_config

    folder = shutil.copytree(file_of("learned").parent, tmp_path / "copy")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["decoder"]["_attn_implementation_internal"] = "somebody/kernel"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert safe_config(folder).decoder._attn_implementation != "somebody/kernel"


# --- ROUGE ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("The cat sat", "the CAT sat.", (1, 1, 1)),
        ("北京下雨", "北京下雪", (0.75, 2 / 3, 0.75)),
        ("кошка сидела дома", "кошка дома", (0.8, 0, 0.8)),
        ("नमस्ते दुनिया", "नमस्ते दुनिया", (1, 1, 1)),
        ("a cat", "", (0, 0, 0)),
    ],
)
def test_rouge_reads_every_script(reference: str, answer: str, expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(rouge([reference], [answer])[0], expected, atol=1e-6)


def test_the_lead_has_no_more_words_than_the_reference() -> None:
    text = "One two three. Four five. Six seven eight nine."
    assert lead(text, "a b c d e f") == "One two three. Four five."
    assert lead(text, "a") == "One two three.", "never nothing"
    assert lead("猫很累。狗在跑。", "猫很累") == "猫很累。"
