"""What all panels share: the messages from the browser, the forms that outlive the kernel, the front end's file."""

from __future__ import annotations

import functools
import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import anywidget
import traitlets

from albert_widgets.errors import AlbertError, InputInvalid, RequestMalformed

from .answering import Answering
from .code import code

if TYPE_CHECKING:
    from albert_widgets.protocol import BertBackend

MARKER = "application/vnd.albert-widgets.panel+json"
"""Marks an output as ours, so that our JupyterLab extension can show the picture where no kernel is."""

FIGURES = (".svg", ".pdf", ".png")
"""Endings of files that a panel's figure is saved in."""

STATIC = Path(__file__).parent.parent / "static"

Result = TypeVar("Result")


class Panel(anywidget.AnyWidget, Generic[Result]):
    """Base of the panels: an input, and a result that the browser may ask more of.

    The state that travels and is saved holds the input and the selection only. The browser asks for the rest by
    custom messages; see :class:`~albert_widgets.widgets.answering.Answering`. When the panel is closed, or taken
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

    Attributes
    ----------
    is_presentation
        Whether everything is drawn larger, with names instead of icons, for a room that looks on.

    Raises
    ------
    TypeError
        The panel has no such attribute.
    AlbertError
        The text cannot be processed, or the front end of the panels is not built.
    """

    bundle: ClassVar[str] = ""
    """Name of the panel's front end in ``albert_widgets/static``."""

    chosen: ClassVar[tuple[str, ...]] = ()
    """Attributes that say what is chosen in the panel, in the order in which people name them."""

    _answering: Answering | None = None
    _answered: tuple[tuple[str, str | None, str], Result] | None = None

    # anywidget keeps this in the state of each panel, and so in the notebook: it only fetches the rest.
    _esm = traitlets.Unicode().tag(sync=True)
    front_end = traitlets.Unicode(read_only=True).tag(sync=True)
    """Name and content's hash of the front end that the browser fetches, once for all panels of a page."""
    text = traitlets.Unicode().tag(sync=True)
    pair = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    is_presentation = traitlets.Bool(False).tag(sync=True)
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
        if bert is None:
            from albert_widgets.service.client import connect

            bert = connect()
        self._bert = bert
        self._lock = threading.Lock()
        source = (text, pair, model or bert.default_model)
        result = self._compute(*source)
        self._answered = source, result
        try:
            super().__init__(text=text, pair=pair, model=source[2], **self._checked(result, selection))
        except traitlets.TraitError as error:
            raise InputInvalid(str(error)) from None
        self._answering = Answering(self)
        self.on_msg(self._answering.receive)

    @traitlets.default("_esm")
    def _loader(self) -> str:
        return front_end("loader")

    @traitlets.default("front_end")
    def _front_end(self) -> str:
        return f"{self.bundle} {hashlib.sha256(front_end(self.bundle).encode()).hexdigest()[:16]}"

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

    # --- the browser ----------------------------------------------------------------------------

    def _answer(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ARG002 – other panels read them
        """Answer a request; called in a worker thread."""
        if method == "front_end":
            return front_end(self.bundle)
        if method == "code":
            return self.code
        if method == "page":
            return self.to_html()
        if method == "models":
            return [
                {"id": info.id, "layers": info.num_hidden_layers, "heads": info.num_attention_heads}
                for info in self._bert.models()
                if "safetensors" in info.formats
            ]
        raise RequestMalformed(f"The panel has no method {method!r}.", "Restart the kernel: panel and package differ.")

    def _left(self) -> None:
        """Give up what the browser does not look at any more."""
        with self._lock:
            self._answered = None

    def close(self) -> None:
        """Take the panel off all pages, and give up what was computed for it."""
        super().close()
        # Called, too, of panels that were never finished.
        if self._answering is not None:
            self._answering.stop()
            self._left()

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        known = self._answered
        return repr(known[1]) if known else f"{type(self).__name__}({self.text!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {
            MARKER: {"version": 1},
            **data,
            "text/html": self._picture(),
            "text/plain": repr(self),
        }, metadata

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

    def _unusual(self) -> dict[str, Any]:
        """Return what is chosen and is not the default."""
        names = (*self.chosen, "is_presentation")
        now = {name: getattr(self, name) for name in names}
        return {name: value for name, value in now.items() if value != self.traits()[name].default(self)}

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network."""
        return self._page(self.result)

    def save(self, path: str | Path) -> Path:
        """Write the panel to a file and return its path.

        Parameters
        ----------
        path
            ``.html``: :meth:`to_html`. ``.svg``, ``.pdf`` and ``.png``: the panel's figure, if it has one.

        Raises
        ------
        InputInvalid
            Another ending, or no figure.
        MissingExtra
            A figure, but matplotlib is not installed.
        """
        target = Path(path).expanduser()
        kind = target.suffix.lower()
        if kind in {".html", ".htm"}:
            target.write_text(self.to_html(), encoding="utf-8")
            return target
        figure = getattr(self, "figure", None)
        if figure is None or kind not in FIGURES:
            kinds = [".html", *(FIGURES if figure else ())]
            raise InputInvalid(
                f"This panel cannot be saved as {kind or 'a file without an ending'}.", f"Choose {', '.join(kinds)}."
            )
        figure().savefig(target, bbox_inches="tight")
        return target

    def _page(self, result: Any) -> str:
        from .page import page

        state = {
            name: value
            for name in self.traits(sync=True)
            if not name.startswith("_") and isinstance(value := getattr(self, name), str | int | list | tuple | None)
        }
        return page(front_end(self.bundle), {**state, "code": self.code}, result, self._picture())


@functools.cache
def front_end(bundle: str) -> str:
    """Return the front end of a panel: an ES module.

    Raises
    ------
    AlbertError
        It is not built (a checkout without the build step).
    """
    file = STATIC / f"{bundle}.js"
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AlbertError(
            f"The front end of this panel is not built: {file.name} is missing.",
            "In a checkout: cd labextension && jlpm && jlpm build. Else: pip install --force-reinstall albert-widgets",
        ) from None
