"""What may go to the hub: whose model, under which name, and which of its files; nothing here touches the network."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from .catalog import Catalog, Entry

MEANT = (
    *("config.json", "generation_config.json", "model.safetensors", "model-*-of-*.safetensors"),
    *("model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"),
    *("added_tokens.json", "vocab.txt", "vocab.json", "merges.txt", "*.model", "README.md", "LICENSE*"),
    "albert_widgets.json",
    *("extractive_head.safetensors", "extractive_head.json"),
)
"""Names of files that a model is made of. All else in its folder stays: rows, answers to them, checkpoints, pickles."""
LOGIN = "In a terminal of the backend's machine: hf auth login. Or set HF_TOKEN, or push(…, token=…)."


def check_push(catalog: Catalog, model: str, repo: str, token: str | None) -> Entry:
    """Return the model's entry, if it may be pushed.

    Raises
    ------
    ModelNotFound, ModelUnsafe, ModelFailed
        As for loading it.
    InputInvalid
        It is not the user's own, the repository's name is none, or there is no token.
    """
    from huggingface_hub import get_token

    entry = catalog.find(model)
    if entry.info.source not in {"run", "folder"}:
        raise InputInvalid(
            f"{model} was not made here, so it is not pushed.",
            "Yours are run:NAME and the folders that you registered.",
        )
    check_repo(repo)
    catalog.check(entry)
    if not (token or get_token()):
        raise InputInvalid("There is no token for the hub on the backend's machine.", LOGIN)
    return entry


def check_repo(repo: str) -> None:
    """Raise InputInvalid for what is no ``user/name``."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(repo)
        is_name = repo.count("/") == 1
    except HFValidationError:
        is_name = False
    if not is_name:
        raise InputInvalid(
            f"{repo!r} is no name of a repository.", "Write user/name, each of letters, digits, '-', '_' and '.'."
        )


def files_of(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the files that go, and the names of all else in the folder."""
    there = sorted(folder.iterdir())
    meant = [path for path in there if path.is_file() and any(fnmatch(path.name, name) for name in MEANT)]
    return meant, [path.name for path in there if path not in meant]
