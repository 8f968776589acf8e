"""Several trainings on parts of the data, beside each other: learning rates, folds, or sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .evaluation import in_words, metric_in_words, spread_in_words
from .html import FAINT, FONT, escape, table, text_table, to_frame
from .study_figures import study_figure

if TYPE_CHECKING:
    from .evaluation import Evaluation

_TITLES = {"sweep": "learning rates", "cross_validate": "cross-validation", "learning_curve": "learning curve"}


@dataclass(frozen=True, eq=False)
class Trial:
    """One training of a study.

    Attributes
    ----------
    name
        ``"3e-4"``, ``"fold 2"``, ``"25 %"``.
    setting
        What is different in it: ``learning_rate``; ``fold`` and ``repeat``; ``share`` and ``repeat``.
    rows, judged_rows
        How many rows it learned from, and was judged on.
    metrics
        Name and value, and ``loss``, of the rows that it was judged on, with the weights that were kept.
    seconds
        Wall time.
    epochs, steps, best_step
        Passes over the rows, optimizer steps, and the one whose weights were kept.
    """

    name: str
    setting: dict[str, float]
    rows: int
    judged_rows: int
    metrics: dict[str, float]
    seconds: float
    epochs: float
    steps: int
    best_step: int


@dataclass(frozen=True, eq=False)
class Study:
    """Trainings that differ in one thing; while the job runs, those that have ended.

    Attributes
    ----------
    job, state
        The job's id and its state.
    kind
        ``"sweep"`` (learning rates), ``"cross_validate"`` or ``"learning_curve"``.
    model
        The model that each training began as.
    task
        As in :class:`Evaluation`; ``""`` before the first training.
    settings
        What all trainings have in common; see :class:`~albert_widgets.fit_settings.FitSettings`.
    trials
        Those that have ended, in the order in which they were done.
    planned
        How many there will be; 0 while that is not known.
    primary
        The metric that they are compared by; greater is better.
    evaluation
        Of a cross-validation: all rows, each answered by the model that has not seen it; else None.
    advice
        What the trainings speak for, as a sentence; nothing of it is applied. May be empty.
    notes
        What one should know of the figures, as sentences.
    """

    job: str
    state: str
    kind: str
    model: str
    task: str
    settings: dict[str, Any]
    trials: tuple[Trial, ...]
    planned: int
    primary: str
    evaluation: Evaluation | None
    advice: str
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def seconds(self) -> float:
        """Wall time of all trainings."""
        return sum(trial.seconds for trial in self.trials)

    def values(self, metric: str = "") -> list[float]:
        """Return a metric of each training; without a name, the primary one."""
        return [trial.metrics[metric or self.primary] for trial in self.trials]

    @property
    def mean(self) -> float:
        """Mean of the primary metric over the trainings; NaN without any."""
        return float(np.mean(self.values())) if self.trials else float("nan")

    @property
    def sd(self) -> float:
        """Standard deviation of the primary metric over the trainings."""
        return float(np.std(self.values(), ddof=1)) if len(self.trials) > 1 else 0.0

    @property
    def best(self) -> Trial | None:
        """The training with the least validation loss; None without any."""
        return min(self.trials, key=lambda trial: trial.metrics.get("loss", float("inf")), default=None)

    def ranked(self) -> list[Trial]:
        """Return the trainings as they are shown: learning rates by their loss, all else as it was done."""
        if self.kind != "sweep":
            return list(self.trials)
        return sorted(self.trials, key=lambda trial: trial.metrics.get("loss", float("inf")))

    def headline(self) -> str:
        """Return it on one line: ``"cross-validation of starter · accuracy 86.1 % ± 0.9 · 5 trainings, 210 s"``."""
        parts = [f"{_TITLES[self.kind]} of {self.model}", *self._found()]
        count = len(self.trials)
        of = f" of {self.planned}" if self.planned > count else ""
        plural = "" if (self.planned or count) == 1 else "s"
        return " · ".join([*parts, f"{count}{of} training{plural}, {self.seconds:.0f} s"])

    def _found(self) -> list[str]:
        if not self.trials:
            return []
        name = metric_in_words(self.primary)
        if self.kind == "cross_validate":
            spread = f" ± {spread_in_words(self.primary, self.sd)}" if len(self.trials) > 1 else ""
            return [f"{name} {in_words(self.primary, self.mean)}{spread}"]
        if self.kind == "sweep" and self.best is not None:
            return [
                f"least loss with {self.best.name}: {name} {in_words(self.primary, self.best.metrics[self.primary])}"
            ]
        first, last = self.curve()[0], self.curve()[-1]
        told = [f"{in_words(self.primary, value)} with {rows:,.0f} rows" for rows, value, _ in (first, last)]
        return [f"{name} {' → '.join(dict.fromkeys(told))}"]

    def curve(self, metric: str = "") -> list[tuple[float, float, float]]:
        """Return rows, mean and standard deviation of a metric for each size, repeats taken together."""
        found = []
        for share in sorted({trial.setting.get("share", 0.0) for trial in self.trials}):
            some = [trial for trial in self.trials if trial.setting.get("share", 0.0) == share]
            values = [trial.metrics[metric or self.primary] for trial in some]
            sd = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
            found.append((float(np.mean([trial.rows for trial in some])), float(np.mean(values)), sd))
        return found

    def to_frame(self) -> Any:
        """Return a table with one row a training: its setting, rows, every metric, seconds, epochs and steps."""
        trials = self.ranked()
        settings = list(dict.fromkeys(name for trial in trials for name in trial.setting))
        metrics = list(dict.fromkeys(name for trial in trials for name in trial.metrics))
        columns: dict[str, Any] = {"training": [trial.name for trial in trials]}
        columns.update({name: [trial.setting.get(name) for trial in trials] for name in settings})
        columns.update({name: [getattr(trial, name) for trial in trials] for name in ("rows", "judged_rows")})
        columns.update({name: [trial.metrics.get(name) for trial in trials] for name in metrics})
        facts = ("seconds", "epochs", "steps", "best_step")
        columns.update({name: [getattr(trial, name) for trial in trials] for name in facts})
        return to_frame(columns)

    def figure(self) -> Any:
        """Return a matplotlib figure: losses and metric by learning rate, by fold, or by rows. Raises MissingExtra."""
        return study_figure(self)

    def _header(self) -> tuple[str, ...]:
        what = {"sweep": "learning rate", "cross_validate": "fold", "learning_curve": "share"}[self.kind]
        return (what, "rows", "judged on", "loss", *map(metric_in_words, self._shown()), "epochs", "seconds")

    def _shown(self) -> list[str]:
        known = self.trials[0].metrics if self.trials else {}
        return [
            self.primary,
            *(name for name in ("macro_f1", "mae", "spearman") if name in known and name != self.primary),
        ]

    def _rows(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = [
            (
                trial.name,
                f"{trial.rows:,}",
                f"{trial.judged_rows:,}",
                f"{trial.metrics['loss']:.3f}" if "loss" in trial.metrics else "",
                *(in_words(name, trial.metrics[name]) for name in self._shown()),
                f"{trial.epochs:.3g}",
                f"{trial.seconds:.0f}",
            )
            for trial in self.ranked()
        ]
        if self.kind == "cross_validate" and len(self.trials) > 1:
            means = [
                (float(np.mean(self.values(name))), float(np.std(self.values(name), ddof=1))) for name in self._shown()
            ]
            told = [
                f"{in_words(name, mean)} ± {spread_in_words(name, sd)}"
                for name, (mean, sd) in zip(self._shown(), means, strict=True)
            ]
            rows.append(("mean ± sd", "", "", "", *told, "", ""))
        return rows

    def _below(self) -> list[str]:
        first = self.advice if self.trials else "No training has ended yet."
        return [line for line in (first, *self.notes) if line]

    def __repr__(self) -> str:
        parts = [self.headline()]
        if self.trials:
            parts.append(text_table(self._header(), self._rows()))
        parts += self._below()
        if self.evaluation is not None:
            parts.append(repr(self.evaluation))
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        trials = table(self._header(), self._rows()) if self.trials else ""
        below = "".join(f'<div style="color:{FAINT}">{escape(line)}</div>' for line in self._below())
        rest = "" if self.evaluation is None else self.evaluation._repr_html_()
        return f'<div style="{FONT}"><b>{escape(self.headline())}</b>{trials}{below}{rest}</div>'
