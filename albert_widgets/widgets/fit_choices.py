"""What can be chosen before a training, in the form that the panel's front end takes."""

from __future__ import annotations

import dataclasses
from typing import Any

from albert_widgets.fit_settings import OF_TASKS, RATES_OF_SUMMARIES, USUAL, FitSettings, check_names
from albert_widgets.fit_settings import RATES as RATES_OF_LABELS
from albert_widgets.labels import TASKS as ALL_TASKS


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


DEFAULTS: dict[str, Any] = {
    field.name: _plain(field.default)
    for field in dataclasses.fields(FitSettings)
    if field.default is not dataclasses.MISSING
}
"""Name and default of each setting."""

TASKS = {name: list(tasks) for names, tasks in OF_TASKS for name in names}
"""Tasks of the settings that not all of them have."""

RATES = {task: RATES_OF_SUMMARIES if task == "summary" else RATES_OF_LABELS for task in ALL_TASKS}
"""The learning rate of each method, by task, where none is chosen."""


def defaults_of(task: str) -> dict[str, Any]:
    """Return name and default of each setting for a task."""
    return {**DEFAULTS, **USUAL.get(task, {})}


def checked(settings: dict[str, Any], task: str) -> dict[str, Any]:
    """Return settings whose names exist, without those that are the task's default. Raises InputInvalid."""
    defaults = defaults_of(task)
    check_names(settings, defaults)
    plain = {name: _plain(value) for name, value in settings.items()}
    return {name: value for name, value in plain.items() if value != defaults[name]}
