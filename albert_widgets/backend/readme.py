"""A model's README.md, which the hub calls its card: a header with metadata in YAML, and prose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MAX_CHARACTERS = 1_000_000
"""Of a card; what is beyond is not read."""

_HEADER = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def metadata(folder: Path) -> dict[str, Any]:
    """Return the metadata of the card in ``folder``; empty where there is none that can be read."""
    import yaml  # type: ignore[import-untyped]  # comes with huggingface_hub

    header = _HEADER.match(_text(folder))
    if header is None:
        return {}
    try:
        # The loader in C is ten times faster where it is there; neither makes anything but plain values.
        found = yaml.load(header[1], getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        # A card is prose: whatever is wrong with it must not hide the model.
        return {}
    return found if isinstance(found, dict) else {}


def prose(folder: Path) -> str:
    """Return the card in ``folder`` without its header; empty where there is none."""
    text = _text(folder)
    header = _HEADER.match(text)
    return (text[header.end() :] if header else text).strip()


def _text(folder: Path) -> str:
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as file:
            return file.read(MAX_CHARACTERS)
    except OSError:
        return ""
