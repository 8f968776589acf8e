"""The attention panel: all heads at a glance, one of them in full, exact numbers on request."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import traitlets

from albert_widgets.errors import InputInvalid, RequestMalformed, TooLarge

from .panel import Panel
from .tensors import GivenAttention, given_attention
from .views import ATTENTION_VIEWS, TENSOR_VIEWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import AttentionMaps, Tokens

THUMBNAIL = 48
"""Cells along a map of the overview, at most."""

SCREEN_BYTES = 8_000_000
"""What the browser may have of a part of the maps (some rows and columns) at once, in bytes."""

PAGE_BYTES = 20_000_000
"""Maps that a standalone page may hold, in bytes before base64."""

_CHOSEN = ("layer", "head", "heads", "token", "view", "words", "special_tokens", "segments")

_ASKED: dict[str, frozenset[str]] = {
    "attention": frozenset({"layers", "heads", "rows", "columns", "pool", "quantized", "kind"}),
    "head_statistics": frozenset(),
    "neurons": frozenset({"layer", "head", "query"}),
    "flow": frozenset({"method", "rows"}),
    "effect": frozenset({"ablate"}),
    "head_importance": frozenset(),
    "attribute": frozenset({"method", "target"}),
}
"""What the front end may ask of the backend, besides the text, and with which arguments."""


class AttentionPanel(Panel["AttentionMaps"]):
    """Where the model looks; see :class:`~albert_widgets.widgets.panel.Panel`.

    Parameters
    ----------
    layer, head
        The head that is open at first, counted from 0; negative ones count from the end.
    view
        ``"matrix"``, ``"lines"``, ``"neurons"``, ``"flow"``, ``"effect"`` or ``"attribution"``.

    Attributes
    ----------
    layer, head, heads, token, view
        What is chosen now, to be read, observed and set: the open head, the heads of its layer that the lines are
        of (none: the open one), the chosen query token (None: all), and the view.
    words, special_tokens, segments
        The switches: words for pieces (from a word: the mean of its pieces, to a word: their sum); ``"show"``,
        ``"hide"`` or ``"renormalize"`` special tokens; ``"all"``, or from one segment to one: ``"AA"``, ``"AB"``,
        ``"BA"``, ``"BB"``. They change what is shown, not what :meth:`attention` returns.

    >>> v = AttentionPanel("The cat sat on the mat.")
    >>> v.attention(layer=3, head=7)
    """

    bundle = "attention"

    layer = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    heads = traitlets.List(traitlets.Int()).tag(sync=True)
    token = traitlets.Int(None, allow_none=True).tag(sync=True)
    kind = traitlets.Unicode("encoder").tag(sync=True)
    views = traitlets.List(traitlets.Unicode(), list(ATTENTION_VIEWS), read_only=True).tag(sync=True)
    words = traitlets.Bool(False).tag(sync=True)
    special_tokens = traitlets.Enum(("show", "hide", "renormalize"), "show").tag(sync=True)
    segments = traitlets.Enum(("all", "AA", "AB", "BA", "BB"), "all").tag(sync=True)
    view = traitlets.Enum(ATTENTION_VIEWS, ATTENTION_VIEWS[0]).tag(sync=True)

    def __init__(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        layer: int = 0,
        head: int = 0,
        view: str = ATTENTION_VIEWS[0],
        bert: BertBackend | None = None,
    ) -> None:
        if view not in ATTENTION_VIEWS:
            raise InputInvalid(f"There is no view {view!r}.", f"Choose one of: {', '.join(ATTENTION_VIEWS)}.")
        super().__init__(text, pair=pair, model=model, bert=bert, layer=layer, head=head, view=view)

    @classmethod
    def from_tensors(
        cls,
        attentions: Any = None,
        tokens: Sequence[str] | None = None,
        *,
        pair_start: int | None = None,
        encoder: Any = None,
        decoder: Any = None,
        cross: Any = None,
        encoder_tokens: Sequence[str] | None = None,
        decoder_tokens: Sequence[str] | None = None,
        layer: int = 0,
        head: int = 0,
        view: str = ATTENTION_VIEWS[0],
    ) -> AttentionPanel:
        """Return a panel of attention that any model gave; no backend takes part.

        Parameters
        ----------
        attentions, tokens
            ``outputs.attentions`` (one array a layer, torch or numpy, ``(1, heads, tokens, tokens)``), and the
            tokens along both axes.
        pair_start
            Where the second text begins in ``tokens``, from 0.
        encoder, decoder, cross, encoder_tokens, decoder_tokens
            Instead of the first two: the three kinds of an encoder-decoder model, any of them.

        Raises
        ------
        InputInvalid
            Names the axis that does not fit the tokens.
        """
        given = given_attention(
            attentions,
            tokens,
            pair_start=pair_start,
            encoder=encoder,
            decoder=decoder,
            cross=cross,
            encoder_tokens=encoder_tokens,
            decoder_tokens=decoder_tokens,
        )
        if view not in TENSOR_VIEWS:
            raise InputInvalid(f"There is no view {view!r} of tensors.", f"Choose one of: {', '.join(TENSOR_VIEWS)}.")
        text = next(iter(given.kinds.values())).keys.text or " "
        panel = cls(text, bert=cast("BertBackend", given), layer=layer, head=head, view=view)
        panel.kind = next(iter(given.kinds))
        panel.set_trait("views", list(TENSOR_VIEWS))
        panel.set_trait("is_fixed", True)
        return panel

    @property
    def selection(self) -> dict[str, Any]:
        """What is chosen in the panel now, by the names of its attributes."""
        return {name: getattr(self, name) for name in _CHOSEN}

    @property
    def tokens(self) -> Tokens:
        """The tokens along both axes of the maps."""
        return self.result.tokens

    def attention(self, layer: int, head: int) -> NDArray[np.float32]:
        """Return one head's exact map, float32, shape ``(queries, keys)``; each row sums to 1.

        Raises
        ------
        InputInvalid
            No such layer or head.
        """
        maps = self._maps([layer], [head])
        return maps.attention(maps.layers[0], maps.heads[0])

    def to_frame(self, layers: Sequence[int] | None = None, heads: Sequence[int] | None = None) -> Any:
        """Return a tidy table: layer, head, query, key, their tokens, and the exact weight.

        Parameters
        ----------
        layers, heads
            Which, counted from 0; None means all.
        """
        return self._maps(layers, heads).to_frame()

    def figure(self, layer: int | None = None, head: int | None = None) -> Any:
        """Return a matplotlib figure of one head's map, by default of the one that is open."""
        return self._maps([self.layer if layer is None else layer], [self.head if head is None else head]).figure()

    def bertviz(self, view: str = "head", *, layers: Sequence[int] | None = None) -> Any:
        """Show the same maps in the real bertviz (``"head"`` or ``"model"``), which needs the network.

        Raises
        ------
        TooLarge
            Its page would hang the browser; says how large it would be.
        MissingExtra
            bertviz is not installed.
        """
        from .bertviz import open_bertviz

        return open_bertviz(view, self._maps(layers, None))

    def to_html(self, layers: Sequence[int] | None = None, heads: Sequence[int] | None = None) -> str:
        """Return a standalone page with the maps of some layers and heads, by default of all.

        Raises
        ------
        TooLarge
            The maps would take more than :data:`PAGE_BYTES`.
        """
        overview = self._overview()
        chosen = [
            overview.num_layers if layers is None else len(layers),
            overview.num_heads if heads is None else len(heads),
        ]
        size = chosen[0] * chosen[1] * len(overview.tokens) ** 2
        if size > PAGE_BYTES:
            raise TooLarge(
                f"The page would hold {size / 1e6:.0f} MB of maps; the limit is {PAGE_BYTES / 1e6:.0f} MB.",
                f"Choose some: .to_html(layers=[{self.layer}]), or also heads=[…].",
                limit=PAGE_BYTES,
            )
        return self._page({"overview": overview, "maps": self._maps(layers, heads, quantized=True)})

    def _overview(self) -> AttentionMaps:
        if not isinstance(self._bert, GivenAttention):
            return self.result
        # Of several kinds a page holds the one that is open.
        shown = self._bert.attention(self.text, pool=THUMBNAIL, quantized=True, kind=self.kind)
        return dataclasses.replace(shown, kinds=(self.kind,))

    def _maps(self, layers: Any, heads: Any, **asked: Any) -> AttentionMaps:
        if isinstance(self._bert, GivenAttention):
            asked["kind"] = self.kind
        return self._bert.attention(self.text, pair=self.pair, model=self.model, layers=layers, heads=heads, **asked)

    def _compute(self, text: str, pair: str | None, model: str) -> AttentionMaps:
        return self._bert.attention(text, pair=pair, model=model, pool=THUMBNAIL, quantized=True)

    def _checked(self, result: AttentionMaps, selection: dict[str, Any]) -> dict[str, Any]:
        counts = {"layer": result.num_layers, "head": result.num_heads}
        for name, count in counts.items():
            if not -count <= selection[name] < count:
                raise InputInvalid(
                    f"There is no {name} {selection[name]}.",
                    f"They go from 0 to {count - 1}; negative ones count from the end.",
                )
        return {**selection, **{name: selection[name] % count for name, count in counts.items()}}

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method not in _ASKED:
            return super()._answer(method, params)
        asked = dict(params)
        source = asked.pop("text"), asked.pop("pair", None), asked.pop("model")
        if method == "attention" and asked == {"pool": THUMBNAIL, "quantized": True}:
            return self._result_of(*source)
        if not _ASKED[method].issuperset(asked) or (method == "attention" and not _is_for_screens(asked)):
            raise RequestMalformed(
                "The panel asked for maps in a way this package does not know.", "Run the cell again."
            )
        text, pair, model = source
        if method == "effect":
            return self._effect(text, pair, model, asked.get("ablate"))
        return getattr(self._bert, method)(text, pair=pair, model=model, **asked)

    def _effect(self, text: str, pair: str | None, model: str, ablate: Any) -> dict[str, Any]:
        """Return what the model says with heads switched off: names, and their probabilities (or raw values)."""
        if self._bert.model(model).task == "fill-mask":
            # Of several masks the first; a pair is the model's second segment, which masks are not looked for in.
            first = self._bert.fill_mask(text, model=model, top_k=5, ablate=ablate).masks[0]
            return {"names": list(first.tokens), "values": first.probabilities}
        said = self._bert.predict(text, pair=pair, model=model, ablate=ablate)
        return {"names": list(said.label_names), "values": said.probabilities[0]}


def _is_for_screens(asked: dict[str, Any]) -> bool:
    """Return whether maps are asked for as the browser needs them: whole ones as bytes, parts of a screen's size."""
    sides = asked.get("rows"), asked.get("columns")
    if sides == (None, None):
        return bool(asked.get("quantized"))
    chosen = *sides, asked.get("layers"), asked.get("heads")
    rows, columns, layers, heads = (len(indices) if isinstance(indices, list) else 0 for indices in chosen)
    if not rows * columns * layers * heads:
        return False
    pool = asked.get("pool") or max(rows, columns)
    cells = min(rows, pool) * min(columns, pool)
    return pool > 0 and layers * heads * cells * (1 if asked.get("quantized") else 4) <= SCREEN_BYTES
