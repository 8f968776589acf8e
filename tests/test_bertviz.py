"""bertviz's README, word for word but for the import and the model's name: its examples run with our calls."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import bertviz
import numpy as np
import pytest
import torch
import transformers as tf

import albert_widgets as aw
from albert_widgets.errors import InputInvalid

from .checkpoints import WORDS, save

README = re.findall(r"```python\n(.*?)```", str(metadata("bertviz").json["description"]), flags=re.DOTALL)
NAMES = ("microsoft/xtremedistil-l12-h384-uncased", "bert-base-uncased")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with the layers and heads that the README speaks of, whose last output is its attention."""
    config = tf.DistilBertConfig(
        vocab_size=len(WORDS) + 5, dim=48, n_layers=7, n_heads=6, hidden_dim=64, max_position_embeddings=64
    )
    return save(tmp_path_factory.mktemp("readme") / "model", config, tf.DistilBertModel)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was displayed."""
    panels: list[Any] = []
    monkeypatch.setattr("IPython.display.display", panels.append)
    return panels


def example(*marks: str) -> str:
    """Return the blocks that have these words in them, joined."""
    return "\n".join(next(block for block in README if mark in block) for mark in marks)


def run(code: str, folder: Path, **names: Any) -> dict[str, Any]:
    """Run code of the README with our import and the model in ``folder``."""
    ours = code.replace("from bertviz import", "from albert_widgets import")
    assert ours != code or "import" not in code
    for name in NAMES:
        ours = ours.replace(name, str(folder))
    space = dict(names)
    exec(ours, space)
    return space


def test_the_sample_code_shows_the_model_view(model: Path, shown: list[Any]) -> None:
    space = run(example("xtremedistil"), model)
    (panel,) = shown
    assert (panel.view, panel.tokens.tokens) == ("matrix", tuple(space["tokens"]))
    np.testing.assert_allclose(panel.attention(6, 5), space["attention"][6][0, 5].detach(), atol=1e-6)


def test_a_sentence_shows_the_head_view(model: Path, shown: list[Any]) -> None:
    blocks = 'AutoModel.from_pretrained("bert-base-uncased"', 'inputs = tokenizer.encode("The cat'
    space = run(example(*blocks) + "\nfrom bertviz import head_view\nhead_view(attention, tokens)", model)
    assert (shown[0].view, shown[0].heads) == ("lines", list(range(6)))
    for mark, expected in {
        'display_mode="light"': ("matrix", 0, 0, []),
        "include_layers=[5, 6]": ("matrix", 5, 0, []),
        "heads=[3,5]": ("lines", 2, 3, [3, 5]),
    }.items():
        calls = {name: getattr(aw, name) for name in ("head_view", "model_view")}
        run(example(mark), model, **calls, attention=space["attention"], tokens=space["tokens"])
        panel = shown[-1]
        assert (panel.view, panel.layer, panel.head, panel.heads) == expected


def test_a_pair_shows_its_segments(checkpoints: Path, shown: list[Any]) -> None:
    # transformers 5 has no encode_plus, which is an older name of the call.
    code = example("sentence_b_start = ").replace("tokenizer.encode_plus(", "tokenizer(")
    # Nor does the tokenizer of the tests say by itself which token is of which sentence, as BERT's does.
    code = code.replace("return_tensors='pt'", "return_tensors='pt', return_token_type_ids=True")
    space = run(code, checkpoints / "albert")
    (panel,) = shown
    start = space["sentence_b_start"]
    segments = panel.tokens.segment_ids
    assert set(segments[:start]) == {-1, 0}
    assert set(segments[start:]) == {-1, 1}
    panel.segments = "AB"
    assert panel.figure().axes


def test_a_page_is_written(model: Path, tmp_path: Path) -> None:
    run(example("head_view.html").replace("PATH_TO_YOUR_FILE", str(tmp_path)), model)
    page = (tmp_path / "head_view.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "cdnjs" not in page


def test_an_encoder_decoder_shows_all_three_kinds(shown: list[Any]) -> None:
    torch.manual_seed(0)
    sizes = {f"{side}_{what}": 2 for side in ("encoder", "decoder") for what in ("layers", "attention_heads")}
    config = tf.BartConfig(vocab_size=20, d_model=16, encoder_ffn_dim=16, decoder_ffn_dim=16, **sizes)
    given = tf.BartModel._from_config(config, attn_implementation="eager").eval()
    encoder, decoder = torch.tensor([[0, 5, 6, 2]]), torch.tensor([[2, 7, 8]])
    space = {
        "outputs": given(input_ids=encoder, decoder_input_ids=decoder, output_attentions=True),
        "encoder_text": ["<s>", "▁She", "▁sees", "</s>"],
        "decoder_text": ["</s>", "▁Sie", "▁sieht"],
    }
    run(example("cross_attention=outputs.cross_attentions"), Path(), **space)
    (panel,) = shown
    assert panel.result.kinds == ("encoder", "decoder", "cross")
    panel.kind = "cross"
    assert panel.attention(0, 0).shape == (3, 4)


@pytest.mark.parametrize("name", ["head_view", "model_view"])
def test_arguments_are_those_of_bertviz(name: str) -> None:
    theirs, ours = (inspect.signature(getattr(package, name)).parameters for package in (bertviz, aw))
    assert [(p.name, p.default) for p in ours.values()] == [(p.name, p.default) for p in theirs.values()]


def test_a_page_holds_the_included_layers_and_heads_alone(model: Path) -> None:
    space = run(example("head_view.html").split("html_head_view")[0], model)
    given = space["attention"], space["tokens"]
    whole, some = (
        len(aw.model_view(*given, html_action="return", **kept).data)
        for kept in ({}, {"include_layers": [5, 6], "include_heads": [1]})
    )
    saved = 40 * len(given[1]) ** 2 * 4 / 3
    assert whole - some == pytest.approx(saved, rel=0.5)


def test_the_last_output_of_a_bert_model_is_named(checkpoints: Path, shown: list[Any]) -> None:
    with pytest.raises(InputInvalid, match="attentions is empty") as raised:
        run(example("xtremedistil"), checkpoints / "bert")
    assert raised.value.hint.startswith("Type outputs.attentions where it says outputs[-1].")
    run(example("xtremedistil").replace("outputs[-1]", "outputs.attentions"), checkpoints / "bert")
    assert shown


def test_what_the_hint_says_gives_maps(checkpoints: Path) -> None:
    tokenizer = tf.AutoTokenizer.from_pretrained(checkpoints / "bert")
    model = tf.AutoModel.from_pretrained(checkpoints / "bert")
    inputs = tokenizer("the cat", return_tensors="pt")
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    with pytest.raises(InputInvalid) as raised:
        aw.head_view(model(**inputs, output_attentions=True).attentions, tokens)
    space: dict[str, Any] = {"model": model, "inputs": inputs}
    exec(raised.value.hint.split("too: ")[1], space)
    assert aw.head_view(space["outputs"].attentions, tokens, html_action="return").data


def test_both_sorts_of_arguments_at_once_are_refused() -> None:
    maps = [torch.rand(1, 1, 2, 2)]
    with pytest.raises(InputInvalid, match="attentions are given, and cross attention, too"):
        aw.head_view(maps, ["a", "b"], cross_attention=maps)
