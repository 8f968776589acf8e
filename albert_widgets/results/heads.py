"""What can be said of heads: their habits, their importance, and the vectors behind one row of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid

from .arrangement import Switches
from .html import FAINT, FONT, escape, heat_map_png, table, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tokens import Tokens


def top_heads(values: NDArray[np.float32], k: int) -> list[tuple[int, int, float]]:
    """Return the ``k`` heads with the largest of some values ``(layers, heads)``: layer, head (from 0), value."""
    order = np.argsort(-values, axis=None, kind="stable")[:k]
    places = np.unravel_index(order, values.shape)
    return [(int(layer), int(head), float(values[layer, head])) for layer, head in zip(*places, strict=True)]


def grid(values: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Return the layer and head of each value of a ``(layers, heads)`` array, as columns."""
    layer, head = (axis.ravel() for axis in np.indices(values.shape))
    return {"layer": layer, "head": head}


def _grid_figure(values: NDArray[np.float32], title: str, unit: str) -> Any:
    from .figures import heat_map

    layers, heads = ([str(index + 1) for index in range(count)] for count in values.shape)
    return heat_map(values, layers, heads, title=title, xlabel="head", ylabel="layer", unit=unit)


@dataclass(frozen=True, eq=False)
class HeadStatistics:
    """What the heads look at in a text: Clark et al. 2019, "What Does BERT Look At?", §3.

    Each measure is the mean over all query tokens, special ones too; float32, shape ``(layers, heads)``.

    Attributes
    ----------
    entropy
        Of a row, in nats: 0 when a token looks at one token only, ``log n`` when it looks at all alike.
    distance
        In tokens: ``Σ weight · |query - key|``.
    previous, next, same
        Share of a row on the token before, the token after, and the token itself.
    first
        Share on the first token, ``[CLS]`` of BERT.
    separator
        Share on the other special tokens, ``[SEP]`` of BERT.
    punctuation
        Share on tokens of punctuation only.
    engine, notes
        As of :class:`AttentionMaps`.
    """

    tokens: Tokens
    entropy: NDArray[np.float32]
    distance: NDArray[np.float32]
    previous: NDArray[np.float32]
    next: NDArray[np.float32]
    same: NDArray[np.float32]
    first: NDArray[np.float32]
    separator: NDArray[np.float32]
    punctuation: NDArray[np.float32]
    engine: str = "albert"
    notes: tuple[str, ...] = ()

    MEASURES = ("entropy", "distance", "previous", "next", "same", "first", "separator", "punctuation")

    def to_frame(self) -> Any:
        """Return a tidy table: layer, head (from 0), and one column a measure."""
        return to_frame({**grid(self.entropy), **{name: getattr(self, name).ravel() for name in self.MEASURES}})

    def figure(self, measure: str = "entropy") -> Any:
        """Return a matplotlib figure of one of :attr:`MEASURES`, layers down and heads across.

        Raises
        ------
        InputInvalid
            No such measure.
        MissingExtra
            matplotlib is not installed.
        """
        if measure not in self.MEASURES:
            raise InputInvalid(f"There is no measure {measure!r}.", f"Choose {', '.join(self.MEASURES)}.")
        units = {"entropy": "nats", "distance": "tokens"}
        return _grid_figure(getattr(self, measure), f"{self.tokens.model}: {measure}", units.get(measure, "share"))

    def top(self, measure: str, k: int = 5) -> list[tuple[int, int, float]]:
        """Return the ``k`` heads with the largest value of a measure: layer, head (from 0) and the value."""
        values: NDArray[np.float32] = getattr(self, measure)
        return top_heads(values, k)

    def _rows(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for name in self.MEASURES:
            best = ", ".join(f"{layer + 1}.{head + 1} ({value:.2f})" for layer, head, value in self.top(name, 3))
            rows.append((name, float(getattr(self, name).mean()), best))
        return rows

    def __repr__(self) -> str:
        note = f"{self.tokens.model}: {len(self.tokens)} tokens · heads as layer.head, counted from 1"
        return text_table(("measure", "mean", "strongest heads"), self._rows()) + f"\n{note}"

    def _repr_html_(self) -> str:
        caption = f"{self.tokens.model} · {len(self.tokens)} tokens · heads as layer.head, counted from 1"
        return table(("measure", "mean", "strongest heads"), self._rows(), caption)


@dataclass(frozen=True, eq=False)
class HeadImportance:
    """How much the loss depends on each head: Michel et al. 2019, "Are Sixteen Heads Really Better than One?", §4.1.

    Attributes
    ----------
    values
        float32, shape ``(layers, heads)``: ``E |∂L/∂ξ|``, the mean over the texts of the loss's sensitivity to
        the head's gate, divided by the length of its layer's values as the paper does.
    raw
        The same, not divided.
    targets
        The label (or token) of each text whose loss was taken.
    """

    model: str
    texts: tuple[str, ...]
    targets: tuple[str, ...]
    values: NDArray[np.float32]
    raw: NDArray[np.float32]

    def to_frame(self) -> Any:
        """Return a tidy table: layer, head (from 0), importance, raw."""
        return to_frame({**grid(self.values), "importance": self.values.ravel(), "raw": self.raw.ravel()})

    def figure(self) -> Any:
        """Return a matplotlib figure of :attr:`values`, layers down and heads across.

        Raises
        ------
        MissingExtra
            matplotlib is not installed.
        """
        return _grid_figure(self.values, f"{self.model}: importance of heads", "relative to the layer")

    def __repr__(self) -> str:
        order = np.argsort(-self.raw, axis=None, kind="stable")[:5]
        best = [np.unravel_index(index, self.raw.shape) for index in order]
        rows = [
            (f"{layer + 1}.{head + 1}", float(self.values[layer, head]), float(self.raw[layer, head]))
            for layer, head in best
        ]
        note = f"{self.model}: {len(self.texts)} texts · heads as layer.head, counted from 1"
        return text_table(("head", "importance", "raw"), rows) + f"\n{note}"

    def _repr_html_(self) -> str:
        layers, heads = self.values.shape
        return (
            f'<div style="{FONT}"><img alt="Importance of {layers} × {heads} heads" src="{heat_map_png(self.values)}" '
            f'width="{24 * heads}" height="{24 * layers}" style="image-rendering:pixelated">'
            f'<div style="color:{FAINT}">{escape(self.model)} · {layers} layers down, {heads} heads across · '
            f"sensitivity of the loss to each head, relative to its layer</div></div>"
        )


@dataclass(frozen=True, eq=False)
class Neurons:
    """What one row of one head is made of: ``softmax(q · k × scaling + mask)``. ``n`` tokens, ``d`` dimensions.

    Attributes
    ----------
    layer, head, query
        From 0; ``query`` is the token that looks.
    query_vector
        float32, shape ``(d,)``; with rotary embedding applied, where the model has it.
    key_vectors
        float32, shape ``(n, d)``.
    scores
        float32, shape ``(n,)``: scaled dot products with the mask added.
    probabilities
        float32, shape ``(n,)``: their softmax, the row of the attention map.
    scaling
        What the dot products are multiplied by, ``1 / √d`` in most models.
    """

    tokens: Tokens
    layer: int
    head: int
    query: int
    query_vector: NDArray[np.float32]
    key_vectors: NDArray[np.float32]
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    scaling: float

    @property
    def products(self) -> NDArray[np.float32]:
        """``q × k`` element by element, float32, shape ``(n, d)``; each row's sum is the dot product."""
        return self.query_vector * self.key_vectors

    @property
    def dots(self) -> NDArray[np.float32]:
        """``q · k``, float32, shape ``(n,)``, neither scaled nor masked."""
        dots: NDArray[np.float32] = self.products.sum(-1)
        return dots

    def to_frame(self) -> Any:
        """Return a table with one row a key: token, dot, score, probability."""
        return to_frame(
            {
                "key": np.arange(len(self.tokens)),
                "token": list(self.tokens.tokens),
                "dot": self.dots,
                "score": self.scores,
                "probability": self.probabilities,
            }
        )

    def figure(self) -> Any:
        """Return a matplotlib figure: ``q × k`` of each key, dimension by dimension, and the probabilities.

        Raises
        ------
        MissingExtra
            matplotlib is not installed.
        """
        from .drawings import vectors

        names = Switches().columns(self.tokens).names
        return vectors(self.products, self.probabilities, names, title=self._title())

    def _rows(self) -> list[tuple[object, ...]]:
        order = np.argsort(-self.probabilities, kind="stable")[:12]
        columns = self.dots, self.scores, self.probabilities
        return [(self.tokens.tokens[key], *(float(column[key]) for column in columns)) for key in order]

    def _title(self) -> str:
        return (
            f"{self.tokens.model}: layer {self.layer + 1}, head {self.head + 1}, "
            f"query “{self.tokens.tokens[self.query]}”"
        )

    def __repr__(self) -> str:
        return text_table(("key", "q · k", "score", "probability"), self._rows()) + f"\n{self._title()}"

    def _repr_html_(self) -> str:
        return table(("key", "q · k", "score", "probability"), self._rows(), self._title())
