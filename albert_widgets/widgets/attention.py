"""The attention panel: all heads at a glance, one of them in full, exact numbers on request."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import traitlets

from albert_widgets.errors import InputInvalid, RequestMalformed, TooLarge

from .choices import MEASURES, WEIGHTS, Choices, layer_range, one_of, unusual
from .code import code
from .tensors import GivenAttention, given_attention
from .text_panel import TextPanel
from .views import ATTENTION_VIEWS, TENSOR_VIEWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import AttentionMaps, Comparison, Tokens

THUMBNAIL = 48
"""Cells along a map of the overview, at most."""

SCREEN_BYTES = 8_000_000
"""What the browser may have of a part of the maps (some rows and columns) at once, in bytes."""

PAGE_BYTES = 20_000_000
"""Maps that a standalone page may hold, in bytes before base64."""

_CHOSEN = (
    *("layer", "head", "heads", "token", "view", "words", "special_tokens", "segments"),
    *("layers", "weight", "measure", "sort", "mask", "ablate", "compare_text", "compare_model"),
)

_ASKED: dict[str, frozenset[str]] = {
    "attention": frozenset({"layers", "heads", "rows", "columns", "pool", "quantized", "kind", "weight"}),
    "head_statistics": frozenset(),
    "neurons": frozenset({"layer", "head", "query"}),
    "flow": frozenset({"method", "rows", "layers", "start"}),
    "effect": frozenset({"mask", "ablate"}),
    "head_importance": frozenset({"mask"}),
    "compare": frozenset({"other", "other_model", "words", "special_tokens"}),
    "attribute": frozenset({"method", "target", "steps"}),
}
"""What the front end may ask of the backend, besides the text, and with which arguments."""


class AttentionPanel(Choices, TextPanel["AttentionMaps"]):
    """Where the model looks; see :class:`~albert_widgets.widgets.text_panel.TextPanel`.

    Parameters
    ----------
    layer, head
        The head that is open at first, counted from 0; negative ones count from the end.
    view
        ``"matrix"``, ``"lines"``, ``"neurons"``, ``"flow"``, ``"effect"``, ``"compare"`` or ``"attribution"``;
        without it ``"compare"`` where there is something to compare with, else ``"matrix"``.
    layers, weight, measure, sort, compare_text, compare_model
        What is chosen at first; see below.
    selection
        The other attributes below, and ``is_presentation``.

    Attributes
    ----------
    layer, head, heads, token, view
        What is chosen now, to be read, observed and set: the open head, the heads of its layer that the lines are
        of (none: the open one), the chosen query token (None: all), and the view.
    words, special_tokens, segments
        The switches: words for pieces (from a word: the mean of its pieces, to a word: their sum); ``"show"``,
        ``"hide"`` or ``"renormalize"`` special tokens; ``"all"``, or from one segment to one: ``"AA"``, ``"AB"``,
        ``"BA"``, ``"BB"``. They change what is shown, not what :meth:`attention` returns.
    layers
        The first and the last layer that are shown, counted from 0; None: all. Flow begins at the first one.
    weight
        ``"probability"``, or ``"value_norm"``: each weight times the length of what its key gives (Kobayashi et
        al. 2020), in overview, matrix and lines.
    measure, sort
        What the heads are marked by, ``"habits"`` or a measure of :class:`HeadStatistics`; and whether they are
        sorted by that measure, best first.
    mask, ablate
        Positions of tokens that the effect view has masked, and ``(layer, head)`` that it has switched off, as
        ``bert.effect(v.text, mask=v.mask, ablate=v.ablate)`` takes them.
    compare_text, compare_model
        The second text and the second model of the compare view; None: the first.

    >>> v = AttentionPanel("The cat sat on the mat.")
    >>> v.attention(layer=3, head=7)
    """

    bundle = "attention"
    chosen = _CHOSEN
    _comparison: tuple[Any, Comparison] | None = None

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
        view: str | None = None,
        layers: tuple[int, int] | None = None,
        weight: str = WEIGHTS[0],
        measure: str = MEASURES[0],
        sort: bool = False,
        compare_text: str | None = None,
        compare_model: str | None = None,
        bert: BertBackend | None = None,
        **selection: Any,
    ) -> None:
        is_compared = compare_text is not None or compare_model is not None
        super().__init__(
            text,
            pair=pair,
            model=model,
            bert=bert,
            layer=layer,
            head=head,
            view=one_of("view", view or ("compare" if is_compared else ATTENTION_VIEWS[0]), ATTENTION_VIEWS),
            layers=layers,
            weight=one_of("weight", weight, WEIGHTS),
            measure=one_of("measure", measure, MEASURES),
            sort=sort,
            compare_text=compare_text,
            compare_model=compare_model,
            **selection,
        )
        if is_compared:
            # What is wrong with the second text or model is said at once, not when somebody looks.
            self.comparison()

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
        kind: str | None = None,
        **selection: Any,
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
        kind
            Which of them is shown at first.

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
        if kind is not None and kind not in given.kinds:
            raise InputInvalid(f"There is no {kind} attention here.", f"Given: {', '.join(given.kinds)}.")
        panel = cls(text, bert=cast("BertBackend", given), layer=layer, head=head, view=view, **selection)
        panel.kind = kind or next(iter(given.kinds))
        panel.set_trait("views", list(TENSOR_VIEWS))
        panel.set_trait("is_fixed", True)
        return panel

    @property
    def selection(self) -> dict[str, Any]:
        """What is chosen in the panel now, by the names of its attributes."""
        return {name: getattr(self, name) for name in _CHOSEN}

    @property
    def code(self) -> str:
        """The Python that makes the panel again as it is now; of tensors only their names can stand in it."""
        if not isinstance(self._bert, GivenAttention):
            return super().code
        kinds = self._bert.kinds
        if list(kinds) == ["encoder"]:
            return code("aw.AttentionPanel.from_tensors(attentions, tokens, ", None, self._unusual())
        sides = [side for side in ("encoder", "decoder") if side in kinds or "cross" in kinds]
        names = ", ".join(f"{name}={name}" for name in [*kinds, *(f"{side}_tokens" for side in sides)])
        return code(f"aw.AttentionPanel.from_tensors({names}, ", None, {"kind": self.kind, **self._unusual()})

    @property
    def tokens(self) -> Tokens:
        """The tokens along both axes of the maps."""
        return self.result.tokens

    def attention(self, layer: int, head: int, *, weight: str = WEIGHTS[0]) -> NDArray[np.float32]:
        """Return one head's exact map, float32, shape ``(queries, keys)``; each row of probabilities sums to 1.

        Raises
        ------
        InputInvalid
            No such layer, head or weight.
        """
        maps = self._maps([layer], [head], **unusual(weight))
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
        """Return a matplotlib figure of the view that is open, with the switches as they are; or of one head's map.

        The flow is the rollout and the attribution integrated gradients: other methods are those of
        ``bert.flow(…).figure()`` and ``bert.attribute(…).figure()``. The effect is the importance of the heads.

        Parameters
        ----------
        layer, head
            If either is given, the map of that head is drawn, whichever view is open.
        """
        from .figures import figure_of

        return figure_of(self, layer, head)

    def _left(self) -> None:
        super()._left()
        self._comparison = None

    def comparison(self) -> Comparison:
        """Return how far each head differs from the second text or model, with the panel's own switches.

        Raises
        ------
        AlbertError
            There is no such model, or the second text cannot be processed.
        """
        return self._compared(
            (self.text, self.pair, self.model),
            {
                "other": self.compare_text,
                "other_model": self.compare_model,
                "words": self.words,
                "special_tokens": self.special_tokens,
            },
        )

    def _compared(self, source: tuple[str, str | None, str], asked: dict[str, Any]) -> Comparison:
        key = source, tuple(sorted(asked.items()))
        with self._lock:
            known = self._comparison
        if known is None or known[0] != key:
            text, pair, model = source
            known = key, self._bert.compare(text, pair=pair, model=model, **asked)
            with self._lock:
                self._comparison = known
        return known[1]

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
        asked = unusual(self.weight)
        if asked:
            overview = self._maps(None, None, pool=THUMBNAIL, quantized=True, **asked)
        maps = self._maps(layers, heads, quantized=True, **asked)
        return self._page(self.text[:60], {"overview": overview, "maps": maps})

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
        layers = None if selection["layers"] is None else layer_range(selection["layers"], result.num_layers)
        return {**selection, **{name: selection[name] % count for name, count in counts.items()}, "layers": layers}

    def _count_layers(self) -> int:
        known = self._answered
        return (known[1] if known else self.result).num_layers

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
        if method == "compare":
            return self._compared(source, asked)
        text, pair, model = source
        return getattr(self._bert, method)(text, pair=pair, model=model, **asked)


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
