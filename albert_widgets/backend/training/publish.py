"""A trained model put into the catalogue: whole, or not at all, with everything one should know about it."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from typing import TYPE_CHECKING, Any

from safetensors.numpy import save_file

from albert_widgets import folders
from albert_widgets._version import __version__
from albert_widgets.backend.disk import put, room
from albert_widgets.errors import Conflict

from .card import card

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from albert_widgets.backend.job_worker import JobContext
    from albert_widgets.backend.tokens import SharedTokenizer
    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared

RUN = "albert_widgets.json"
"""In the model's folder: how it came to be."""
VALIDATION = "validation.safetensors"
"""In the model's folder: figures of the validation rows, such as their ``logits``, without a word of them."""
JUDGED = "judged.json"
"""In the job's folder: the validation rows themselves, which are the user's and stay here."""


def publish(
    context: JobContext,
    model: Any,
    tokenizer: SharedTokenizer,
    settings: FitSettings,
    prepared: Prepared,
    *,
    report: dict[str, Any],
    figures: dict[str, NDArray[Any]],
    words: dict[str, Any],
) -> Path:
    """Save the model in the job's folder, and move it into the catalogue in one step; returns its folder there.

    Parameters
    ----------
    figures, words
        What is kept of the validation rows: beside the model, and in the job's folder.

    Raises
    ------
    Conflict
        Another run took the name meanwhile.
    NoRoom
        The disk is full; the job's last checkpoint is kept.
    """
    made = context.folder / "model"
    shutil.rmtree(made, ignore_errors=True)
    with room(made):
        model.save_pretrained(made)
        tokenizer.hub.save_pretrained(made)
        run = {
            "job": context.folder.name,
            "created": time.time(),
            "settings": settings.to_dict(),
            "task": prepared.task,
            "label_names": list(prepared.label_names),
            "rows": {"train": len(prepared.train), "validation": len(prepared.validation), "sha256": digest(prepared)},
            "versions": versions(),
            **report,
        }
        (made / RUN).write_text(json.dumps(run, indent=1, ensure_ascii=False), encoding="utf-8")
        (made / "README.md").write_text(card(settings, prepared, run), encoding="utf-8")
        save_file(figures, made / VALIDATION)
        (context.folder / JUDGED).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        target = folders.room("models") / settings.name
        replace(made, target, job=context.folder.name)
    return target


def replace(made: Path, target: Path, *, job: str) -> None:
    """Move a folder to ``target``; what the same job put there before gives way. Raises Conflict."""
    if target.exists() and owner_of(target) != job:
        raise Conflict(f"There is a model run:{target.name} already.", "Choose another name=… and fit again.")
    put(made, target)


def owner_of(folder: Path) -> str:
    """Return the id of the job that made the model in ``folder``, or nothing."""
    try:
        return str(json.loads((folder / RUN).read_text(encoding="utf-8")).get("job", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def digest(prepared: Prepared) -> str:
    """Return the SHA-256 of all rows with their targets: the same data, the same digits."""
    found = hashlib.sha256()
    for rows in (prepared.train, prepared.validation):
        for at, text in enumerate(rows.texts):
            target = rows.targets[at]
            told = [
                text,
                rows.pairs[at] if rows.pairs else None,
                target if isinstance(target, str) else target.tolist(),
            ]
            found.update(json.dumps(told, ensure_ascii=False).encode())
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of what took part."""
    import torch
    import transformers

    return {"albert_widgets": __version__, "torch": torch.__version__, "transformers": transformers.__version__}
