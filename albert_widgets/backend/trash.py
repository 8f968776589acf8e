"""What was deleted, as long as it can be brought back: moved aside within its own folder, and emptied after an hour.

``root/.albert-trash/ID/`` holds what was moved, numbered, and ``deleted.json`` with what lay where. Each step is a
rename, so a crash leaves one of three things, which the next look puts in order: ``ID.begun`` (a deletion or a return
that did not come to its end: all is put back), ``ID`` (whole), ``ID.gone`` (what is left of it is removed).
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from albert_widgets.errors import Conflict, ModelNotFound, NoRoom
from albert_widgets.results import Deleted

from .disk import is_full
from .hub_cache import files_in
from .trash_record import Moved, Record, read_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

FOLDER = ".albert-trash"
KEPT_SECONDS = 3600.0
"""How long something can be brought back."""
MOVING_SECONDS = 60.0
"""What is half moved for longer was left so by a crash."""

_BEGUN, _GONE = ".begun", ".gone"


class Trash:
    """What was deleted below ``root``.

    Parameters
    ----------
    root
        A folder with models; its trash lies in it, so that moving costs nothing on any disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / FOLDER

    def put(
        self,
        model: str,
        revision: str,
        own: Sequence[Path],
        shared: Sequence[Path],
        *,
        registered: str = "",
        for_good: bool = False,
    ) -> Deleted:
        """Move files and folders here, all of them or none.

        Parameters
        ----------
        for_good
            They are removed at once; so they go even where the disk has no room for a word about them.
        own, shared
            Below the root, as they are to be moved; see :attr:`Moved.is_shared`.
        registered
            As :attr:`Record.registered`.

        Raises
        ------
        Conflict
            The operating system does not let them go.
        NoRoom
            The disk is too full even for this.
        """
        paths = [*own, *shared]
        moved = tuple(
            Moved(path.relative_to(self._root).as_posix(), str(number), number >= len(own))
            for number, path in enumerate(paths)
        )
        size = sum(map(bytes_in, paths))
        record = Record(model, revision, size, time.time(), moved, registered)
        name = secrets.token_hex(8)
        begun = self._folder / f"{name}{_BEGUN}"
        if self._folder.is_symlink():
            raise Conflict(f"{self._folder} is a link, so nothing is moved there.", "Delete the link.")
        try:
            _make(begun)
            try:
                (begun / "deleted.json").write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
            except OSError as error:
                if not (for_good and is_full(error)):
                    raise
            for one in moved:
                (self._root / one.place).rename(begun / one.name)
            begun.rename(self._folder / name)
        except OSError as error:
            # What does not go back now is tried again by the next look.
            if self._put_back(record, begun) is None:
                self._remove(begun)
            self._tidy()
            if is_full(error):
                raise NoRoom(f"There is no room in {self._folder}: {error.strerror}.", "Free some space.") from error
            raise Conflict(
                f"{model} cannot be moved: {error.strerror or error}.",
                f"Does another program have it open, or does {self._root} belong to somebody else?",
            ) from error
        return Deleted(model, size, revision, name, record.time)

    def deleted(self) -> list[Deleted]:
        """Return what can be brought back; what is too old goes, and what a crash left is put in order."""
        found = []
        for entry, record in self._records():
            if entry.suffix == _BEGUN:
                if time.time() - record.time > MOVING_SECONDS:
                    trouble = self._put_back(record, entry)
                    if trouble is None:
                        self._remove(entry)
                    elif isinstance(trouble, FileExistsError):
                        self._leave(entry)
            elif time.time() - record.time > KEPT_SECONDS:
                self._remove(entry)
            elif record.registered or any(os.path.lexists(entry / one.name) for one in record.moved):
                found.append(Deleted(record.model, record.bytes, record.revision, entry.name, record.time))
        return found

    def restore(self, id: str) -> Record:
        """Move back what lies under ``id``.

        Raises
        ------
        ModelNotFound
            It is not here.
        Conflict
            Something else has its place.
        """
        # Compared with what is there, never joined to a path: an id comes from outside.
        found = next(((entry, record) for entry, record in self._records() if entry.name == id), None)
        if found is None:
            raise not_here(id)
        entry, record = found
        for one in record.moved:
            if not one.is_shared and os.path.lexists(entry / one.name) and os.path.lexists(self._root / one.place):
                raise taken(record.model)
        begun = entry.with_name(f"{id}{_BEGUN}")
        try:
            # Only one of two who ask at the same time gets it.
            entry.rename(begun)
        except FileNotFoundError:
            raise not_here(id) from None
        if trouble := self._put_back(record, begun):
            self._leave(begun)
            why = trouble.strerror or trouble
            raise Conflict(f"{record.model} cannot be brought back: {why}.", "Try again.") from trouble
        self._remove(begun)
        return record

    def empty(self, ids: Collection[str] | None = None) -> int:
        """Remove what lies under some ids, or everything, and return the bytes that are freed."""
        freed = 0
        for entry in self._entries():
            if entry.suffix == _GONE:
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.suffix != _BEGUN:
                freed += self._remove(entry) if ids is None or entry.name in ids else 0
            elif _is_lost(entry) and (ids is None or not _is_holding(entry)):
                freed += self._remove(entry)
        self._tidy()
        return freed

    # --- inside ---------------------------------------------------------------------------------

    def _entries(self) -> list[Path]:
        if self._folder.is_symlink():
            # Not made by us: what it leads to is none of our business.
            return []
        try:
            return sorted(path for path in self._folder.iterdir() if path.is_dir() and not path.is_symlink())
        except OSError:
            return []

    def _records(self) -> Iterator[tuple[Path, Record]]:
        """Yield the entries whose record can be read; others stay until somebody empties the trash."""
        for entry in self._entries():
            if entry.suffix != _GONE and (record := read_record(entry)) is not None:
                yield entry, record

    def _put_back(self, record: Record, entry: Path) -> OSError | None:
        """Move back what has its place free, and return why something that must be moved could not."""
        trouble = None
        for one in record.moved:
            place, here = self._root / one.place, entry / one.name
            if not os.path.lexists(here) or (os.path.lexists(place) and one.is_shared):
                continue
            try:
                if os.path.lexists(place):
                    raise FileExistsError(17, "its place is taken")
                place.parent.mkdir(parents=True, exist_ok=True)
                if self._root.resolve() not in (place.parent.resolve(), *place.parent.resolve().parents):
                    raise PermissionError(13, "its place leads elsewhere")
                here.rename(place)
            except OSError as error:
                # Another process may have put it back at the same moment.
                if os.path.lexists(here):
                    trouble = error
        return trouble

    def _leave(self, begun: Path) -> None:
        """Let what could not be put back be asked for again."""
        with contextlib.suppress(OSError):
            begun.rename(begun.with_suffix(""))

    def _remove(self, entry: Path) -> int:
        gone = entry.with_name(f"{entry.name}{_GONE}")
        try:
            # Counted before: what is gone, another look may remove, too.
            freed = sum(bytes_in(path) for path in entry.iterdir() if path.name != "deleted.json")
            entry.rename(gone)
        except OSError:
            # Somebody else has removed it, or brings it back.
            return 0
        # Links are removed as links.
        shutil.rmtree(gone, ignore_errors=True)
        self._tidy()
        return freed

    def _tidy(self) -> None:
        """Leave no empty folder behind: other programs list the cache, too."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def taken(model: str) -> Conflict:
    """Return the error for a model whose place another one has by now."""
    return Conflict(f"There is another {model} by now.", "Delete or rename that one first.", model=model)


def not_here(id: str) -> ModelNotFound:
    """Return the error for what is not in the trash."""
    return ModelNotFound(f"There is nothing in the trash under {id!r}.", "bert.deleted() lists what is.", id=id)


def bytes_in(path: Path) -> int:
    """Return the bytes that removing a file or folder frees: no link is followed, shared files are not counted."""
    found: dict[tuple[int, int], list[os.stat_result]] = {}
    is_folder = path.is_dir() and not path.is_symlink()
    for file in files_in(path) if is_folder else [str(path)]:
        with contextlib.suppress(OSError):
            told = Path(file).lstat()
            if not Path(file).is_symlink():
                found.setdefault((told.st_dev, told.st_ino), []).append(told)
    return sum(links[0].st_size for links in found.values() if len(links) >= links[0].st_nlink)


def _make(begun: Path) -> None:
    for _ in range(9):
        # Whoever empties the trash at the same moment removes its empty folder.
        with contextlib.suppress(FileNotFoundError):
            begun.mkdir(parents=True)
            return
    begun.mkdir(parents=True)


def _is_holding(entry: Path) -> bool:
    try:
        return any(path.name.isdecimal() for path in entry.iterdir())
    except OSError:
        return False


def _is_lost(entry: Path) -> bool:
    """Say whether nobody can tell any more what an entry that was half moved holds."""
    try:
        is_old = time.time() - entry.stat().st_mtime > MOVING_SECONDS
    except OSError:
        return False
    return is_old and entry.suffix == _BEGUN and read_record(entry) is None
