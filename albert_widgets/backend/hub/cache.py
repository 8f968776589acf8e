"""The hub's own cache: where a file of a model lies in it, whether it is whole, and how it is put there.

The layout is huggingface_hub's: ``blobs/<digest>``, ``snapshots/<commit>/<name>`` that points to one, and
``refs/<name>`` with the commit that a branch means. Other programs share it, so its locks are used, too.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import constants
from huggingface_hub.file_download import _create_symlink, repo_folder_name
from huggingface_hub.utils._fixes import WeakFileLock

from albert_widgets.backend.disk import whole
from albert_widgets.errors import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huggingface_hub.hf_api import RepoSibling

_BLOCK = 1 << 20


class RepoCache:
    """A model's place in the hub's cache, at one commit.

    Attributes
    ----------
    model, commit
        What it is the place of.
    folder
        Of the repository: ``models--owner--name``.
    snapshot
        Of the commit.

    Raises
    ------
    ModelFailed
        What the hub calls a commit is none.
    """

    def __init__(self, model: str, commit: str) -> None:
        cache, name = Path(constants.HF_HUB_CACHE), repo_folder_name(repo_id=model, repo_type="model")
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}", commit):
            raise ModelFailed(f"{model} is at {commit!r}, which is no commit.", "Is HF_ENDPOINT the address of a hub?")
        self.model = model
        self.folder = cache / name
        self.snapshot = self.folder / "snapshots" / commit
        self.commit = commit
        self._blobs = self.folder / "blobs"
        self._locks = cache / ".locks" / name

    # --- where ----------------------------------------------------------------------------------

    def blob(self, file: RepoSibling) -> Path:
        """Return where the content of a file lies."""
        return self._blobs / digest_of(file)

    def partial(self, file: RepoSibling) -> Path:
        """Return where what has come of a file so far lies, for the next try to go on with.

        huggingface_hub names its own temporary files anew at each try.
        """
        return self._blobs / f"{digest_of(file)}.albert-partial"

    def pointer(self, file: RepoSibling) -> Path:
        """Return where programs look for a file. Raises ModelFailed for a name that leads elsewhere, or nowhere."""
        path = self.snapshot / file.rfilename
        parts = Path(file.rfilename.replace("\\", "/")).parts
        leads_elsewhere = Path(file.rfilename).is_absolute() or ":" in file.rfilename or {"..", "."} & set(parts)
        if not parts or leads_elsewhere or not file.rfilename.isprintable():
            raise ModelFailed(f"{self.model} has a file with the name {file.rfilename!r}.", "Choose another model.")
        return path

    # --- what is there --------------------------------------------------------------------------

    def left(self, file: RepoSibling) -> int:
        """Return how many bytes of a file are still to be fetched, going by sizes."""
        size = file.size or 0
        for path in (self.blob(file), self.pointer(file)):
            if _size(path) == size:
                return 0
        return max(0, size - max(0, _size(self.partial(file))))

    def free(self) -> int:
        """Return the bytes that the disk of the cache has left."""
        place = self._blobs
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free

    def is_whole(self, file: RepoSibling) -> bool:
        """Whether the file is there with the content that the hub says; what is not goes away."""
        pointer, blob = self.pointer(file), self.blob(file)
        if pointer.exists() and pointer.resolve() != blob.resolve() and not is_intact(pointer, file):
            # A system without symbolic links has the content itself here.
            pointer.unlink()
        if blob.exists() and not is_intact(blob, file):
            blob.unlink()
        return pointer.exists() or blob.exists()

    # --- putting it there -----------------------------------------------------------------------

    @contextlib.contextmanager
    def lock(self, file: RepoSibling) -> Iterator[None]:
        """Keep other programs from fetching the same file at the same time."""
        for folder in (self._blobs, self._locks):
            folder.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(self._locks / f"{digest_of(file)}.lock"):
            yield

    def show(self, file: RepoSibling) -> None:
        """Make a file that has been fetched visible to programs."""
        pointer, blob = self.pointer(file), self.blob(file)
        pointer.parent.mkdir(parents=True, exist_ok=True)
        if not pointer.exists():
            pointer.unlink(missing_ok=True)
            _create_symlink(str(blob), str(pointer), new_blob=True)

    def name_commit(self, revision: str) -> None:
        """Note that a branch or tag means this commit."""
        if revision == self.commit:
            return
        refs = self.folder / "refs"
        ref = refs / revision
        if refs.resolve() not in ref.resolve().parents:
            return
        ref.parent.mkdir(parents=True, exist_ok=True)
        with whole(ref) as partial:
            partial.write_text(self.commit, encoding="utf-8")


def digest_of(file: RepoSibling) -> str:
    """Return the name of a file's content: SHA-256 of a large file, git's blob id of a small one.

    Raises
    ------
    ModelFailed
        The hub does not say, or what it says is no digest.
    """
    digest = str(file.lfs.sha256 if file.lfs is not None else file.blob_id or "").lower()
    if len(digest) != (64 if file.lfs is not None else 40) or set(digest) - set("0123456789abcdef"):
        raise ModelFailed(f"The hub gives no checksum of {file.rfilename}.", "Is HF_ENDPOINT the address of a hub?")
    return digest


def is_intact(path: Path, file: RepoSibling) -> bool:
    """Whether a file's bytes are those that the hub says."""
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return False
    found = hashlib.sha256() if file.lfs is not None else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            found.update(block)
    return found.hexdigest() == digest_of(file)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
