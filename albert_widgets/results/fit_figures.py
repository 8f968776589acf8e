"""Curves of training runs, for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .figures import OKABE_ITO, shown_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fit_report import FitReport


def history_figure(reports: Sequence[FitReport]) -> Any:
    """Return losses on the left and the measure that chose the best step on the right, a colour for each run."""
    figure = shown_figure(figsize=(9, 3.4))
    losses, measures = figure.subplots(1, 2)
    for number, report in enumerate(reports):
        color, name = OKABE_ITO[number % len(OKABE_ITO)], report.model.removeprefix("run:")
        losses.plot(*report.curve("loss"), color=color, linewidth=1, label=f"{name}, training")
        losses.plot(
            *report.curve("eval_loss"), color=color, linestyle="--", marker="o", markersize=3, label="validation"
        )
        measures.plot(*report.curve(f"eval_{report.primary}"), color=color, marker="o", markersize=3, label=name)
        measures.axvline(report.best_step, color=color, linewidth=0.8, linestyle=":")
    names = dict.fromkeys(report.primary.replace("_", " ") for report in reports)
    losses.set(xlabel="step", ylabel="loss")
    measures.set(xlabel="step", ylabel=" · ".join(names))
    for axes in (losses, measures):
        axes.legend(fontsize=8, frameon=False)
    return figure
