"""Makes a checkpoint ready for onnxruntime, as a process: ``python -m albert_widgets.backend.engines.prepare``.

The process is the lowest in rank, ends when whoever started it does, and one at a time works for all backends of a
user. What it makes is compared with torch before anybody uses it.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import filelock

from albert_widgets import folders
from albert_widgets.backend.disk import is_full, whole_folder
from albert_widgets.errors import ModelFailed

from .engine import EngineFailed
from .prepared import Batch, Failed, Prepared, find, place_of, remember_failure

TOLERANCE = 1e-4
"""How far a number may be from torch's, in float32."""
MOST_DISTANCE = 0.35
"""How far the answers of int8 may be from those of float32, as a share of their length; 0.1 to 0.2 is usual."""
MOST_BYTES = 5_000_000_000
"""What all prepared models may take on the disk; those that were not used for the longest time go first."""


def prepare(checkpoint: Path, output: str, precision: str) -> None:
    """Make one output of a checkpoint ready in one precision; a failure is noted, so that it is not tried again."""
    place = place_of(checkpoint, hashed=True)
    if place is None or find(checkpoint, output, precision) is not None:
        return
    try:
        with whole_folder(place / f"{output}-{precision}") as folder:
            if precision == "int8":
                _quantised(checkpoint, output, folder)
            else:
                _exported(checkpoint, output, folder)
        _prune(place.parent, keep=place)
    except Exception as error:
        # A full disk and a lack of memory may be over tomorrow.
        if not is_full(error) and not isinstance(error, MemoryError):
            remember_failure(place, output, precision, error)
        raise


def _exported(checkpoint: Path, output: str, folder: Path) -> None:
    from albert_widgets.backend.classify import problem_type
    from albert_widgets.backend.encoding import Padding
    from albert_widgets.backend.tokens import SharedTokenizer

    from . import calibration
    from .onnx import OnnxEngine
    from .onnx_export import Exportable, fuse
    from .torch import TorchModel
    from .torch_engine import TorchEngine

    tokenizer = SharedTokenizer.load(checkpoint)
    model = TorchModel.load(checkpoint, tokenizer, device="cpu", dtype="float32")
    exportable = Exportable.of(model, output)
    plain, file = folder / "plain" / "model.onnx", folder / "model.onnx"
    plain.parent.mkdir()
    exportable.write(plain)
    try:
        fuse(plain, file)
        difference = exportable.difference(file)
    except Exception:  # noqa: BLE001 – rules of the rewriter fail in many ways, and the plain graph is still there
        difference = math.inf
    if not difference <= TOLERANCE:
        # What is fused may be wrong where the plain graph is right.
        for part in plain.parent.iterdir():
            part.replace(folder / part.name)
        difference = exportable.difference(file)
    shutil.rmtree(plain.parent)
    if not difference <= TOLERANCE:
        raise ModelFailed(f"onnxruntime's numbers differ from torch's by up to {difference:.2g}")
    tokenizer.hub.save_pretrained(folder)
    if not (folder / "tokenizer.json").is_file():
        raise ModelFailed("its tokenizer runs in Python only")
    is_classifier = type(model.model).__name__.endswith("ForSequenceClassification")
    made = Prepared(
        output=output,
        precision="float32",
        inputs=exportable.inputs,
        max_length=model.max_length,
        problem_type=problem_type(model.model.config) if is_classifier else "",
        padding=Padding.of(tokenizer.hub),
        difference=difference,
        batch=Batch(),
        torch_batch=Batch(),
        speed=0.0,
        folder=folder,
    )
    ours, torchs = OnnxEngine(made), TorchEngine(model, output)
    measured: dict[str, Any] = {
        "batch": calibration.batch_for(ours, model.max_length),
        "torch_batch": calibration.batch_for(torchs, model.max_length),
        "speed": calibration.speed(ours, torchs, model.max_length),
    }
    replace(made, **measured).write()


def _quantised(checkpoint: Path, output: str, folder: Path) -> None:
    from albert_widgets.backend.encoding import InputEncoder

    from . import calibration
    from .onnx import OnnxEngine
    from .onnx_export import LARGEST_IN_ONE_FILE, distance, fold_attention, quantise
    from .processor import adds_bytes_exactly

    prepare(checkpoint, output, "float32")
    whole = find(checkpoint, output, "float32")
    if not isinstance(whole, Prepared):
        raise ModelFailed(whole.message if isinstance(whole, Failed) else "it could not be exported")
    shutil.copyfile(whole.folder / "tokenizer.json", folder / "tokenizer.json")
    made, exact = replace(whole, precision="int8", folder=folder), OnnxEngine(whole)
    encoder, folded = InputEncoder.saved(folder, whole.padding), folder / "folded.onnx"
    far, reduce_range = math.inf, not adds_bytes_exactly()
    if whole.bytes <= LARGEST_IN_ONE_FILE:
        # The attention in int8, too, if it can be.
        fold_attention(whole.model, folded)
        quantise(folded, whole.bytes, made.model, reduce_range=reduce_range)
        folded.unlink()
        with contextlib.suppress(EngineFailed):
            far = distance(OnnxEngine(made), exact, encoder, made.max_length)
    if not far <= MOST_DISTANCE:
        quantise(whole.model, whole.bytes, made.model, reduce_range=reduce_range)
        far = distance(OnnxEngine(made), exact, encoder, made.max_length)
    if not far <= MOST_DISTANCE:
        raise ModelFailed(f"int8 is too far from float32: the answers differ by {far:.0%} of their length")
    engine = OnnxEngine(made)
    measured: dict[str, Any] = {
        "difference": far,
        "batch": calibration.batch_for(engine, made.max_length),
        "speed": calibration.speed(engine, exact, made.max_length) * whole.speed,
    }
    replace(made, **measured).write()


def _prune(base: Path, keep: Path) -> None:
    """Take away what was not used for the longest time, if all of it takes too much room."""
    places = sorted((place for place in base.iterdir() if place.is_dir() and place.name != "seals"), key=_used)
    sizes = {place: sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) for place in places}
    total = sum(sizes.values())
    for place in places:
        if total > MOST_BYTES and place != keep:
            shutil.rmtree(place, ignore_errors=True)
            total -= sizes[place]


def _used(place: Path) -> float:
    return max((file.stat().st_atime for file in place.glob("*/model.onnx")), default=0.0)


def _end_with_parent() -> None:
    """End at once when whoever started this process ends: then the pipe to it is closed."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Prepare what the arguments name: folder of the checkpoint, output, precision."""
    checkpoint, output, precision = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(19)
    lock = filelock.FileLock(folders.room("cache") / "engines.lock")
    try:
        with lock.acquire(timeout=0):
            prepare(checkpoint, output, precision)
    except filelock.Timeout:
        # Another backend prepares something; whoever needs this one asks again.
        time.sleep(1)


if __name__ == "__main__":
    main()
