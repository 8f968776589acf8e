"""The kernel's end of the messages: requests of a panel's views, answered from worker threads."""

from __future__ import annotations

import contextvars
import functools
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from albert_widgets.errors import AlbertError, RequestMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAVE = "leave"
"""What a view says when it is taken off its page; it waits for no answer."""


_REQUEST: contextvars.ContextVar[tuple[int, str] | None] = contextvars.ContextVar("request", default=None)
"""Number and kind of what a worker works on."""


class Abandoned(Exception):
    """Nobody waits for the answer any more: whoever works on it may stop."""


class Answers(Protocol):
    """What a panel does for its views."""

    def send(self, content: Any, buffers: Sequence[bytes] | None = None) -> None:
        """Send a message to the views."""

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        """Answer a request; called in a worker thread. What comes later may be a ``Future`` of it."""

    def _left(self) -> None:
        """Nobody looks at the panel any more."""


class Answering:
    """Takes requests ``{"id", "method", "kind", "params"}`` in the main thread, and leaves the work to another.

    The kernel says ``{"id", "accepted": true}`` at once, and later ``{"id", "result"}`` with buffers, or
    ``{"id", "error"}``; what takes long may tell ``{"id", "partial"}`` before. Of each kind only the newest request is
    answered. A kind is ``"view/what"``, so that two
    views of one panel are no rivals; what is asked before there is a view has a kind without one.

    Parameters
    ----------
    panel
        Who answers. What waits for a worker does not keep it alive.
    """

    def __init__(self, panel: Answers) -> None:
        self._panel = weakref.ref(panel)
        self._newest: dict[str, int] = {}
        self._views: set[str] = set()

    def receive(self, _panel: object, content: Any, _buffers: object = None) -> None:
        """Take a request, or a farewell."""
        panel = self._panel()
        request = content if isinstance(content, dict) else {}
        number, method, params = request.get("id"), request.get("method"), request.get("params", {})
        if panel is None or not isinstance(number, int):
            return
        if not isinstance(method, str) or not isinstance(params, dict):
            panel.send({"id": number, "error": RequestMalformed("The panel's request cannot be read.").to_dict()})
            return
        kind = str(request.get("kind", method))
        view, is_view, _ = kind.partition("/")
        if method == LEAVE:
            self._forget(view)
            return
        if is_view:
            self._views.add(view)
        self._newest[kind] = number
        panel.send({"id": number, "accepted": True})
        # The context says which cell's output the messages belong to.
        _workers().submit(contextvars.copy_context().run, self._work, number, kind, method, params)

    def teller(self) -> Callable[[Any], None]:
        """Return what sends news of the request that is being worked on here: ``{"id", "partial"}``.

        It raises :class:`Abandoned` as soon as nobody waits for the answer. Outside of a request it does nothing.
        """
        request = _REQUEST.get()

        def tell(partial: Any) -> None:
            if request is None:
                return
            number, kind = request
            panel = self._panel()
            if panel is None or self._newest.get(kind) != number:
                raise Abandoned
            panel.send({"id": number, "partial": partial})

        return tell

    def stop(self) -> None:
        """Answer nothing any more, not even what waits for a worker."""
        self._newest.clear()
        self._views.clear()

    def _forget(self, view: str) -> None:
        for kind in [kind for kind in self._newest if kind.partition("/")[0] == view]:
            del self._newest[kind]
        self._views.discard(view)
        panel = self._panel()
        if panel is not None and not self._views:
            panel._left()  # noqa: SLF001 – a panel's and its messages' own affair

    def _work(self, number: int, kind: str, method: str, params: dict[str, Any]) -> None:
        panel = self._panel()
        if panel is None or self._newest.get(kind) != number:
            return
        _REQUEST.set((number, kind))
        self._send(number, kind, lambda: panel._answer(method, params))  # noqa: SLF001 – as above

    def _send(self, number: int, kind: str, work: Callable[[], Any]) -> None:
        """Do some work and send what comes out; what is still to come is sent when it is there."""
        buffers: list[bytes] = []
        try:
            from albert_widgets.service import wire

            found = work()
            if isinstance(found, Future):
                # Whoever waits for news must not keep a worker from others.
                context = contextvars.copy_context()
                found.add_done_callback(
                    lambda done: _workers().submit(context.run, self._send, number, kind, done.result)
                )
                return
            data, arrays = wire.pack(found)
            buffers = [array.tobytes() for array in arrays]
            answer = {"id": number, "result": data}
        except AlbertError as error:
            answer = {"id": number, "error": error.to_dict()}
        except Abandoned:
            answer = {}
        except Exception as error:  # noqa: BLE001 – an exception in a thread would be seen by nobody
            slip = AlbertError(f"The panel failed: {type(error).__name__}: {error}", "Restart the kernel.")
            answer = {"id": number, "error": slip.to_dict()}
        panel = self._panel()
        if panel is None:
            return
        if self._newest.get(kind) == number:
            panel.send(answer, buffers)
        if "/" in kind and not self._views:
            panel._left()  # noqa: SLF001 – a panel's and its messages' own affair


@functools.cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="albert-panel")
