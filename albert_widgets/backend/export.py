"""A checkpoint as an ONNX file that other runtimes take, checked against torch before it counts."""

from __future__ import annotations

import inspect
import re
import shutil
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import AlbertError, ModelFailed
from albert_widgets.results.models import readable_bytes

from .catalog import Catalog
from .checkpoint import first_line, read_config
from .disk import room, whole
from .export_plan import check_export, folder_of
from .job_worker import Ended

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from .engines.torch import TorchModel
    from .job_worker import JobContext

TOLERANCE = 1e-3
"""How far a number of the float32 export may be from torch's."""
LARGEST_IN_ONE_FILE = 1_500_000_000
"""Bytes of weights; protobuf ends at 2 GB, what is larger goes into a file beside."""
LONGEST_TOKENS = 256
TEXTS = (
    "A short text.",
    "Zoë's naïve café: 你好，世界。日本語もあります。",
    "שלום עולם، مرحبا بالعالم, नमस्ते दुनिया, привет, 👩‍👩‍👧 e\u0301",
    "The cat sat on the mat because it was tired, and nobody knew for how long. " * 20,
)
"""Of several lengths and scripts; compared one by one, and together in one padded batch."""


def export(context: JobContext) -> dict[str, Any]:
    """Export ``spec["model"]``; return folder, files, bytes, difference, inputs and outputs.

    Raises
    ------
    ModelNotFound, ModelUnsafe, InputInvalid, MissingExtra
        As :func:`.export_plan.check_export`.
    ModelFailed
        torch cannot export it, or what came out does not answer as torch does.
    NoRoom
        The disk is full.
    """
    model, precision = str(context.spec["model"]), str(context.spec["precision"])
    catalog = Catalog()
    check_export(catalog, model, format=str(context.spec["format"]), precision=precision)
    source, target = catalog.find(model).folder, folder_of(model, precision)
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with room(target.parent):
            partial.mkdir(parents=True)
            said = _make(context, source, partial, model, precision)
            context.check()
            _replace(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    files = sorted(target.iterdir())
    context.log(f"{model} is in {target}; the largest difference from torch is {said['difference']:.1e}.")
    return {
        "folder": str(target),
        "files": [file.name for file in files],
        "bytes": sum(file.stat().st_size for file in files),
        **said,
    }


def _make(context: JobContext, source: Path, folder: Path, model: str, precision: str) -> dict[str, Any]:
    from .engines.torch import TorchModel
    from .tokens import SharedTokenizer

    steps = ["loading", "exporting", *(["quantising"] if precision == "int8" else []), "checking"]

    def begin(step: str) -> None:
        context.check()
        context.progress(steps.index(step), len(steps), "steps")
        context.log(f"{model}: {step}")

    begin("loading")
    loaded = TorchModel.load(source, SharedTokenizer.load(source), device="cpu", dtype="float32")
    architecture = str((read_config(source).get("architectures") or [""])[0])
    if type(loaded.model).__name__ != architecture and not type(loaded.model).__name__.endswith("ForMaskedLM"):
        context.log(f"The head of {architecture} stays behind: what is exported gives hidden states.")
    wrapper, inputs, output = _wrapped(loaded)
    begin("exporting")
    file = folder / "model.onnx"
    _to_onnx(loaded, wrapper, inputs, output, file)
    if precision == "int8":
        begin("quantising")
        _quantise(file, loaded.bytes)
    begin("checking")
    difference = _difference(loaded, wrapper, inputs, file)
    if precision == "float32" and not difference <= TOLERANCE:
        raise ModelFailed(
            f"The export of {model} does not answer as torch does: numbers differ by up to {difference:.2g}.",
            f"Nothing was kept. A difference of {TOLERANCE:g} would be fine.",
        )
    loaded.tokenizer.hub.save_pretrained(folder)
    shutil.copyfile(source / "config.json", folder / "config.json")
    context.progress(len(steps), len(steps), "steps")
    size = readable_bytes(sum(path.stat().st_size for path in folder.glob("model.onnx*")))
    context.log(f"{model}: {size}, inputs {', '.join(inputs)}, output {output}")
    return {"difference": difference, "inputs": inputs, "outputs": [output]}


def _wrapped(loaded: TorchModel) -> tuple[torch.nn.Module, list[str], str]:
    """Return a module with tensors in and one tensor out, and the names of both."""
    import torch

    known = inspect.signature(loaded.model.forward).parameters
    inputs = [name for name in loaded.tokenizer.encode([TEXTS[0]]) if name in known]
    with torch.inference_mode():
        answer = loaded.model(**_sample(loaded, [TEXTS[0]], inputs), return_dict=True)
    output = "logits" if "logits" in answer else "last_hidden_state"

    class OneAnswer(torch.nn.Module):
        def __init__(self, model: torch.nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            answer = self.model(**dict(zip(inputs, tensors, strict=True)), return_dict=True)
            found: torch.Tensor = answer[output]
            return found

    # The exporter puts back the wrapper's mode, and with training dropout would come along.
    return OneAnswer(loaded.model).eval(), inputs, output


def _sample(loaded: TorchModel, texts: list[str], inputs: list[str]) -> dict[str, torch.Tensor]:
    limit = min(loaded.max_length or LONGEST_TOKENS, LONGEST_TOKENS)
    encoded = loaded.tokenizer.encode(texts, max_length=limit)
    return {name: values for name, values in loaded.pad(dict(encoded)).items() if name in inputs}


def _to_onnx(loaded: TorchModel, wrapper: torch.nn.Module, inputs: list[str], output: str, file: Path) -> None:
    import torch

    sample = _sample(loaded, list(TEXTS[:2]), inputs)
    # One variable argument, which is a tuple of tensors of any batch and length.
    shapes = (tuple({0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC} for _ in inputs),)
    try:
        with torch.no_grad():
            torch.onnx.export(
                wrapper,
                tuple(sample[name] for name in inputs),
                str(file),
                input_names=inputs,
                output_names=[output],
                dynamo=True,
                dynamic_shapes=shapes,
                external_data=loaded.bytes > LARGEST_IN_ONE_FILE,
                verbose=False,
            )
    except (AlbertError, Ended, OSError, MemoryError):
        raise
    except Exception as error:
        cause = re.sub(r"\x1b\[\d+m", "", first_line(error.__cause__ or error))
        raise ModelFailed(
            f"torch {torch.__version__} cannot export a {type(loaded.model).__name__}: {cause}",
            "Export another model, or the same with a newer torch.",
        ) from error


def _quantise(file: Path, weights: int) -> None:
    """Turn the weights of matrix products into int8; the file takes a quarter of the room."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with whole(file) as smaller:
        quantize_dynamic(
            str(file),
            str(smaller),
            weight_type=QuantType.QInt8,
            per_channel=True,
            use_external_data_format=weights > LARGEST_IN_ONE_FILE,
        )
    for beside in file.parent.glob("model.onnx.data"):
        beside.unlink()


def _difference(loaded: TorchModel, wrapper: torch.nn.Module, inputs: list[str], file: Path) -> float:
    """Return the largest absolute difference of the export's answers from torch's; what is only padding is left out."""
    import torch
    from onnxruntime import InferenceSession

    largest = 0.0
    try:
        session = InferenceSession(str(file), providers=["CPUExecutionProvider"])
        for texts in [*([text] for text in TEXTS), list(TEXTS), list(TEXTS[:3]) * 3]:
            sample = _sample(loaded, texts, inputs)
            with torch.inference_mode():
                expected = wrapper(*(sample[name] for name in inputs)).numpy()
            found = session.run(None, {name: sample[name].numpy() for name in inputs})[0]
            if expected.ndim == 3 and "attention_mask" in sample and found.shape == expected.shape:
                read = sample["attention_mask"].numpy().astype(bool)
                found, expected = found[read], expected[read]
            largest = max(largest, _largest(found, expected))
    except (AlbertError, Ended):
        raise
    except Exception as error:
        raise ModelFailed(f"onnxruntime cannot run the export: {first_line(error)}") from error
    return largest


def _largest(found: Any, expected: Any) -> float:
    """Return the largest difference of two arrays. Raises ModelFailed where they cannot be compared."""
    import numpy as np

    if found.shape != expected.shape:
        raise ModelFailed(f"The export gives an array of the shape {found.shape}, torch one of {expected.shape}.")
    if not np.isfinite(found).all():
        raise ModelFailed("The export gives numbers that are none (NaN).")
    return float(np.abs(found - expected).max())


def _replace(partial: Path, target: Path) -> None:
    """Put a whole export where an older one may be."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)
