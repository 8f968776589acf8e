"""The methods of :class:`Backend` that look into a model; see :class:`albert_widgets.inspector.Inspector`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import check_pairs, check_text, check_texts

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

    from .pool import Pool


class BackendInspector:
    """Checks what it is given, takes the model from the pool, and leaves the work to the modules beside it."""

    _pool: Pool

    if TYPE_CHECKING:

        @property
        def default_model(self) -> str: ...  # noqa: D102

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
        from .attention import attention

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return attention(
                loaded,
                text,
                pair,
                layers=layers,
                heads=heads,
                rows=rows,
                columns=columns,
                pool=pool,
                quantized=quantized,
                weight=weight,
                ablate=ablate or (),
            )

    def head_statistics(self, text: str, *, pair: str | None = None, model: str | None = None) -> HeadStatistics:
        """Return what each head looks at."""
        from .heads import head_statistics

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return head_statistics(loaded, text, pair)

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
        from .flow import attention_flow

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return attention_flow(loaded, text, pair, method=method, layers=layers, heads=heads, rows=rows, start=start)

    def neurons(
        self, text: str, *, layer: int, head: int, query: int, pair: str | None = None, model: str | None = None
    ) -> Neurons:
        """Return the vectors behind one row of one head."""
        from .heads import neurons

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return neurons(loaded, text, pair, layer=layer, head=head, query=query)

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
        from .heads import head_importance

        checked = check_texts(texts)
        pairs = None if pair is None else check_pairs(pair, checked)
        wanted = [None] * len(checked) if targets is None else list(targets)
        if len(wanted) != len(checked):
            raise InputInvalid(f"{len(checked)} texts, but {len(wanted)} targets.", "Give one target for each text.")
        if mask and len(checked) > 1:
            raise InputInvalid(
                f"mask={list(mask)} is of one text; these are {len(checked)}.", "Ask for one text at a time."
            )
        with self._pool.use(self._id(model)) as loaded:
            return head_importance(loaded, checked, pairs, wanted, mask or ())

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
        from .attribution import attribute

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return attribute(loaded, text, pair, method=method, target=target, steps=steps)

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
        from .effect import effect

        _check(text, pair)
        with self._pool.use(self._id(model)) as loaded:
            return effect(loaded, text, pair, mask=mask or (), ablate=ablate or (), top_k=top_k)

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
        from .compare import compare

        _check(text, pair)
        second = text if other is None else check_text(other, "other text")
        first_id = self._id(model)
        second_id = first_id if other_model is None else other_model
        with self._pool.use(first_id) as one, self._pool.use(second_id) as two:
            return compare((one, text), (two, second), pair, words=words, special_tokens=special_tokens)

    def _id(self, model: str | None) -> str:
        return self.default_model if model is None else model


def _check(text: str, pair: str | None) -> None:
    check_text(text)
    if pair is not None:
        check_text(pair, "pair")
