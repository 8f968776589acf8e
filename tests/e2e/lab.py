"""JupyterLab as a person uses it: open a notebook, run it, look at outputs, save."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import nbformat
import pytest
from playwright.sync_api import expect

from tests.jupyter_process import TOKEN, isolated_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.jupyter_process import JupyterProcess

PATIENCE = 90_000
"""Milliseconds for the slowest thing: the first cell that starts backend and model on a busy machine."""
PYTHON = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
SHOWN_WITHIN = 20_000
"""Milliseconds for everything else that is expected of a page."""
CHROME = 240
"""Pixels of a window that JupyterLab takes for itself, at most."""

in_both_themes = pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
"""What a panel does is the same in both; how it looks in the dark is for the pictures."""


class Lab:
    """A running JupyterLab and a browser to look at it."""

    def __init__(
        self, browser: Browser, server: JupyterProcess, set_setting: Callable[[str, dict[str, object]], None]
    ) -> None:
        self._browser = browser
        self.server = server
        self._set_setting = set_setting

    def set_theme(self, name: str) -> None:
        """Choose the theme for pages opened from now on."""
        self._set_setting("apputils-extension/themes", {"theme": name})

    def write(self, name: str, source: Path | list[str], **metadata: Any) -> None:
        """Put a notebook into the server's folder: a copy, or one of code cells."""
        if isinstance(source, list):
            cells = [nbformat.v4.new_code_cell(cell) for cell in source]
            content = nbformat.v4.new_notebook(cells=cells)
        else:
            content = nbformat.read(source, as_version=4)
        content.metadata.setdefault("kernelspec", PYTHON)
        content.metadata.update(metadata)
        nbformat.write(content, self.server.root / name)

    def read(self, name: str) -> dict[str, Any]:
        """Return a saved notebook."""
        return dict(json.loads((self.server.root / name).read_text(encoding="utf-8")))

    def trust(self, name: str) -> None:
        """Type ``jupyter trust``: the outputs of the notebook may do what they like."""
        command = [sys.executable, "-m", "jupyter", "trust", str(self.server.root / name)]
        subprocess.run(command, env=isolated_environment(self.server.folder), check=True, capture_output=True)

    @contextmanager
    def notebook(self, name: str, *, view: str = "lab/tree", width: int = 1280) -> Iterator[Notebook]:
        """Open a notebook in a new browser; ``view="notebooks"`` is Notebook 7."""
        context = self._browser.new_context(viewport={"width": width, "height": 900}, locale="en-US")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        slips: list[str] = []
        page.on("pageerror", lambda error: slips.append(str(error)))
        try:
            # "reset": what earlier tests had open is not restored.
            page.goto(f"{self.server.url}/{view}/{quote(name)}?reset&token={TOKEN}")
            # A notebook that is still being read shows one empty cell.
            expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(self.read(name)["cells"]), timeout=PATIENCE)
            yield Notebook(page, slips, lambda: self._has_kernel(name))
        except BaseException:
            page.screenshot(path=self.server.folder / "failed.png")
            print(f"How it looked: {self.server.folder / 'failed.png'}")
            raise
        finally:
            context.close()
            with self.server.client() as client:
                for session in client.get(f"{self.server.url}/api/sessions").json():
                    client.delete(f"{self.server.url}/api/sessions/{session['id']}")

    def _has_kernel(self, name: str) -> bool:
        """Whether a page is connected to the kernel of a notebook, and the kernel waits for work."""
        with self.server.client() as client:
            sessions = client.get(f"{self.server.url}/api/sessions").json()
        kernels = [session["kernel"] for session in sessions if session["path"] == name]
        return any(kernel["connections"] > 0 and kernel["execution_state"] == "idle" for kernel in kernels)


class Notebook:
    """One open notebook.

    Attributes
    ----------
    slips
        Exceptions in the page that nobody caught.
    """

    def __init__(self, page: Page, slips: list[str], has_kernel: Callable[[], bool]) -> None:
        self.page = page
        self.slips = slips
        self._has_kernel = has_kernel

    def wait_for_kernel(self) -> None:
        """Wait until the page is connected to its kernel.

        JupyterLab says idle before. Told to run something then, it asks for a kernel and starts a second one, which
        gets no widget manager when the first is just coming; or it forgets what was to be run.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while not self._has_kernel():
            assert time.monotonic() < deadline, "The notebook has no kernel."
            self.page.wait_for_timeout(100)
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()

    def run_all(self) -> None:
        """Choose *Run > Run All Cells*, and wait until all have run."""
        self.wait_for_kernel()
        self.choose("Run", "Run All Cells")
        prompts = self.page.locator(".jp-CodeCell .jp-InputPrompt")
        have_run = prompts.filter(has_text=re.compile(r"\[\d+\]:"))
        try:
            expect(have_run).to_have_count(prompts.count(), timeout=PATIENCE)
        except AssertionError as slip:
            # The cells after one that fails are not run.
            errors = self.page.locator("[data-mime-type*=stderr]")
            message = f"The prompts are {prompts.all_inner_texts()}, the errors {errors.all_inner_texts()}"
            raise AssertionError(message) from slip

    def save(self) -> None:
        """Choose *File > Save Notebook*, and wait until it is saved."""
        self.choose("File", re.compile("^Save Notebook( Ctrl|$)"))
        self.page.locator(".jp-mod-dirty").wait_for(state="detached")

    def choose(self, menu: str, item: str | re.Pattern[str]) -> None:
        """Choose an item of a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def choose_theme(self, name: str) -> None:
        """Choose *Settings > Theme >* that one, on this page."""
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        self.page.locator(".lm-Menu-item", has_text=re.compile("^Theme$")).hover()
        self.page.get_by_role("menuitem", name=name, exact=True).click()

    def panel(self, title: str) -> Panel:
        """Return the first panel of ours with that title."""
        return Panel(self.page.get_by_role("region", name=title, exact=True).first)


class Panel:
    """One panel of ours in an output."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.text = root.get_by_role("textbox", name="Text", exact=True)
        self.status = root.get_by_role("status")
        self.tip = root.locator(".albert-tip")

    def wait_until_ready(self) -> None:
        """Wait until its picture is there."""
        expect(self.root).to_have_attribute("data-state", "ready", timeout=PATIENCE)

    def picture(self, file: Path) -> None:
        """Take a screenshot of it; a panel that is higher than the window is given a higher one."""
        page, box = self.root.page, self.root.bounding_box()
        size = page.viewport_size
        assert box is not None
        assert size is not None
        if box["height"] + CHROME > size["height"]:
            page.set_viewport_size({**size, "height": round(box["height"] + CHROME)})
        self.root.scroll_into_view_if_needed()
        self.root.screenshot(path=file, animations="disabled")
        page.set_viewport_size(size)
