"""The token panel: type, and see what one model reads, or up to four beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from albert_widgets.errors import InputInvalid
from albert_widgets.results import TokenizerComparison

from .text_panel import TextPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import Tokens

MOST = 4
"""Tokenizers that are shown beside each other."""


class TokensPanel(TextPanel["Tokens"]):
    """A text and its tokens, cut anew while one types; see :class:`~albert_widgets.widgets.text_panel.TextPanel`.

    >>> v = TokensPanel("Zoë's naïve café")
    >>> v.tokens.ids
    >>> TokensPanel("Zoë's naïve café", models=["starter", "FacebookAI/roberta-base"]).compared.summary()

    Parameters
    ----------
    text, pair, model, bert
        As of every panel.
    models
        Ids of one to four models whose tokenizers are shown beside each other, instead of ``model``.

    Raises
    ------
    InputInvalid
        Both ``model`` and ``models``, more than four, or one of them twice.
    """

    bundle = "tokens"

    others = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """Ids of the models beside the first."""

    def __init__(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        models: Sequence[str] | None = None,
        bert: BertBackend | None = None,
        **selection: Any,
    ) -> None:
        first, self._first_others = _checked_models(model, models)
        self._beside: dict[tuple[str, str | None, str], Tokens] = {}
        super().__init__(text, pair=pair, model=first, bert=bert, **selection)

    @property
    def models(self) -> list[str]:
        """Ids of the models that are shown, each once; the first is :attr:`model`."""
        return list(dict.fromkeys([self.model, *self.others]))

    @property
    def tokens(self) -> Tokens:
        """The tokens of the text that stands in the panel now, as the first model reads it."""
        return self.result

    @property
    def compared(self) -> TokenizerComparison:
        """The tokens of this text as each of the models reads it."""
        return TokenizerComparison(
            tuple(self._tokens_of(self.text, self.pair, model) for model in self.models),
        )

    def to_frame(self) -> Any:
        """Return a table with one row a token; of several models, ``model`` is its first column."""
        return self.tokens.to_frame() if len(self.models) == 1 else self.compared.to_frame()

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network."""
        return self._page(self.text[:60], list(self.compared))

    def _given(self) -> dict[str, Any]:
        given = super()._given()
        if self.others:
            del given["model"]
            given["models"] = self.models
        return given

    def __repr__(self) -> str:
        # What is not at hand is not asked for: a representation must neither wait nor fail.
        is_known = all((self.text, self.pair, model) in self._beside for model in self.models[1:])
        return repr(self._shown()) if self._answered and is_known else super().__repr__()

    def _left(self) -> None:
        super()._left()
        self._beside = {}

    def _picture(self) -> str:
        return self._shown()._repr_html_()

    def _shown(self) -> Tokens | TokenizerComparison:
        return self.tokens if len(self.models) == 1 else self.compared

    def _checked(self, result: Tokens, selection: dict[str, Any]) -> dict[str, Any]:
        # What is wrong with one of the others is said when the panel is made, not when it is looked at.
        for other in self._first_others:
            self._beside[result.text, result.pair, other] = self._compute(result.text, result.pair, other)
        return {**selection, "others": self._first_others}

    def _compute(self, text: str, pair: str | None, model: str) -> Tokens:
        return self._bert.tokenize(text, pair=pair, model=model)

    def _tokens_of(self, text: str, pair: str | None, model: str) -> Tokens:
        if model == self.model:
            return self._result_of(text, pair, model)
        source = (text, pair, model)
        with self._lock:
            known = self._beside.get(source)
        if known is None:
            known = self._compute(*source)
            with self._lock:
                # Of texts that stood here before nothing is kept.
                self._beside = {key: value for key, value in self._beside.items() if key[:2] == source[:2]}
                self._beside[source] = known
        return known

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method == "tokenize":
            return self._tokens_of(params["text"], params.get("pair"), params["model"])
        return super()._answer(method, params)


def _checked_models(model: str | None, models: Sequence[str] | None) -> tuple[str | None, list[str]]:
    if models is None:
        return model, []
    chosen = [models] if isinstance(models, str) else list(models)
    if model is not None:
        raise InputInvalid("Both model and models are given.", "Leave one of them.")
    if not 1 <= len(chosen) <= MOST:
        raise InputInvalid(f"{len(chosen)} tokenizers; one to {MOST} stand beside each other.", 'models=["starter", …]')
    for name in chosen:
        if chosen.count(name) > 1:
            raise InputInvalid(f"{name!r} is there twice.", "Name each model once.")
    return chosen[0], chosen[1:]
