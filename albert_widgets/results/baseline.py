"""The answer to ``baseline``: how far a linear head on frozen sentence vectors comes, and which labels look wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .evaluation import in_words, spread_in_words
from .html import FAINT, FONT, escape, table, text_table, to_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .data_check import DataCheck
    from .evaluation import Evaluation

SHOWN = 10
"""Doubtful labels that the printed form shows."""

_HEADER = ("row", "text", "label", "rather", "doubt")
_SHORT = {"accuracy": "", "macro_f1": "macro F1 ", "mean_average_precision": "mean average precision ", "r2": "R² "}


@dataclass(frozen=True)
class DoubtfulLabel:
    """A row whose label the other rows speak against (Northcutt et al. 2021).

    Attributes
    ----------
    row
        The user's own index value.
    text
        Of the row.
    given, suggested
        The label that it has, and the one that the baseline would give; names of several joined by ``", "``.
    doubt
        From 0 to 1: one minus the out-of-fold probability of the given label; for a regression the distance between
        both values in robust standard deviations.
    """

    row: Any
    text: str
    given: str
    suggested: str
    doubt: float


@dataclass(frozen=True, eq=False)
class BaselineReport:
    """A linear head on frozen sentence vectors, judged on rows that it has not seen.

    Attributes
    ----------
    model
        Whose sentence vectors.
    check
        What the check of the data found.
    evaluation
        All rows, each answered by the head that was trained on the other folds.
    scores
        float64, shape ``(folds,)``: the primary metric in each fold.
    held_out
        On the validation's own rows, by a head trained on all others; None without them.
    doubtful
        Rows whose label looks wrong, most doubtful first; at most 200.
    doubtful_count
        How many there are in all.
    rows
        How many rows were used.
    seconds
        Wall time.
    precision
        Of the encoder: ``"float32"`` or ``"bfloat16"``.
    notes
        What was left out, as sentences.
    """

    model: str
    check: DataCheck
    evaluation: Evaluation
    scores: NDArray[np.float64]
    held_out: Evaluation | None
    doubtful: tuple[DoubtfulLabel, ...]
    doubtful_count: int
    rows: int
    seconds: float
    precision: str
    notes: tuple[str, ...]

    @property
    def mean(self) -> float:
        """Mean of the primary metric over the folds."""
        return float(self.scores.mean())

    @property
    def sd(self) -> float:
        """Standard deviation of the primary metric over the folds."""
        return float(self.scores.std(ddof=1)) if len(self.scores) > 1 else 0.0

    def headline(self) -> str:
        """Return the figure on one line: ``"baseline 79.8 % ± 1.1 (6 s)"``."""
        name = self.evaluation.primary
        found = f"{in_words(name, self.mean)} ± {spread_in_words(name, self.sd)}"
        return f"baseline {_SHORT[name]}{found} ({self.seconds:.0f} s)"

    def to_frame(self) -> Any:
        """Return the doubtful labels as a table: row, text, label, suggested, doubt."""
        return to_frame(
            {
                "row": [one.row for one in self.doubtful],
                "text": [one.text for one in self.doubtful],
                "label": [one.given for one in self.doubtful],
                "suggested": [one.suggested for one in self.doubtful],
                "doubt": [one.doubt for one in self.doubtful],
            }
        )

    def _below(self) -> str:
        said = [f"{len(self.scores)} folds · {self.model} {self.precision}, frozen, with a linear head", *self.notes]
        if self.held_out is not None:
            said.insert(0, f"on the validation: {self.held_out.headline()}")
        return " · ".join(said)

    def _doubts(self) -> str:
        count = self.doubtful_count
        shown = f", the {SHOWN} most doubtful" if count > SHOWN else ""
        return f"{count:,} label{' looks' if count == 1 else 's look'} doubtful{shown}"

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (str(one.row), one.text[:100], one.given, one.suggested, round(one.doubt, 3))
            for one in self.doubtful[:SHOWN]
        ]

    def __repr__(self) -> str:
        parts = [repr(self.check), self.headline(), repr(self.evaluation), self._below()]
        if self.doubtful:
            parts.append(f"{self._doubts()}:\n{text_table(_HEADER, self._rows())}")
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        doubts = table(_HEADER, self._rows(), caption=self._doubts()) if self.doubtful else ""
        return (
            f'<div style="{FONT}">{self.check.lines_html(self.headline())}'
            f'<div style="color:{FAINT}">{escape(self._below())}</div>'
            f"{self.evaluation._repr_html_()}{doubts}</div>"
        )
