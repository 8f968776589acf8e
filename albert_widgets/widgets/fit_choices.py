"""What can be chosen before a training, with its defaults, as the backend's settings have them."""

from __future__ import annotations

import difflib
from typing import Any

from albert_widgets.errors import InputInvalid

DEFAULTS: dict[str, Any] = {
    "method": "full",
    "epochs": 3.0,
    "learning_rate": None,
    "batch_size": None,
    "gradient_accumulation": 1,
    "max_length": None,
    "warmup": 0.1,
    "weight_decay": 0.01,
    "class_weights": None,
    "temperature_scaling": False,
    "patience": 3,
    "evaluations": 2,
    "precision": "auto",
    "device": "auto",
    "seed": 42,
    "checkpoint_seconds": 60.0,
    "report_to": [],
    "target_length": None,
    "beams": 1,
    "label_smoothing": 0.1,
    "tie_weights": False,
}
"""Name and default of each setting; :class:`~albert_widgets.backend.training.settings.FitSettings` explains them."""

TASKS = {
    "class_weights": ["single_label", "multi_label"],
    "temperature_scaling": ["single_label", "multi_label", "regression"],
    **{name: ["summary"] for name in ("target_length", "beams", "label_smoothing", "tie_weights")},
}
"""Tasks of the settings that not all of them have."""

RATES = {
    "summary": {"full": 3e-4, "lora": 1e-3, "head": 1e-3},
    **{task: {"full": 1e-4, "lora": 5e-4, "head": 2e-3} for task in ("single_label", "multi_label", "regression")},
}
"""The learning rate of each method, by task, where none is chosen."""


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings whose names exist, without those that are the default. Raises InputInvalid."""
    for name in settings:
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(DEFAULTS)}."
            raise InputInvalid(f"There is no setting {name!r}.", hint)
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
    return {name: value for name, value in plain.items() if value != DEFAULTS[name]}
