"""What lies in the folder of a training job, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.labelled import LabelledTexts

if TYPE_CHECKING:
    from pathlib import Path

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
