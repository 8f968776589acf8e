"""Attention on demand agrees with the models' own eager maps, for every architecture, and puts the model back."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers as tf

from albert_widgets.backend import Backend
from albert_widgets.errors import InputInvalid
from albert_widgets.pooling import max_pool, quantise
from tests.checkpoints import ARCHITECTURES, WORDS, save

TEXT = "The cat sat on the mat because it was tired, and the dog ran fast."


@pytest.fixture(scope="module")
def models(checkpoints: Path) -> Backend:
    backend = Backend()
    for name in ARCHITECTURES:
        backend.register(str(checkpoints / name))
    return backend


def eager(folder: Path, text: str, pair: str | None = None) -> np.ndarray:
    model = tf.AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        maps = model(**tokenizer(text, pair, return_tensors="pt"), output_attentions=True).attentions
    return torch.cat(maps).numpy()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_maps_agree_with_eager(models: Backend, checkpoints: Path, name: str) -> None:
    expected = eager(checkpoints / name, TEXT)
    maps = models.attention(TEXT, model=name)
    assert maps.engine == ("eager" if name == "deberta-v2" else "albert")
    assert bool(maps.notes) == (name == "deberta-v2")
    assert maps.weights.shape == expected.shape
    assert expected.max() > 3 / expected.shape[-1], "uniform attention would prove nothing"
    np.testing.assert_allclose(maps.weights, expected, atol=1e-5)


@pytest.mark.parametrize("name", ["bert", "albert", "modernbert", "deberta-v2"])
def test_parts_are_parts_of_the_whole(models: Backend, checkpoints: Path, name: str) -> None:
    expected = eager(checkpoints / name, TEXT, "Was it happy?")
    maps = models.attention(TEXT, pair="Was it happy?", model=name, layers=[2, 0], heads=[3, 1], rows=[5, -1, 2])
    assert (maps.layers, maps.heads) == ((0, 2), (3, 1))
    rows = [5, expected.shape[2] - 1, 2]
    np.testing.assert_allclose(maps.weights, expected[[0, 2]][:, [3, 1]][:, :, rows], atol=1e-5)
    np.testing.assert_allclose(maps.attention(2, 1), expected[2, 1][rows], atol=1e-5)


@pytest.mark.parametrize("name", ["bert", "modernbert", "deberta-v2"])
def test_a_tile_is_a_slice_of_the_whole(models: Backend, name: str) -> None:
    whole = models.attention(TEXT, model=name)
    rows, columns = [3, 4, -1], list(range(2, 9))
    tile = models.attention(TEXT, model=name, layers=[1], heads=[2], rows=rows, columns=columns)
    last = len(whole.tokens) - 1
    assert (tile.rows, tile.columns, tile.pool) == ((3, 4, last), tuple(columns), 0)
    assert whole.columns == tuple(range(last + 1))
    np.testing.assert_allclose(tile.weights[0, 0], whole.attention(1, 2)[[3, 4, last]][:, columns], atol=1e-6)
    assert tile.weights.sum(-1).min() < 0.99, "still probabilities over all keys"
    scattered = models.attention(TEXT, model=name, layers=[1], heads=[2], columns=[7, 0, -1])
    assert scattered.columns == (7, 0, last)
    np.testing.assert_allclose(scattered.weights[0, 0], whole.attention(1, 2)[:, [7, 0, last]], atol=1e-6)


@pytest.mark.parametrize("name", ["bert", "deberta-v2"])
def test_a_pooled_tile_is_the_maxima_of_its_cells(models: Backend, name: str) -> None:
    whole = models.attention(TEXT, model=name).weights
    tile = models.attention(TEXT, model=name, rows=range(1, 12), columns=range(5, 8), pool=4)
    np.testing.assert_allclose(tile.weights, max_pool(whole[:, :, 1:12, 5:8], 4), atol=1e-6)
    assert (tile.weights.shape[2:], tile.pool) == ((4, 3), 4)
    assert models.attention(TEXT, model=name, rows=[1, 2], columns=[5, 6], pool=4).pool == 0


@pytest.mark.parametrize("name", ["bert", "deberta-v2"])
@pytest.mark.parametrize("pool", [1, 4, 7, 64])
def test_pooled_maps_are_the_maxima_of_their_cells(models: Backend, checkpoints: Path, name: str, pool: int) -> None:
    expected = eager(checkpoints / name, TEXT)
    maps = models.attention(TEXT, model=name, pool=pool)
    np.testing.assert_allclose(maps.weights, max_pool(expected, pool), atol=1e-5)
    assert max(maps.weights.shape[2:]) <= max(pool, 1)
    assert maps.pool == (pool if len(maps.tokens) > pool else 0)


def test_blocks_of_rows_change_nothing(models: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.backend.engines import maps as engine_maps

    whole = models.attention(TEXT, model="bert").weights
    pooled = models.attention(TEXT, model="bert", pool=5).weights
    monkeypatch.setattr(engine_maps, "BLOCK_BYTES", 1)
    np.testing.assert_allclose(models.attention(TEXT, model="bert").weights, whole, atol=1e-6)
    np.testing.assert_allclose(models.attention(TEXT, model="bert", pool=5).weights, pooled, atol=1e-6)


def test_quantised_maps_are_within_half_a_step(models: Backend) -> None:
    exact = models.attention(TEXT, model="bert")
    small = models.attention(TEXT, model="bert", quantized=True)
    assert small.weights.dtype == np.uint8
    for layer in exact.layers:
        for head in exact.heads:
            error = np.abs(small.attention(layer, head) - exact.attention(layer, head)).max()
            assert error <= small.scale[layer, head] / 2 + 1e-6


def test_quantise_keeps_an_empty_map_empty() -> None:
    maps, scale = quantise(np.zeros((1, 2, 3, 3), np.float32))
    assert not maps.any()
    assert (scale > 0).all()


def test_starter_agrees_with_eager(backend: Backend) -> None:
    from albert_widgets.backend.catalog import Catalog

    expected = eager(Catalog().find("starter").folder, TEXT)
    np.testing.assert_allclose(backend.attention(TEXT).weights, expected, atol=1e-5)


@pytest.mark.parametrize("name", ["bert", "deberta-v2"])
def test_the_model_gets_its_own_implementation_back(
    models: Backend, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from albert_widgets.backend.engines.capture import Capture

    with models._pool.use(name) as loaded:
        own = loaded.engine.model.config._attn_implementation
        models.attention(TEXT, model=name)
        assert loaded.engine.model.config._attn_implementation == own
        monkeypatch.setattr(Capture, "_keep", _fail)
        with pytest.raises(Exception, match="broken on purpose"):
            models.attention(TEXT, model=name)
        assert loaded.engine.model.config._attn_implementation == own


def _fail(*_: object) -> None:
    msg = "broken on purpose"
    raise RuntimeError(msg)


def test_position_biases_are_part_of_the_scores(tmp_path: Path) -> None:
    config = tf.T5Config(vocab_size=len(WORDS) + 5, d_model=32, d_kv=8, d_ff=64, num_layers=3, num_heads=4)
    folder = save(tmp_path / "t5", config, tf.T5Model)
    model = tf.AutoModel.from_pretrained(folder, attn_implementation="eager").eval().get_encoder()
    ids = tf.AutoTokenizer.from_pretrained(folder)(TEXT, return_tensors="pt").input_ids
    with torch.inference_mode():
        expected = torch.cat(model(ids, output_attentions=True).attentions).numpy()
    backend = Backend()
    maps = backend.attention(TEXT, model=backend.register(str(folder)).id)
    assert maps.engine == "albert"
    np.testing.assert_allclose(maps.weights, expected, atol=2e-5)


def test_threads_do_not_see_each_others_captures(models: Backend) -> None:
    expected = {text: models.attention(text, model="bert").weights for text in (TEXT, "The dog is sad.", "A bad film!")}
    embedded = models.embed(TEXT, model="bert").vectors
    wrong: list[str] = []

    def work(text: str) -> None:
        for _ in range(10):
            if not np.allclose(models.attention(text, model="bert").weights, expected[text], atol=1e-6):
                wrong.append(text)
            if not np.allclose(models.embed(TEXT, model="bert").vectors, embedded, atol=1e-5):
                wrong.append("embed")

    threads = [threading.Thread(target=work, args=(text,)) for text in expected for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"layers": [3]}, "There is no layer 3. They go from 0 to 2"),
        ({"heads": [-5]}, "There is no head -5. They go from 0 to 3"),
        ({"rows": [99]}, "There is no row 99."),
        ({"columns": [-99]}, "There is no column -99."),
        ({"columns": []}, "The list of columns is empty."),
        ({"layers": []}, "The list of layers is empty."),
        ({"pool": 0}, "pool=0 is no number of cells."),
    ],
)
def test_what_is_not_there_is_named(models: Backend, wanted: dict, message: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        models.attention(TEXT, model="bert", **wanted)
    assert message in str(caught.value).replace("\n", " ")


def test_a_text_over_the_limit_says_by_how_much(models: Backend) -> None:
    with pytest.raises(InputInvalid, match=r"The text has 102 tokens; bert reads at most 64 at once.") as caught:
        models.attention("cat " * 100, model="bert")
    assert "38 tokens" in caught.value.hint


def test_frame_names_the_tokens(models: Backend) -> None:
    maps = models.attention("the cat sat", model="bert", layers=[1], heads=[2])
    frame = maps.to_frame()
    assert len(frame) == 5 * 5
    row = frame[(frame["query"] == 2) & (frame["key"] == 3)].iloc[0]
    assert (row["query_token"], row["key_token"]) == ("cat", "sat")
    assert row["weight"] == pytest.approx(maps.attention(1, 2)[2, 3])
    tile = models.attention("the cat sat", model="bert", layers=[1], heads=[2], rows=[2, 0], columns=[3])
    part = tile.to_frame()
    assert list(zip(part["query_token"], part["key_token"], part["key"], strict=True)) == [
        ("cat", "sat", 3),
        ("[CLS]", "sat", 3),
    ]
    assert part["weight"][0] == pytest.approx(row["weight"])
    axes = tile.figure().axes[0]
    shown = [[label.get_text() for label in labels] for labels in (axes.get_xticklabels(), axes.get_yticklabels())]
    assert shown == [["sat"], ["cat", "[CLS]"]]
