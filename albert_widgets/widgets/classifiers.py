"""Which models of a catalogue predict something of a text, and which of them is meant where nobody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import ModelInfo

TASK = "text-classification"


def classifiers(bert: BertBackend) -> list[ModelInfo]:
    """Return the classifiers and regressors that can be loaded, runs first, the newest of them at the front."""
    found = [info for info in bert.models() if info.task == TASK and "safetensors" in info.formats]
    runs = [info for info in found if info.source == "run"]
    others = [info for info in found if info.source != "run"]
    if len(runs) > 1:
        made: dict[str, float] = {}
        for job in bert.jobs():
            model = str((job.result or {}).get("model", ""))
            made[model] = max(made.get(model, 0.0), job.ended)
        runs.sort(key=lambda info: -made.get(info.id, 0.0))
    return runs + others


def chosen_classifier(bert: BertBackend, model: str | None) -> tuple[str, str]:
    """Return the model that predicts, and a sentence on it if it is another one than people would expect.

    Parameters
    ----------
    model
        What was asked for; it is taken as it is. None asks for the backend's default, and where that is no
        classifier, for the first of :func:`classifiers`.
    """
    if model is not None:
        return model, ""
    default = bert.default_model
    known = classifiers(bert)
    if not known or any(info.id == default for info in known):
        return default, ""
    kind = "your newest run" if known[0].source == "run" else "the first classifier here"
    return known[0].id, f"{default} is no classifier, so {kind} was taken: {known[0].id}."
