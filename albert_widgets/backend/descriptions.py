"""Descriptions of checkpoints, made again only when a file in their folder has changed."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from albert_widgets.results import ModelInfo

from .checkpoint import describe, first_line
from .hub_cache import modified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Descriptions:
    """What is known of the models in some folders; used under the catalogue's lock."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[tuple[object, ...], ModelInfo]] = {}
        self._seen: set[tuple[str, str]] = set()

    @contextlib.contextmanager
    def all(self) -> Iterator[None]:
        """Describe all models there are in this block; what is known of others is forgotten at its end."""
        self._seen.clear()
        yield
        self._known = {name: known for name, known in self._known.items() if name in self._seen}

    def of(self, id: str, source: str, folder: Path, *, revision: str = "") -> ModelInfo:
        """Return the description of the checkpoint in ``folder``."""
        name = id, str(folder)
        self._seen.add(name)
        stamp, read = seen(folder)
        key = (source, revision, stamp)
        known = self._known.get(name)
        if known is None or known[0] != key:
            known = self._known[name] = key, _described(id, source, folder, revision)
        # Other programs use what is in the hub's cache, too.
        return replace(known[1], last_used=read) if source == "hub" else known[1]


def _described(id: str, source: str, folder: Path, revision: str) -> ModelInfo:
    try:
        return describe(id, source, folder, revision=revision)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        # Anybody may have written these files: one that is full of nonsense must not hide the other models.
        warning = f"Its files cannot be understood: {first_line(error)}"
        return ModelInfo(id, source, revision=revision, warnings=(warning,), is_usable=False)


def seen(folder: Path) -> tuple[tuple[object, ...], float]:
    """Return what changes when something in a folder does, and when weights in it were last read.

    A file that is written in place changes its own size or date, not those of its folder.
    """
    stamp: list[object] = [modified(folder)]
    read = 0.0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            stamp.append(entry.name)
            # Of a link, what it leads to; it may lead nowhere.
            with contextlib.suppress(OSError):
                told = entry.stat()
                stamp += told.st_size, told.st_mtime_ns
                if entry.name.endswith(".safetensors"):
                    read = max(read, told.st_atime)
    return tuple(stamp), read
