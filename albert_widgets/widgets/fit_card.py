"""A run as a model card, made from its report alone: for whoever has no access to the model's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from albert_widgets.results import FitReport

_UNTOLD = {"name", "report_to"}


def card(report: FitReport) -> str:
    """Return the card as Markdown."""
    name = report.model.removeprefix("run:")
    labels = ", ".join(f"`{label}`" for label in report.label_names)
    answers = f" Answers: {labels}." if labels else ""
    made_with = ", ".join(f"{library} {version}" for library, version in report.versions.items())
    measures = _table(("measure", "value"), ((key, f"{value:.4f}") for key, value in report.metrics.items()))
    choices = ((key, value) for key, value in report.settings.items() if key not in _UNTOLD)
    return f"""# {name}

`{report.base}`, fine-tuned with albert-widgets: {report.task.replace("_", " ")}.{answers}

## How good it is

On {report.validation_rows:,} rows that it did not learn from; it learned from {report.train_rows:,}.
The best of the evaluations was chosen by these very rows, so expect a little less on new ones.

{measures}

## How it was made

Step {report.best_step} of {report.steps}, in {report.seconds:.0f} s, with {made_with}.
SHA-256 of the rows: `{report.sha256}`.

{_table(("setting", "value"), choices)}
"""


def _table(header: tuple[str, str], rows: Iterable[tuple[str, Any]]) -> str:
    lines = [" | ".join(header), "--- | ---", *(f"{key} | {value}" for key, value in rows)]
    return "\n".join(f"| {line} |" for line in lines)
