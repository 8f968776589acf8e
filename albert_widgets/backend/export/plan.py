"""What may be exported, and where it goes; nothing here imports torch."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets import folders
from albert_widgets.backend.checkpoint import read_config
from albert_widgets.errors import InputInvalid, MissingExtra
from albert_widgets.manager import EXPORT_FORMATS, EXPORT_PRECISIONS

if TYPE_CHECKING:
    from pathlib import Path

    from albert_widgets.backend.catalog import Catalog

LONGEST_NAME = 100
"""Of an export's folder: beside it stands one that is not whole yet, and no file system takes more than 255."""
_NEEDED = ("onnx", "onnxruntime", "onnxscript")


@dataclass(frozen=True)
class Variant:
    """A precision as transformers.js knows it.

    Attributes
    ----------
    dtype
        What its ``dtype`` option says.
    file
        Where the model is in the export's folder.
    """

    dtype: str
    file: str


VARIANTS = {
    "float32": Variant("fp32", "onnx/model.onnx"),
    "float16": Variant("fp16", "onnx/model_fp16.onnx"),
    "int8": Variant("q8", "onnx/model_quantized.onnx"),
}


def check_export(catalog: Catalog, model: str, *, format: str, precision: str) -> dict[str, Any]:
    """Return the specification of the job; see :meth:`albert_widgets.manager.Manager.export`."""
    for word, value, known in (("format", format, EXPORT_FORMATS), ("precision", precision, EXPORT_PRECISIONS)):
        if value not in known:
            raise InputInvalid(f"There is no {word} {value!r} to export to.", f"Choose one of: {', '.join(known)}.")
    entry = catalog.find(model)
    catalog.check(entry)
    config = read_config(entry.folder)
    if config.get("is_encoder_decoder") or isinstance(config.get("decoder"), dict):
        raise InputInvalid(
            f"{model} writes text ({entry.info.model_type}); only encoders and classifiers can be exported so far.",
            "Choose an encoder or a classifier: %albert models",
        )
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise MissingExtra.of("export", "An export to ONNX")
    return {"model": model, "format": format, "precision": precision}


def folder_of(model: str) -> Path:
    """Return where an export goes: a folder of its own for each model, with a file for each precision."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", model).strip("-.")[:LONGEST_NAME]
    if name != model:
        # Two ids must not meet in one folder: "run:a" and "run-a".
        name = f"{name}-{hashlib.sha256(model.encode()).hexdigest()[:6]}"
    return folders.room("exports") / name


def found_in(folder: Path) -> list[str]:
    """Return the precisions whose file is in an export's folder."""
    return [precision for precision, variant in VARIANTS.items() if (folder / variant.file).is_file()]
