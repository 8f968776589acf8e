"""What all panels share: the messages from the browser, the forms that outlive the kernel, the front end's file."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from albert_widgets.errors import AlbertError, InputInvalid, RequestMalformed

from .answering import Answering

if TYPE_CHECKING:
    from albert_widgets.protocol import BertBackend

MARKER = "application/vnd.albert-widgets.panel+json"
"""Marks an output as ours, so that our JupyterLab extension can show the picture where no kernel is."""

FIGURES = (".svg", ".pdf", ".png")
"""Endings of files that a panel's figure is saved in."""

_PLAIN = (str, int, float, list, tuple, dict, type(None))
"""Types of traits that a page of its own keeps."""

STATIC = Path(__file__).parent.parent / "static"


class Panel(anywidget.AnyWidget):
    """Base of the panels: a model of the backend, and a front end that asks for what it shows.

    The state that travels and is saved holds what was chosen only. The browser asks for the rest by custom messages;
    see :class:`~albert_widgets.widgets.answering.Answering`.

    Parameters
    ----------
    bert
        The backend; None takes the shared one.
    state
        Values of the panel's traits.

    Attributes
    ----------
    is_presentation
        Whether everything is drawn larger, with names instead of icons, for a room that looks on.

    Raises
    ------
    AlbertError
        The front end of the panels is not built, or a value cannot be chosen.
    """

    bundle: ClassVar[str] = ""
    """Name of the panel's front end in ``albert_widgets/static``."""

    chosen: ClassVar[tuple[str, ...]] = ()
    """Attributes that say what is chosen in the panel, in the order in which people name them."""

    _answering: Answering | None = None

    # anywidget keeps this in the state of each panel, and so in the notebook: it only fetches the rest.
    _esm = traitlets.Unicode().tag(sync=True)
    front_end = traitlets.Unicode(read_only=True).tag(sync=True)
    """Name and content's hash of the front end that the browser fetches, once for all panels of a page."""
    model = traitlets.Unicode().tag(sync=True)
    is_presentation = traitlets.Bool(False).tag(sync=True)

    def __init__(self, bert: BertBackend | None, **state: Any) -> None:
        self._bert = connected(bert)
        try:
            super().__init__(**state)
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

    # --- the browser ----------------------------------------------------------------------------

    def _answer(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ARG002 – other panels read them
        """Answer a request; called in a worker thread. What comes later may be a ``Future`` of it."""
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

    def close(self) -> None:
        """Take the panel off all pages, and give up what was computed for it."""
        super().close()
        # Called, too, of panels that were never finished.
        if self._answering is not None:
            self._answering.stop()
            self._left()

    # --- without a kernel -----------------------------------------------------------------------

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
        """Return what the panel shows as static HTML."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        """The Python that makes the panel again as it is now."""
        raise NotImplementedError

    def _unusual(self) -> dict[str, Any]:
        """Return what is chosen and is not the default."""
        names = (*self.chosen, "is_presentation")
        now = {name: getattr(self, name) for name in names}
        return {name: value for name, value in now.items() if value != self.traits()[name].default(self)}

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network."""
        raise NotImplementedError

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

    def _page(self, title: str, result: Any) -> str:
        from .page import page

        state = {
            name: value
            for name in self.traits(sync=True)
            if not name.startswith("_") and isinstance(value := getattr(self, name), _PLAIN)
        }
        return page(front_end(self.bundle), {**state, "code": self.code}, result, title=title, picture=self._picture())


def connected(bert: BertBackend | None) -> BertBackend:
    """Return the backend that was given, or the shared one."""
    if bert is not None:
        return bert
    from albert_widgets.service.client import connect

    return connect()


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
