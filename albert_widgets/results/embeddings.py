"""The answers to ``embed`` and ``similar``: sentence vectors and their cosine similarities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .html import escape, table, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _cut_note(truncated: NDArray[np.bool_], max_length: int) -> str:
    count = int(truncated.sum())
    return f"{count} of {len(truncated)} texts cut at {max_length} tokens" if count else ""


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Sentence vectors. ``numpy.asarray(embeddings)`` gives :attr:`vectors`.

    Attributes
    ----------
    vectors
        float32, shape ``(texts, hidden)``.
    pooling
        ``"mean"`` over the text's tokens, ``"cls"`` (first token) or ``"max"``.
    normalized
        Whether each vector has length 1.
    truncated
        bool, shape ``(texts,)``: the text was longer than :attr:`max_length` and only its beginning was read.
    tokens
        int32, shape ``(texts,)``: tokens of each text, special ones and those that were not read among them.
    engine, precision, notes
        As of :class:`~.predictions.Predictions`.
    agreement
        Of int8 with float32: the mean cosine of both vectors of a text, over a sample; None for other precisions.
    """

    model: str
    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    pooling: str
    normalized: bool
    truncated: NDArray[np.bool_]
    tokens: NDArray[np.int32]
    max_length: int
    engine: str = "torch"
    precision: str = "float32"
    agreement: float | None = None
    notes: tuple[str, ...] = ()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self.vectors, dtype=dtype)

    def __len__(self) -> int:
        return len(self.vectors)

    def to_frame(self) -> Any:
        """Return a table with the text and one column a dimension."""
        columns: dict[str, Any] = {"text": list(self.texts)}
        columns.update({f"d{index}": self.vectors[:, index] for index in range(self.vectors.shape[1])})
        return to_frame(columns)

    def __repr__(self) -> str:
        count, size = self.vectors.shape
        parts = [f"{self.model}: {count} × {size} float32", f"{self.pooling} pooling"]
        if self.normalized:
            parts.append("length 1")
        parts.append(f"{self.engine} {self.precision}")
        if self.agreement is not None:
            parts.append(f"mean cosine with float32 {self.agreement:.4f}")
        parts.extend(self.notes)
        if note := _cut_note(self.truncated, self.max_length):
            parts.append(note)
        head = "\n".join(
            f"[{', '.join(f'{x:+.3f}' for x in row[:6])}, …]  {text[:60]}"
            for row, text in zip(self.vectors[:5], self.texts[:5], strict=True)
        )
        return f"{head}\n{' · '.join(parts)}"

    def _repr_html_(self) -> str:
        rows = [
            (text[:80], ", ".join(f"{x:+.3f}" for x in row[:8]) + ", …")
            for row, text in zip(self.vectors[:10], self.texts[:10], strict=True)
        ]
        return table(("text", "vector"), rows, caption=repr(self).rsplit("\n", 1)[-1])


@dataclass(frozen=True, eq=False)
class Similarity:
    """Cosine similarities of two lists of texts.

    Attributes
    ----------
    values
        float32, shape ``(len(a), len(b))``, in [-1, 1].
    truncated
        bool, shape ``(len(a) + len(b),)``: only the beginning of the text was read.
    engine, precision, agreement, notes
        As of :class:`Embeddings`.
    """

    model: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    values: NDArray[np.float32]
    truncated: NDArray[np.bool_]
    max_length: int
    engine: str = "torch"
    precision: str = "float32"
    agreement: float | None = None
    notes: tuple[str, ...] = ()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self.values, dtype=dtype)

    def __float__(self) -> float:
        return float(self.values.item())

    def to_frame(self) -> Any:
        """Return a tidy table: a, b, cosine."""
        count = len(self.b)
        return to_frame(
            {
                "a": [text for text in self.a for _ in range(count)],
                "b": list(self.b) * len(self.a),
                "cosine": self.values.ravel(),
            }
        )

    def _rows(self) -> list[tuple[str, str, float]]:
        return [
            (first[:60], second[:60], round(float(self.values[i, j]), 4))
            for i, first in enumerate(self.a[:20])
            for j, second in enumerate(self.b[:20])
        ]

    def __repr__(self) -> str:
        note = _cut_note(self.truncated, self.max_length)
        return text_table(("a", "b", "cosine"), self._rows()) + (f"\n{note}" if note else "")

    def _repr_html_(self) -> str:
        return table(
            ("a", "b", "cosine"),
            self._rows(),
            caption=f"{escape(self.model)} {_cut_note(self.truncated, self.max_length)}",
        )
