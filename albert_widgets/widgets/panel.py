"""What all panels share: the messages from the browser, the forms that outlive the kernel, the front end's file."""

from __future__ import annotations

import contextvars
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import anywidget
import traitlets

from albert_widgets.errors import AlbertError, InputInvalid, RequestMalformed

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

    The state that travels and is saved holds the input and the selection only. The browser asks by
    custom messages ``{"id", "method", "kind", "params"}``; the kernel says ``{"id", "accepted": true}`` at
    once and answers ``{"id", "result"}`` with buffers, or ``{"id", "error"}``, from a worker thread. Of each
    kind only the newest request is answered.

    Parameters
    ----------
    text, pair
        What to look at.
    model
        Id of the model; None takes the backend's default.
    bert
        The backend; None takes the shared one.

    Raises
    ------
    AlbertError
        The text cannot be processed, or the front end of the panels is not built.
    """

    bundle: ClassVar[str] = ""
    """Name of the panel's front end in ``albert_widgets/static``."""

    _esm = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    pair = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
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
        if bert is None:
            from albert_widgets.service.client import connect

            bert = connect()
        self._bert = bert
        self._lock = threading.Lock()
        self._newest: dict[str, int] = {}
        source = (text, pair, model or bert.default_model)
        self._answered = source, self._compute(*source)
        super().__init__(text=text, pair=pair, model=source[2], **self._checked(self._answered[1], selection))
        self.on_msg(self._receive)

    @traitlets.default("_esm")
    def _front_end(self) -> str:
        return front_end(self.bundle)

    # --- the data -------------------------------------------------------------------------------

    @property
    def result(self) -> Result:
        """What the panel shows, of the text that stands in it now."""
        return self._result_of(self.text, self.pair, self.model)

    def _result_of(self, text: str, pair: str | None, model: str) -> Result:
        source = (text, pair, model)
        with self._lock:
            known, result = self._answered
        if known != source:
            result = self._compute(*source)
            with self._lock:
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
        if method == "models":
            return [
                {"id": info.id, "layers": info.num_hidden_layers, "heads": info.num_attention_heads}
                for info in self._bert.models()
                if "safetensors" in info.formats
            ]
        raise RequestMalformed(f"The panel has no method {method!r}.", "Restart the kernel: panel and package differ.")

    def _receive(self, _panel: object, content: Any, _buffers: object = None) -> None:
        """Take a request in the main thread, and leave the work to another one."""
        request = content if isinstance(content, dict) else {}
        number, method, params = request.get("id"), request.get("method"), request.get("params", {})
        if not isinstance(number, int):
            return
        if not isinstance(method, str) or not isinstance(params, dict):
            self.send({"id": number, "error": RequestMalformed("The panel's request cannot be read.").to_dict()})
            return
        kind = str(request.get("kind", method))
        self._newest[kind] = number
        self.send({"id": number, "accepted": True})
        # The context says which cell's output the messages belong to.
        _workers().submit(contextvars.copy_context().run, self._work, number, kind, method, params)

    def _work(self, number: int, kind: str, method: str, params: dict[str, Any]) -> None:
        if self._newest.get(kind) != number:
            return
        buffers: list[bytes] = []
        try:
            from albert_widgets.service import wire

            data, arrays = wire.pack(self._answer(method, params))
            buffers = [array.tobytes() for array in arrays]
            answer = {"id": number, "result": data}
        except AlbertError as error:
            answer = {"id": number, "error": error.to_dict()}
        except Exception as error:  # noqa: BLE001 – an exception in a thread would be seen by nobody
            slip = AlbertError(f"The panel failed: {type(error).__name__}: {error}", "Restart the kernel.")
            answer = {"id": number, "error": slip.to_dict()}
        if self._newest.get(kind) == number:
            self.send(answer, buffers)

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        return repr(self._answered[1])

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
        result: Any = self._answered[1]
        return str(result._repr_html_())

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

        state = {name: getattr(self, name) for name in self.traits(sync=True) if not name.startswith("_")}
        kept = {name: value for name, value in state.items() if isinstance(value, str | int | list | tuple | None)}
        return page(front_end(self.bundle), kept, result, self._picture())


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


@functools.cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="albert-panel")
