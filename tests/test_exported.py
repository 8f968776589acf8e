"""What other people's libraries make of an export of a fine-tuned classifier, and of a sentence encoder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from albert_widgets.backend import Backend
from tests import exported

if TYPE_CHECKING:
    from collections.abc import Iterator

FURTHEST = {"fp32": 1e-3, "fp16": 0.05, "q8": 0.5}
"""How far a logit may be from torch's."""


@pytest.fixture(scope="module")
def bert() -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()


@pytest.fixture(scope="module", params=["small", pytest.param("starter", marks=pytest.mark.slow)])
def classifier(request: pytest.FixtureRequest, bert: Backend, checkpoints: Path) -> tuple[Path, dict[str, Any]]:
    if request.param == "small":
        bert.register(str(checkpoints / "bert"), name="small")
    return exported.export_all(exported.fine_tuned(bert, request.param))


@pytest.fixture(scope="module")
def encoder() -> tuple[Path, dict[str, Any]]:
    folder = Path(exported.export(exported.Told("starter"))["folder"])
    return folder, json.loads((folder / "golden.json").read_text(encoding="utf-8"))


def of(golden: dict[str, Any], name: str) -> list[Any]:
    return [row[name] for row in golden["texts"]]


def test_golden_answers_are_the_backends_own(
    bert: Backend, classifier: tuple[Path, dict[str, Any]], encoder: tuple[Path, dict[str, Any]]
) -> None:
    folder, golden = classifier
    assert (folder / "golden.json").stat().st_size < 1_000_000
    assert len(golden["texts"]) == 60
    assert len(set(of(golden, "script"))) == 20
    assert golden["labels"] == ["negative", "positive"]
    texts = of(golden, "text")
    said = bert.predict(texts, model=golden["model"])
    logits = np.array(of(golden, "logits"))
    shares = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(shares / shares.sum(1, keepdims=True), said.probabilities, atol=1e-5)
    assert of(golden, "truncated") == said.truncated.tolist()
    assert sum(of(golden, "truncated")) == 1
    for row in golden["texts"]:
        tokens = bert.tokenize(row["text"], model=golden["model"], truncation=True)
        assert row["ids"] == tokens.ids.tolist()
        assert row["offsets"] == tokens.offsets.tolist()
        assert set(row["type_ids"]) == {0}
    folder, golden = encoder
    np.testing.assert_allclose(np.array(of(golden, "vector")), bert.embed(texts).vectors, atol=1e-5)


def check_ids(golden: dict[str, Any], ids: list[list[int]]) -> None:
    """Compare with those of transformers.js 4.3, which differs in two ways: they are named in docs/export.md."""
    for row, found in zip(golden["texts"], ids, strict=True):
        if row["truncated"]:
            # It cuts the last token, too.
            assert found[:-1] == row["ids"][:-1]
        elif "ΟΔΥΣΣΕΥΣ" not in row["text"]:
            # There it lowers Σ at the end of a word to ς.
            assert found == row["ids"], row["text"]


def test_transformers_js_gives_the_same_answers(classifier: tuple[Path, dict[str, Any]]) -> None:
    exported.install_node_packages()
    folder, golden = classifier
    said = json.loads(exported.node(exported.NODE / "answers.mjs", folder, *FURTHEST))
    check_ids(golden, said["ids"])
    exact = np.array(of(golden, "logits"))
    for dtype, furthest in FURTHEST.items():
        found = np.array(said[dtype])
        difference, same = np.abs(found - exact).max(), (found.argmax(1) == exact.argmax(1)).sum()
        print(f"{dtype}: logits differ by at most {difference:.2g}, {same} of {len(exact)} labels are the same")
        assert difference <= furthest
        assert same == len(exact) if dtype == "fp32" else same >= 45
    short = [row for row in golden["texts"] if not row["truncated"]]
    shares = np.exp([row["logits"] for row in short])
    shares /= shares.sum(1, keepdims=True)
    for row, share, one in zip(short, shares, said["labels"], strict=True):
        if "ΟΔΥΣΣΕΥΣ" not in row["text"]:
            assert one["label"] == golden["labels"][share.argmax()]
            assert one["score"] == pytest.approx(share.max(), abs=1e-4)


def test_transformers_js_gives_the_same_vectors(encoder: tuple[Path, dict[str, Any]]) -> None:
    exported.install_node_packages()
    folder, golden = encoder
    said = json.loads(exported.node(exported.NODE / "answers.mjs", folder, "fp32"))
    check_ids(golden, said["ids"])
    short = [row for row in golden["texts"] if not row["truncated"]]
    for row, vector in zip(short, said["vectors"], strict=True):
        if "ΟΔΥΣΣΕΥΣ" not in row["text"]:
            np.testing.assert_allclose(vector, row["vector"], atol=1e-4)


def test_onnxruntime_gives_the_same_answers(classifier: tuple[Path, dict[str, Any]]) -> None:
    import onnxruntime
    from tokenizers import Tokenizer

    folder, golden = classifier
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    exact = np.array(of(golden, "logits"))
    for precision, told in golden["precisions"].items():
        session = onnxruntime.InferenceSession(folder / FILES[precision])
        found = []
        for row in golden["texts"]:
            one = tokenizer.encode(row["text"])
            assert one.ids == row["ids"]
            arrays = {"input_ids": one.ids, "attention_mask": one.attention_mask, "token_type_ids": one.type_ids}
            found.append(session.run(None, {name: np.array([arrays[name]]) for name in golden["inputs"]})[0][0])
        difference = np.abs(np.array(found) - exact).max()
        assert difference == pytest.approx(told["largest_difference"], abs=1e-5)
        assert (np.argmax(found, 1) == exact.argmax(1)).sum() == told["same_labels"]


FILES = {"float32": "onnx/model.onnx", "float16": "onnx/model_fp16.onnx", "int8": "onnx/model_quantized.onnx"}


def test_sentence_transformers_pools_to_the_same_vectors(encoder: tuple[Path, dict[str, Any]]) -> None:
    """Its ``backend="onnx"`` needs optimum; the modules that it would run behind that are its own here."""
    import onnxruntime
    import torch
    from sentence_transformers.models import Normalize, Pooling

    folder, golden = encoder
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["type"].rpartition(".")[2] for module in modules] == ["Transformer", "Pooling", "Normalize"]
    pooling, normalize = Pooling.load(str(folder / modules[1]["path"])), Normalize()
    session = onnxruntime.InferenceSession(folder / "onnx" / "model.onnx")
    row = golden["texts"][0]
    ids = np.array([row["ids"]])
    arrays = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    states = session.run(None, arrays)[0]
    features = {"token_embeddings": torch.from_numpy(states), "attention_mask": torch.ones(ids.shape)}
    vector = normalize(pooling(features))["sentence_embedding"][0]
    np.testing.assert_allclose(vector.numpy(), row["vector"], atol=1e-5)


@pytest.mark.parametrize("kind", ["classifier", "encoder"])
def test_the_examples_of_its_readme_run(
    kind: str, classifier: tuple[Path, dict[str, Any]], encoder: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder = {"classifier": classifier, "encoder": encoder}[kind][0]
    readme = (folder / "README.md").read_text(encoding="utf-8")
    ((_, javascript), (_, python)) = re.findall(r"```(js|python)\n(.*?)```", readme, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", python], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "node_modules").symlink_to(exported.install_node_packages())
    (tmp_path / "readme.mjs").write_text(javascript, encoding="utf-8")
    shown = exported.node(tmp_path / "readme.mjs", cwd=folder)
    if kind == "classifier":
        assert set(re.findall(r"negative|positive", done.stdout + shown)) <= {"negative", "positive"}
        assert "label: " in shown
    else:
        assert "dims: [ 1, 384 ]" in shown
