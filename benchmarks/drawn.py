"""A picture of attention in Chromium: when it is drawn first, what it weighs, how soon another layer is there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.e2e.lab import PATIENCE
from tests.jupyter_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.e2e.lab import Lab

MODULES = ROOT / "labextension" / "node_modules"
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"
SCRIPTS = {
    "require.js/2.3.6": MODULES / "requirejs" / "require.js",
    "d3/5.7.0": MODULES / "d3" / "dist" / "d3.min.js",
    "jquery/2.0.0": MODULES / "jquery" / "dist" / "jquery.min.js",
}
"""What bertviz loads from the network, and what it is given instead; npm's oldest jQuery 2 is 2.1.0."""

DRAWN = {
    "albert-widgets": "[aria-label=Attention][data-state=ready]",
    "bertviz": "[id^=bertviz] svg line",
}
"""Is on the page as soon as the picture is."""

LAYER = {"albert-widgets": "select[aria-label=Layer]", "bertviz": "[id^=bertviz] #layer"}

# A task after the next frame: what was changed before is on the screen then.
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
_CHOOSE = """async (select, [layer, isOurs]) => {
  const start = performance.now();
  select.value = layer;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  do { await frame(); } while (isOurs && select.closest('[data-state]').dataset.state !== 'ready');
  return (performance.now() - start) / 1000;
}"""

# Counted in the page: a debugger that is sent tens of megabytes a message is slower than what it watches.
_COUNT = """() => {
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
  const seen = new WeakSet();
  window.received = 0;
  Object.defineProperty(MessageEvent.prototype, 'data', { ...data, get() {
    const value = data.get.call(this);
    if (this.target instanceof WebSocket && !seen.has(this)) {
      seen.add(this);
      window.received += value.byteLength ?? value.length;
    }
    return value;
  } });
}"""


@dataclass(frozen=True)
class Opened:
    """A page: seconds to the first picture (None: not in time), elements, bytes of JavaScript's heap, seconds."""

    drawn: float | None
    elements: int = 0
    heap: int = 0
    switch: float | None = None


@dataclass(frozen=True)
class Cell:
    """A cell: seconds from running it to the picture (None: not in time), bytes to the browser, bytes saved."""

    drawn: float | None
    received: int = 0
    saved: int = 0


def page_of_its_own(browser: Browser, file: Path, tool: str, seconds: float) -> Opened:
    """Open a saved page, at most for so many seconds, and measure it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    page.route(f"{CDN}**", _script)
    start = time.perf_counter()
    try:
        page.goto(file.as_uri(), wait_until="commit", timeout=seconds * 1000)
        left = seconds - (time.perf_counter() - start)
        page.locator(DRAWN[tool]).first.wait_for(state="attached", timeout=max(1.0, left * 1000))
        page.evaluate(_PAINTED)
        drawn = time.perf_counter() - start
        return Opened(
            drawn, int(page.evaluate("document.querySelectorAll('*').length")), _heap(page), _switch(page, tool)
        )
    except PlaywrightError:
        # Too slow, or the page crashed.
        return Opened(None)
    finally:
        context.close()


def cell_of_a_notebook(lab: Lab, tool: str, before: str, cell: str, seconds: float) -> Cell:
    """Run ``before`` and then ``cell`` in a new notebook, measure the second for at most so many seconds, and save."""
    name = f"{tool}.ipynb"
    lab.write(name, [before, cell])
    with lab.notebook(name) as notebook:
        page = notebook.page
        page.route(f"{CDN}**", _script)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()
        # JupyterLab says idle before its connection to a new kernel stands.
        time.sleep(3)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text("[1]:", timeout=PATIENCE)
        page.evaluate(_COUNT)
        start = time.perf_counter()
        page.keyboard.press("Shift+Enter")
        try:
            page.locator(DRAWN[tool]).first.wait_for(state="attached", timeout=seconds * 1000)
        except PlaywrightError:
            return Cell(None)
        page.evaluate(_PAINTED)
        drawn = time.perf_counter() - start
        sent = int(page.evaluate("window.received"))
        notebook.save()
        return Cell(drawn, sent, (lab.server.root / name).stat().st_size)


def _script(route: Route) -> None:
    url = route.request.url
    file = next(file for name, file in SCRIPTS.items() if name in url)
    route.fulfill(path=file, content_type="text/javascript")


def _heap(page: Page) -> int:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return int(session.send("Runtime.getHeapUsage")["usedSize"])


def _switch(page: Page, tool: str) -> float | None:
    select: Locator = page.locator(LAYER[tool])
    if not select.count():
        return None
    seconds = [select.evaluate(_CHOOSE, [layer, tool == "albert-widgets"]) for layer in ("3", "1", "4")]
    return float(sorted(seconds)[1])
