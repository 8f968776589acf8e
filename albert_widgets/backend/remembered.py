"""What is known from one backend to the next: the default model, and when each model was last used."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING

from albert_widgets import folders
from albert_widgets.errors import AlbertError, ModelFailed, NoRoom

from .checkpoint import read_json
from .disk import whole

if TYPE_CHECKING:
    from pathlib import Path

_writing = threading.Lock()


def chosen_default() -> str:
    """Return the model that somebody made the default; empty when nobody did."""
    try:
        return str(read_json(folders.home() / "models" / "default.json").get("model", ""))
    except ModelFailed:
        return ""


def choose_default(model: str) -> None:
    """Make ``model`` the default of all who begin. Raises NoRoom."""
    write_json(folders.room("models") / "default.json", {"model": model})


def last_uses() -> dict[str, float]:
    """Return when models were last used, in seconds since the epoch, by id."""
    try:
        found = read_json(_uses())
    except ModelFailed:
        return {}
    return {model: float(time) for model, time in found.items() if isinstance(time, int | float)}


def remember_use(model: str, time: float) -> None:
    """Note when a model was last used; where that cannot be written, it is forgotten."""
    with _writing, contextlib.suppress(AlbertError):
        folders.room("cache")
        write_json(_uses(), {**last_uses(), model: time})


def renamed(old: str, new: str) -> None:
    """Know a model by another id from now on."""
    if chosen_default() == old:
        choose_default(new)
    with _writing, contextlib.suppress(AlbertError):
        if old in (known := last_uses()):
            known[new] = known.pop(old)
            write_json(_uses(), known)


def write_json(file: Path, data: object) -> None:
    """Replace a small file in one step. Raises NoRoom."""
    try:
        with whole(file) as partial:
            partial.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise NoRoom(f"{file} cannot be written: {error.strerror}.", "Free some space.") from error


def _uses() -> Path:
    return folders.home() / "cache" / "last-used.json"
