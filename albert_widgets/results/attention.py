"""The answer to ``attention``: the maps of the layers, heads, rows and columns that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.pooling import max_pool

from .arrangement import Side, Switches, arranged
from .html import FAINT, FONT, escape, heat_map_png, to_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .tokens import Tokens


TILE = 24
"""Largest extent of a map in the static picture, in cells."""

LINES = 128
"""Tokens along a side, at most, of a figure of lines."""


@dataclass(frozen=True, eq=False)
class AttentionMaps:
    """Attention probabilities of a text.

    Attributes
    ----------
    tokens
        The tokens along both axes, ``n`` of them.
    weights
        float32 or uint8, shape ``(layers, heads, queries, keys)``. Row ``q`` says how much token
        ``rows[q]`` attends to each of the keys in ``columns``; a float32 row of an unpooled map of all keys sums to 1.
    scale
        float32, shape ``(layers, heads)``: ``probability = weights * scale``; all ones for float32.
    layers, heads
        Which layers and heads, counted from 0, lie along the first two axes.
    rows, columns
        Which query tokens, counted from 0, lie along the third axis, and which key tokens along the fourth.
    pool
        0, or the largest extent the maps were max-pooled to: then neither axis is in tokens any more.
    num_layers, num_heads
        How many the model has.
    engine
        ``"albert"``: captured on demand. ``"eager"``: the architecture does not call the registered
        attention function, so the model's own ``output_attentions`` was used.
    notes
        Sentences a user should read (why the engine fell back).
    kind
        ``"encoder"``, ``"decoder"`` or ``"cross"``.
    kinds
        What else may be asked for.
    query_tokens
        The tokens along the third axis where they are others than along the fourth (cross attention), or None.
    """

    tokens: Tokens
    weights: NDArray[Any]
    scale: NDArray[np.float32]
    layers: tuple[int, ...]
    heads: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    pool: int
    num_layers: int
    num_heads: int
    engine: str = "albert"
    notes: tuple[str, ...] = ()
    kind: str = "encoder"
    kinds: tuple[str, ...] = ("encoder",)
    query_tokens: Tokens | None = None

    @property
    def queries(self) -> Tokens:
        """The tokens that look; those along the keys, except in cross attention."""
        return self.tokens if self.query_tokens is None else self.query_tokens

    @property
    def model(self) -> str:
        """Id of the model."""
        return self.tokens.model

    def attention(self, layer: int, head: int) -> NDArray[np.float32]:
        """Return one head's map in probabilities, float32, shape ``(queries, keys)``.

        Raises
        ------
        InputInvalid
            The layer or head is not among those that were fetched.
        """
        for kind, index, known in (("layer", layer, self.layers), ("head", head, self.heads)):
            if index not in known:
                shown = f"{known[0]}–{known[-1]}" if len(known) > 1 else str(known[0])
                raise InputInvalid(f"There is no {kind} {index} here.", f"Fetched {kind}s: {shown} (counted from 0).")
        at = self.layers.index(layer), self.heads.index(head)
        weights: NDArray[np.float32] = np.asarray(self.weights[at], np.float32) * self.scale[at]
        return weights

    def to_frame(self) -> Any:
        """Return a tidy table: layer, head, query, key (positions), their tokens, and the weight.

        Raises
        ------
        InputInvalid
            The maps are pooled, so cells are no token pairs; or the table would have over 20 million rows.
        """
        if self.pool:
            raise InputInvalid("Pooled maps have no token pairs.", "Ask for the attention without pool=….")
        if self.weights.size > 20_000_000:
            raise InputInvalid(
                f"The table would have {self.weights.size:,} rows.", "Choose layers=[…] and heads=[…] first."
            )
        layer, head, query, key = (axis.ravel() for axis in np.indices(self.weights.shape))
        names = np.asarray(self.tokens.tokens, dtype=object)
        queries = np.asarray(self.queries.tokens, dtype=object)
        rows, columns = np.asarray(self.rows)[query], np.asarray(self.columns)[key]
        return to_frame(
            {
                "layer": np.asarray(self.layers)[layer],
                "head": np.asarray(self.heads)[head],
                "query": rows,
                "key": columns,
                "query_token": queries[rows],
                "key_token": names[columns],
                "weight": (self.weights * self.scale[..., None, None]).astype(np.float32).ravel(),
            }
        )

    def figure(
        self,
        layer: int | None = None,
        head: int | None = None,
        *,
        words: bool = False,
        special_tokens: str = "show",
        segments: str = "all",
    ) -> Any:
        """Return a matplotlib figure of one head's map, for a paper.

        Parameters
        ----------
        layer, head
            Counted from 0; None takes the first that is here.
        words, special_tokens, segments
            What is joined and left out, as in :class:`~albert_widgets.widgets.AttentionPanel`.

        Raises
        ------
        InputInvalid
            No such layer or head here; the maps are pooled or have some rows only, and should be arranged.
        MissingExtra
            matplotlib is not installed.
        """
        from .figures import heat_map

        layer = self.layers[0] if layer is None else layer
        head = self.heads[0] if head is None else head
        weights = self.attention(layer, head)
        rows = columns = None
        switches = Switches(words, special_tokens, segments)
        if switches != Switches():
            left, right = self._sides(switches)
            weights = arranged(weights, left, right, is_renormalized=switches.is_renormalized)
            rows, columns = left.names, right.names
        elif not self.pool:
            keys, queries = switches.columns(self.tokens).names, switches.rows(self.queries).names
            rows = tuple(queries[row] for row in self.rows)
            columns = tuple(keys[column] for column in self.columns)
        title = f"{self.model}: layer {layer + 1}, head {head + 1}"
        return heat_map(weights, rows, columns, title=title, xlabel="key", ylabel="query", unit="attention")

    def lines_figure(
        self,
        layer: int | None = None,
        heads: Sequence[int] | None = None,
        *,
        query: int | None = None,
        words: bool = False,
        special_tokens: str = "show",
        segments: str = "all",
    ) -> Any:
        """Return a matplotlib figure of several heads of one layer as lines.

        Parameters
        ----------
        layer, heads
            Counted from 0; None takes the first layer, and all heads, that are here.
        query
            The token whose lines alone are drawn, from 0; None: all.
        words, special_tokens, segments
            As in :meth:`figure`.

        Raises
        ------
        InputInvalid, MissingExtra
            As :meth:`figure`; or the text is too long for lines.
        """
        from .drawings import lines

        layer = self.layers[0] if layer is None else layer
        chosen = self.heads if heads is None else tuple(heads)
        switches = Switches(words, special_tokens, segments)
        left, right = self._sides(switches)
        if max(len(left), len(right)) > LINES:
            raise InputInvalid(
                f"Lines of {max(len(left), len(right))} tokens would be a carpet; the limit is {LINES}.",
                "Choose words=True or segments=…, or take .figure(), the map.",
            )
        maps = [
            arranged(self.attention(layer, head), left, right, is_renormalized=switches.is_renormalized)
            for head in chosen
        ]
        title = f"{self.model}: layer {layer + 1}"
        return lines(maps, chosen, left.names, right.names, title=title, row=left.line_of(query))

    def _sides(self, switches: Switches) -> tuple[Side, Side]:
        if self.pool or len(self.rows) != len(self.queries) or len(self.columns) != len(self.tokens):
            raise InputInvalid(
                "These maps are pooled, or of some rows or columns only; tokens cannot be arranged.",
                "Ask for the attention without pool=…, rows=… and columns=….",
            )
        return switches.rows(self.queries), switches.columns(self.tokens)

    def __repr__(self) -> str:
        layers, heads, queries, keys = self.weights.shape
        pooled = f", pooled to {self.pool}" if self.pool else ""
        return (
            f"AttentionMaps({self.model}: {layers} layers × {heads} heads × {queries} × {keys} "
            f"{self.weights.dtype}{pooled}; {len(self.tokens)} tokens; engine {self.engine})"
        )

    def _sheet(self) -> NDArray[np.float32]:
        """Return all maps side by side, layers down and heads across, each relative to its own maximum."""
        maps = max_pool(np.asarray(self.weights, np.float32), TILE)
        top = maps.max(axis=(2, 3), keepdims=True)
        # The square root keeps the many small weights of a long text visible, as in the panel.
        tiles = np.sqrt(np.divide(maps, top, out=np.zeros_like(maps), where=top > 0))
        gap = max(1, maps.shape[3] // 12)
        tiles = np.pad(tiles, ((0, 0), (0, 0), (0, gap), (0, gap)))
        layers, heads, height, width = tiles.shape
        sheet: NDArray[np.float32] = tiles.transpose(0, 2, 1, 3).reshape(layers * height, heads * width)
        return sheet

    def _repr_html_(self) -> str:
        shown = self.tokens.tokens[:60]
        tail = f" … {len(self.tokens) - 60} more" if len(self.tokens) > 60 else ""
        notes = "".join(f"<div>{escape(note)}</div>" for note in self.notes)
        layers, heads = len(self.layers), len(self.heads)
        sheet = self._sheet()
        # Whole pixels a cell, in the picture itself: notebooks that are not trusted drop the style that keeps it so.
        factor = max(1, round(44 * heads / sheet.shape[1]))
        sheet = sheet.repeat(factor, axis=0).repeat(factor, axis=1)
        height, width = sheet.shape
        return (
            f'<div style="{FONT};overflow-x:auto"><div>{escape(" ".join(shown))}{tail}</div>'
            f'<img alt="Attention of {layers} layers and {heads} heads" src="{heat_map_png(sheet)}" width="{width}" '
            f'height="{height}" style="max-width:none;image-rendering:pixelated">'
            f'<div style="color:{FAINT}">{escape(self.model)} · {layers} layers down, {heads} heads across, '
            f"each relative to its strongest weight · {len(self.tokens)} tokens</div>{notes}</div>"
        )
