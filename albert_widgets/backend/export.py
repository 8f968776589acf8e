"""A checkpoint as an ONNX file that other runtimes take, checked against torch before it counts."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import ModelFailed
from albert_widgets.results.models import readable_bytes

from .catalog import Catalog
from .checkpoint import read_config
from .disk import room
from .export_plan import check_export, folder_of

if TYPE_CHECKING:
    from pathlib import Path

    from .job_worker import JobContext

TOLERANCE = 1e-3
"""How far a number of the float32 export may be from torch's."""


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
    from .engines.onnx_export import Exportable, quantise
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
    exportable = Exportable.of(loaded)
    begin("exporting")
    file = folder / "model.onnx"
    exportable.write(file)
    if precision == "int8":
        begin("quantising")
        quantise(file, loaded.bytes)
    begin("checking")
    difference = exportable.difference(file)
    if precision == "float32" and not difference <= TOLERANCE:
        raise ModelFailed(
            f"The export of {model} does not answer as torch does: numbers differ by up to {difference:.2g}.",
            f"Nothing was kept. A difference of {TOLERANCE:g} would be fine.",
        )
    loaded.tokenizer.hub.save_pretrained(folder)
    shutil.copyfile(source / "config.json", folder / "config.json")
    context.progress(len(steps), len(steps), "steps")
    size = readable_bytes(sum(path.stat().st_size for path in folder.glob("model.onnx*")))
    context.log(f"{model}: {size}, inputs {', '.join(exportable.inputs)}, output {exportable.output}")
    return {"difference": difference, "inputs": list(exportable.inputs), "outputs": [exportable.output]}


def _replace(partial: Path, target: Path) -> None:
    """Put a whole export where an older one may be."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)
