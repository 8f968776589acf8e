"""Downloads from the hub into its own cache: safe files only, in bytes, stopped at once, resumed, verified."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

# Nothing but this job's own transfer moves bytes: it can be watched, stopped and resumed, with a terminal or without.
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# A snapshot without symbolic links is no news to the user of a notebook.
os.environ.setdefault("HF_HUB_DISABLE_SYMLINKS_WARNING", "1")

from huggingface_hub import HfApi, constants

from albert_widgets.errors import NoRoom
from albert_widgets.results.models import readable_bytes

from .hub.cache import RepoCache
from .hub.failures import in_words
from .hub.files import safe_config, wanted
from .hub.transfer import fetch
from .job_worker import Ended

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

    from .job_worker import JobContext

PROGRESS_SECONDS = 0.5


def download(context: JobContext) -> dict[str, Any]:
    """Fetch ``spec["model"]`` at ``spec["revision"]`` (None: main) and return its id, revision, folder and bytes.

    Raises
    ------
    ModelNotFound, InputInvalid
        No such model or revision, or no possible id.
    ModelUnsafe, ModelFailed
        It has no safetensors, or code of its own; or a file is not what the hub says it should be.
    BackendUnavailable
        The hub cannot be reached, or offline mode is on.
    NoRoom
        The disk is too small.
    """
    model, revision = str(context.spec["model"]), context.spec.get("revision")
    try:
        timeout = constants.HF_HUB_ETAG_TIMEOUT
        info = HfApi().model_info(model, revision=revision, files_metadata=True, timeout=timeout)
        files = wanted(model, list(info.siblings or []))
        cache = RepoCache(model, str(info.sha))
        safe_config(model, cache.commit, {file.rfilename for file in files})
        return _fetch(context, cache, revision or "main", files)
    except Ended:
        raise
    except Exception as error:
        if (known := in_words(error, model, revision)) is not None:
            raise known from error
        raise


def _fetch(context: JobContext, cache: RepoCache, ref: str, files: list[RepoSibling]) -> dict[str, Any]:
    total = sum(file.size or 0 for file in files)
    missing = sum(cache.left(file) for file in files)
    check_room(cache, missing)
    context.log(f"{cache.model}: {len(files)} files, {readable_bytes(total)}, {readable_bytes(missing)} to fetch")
    done = threading.Event()

    def tell() -> None:
        while not done.wait(PROGRESS_SECONDS):
            context.progress(total - sum(cache.left(file) for file in files), total, "bytes")

    context.progress(total - missing, total, "bytes")
    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        # A snapshot counts as a model by its config, which therefore comes last: half of one is never shown.
        for file in sorted(files, key=lambda file: file.rfilename == "config.json"):
            context.check()
            fetch(cache, file, context.check, context.log)
            cache.show(file)
    finally:
        done.set()
        teller.join()
    context.progress(total, total, "bytes")
    cache.name_commit(ref)
    return {"model": cache.model, "revision": cache.commit, "folder": str(cache.snapshot), "bytes": total}


def check_room(cache: RepoCache, missing: int) -> None:
    """Raise NoRoom where the disk of the cache has not so many bytes left."""
    if missing > (free := cache.free()):
        raise NoRoom(
            f"{cache.model} needs {readable_bytes(missing)} more; the disk of {constants.HF_HUB_CACHE} has "
            f"{readable_bytes(free)} free.",
            "Free some space, or set HF_HOME to another disk, then resume the job.",
        )
