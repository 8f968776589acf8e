"""Engines and precisions: each gives what plain torch gives, and one that cannot work is replaced, and that is said."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest
import torch
from transformers import AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer

from albert_widgets.backend import Backend
from albert_widgets.backend.catalog import starter_folder
from albert_widgets.backend.embed import embed
from albert_widgets.backend.engines import calibration, prepared, processor
from albert_widgets.backend.engines.engine import LOGITS, STATES
from albert_widgets.backend.engines.onnx import OnnxEngine
from albert_widgets.backend.engines.onnx_export import Exportable, quantise
from albert_widgets.backend.engines.prepare import prepare
from albert_widgets.backend.engines.prepared import Failed, Prepared
from albert_widgets.errors import InputInvalid, MissingExtra, ModelFailed

from .conftest import folders_in

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCE = "the cat sat on the mat because it was tired ."
SHAPES = {
    "one": [SENTENCE],
    "two of a length": ["a good film", "a bad film"],
    "the same thrice": [SENTENCE, "a dog ran fast", SENTENCE, SENTENCE],
    "many lengths": [" ".join((SENTENCE.split() * 9)[: 1 + 7 * n % 80]) for n in range(60)],
    "beyond the limit": [SENTENCE, "not very happy " * 400],
    "of other scripts": ["北京今天下雨。", "שלום עולם", "e\u0301\u200d👩‍👩‍👧", "?"],
}
WAYS = [("torch", "float32"), ("torch", "bfloat16"), ("onnxruntime", "float32"), ("onnxruntime", "int8")]
TOLERANCE = {"float32": 1e-4, "bfloat16": 5e-2, "int8": 5e-2}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home where onnxruntime may be used."""
    folder = tmp_path_factory.mktemp("engines")
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in folders_in(folder).items():
            patch.setenv(variable, value)
        patch.setenv("ALBERT_WIDGETS_ENGINE", "auto")
        patch.setattr(calibration, "SECONDS", 0.05)
        yield folder


@pytest.fixture(scope="module")
def ready(checkpoints: Path, place: Path) -> dict[str, Path]:
    """A classifier and the starter, ready for onnxruntime."""
    starter = starter_folder()
    assert starter is not None
    found = {"classifier": shutil.copytree(checkpoints / "classifier", place / "classifier"), "starter": starter}
    make_ready(found["classifier"], LOGITS)
    make_ready(found["starter"], STATES)
    return found


def make_ready(checkpoint: Path, output: str) -> None:
    """Make a model ready, and have it taken for faster than torch whatever this machine says."""
    for precision in ("float32", "int8"):
        prepare(checkpoint, output, precision)
        insist(checkpoint, output, precision)


def insist(checkpoint: Path, output: str, precision: str) -> Prepared:
    """Let onnxruntime be the faster one."""
    made = prepared.find(checkpoint, output, precision)
    assert isinstance(made, Prepared), made
    about = made.folder / prepared.ABOUT
    about.write_text(json.dumps({**json.loads(about.read_text()), "speed": 2.0}))
    return Prepared.read(made.folder)


@pytest.fixture
def bert(ready: dict[str, Path]) -> Iterator[Backend]:
    made = Backend()
    made.register(str(ready["classifier"]), name="classifier")
    yield made
    made.close()


@functools.cache
def peer(folder: Path, kind: type[Any]) -> tuple[Any, Any]:
    """The tokenizer and the model of transformers, without anything of ours."""
    return AutoTokenizer.from_pretrained(folder), kind.from_pretrained(folder).eval()


@functools.cache
def plain(folder: Path, kind: type[Any], text: str) -> Any:
    """What transformers says of one text, by itself and unpadded."""
    tokenizer, model = peer(folder, kind)
    limit = min(tokenizer.model_max_length, 512)
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt", truncation=True, max_length=limit))


def probabilities(folder: Path, texts: list[str]) -> np.ndarray[Any, Any]:
    rows = [plain(folder, AutoModelForSequenceClassification, text).logits[0] for text in texts]
    return torch.stack(rows).softmax(-1).numpy()


def vectors(folder: Path, texts: list[str]) -> np.ndarray[Any, Any]:
    rows = [plain(folder, AutoModel, text).last_hidden_state[0].mean(0) for text in texts]
    return torch.nn.functional.normalize(torch.stack(rows)).numpy()


# --- the same as plain torch ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("engine", "precision"), WAYS)
def test_every_engine_and_precision_gives_what_torch_gives(
    bert: Backend, ready: dict[str, Path], monkeypatch: pytest.MonkeyPatch, shape: str, engine: str, precision: str
) -> None:
    if engine == "torch":
        monkeypatch.setenv("ALBERT_WIDGETS_ENGINE", "torch")
    texts = SHAPES[shape]
    said = bert.predict(texts, model="classifier", precision=precision)
    assert (said.engine, said.precision, said.notes) == (engine, precision, ())
    expected = probabilities(ready["classifier"], texts)
    assert np.abs(said.probabilities - expected).max() <= TOLERANCE[precision]
    assert said.truncated.tolist() == [len(text.split()) > 62 for text in texts]
    seen = bert.embed(texts, precision=precision)
    assert (seen.engine, seen.precision, seen.notes) == (engine, precision, ())
    cosines = (seen.vectors * vectors(ready["starter"], texts)).sum(1)
    assert cosines.min() >= 1 - {"float32": 1e-6, "bfloat16": 1e-3, "int8": 0.05}[precision]
    if precision == "float32":
        assert said.labels == tuple(said.label_names[row.argmax()] for row in expected)
        assert np.abs(seen.vectors - vectors(ready["starter"], texts)).max() <= 1e-4


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_pairs(bert: Backend, ready: dict[str, Path], precision: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(ready["classifier"])
    model = AutoModelForSequenceClassification.from_pretrained(ready["classifier"]).eval()
    firsts, seconds = ["the cat", "a dog ran", "the cat"], ["sat on the mat", "fast", "is happy"]
    said = bert.predict(firsts, pair=seconds, model="classifier", precision=precision)
    with torch.inference_mode():
        logits = [model(**tokenizer(*pair, return_tensors="pt")).logits[0] for pair in zip(firsts, seconds)]
    assert said.engine == "onnxruntime"
    assert np.abs(said.probabilities - torch.stack(logits).softmax(-1).numpy()).max() <= TOLERANCE[precision]


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_labels_of_all_kinds_and_masks(bert: Backend, checkpoints: Path, precision: str) -> None:
    for name in ("tags", "regressor", "mlm"):
        make_ready(checkpoints / name, LOGITS)
        bert.register(str(checkpoints / name))
    both = bert.predict(SHAPES["many lengths"], model="tags", precision=precision)
    logits = [plain(checkpoints / "tags", AutoModelForSequenceClassification, text).logits[0] for text in both.texts]
    assert np.abs(both.probabilities - torch.stack(logits).sigmoid().numpy()).max() <= TOLERANCE[precision]

    value = bert.predict(SENTENCE, model="regressor", precision=precision)
    expected = plain(checkpoints / "regressor", AutoModelForSequenceClassification, SENTENCE).logits[0].numpy()
    assert (value.problem_type, value.agreement) == ("regression", None)
    assert np.abs(value.probabilities[0] - expected).max() <= TOLERANCE[precision]

    text = "the [MASK] sat on the [MASK]"
    filled = bert.fill_mask(text, model="mlm", precision=precision)
    logits = plain(checkpoints / "mlm", AutoModelForMaskedLM, text).logits[0].softmax(-1)
    assert (filled.engine, filled.precision) == ("onnxruntime", precision)
    for mask in filled.masks:
        assert np.abs(mask.probabilities - logits[mask.position][mask.ids].numpy()).max() <= TOLERANCE[precision]


def test_many_windows_and_repetitions_keep_the_order(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = SHAPES["many lengths"] + SHAPES["the same thrice"] + SHAPES["many lengths"][::-1]
    whole = bert.predict(texts, model="classifier")
    monkeypatch.setattr("albert_widgets.backend.batching.WINDOW", 7)
    told: list[tuple[int, int]] = []
    with bert._pool.use("starter", output=STATES) as loaded:
        embed(loaded, texts, watch=lambda done, of: told.append((done, of)))
    parts = bert.predict(texts, model="classifier")
    assert np.abs(parts.probabilities - whole.probabilities).max() <= 1e-5
    assert (parts.labels, parts.texts) == (whole.labels, tuple(texts))
    assert told[-1] == (len(texts), len(texts))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_models_that_are_used_at_once_take_turns(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0
    real = OnnxEngine.run

    def counting(engine: OnnxEngine, inputs: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        answer = real(engine, inputs)
        inside -= 1
        return answer

    monkeypatch.setattr(OnnxEngine, "run", counting)
    texts = SHAPES["many lengths"]
    with ThreadPoolExecutor(4) as threads:
        said = [threads.submit(bert.predict, texts, model="classifier") for _ in range(3)]
        seen = [threads.submit(bert.embed, texts) for _ in range(3)]
    assert {one.result().engine for one in (*said, *seen)} == {"onnxruntime"}
    assert most == 1


# --- which engine, and what is said of it ---------------------------------------------------------


def test_int8_tells_how_far_it_agrees(bert: Backend) -> None:
    texts = SHAPES["many lengths"]
    said = bert.predict(texts, model="classifier", precision="int8")
    exact = bert.predict(texts, model="classifier")
    same = np.mean([one == other for one, other in zip(said.labels, exact.labels, strict=True)])
    assert said.agreement == pytest.approx(same)
    assert exact.agreement is None
    assert f"{same:.1%} of the labels of a sample as in float32" in repr(said)
    # The sample is full after 64 texts: what comes then is not computed twice.
    for _ in range(3):
        bert.predict(texts, model="classifier", precision="int8")
    with bert._pool.use("classifier", output=LOGITS) as loaded:
        assert loaded.agreements[LOGITS][0] == 64
    assert bert.embed(texts, precision="int8").agreement > 0.95


@pytest.mark.parametrize(
    ("machine", "flags", "is_exact"),
    [
        ("x86_64", "fma avx2", False),
        ("x86_64", "fma avx2 avx_vnni", True),
        ("AMD64", "", False),
        ("aarch64", "asimd", True),
    ],
)
def test_int8_leaves_a_bit_free_where_sums_of_bytes_overflow(
    machine: str, flags: str, is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor.platform, "machine", lambda: machine)
    monkeypatch.setattr(processor, "_lines", lambda: [f"flags\t\t: {flags}"])
    # Without what was remembered of the real one.
    monkeypatch.setattr(processor, "described", processor.described.__wrapped__)
    assert processor.adds_bytes_exactly.__wrapped__() is is_exact


@pytest.mark.parametrize(("reduce_range", "largest"), [(True, 64), (False, 127)])
def test_weights_of_int8_are_in_the_range_that_was_asked_for(
    ready: dict[str, Path], tmp_path: Path, reduce_range: bool, largest: int
) -> None:
    import onnx
    from onnx.numpy_helper import to_array

    made = prepared.find(ready["classifier"], LOGITS, "float32")
    assert isinstance(made, Prepared)
    quantise(made.model, made.bytes, tmp_path / "model.onnx", reduce_range=reduce_range)
    weights = [to_array(one) for one in onnx.load(str(tmp_path / "model.onnx")).graph.initializer]
    assert max(np.abs(one.astype(int)).max() for one in weights if one.dtype == np.int8 and one.ndim == 2) == largest


def test_heads_are_switched_off_in_torch(bert: Backend) -> None:
    exact = bert.predict(SENTENCE, model="classifier", ablate=[(0, 1)])
    said = bert.predict(SENTENCE, model="classifier", ablate=[(0, 1)], precision="int8")
    assert (said.engine, said.precision) == ("torch", "float32")
    assert said.notes == ("int8 was not used: heads are switched off in torch alone",)
    assert (said.probabilities == exact.probabilities).all()
    assert bert.predict(SENTENCE, model="classifier").engine == "onnxruntime"


def test_a_model_loaded_in_bfloat16_answers_in_it(bert: Backend) -> None:
    bert.load("classifier", dtype="bfloat16")
    said = bert.predict(SENTENCE, model="classifier")
    assert (said.engine, said.precision) == ("torch", "bfloat16")


@pytest.mark.parametrize(("short", "precision"), [("fp32", "float32"), ("bf16", "bfloat16")])
def test_short_names(bert: Backend, short: str, precision: str) -> None:
    assert bert.embed("a cat", precision=short).precision == precision


@pytest.mark.parametrize("wrong", ["fp8", "", 32, ["float32"]])
def test_a_precision_that_there_is_not(bert: Backend, wrong: Any) -> None:
    for call in (bert.predict, bert.embed, lambda text, **how: bert.similar(text, text, **how)):
        with pytest.raises(InputInvalid, match="There is no precision") as caught:
            call("the cat", precision=wrong)
        assert "float32, bfloat16, float16, int8" in caught.value.hint


def test_torch_answers_where_it_is_the_faster_one(bert: Backend, ready: dict[str, Path]) -> None:
    made = prepared.find(ready["classifier"], LOGITS, "float32")
    assert isinstance(made, Prepared)
    about = made.folder / prepared.ABOUT
    before = about.read_text()
    about.write_text(json.dumps({**json.loads(before), "speed": 0.9, "torch_batch": {"tokens": 512, "overhead": 7}}))
    try:
        said = bert.predict(SENTENCE, model="classifier")
        with bert._pool.use("classifier") as loaded:
            engine = loaded.engines[LOGITS, "torch float32"]
            assert (engine.tokens_per_batch, engine.overhead) == (512, 7)
    finally:
        about.write_text(before)
    assert (said.engine, said.notes) == ("torch", ())


# --- what fails -----------------------------------------------------------------------------------


def test_a_broken_graph_is_replaced_by_torch_and_that_is_said(bert: Backend, ready: dict[str, Path]) -> None:
    made = prepared.find(ready["classifier"], LOGITS, "int8")
    assert isinstance(made, Prepared)
    whole = made.model.read_bytes()
    made.model.write_bytes(whole[: len(whole) // 2])
    try:
        said = bert.predict(SENTENCE, model="classifier", precision="int8")
    finally:
        made.model.write_bytes(whole)
    assert (said.engine, said.precision) == ("torch", "float32")
    assert said.notes[0].startswith("onnxruntime was not used: ")
    assert np.abs(said.probabilities - probabilities(ready["classifier"], [SENTENCE])).max() <= 1e-4


def test_an_engine_that_breaks_in_the_middle_is_replaced_for_the_whole_call(
    bert: Backend, ready: dict[str, Path]
) -> None:
    made = prepared.find(ready["classifier"], LOGITS, "float32")
    assert isinstance(made, Prepared)
    about = made.folder / prepared.ABOUT
    before = about.read_text()
    # It is not given an input that the graph has: that shows with the first batch only.
    about.write_text(json.dumps({**json.loads(before), "inputs": ["attention_mask"]}))
    try:
        said = bert.predict(SHAPES["many lengths"], model="classifier")
        again = bert.predict(SENTENCE, model="classifier")
    finally:
        about.write_text(before)
    assert said.engine == again.engine == "torch"
    assert said.notes[0].startswith("onnxruntime was not used: ")
    expected = probabilities(ready["classifier"], SHAPES["many lengths"])
    assert np.abs(said.probabilities - expected).max() <= 1e-4


def test_what_cannot_be_made_ready_is_noted_told_and_not_tried_again(
    place: Path, checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(checkpoints / "bert", tmp_path / "odd")
    (folder / "special_tokens_map.json").write_text("{ }")
    tried = []

    def refuse(*_: object) -> None:
        tried.append(1)
        raise ModelFailed("there is no operator for this layer\nin line 3")

    monkeypatch.setattr(Exportable, "write", refuse)
    for _ in range(2):
        with contextlib.suppress(ModelFailed):
            prepare(folder, STATES, "float32")
    assert len(tried) == 1
    assert prepared.find(folder, STATES, "float32") == Failed("there is no operator for this layer")
    with contextlib.closing(Backend()) as backend:
        backend.register(str(folder), name="odd")
        said = backend.embed(SENTENCE, model="odd")
    assert said.engine == "torch"
    assert said.notes == ("onnxruntime was not used: there is no operator for this layer",)


def test_files_that_change_are_another_model(bert: Backend, ready: dict[str, Path]) -> None:
    folder = ready["classifier"]
    was = prepared.find(folder, LOGITS, "float32")
    assert isinstance(was, Prepared)
    weights = folder / "model.safetensors"
    stat = weights.stat()
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
    assert prepared.find(folder, LOGITS, "float32") is None
    # The same bytes are known again once they are hashed.
    prepare(folder, LOGITS, "float32")
    assert prepared.find(folder, LOGITS, "float32") == was


def test_no_room_for_the_second_engine(ready: dict[str, Path]) -> None:
    made = prepared.find(ready["classifier"], LOGITS, "int8")
    assert isinstance(made, Prepared)
    with contextlib.closing(Backend()) as backend:
        backend.register(str(ready["classifier"]), name="classifier")
        size = backend.load("classifier").bytes_loaded
        backend._pool.memory_budget = size + made.bytes - 1
        said = backend.predict(SENTENCE, model="classifier", precision="int8")
        assert (said.engine, said.precision) == ("torch", "float32")
        assert "the budget for models is" in said.notes[0]
        backend.unload("classifier")
        backend._pool.memory_budget = size + made.bytes
        backend.load("classifier")
        assert backend.predict(SENTENCE, model="classifier", precision="int8").precision == "int8"


def test_without_onnxruntime_torch_answers_and_int8_says_what_to_install(
    bert: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(prepared, "NEEDED", ("a_package_that_is_not_here",))
    monkeypatch.setattr("albert_widgets.backend.engines.choice.NEEDED", prepared.NEEDED)
    monkeypatch.setattr(importlib.metadata, "version", version)
    prepared._machine.cache_clear()
    try:
        said = bert.predict(SENTENCE, model="classifier")
        assert (said.engine, said.notes) == ("torch", ())
        with pytest.raises(MissingExtra):
            bert.predict(SENTENCE, model="classifier", precision="int8")
    finally:
        prepared._machine.cache_clear()


# --- in the background, and without torch ---------------------------------------------------------


def test_torch_answers_until_onnxruntime_can(
    place: Path, checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(checkpoints / "classifier", tmp_path / "new")
    with (folder / "config.json").open("a") as file:
        # Other bytes than those that another test has made ready.
        file.write("\n\n")
    with contextlib.closing(Backend()) as backend:
        backend.register(str(folder), name="new")
        before = backend.predict(SENTENCE, model="new", precision="int8")
        assert (before.engine, before.precision) == ("torch", "float32")
        assert before.notes[0].startswith("int8 is being made ready")
        backend._pool._preparer.wait(150)
        after = backend.predict(SENTENCE, model="new", precision="int8")
    assert (after.engine, after.precision, after.notes) == ("onnxruntime", "int8", ())
    assert np.abs(after.probabilities - before.probabilities).max() <= TOLERANCE["int8"]
    made = prepared.find(folder, LOGITS, "float32")
    assert isinstance(made, Prepared)
    assert made.difference <= 1e-4
    assert made.speed > 0
    assert made.batch.tokens in calibration.SIZES
    assert not list(made.folder.parent.glob(".*"))


def test_a_child_ends_with_its_backend(place: Path, checkpoints: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(checkpoints / "bert", tmp_path / "late")
    (folder / "special_tokens_map.json").write_text("{}")
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from albert_widgets.backend.engines.preparing import Preparer\n"
        "preparer = Preparer()\n"
        f"assert preparer.begin(Path({str(folder)!r}), 'last_hidden_state', 'float32')\n"
        "print(preparer._child.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert child.nice() >= 0
    parent.kill()
    parent.wait()
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert prepared.find(folder, STATES, "float32") is None


def test_a_fresh_process_answers_without_torch(ready: dict[str, Path]) -> None:
    code = f"""
import json, sys
from albert_widgets.backend import Backend
bert = Backend()
bert.register({str(ready["classifier"])!r}, name="classifier")
said = bert.predict(["the cat sat", "a bad film"], model="classifier")
seen = bert.embed("a cat")
light = not {{"torch", "transformers"}} & set(sys.modules)
info = bert.status().loaded
heads = bert.attention("the cat sat", model="classifier")
after = bert.predict(["the cat sat", "a bad film"], model="classifier")
print(json.dumps([light, said.engine, said.probabilities.tolist(), seen.engine, "torch" in sys.modules,
    after.engine, [(one.id, one.device, one.dtype, one.max_length, one.bytes_loaded) for one in info]]))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    light, engine, rows, embedded_by, is_torch_later, after, info = json.loads(told.stdout)
    assert light
    assert engine == embedded_by == after == "onnxruntime"
    assert is_torch_later
    expected = probabilities(ready["classifier"], ["the cat sat", "a bad film"])
    assert np.abs(np.asarray(rows) - expected).max() <= 1e-4
    assert sorted(row[:4] for row in info) == [["classifier", "cpu", "float32", 64], ["starter", "cpu", "float32", 512]]
    assert all(size > 0 for *_, size in info)


def test_prepared_models_do_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.backend.engines import prepare as preparing

    for name, used in (("old", 1), ("newest", 3), ("new", 2)):
        folder = tmp_path / name / "logits-float32"
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(bytes(1000))
        os.utime(folder / "model.onnx", (used, used))
    (tmp_path / "seals").mkdir()
    monkeypatch.setattr(preparing, "MOST_BYTES", 2500)
    preparing._prune(tmp_path, keep=tmp_path / "newest")
    assert {place.name for place in tmp_path.iterdir()} == {"new", "newest", "seals"}
    monkeypatch.setattr(preparing, "MOST_BYTES", 0)
    preparing._prune(tmp_path, keep=tmp_path / "newest")
    assert {place.name for place in tmp_path.iterdir()} == {"newest", "seals"}


def test_batches_that_suit_an_engine() -> None:
    class Slow:
        """Takes so long for a batch as its size says."""

        name, precision, inputs, tokens_per_batch, overhead = "torch", "float32", ("input_ids",), 0, 0
        lock = contextlib.nullcontext()

        def __init__(self, fixed: float) -> None:
            self._fixed = fixed

        def run(self, inputs: dict[str, Any]) -> Any:
            end = time.process_time() + self._fixed + inputs["input_ids"].size * 1e-7
            while time.process_time() < end:
                pass

    # A pass costs as much as 30,000 tokens.
    suits = calibration.batch_for(Slow(3e-3), 512)
    assert suits.tokens == calibration.SIZES[-1]
    assert suits.overhead > suits.tokens / 4
    assert calibration.speed(Slow(1e-3), Slow(4e-3), 512) > 2
