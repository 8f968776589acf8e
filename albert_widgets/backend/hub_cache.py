"""The hub's cache on this disk: which models and which of their commits are in it. Reads names and dates, no contents.

Its layout is documented: ``models--owner--name/{blobs,refs,snapshots/COMMIT}``, the files of a snapshot being links to
blobs (https://huggingface.co/docs/huggingface_hub/guides/manage-cache). ``scan_cache_dir`` reads the whole of it each
time and leaves out a model with a single broken link; here a repository is read again only when it has changed, and
one that is broken is listed, so that people see it and can delete it.
"""

# Thousands of files are looked at: a Path of each would cost more than the look.
# ruff: noqa: PTH112, PTH114, PTH116, PTH118

from __future__ import annotations

import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from albert_widgets.results.models import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "models--"
PARTIAL = ".albert-partial"
"""Ends the name of a blob that a download of ours has not finished."""


def hub_cache() -> Path:
    """Return the folder of the hub's cache; it may not exist."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


TURNS = 4
"""Looks at the cache until each model was asked for news."""


@dataclass(frozen=True)
class CachedModel:
    """A model in the hub's cache.

    Attributes
    ----------
    id
        ``"owner/name"``.
    folder
        Its repository's.
    revisions
        The commits that are here, the newest first.
    revision
        The one that is used: what ``main`` means, or else the newest one.
    """

    id: str
    folder: Path
    revisions: tuple[Revision, ...]
    revision: Revision

    @property
    def snapshot(self) -> Path:
        """The folder with the files of :attr:`revision`."""
        return self.folder / "snapshots" / self.revision.commit


class HubCache:
    """The models in the hub's cache, each read again only when its folders have changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], CachedModel | None]] = {}
        self._news: dict[str, tuple[int, int]] = {}
        self._turn = 0
        self._lock = threading.Lock()

    def models(self) -> list[CachedModel]:
        """Return what is in the cache, by id."""
        found = {}
        with self._lock:
            for folder in _repositories():
                stamp = _stamp(folder)
                known = self._known.get(folder)
                found[folder] = known if known and known[0] == stamp else (stamp, _read(Path(folder)))
            self._known = found
        return sorted((model for _, model in found.values() if model), key=lambda model: model.id)

    def fingerprint(self) -> int:
        """Return what changes when a model, a file or a commit comes or goes; costs some µs a model.

        A model that comes or goes shows at once. Each look asks some of the others for new files and commits, so what
        another program does to them shows after :data:`TURNS` looks; what this one does, the catalogue knows itself.
        """
        folders = _repositories()
        with self._lock:
            self._turn += 1
            self._news = {
                folder: (modified(f"{folder}/blobs"), modified(f"{folder}/snapshots"))
                if folder not in self._news or number % TURNS == self._turn % TURNS
                else self._news[folder]
                for number, folder in enumerate(folders)
            }
            # In the order of the disk, which stays as long as nothing comes or goes.
            return hash(tuple(self._news.items()))


def modified(path: str | Path) -> int:
    """Return when a file or folder was last changed, in nanoseconds; 0 when there is none."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _repositories() -> list[str]:
    try:
        with os.scandir(hub_cache()) as entries:
            return [entry.path for entry in entries if entry.name.startswith(PREFIX)]
    except OSError:
        return []


def _stamp(folder: str) -> tuple[object, ...]:
    """Return when each folder of a repository, and each name of a commit, was last changed."""
    refs, snapshots = f"{folder}/refs", f"{folder}/snapshots"
    return (
        modified(refs),
        *((ref, modified(ref)) for ref in _refs(refs)),
        *((snapshot, modified(snapshot)) for snapshot in _names(snapshots)),
        modified(f"{folder}/blobs"),
    )


def _names(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries)
    except OSError:
        return []


def _refs(folder: str) -> Iterator[str]:
    """Yield the files in ``refs``; names of branches may have slashes."""
    for path in _names(folder):
        if os.path.isdir(path) and not os.path.islink(path):
            yield from _refs(path)
        else:
            yield path


def _read(folder: Path) -> CachedModel | None:
    commits: dict[str, list[str]] = {}
    refs = f"{folder}/refs"
    for path in _refs(refs):
        try:
            said = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            continue
        commits.setdefault(said, []).append(os.path.relpath(path, refs).replace(os.sep, "/"))
    found = []
    for snapshot in map(Path, _names(f"{folder}/snapshots")):
        if snapshot.is_dir():
            size, written = _size(snapshot)
            found.append(Revision(snapshot.name, tuple(sorted(commits.get(snapshot.name, ()))), size, written))
    if not found:
        return None
    found.sort(key=lambda revision: (-revision.last_modified, revision.commit))
    # "main" is what people mean; else the newest.
    used = next((revision for revision in found if "main" in revision.refs), found[0])
    return CachedModel(folder.name.removeprefix(PREFIX).replace("--", "/"), folder, tuple(found), used)


def _size(snapshot: Path) -> tuple[int, float]:
    """Return the bytes of a snapshot's files, and when the last of them was written."""
    sizes: dict[tuple[int, int], os.stat_result] = {}
    for path in files_in(snapshot):
        try:
            told = os.stat(path)
        except OSError:
            continue
        if stat.S_ISREG(told.st_mode):
            # A file under two names is there once; Windows has no inode in every kind of file system.
            sizes[told.st_dev, told.st_ino or hash(path)] = told
    if not sizes:
        return 0, snapshot.stat().st_mtime
    return sum(told.st_size for told in sizes.values()), max(told.st_mtime for told in sizes.values())


def files_in(folder: Path) -> Iterator[str]:
    """Yield the paths of all files and links in a folder and the folders below; no link is followed."""
    for base, folders, files in os.walk(folder):
        yield from (os.path.join(base, name) for name in files)
        yield from (path for name in folders if os.path.islink(path := os.path.join(base, name)))
