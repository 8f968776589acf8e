"""What the panels of a text share: the input, its result, and both in all forms."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import traitlets

from .code import code
from .panel import Panel, connected

if TYPE_CHECKING:
    from albert_widgets.protocol import BertBackend

Result = TypeVar("Result")


class TextPanel(Panel, Generic[Result]):
    """Base of the panels that look at a text: an input, and a result that the browser may ask more of.

    The state that travels and is saved holds the input and the selection only. When the panel is closed, or taken
    off all pages, the result is given up; it is computed again when somebody asks for it.

    Parameters
    ----------
    text, pair
        What to look at.
    model
        Id of the model; None takes the backend's default.
    bert
        The backend; None takes the shared one.
    selection
        What else is chosen at first, by the names of the panel's attributes.

    Raises
    ------
    TypeError
        The panel has no such attribute.
    AlbertError
        The text cannot be processed, or the front end of the panels is not built.
    """

    _answered: tuple[tuple[str, str | None, str], Result] | None = None

    text = traitlets.Unicode().tag(sync=True)
    pair = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    is_fixed = traitlets.Bool(False, read_only=True).tag(sync=True)
    """Whether the text cannot be changed, because nobody could compute anything of another one."""

    def __init__(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        bert: BertBackend | None = None,
        **selection: Any,
    ) -> None:
        for name in selection.keys() - {*self.chosen, "is_presentation"}:
            raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument {name!r}")
        self._bert = connected(bert)
        self._lock = threading.Lock()
        source = (text, pair, model or self._bert.default_model)
        result = self._compute(*source)
        self._answered = source, result
        super().__init__(self._bert, text=text, pair=pair, model=source[2], **self._checked(result, selection))

    # --- the data -------------------------------------------------------------------------------

    @property
    def result(self) -> Result:
        """What the panel shows, of the text that stands in it now."""
        return self._result_of(self.text, self.pair, self.model)

    def _result_of(self, text: str, pair: str | None, model: str) -> Result:
        source = (text, pair, model)
        known = self._answered
        if known and known[0] == source:
            return known[1]
        result = self._compute(*source)
        with self._lock:
            if self.comm is not None:
                self._answered = source, result
        return result

    def _compute(self, text: str, pair: str | None, model: str) -> Result:
        """Ask the backend for the result."""
        raise NotImplementedError

    def _checked(self, result: Result, selection: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 – for panels that select
        """Return the selection that a panel begins with, if there is such a thing in the result."""
        return selection

    def _left(self) -> None:
        with self._lock:
            self._answered = None

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        known = self._answered
        return repr(known[1]) if known else f"{type(self).__name__}({self.text!r})"

    def _picture(self) -> str:
        result: Any = self.result
        return str(result._repr_html_())

    @property
    def code(self) -> str:
        """The Python that makes the panel again as it is now: its input, and whatever is not as at first."""
        return code(f"aw.{type(self).__name__}", self.text, {**self._given(), **self._unusual()})

    def _given(self) -> dict[str, Any]:
        pair = {} if self.pair is None else {"pair": self.pair}
        return {**pair, "model": self.model}

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network."""
        return self._page(self.text[:60], self.result)
