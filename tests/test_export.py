"""Exports: whole or not at all, with any batch and length, and answers as torch gives them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.engines import onnx_export
from albert_widgets.backend.export import job as export_job
from albert_widgets.backend.export.plan import VARIANTS, folder_of
from albert_widgets.backend.job_worker import Ended
from albert_widgets.errors import InputInvalid, MissingExtra, ModelFailed, ModelNotFound, ModelUnsafe
from tests.exported import Told, export

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets.job import Job

WORDS = ["the cat sat on the mat", "a dog", "good film , not bad ! " * 5]


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for folder in sorted(checkpoints.iterdir()):
        made.register(str(folder))
    yield made
    made.close()


def read(job: Job) -> dict[str, Any]:
    result: dict[str, Any] = job.result(170)
    return result


def run(result: dict[str, Any], texts: list[str]) -> tuple[list[str], Any, Any]:
    """Return the export's inputs, its answer and the mask, with nothing but what lies in its folder."""
    import onnxruntime
    from transformers import AutoTokenizer

    folder = result["folder"]
    session = onnxruntime.InferenceSession(f"{folder}/{result['file']}")
    names = [entry.name for entry in session.get_inputs()]
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    encoded = tokenizer(texts, padding=True, truncation=True, return_tensors="np")
    (answer,) = session.run(None, {name: encoded[name].astype(np.int64) for name in names})
    return names, answer, encoded["attention_mask"]


@pytest.fixture(scope="module")
def starter(bert: Backend) -> Job:
    """The export of the starter, which others of these tests read."""
    job = bert.export()
    read(job)
    return job


@pytest.mark.slow
def test_the_starter_gives_the_same_vectors(bert: Backend, starter: Job) -> None:
    job, result = starter, read(starter)
    assert result["folder"] == str(folders.home() / "exports" / "starter")
    assert set(result["files"]) == {
        *("onnx/model.onnx", "config.json", "golden.json", "README.md"),
        *("tokenizer.json", "tokenizer_config.json", "vocab.txt"),
        *("modules.json", "1_Pooling/config.json", "sentence_bert_config.json"),
    }
    assert result["bytes"] > 80_000_000
    assert 0 < result["difference"] <= 1e-4
    assert (result["inputs"], result["outputs"]) == (
        ["input_ids", "token_type_ids", "attention_mask"],
        ["last_hidden_state"],
    )
    texts = ["A man is eating.", "你好，世界", "x " * 200]
    _, hidden, mask = run(result, texts)
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    vectors = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, bert.embed(texts).vectors, atol=1e-4)
    events = [event for event in job.events(follow=False) if event.kind == "progress"]
    assert [event.data["done"] for event in events] == [0, 1, 2, 3]
    assert {event.data["unit"] for event in events} == {"steps"}
    told = [event.data["message"] for event in job.events(follow=False) if event.kind == "log"]
    assert "the largest difference from torch is" in told[-1]


@pytest.mark.parametrize(
    ("precision", "furthest"),
    [
        pytest.param("float32", 1e-5, marks=pytest.mark.slow),
        pytest.param("float16", 0.01, marks=pytest.mark.slow),
        ("int8", 0.1),
    ],
)
def test_a_classifier_gives_the_same_probabilities(bert: Backend, precision: str, furthest: float) -> None:
    result = read(bert.export("classifier", precision=precision))
    assert result["file"] == VARIANTS[precision].file
    assert result["outputs"] == ["logits"]
    _, logits, _ = run(result, WORDS)
    exp = np.exp(logits - logits.max(1, keepdims=True))
    found = exp / exp.sum(1, keepdims=True)
    expected = bert.predict(WORDS, model="classifier").probabilities
    np.testing.assert_allclose(found, expected, atol=furthest)
    assert (result["difference"] > 1e-4) == (precision != "float32")


@pytest.mark.parametrize(
    "model",
    [
        "albert",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("deberta-v2", "distilbert", "roberta", "modernbert", "mlm")
        ),
    ],
)
def test_every_architecture_holds_for_other_batches_and_lengths(bert: Backend, model: str) -> None:
    result = read(bert.export(model))
    assert result["difference"] <= 1e-3
    for texts in (["the cat"], WORDS, WORDS * 3, ["a"] * 7):
        _, answer, mask = run(result, texts)
        assert answer.shape[:2] == mask.shape
        assert np.isfinite(answer[mask.astype(bool)]).all()


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        ({"model": "classifier", "format": "gguf"}, InputInvalid, "Choose one of: onnx."),
        ({"model": "classifier", "precision": "int4"}, InputInvalid, "Choose one of: float32, float16, int8."),
        ({"model": "nobody"}, ModelNotFound, "There is no model 'nobody' here."),
        ({"model": "bart"}, InputInvalid, "bart writes text (bart); only encoders and classifiers"),
        ({"model": "t5"}, InputInvalid, "t5 writes text"),
        ({"model": "summarizer"}, InputInvalid, "summarizer writes text (encoder-decoder)"),
    ],
)
def test_what_cannot_be_exported_is_told_at_once(
    bert: Backend, call: dict[str, str], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        bert.export(**call)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_without_the_extra_it_says_what_to_install(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxscript" else found(name))
    with pytest.raises(MissingExtra, match=r'pip install "albert-widgets\[export\]"'):
        bert.export("classifier")


def test_code_of_its_own_is_never_exported(bert: Backend, checkpoints: Path, tmp_path: Path) -> None:
    folder = tmp_path / "foreign"
    folder.mkdir()
    for file in (checkpoints / "classifier").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "evil.Model"}}))
    bert.register(str(folder))
    with pytest.raises(ModelUnsafe):
        bert.export("foreign")


def test_precisions_share_a_folder_as_long_as_the_weights_are_the_same(
    bert: Backend, checkpoints: Path, tmp_path: Path
) -> None:
    model = tmp_path / "changing"
    shutil.copytree(checkpoints / "classifier", model)
    bert.register(str(model))
    first = export(Told("changing"))
    second = export(Told("changing", precision="float16"))
    folder = Path(second["folder"])
    assert second["folder"] == first["folder"]
    assert {"onnx/model.onnx", "onnx/model_fp16.onnx"} <= set(second["files"])
    golden = json.loads((folder / "golden.json").read_text())
    assert golden["precisions"] == second["precisions"]
    assert golden["precisions"]["float32"] == first["precisions"]["float32"]
    assert golden["precisions"]["float16"]["largest_difference"] > golden["precisions"]["float32"]["largest_difference"]
    shutil.copyfile(checkpoints / "tags" / "model.safetensors", model / "model.safetensors")
    shutil.copyfile(checkpoints / "tags" / "config.json", model / "config.json")
    third = export(Told("changing", precision="int8"))
    assert [file for file in third["files"] if file.startswith("onnx/")] == ["onnx/model_quantized.onnx"]
    assert list(third["precisions"]) == ["int8"]


@pytest.mark.slow
def test_the_weights_of_a_large_model_lie_where_runtimes_look(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_export, "LARGEST_IN_ONE_FILE", 1000)
    for precision, variant in VARIANTS.items():
        result = export(Told(precision=precision))
        assert {variant.file, f"{variant.file}_data"} <= set(result["files"])
        run(result, WORDS)
    files = {Path(file).name for file in result["files"] if file.startswith("onnx/")}
    assert files == {f"{Path(one.file).name}{end}" for one in VARIANTS.values() for end in ("", "_data")}
    config = json.loads((Path(result["folder"]) / "config.json").read_text())
    beside = {Path(one.file).name: True for one in VARIANTS.values()}
    assert config["transformers.js_config"] == {"use_external_data_format": beside}


@pytest.mark.slow
def test_an_export_is_there_whole_or_not_at_all(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    read(bert.export("classifier"))
    target = folder_of("classifier")
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    with pytest.raises(Ended):
        export(Told(end_at="exporting"))
    monkeypatch.setattr(export_job, "TOLERANCE", 1e-12)
    with pytest.raises(ModelFailed, match="does not answer as torch does: numbers differ by up to"):
        export(Told())
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_stop_ends_an_export_and_what_is_half_done_does_not_stay(bert: Backend) -> None:
    job = bert.export("starter", precision="int8")
    deadline = time.monotonic() + 100
    while not any("quantising" in event.data.get("message", "") for event in job.events(follow=False)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    began = time.monotonic()
    job.stop()
    assert job.wait(20).state == "stopped"
    assert time.monotonic() - began < 10
    assert not (folder_of("starter") / VARIANTS["int8"].file).exists()
    result = read(bert.export("starter", precision="int8"))
    assert result["bytes"] < 40_000_000
    assert 0 < result["difference"] < 1
    assert not list((folders.home() / "exports").glob(".*"))


def test_two_names_never_share_a_folder(home: Path) -> None:
    names = [
        "run:a",
        "run-a",
        "run--a",
        "org/run-a",
        "org--run-a",
        "Ünï",
        "ünï",
        "..",
        "/etc/passwd",
        "a\\b",
        "starter",
        "n" * 240,
        "n" * 241,
    ]
    found = [folder_of(name) for name in names]
    assert len(set(found)) == len(names)
    assert {folder.parent for folder in found} == {home / "home" / "exports"}
    assert max(len(folder.name) for folder in found) < 200
    assert folder_of("starter").name == "starter"
