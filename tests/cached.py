"""A hub cache as ``huggingface_hub`` lays it out: blobs, links to them in a snapshot, names of commits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMMIT = "c0ffee" + "0" * 34
OTHER = "deadbeef" + "0" * 32


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a checkpoint by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def cache_model(
    cache: Path, model: str, files: Mapping[str, bytes], *, commit: str = COMMIT, ref: str | None = "main"
) -> Path:
    """Put a commit of a model into the cache; returns its snapshot. What another commit has, too, is there once."""
    repo = cache / f"models--{model.replace('/', '--')}"
    snapshot = repo / "snapshots" / commit
    for folder in (repo / "blobs", repo / "refs", snapshot):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        blob = repo / "blobs" / hashlib.sha256(content).hexdigest()
        if not blob.exists():
            blob.write_bytes(content)
        (snapshot / name).symlink_to(f"../../blobs/{blob.name}")
    if ref is not None:
        (repo / "refs" / ref).write_text(commit, encoding="utf-8")
    return snapshot
