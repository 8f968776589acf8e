"""The token panel: type, and see what the model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .panel import Panel

if TYPE_CHECKING:
    from albert_widgets.results import Tokens


class TokensPanel(Panel["Tokens"]):
    """A text and its tokens, cut anew while one types; see :class:`~albert_widgets.widgets.panel.Panel`.

    >>> v = TokensPanel("Zoë's naïve café")
    >>> v.tokens.ids
    """

    bundle = "tokens"

    @property
    def tokens(self) -> Tokens:
        """The tokens of the text that stands in the panel now."""
        return self.result

    def to_frame(self) -> Any:
        """Return a table with one row a token."""
        return self.result.to_frame()

    def _compute(self, text: str, pair: str | None, model: str) -> Tokens:
        return self._bert.tokenize(text, pair=pair, model=model)

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method == "tokenize":
            return self._result_of(params["text"], params.get("pair"), params["model"])
        return super()._answer(method, params)
