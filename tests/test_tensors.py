"""Attention that somebody computed: bertviz's own calls, encoder-decoders, and tensors that do not fit."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import transformers as tf

import albert_widgets as aw
from albert_widgets.errors import InputInvalid, TaskUnsupported, TooLarge
from albert_widgets.widgets import AttentionPanel, bertviz
from albert_widgets.widgets.tensors import named_tokens

TOKENS = ["[CLS]", "the", "cat", "##s", "sat", "[SEP]", "good", "[SEP]"]


def probabilities(layers: int = 2, heads: int = 3, queries: int = 8, keys: int = 8) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.rand(1, heads, queries, keys, generator=generator).softmax(-1) for _ in range(layers)]


@pytest.mark.parametrize(
    "given",
    [
        tuple,
        lambda maps: [layer.numpy() for layer in maps],
        lambda maps: np.concatenate([layer.numpy() for layer in maps]),
        torch.stack,
        lambda maps: [layer[0].double() for layer in maps],
        lambda maps: [layer.clone().requires_grad_() for layer in maps],
    ],
    ids=["tuple of torch", "list of numpy", "one numpy array", "one tensor", "no batch, doubles", "with gradients"],
)
def test_tensors_of_any_kind_are_shown(given: Any) -> None:
    maps = probabilities()
    panel = AttentionPanel.from_tensors(given(maps), TOKENS, layer=1, head=-1)
    assert (panel.layer, panel.head, panel.is_fixed, panel.views) == (1, 2, True, ["matrix", "lines"])
    np.testing.assert_allclose(panel.attention(1, 2), maps[1][0, 2], atol=1e-6)
    frame = panel.to_frame(layers=[0], heads=[1])
    assert list(frame["key_token"][:8]) == TOKENS
    assert "albert-widgets-data" in panel.to_html()
    assert panel.figure().axes[0].get_title(loc="left") == "tensors: layer 2, head 3"


def test_a_tile_of_tensors_is_a_slice_of_them() -> None:
    maps = probabilities(2, 3, 2, 4)
    panel = AttentionPanel.from_tensors(cross=maps, encoder_tokens=list("abcd"), decoder_tokens=["<s>", "x"])
    asked: dict[str, Any] = {"layers": [1], "heads": [2], "rows": [-1], "columns": [1, 2, 3]}
    tile = panel._bert.attention(panel.text, **asked)
    assert (tile.rows, tile.columns, tile.pool) == ((1,), (1, 2, 3), 0)
    np.testing.assert_allclose(tile.weights[0, 0], maps[1][0, 2, 1:, 1:], atol=1e-6)
    pooled = panel._bert.attention(panel.text, **asked, pool=1)
    assert pooled.weights.item() == pytest.approx(float(maps[1][0, 2, 1, 1:].max()))
    with pytest.raises(InputInvalid, match="There is no column 4."):
        panel._bert.attention(panel.text, columns=[4])


def test_bfloat16_is_understood() -> None:
    maps = [layer.bfloat16() for layer in probabilities()]
    found = AttentionPanel.from_tensors(maps, TOKENS).attention(0, 0)
    np.testing.assert_allclose(found, maps[0][0, 0].float(), atol=1e-6)


def test_what_the_spelling_says_of_tokens() -> None:
    pieces = named_tokens(TOKENS, 6)
    assert pieces.text == "the cats sat good"
    assert pieces.word_ids.tolist() == [-1, 0, 1, 1, 2, -1, 3, -1]
    assert pieces.segment_ids.tolist() == [-1, 0, 0, 0, 0, -1, 1, -1]
    assert [pieces.span(index) for index in (1, 2, 3, 6)] == ["the", "cat", "s", "good"]
    bytes_ = named_tokens(["<s>", "The", "Ġcat", "s", "Ġ你", "</s>"])
    assert bytes_.text == "The cats 你"
    assert bytes_.word_ids.tolist() == [-1, 0, 1, 1, 2, -1]
    hostile = named_tokens(["</script>", "<img onerror=alert(1)>", "\x00", "\u202egnp"])
    assert not hostile.is_special[1:].any()
    page = AttentionPanel.from_tensors(probabilities(1, 1, 4, 4), list(hostile.tokens)).to_html()
    assert "<img onerror" not in page
    assert page.count("</script>") == 2


def test_three_kinds_of_an_encoder_decoder() -> None:
    left, right = ["a", "b", "c"], ["<s>", "x"]
    given = {"encoder": (3, 3), "decoder": (2, 2), "cross": (2, 3)}
    maps: dict[str, Any] = {kind: probabilities(2, 3, *sides) for kind, sides in given.items()}
    panel = AttentionPanel.from_tensors(**maps, encoder_tokens=left, decoder_tokens=right)
    assert panel.result.kinds == ("encoder", "decoder", "cross")
    for kind, sides in given.items():
        panel.kind = kind
        assert panel.attention(1, 0).shape == sides
        np.testing.assert_allclose(panel.attention(1, 0), maps[kind][1][0, 0], atol=1e-6)
    row = panel.to_frame(layers=[0], heads=[0]).iloc[1]
    assert (row["query_token"], row["key_token"]) == ("<s>", "b")
    only = AttentionPanel.from_tensors(cross=maps["cross"], encoder_tokens=left, decoder_tokens=right)
    assert (only.kind, only.result.kinds) == ("cross", ("cross",))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"attentions": ()}, "attentions is empty: the model gave no attention maps."),
        ({"attentions": probabilities(1, 2, 8, 7)}, r"Axis 3 \(keys\) of layer 0 of attentions has 7 positions"),
        ({"attentions": probabilities(1, 2, 9, 8)}, r"Axis 2 \(queries\) of layer 0 of attentions has 9 positions"),
        ({"attentions": [torch.rand(2, 3, 8, 8)]}, r"Axis 0 \(batch\) of layer 0 of attentions has 2 texts"),
        ({"attentions": [*probabilities(), *probabilities(1, 2)]}, "has 2 heads, layer 0 has 3"),
        ({"attentions": [torch.rand(8, 8)]}, "Layer 0 of attentions has 2 axes"),
        ({"attentions": [None]}, "Layer 0 of attentions is None."),
        ({"attentions": ["maps"]}, "Layer 0 of attentions is no array of numbers."),
        ({"attentions": [torch.full((1, 1, 8, 8), -1.0)]}, "negative or missing numbers"),
        ({"attentions": [torch.full((1, 1, 8, 8), float("nan"))]}, "negative or missing numbers"),
        ({"tokens": None}, "The tokens are missing."),
        ({"tokens": "a text"}, "tokens is no list of strings."),
        ({"tokens": list(range(8))}, "tokens is no list of strings."),
        ({"pair_start": 8}, "The second text begins at 8, but there are 8 tokens."),
        ({"view": "neurons"}, "There is no view 'neurons' of tensors."),
        ({"layer": 5}, "There is no layer 5."),
        ({"attentions": None}, "No attention is given."),
        ({"attentions": None, "cross": probabilities(), "decoder_tokens": TOKENS}, "but no encoder_tokens"),
    ],
)
def test_what_does_not_fit_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        AttentionPanel.from_tensors(**{"attentions": probabilities(), "tokens": TOKENS, **arguments})


def test_there_is_no_model_behind_tensors() -> None:
    panel = AttentionPanel.from_tensors(probabilities(), TOKENS)
    with pytest.raises(TaskUnsupported, match="no model behind these tensors"):
        panel._bert.predict("a")
    assert list(panel._bert.models()) == []


# --- bertviz's own calls --------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was displayed."""
    panels: list[Any] = []
    monkeypatch.setattr("IPython.display.display", panels.append)
    return panels


def outputs(folder: Any, *texts: str) -> tuple[Any, Any]:
    """As in bertviz's README: a model with its attention, and the inputs."""
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    model = tf.AutoModel.from_pretrained(folder, output_attentions=True)
    inputs = tokenizer(*texts, return_tensors="pt")
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    with torch.no_grad():
        return model(**inputs), SimpleNamespace(tokens=tokens)


def test_head_view_of_a_sentence(checkpoints: Any, shown: list[Any]) -> None:
    out, inputs = outputs(checkpoints / "bert", "the cat sat on the mat")
    assert aw.head_view(out.attentions, inputs.tokens) is None
    (panel,) = shown
    assert (panel.view, panel.heads) == ("lines", [0, 1, 2, 3])
    np.testing.assert_allclose(panel.attention(2, 3), out.attentions[2][0, 3], atol=1e-6)


def test_head_view_of_a_pair_with_chosen_heads(checkpoints: Any, shown: list[Any]) -> None:
    out, inputs = outputs(checkpoints / "bert", "the cat sat", "the dog ran")
    start = inputs.tokens.index("[SEP]") + 1
    aw.head_view(out.attentions, inputs.tokens, start, layer=2, heads=[3, 1])
    (panel,) = shown
    assert (panel.layer, panel.head, panel.heads) == (2, 3, [3, 1])
    assert panel.tokens.segment_ids.tolist() == [-1, 0, 0, 0, -1, 1, 1, 1, -1]


def test_model_view_and_its_page(checkpoints: Any, shown: list[Any]) -> None:
    out, inputs = outputs(checkpoints / "bert", "the cat sat")
    aw.model_view(out.attentions, inputs.tokens, include_layers=[1, 2], include_heads=[2], display_mode="light")
    assert (shown[0].view, shown[0].layer, shown[0].head) == ("matrix", 1, 2)
    page = aw.model_view(out.attentions, inputs.tokens, html_action="return")
    assert page.data.startswith("<!doctype html>")
    with pytest.raises(InputInvalid, match="html_action='save' is no action"):
        aw.model_view(out.attentions, inputs.tokens, html_action="save")


def test_model_view_of_an_encoder_decoder(shown: list[Any]) -> None:
    torch.manual_seed(0)
    config = tf.BartConfig(
        vocab_size=20,
        d_model=16,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
    )
    model = tf.BartModel._from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        out = model(
            input_ids=torch.tensor([[0, 5, 6, 2]]), decoder_input_ids=torch.tensor([[2, 7, 8]]), output_attentions=True
        )
    aw.model_view(
        encoder_attention=out.encoder_attentions,
        decoder_attention=out.decoder_attentions,
        cross_attention=out.cross_attentions,
        encoder_tokens=["<s>", "a", "b", "</s>"],
        decoder_tokens=["</s>", "x", "y"],
    )
    (panel,) = shown
    panel.kind = "cross"
    np.testing.assert_allclose(panel.attention(1, 1), out.cross_attentions[1][0, 1], atol=1e-6)


def test_the_real_bertviz_opens_what_a_browser_can_bear(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = AttentionPanel("The cat sat.", pair="It slept.", bert=backend)
    pages: list[Any] = []
    import bertviz as real

    assert real
    # The package hides the module by a function of its name.
    monkeypatch.setattr(sys.modules["bertviz.head_view"], "display", pages.append)
    panel.bertviz("head", layers=[0, 1])
    assert any("bertviz" in page.data for page in pages)
    long = AttentionPanel("word " * 300, bert=backend)
    with pytest.raises(TooLarge, match=r"bertviz would put 302 MB into the page for 302 tokens"):
        long.bertviz("model")
    with pytest.raises(InputInvalid, match="no 'cube' view"):
        panel.bertviz("cube")
    assert bertviz.MAX_BYTES < 302_000_000
