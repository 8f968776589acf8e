"""Models are loaded once, shared by threads, and evicted least recently used under the budget."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from albert_widgets.backend import Backend
from albert_widgets.backend.engines.torch import TorchModel
from albert_widgets.errors import Conflict, InputInvalid, NoRoom

NAMES = ("bert", "albert", "electra")


@pytest.fixture
def small(checkpoints: Path, home: Path) -> Backend:
    backend = Backend(memory_budget=200_000)
    for name in NAMES:
        backend.register(str(checkpoints / name))
    return backend


def loaded(backend: Backend) -> list[str]:
    return [info.id for info in backend.status().loaded]


def test_many_threads_load_a_model_once(small: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []
    real = TorchModel.load

    def counting(folder: Path, *args: object, **kwargs: object) -> TorchModel:
        loads.append(folder)
        return real(folder, *args, **kwargs)

    monkeypatch.setattr(TorchModel, "load", counting)
    start = threading.Barrier(8)
    answers = []

    def work() -> None:
        start.wait()
        answers.append(small.embed("the cat", model="bert").vectors)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert all((answer == answers[0]).all() for answer in answers)


def test_the_least_recently_used_is_evicted(small: Backend) -> None:
    sizes = {name: small.load(name).bytes_loaded for name in NAMES}
    for name in NAMES:
        small.unload(name)
    small._pool.memory_budget = sizes["bert"] + max(sizes["albert"], sizes["electra"])
    small.load("bert")
    small.load("albert")
    small.embed("the cat", model="bert")
    small.load("electra")
    assert sorted(loaded(small)) == ["bert", "electra"]
    assert not small.model("albert").is_loaded
    assert small.model("bert").is_loaded


def test_a_model_over_the_budget_says_both_numbers(small: Backend) -> None:
    small._pool.memory_budget = 1000
    with pytest.raises(NoRoom, match=r"bert needs about \d+ kB of memory; the budget for models is 1.0 kB") as caught:
        small.load("bert")
    assert "--memory-budget" in caught.value.hint


def test_a_model_in_use_is_neither_evicted_nor_unloaded(small: Backend) -> None:
    with small._pool.use("bert") as bert:
        small._pool.memory_budget = bert.info.bytes_loaded + 10
        with pytest.raises(Conflict, match="bert is in use by 1 call"):
            small.unload("bert")
        with pytest.raises(NoRoom):
            small.load("albert")
    small._pool.memory_budget = 10**9
    assert not small.unload("bert").is_loaded
    assert not small.unload("bert").is_loaded, "unloading twice is no error"


def test_a_failed_load_lets_the_next_one_try(small: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> TorchModel:
        raise NoRoom("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(TorchModel, "load", failing)
        with pytest.raises(NoRoom):
            small.load("bert")
    assert small.load("bert").is_loaded


def test_dtype_and_device_are_chosen_by_name(small: Backend) -> None:
    exact = small.load("bert").bytes_loaded
    half = small.load("bert", dtype="bfloat16")
    assert half.dtype == "bfloat16"
    assert half.bytes_loaded < 0.7 * exact
    assert small.load("bert").dtype == "bfloat16", "auto keeps what is there"
    assert small.embed("the cat", model="bert").vectors.dtype == "float32"
    with pytest.raises(InputInvalid, match="There is no dtype 'float12'"):
        small.load("albert", dtype="float12")
    with pytest.raises(InputInvalid, match="There is no device 'tpu' here"):
        small.load("albert", device="tpu")


def test_use_changes_the_default_of_this_handle(small: Backend) -> None:
    assert small.default_model == "starter"
    small.use("electra")
    assert small.embed("the cat").model == "electra"
    assert Backend().default_model == "starter"
