"""Another head of a text that was read needs no forward pass; what is kept for it stays in bounds and goes in time."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from albert_widgets.backend import Backend
from albert_widgets.backend.engines.maps import EagerMaps
from albert_widgets.backend.kept import KeptLayers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = "The cat sat on the mat because it was tired."
OTHER = "The dog ran fast, and it was happy."
NAMES = ("bert", "albert", "modernbert", "deberta-v2")


@pytest.fixture
def models(checkpoints: Path, home: Path) -> Iterator[Backend]:
    backend = Backend()
    for name in NAMES:
        backend.register(str(checkpoints / name))
    yield backend
    backend.close()


def kept(backend: Backend) -> KeptLayers:
    return backend._pool.kept


@contextlib.contextmanager
def passes(backend: Backend, name: str) -> Iterator[list[int]]:
    """Count the encoder's forward passes."""
    counted: list[int] = []
    with backend._pool.use(name) as loaded:
        handle = loaded.engine.encoder.register_forward_pre_hook(lambda *_: counted.append(1))
    try:
        yield counted
    finally:
        handle.remove()


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_asked_of_a_text_after_its_overview_needs_no_pass(models: Backend, name: str) -> None:
    live = models.attention(TEXT, model=name)
    fresh = Backend()
    statistics, flow = fresh.head_statistics(TEXT, model=name), fresh.flow(TEXT, model=name)
    fresh.close()
    with passes(models, name) as counted:
        for layer in live.layers:
            again = models.attention(TEXT, model=name, layers=[layer], heads=[2])
            np.testing.assert_allclose(again.weights[0, 0], live.attention(layer, 2), atol=1e-6)
            assert (again.engine, again.notes) == (live.engine, live.notes)
        np.testing.assert_allclose(models.head_statistics(TEXT, model=name).entropy, statistics.entropy, atol=1e-5)
        np.testing.assert_allclose(models.flow(TEXT, model=name).weights, flow.weights, atol=1e-6)
        assert not counted
        models.attention(OTHER, model=name, layers=[0])
        models.attention(TEXT, pair=OTHER, model=name, layers=[0])
    assert len(counted) >= 2, "another text, and a pair, are read"


def test_a_pass_that_ended_early_has_kept_what_it_passed(models: Backend) -> None:
    models.attention(TEXT, model="bert", layers=[1])
    with passes(models, "bert") as counted:
        models.attention(TEXT, model="bert", layers=[0])
        models.neurons(TEXT, model="bert", layer=1, head=0, query=2)
        assert not counted
        models.attention(TEXT, model="bert", layers=[2])
        assert len(counted) == 1


def test_neither_does_a_switched_off_head_stay_off_nor_a_kept_layer_keep_it_on(models: Backend) -> None:
    whole = models.attention(TEXT, model="bert").weights
    without = models.attention(TEXT, model="bert", ablate=[(0, 1)]).weights
    assert np.abs(without[1] - whole[1]).max() > 1e-3
    np.testing.assert_allclose(models.attention(TEXT, model="bert").weights, whole, atol=1e-6)
    kept(models).clear()
    models.attention(TEXT, model="bert", ablate=[(0, 1)])
    assert kept(models).bytes == 0


def test_value_norms_are_kept_once_they_were_asked_for(models: Backend) -> None:
    models.attention(TEXT, model="bert")
    first = models.attention(TEXT, model="bert", weight="value_norm")
    with passes(models, "bert") as counted:
        again = models.attention(TEXT, model="bert", weight="value_norm", layers=[2], heads=[1], columns=[3, 1])
        models.attention(TEXT, model="bert", layers=[2])
    assert not counted
    np.testing.assert_allclose(again.weights[0, 0], first.attention(2, 1)[:, [3, 1]], atol=1e-6)


def test_fused_projections_are_not_kept_whole(models: Backend) -> None:
    tokens = models.attention(TEXT, model="modernbert").tokens
    held = kept(models).find("modernbert", (TEXT, None, tokens.ids.tobytes()), range(3))
    assert held is not None
    for maps in held:
        for states in (maps.query, maps.key):  # type: ignore[attr-defined]
            assert states.untyped_storage().nbytes() == maps.nbytes


def test_two_threads_with_one_new_text_read_it_once(models: Backend) -> None:
    start, found = threading.Barrier(4), []

    def work(layer: int) -> None:
        start.wait()
        found.append((layer, models.attention(TEXT, model="bert", layers=[2, layer]).weights))

    models.load("bert")
    with passes(models, "bert") as counted:
        threads = [threading.Thread(target=work, args=(number % 2,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(counted) == 1
    whole = models.attention(TEXT, model="bert").weights
    for layer, weights in found:
        np.testing.assert_allclose(weights, whole[[layer, 2]], atol=1e-6)


# --- bounds -----------------------------------------------------------------------------------------


def layer_of(size: int) -> EagerMaps:
    return EagerMaps(torch.zeros(1, 1, size // 4))


def test_the_layers_that_were_not_asked_for_the_longest_go_first() -> None:
    layers = KeptLayers(budget=3000)
    for layer in range(3):
        layers.keep("bert", ("a", None), layer, layer_of(1000))
    assert layers.find("bert", ("a", None), [0]) is not None
    layers.keep("bert", ("b", None), 0, layer_of(1000))
    assert layers.find("bert", ("a", None), [1]) is None
    assert layers.find("bert", ("a", None), [0, 2]) is not None
    assert layers.find("bert", ("a", None), [0, 1, 2]) is None, "all or none"
    assert layers.bytes == 3000
    layers.keep("bert", ("b", None), 0, layer_of(1200))
    assert layers.bytes <= 3000
    layers.keep("bert", ("c", None), 0, layer_of(4000))
    assert layers.find("bert", ("c", None), [0]) is None, "larger than all that may be kept"
    assert layers.find("bert", ("b", None), [0]) is not None, "and nothing had to go for it"
    layers.clear()


def test_a_text_over_the_budget_is_shown_whole(models: Backend) -> None:
    expected = models.attention(TEXT, model="bert").weights
    size = kept(models).bytes // 3
    kept(models).clear()
    kept(models).budget = size + 1
    np.testing.assert_allclose(models.attention(TEXT, model="bert").weights, expected, atol=1e-6)
    assert 0 < kept(models).bytes <= size + 1
    for layer in (0, 2, 1, 0):
        found = models.attention(TEXT, model="bert", layers=[layer])
        np.testing.assert_allclose(found.weights[0], expected[layer], atol=1e-6)
        assert kept(models).bytes <= size + 1


def test_unloading_a_model_frees_what_was_kept_of_its_texts(models: Backend) -> None:
    models.attention(TEXT, model="bert")
    alone = models.status().memory_kept
    assert 0 < alone == kept(models).bytes
    assert "by texts just looked at" in repr(models.status())
    models.attention(TEXT, model="albert")
    models.unload("albert")
    assert kept(models).bytes == alone
    models.load("bert", dtype="bfloat16")
    assert kept(models).bytes == 0, "loaded anew"
    models.attention(TEXT, model="bert")
    models.close()
    assert kept(models).bytes == 0


def test_a_model_that_is_evicted_takes_its_texts_along(models: Backend) -> None:
    models._pool.memory_budget = models.load("bert").bytes_loaded + 10
    models.attention(TEXT, model="bert")
    models.load("albert")
    assert not models.model("bert").is_loaded
    assert kept(models).bytes == 0


def test_what_nobody_asks_for_goes_by_itself() -> None:
    layers = KeptLayers(budget=3000, idle_seconds=0.4)
    layers.keep("bert", ("closed panel", None), 0, layer_of(1000))
    layers.keep("bert", ("open panel", None), 0, layer_of(1000))
    until = time.monotonic() + 30
    while layers.bytes > 1000 and time.monotonic() < until:
        assert layers.find("bert", ("open panel", None), [0]) is not None
        time.sleep(0.02)
    assert layers.bytes == 1000
    assert layers.find("bert", ("closed panel", None), [0]) is None
    while layers.bytes and time.monotonic() < until:
        time.sleep(0.02)
    assert layers.bytes == 0
