"""Which files of a repository make a model, what its configs say, and which models are refused before they come."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from huggingface_hub import constants, get_session, hf_hub_url
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import hf_raise_for_status

from albert_widgets.errors import ModelFailed, ModelUnsafe

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

WANTED = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "README.md", "LICENSE*")
UNWANTED = ("onnx/*", "openvino/*", "*/onnx/*", "coreml/*", "runs/*", "tf_*", "flax_*")
MAX_CONFIG_BYTES = 5_000_000
"""A tokenizer's config with many added tokens has some hundred kilobytes."""


def wanted(model: str, siblings: list[RepoSibling]) -> list[RepoSibling]:
    """Return the files to fetch.

    Raises
    ------
    ModelUnsafe, ModelFailed
        There are only pickled weights; or no weights, or no config.
    """
    names = [file.rfilename for file in siblings]
    weights = [name for name in names if name.endswith(".safetensors") and not _matches(name, UNWANTED)]
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


def safe_config(model: str, commit: str, names: set[str]) -> dict[str, Any]:
    """Return the model's config; it and the tokenizer's are read over the line, before anything is written.

    Raises
    ------
    ModelUnsafe, ModelFailed
        It has code of its own; or what it has is no config.
    """
    config: dict[str, Any] = {}
    for name in ("config.json", "tokenizer_config.json"):
        if name not in names:
            continue
        said = _read(model, commit, name)
        if "auto_map" in said:
            raise ModelUnsafe(
                f"{model} wants to run its own Python code (auto_map in {name}); albert-widgets never does that.",
                "Choose a checkpoint of an architecture that transformers itself knows.",
            )
        config = config or said
    return config


def _read(model: str, commit: str, name: str) -> dict[str, Any]:
    response = get_session().get(
        hf_hub_url(model, name, revision=commit),
        headers=build_hf_headers(),
        timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        follow_redirects=True,
    )
    hf_raise_for_status(response)
    try:
        said = json.loads(response.content) if len(response.content) <= MAX_CONFIG_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ModelFailed(f"{name} of {model} is no JSON object.", "Choose another model or another revision.")
    return said


def _matches(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatch(name, glob) for glob in globs)
