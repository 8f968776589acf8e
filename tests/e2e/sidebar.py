"""The model manager's sidebar as a person uses it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from tests.jupyter_process import TOKEN

from .lab import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

    from .lab import Lab

COOKIE_ONLY = """new MutationObserver((_, observer) => {
  const config = document.getElementById('jupyter-config-data');
  if (config) {
    observer.disconnect();
    config.textContent = JSON.stringify({ ...JSON.parse(config.textContent), token: '' });
  }
}).observe(document, { childList: true, subtree: true });"""
"""Takes Jupyter's token from the page, as JupyterHub does: then the cookie and the XSRF token must do."""

NETWORK = re.compile(r"Failed to load resource: (the server responded with a status of|net::ERR_)")


def beginning(name: str) -> re.Pattern[str]:
    """Return a pattern of the names of rows: a model, and what is said of it."""
    # Playwright writes the pattern between slashes.
    return re.compile(rf"^{re.escape(name)}(,|$)".replace("/", r"\/"))


class Sidebar:
    """The sidebar on a page of JupyterLab.

    Attributes
    ----------
    errors
        What the console showed in red.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab = page.locator('.jp-SideBar [data-id="albert-widgets-manager"]')
        self.panel = page.locator("#albert-widgets-manager")
        self.dialog = page.locator(".jp-Dialog")

    def open(self) -> None:
        """Click its tab, and wait until it shows what there is."""
        self.tab.click()
        expect(self.row("Models on this machine", "starter")).to_be_visible(timeout=PATIENCE)

    def grid(self, name: str) -> Locator:
        """Return a list by its name."""
        return self.panel.get_by_role("grid", name=name, exact=True)

    def row(self, grid: str, model: str) -> Locator:
        """Return the row of a model or job."""
        return self.grid(grid).get_by_role("row", name=beginning(model))

    def press(self, row: Locator, button: str) -> None:
        """Move to a row, and press one of its buttons."""
        row.hover()
        row.get_by_role("button", name=button, exact=True).click()

    def choose(self, row: Locator, item: str | re.Pattern[str]) -> None:
        """Choose from a row's context menu."""
        row.click(button="right")
        self.page.locator(".lm-Menu-item", has_text=item).click()

    def toggle(self, section: str) -> None:
        """Open or close a section."""
        self.panel.locator(".jp-AccordionPanel-title", has_text=re.compile(f"^{section}")).click()

    def answer(self, button: str) -> None:
        """Press a button of the dialog that is open."""
        self.dialog.get_by_role("button", name=button, exact=True).click()

    def command(self, name: str) -> None:
        """Run a command by the palette."""
        wanted = self.page.locator(".lm-CommandPalette-input:visible")
        for _ in range(5):
            self.page.keyboard.press("Control+Shift+C")
            try:
                wanted.fill(name, timeout=3000)
                break
            except PlaywrightTimeoutError:
                # It closes itself when something else takes the focus, as a section does that is just drawn.
                self.page.keyboard.press("Escape")
        self.page.keyboard.press("Enter")

    def picture(self, file: Path, width: int = 420) -> None:
        """Take a screenshot of the sidebar, that wide, with what lies around it."""
        # What is pointed at shows its buttons; the pointer rests elsewhere.
        self.page.mouse.move(900, 700)
        box = self.panel.bounding_box()
        assert box is not None
        handle = self.page.locator(".jp-LabShell #jp-main-split-panel > .lm-SplitPanel-handle").first
        handle.drag_to(self.page.locator("body"), target_position={"x": box["x"] + width, "y": 400}, force=True)
        box = self.panel.bounding_box()
        assert box is not None
        clip = {"x": 0.0, "y": 0.0, "width": box["x"] + box["width"] + 1, "height": box["y"] + box["height"]}
        self.page.screenshot(path=file, clip=clip, animations="disabled")  # type: ignore[arg-type]

    def forgive_network(self) -> None:
        """Leave out what the browser says of answers that a test provokes: refusals, and lines that break."""
        self.errors = [error for error in self.errors if not NETWORK.match(error)]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location['url']}".strip())


@contextmanager
def sidebar_page(
    browser: Browser, lab: Lab, *, view: str = "lab", notebook: str = "", height: int = 1000
) -> Iterator[Sidebar]:
    """Open JupyterLab as somebody who has logged in before: with a cookie, and without a token."""
    context = browser.new_context(viewport={"width": 1400, "height": height}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    try:
        page.goto(f"{lab.server.url}/login?token={TOKEN}")
        context.add_init_script(COOKIE_ONLY)
        sidebar = Sidebar(page)
        page.goto(f"{lab.server.url}/{view}{f'/tree/{quote(notebook)}' if notebook else ''}?reset")
        yield sidebar
        assert not sidebar.errors, sidebar.errors
    except BaseException:
        page.screenshot(path=lab.server.folder / "failed.png")
        print(f"How it looked: {lab.server.folder / 'failed.png'}")
        raise
    finally:
        context.close()
        with lab.server.client() as client:
            for session in client.get(f"{lab.server.url}/api/sessions").json():
                client.delete(f"{lab.server.url}/api/sessions/{session['id']}")
