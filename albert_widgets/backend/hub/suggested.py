"""The list of good models that comes with the package: shown without a network, and when one does not know a name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from albert_widgets.results import HubModel

FILE = Path(__file__).with_name("suggested.json")
"""Each has ``model.safetensors`` on its main branch; sizes and licences are those of the hub when it was made.

As many as are shown when nobody says how many.
"""


@cache
def suggested() -> tuple[HubModel, ...]:
    """Return the models: encoders by language, then sentence encoders, classifiers, and what writes summaries."""
    listed = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(HubModel(**{**entry, "languages": tuple(entry["languages"])}) for entry in listed)
