"""The frame of the panels: what they take from the page and give back, and how they are worked without a mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .lab import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

    from .lab import Lab, Notebook

GIVEN = """
import gc, time, weakref
import albert_widgets as aw
from IPython.display import display
text = "the cat sat on a mat and " * 72 + "so on"  # 508 tokens: nearly all that the model reads
def show(count):
    panels = [aw.AttentionPanel(text) for _ in range(count)]
    for panel in panels:
        display(panel)
    return panels
def alive(references):
    # What a worker is at when its panel is closed, it finishes.
    for _ in range(300):
        gc.collect()
        if not any(reference() for reference in references):
            break
        time.sleep(0.1)
    return sum(reference() is not None for reference in references)
"""


def run_cell(notebook: Notebook, index: int) -> None:
    cell = notebook.page.locator(".jp-Notebook .jp-CodeCell").nth(index)
    cell.locator(".jp-InputPrompt").click()
    notebook.page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
    expect(cell.locator("[data-mime-type*=stderr]")).to_have_count(0)


def objects(cdp: CDPSession, prototype: str, test: str) -> int:
    """Count all living objects of a kind, those that hang on no page as well, after a collection of garbage."""
    cdp.send("HeapProfiler.collectGarbage")
    kind = cdp.send("Runtime.evaluate", {"expression": prototype})["result"]["objectId"]
    group = {"objectGroup": "counted"}
    found = cdp.send("Runtime.queryObjects", {"prototypeObjectId": kind, **group})["objects"]["objectId"]
    # Prototypes are found as well, and have no properties of their own.
    safe = f"one => {{ try {{ return ({test})(one); }} catch {{ return false; }} }}"
    counting = f"function() {{ return this.filter({safe}).length; }}"
    asked = {"objectId": found, "functionDeclaration": counting, "returnByValue": True}
    count = int(cdp.send("Runtime.callFunctionOn", asked)["result"]["value"])
    # What was found must not be kept alive by having been found.
    cdp.send("Runtime.releaseObjectGroup", group)
    return count


def panels_in_memory(cdp: CDPSession) -> int:
    return objects(cdp, "HTMLElement.prototype", "one => one.className === 'albert-panel'")


def heap(cdp: CDPSession) -> float:
    """Megabytes of the page's JavaScript heap and array buffers."""
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    usage = cdp.send("Runtime.getHeapUsage")
    return (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6


@pytest.mark.slow
def test_closed_panels_give_everything_back(lab: Lab) -> None:
    cells = [
        GIVEN,
        "panels = show(1)",
        "panels[0].close()",
        "panels = show(10); watched = [weakref.ref(panel) for panel in panels]",
        "[panel.close() for panel in panels]; del panels; print(alive(watched), 'alive')",
        "panels = show(2)",
        "[panel._answered for panel in panels]",
    ]
    lab.write("close.ipynb", cells)
    with lab.notebook("close.ipynb") as notebook:
        page = notebook.page
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable")
        run_first(notebook)
        # What is loaded once is loaded before.
        run_cell(notebook, 1)
        wait_for_panels(page, 1)
        print(f"one panel open: {latencies(page)}")
        run_cell(notebook, 2)
        expect(page.locator(".albert-panel")).to_have_count(0)
        before = heap(cdp)
        run_cell(notebook, 3)
        wait_for_panels(page, 10)
        page.wait_for_timeout(1000)
        shown = heap(cdp)
        assert panels_in_memory(cdp) == 10
        print(f"ten panels open: {latencies(page)}")
        run_cell(notebook, 4)
        expect(page.locator(".albert-panel")).to_have_count(0)
        expect(page.locator(".jp-CodeCell").nth(4).locator(".jp-OutputArea-output")).to_have_text("0 alive")
        page.wait_for_timeout(1000)
        after = heap(cdp)
        print(f"heap in MB: {before:.1f} before, {shown:.1f} with ten panels, {after:.1f} after closing them")
        assert panels_in_memory(cdp) == 0
        assert after - before < 8
        # The same for panels whose outputs are cleared: the kernel forgets what it computed for them.
        run_cell(notebook, 5)
        wait_for_panels(page, 2)
        notebook.choose("Edit", "Clear Outputs of All Cells")
        expect(page.locator(".albert-panel")).to_have_count(0)
        run_cell(notebook, 6)
        expect(page.locator(".jp-CodeCell").nth(6).locator(".jp-OutputArea-output")).to_have_text("[None, None]")
        assert panels_in_memory(cdp) == 0
        assert not notebook.slips


def test_notebook_is_saved_from_within_a_panel(lab: Lab) -> None:
    lab.write("save.ipynb", ["import albert_widgets as aw", "aw.TokensPanel('Zoë slept')"])
    with lab.notebook("save.ipynb") as notebook:
        notebook.run_all()
        tokens = notebook.panel("Tokens")
        tokens.wait_until_ready()
        for place in (tokens.text, tokens.root.get_by_role("button", name="Help")):
            file = lab.server.root / "save.ipynb"
            before = file.stat().st_mtime_ns
            for _ in range(10):
                # Pressed again: JupyterLab drops what is pressed while its last save is not at its end.
                place.press("Control+s")
                notebook.page.wait_for_timeout(2000)
                if file.stat().st_mtime_ns != before:
                    break
            assert file.stat().st_mtime_ns != before
            notebook.page.locator(".jp-mod-dirty").wait_for(state="detached")
        # Keys that mean something in the panel do nothing to the notebook: "x" would cut the cell, "h" open a dialog.
        tokens.root.get_by_role("button", name="Help").focus()
        for key in ("x", "h", "h", "b"):
            notebook.page.keyboard.press(key)
        expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
        expect(notebook.page.locator(".jp-Dialog")).to_have_count(0)
        assert not notebook.slips


def run_first(notebook: Notebook) -> None:
    notebook.wait_for_kernel()
    run_cell(notebook, 0)


def wait_for_panels(page: Page, count: int) -> None:
    expect(page.locator(".albert-panel[data-state=ready]")).to_have_count(count, timeout=PATIENCE)


def latencies(page: Page) -> Any:
    """Milliseconds from a movement or a click to the next picture, in the panel in the middle."""
    return page.evaluate(
        """async () => {
          const panels = document.querySelectorAll('.albert-panel[data-state=ready]');
          const panel = panels[Math.floor(panels.length / 2)];
          panel.scrollIntoView();
          const [thumbnails, map] = panel.querySelectorAll('[role=grid]');
          const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
          const event = (type, target, x, y) => {
            const {left, top} = target.getBoundingClientRect();
            target.dispatchEvent(new PointerEvent(type, {clientX: left + x, clientY: top + y, bubbles: true}));
          };
          const hovers = [], chooses = [];
          for (let at = 0; at < 30; at++) {
            const start = performance.now();
            event('pointermove', map, 100 + at * 7, 100 + at * 5);
            hovers.push(performance.now() - start);
            await painted();
          }
          for (let at = 0; at < 5; at++) {
            const start = performance.now();
            event('click', thumbnails, 30 + (at % 10) * 30, 30 + (at % 6) * 30);
            while (panel.dataset.state !== 'ready') await painted();
            await painted();
            chooses.push(performance.now() - start);
          }
          const middle = list => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
          return {hover: middle(hovers), choose: middle(chooses), slowest: Math.max(...chooses)};
        }"""
    )
