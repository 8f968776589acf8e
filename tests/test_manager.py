"""What the backend tells of models and remembers: incomplete ones, revisions, callers, the default, the budget."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import constants

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.callers import caller
from albert_widgets.backend.catalog import FRESH_SECONDS
from albert_widgets.backend.hub_cache import TURNS
from albert_widgets.backend.remembered import remember_use
from albert_widgets.errors import AlbertError, InputInvalid, ModelFailed, ModelNotFound, NoRoom
from tests.cached import COMMIT, OTHER, cache_model, files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HUB = "someone/tiny-bert"


@pytest.fixture
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache; huggingface_hub reads its place from the environment only when it is imported."""
    folder = home / "hub"
    folder.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    return folder


@pytest.fixture
def bert(cache: Path) -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()


# --- what is not whole --------------------------------------------------------------------------


def without_weights(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name != "model.safetensors"}


def without_a_shard(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    files["model-00001-of-00002.safetensors"] = files.pop("model.safetensors")
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    return {**files, "model.safetensors.index.json": json.dumps({"weight_map": shards}).encode()}


def with_other_weights_only(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    files["validation.safetensors"] = files.pop("model.safetensors")
    return files


def cut(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    return {**files, "model.safetensors": files["model.safetensors"][:-4]}


def longer(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    return {**files, "model.safetensors": files["model.safetensors"] + b"more"}


def no_header(files: dict[str, bytes], _snapshot: Path) -> dict[str, bytes]:
    return {**files, "model.safetensors": b"<html>502 Bad Gateway</html>"}


def a_lost_blob(files: dict[str, bytes], snapshot: Path) -> dict[str, bytes]:
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").symlink_to("../../blobs/lost")
    return without_weights(files, snapshot)


INCOMPLETE = [without_weights, without_a_shard, with_other_weights_only, cut, longer, no_header, a_lost_blob]


@pytest.mark.parametrize("harm", INCOMPLETE)
def test_what_is_not_whole_is_never_usable(
    bert: Backend, cache: Path, checkpoints: Path, harm: Callable[[dict[str, bytes], Path], dict[str, bytes]]
) -> None:
    snapshot = cache / "models--someone--tiny-bert" / "snapshots" / COMMIT
    cache_model(cache, HUB, harm(files_of(checkpoints / "bert"), snapshot))
    info = bert.model(HUB)
    assert not info.is_usable
    (warning,) = info.warnings
    assert warning.endswith(f"Resume the download: %albert download {HUB}")
    for work in (bert.load, bert.tokenize):
        with pytest.raises(ModelFailed) as caught:
            work(model=HUB) if work == bert.load else bert.tokenize("the cat", model=HUB)
        assert caught.value.hint == f"Resume the download: %albert download {HUB}"
    # It is mended by what a download puts in its place.
    for name, content in files_of(checkpoints / "bert").items():
        (snapshot / name).unlink(missing_ok=True)
        (snapshot / name).write_bytes(content)
    for name in ("model.safetensors.index.json", "model-00001-of-00002.safetensors", "validation.safetensors"):
        (snapshot / name).unlink(missing_ok=True)
    assert bert.model(HUB).is_usable
    assert bert.load(HUB).is_usable


def test_shards_that_are_all_there_are_used(bert: Backend, checkpoints: Path, home: Path) -> None:
    import transformers as tf

    folder = home / "sharded"
    model = tf.AutoModel.from_pretrained(checkpoints / "bert")
    model.save_pretrained(folder, max_shard_size="20kB")
    assert len(list(folder.glob("*.safetensors"))) > 1
    for path in checkpoints.joinpath("bert").glob("token*"):
        shutil.copy(path, folder)
    bert.register(str(folder))
    assert bert.load("sharded").is_usable
    next(folder.glob("*.safetensors")).unlink()
    bert.unload("sharded")
    assert not bert.model("sharded").is_usable
    with pytest.raises(ModelFailed, match=r"Of its weights .*safetensors is missing"):
        bert.load("sharded")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"id2label": {"x": 1}, "architectures": ["BertForSequenceClassification"]},
        {"architectures": 5},
        {"id2label": [1, 2], "architectures": ["BertForSequenceClassification"]},
        {"num_labels": "many", "architectures": ["BertForSequenceClassification"]},
    ],
)
def test_nonsense_does_not_hide_the_others(
    bert: Backend, cache: Path, checkpoints: Path, nonsense: dict[str, object]
) -> None:
    files = files_of(checkpoints / "bert")
    cache_model(cache, "a/nonsense", {**files, "config.json": json.dumps(nonsense).encode()})
    cache_model(cache, "b/fine", {**files, "README.md": b"---\nlanguage: 5\nlicense: [a]\n: {\n---\n"})
    found = {info.id: info.is_usable for info in bert.models()}
    assert found == {"starter": True, "a/nonsense": False, "b/fine": True}


# --- what is told of a model --------------------------------------------------------------------


def test_revisions_are_told_the_newest_first(bert: Backend, cache: Path, checkpoints: Path) -> None:
    files = files_of(checkpoints / "bert")
    for seconds, commit, ref in ((100, OTHER, "v1"), (200, COMMIT, "main")):
        snapshot = cache_model(cache, HUB, {**files, "note.txt": commit.encode()}, commit=commit, ref=ref)
        for path in snapshot.iterdir():
            if path.name == "note.txt":
                os.utime(path, (seconds, seconds))
            elif commit == OTHER:
                os.utime(path, (50, 50))
    (cache / "models--someone--tiny-bert" / "refs" / "pr").mkdir()
    (cache / "models--someone--tiny-bert" / "refs" / "pr" / "1").write_text(OTHER)
    first, second = bert.model(HUB).revisions
    assert (first.commit, first.refs, first.last_modified) == (COMMIT, ("main",), 200)
    assert (second.commit, second.refs, second.last_modified) == (OTHER, ("pr/1", "v1"), 100)
    assert first.bytes == sum(map(len, files.values())) + 40
    assert bert.model(HUB).revision == COMMIT
    (cache / "models--someone--tiny-bert" / "refs" / "main").write_text(OTHER)
    assert bert.model(HUB).revision == OTHER


def test_listing_is_no_use_of_a_model(bert: Backend, cache: Path, checkpoints: Path) -> None:
    weights = cache_model(cache, HUB, files_of(checkpoints / "bert")) / "model.safetensors"
    os.utime(weights, (1000.0, 2000.0))
    assert bert.model(HUB).last_used == 1000.0
    assert bert.models()[1].last_used == 1000.0
    remember_use(HUB, 500.0)
    assert bert.model(HUB).last_used == 1000.0, "another program has used it since"
    remember_use(HUB, 1500.0)
    assert bert.model(HUB).last_used == 1500.0


def test_the_last_use_is_remembered(bert: Backend, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="mine")
    assert bert.model("mine").last_used == 0.0
    before = time.time()
    bert.load("mine")
    assert Backend().model("mine").last_used >= before
    bert.embed("the cat", model="mine")
    last = bert.model("mine").last_used
    bert.unload("mine")
    assert Backend().model("mine").last_used == bert.model("mine").last_used == last


def test_whose_work_it_is(bert: Backend, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="mine")
    bert.load("mine")
    assert bert.model("mine").used_by == (), "nobody said who it is"
    for number in (*range(25), 7):
        token = caller.set(f"notebook {number}.ipynb")
        bert.embed("the cat", model="mine")
        caller.reset(token)
    used_by = bert.status().loaded[0].used_by
    assert used_by == bert.model("mine").used_by
    assert used_by[:3] == ("notebook 7.ipynb", "notebook 24.ipynb", "notebook 23.ipynb")
    assert (len(used_by), len(set(used_by))) == (20, 20)
    assert bert.unload("mine").used_by == ()
    token = caller.set("a notebook.ipynb")
    job = bert.download("no-such/model")
    caller.reset(token)
    assert job.info.caller == "a notebook.ipynb"
    assert job.wait(60).caller == "a notebook.ipynb"


def test_a_card_without_its_header(bert: Backend, cache: Path, checkpoints: Path) -> None:
    files = files_of(checkpoints / "bert")
    cards = {
        "a/card": (b"---\nlicense: mit\n---\n# Tiny\n\n---\nmore\n", "# Tiny\n\n---\nmore"),
        "a/windows": (b"---\r\nlicense: mit\r\n---\r\n# Tiny\r\n", "# Tiny"),
        "a/plain": (b"# Tiny\n---\nmore\n---\n", "# Tiny\n---\nmore\n---"),
        "a/broken": ("---\nlicense: mit\n# Ähm".encode("latin-1"), "---\nlicense: mit\n# \ufffdhm"),
        "a/header": (b"---\nlicense: mit\n---", ""),
    }
    for model, (card, said) in cards.items():
        cache_model(cache, model, {**files, "README.md": card})
        found = bert.model_card(model)
        assert (found.model, found.text, found.page) == (model, said, f"{constants.ENDPOINT}/{model}")
    assert bert.model("a/windows").licence == "mit"
    bert.register(str(checkpoints / "bert"), name="mine")
    assert (bert.model_card("mine").text, bert.model_card("mine").page) == ("", "")
    assert bert.model_card().model == "starter"


# --- the default --------------------------------------------------------------------------------


def test_the_default_is_there_for_the_next_one(bert: Backend, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="mine")
    chosen = Backend()
    chosen.use("starter")
    assert bert.set_default("mine").id == "mine"
    assert (bert.default_model, bert.status().default_model, bert.tokenize("the cat").model) == ("mine",) * 3
    assert Backend().default_model == "mine"
    assert chosen.default_model == "starter", "who chose keeps it"
    deleted = bert.delete("mine", keep=True)
    assert (bert.default_model, bert.status().default_model) == ("starter", "starter")
    bert.restore(deleted.id)
    assert bert.default_model == "mine"
    with pytest.raises(ModelNotFound):
        bert.set_default("nothing")
    (folders.home() / "models" / "default.json").write_text("{ not json")
    assert Backend().default_model == "starter"


# --- memory -------------------------------------------------------------------------------------


def test_a_lower_budget_evicts_what_was_not_used_for_long(bert: Backend, checkpoints: Path) -> None:
    for name in ("bert", "albert", "electra"):
        bert.register(str(checkpoints / name))
    starter = bert.load("starter").bytes_loaded
    sizes = {name: bert.load(name).bytes_loaded for name in ("bert", "albert", "electra")}
    assert bert.set_memory_budget(sum(sizes.values()) + starter).evictions == ()
    status = bert.set_memory_budget(1_000_000)
    assert status.memory_budget == 1_000_000
    assert [model.id for model in status.loaded] == ["electra", "albert", "bert"]
    (gone,) = status.evictions
    assert (gone.model, gone.reason) == ("starter", "")
    assert gone.bytes == starter
    assert time.time() - gone.time < 60
    with pytest.raises(NoRoom):
        bert.load("starter")
    bert._pool.memory_budget = sizes["bert"] + sizes["electra"]
    bert.unload("albert")
    for name in ("albert", "bert") * 6:
        bert._pool.memory_budget = sizes[name]
        bert.load(name)
    last = bert.status().evictions
    assert len(last) == 10
    assert (last[0].model, last[0].reason) == ("albert", "bert")
    assert [one.time for one in last] == sorted((one.time for one in last), reverse=True)
    assert bert.set_memory_budget(None).memory_budget == Backend().status().memory_budget


def test_a_model_that_works_stays_over_the_budget(bert: Backend) -> None:
    bert.load("starter")
    with bert._pool.use("starter"):
        assert bert.set_memory_budget(1_000_000).loaded[0].id == "starter"


@pytest.mark.parametrize("budget", [0, -1, 999_999, 10**18, 2.5e9, "4GB", True])
def test_a_budget_that_cannot_be(bert: Backend, budget: int) -> None:
    before = bert.status().memory_budget
    with pytest.raises(InputInvalid, match="is no number of bytes that models can take") as caught:
        bert.set_memory_budget(budget)
    assert "1.0 MB to" in caught.value.hint
    assert bert.status().memory_budget == before


# --- the fingerprint ----------------------------------------------------------------------------


def test_the_fingerprint_tells_of_every_change(bert: Backend, cache: Path, checkpoints: Path) -> None:
    def by_another_program(work: Callable[[], object]) -> None:
        work()
        for _ in range(TURNS):
            time.sleep(1.1 * FRESH_SECONDS)
            bert.status()

    files = files_of(checkpoints / "bert")
    run = folders.room("models") / "reviews"
    seen = [bert.status().catalog]
    deleted = []
    for change in (
        lambda: bert.register(str(checkpoints / "bert"), name="mine"),
        lambda: bert.rename("mine", "ours"),
        lambda: deleted.append(bert.delete("ours", keep=True).id),
        lambda: bert.restore(deleted[0]),
        lambda: by_another_program(lambda: cache_model(cache, HUB, files)),
        lambda: by_another_program(lambda: cache_model(cache, HUB, files, commit=OTHER, ref="v1")),
        lambda: by_another_program(lambda: shutil.copytree(checkpoints / "bert", run)),
        lambda: by_another_program(lambda: run.rename(run.with_name("films"))),
        lambda: bert.delete(HUB, revision=OTHER),
        lambda: bert.delete("run:films"),
        lambda: bert.download("no-such/model").wait(60),
    ):
        change()
        assert bert.status().catalog not in seen
        seen.append(bert.status().catalog)
    time.sleep(2 * FRESH_SECONDS)
    assert bert.status().catalog == seen[-1], "nothing has changed since"


def test_whether_the_hub_is_asked(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    for is_offline in (True, False):
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", is_offline)
        assert bert.status().is_offline == is_offline


def test_a_status_brings_no_torch(home: Path) -> None:
    code = (
        "import sys; from albert_widgets import Backend; b = Backend(); s = b.status(); b.models(); b.deleted();"
        "print(s.is_offline, s.default_model, len(s.catalog) > 8, {'torch', 'transformers', 'httpx'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "True starter True set()\n", done.stderr


def test_many_models_are_listed_at_once(bert: Backend, cache: Path, checkpoints: Path) -> None:
    files = files_of(checkpoints / "bert")
    for number in range(200):
        cache_model(cache, f"someone/model-{number}", files)

    def milliseconds(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) * 1e3

    assert milliseconds(bert.models) < 3000
    assert len(bert.models()) == 201
    # Several times what they take, for a busy machine; benchmarks/many_models.py measures.
    assert statistics.median(milliseconds(bert.models) for _ in range(5)) < 250
    bert.status()
    assert statistics.median(milliseconds(bert.status) for _ in range(50)) < 10


def test_a_change_in_place_is_seen(bert: Backend, checkpoints: Path) -> None:
    run = shutil.copytree(checkpoints / "classifier", folders.room("models") / "reviews")
    assert bert.model("run:reviews").labels == ("negative", "positive")
    config = (run / "config.json").read_text()
    (run / "config.json").write_text(config.replace('"positive"', '"good"'))
    assert bert.model("run:reviews").labels == ("negative", "good")
    weights = (run / "model.safetensors").read_bytes()
    (run / "model.safetensors").write_bytes(weights[:-1])
    assert not bert.model("run:reviews").is_usable
    shutil.rmtree(run)
    with pytest.raises(AlbertError):
        bert.model("run:reviews")


def test_a_status_is_told_while_torch_is_being_imported(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What another thread sees in the middle of the import.
    half = ModuleType("torch")
    half.__spec__ = importlib.util.find_spec("torch")
    monkeypatch.setitem(sys.modules, "torch", half)
    backend = Backend()
    assert backend.status().threads == 0
    backend.close()
