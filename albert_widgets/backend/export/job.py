"""The export of a checkpoint as a job: made, compared with torch, and put in its place as a whole."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from albert_widgets._version import __version__
from albert_widgets.backend.catalog import Catalog
from albert_widgets.backend.checkpoint import read_config
from albert_widgets.backend.disk import room, whole_folder
from albert_widgets.backend.seals import answering, digest
from albert_widgets.errors import ModelFailed
from albert_widgets.results.models import readable_bytes

from . import beside, golden, usage
from .plan import VARIANTS, check_export, folder_of, found_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from albert_widgets.backend.engines.onnx_export import Exportable
    from albert_widgets.backend.job_worker import JobContext

TOLERANCE = 1e-3
"""How far a number of the float32 export may be from torch's."""
_STEPS = {
    "float32": ("loading", "exporting", "checking"),
    "float16": ("loading", "exporting", "halving", "checking"),
    "int8": ("loading", "exporting", "quantising", "checking"),
}


def export(context: JobContext) -> dict[str, Any]:
    """Export ``spec["model"]``: a file in one precision, beside those that the folder has of the same weights.

    Returns folder, files, bytes of the one that is new, difference from torch, precisions with what
    :meth:`.golden.Golden.compare` says of each, inputs and outputs.

    Raises
    ------
    ModelNotFound, ModelUnsafe, InputInvalid, MissingExtra
        As :func:`.plan.check_export`.
    ModelFailed
        torch cannot export it, or what came out does not answer as torch does.
    NoRoom
        The disk is full.
    """
    model, precision = str(context.spec["model"]), str(context.spec["precision"])
    catalog = Catalog()
    check_export(catalog, model, format=str(context.spec["format"]), precision=precision)
    source, target = catalog.find(model).folder, folder_of(model)
    with room(target.parent), whole_folder(target) as folder:
        made_of = digest(answering(source))
        (folder / "onnx").mkdir()
        if golden.read(target).get("made_of") == made_of:
            _take_along(target, folder, precision)
        said = _make(context, source, folder, made_of)
        context.check()
    context.log(f"{model} is in {target}; the largest difference from torch is {said['difference']:.1e}.")
    files = sorted(file.relative_to(target).as_posix() for file in target.rglob("*") if file.is_file())
    return {"folder": str(target), "files": files, **said}


def _make(context: JobContext, source: Path, folder: Path, made_of: str) -> dict[str, Any]:
    from albert_widgets.backend.engines.engine import STATES
    from albert_widgets.backend.engines.onnx_export import Exportable
    from albert_widgets.backend.engines.torch import TorchModel
    from albert_widgets.backend.tokens import SharedTokenizer

    model, precision = str(context.spec["model"]), str(context.spec["precision"])
    steps = _STEPS[precision]

    def begin(step: str) -> None:
        context.check()
        context.progress(steps.index(step), len(steps), "steps")
        context.log(f"{model}: {step}")

    begin("loading")
    loaded = TorchModel.load(source, SharedTokenizer.load(source), device="cpu", dtype="float32")
    architecture = str((read_config(source).get("architectures") or [""])[0])
    if type(loaded.model).__name__ != architecture and not type(loaded.model).__name__.endswith("ForMaskedLM"):
        context.log(f"The head of {architecture} stays behind: what is exported gives hidden states.")
    exported = Exportable.of(loaded)
    file = folder / VARIANTS[precision].file
    _write(exported, file, precision, begin)
    begin("checking")
    answers = golden.Golden.of(exported, beside.pooling_of(source))
    compared = {name: answers.compare(folder / VARIANTS[name].file) for name in found_in(folder)}
    difference = max(exported.difference(file), compared[precision]["largest_difference"])
    if precision == "float32" and not difference <= TOLERANCE:
        raise ModelFailed(
            f"The export of {model} does not answer as torch does: numbers differ by up to {difference:.2g}.",
            f"Nothing was kept. A difference of {TOLERANCE:g} would be fine.",
        )
    beside.write_config(exported, source, folder)
    beside.write_tokenizer(loaded.tokenizer, folder, loaded.max_length)
    if exported.output == STATES:
        beside.write_pooling(folder, answers.pooling, answers.answers[0].size, loaded.max_length)
    about = {"model": model, "made_of": made_of, "made_by": f"albert-widgets {__version__}"}
    answers.write(folder, about, compared)
    usage.write(folder, model, answers, compared)
    context.progress(len(steps), len(steps), "steps")
    size = sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
    inputs, output = list(exported.inputs), exported.output
    context.log(f"{model}: {readable_bytes(size)}, inputs {', '.join(inputs)}, output {output}")
    return {
        "file": VARIANTS[precision].file,
        "bytes": size,
        "difference": difference,
        "precisions": compared,
        "inputs": inputs,
        "outputs": [output],
    }


def _write(exported: Exportable, file: Path, precision: str, begin: Callable[[str], None]) -> None:
    from albert_widgets.backend.engines import onnx_export

    weights, whole = exported.loaded.bytes, file.parent / "model.onnx"
    is_kept = whole.exists()
    if not is_kept:
        begin("exporting")
        exported.write(whole)
    if precision != "float32":
        # From the file in float32, which was compared with torch when it was made, and is again with this one.
        if precision == "int8":
            begin("quantising")
            onnx_export.quantise(whole, weights, file)
        else:
            begin("halving")
            onnx_export.halve(whole, weights, file)
        if not is_kept:
            for part in whole.parent.glob("model.onnx*"):
                part.unlink()
    if weights > onnx_export.LARGEST_IN_ONE_FILE:
        onnx_export.put_weights_beside(file)


def _take_along(old: Path, folder: Path, precision: str) -> None:
    """Copy the files of the other precisions; onnx takes no weights that are linked from two places."""
    for name in found_in(old):
        file = old / VARIANTS[name].file
        for part in file.parent.glob(f"{file.name}*") if name != precision else ():
            shutil.copyfile(part, folder / "onnx" / part.name)
