"""What lies in the folder of a training job, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.labelled import LabelledTexts

if TYPE_CHECKING:
    from pathlib import Path

    from .split import Rows

ROWS, VALIDATION = "rows.json", "validation.json"
"""What is learned from, and the user's own validation rows, if any."""


def written(rows: LabelledTexts) -> bytes:
    """Return rows as they lie in a file."""
    import json

    return json.dumps(rows.to_dict(), ensure_ascii=False).encode()


def read(file: Path) -> LabelledTexts:
    """Return the rows of a file."""
    import json

    return LabelledTexts.of(**json.loads(file.read_text(encoding="utf-8")))


def asked(rows: Rows) -> dict[str, Any]:
    """Return what was asked of a model, and of which rows."""
    return {
        "index": list(rows.index),
        "texts": list(rows.texts),
        "pairs": None if rows.pairs is None else list(rows.pairs),
    }
