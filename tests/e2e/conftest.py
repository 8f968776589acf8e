"""A real JupyterLab and a real Chromium, with a home of their own."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from albert_widgets.service.launch import stop_backend
from tests.jupyter_process import ROOT, jupyter_process

from .lab import SHOWN_WITHIN, Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SETTINGS = {
    # No questions and no news from outside.
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    # All cells are on the page, not only those in view.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
"""What a user would set in JupyterLab's settings editor."""


@contextmanager
def chromium_process() -> Iterator[Browser]:
    """Start the system's Chromium; ``CHROMIUM_PATH`` names another one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)
    assert program, "These tests need Chromium; CHROMIUM_PATH may say where it is."
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    ]
    expect.set_options(timeout=SHOWN_WITHIN)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@contextmanager
def lab_process(
    browser: Browser,
    folder: Path,
    *arguments: str,
    environment: dict[str, str] | None = None,
    disabled: str | None = None,
) -> Iterator[Lab]:
    """Start JupyterLab with our front end, under a base URL, and with nothing else of this machine's user.

    ``disabled`` names an extension that it shall do without.
    """
    built = ROOT / "albert_widgets" / "labextension"
    assert (built / "package.json").exists(), "The front end is not built: cd labextension && jlpm && jlpm build"
    extensions = folder / "data" / "labextensions"
    extensions.mkdir(parents=True)
    (extensions / "albert-widgets").symlink_to(built, target_is_directory=True)
    if disabled:
        # As "jupyter labextension disable" does.
        page_config = folder / "config" / "labconfig" / "page_config.json"
        page_config.parent.mkdir(parents=True)
        page_config.write_text(json.dumps({"disabledExtensions": {disabled: True}}), encoding="utf-8")
    for name, values in SETTINGS.items():
        write_setting(folder, name, values)
    with jupyter_process(folder, *arguments, app="lab", environment=environment) as server:
        try:
            yield Lab(browser, server, lambda name, values: write_setting(folder, name, values))
        finally:
            stop_backend(connection_file=server.runtime / "albert-widgets.json")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium; gone before the other tests, for its driver keeps an event loop running in this thread."""
    with chromium_process() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A real JupyterLab."""
    with lab_process(browser, tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: the documentation, if ``ALBERT_WIDGETS_SCREENSHOTS`` says so."""
    wanted = os.environ.get("ALBERT_WIDGETS_SCREENSHOTS")
    if not wanted:
        return tmp_path_factory.mktemp("pictures")
    folder = Path(wanted) if "/" in wanted else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_setting(folder: Path, name: str, values: dict[str, object]) -> None:
    """Save a setting as JupyterLab's settings editor does; a page that is loaded afterwards follows it."""
    file = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values), encoding="utf-8")
