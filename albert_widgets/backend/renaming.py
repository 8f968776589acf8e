"""Another name for a model of one's own: its folder, and what its own files call it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from albert_widgets.errors import Conflict, ModelFailed, NoRoom

from .checkpoint import RUN, read_json
from .disk import is_full, whole
from .remembered import write_json

if TYPE_CHECKING:
    from pathlib import Path


def rename_run(folder: Path, name: str) -> Path:
    """Rename the folder of a run, and what its report and its card call it; returns where it is now.

    Raises
    ------
    Conflict
        The name is taken, or the operating system does not let it go.
    NoRoom
        The disk is too full; it has its old name.
    """
    old, target = folder.name, folder.with_name(name)
    # A folder that is empty would be replaced without a word.
    if os.path.lexists(target):
        raise Conflict(f"There is a model run:{name} already.", f"Choose another name, such as {name}-2.")
    try:
        folder.rename(target)
    except OSError as error:
        raise Conflict(
            f"run:{old} cannot be renamed: {error.strerror or error}.", "Does another program have it open?"
        ) from error
    try:
        _rename_inside(target, old, name)
    except NoRoom:
        target.rename(folder)
        raise
    return target


def _rename_inside(folder: Path, old: str, name: str) -> None:
    try:
        run = read_json(folder / RUN)
    except ModelFailed:
        # Such a report is read by nobody.
        run = {}
    card = folder / "README.md"
    try:
        text = card.read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""
    said = text
    # As the card of a run says it; whatever else people wrote into it is theirs.
    for words in ('"run:{}"', '"path/to/{}"', "\n# {}\n"):
        said = said.replace(words.format(old), words.format(name))
    try:
        if said != text:
            with whole(card) as partial:
                partial.write_text(said, encoding="utf-8")
    except OSError as error:
        if is_full(error):
            raise NoRoom(f"{card} cannot be written: {error.strerror}.", "Free some space.") from error
    if isinstance(run.get("settings"), dict):
        write_json(folder / RUN, {**run, "settings": {**run["settings"], "name": name}})
