"""The answer to ``check``: what labelled texts are, and what should be mended before anything is trained on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets.labels import SUMMARIES

from .findings import LEVELS, Finding
from .html import FAINT, FONT, escape, to_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMED_SHARES = 4
"""Up to so many classes, the first line tells the share of each."""

_IN_SHORT = {
    "missing_text": "without text",
    "missing_pair": "without second text",
    "missing_label": "without label",
    "duplicates": "duplicates",
    "conflicting_duplicates": "with conflicting labels",
    "truncated": "cut",
    "rare_class": "classes of one row",
    "label_spelling": "labels spelled oddly",
    "leak": "in both parts",
    "unseen_label": "unknown labels",
    "unread_script": "in a script that the model does not know",
    "unknown_tokens": "with unknown tokens",
    "spelled_words": "in another language",
    "many_classes": "classes",
    "lone_surrogate": "with broken characters",
    "infinite_label": "infinite",
    "no_label_applies": "without any label",
}


@dataclass(frozen=True, eq=False)
class DataCheck:
    """What there is to know of labelled texts before a training.

    Attributes
    ----------
    model
        Whose tokenizer read the texts.
    rows
        All of them, incomplete ones too.
    task
        ``"single_label"``, ``"multi_label"``, ``"regression"``, ``"summary"`` or ``"extract"``.
    label_names
        One a class; () for all but classes.
    label_counts
        int64, shape ``(classes,)``: rows that have each.
    values
        float64, shape ``(3,)``: least, mean and largest label of a regression; else ``(0,)``.
    columns
        Role and name of the columns.
    notes
        What was guessed, as sentences.
    findings
        Errors first, then warnings, then notes.
    max_length
        Tokens at which texts are cut; 0 for no limit.
    """

    model: str
    rows: int
    task: str
    label_names: tuple[str, ...]
    label_counts: NDArray[np.int64]
    values: NDArray[np.float64]
    columns: dict[str, Any]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    max_length: int

    @property
    def is_usable(self) -> bool:
        """Whether a training can begin: nothing found is an error."""
        return all(finding.level != "error" for finding in self.findings)

    def headline(self) -> str:
        """Return the data on one line: ``"data ✓ 3,000 rows · 2 labels (52 % / 48 %) · ⚠ 4 duplicates"``."""
        parts = [f"data {'✓' if self.is_usable else '✗'} {self.rows:,} row{'' if self.rows == 1 else 's'}"]
        if self.task == "regression" and len(self.values):
            least, mean, most = self.values
            parts.append(f"values {least:.4g} to {most:.4g}, mean {mean:.4g}")
        elif self.task in SUMMARIES:
            parts.append("summaries")
        elif self.label_names:
            parts.append(f"{len(self.label_names):,} label{'' if len(self.label_names) == 1 else 's'}{self._shares()}")
        for level in LEVELS[:2]:
            parts += [
                f"{finding.mark} {finding.count:,} {_IN_SHORT[finding.code]}"
                if finding.code in _IN_SHORT
                else f"{finding.mark} {finding.code.replace('_', ' ')}"
                for finding in self.findings
                if finding.level == level
            ]
        return " · ".join(parts)

    def to_frame(self) -> Any:
        """Return the findings as a table: level, code, message, hint, count, rows."""
        names = ("level", "code", "message", "hint", "count", "rows")
        return to_frame(
            {
                name: [list(finding.rows) if name == "rows" else getattr(finding, name) for finding in self.findings]
                for name in names
            }
        )

    def _shares(self) -> str:
        shares = [100 * int(count) / max(self.rows, 1) for count in self.label_counts]
        if len(shares) <= NAMED_SHARES:
            return f" ({' / '.join(f'{share:.0f} %' for share in shares)})"
        return f" ({min(shares):.2g} to {max(shares):.2g} %)"

    def __repr__(self) -> str:
        lines = [self.headline(), *map(str, self.findings), *self.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f'<div style="{FONT}">{self.lines_html()}</div>'

    def lines_html(self, beside: str = "") -> str:
        """Return the check as HTML without a frame of its own: the line, the findings, what was guessed.

        Parameters
        ----------
        beside
            A figure that stands on the first line, too.
        """
        found = "".join(
            f"<li>{escape(finding.mark)} {escape(finding.message)} "
            f'<span style="color:{FAINT}">{escape(finding.hint)}{escape(_rows(finding))}</span></li>'
            for finding in self.findings
        )
        guessed = f'<div style="color:{FAINT}">{escape(" ".join(self.notes))}</div>' if self.notes else ""
        listed = f'<ul style="list-style:none;margin:4px 0;padding:0">{found}</ul>' if found else ""
        figure = f"<b>{escape(beside)}</b>" if beside else ""
        first = (
            f'<div style="display:flex;flex-wrap:wrap;gap:0 24px"><span>{escape(self.headline())}</span>{figure}</div>'
        )
        return f"{first}{listed}{guessed}"


def _rows(finding: Finding) -> str:
    if not finding.rows:
        return ""
    shown = ", ".join(map(str, finding.rows[:5]))
    return f" Rows {shown}{', …' if finding.count > 5 else ''}."
