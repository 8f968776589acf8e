"""Pictures of studies for a paper: a metric by learning rate, by fold, or by rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .evaluation import metric_in_words
from .figures import OKABE_ITO, shown_figure

if TYPE_CHECKING:
    from .study import Study


def study_figure(study: Study) -> Any:
    """Return the figure of a study; empty axes while nothing has ended."""
    draw = {"sweep": _rates, "cross_validate": _folds, "learning_curve": _sizes}[study.kind]
    return draw(study)


def _rates(study: Study) -> Any:
    figure = shown_figure(figsize=(8, 3.4))
    losses, measures = figure.subplots(1, 2)
    trials = sorted(
        (trial for trial in study.trials if "loss" in trial.metrics), key=lambda trial: trial.setting["learning_rate"]
    )
    rates = [trial.setting["learning_rate"] for trial in trials]
    for axes, name, color in ((losses, "loss", OKABE_ITO[0]), (measures, study.primary, OKABE_ITO[4])):
        axes.plot(rates, [trial.metrics[name] for trial in trials], color=color, marker="o")
        axes.set(xlabel="learning rate", ylabel="validation loss" if name == "loss" else metric_in_words(name))
        axes.set_xscale("log")
        axes.set_xticks(rates, [trial.name for trial in trials])
        axes.minorticks_off()
    return figure


def _folds(study: Study) -> Any:
    figure = shown_figure(figsize=(6, 3.4))
    axes = figure.add_subplot()
    values = study.values() if study.trials else []
    axes.plot(range(1, len(values) + 1), values, color=OKABE_ITO[0], marker="o", linestyle="none")
    if values:
        axes.axhline(study.mean, color=OKABE_ITO[0], linewidth=1)
        axes.axhspan(study.mean - study.sd, study.mean + study.sd, color=OKABE_ITO[0], alpha=0.15, linewidth=0)
    axes.set(xlabel="training", ylabel=metric_in_words(study.primary) if values else "")
    axes.set_xticks(range(1, len(values) + 1))
    return figure


def _sizes(study: Study) -> Any:
    figure = shown_figure(figsize=(6, 3.4))
    axes = figure.add_subplot()
    if study.trials:
        rows, means, deviations = zip(*study.curve(), strict=True)
        axes.errorbar(
            rows, means, yerr=deviations if any(deviations) else None, color=OKABE_ITO[0], marker="o", capsize=3
        )
        axes.set_xscale("log")
        axes.set_xticks(rows, [f"{count:,.0f}" for count in rows])
        axes.minorticks_off()
        axes.set_ylabel(metric_in_words(study.primary))
    axes.set_xlabel("training rows")
    return figure
