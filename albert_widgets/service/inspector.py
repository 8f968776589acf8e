"""The methods of :class:`Client` that look into a model; see :class:`albert_widgets.inspector.Inspector`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from albert_widgets.inputs import check_text, check_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.results import (
        AttentionFlow,
        AttentionMaps,
        Attribution,
        Comparison,
        Effect,
        HeadImportance,
        HeadStatistics,
        Neurons,
    )


class ClientInspector:
    """Checks the texts, so that nothing unusable travels, and leaves the rest to the backend."""

    def attention(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        rows: Sequence[int] | None = None,
        columns: Sequence[int] | None = None,
        pool: int | None = None,
        quantized: bool = False,
        weight: str = "probability",
        ablate: Sequence[Sequence[int]] | None = None,
    ) -> AttentionMaps:
        """Return attention maps of one text."""
        chosen = {"layers": layers, "heads": heads, "rows": rows, "columns": columns, "ablate": ablate}
        how = {"pool": pool, "quantized": quantized, "weight": weight}
        return cast("AttentionMaps", self._ask("/attention", text, pair, model, **chosen, **how))

    def head_statistics(self, text: str, *, pair: str | None = None, model: str | None = None) -> HeadStatistics:
        """Return what each head looks at."""
        return cast("HeadStatistics", self._ask("/head-statistics", text, pair, model))

    def flow(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        method: str = "rollout",
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        rows: Sequence[int] | None = None,
        start: int = 0,
    ) -> AttentionFlow:
        """Return how much of each input token arrives at each token of each layer."""
        chosen = {"layers": layers, "heads": heads, "rows": rows}
        return cast("AttentionFlow", self._ask("/flow", text, pair, model, method=method, start=start, **chosen))

    def neurons(
        self, text: str, *, layer: int, head: int, query: int, pair: str | None = None, model: str | None = None
    ) -> Neurons:
        """Return the vectors behind one row of one head."""
        return cast("Neurons", self._ask("/neurons", text, pair, model, layer=layer, head=head, query=query))

    def head_importance(
        self,
        texts: str | Sequence[str],
        *,
        pair: str | Sequence[str] | None = None,
        model: str | None = None,
        targets: Sequence[str] | None = None,
        mask: Sequence[int] | None = None,
    ) -> HeadImportance:
        """Return how much the loss of some texts depends on each head."""
        checked = check_texts(texts)
        pairs = None if pair is None else check_texts(pair, "pair")
        given = {"pair": pairs, "model": self._id(model), "targets": targets, "mask": mask}
        return cast("HeadImportance", self._post("/head-importance", texts=checked, **given))

    def attribute(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        method: str = "integrated_gradients",
        target: str | None = None,
        steps: int = 50,
    ) -> Attribution:
        """Return how much each token adds to one output of the model."""
        how = {"method": method, "target": target, "steps": steps}
        return cast("Attribution", self._ask("/attribute", text, pair, model, **how))

    def effect(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        mask: Sequence[int] | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        top_k: int = 5,
    ) -> Effect:
        """Return what the model says with tokens masked and heads switched off."""
        how = {"mask": mask, "ablate": ablate, "top_k": top_k}
        return cast("Effect", self._ask("/effect", text, pair, model, **how))

    def compare(
        self,
        text: str,
        other: str | None = None,
        *,
        pair: str | None = None,
        model: str | None = None,
        other_model: str | None = None,
        words: bool = False,
        special_tokens: str = "show",
    ) -> Comparison:
        """Return how far each head's map of one text (or model) is from its map of another."""
        if other is not None:
            check_text(other, "other text")
        how = {"other": other, "other_model": other_model, "words": words, "special_tokens": special_tokens}
        return cast("Comparison", self._ask("/compare", text, pair, model, **how))

    def _ask(self, path: str, text: str, pair: str | None, model: str | None, **how: Any) -> Any:
        check_text(text)
        if pair is not None:
            check_text(pair, "pair")
        return self._post(path, text=text, pair=pair, model=self._id(model), **how)

    def _post(self, path: str, **body: Any) -> Any:
        raise NotImplementedError

    def _id(self, model: str | None) -> str:
        raise NotImplementedError
