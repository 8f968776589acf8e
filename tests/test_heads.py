"""What is derived from attention agrees with the models themselves, computed another way, and with cases by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import transformers as tf

from albert_widgets.backend import Backend
from albert_widgets.backend.flow import maximum_flow, rollout, with_residual
from albert_widgets.errors import InputInvalid, TaskUnsupported, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "The cat sat on the mat, because it was tired."
SHORT = "the cat was not very happy"
NAMES = ("bert", "albert", "distilbert", "modernbert", "deberta-v2", "classifier", "regressor", "tags", "mlm")
OUTPUTS: dict[str, Callable[[Any, int], Any]] = {
    # Where each architecture puts its heads together.
    "classifier": lambda model, layer: model.bert.encoder.layer[layer].attention.output.dense,
    "bert": lambda model, layer: model.encoder.layer[layer].attention.output.dense,
    "distilbert": lambda model, layer: model.transformer.layer[layer].attention.out_lin,
    "modernbert": lambda model, layer: model.layers[layer].attn.Wo,
}


@pytest.fixture(scope="module")
def models(checkpoints: Path) -> Backend:
    backend = Backend()
    for name in NAMES:
        backend.register(str(checkpoints / name))
    return backend


def inputs_of(folder: Path, text: str) -> Any:
    return tf.AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")


# --- statistics -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bert", "albert", "modernbert", "deberta-v2"])
def test_statistics_are_means_over_the_maps(models: Backend, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.backend.engines import maps as engine_maps

    maps = models.attention(TEXT, pair="Was it happy?", model=name)
    monkeypatch.setattr(engine_maps, "BLOCK_BYTES", 3_000)
    found = models.head_statistics(TEXT, pair="Was it happy?", model=name)
    weights, tokens = maps.weights.astype(np.float64), maps.tokens
    at = np.arange(len(tokens))
    marks = np.array([token in {",", ".", "?"} for token in tokens.tokens])
    separator = np.array([token == "[SEP]" for token in tokens.tokens])
    assert marks.sum() == 3
    assert separator.sum() == 2
    expected = {
        "entropy": -(weights * np.log(np.maximum(weights, 1e-30))).sum(-1).mean(-1),
        "distance": (weights * np.abs(at[:, None] - at)).sum(-1).mean(-1),
        "previous": weights[..., at[1:], at[:-1]].sum(-1) / len(at),
        "next": weights[..., at[:-1], at[1:]].sum(-1) / len(at),
        "same": weights[..., at, at].mean(-1),
        "first": weights[..., 0].mean(-1),
        "separator": weights[..., separator].sum(-1).mean(-1),
        "punctuation": weights[..., marks].sum(-1).mean(-1),
    }
    for measure, values in expected.items():
        np.testing.assert_allclose(getattr(found, measure), values, atol=2e-5, err_msg=measure)
    frame = found.to_frame()
    assert len(frame) == 12
    layer, head, value = found.top("distance", 1)[0]
    assert value == frame["distance"].max() == found.distance[layer, head]


def test_punctuation_of_any_script_counts(backend: Backend) -> None:
    from albert_widgets.backend.heads import punctuation

    tokens = backend.tokenize("猫。 «chat» ¿gato? it's 🙂 3+4")
    marked = {token for token, is_mark in zip(tokens.tokens, punctuation(tokens), strict=True) if is_mark}
    assert marked == {"。", "«", "»", "¿", "?", "'"}


# --- through the layers ---------------------------------------------------------------------------


def test_rollout_by_hand() -> None:
    first = np.array([[0.5, 0.5], [0.0, 1.0]], np.float32)
    second = np.array([[1.0, 0.0], [0.5, 0.5]], np.float32)
    steps = with_residual(np.stack([first, second]))
    np.testing.assert_allclose(steps, [[[0.75, 0.25], [0, 1]], [[1, 0], [0.25, 0.75]]])
    # Token 1 of the second layer: a quarter of what token 0 got, three quarters of itself.
    np.testing.assert_allclose(rollout(steps)[1], [[0.75, 0.25], [0.25 * 0.75, 0.25 * 0.25 + 0.75]])


def test_flow_by_hand() -> None:
    steps = np.array([[[0.75, 0.25], [0, 1]], [[1, 0], [0.25, 0.75]]], np.float32)
    flows = maximum_flow(steps, [0, 1], [0, 1])
    # One layer up, an edge is the only way.
    np.testing.assert_allclose(flows[0], [[0.75, 0.25], [0, 1]], atol=1e-6)
    # Token 1 to input 1: 0.25 by way of token 0 (where 0.25 goes on) and 0.75 by itself: 1. To input 0: 0.25.
    np.testing.assert_allclose(flows[1], [[0.75, 0.25], [0.2, 0.8]], atol=1e-6)


@pytest.mark.parametrize("name", ["bert", "deberta-v2"])
def test_rollout_of_a_model(models: Backend, name: str) -> None:
    maps = models.attention(TEXT, model=name).weights
    expected = np.eye(maps.shape[-1])
    for layer in maps:
        expected = (layer.mean(0) + np.eye(maps.shape[-1])) / 2 @ expected
    found = models.flow(TEXT, model=name)
    np.testing.assert_allclose(found.weights[-1], expected, atol=1e-5)
    np.testing.assert_allclose(found.weights.sum(-1), 1, atol=1e-5)
    part = models.flow(TEXT, model=name, layers=[-1], rows=[2, 0])
    np.testing.assert_allclose(part.weights[0], expected[[2, 0]], atol=1e-5)
    assert len(part.to_frame()) == 2 * maps.shape[-1]


def test_flow_of_a_model_and_its_limit(models: Backend) -> None:
    found = models.flow(SHORT, model="bert", method="flow", layers=[0, 2], heads=[1])
    assert found.weights.shape == (2, 8, 8)
    np.testing.assert_allclose(found.weights.sum(-1), 1, atol=1e-5)
    one = with_residual(models.attention(SHORT, model="bert", heads=[1]).weights[:1, 0])[0]
    np.testing.assert_allclose(found.weights[0], one, atol=1e-5)
    with pytest.raises(TooLarge, match="maximum flows"):
        models.flow("cat " * 100, method="flow")
    with pytest.raises(InputInvalid, match="no method 'river'"):
        models.flow(SHORT, method="river")


# --- vectors --------------------------------------------------------------------------------------


def test_neurons_are_those_of_the_layer(models: Backend, checkpoints: Path) -> None:
    model = tf.AutoModel.from_pretrained(checkpoints / "bert").eval()
    inputs = inputs_of(checkpoints / "bert", SHORT)
    layer, head, query = 1, 2, 3
    with torch.no_grad():
        states = model(**inputs, output_hidden_states=True).hidden_states[layer][0]
        own = model.encoder.layer[layer].attention.self
        part = slice(head * 8, head * 8 + 8)
        expected_query, expected_keys = own.query(states)[query, part], own.key(states)[:, part]
    found = models.neurons(SHORT, model="bert", layer=layer, head=head, query=query)
    np.testing.assert_allclose(found.query_vector, expected_query, atol=1e-4)
    np.testing.assert_allclose(found.key_vectors, expected_keys, atol=1e-4)
    np.testing.assert_allclose(found.dots, expected_keys @ expected_query, atol=1e-3)
    np.testing.assert_allclose(found.scores, found.dots / math.sqrt(8), atol=1e-4)
    row = models.attention(SHORT, model="bert", layers=[layer], heads=[head], rows=[query]).weights[0, 0, 0]
    np.testing.assert_allclose(found.probabilities, row, atol=1e-6)
    assert list(found.to_frame()["token"]) == list(found.tokens.tokens)


@pytest.mark.parametrize("name", ["albert", "distilbert", "modernbert"])
def test_neurons_make_the_row_of_the_map(models: Backend, name: str) -> None:
    found = models.neurons(TEXT, model=name, layer=-1, head=-1, query=-2)
    row = models.attention(TEXT, model=name, layers=[-1], heads=[-1], rows=[-2]).weights[0, 0, 0]
    np.testing.assert_allclose(found.probabilities, row, atol=1e-6)
    seen = found.scores > -1e30
    np.testing.assert_allclose(found.scores[seen], (found.dots * found.scaling)[seen], atol=1e-4)
    exponents = np.exp(found.scores - found.scores.max())
    np.testing.assert_allclose(exponents / exponents.sum(), row, atol=1e-6)
    # The window of ModernBERT's local layers hides what is far away.
    assert seen.all() == (name != "modernbert")


@pytest.mark.parametrize("name", ["bert", "distilbert", "modernbert"])
def test_value_norms_are_the_lengths_of_what_is_added(models: Backend, checkpoints: Path, name: str) -> None:
    """Kobayashi et al. 2020: the layer's sum, taken apart by head and key, has parts of these lengths."""
    model = tf.AutoModel.from_pretrained(checkpoints / name).eval()
    inputs = inputs_of(checkpoints / name, SHORT)
    found: dict[str, torch.Tensor] = {}
    value = {
        "bert": lambda: (model.encoder.layer[0].attention.self.value, 0),
        "distilbert": lambda: (model.transformer.layer[0].attention.v_lin, 0),
        "modernbert": lambda: (model.layers[0].attn.Wqkv, 64),
    }[name]()
    handle = value[0].register_forward_hook(lambda _m, _i, output: found.update(value=output[0, :, value[1] :]))
    with torch.no_grad():
        model(**inputs)
    handle.remove()
    weights = models.attention(SHORT, model=name, layers=[0]).weights[0]
    norms = models.attention(SHORT, model=name, layers=[0], weight="value_norm").weights[0]
    projection = OUTPUTS[name](model, 0).weight.detach()
    for head in range(4):
        part = slice(head * 8, head * 8 + 8)
        lengths = (found["value"][:, part] @ projection[:, part].T).norm(dim=-1).numpy()
        np.testing.assert_allclose(norms[head], weights[head] * lengths, rtol=1e-3, atol=1e-5)


# --- heads switched off ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bert", "distilbert", "modernbert"])
def test_ablation_is_zeroing_a_slice_by_hand(models: Backend, checkpoints: Path, name: str) -> None:
    model = tf.AutoModel.from_pretrained(checkpoints / name, attn_implementation="eager").eval()

    def zero(head: int) -> Callable[[Any, Any], Any]:
        def hook(_module: Any, given: Any) -> Any:
            states = given[0].clone()
            states[..., head * 8 : head * 8 + 8] = 0
            return (states,)

        return hook

    ablate = [(0, 3), (1, 0), (1, 2)]
    for layer, head in ablate:
        OUTPUTS[name](model, layer).register_forward_pre_hook(zero(head))
    with torch.no_grad():
        inputs = inputs_of(checkpoints / name, SHORT)
        expected = model(**inputs, output_attentions=True).attentions
    found = models.attention(SHORT, model=name, ablate=ablate).weights
    np.testing.assert_allclose(found, torch.cat(expected).numpy(), atol=1e-5)
    whole = models.attention(SHORT, model=name).weights
    np.testing.assert_allclose(found[0], whole[0], atol=1e-6, err_msg="the first layer comes before the first gate")
    assert np.abs(found[1:] - whole[1:]).max() > 1e-3


def test_predictions_without_heads(models: Backend, checkpoints: Path) -> None:
    model = tf.AutoModelForSequenceClassification.from_pretrained(checkpoints / "classifier").eval()
    for layer in range(3):
        OUTPUTS["classifier"](model, layer).register_forward_pre_hook(lambda _m, given: (torch.zeros_like(given[0]),))
    with torch.no_grad():
        expected = model(**inputs_of(checkpoints / "classifier", SHORT)).logits.softmax(-1)
    every = [(layer, head) for layer in range(3) for head in range(4)]
    found = models.predict([SHORT, TEXT], model="classifier", ablate=every)
    np.testing.assert_allclose(found.probabilities[0], expected[0], atol=1e-5)
    whole = models.predict([SHORT, TEXT], model="classifier")
    assert np.abs(found.probabilities - whole.probabilities).max() > 1e-3
    np.testing.assert_allclose(
        models.predict([SHORT, TEXT], model="classifier", ablate=[]).probabilities, whole.probabilities, atol=1e-6
    )


def test_mask_fills_without_heads(models: Backend) -> None:
    whole = models.fill_mask("the [MASK] sat", model="mlm")
    fewer = models.fill_mask("the [MASK] sat", model="mlm", ablate=[[0, 0], [0, 1], [2, 2]])
    assert not np.allclose(whole.masks[0].probabilities, fewer.masks[0].probabilities, atol=1e-3)
    again = models.fill_mask("the [MASK] sat", model="mlm")
    np.testing.assert_allclose(again.masks[0].probabilities, whole.masks[0].probabilities, atol=1e-6)


@pytest.mark.parametrize("name", ["classifier", "mlm", "tags", "regressor"])
def test_importance_is_the_slope_of_the_loss(models: Backend, name: str) -> None:
    """Michel et al. 2019: the gradient at the gate, here by finite differences of the loss."""
    from albert_widgets.backend.engines.gates import Gates
    from albert_widgets.backend.engines.interface import watching
    from albert_widgets.backend.outcome import Outcome
    from albert_widgets.backend.reading import Reading

    texts = ["the [MASK] was happy", "a bad film [MASK]"]
    found = models.head_importance(texts, model=name)
    expected = np.zeros((3, 4))
    with models._pool.use(name) as loaded, torch.no_grad():
        loaded.engine.model.double()
        try:
            for text in texts:
                reading = Reading.of(loaded, text)
                outcome = Outcome.of(reading)

                def loss(gates: torch.Tensor, reading: Reading = reading, outcome: Outcome = outcome) -> float:
                    with watching(loaded.engine.model, changer=Gates(gates.double())):
                        logits = loaded.engine.model(**reading.inputs).logits
                    chosen = logits[0] if outcome.position is None else logits[0, outcome.position]
                    if name == "regressor":
                        return float(chosen[outcome.index])
                    if name == "tags":
                        return -float(torch.nn.functional.logsigmoid(chosen[outcome.index]))
                    return -float(chosen.log_softmax(-1)[outcome.index])

                for layer in range(3):
                    for head in range(4):
                        gates = torch.ones(3, 4)
                        gates[layer, head] = 1 + 1e-4
                        above = loss(gates)
                        gates[layer, head] = 1 - 1e-4
                        expected[layer, head] += abs(above - loss(gates)) / 2e-4 / len(texts)
        finally:
            loaded.engine.model.float()
    np.testing.assert_allclose(found.raw, expected, rtol=5e-3, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(found.values, axis=1), 1, atol=1e-5)
    assert len(found.to_frame()) == 12


def test_importance_for_true_labels(models: Backend) -> None:
    predicted = models.predict(SHORT, model="classifier").labels[0]
    other = "negative" if predicted == "positive" else "positive"
    by_default = models.head_importance(SHORT, model="classifier")
    assert by_default.targets == (predicted,)
    assert not np.allclose(models.head_importance(SHORT, model="classifier", targets=[other]).raw, by_default.raw)
    with pytest.raises(InputInvalid, match="no class 'neutral'"):
        models.head_importance(SHORT, model="classifier", targets=["neutral"])
    with pytest.raises(InputInvalid, match="1 texts, but 2 targets"):
        models.head_importance(SHORT, model="classifier", targets=[other, other])


@pytest.mark.parametrize(
    "work",
    [
        lambda bert: bert.attention(SHORT, model="deberta-v2", ablate=[(0, 0)]),
        lambda bert: bert.attention(SHORT, model="deberta-v2", weight="value_norm"),
        lambda bert: bert.neurons(SHORT, model="deberta-v2", layer=0, head=0, query=0),
    ],
)
def test_an_architecture_whose_heads_are_out_of_reach_says_so(models: Backend, work: Callable[[Any], Any]) -> None:
    with pytest.raises(TaskUnsupported, match="deberta-v2 does not call the attention function") as caught:
        work(models)
    assert "BERT" in caught.value.hint


@pytest.mark.parametrize(
    ("ablate", "message"),
    [
        ([(3, 0)], "There is no layer 3."),
        ([(0, 4)], "There is no head 4."),
        ([5], "5 is no head."),
        (["03"], "no head"),
    ],
)
def test_heads_that_are_not_there(models: Backend, ablate: Any, message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        models.predict(SHORT, model="classifier", ablate=ablate)


# --- attribution ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["classifier", "regressor", "tags", "mlm"])
def test_integrated_gradients_are_complete(models: Backend, name: str) -> None:
    found = models.attribute("the [MASK] was not very happy", model=name, steps=100)
    assert found.delta is not None
    size = float(np.abs(found.scores).sum())
    assert size > 0.01, "nothing to explain"
    assert found.scores.sum() == pytest.approx(found.output - found.baseline, abs=0.01 * size)
    assert found.delta == pytest.approx(found.scores.sum() - (found.output - found.baseline), abs=1e-6)
    assert not found.scores[found.tokens.is_special].any(), "the baseline keeps the special tokens"
    assert found.target in found.targets


def test_occlusion_is_the_difference_that_a_token_makes(models: Backend, checkpoints: Path) -> None:
    model = tf.AutoModelForSequenceClassification.from_pretrained(checkpoints / "classifier").eval()
    inputs = inputs_of(checkpoints / "classifier", SHORT)
    found = models.attribute(SHORT, model="classifier", method="occlusion", target="positive")
    assert found.delta is None
    with torch.no_grad():
        whole = model(**inputs).logits[0, 1].item()
        assert found.output == pytest.approx(whole, abs=1e-5)
        for position in range(1, 7):
            ids = inputs["input_ids"].clone()
            ids[0, position] = 4  # [MASK]
            without = model(**{**inputs, "input_ids": ids}).logits[0, 1].item()
            assert found.scores[position] == pytest.approx(whole - without, abs=1e-5)


def test_gradient_times_input_by_hand(models: Backend, checkpoints: Path) -> None:
    model = tf.AutoModelForSequenceClassification.from_pretrained(checkpoints / "classifier").eval()
    inputs = dict(inputs_of(checkpoints / "classifier", SHORT))
    embedded = model.get_input_embeddings()(inputs.pop("input_ids")).detach().requires_grad_()
    model(inputs_embeds=embedded, **inputs).logits[0, 0].backward()
    found = models.attribute(SHORT, model="classifier", method="gradient", target="negative")
    np.testing.assert_allclose(found.scores, (embedded.grad * embedded).sum(-1)[0].detach(), atol=1e-5)


def test_attribution_of_a_pair_and_of_a_chosen_word(models: Backend) -> None:
    pair = models.attribute("a good film", pair="not very happy", model="classifier")
    assert len(pair.scores) == len(pair.tokens) == len(pair.to_frame())
    words = [models.attribute("the [MASK] sat", model="mlm", target=word) for word in ("cat", "dog")]
    assert [word.target for word in words] == ["cat", "dog"]
    assert words[0].output != words[1].output
    assert "[CLS]" in repr(pair) or "good" in repr(pair)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "magic"}, "There is no method 'magic'."),
        ({"steps": 0}, "steps=0 is out of range."),
        ({"target": "neutral"}, "There is no class 'neutral'."),
        ({"model": "mlm"}, r"The text has no \[MASK\]"),
        ({"model": "mlm", "text": "the [MASK]", "target": "zebra"}, "'zebra' is no token of mlm."),
    ],
)
def test_what_cannot_be_explained_is_named(models: Backend, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        models.attribute(**{"text": SHORT, "model": "classifier", **arguments})


def test_an_encoder_explains_nothing(models: Backend) -> None:
    for work in (models.attribute, models.head_importance):
        with pytest.raises(TaskUnsupported, match="starter is an encoder only"):
            work(SHORT)


def test_the_model_is_as_it_was_after_all_of_it(models: Backend) -> None:
    whole = models.predict(SHORT, model="classifier").probabilities
    models.attribute(SHORT, model="classifier")
    models.head_importance(SHORT, model="classifier")
    with models._pool.use("classifier") as loaded:
        model = loaded.engine.model
        assert not any(weight.requires_grad or weight.grad is not None for weight in model.parameters())
        assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
        assert model.config._attn_implementation == "sdpa"
    np.testing.assert_array_equal(models.predict(SHORT, model="classifier").probabilities, whole)
