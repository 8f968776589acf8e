"""What may be exported, and where it goes; nothing here imports torch."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from typing import TYPE_CHECKING, Any

from albert_widgets import folders
from albert_widgets.errors import InputInvalid, MissingExtra
from albert_widgets.manager import EXPORT_FORMATS, EXPORT_PRECISIONS

from .checkpoint import read_config

if TYPE_CHECKING:
    from pathlib import Path

    from .catalog import Catalog

LONGEST_NAME = 100
"""Of an export's folder: beside it stands one that is not whole yet, and no file system takes more than 255."""
_NEEDED = ("onnx", "onnxruntime", "onnxscript")


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


def folder_of(model: str, precision: str) -> Path:
    """Return where an export goes: a folder of its own for each model and precision."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", model).strip("-.")[:LONGEST_NAME]
    if name != model:
        # Two ids must not meet in one folder: "run:a" and "run-a".
        name = f"{name}-{hashlib.sha256(model.encode()).hexdigest()[:6]}"
    return folders.room("exports") / f"{name}-{precision}"
