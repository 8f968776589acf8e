"""The answers to ``predict`` and ``fill_mask``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .html import table, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a classifier (or regressor) says of some texts. ``n`` is the number of texts.

    Attributes
    ----------
    labels
        The best label of each text; for ``multi_label`` those over 0.5 joined by ``", "``;
        empty strings for ``regression``.
    probabilities
        float32, shape ``(n, classes)``: softmax, sigmoid for ``multi_label``, the raw value for ``regression``.
    label_names
        One a class, in the order of the columns.
    problem_type
        ``"single_label"``, ``"multi_label"`` or ``"regression"``.
    engine, precision
        What computed it: ``"torch"`` or ``"onnxruntime"``, in ``"float32"``, ``"bfloat16"``, ``"float16"``, ``"int8"``.
    truncated
        bool, shape ``(n,)``: only the first :attr:`max_length` tokens were read.
    agreement
        Of int8 with float32: the share of equal labels over a sample of the texts that this model was given; None for
        other precisions, and for ``regression``.
    notes
        What to know of how it was computed.
    """

    model: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    label_names: tuple[str, ...]
    problem_type: str
    engine: str
    precision: str
    truncated: NDArray[np.bool_]
    max_length: int
    agreement: float | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def top(self, index: int, k: int | None = None) -> list[tuple[str, float]]:
        """Return text ``index``'s ``k`` likeliest labels with their probabilities, best first."""
        order = np.argsort(-self.probabilities[index], kind="stable")[:k]
        return [(self.label_names[i], float(self.probabilities[index, i])) for i in order]

    def to_frame(self) -> Any:
        """Return a table: text, label, and one column a class."""
        columns: dict[str, Any] = {"text": list(self.texts), "label": list(self.labels)}
        columns.update({name: self.probabilities[:, i] for i, name in enumerate(self.label_names)})
        return to_frame(columns)

    def _rows(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for index, text in enumerate(self.texts[:20]):
            best = self.top(index, 1)[0][1]
            rows.append((text[:70], self.labels[index] or "–", round(best, 4)))
        return rows

    def _note(self) -> str:
        cut = int(self.truncated.sum())
        parts = [f"{self.model} · {self.engine} {self.precision}"]
        if cut:
            parts.append(f"{cut} of {len(self)} texts cut at {self.max_length} tokens")
        if self.agreement is not None:
            parts.append(f"{self.agreement:.1%} of the labels of a sample as in float32")
        parts.extend(self.notes)
        if len(self) > 20:
            parts.append(f"20 of {len(self)} rows shown")
        return " · ".join(parts)

    def __repr__(self) -> str:
        return text_table(("text", "label", "probability"), self._rows()) + f"\n{self._note()}"

    def _repr_html_(self) -> str:
        return table(("text", "label", "probability"), self._rows(), caption=self._note())


@dataclass(frozen=True, eq=False)
class MaskCandidates:
    """The candidates for one mask: tokens, ids and probabilities ``(k,)``, best first, and the mask's position."""

    position: int
    tokens: tuple[str, ...]
    ids: NDArray[np.int64]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MaskFills:
    """What a masked language model puts in place of each mask of a text, in the order of the masks.

    Attributes
    ----------
    engine, precision, notes
        As of :class:`Predictions`.
    agreement
        Of int8 with float32: the share of equal best tokens.
    """

    model: str
    text: str
    masks: tuple[MaskCandidates, ...]
    engine: str = "torch"
    precision: str = "float32"
    agreement: float | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> Any:
        """Return a table: mask, token, id, probability."""
        return to_frame(
            {
                "mask": [index for index, mask in enumerate(self.masks) for _ in mask.tokens],
                "token": [token for mask in self.masks for token in mask.tokens],
                "id": [int(i) for mask in self.masks for i in mask.ids],
                "probability": [float(p) for mask in self.masks for p in mask.probabilities],
            }
        )

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (index + 1, token, round(float(probability), 4))
            for index, mask in enumerate(self.masks)
            for token, probability in zip(mask.tokens, mask.probabilities, strict=True)
        ]

    def __repr__(self) -> str:
        return text_table(("mask", "token", "probability"), self._rows())

    def _repr_html_(self) -> str:
        return table(("mask", "token", "probability"), self._rows(), caption=f"{self.model}: {self.text[:120]}")
