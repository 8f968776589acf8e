"""Downloads from the hub into its own cache: safe files only, in bytes, stopped at once, resumed, verified."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

# A plain HTTP transfer can be stopped and resumed; Xet's own cannot. Small chunks make progress visible.
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from huggingface_hub import HfApi, constants, hf_hub_download, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get, repo_folder_name
from huggingface_hub.utils._headers import build_hf_headers

from albert_widgets.errors import (
    AlbertError,
    BackendUnavailable,
    InputInvalid,
    ModelFailed,
    ModelNotFound,
    ModelUnsafe,
    NoRoom,
)
from albert_widgets.results.models import readable_bytes

from .checkpoint import first_line, sha256
from .job_worker import Ended

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

    from .job_worker import JobContext

WANTED = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "README.md", "LICENSE*")
UNWANTED = ("onnx/*", "openvino/*", "*/onnx/*", "coreml/*", "runs/*", "tf_*", "flax_*")
PROGRESS_SECONDS = 0.5
CHUNK_BYTES = 256 * 1024


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
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    try:
        info = HfApi().model_info(model, revision=revision, files_metadata=True)
        files = _wanted(model, list(info.siblings or []))
        _refuse_foreign_code(model, str(info.sha), {file.rfilename for file in files})
        return _fetch(context, model, str(info.sha), revision or "main", files)
    except Exception as error:
        if (known := _in_words(error, model, revision)) is not None:
            raise known from error
        raise


def _in_words(error: Exception, model: str, revision: str | None) -> AlbertError | None:  # noqa: PLR0911  # a table
    """Return what to tell the user, or None for what is no fault of hub, network or disk."""
    said = first_line(error)
    if isinstance(error, AlbertError | Ended):
        return None
    if isinstance(error, GatedRepoError):
        page = f"{constants.ENDPOINT}/{model}"
        return ModelNotFound(f"{model} is gated: its owner asks for a licence.", f"Accept it at {page}, set HF_TOKEN.")
    if isinstance(error, RevisionNotFoundError):
        return ModelNotFound(f"{model} has no revision {revision!r}.", f"See {constants.ENDPOINT}/{model}")
    if isinstance(error, RepositoryNotFoundError):
        return ModelNotFound(f"The hub has no model {model!r}, or it is private.", "A private one needs HF_TOKEN.")
    if isinstance(error, HFValidationError):
        return InputInvalid(f"{model!r} is no id of the hub.", "Write it as owner/name.")
    if isinstance(error, OfflineModeIsEnabled):
        return BackendUnavailable("Offline mode is on, so nothing is downloaded.", "Unset HF_HUB_OFFLINE.")
    if isinstance(error, HfHubHTTPError):
        return BackendUnavailable(f"The hub answers: {said}", "Try again later: resume the job.")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return NoRoom(f"The disk of {constants.HF_HUB_CACHE} is full.", "Free some space, then resume the job.")
    if isinstance(error, OSError) or type(error).__module__.startswith("httpx"):
        return BackendUnavailable(f"The hub cannot be reached: {said}", "Check the network, then resume the job.")
    return None


def _wanted(model: str, siblings: list[RepoSibling]) -> list[RepoSibling]:
    names = [file.rfilename for file in siblings]
    weights = [
        file for file in siblings if file.rfilename.endswith(".safetensors") and not _matches(file.rfilename, UNWANTED)
    ]
    if not weights:
        if any(name.endswith(".bin") for name in names):
            raise ModelUnsafe(
                f"{model} has only pickled weights (.bin), which can run code when they are read.",
                "Look for a model or a revision with model.safetensors.",
            )
        raise ModelFailed(f"{model} has no model.safetensors.", "Choose another model.")
    if "config.json" not in names:
        raise ModelFailed(f"{model} has no config.json, so it is no transformers checkpoint.", "Choose another model.")
    return [file for file in siblings if _matches(file.rfilename, WANTED) and not _matches(file.rfilename, UNWANTED)]


def _matches(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatch(name, glob) for glob in globs)


def _refuse_foreign_code(model: str, commit: str, names: set[str]) -> None:
    """Look at the small configs before anything big is fetched."""
    for name in ("config.json", "tokenizer_config.json"):
        if name in names:
            path = hf_hub_download(model, name, revision=commit)
            if "auto_map" in json.loads(Path(path).read_text(encoding="utf-8")):
                raise ModelUnsafe(
                    f"{model} wants to run its own Python code (auto_map in {name}); albert-widgets never does that.",
                    "Choose a checkpoint of an architecture that transformers itself knows.",
                )


def _fetch(context: JobContext, model: str, commit: str, ref: str, files: list[RepoSibling]) -> dict[str, Any]:
    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=model, repo_type="model") / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    total = sum(file.size or 0 for file in files)
    missing = sum(_left(blobs, file) for file in files)
    free = shutil.disk_usage(blobs).free
    if missing > free:
        raise NoRoom(
            f"{model} needs {readable_bytes(missing)} more; the disk of {blobs} has {readable_bytes(free)} free.",
            "Free some space, or set HF_HOME to another disk, then resume the job.",
        )
    context.log(f"{model}: {len(files)} files, {readable_bytes(total)}, {readable_bytes(missing)} to fetch")
    # Listed beforehand, so that the thread that tells the progress looks at sizes only.
    done = threading.Event()

    def tell() -> None:
        while not done.wait(PROGRESS_SECONDS):
            context.progress(total - sum(_left(blobs, file) for file in files), total, "bytes")

    context.progress(total - missing, total, "bytes")
    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        for file in files:
            context.check()
            if file.lfs is not None:
                _fetch_blob(context, model, commit, blobs, file)
            hf_hub_download(model, file.rfilename, revision=commit)
    finally:
        done.set()
        teller.join()
    context.progress(total, total, "bytes")
    # Asked for by its name, so that the cache learns which commit the name means.
    folder = Path(hf_hub_download(model, "config.json", revision=ref)).parent
    return {"model": model, "revision": commit, "folder": str(folder), "bytes": total}


def _fetch_blob(context: JobContext, model: str, commit: str, blobs: Path, file: RepoSibling) -> None:
    """Fetch a large file into the cache's blob, going on with what an earlier try left.

    huggingface_hub names its temporary files anew at each try and so begins again; ours has one name.
    """
    digest = str(file.lfs.sha256) if file.lfs else ""
    blob, partial = blobs / digest, _partial(blobs, file)
    if blob.exists():
        return
    with partial.open("ab") as opened:
        have = opened.tell()
        if have < (file.size or 0):
            http_get(
                hf_hub_url(model, file.rfilename, revision=commit),
                opened,
                resume_size=have,
                headers=build_hf_headers(),
                expected_size=file.size,
            )
    context.check()
    if (found := sha256(partial)) != digest:
        partial.unlink()
        raise ModelFailed(
            f"{file.rfilename} of {model} is not what the hub says (SHA-256 {found[:12]}…, not {digest[:12]}…).",
            "The broken file is deleted. Resume the job to fetch it again.",
        )
    partial.replace(blob)


def _left(blobs: Path, file: RepoSibling) -> int:
    """Return how many bytes of a file are still to be fetched."""
    size = file.size or 0
    if file.lfs is None:
        return 0 if file.blob_id and (blobs / str(file.blob_id)).exists() else size
    if (blobs / str(file.lfs.sha256)).exists():
        return 0
    try:
        return max(0, size - _partial(blobs, file).stat().st_size)
    except OSError:
        return size


def _partial(blobs: Path, file: RepoSibling) -> Path:
    return blobs / f"{file.lfs.sha256 if file.lfs else ''}.albert-partial"
