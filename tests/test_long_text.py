"""A long text in a model with windows: overview, tile and head agree with eager, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
import transformers as tf

from albert_widgets.backend import Backend
from albert_widgets.backend.engines.masks import Band, albert_mask
from albert_widgets.pooling import max_pool
from tests.checkpoints import SMALL, WORDS, save, tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKENS = 1700
WINDOW = 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sizes = {**SMALL, "max_position_embeddings": 2048, "num_hidden_layers": 4}
    # Layers 0 and 3 look at all tokens, 1 and 2 through a window.
    config = tf.ModernBertConfig(
        vocab_size=len(WORDS) + 5, **sizes, global_attn_every_n_layers=3, local_attention=WINDOW, pad_token_id=1
    )
    made = save(tmp_path_factory.mktemp("long") / "windowed", config, tf.ModernBertModel, padding=1)
    long = tokenizer(padding=1)
    long.model_max_length = 2048
    long.save_pretrained(made)
    return made


@pytest.fixture(scope="module")
def text() -> str:
    words = [word for word in WORDS if word.isalpha()]
    chosen = np.random.default_rng(0).choice(words, TOKENS - 2)
    return " ".join(chosen)


@pytest.fixture(scope="module")
def eager(folder: Path, text: str) -> np.ndarray:
    model = tf.AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    inputs = tf.AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
    with torch.inference_mode():
        return torch.cat(model(**inputs, output_attentions=True).attentions).numpy()


@pytest.fixture
def long(folder: Path) -> Iterator[Backend]:
    backend = Backend()
    backend.use(backend.register(str(folder)).id)
    yield backend
    backend.close()


def test_overview_head_and_tile_agree_with_eager(long: Backend, text: str, eager: np.ndarray) -> None:
    assert eager.shape == (4, 4, TOKENS, TOKENS)
    assert not eager[1, 0, 0, WINDOW:].any(), "layer 1 looks through a window"
    overview = long.attention(text, pool=48)
    np.testing.assert_allclose(overview.weights, max_pool(eager, 48), atol=1e-5)
    for layer, head in ((1, 3), (3, 0)):
        pooled = long.attention(text, layers=[layer], heads=[head], pool=500)
        np.testing.assert_allclose(pooled.attention(layer, head), max_pool(eager[layer, head], 500), atol=1e-5)
        rows, columns = range(600, 1111), range(580, 1400)
        tile = long.attention(text, layers=[layer], heads=[head], rows=rows, columns=columns)
        np.testing.assert_allclose(tile.weights[0, 0], eager[layer, head, 600:1111, 580:1400], atol=1e-5)
        tile = long.attention(text, layers=[layer], heads=[head], rows=rows, columns=columns, pool=100)
        np.testing.assert_allclose(tile.weights[0, 0], max_pool(eager[layer, head, 600:1111, 580:1400], 100), atol=1e-5)
        row = long.attention(text, layers=[layer], heads=[head], rows=[-1, 3], columns=[-1, 5, 0])
        np.testing.assert_allclose(row.weights[0, 0], eager[layer, head][[-1, 3]][:, [-1, 5, 0]], atol=1e-5)


def test_a_tile_out_of_the_window_is_empty(long: Backend, text: str, eager: np.ndarray) -> None:
    tile = long.attention(text, layers=[2], rows=range(50), columns=range(1000, 1700), pool=64, quantized=True)
    assert not tile.weights.any()
    assert not eager[2, :, :50, 1000:].any()
    edge = long.attention(text, layers=[2], rows=range(900, 1000), columns=range(1000, 1700), pool=64)
    np.testing.assert_allclose(edge.weights[0], max_pool(eager[2, :, 900:1000, 1000:], 64), atol=1e-5)
    assert edge.weights.any()


def test_statistics_and_value_norms_of_a_window_are_those_of_its_maps(
    long: Backend, text: str, eager: np.ndarray
) -> None:
    found, weights = long.head_statistics(text), eager.astype(np.float64)
    at = np.arange(TOKENS)
    np.testing.assert_allclose(found.distance, (weights * np.abs(at[:, None] - at)).sum(-1).mean(-1), rtol=1e-4)
    entropy = -(weights * np.log(np.maximum(weights, 1e-37))).sum(-1).mean(-1)
    np.testing.assert_allclose(found.entropy, entropy, atol=1e-4)
    np.testing.assert_allclose(found.first, weights[..., 0].mean(-1), atol=1e-5)
    np.testing.assert_allclose(found.next, weights[..., at[:-1], at[1:]].sum(-1) / TOKENS, atol=1e-5)
    rows = [0, 800, TOKENS - 1]
    normed = long.attention(text, layers=[1], rows=rows, weight="value_norm").weights[0]
    seen = eager[1][:, rows] > 0
    ratio = np.divide(normed, eager[1][:, rows], out=np.zeros_like(normed), where=eager[1][:, rows] > 1e-4)
    assert not normed[~seen].any()
    # Each key has one length, whoever looks at it.
    near = long.attention(text, layers=[1], rows=[801], weight="value_norm").weights[0, :, 0, 800]
    np.testing.assert_allclose(ratio[:, 1, 800], near / eager[1][:, 801, 800], rtol=1e-2)


def test_what_is_kept_of_a_long_text_stays_within_the_budget(long: Backend, text: str, eager: np.ndarray) -> None:
    kept = long._pool.kept
    kept.budget = 1_000_000
    long.attention(text, pool=48, quantized=True)
    assert 0 < kept.bytes <= kept.budget
    for layer in (3, 0, 1):
        head = long.attention(text, layers=[layer], heads=[1], rows=[7, 1650])
        np.testing.assert_allclose(head.weights[0, 0], eager[layer, 1][[7, 1650]], atol=1e-5)
        assert kept.bytes <= kept.budget
    long.unload()
    assert kept.bytes == 0


def test_windows_and_causal_masks_are_bands_and_others_are_not() -> None:
    at = torch.arange(1300)
    window = (at[:, None] - at).abs() <= 40
    causal = at[:, None] >= at
    for mask in (window, causal):
        band = Band.of(mask[None, None])
        assert band is not None
        assert torch.equal(
            torch.stack([band.allows([row], range(1300))[0] for row in (0, 77, 1299)]), mask[[0, 77, 1299]]
        )
        assert band.reach([77, 100]) == range(int(mask[77].nonzero()[0]), int(mask[100].nonzero()[-1]) + 1)
    holes = window.clone()
    holes[5, 3] = False
    nobody = window.clone()
    nobody[5] = False
    for mask in (holes[None, None], nobody[None, None], window[None, None].float(), None):
        assert Band.of(mask) is None


def test_a_mask_made_by_rows_is_the_mask() -> None:
    from transformers.masking_utils import sdpa_mask, sliding_window_bidirectional_mask_function

    padding = torch.ones(2, 1300, dtype=torch.bool)
    padding[1, 1200:] = False
    how = {
        "batch_size": 2,
        "kv_length": 1300,
        "mask_function": sliding_window_bidirectional_mask_function(30),
        "attention_mask": padding,
    }
    made = albert_mask(q_length=1300, **how)
    assert made is not None
    assert torch.equal(made, sdpa_mask(q_length=1300, allow_is_causal_skip=False, **how))
