"""What can be chosen before a training, with its defaults, as the backend's settings have them."""

from __future__ import annotations

import difflib
from typing import Any

from albert_widgets.errors import InputInvalid

DEFAULTS: dict[str, Any] = {
    "method": "full",
    "epochs": 3.0,
    "learning_rate": None,
    "batch_size": 16,
    "gradient_accumulation": 1,
    "max_length": None,
    "warmup": 0.1,
    "weight_decay": 0.01,
    "class_weights": None,
    "temperature_scaling": False,
    "patience": 3,
    "evaluations": 2,
    "precision": "auto",
    "seed": 42,
    "checkpoint_seconds": 60.0,
    "report_to": [],
}
"""Name and default of each setting; :class:`~albert_widgets.backend.training.settings.FitSettings` explains them."""

RATES = {"full": 1e-4, "lora": 5e-4, "head": 2e-3}
"""The learning rate of each method, where none is chosen."""


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings whose names exist, without those that are the default. Raises InputInvalid."""
    for name in settings:
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(DEFAULTS)}."
            raise InputInvalid(f"There is no setting {name!r}.", hint)
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
    return {name: value for name, value in plain.items() if value != DEFAULTS[name]}
