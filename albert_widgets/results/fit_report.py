"""What came out of a training: how it went, how good the model is, and what it said about each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid

from .evaluation import in_words
from .fit_figures import history_figure
from .html import FAINT, FONT, escape, table, text_table, to_frame

if TYPE_CHECKING:
    from .evaluation import Evaluation

SHOWN = 20
"""Rows that printed tables show."""

_RUNS_HEADER = ("run", "from", "rows", "epochs", "learning rate", "measure", "value", "seconds")
_MEASURES_HEADER = ("measure", "value")
_ROWS_HEADER = ("row", "text", "truth", "answer", "probability", "loss")


@dataclass(frozen=True, eq=False)
class FitReport:
    """A training run and the model it made.

    Attributes
    ----------
    model, base
        Ids of the model that was made (``run:NAME``) and of the one it began as.
    job
        Id of the job that made it.
    created, seconds
        Seconds since the epoch; wall time of the training, of its last part if it was resumed.
    settings
        Every choice; see :class:`~albert_widgets.fit_settings.FitSettings`.
    task, label_names
        What it answers.
    train_rows, validation_rows
        How many rows it learned from, and was judged on.
    sha256
        Of all rows with their targets: the same data, the same digits.
    steps, best_step, epochs
        Optimizer steps that were done, the one whose weights were kept, and passes over the rows.
    metrics
        Name and value, on the validation rows.
    primary
        The metric by which the best step was chosen; greater is better.
    history
        What was measured on the way, in order: dicts with ``step``, ``epoch`` and ``loss``, ``learning_rate``,
        ``grad_norm`` of the training, or ``eval_loss`` and ``eval_NAME`` of an evaluation.
    evaluation
        Everything about the validation rows; None for summaries, which :attr:`metrics` alone judge.
    versions
        Library and version.
    """

    model: str
    base: str
    job: str
    created: float
    seconds: float
    settings: dict[str, Any]
    task: str
    label_names: tuple[str, ...]
    train_rows: int
    validation_rows: int
    sha256: str
    steps: int
    best_step: int
    epochs: float
    metrics: dict[str, float]
    primary: str
    history: tuple[dict[str, float], ...]
    evaluation: Evaluation | None
    versions: dict[str, str]

    def curve(self, name: str) -> tuple[list[float], list[float]]:
        """Return the steps at which ``name`` was measured, and its values: ``report.curve("eval_loss")``."""
        found = [event for event in self.history if name in event]
        return [event["step"] for event in found], [event[name] for event in found]

    def to_frame(self) -> Any:
        """Return the history as a table: a row each time something was measured."""
        names = list(dict.fromkeys(name for event in self.history for name in event))
        return to_frame({name: [event.get(name) for event in self.history] for name in names})

    def figure(self, kind: str = "history") -> Any:
        """Return a matplotlib figure: ``"history"``, or a picture of :meth:`Evaluation.figure`.

        Raises
        ------
        InputInvalid
            There is no such picture.
        MissingExtra
            matplotlib is not installed.
        """
        if kind == "history":
            return history_figure([self])
        if self.evaluation is None:
            raise InputInvalid(f"There is no picture {kind!r} of this run.", "There is: history.")
        return self.evaluation.figure(kind)

    def headline(self) -> str:
        """Return the run on one line: ``"run:reviews · accuracy 86.6 % · from starter, 2,700 rows, 41 s"``."""
        return (
            f"{self.model} · {self.primary.replace('_', ' ')} {in_words(self.primary, self.metrics[self.primary])} · "
            f"from {self.base}, {self.train_rows:,} rows, {self.seconds:.0f} s"
        )

    def _measures(self) -> list[tuple[object, ...]]:
        named = self.metrics.items()
        return [(name.replace("_", " "), in_words(name, value)) for name, value in named if name != "rouge_rows"]

    def _note(self) -> str:
        judged = int(self.metrics.get("rouge_rows", self.validation_rows))
        if judged == self.validation_rows:
            return ""
        return f"ROUGE is that of {judged:,} of the {self.validation_rows:,} validation rows."

    def __repr__(self) -> str:
        if self.evaluation is not None:
            return f"{self.headline()}\n{self.evaluation!r}"
        return "\n".join(filter(None, (self.headline(), text_table(_MEASURES_HEADER, self._measures()), self._note())))

    def _repr_html_(self) -> str:
        if self.evaluation is None:
            rest = table(_MEASURES_HEADER, self._measures(), caption=self._note())
        else:
            rest = self.evaluation._repr_html_()
        how = f"step {self.best_step} of {self.steps} was the best · job {self.job} · data {self.sha256[:12]}"
        return (
            f'<div style="{FONT}"><b>{escape(self.headline())}</b>'
            f'<div style="color:{FAINT}">{escape(how)}</div>{rest}</div>'
        )


@dataclass(frozen=True, eq=False)
class Runs:
    """Training runs beside each other.

    Attributes
    ----------
    reports
        One a run, newest first.
    """

    reports: tuple[FitReport, ...]

    def __len__(self) -> int:
        return len(self.reports)

    def to_frame(self) -> Any:
        """Return a table with one row a run: what it was made from, how, and every metric."""
        metrics = list(dict.fromkeys(name for report in self.reports for name in report.metrics))
        settings = ("method", "learning_rate", "batch_size", "seed")
        facts = ("model", "base", "task", "train_rows", "validation_rows", "epochs", "steps", "best_step", "seconds")
        columns: dict[str, Any] = {name: [getattr(report, name) for report in self.reports] for name in facts}
        columns.update({name: [report.settings.get(name) for report in self.reports] for name in settings})
        columns.update({name: [report.metrics.get(name) for report in self.reports] for name in metrics})
        columns["sha256"] = [report.sha256 for report in self.reports]
        return to_frame(columns)

    def figure(self) -> Any:
        """Return a matplotlib figure with the curves of all runs over each other."""
        return history_figure(self.reports)

    def _note(self) -> str:
        data = {report.sha256 for report in self.reports}
        return "" if len(data) < 2 else "The runs have not learned from the same rows: compare with care."

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                report.model.removeprefix("run:"),
                f"{report.base} · {report.settings.get('method')}",
                f"{report.train_rows:,}",
                f"{report.epochs:.3g}",
                f"{report.settings.get('learning_rate'):g}",
                report.primary.replace("_", " "),
                in_words(report.primary, report.metrics[report.primary]),
                f"{report.seconds:.0f}",
            )
            for report in self.reports
        ]

    def __repr__(self) -> str:
        if not self.reports:
            return "There are no runs yet: bert.fit(…) makes one."
        return "\n".join(filter(None, (text_table(_RUNS_HEADER, self._rows()), self._note())))

    def _repr_html_(self) -> str:
        return table(_RUNS_HEADER, self._rows(), caption=self._note()) if self.reports else escape(repr(self))


@dataclass(frozen=True)
class JudgedRow:
    """One validation row, and what the model said about it.

    Attributes
    ----------
    row
        The user's own index value.
    text, pair
        What it read.
    truth, answer
        Names of the classes, several joined by ``", "``; numbers of a regression; texts of a summary.
    probability
        Of the answer; of the least certain of several labels; 0 for numbers and summaries.
    loss
        The row's own: log loss, squared error; one minus ROUGE-L of a summary.
    """

    row: Any
    text: str
    pair: str | None
    truth: str
    answer: str
    probability: float
    loss: float


@dataclass(frozen=True, eq=False)
class JudgedRows:
    """Some validation rows, the worst first.

    Attributes
    ----------
    model
        Id of the run.
    rows
        Those that were asked for.
    count
        How many there are in all, of which :attr:`rows` may be the first.
    """

    model: str
    rows: tuple[JudgedRow, ...]
    count: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def index(self) -> list[Any]:
        """The user's own index values: ``df.loc[rows.index]``."""
        return [one.row for one in self.rows]

    def to_frame(self) -> Any:
        """Return a table: row, text, pair, truth, answer, probability, loss."""
        names = [
            name for name in JudgedRow.__dataclass_fields__ if name != "pair" or any(one.pair for one in self.rows)
        ]
        return to_frame({name: [getattr(one, name) for one in self.rows] for name in names})

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                str(one.row),
                one.text[:100],
                one.truth[:60],
                one.answer[:60],
                round(one.probability, 3),
                round(one.loss, 3),
            )
            for one in self.rows[:SHOWN]
        ]

    def _note(self) -> str:
        shown = min(len(self.rows), SHOWN)
        return f"{self.model} · {shown:,} of {self.count:,} rows, the worst first"

    def __repr__(self) -> str:
        return f"{text_table(_ROWS_HEADER, self._rows())}\n{self._note()}"

    def _repr_html_(self) -> str:
        return table(_ROWS_HEADER, self._rows(), caption=self._note())
