"""How much of each input token arrives at a token of a higher layer: attention rollout and attention flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid

from .arrangement import Switches, shown
from .html import FAINT, FONT, escape, heat_map_png, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tokens import Tokens


@dataclass(frozen=True, eq=False)
class AttentionFlow:
    """Attention through the layers: Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers".

    Attributes
    ----------
    weights
        float32, shape ``(layers, rows, tokens)``: how much of each input token arrives at token ``rows[r]`` of a
        layer. A row of ``"rollout"`` sums to 1; a row of ``"flow"`` is divided by its sum.
    method
        ``"rollout"`` (§3.1: products of ``½ A + ½ I``) or ``"flow"`` (§3.2: maximum flow in that graph).
    layers, rows
        Which layers and tokens, from 0, lie along the first two axes.
    """

    tokens: Tokens
    weights: NDArray[np.float32]
    method: str
    layers: tuple[int, ...]
    rows: tuple[int, ...]
    engine: str = "albert"
    notes: tuple[str, ...] = ()

    def to_frame(self) -> Any:
        """Return a tidy table: layer, query, key (positions from 0), their tokens, and the weight."""
        layer, row, key = (axis.ravel() for axis in np.indices(self.weights.shape))
        names = np.asarray(self.tokens.tokens, dtype=object)
        query = np.asarray(self.rows)[row]
        return to_frame(
            {
                "layer": np.asarray(self.layers)[layer],
                "query": query,
                "key": key,
                "query_token": names[query],
                "key_token": names[key],
                "weight": self.weights.ravel(),
            }
        )

    def figure(self, query: int | None = None, *, words: bool = False, special_tokens: str = "show") -> Any:
        """Return a matplotlib figure of what arrives at one token, layer by layer.

        Parameters
        ----------
        query
            The token, from 0; None takes the first of :attr:`rows`.
        words, special_tokens
            What is joined and left out among the input tokens, as in
            :class:`~albert_widgets.widgets.AttentionPanel`.

        Raises
        ------
        InputInvalid
            The token is not among :attr:`rows`.
        MissingExtra
            matplotlib is not installed.
        """
        from .figures import heat_map

        query = self.rows[0] if query is None else query
        if query not in self.rows:
            raise InputInvalid(f"There is no row {query} here.", f"bert.flow(text, rows=[{query}])")
        switches = Switches(words, special_tokens)
        columns = switches.columns(self.tokens)
        shares = columns.summed(self.weights[:, self.rows.index(query)])
        if switches.is_renormalized:
            shares /= np.maximum(shares.sum(-1, keepdims=True), np.finfo(np.float32).tiny)
        return heat_map(
            shares,
            [f"layer {layer + 1}" for layer in self.layers],
            columns.names,
            title=f"{self.tokens.model}: {self.method} at “{shown(self.tokens.tokens[query])}”",
            xlabel="input token",
            ylabel="",
            unit="share",
        )

    def __repr__(self) -> str:
        layers, rows, tokens = self.weights.shape
        return f"AttentionFlow({self.tokens.model}: {self.method}, {layers} layers × {rows} rows × {tokens} tokens)"

    def _repr_html_(self) -> str:
        last = self.weights[-1]
        size = max(1, min(24, 480 // max(last.shape)))
        title = f"{self.method} from the input into layer {self.layers[-1] + 1} · {len(self.tokens)} tokens"
        return (
            f'<div style="{FONT}"><img alt="{escape(self.method)} into layer {self.layers[-1] + 1}" '
            f'src="{heat_map_png(last)}" width="{size * last.shape[1]}" height="{size * last.shape[0]}" '
            f'style="image-rendering:pixelated">'
            f'<div style="color:{FAINT}">{escape(self.tokens.model)} · {escape(title)}</div></div>'
        )
