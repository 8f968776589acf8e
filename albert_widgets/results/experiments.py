"""The answers to ``effect`` and ``compare``: what changes when something is taken away, or is another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .heads import grid, top_heads
from .html import FAINT, FONT, escape, heat_map_png, table, text_table, to_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .tokens import Tokens


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the model says of the text as a whole, or of one masked place. ``k`` classes or candidates.

    Attributes
    ----------
    position
        Of the mask, in tokens from 0; None for the text as a whole.
    names
        Classes in the model's order, or the likeliest tokens, best first.
    probabilities, before
        float32, shape ``(k,)``: now and in the untouched state; softmax, sigmoid for ``multi_label``, the raw value
        for ``regression``.
    logits, logits_before
        float32, shape ``(k,)``: the same before softmax or sigmoid.
    original
        The token that stood in the masked place; empty where the text itself has a mask, and for classes.
    rank, rank_before
        Its place among all tokens of the vocabulary, from 1; 0 where there is no original.
    original_probability, original_before
        Its probability, now and in the untouched state; 0 where there is no original.
    """

    position: int | None
    names: tuple[str, ...]
    probabilities: NDArray[np.float32]
    before: NDArray[np.float32]
    logits: NDArray[np.float32]
    logits_before: NDArray[np.float32]
    original: str = ""
    rank: int = 0
    rank_before: int = 0
    original_probability: float = 0.0
    original_before: float = 0.0


@dataclass(frozen=True, eq=False)
class Effect:
    """What a model says with tokens masked and heads switched off, beside what it says untouched.

    Untouched means with all heads; a classifier then also reads all tokens, while a masked language model
    has the same masks, for without them it says nothing.

    Attributes
    ----------
    tokens
        Of the text as it was given.
    masked
        Positions that were masked by the call, from 0.
    ablated
        ``(layer, head)`` that were switched off, from 0.
    problem_type
        ``"fill_mask"``, ``"single_label"``, ``"multi_label"`` or ``"regression"``.
    verdicts
        One for a classifier; one for each mask of a masked language model, those that the text has itself included.
    """

    tokens: Tokens
    masked: tuple[int, ...]
    ablated: tuple[tuple[int, int], ...]
    problem_type: str
    verdicts: tuple[Verdict, ...]

    def to_frame(self) -> Any:
        """Return a tidy table: position (-1: the whole text), name, probability, before, logit, logit_before."""
        rows = [(verdict, at) for verdict in self.verdicts for at in range(len(verdict.names))]
        return to_frame(
            {
                "position": [-1 if verdict.position is None else verdict.position for verdict, _ in rows],
                "name": [verdict.names[at] for verdict, at in rows],
                "probability": [float(verdict.probabilities[at]) for verdict, at in rows],
                "before": [float(verdict.before[at]) for verdict, at in rows],
                "logit": [float(verdict.logits[at]) for verdict, at in rows],
                "logit_before": [float(verdict.logits_before[at]) for verdict, at in rows],
            }
        )

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                "text" if verdict.position is None else f"{verdict.position} {verdict.original}".strip(),
                verdict.names[at],
                float(verdict.probabilities[at]),
                float(verdict.before[at]),
            )
            for verdict in self.verdicts
            for at in range(len(verdict.names))
        ]

    def _note(self) -> str:
        return f"{self.tokens.model}: {len(self.masked)} tokens masked, {len(self.ablated)} heads switched off"

    def __repr__(self) -> str:
        return text_table(("place", "name", "probability", "before"), self._rows()) + f"\n{self._note()}"

    def _repr_html_(self) -> str:
        return table(("place", "name", "probability", "before"), self._rows(), self._note())


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two texts before one model, or one text before two models: which tokens correspond, how far heads differ.

    Attributes
    ----------
    tokens, other_tokens
        Of the first and of the second reading, ``n`` and ``m`` of them.
    units, other_units
        int32, shapes ``(n,)`` and ``(m,)``: the unit that a token belongs to, from 0; -1 where it is left out.
        Units are tokens (or words) of one reading, or of both where they correspond; they are in the order of both.
    changes
        Of each unit: ``"same"``, ``"changed"`` (another token in its place), ``"removed"`` (of the first
        reading only) or ``"inserted"`` (of the second only).
    distances
        float32, shape ``(layers, heads)``: the total variation distance ``½ Σ |a - b|`` between the rows of
        corresponding units, the mean over these; 0 for equal maps, 1 for maps that have nothing in common. From a
        word is the mean of its pieces, to a word their sum; what only one reading has counts as 0 in the other.
    """

    tokens: Tokens
    other_tokens: Tokens
    units: NDArray[np.int32]
    other_units: NDArray[np.int32]
    changes: tuple[str, ...]
    distances: NDArray[np.float32]
    notes: tuple[str, ...] = ()

    def top(self, k: int = 5) -> list[tuple[int, int, float]]:
        """Return the ``k`` heads that differ most: layer, head (from 0) and the distance."""
        return top_heads(self.distances, k)

    def to_frame(self) -> Any:
        """Return a tidy table: layer, head (from 0), distance."""
        return to_frame({**grid(self.distances), "distance": self.distances.ravel()})

    def summary(self) -> str:
        """Return in one line what was compared."""
        counts = [f"{self.changes.count(kind)} {kind}" for kind in ("same", "changed", "removed", "inserted")]
        models = dict.fromkeys((self.tokens.model, self.other_tokens.model))
        return f"{' and '.join(models)}: {', '.join(counts)} · mean total variation distance of rows, 0 to 1"

    def __repr__(self) -> str:
        rows = [(f"{layer + 1}.{head + 1}", distance) for layer, head, distance in self.top()]
        return text_table(("head", "distance"), rows) + f"\n{self.summary()} · heads as layer.head, counted from 1"

    def _repr_html_(self) -> str:
        layers, heads = self.distances.shape
        return (
            f'<div style="{FONT}"><img alt="How far {layers} × {heads} heads differ" '
            f'src="{heat_map_png(self.distances)}" width="{24 * heads}" height="{24 * layers}" '
            f'style="image-rendering:pixelated"><div style="color:{FAINT}">{escape(self.summary())} · '
            f"up to {float(self.distances.max()):.2f} · {layers} layers down, {heads} heads across</div></div>"
        )
