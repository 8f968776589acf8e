"""A host of anywidget that is not JupyterLab: a bare page, in a shadow root if wanted, a real panel behind it."""

from __future__ import annotations

import base64
import json
import queue
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .lab import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from albert_widgets.widgets import Panel

ADDRESS = "https://notebook.test/"
"""Nobody is there: the page comes from here, and whatever else it asks for is a slip."""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>host</title>
<style>:root { color-scheme: light dark; } body { margin: 8px; background: Canvas; }
p, button, textarea { color: red; letter-spacing: 9px; }</style></head><body><main id="host"></main></body></html>"""

HOST = """async ({ module, state, isShadow }) => {
  const listeners = {};
  const emit = (event, ...args) => (listeners[event] ?? []).slice().forEach(listener => listener(...args));
  let unsaved = {};
  // The model of https://anywidget.dev/en/afm/, and nothing more.
  const model = {
    get: name => state[name],
    set: (name, value) => {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      unsaved[name] = value;
      emit(`change:${name}`, value);
    },
    save_changes: () => { toKernel({ state: unsaved }); unsaved = {}; },
    on: (event, listener) => void (listeners[event] ??= []).push(listener),
    off: (event, listener) => { listeners[event] = (listeners[event] ?? []).filter(one => one !== listener); },
    send: content => void toKernel({ content })
  };
  const bytes = text => new DataView(Uint8Array.from(atob(text), sign => sign.charCodeAt(0)).buffer);
  const poll = async () => {
    for (const { content, buffers, changed } of await fromKernel()) {
      if (content) emit('msg:custom', content, buffers.map(bytes));
      for (const [name, value] of Object.entries(changed ?? {})) {
        if (JSON.stringify(state[name]) !== JSON.stringify(value)) {
          state[name] = value;
          emit(`change:${name}`, value);
        }
      }
    }
    setTimeout(poll, 15);
  };
  const host = document.getElementById('host');
  const el = document.createElement('div');
  (isShadow ? host.attachShadow({ mode: 'open' }) : host).append(el);
  const { default: widget } = await import(URL.createObjectURL(new Blob([module], { type: 'text/javascript' })));
  void poll();
  const cleanup = await widget.render({ model, el });
  window.takeAway = () => {
    cleanup();
    return [el.childElementCount, Object.values(listeners).flat().length];
  };
}"""


class Hosted:
    """A page that shows a panel.

    Attributes
    ----------
    slips
        What the page should not have done: requests, dialogs, errors, messages in the console.
    """

    def __init__(self, page: Page, widget: Panel[Any]) -> None:
        self.page = page
        self.slips: list[str] = []
        self._widget = widget
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        widget.send = self._hear
        widget.observe(self._changed, [name for name in widget.traits(sync=True) if not name.startswith("_")])
        page.on("console", lambda message: self.slips.append(message.text))
        page.on("pageerror", lambda error: self.slips.append(str(error)))
        page.on("dialog", lambda dialog: (self.slips.append(dialog.message), dialog.dismiss()))
        page.on(
            "request", lambda asked: asked.url.startswith((ADDRESS, "blob:", "data:")) or self.slips.append(asked.url)
        )
        page.expose_function("toKernel", self._to_kernel)
        page.expose_function("fromKernel", self._from_kernel)

    def _hear(self, content: Any, buffers: Any = None) -> None:
        texts = [base64.b64encode(buffer).decode("ascii") for buffer in buffers or []]
        self._waiting.put({"content": json.loads(json.dumps(content)), "buffers": texts})

    def _changed(self, change: Any) -> None:
        self._waiting.put({"changed": {change["name"]: change["new"]}})

    def _to_kernel(self, message: dict[str, Any]) -> None:
        if "content" in message:
            self._widget._handle_custom_msg(message["content"], [])
        else:
            self._widget.set_state(message["state"])

    def _from_kernel(self) -> list[dict[str, Any]]:
        return [self._waiting.get() for _ in range(self._waiting.qsize())]


@contextmanager
def hosted(browser: Browser, widget: Panel[Any], *, is_shadow: bool = True, **options: Any) -> Iterator[Hosted]:
    """Show a panel on a page of its own; ``options`` are those of a browser context."""
    context = browser.new_context(accept_downloads=True, **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8"))
    shown = Hosted(page, widget)
    page.goto(ADDRESS)
    names = [name for name in widget.traits(sync=True) if not name.startswith("_")]
    state = {name: getattr(widget, name) for name in names if name not in {"layout", "tabbable", "tooltip", "comm"}}
    page.evaluate(HOST, {"module": widget._esm, "state": state, "isShadow": is_shadow})
    page.locator(".albert-panel[data-state=ready]").wait_for()
    try:
        yield shown
    finally:
        context.close()
