"""What a download would fetch, and whether there is room for it; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huggingface_hub import HfApi, constants

from albert_widgets.backend.checkpoint import task_of
from albert_widgets.results import DownloadPlan

from .cache import RepoCache
from .failures import in_words
from .files import safe_config, wanted

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

TIMEOUT_SECONDS = 10


def plan(model: str, revision: str | None) -> DownloadPlan:
    """Ask the hub for a model's files; see :meth:`albert_widgets.manager.Manager.download_plan`."""
    try:
        timeout = min(TIMEOUT_SECONDS, constants.HF_HUB_ETAG_TIMEOUT)
        return _planned(model, HfApi().model_info(model, revision=revision, files_metadata=True, timeout=timeout))
    except Exception as error:
        if (known := in_words(error, model, revision)) is not None:
            raise known from error
        raise


def _planned(model: str, info: ModelInfo) -> DownloadPlan:
    commit = str(info.sha)
    files = wanted(model, list(info.siblings or []))
    cache = RepoCache(model, commit)
    config = safe_config(model, commit, {file.rfilename for file in files})
    return DownloadPlan(
        model=model,
        revision=commit,
        files=tuple((file.rfilename, file.size or 0) for file in files),
        bytes_total=sum(file.size or 0 for file in files),
        bytes_missing=sum(cache.left(file) for file in files),
        bytes_free=cache.free(),
        folder=str(constants.HF_HUB_CACHE),
        task=task_of(str((config.get("architectures") or [""])[0]), config),
        model_type=str(config.get("model_type", "")),
        languages=languages_of(info),
        licence=licence_of(info),
    )


def languages_of(info: ModelInfo) -> tuple[str, ...]:
    """Return the languages that a model's card names."""
    said = getattr(info.card_data, "language", None) or ()
    return tuple(map(str, [said] if isinstance(said, str) else said))


def licence_of(info: ModelInfo) -> str:
    """Return the licence that a model's card names."""
    said = getattr(info.card_data, "license", None) or ""
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)
