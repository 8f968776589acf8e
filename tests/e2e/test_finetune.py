"""A training as a person sees it in JupyterLab: started, watched, paused, stopped, and found again."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.jupyter_process import ROOT

from .lab import PATIENCE, in_both_themes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Panel

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
REVIEWS = str(ROOT / "albert_widgets" / "samples" / "reviews.csv")
SETUP = f"""
import pandas as pd, albert_widgets as aw
reviews = pd.read_csv({REVIEWS!r})
reviews = reviews[reviews["language"] == "en"]
"""
PANEL = "aw.FinetunePanel(reviews, text='text', label='label', learning_rate=2e-4, {more})"


@pytest.fixture(autouse=True)
def nothing_left_running(lab: Lab) -> Iterator[None]:
    """Stop what a test has started: the next one must not wait for it."""
    yield
    with lab.server.client() as client:
        for job in client.get(f"{lab.server.door}/jobs").json():
            if job["state"] in {"queued", "running", "paused", "interrupted"}:
                client.post(f"{lab.server.door}/jobs/{job['id']}/stop")


@in_both_themes
def test_a_training_is_started_watched_paused_and_stopped(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    lab.write("fit.ipynb", [f"{SETUP}\npanel = {PANEL.format(more='epochs=40, patience=0')}\npanel"])
    with lab.notebook("fit.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Fine-tune")
        panel.wait_until_ready()
        root = panel.root
        expect(root.locator(".albert-line")).to_contain_text(re.compile(r"data ✓ \d+ rows · 2 labels"))
        expect(root.locator(".albert-baseline")).to_contain_text(
            re.compile(r"baseline \d+\.\d % ± .* \(\d+ s\)"), timeout=PATIENCE
        )
        expect(setting(panel, "learning rate")).to_have_value("2e-4")
        expect(setting(panel, "batch size")).to_have_attribute("placeholder", "16 or 32")
        check_findings(panel)
        button(panel, "more…").click()
        panel.picture(pictures / f"finetune-before-{theme}.png")
        button(panel, "more…").click()

        button(panel, "Start").click()
        check_curves(panel)
        wait_for_share(panel, 8)
        panel.picture(pictures / f"finetune-training-{theme}.png")

        button(panel, "Pause").click()
        expect(panel.status).to_contain_text("is paused", timeout=PATIENCE)
        panel.picture(pictures / f"finetune-paused-{theme}.png")
        before = share(panel)
        button(panel, "Resume").click()
        expect(panel.status).to_contain_text("is running", timeout=PATIENCE)
        wait_for_share(panel, before + 2)

        button(panel, "Stop, keep best").click()
        expect(panel.status).to_contain_text(re.compile(r"stopped · run:\S+ · accuracy"), timeout=PATIENCE)
        expect(root.get_by_role("tab").first).to_have_text("Curves")
        panel.picture(pictures / f"finetune-stopped-{theme}.png")
        notebook.save()
        assert not notebook.slips
    html = saved_html(lab, "fit.ipynb")
    assert "<svg" in html
    assert re.search(r"run:\S+ · accuracy", html), "the output that is saved is that of the end"


def check_findings(panel: Panel) -> None:
    more = panel.root.get_by_role("button", name=re.compile(r"\d+ notes?"))
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(panel.root.locator(".albert-findings li").first).to_be_visible()
    more.click()


def check_curves(panel: Panel) -> None:
    charts = panel.root.locator(".albert-chart")
    expect(charts.first.locator("canvas")).to_be_visible(timeout=PATIENCE)
    expect(charts.nth(1).locator("canvas")).to_be_visible(timeout=PATIENCE)
    expect(charts.first.locator("figcaption")).to_contain_text(re.compile(r"training [\d.]+"))
    expect(charts.nth(1).locator("figcaption")).to_contain_text(re.compile(r"accuracy [\d.]+\s%"))
    # By keyboard: the first step, and what was measured there.
    plot = charts.first.get_by_role("img")
    plot.focus()
    plot.press("Home")
    expect(charts.first.locator(".albert-where")).to_contain_text(re.compile(r"^step [1-9]\b"))
    plot.press("ArrowRight")
    expect(charts.first.locator("figcaption")).to_have_attribute("aria-live", "polite")
    plot.evaluate("element => element.blur()")


@pytest.mark.slow
def test_a_finished_training_shows_its_results(lab: Lab, pictures: Path) -> None:
    for theme, name in THEMES.items():
        lab.set_theme(name)
        lab.write("done.ipynb", [f"{SETUP}\npanel = {PANEL.format(more='epochs=3')}\npanel"])
        with lab.notebook("done.ipynb") as notebook:
            notebook.run_all()
            panel = notebook.panel("Fine-tune")
            panel.wait_until_ready()
            # All by keyboard.
            setting(panel, "epochs").fill("2")
            setting(panel, "epochs").press("Control+Enter")
            expect(panel.status).to_contain_text(re.compile("finished · run:"), timeout=PATIENCE)
            tabs = panel.root.get_by_role("tab")
            expect(tabs.first).to_have_attribute("aria-selected", "true")
            panel.picture(pictures / f"finetune-finished-{theme}.png")
            expect(button(panel, "Train again…")).to_be_visible()
            if theme == "light":
                check_a_row(panel)
            assert not notebook.slips


def check_a_row(panel: Panel) -> None:
    """From a mistake to the words that made it, and to the heads that looked at them."""
    panel.root.get_by_role("tab", name="Mistakes").click()
    row = panel.root.get_by_role("tabpanel").get_by_role("listitem").first
    row.get_by_role("button", name="why", exact=True).click()
    expect(panel.status).to_contain_text("explained: ", timeout=PATIENCE)
    row.get_by_role("button", name="attention", exact=True).click()
    inner = panel.root.get_by_role("region", name="Attention", exact=True)
    expect(inner).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    expect(inner.get_by_role("combobox", name="Model")).to_have_value(re.compile("^run:"))
    panel.root.locator(".albert-beside > button").click()
    expect(inner).to_be_hidden()


@pytest.mark.slow
def test_a_reloaded_page_and_a_new_kernel_find_the_training(lab: Lab) -> None:
    show = "job = [job.id for job in aw.connect().jobs() if job.kind == 'fit'][0]\naw.FinetunePanel(job=job)"
    start = f"panel = {PANEL.format(more='epochs=400, patience=0')}\npanel.start()\npanel"
    lab.write("long.ipynb", [f"{SETUP}\n{start}"])
    with lab.notebook("long.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Fine-tune")
        check_running(panel)
        before = share(panel)
        notebook.save()
        notebook.page.reload()
        # The kernel is the same, and so is the panel.
        panel = notebook.panel("Fine-tune")
        check_running(panel)
        assert share(panel) >= before
        assert not notebook.slips
    # The notebook was closed, and its kernel with it: another one finds the training that goes on.
    lab.write("found.ipynb", [f"{SETUP}\n{show}"])
    with lab.notebook("found.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Fine-tune")
        check_running(panel)
        expect(panel.root.locator(".albert-recipe")).to_contain_text("starter · full · 400 epochs")
        assert share(panel) >= before
        # The backend is killed, and another one starts: the training rests until somebody wants it to go on.
        connection = json.loads((lab.server.runtime / "albert-widgets.json").read_text(encoding="utf-8"))
        os.kill(connection["pid"], signal.SIGKILL)
        expect(panel.status).to_contain_text("was interrupted", timeout=PATIENCE)
        button(panel, "Resume").click()
        check_running(panel)
        stop = button(panel, "Stop, keep best")
        stop.focus()
        stop.press("Enter")
        expect(panel.status).to_contain_text("stopped · run:", timeout=PATIENCE)
        assert not notebook.slips


def test_data_that_cannot_be_used_say_what_to_do(lab: Lab) -> None:
    spoil = f"{SETUP}\nreviews = reviews.head(40).copy()\nreviews.loc[reviews.index[:3], 'label'] = None\n"
    lab.write("bad.ipynb", [f"{spoil}{PANEL.format(more='baseline=False')}"])
    with lab.notebook("bad.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Fine-tune")
        expect(panel.status).to_contain_text("These data cannot be learned from.", timeout=PATIENCE)
        errors = panel.root.locator(".albert-findings li[data-level=error]")
        expect(errors.first).to_contain_text("3 ")
        expect(button(panel, "Start")).to_be_disabled()
        panel.root.get_by_role("checkbox", name="leave out incomplete rows").check()
        expect(errors).to_have_count(0, timeout=PATIENCE)
        expect(button(panel, "Start")).to_be_enabled()
        # What the backend refuses is said, too.
        setting(panel, "epochs").fill("0")
        button(panel, "Start").click()
        expect(panel.status).to_contain_text("epochs=0 is out of range.", timeout=PATIENCE)
        setting(panel, "epochs").fill("many")
        button(panel, "Start").click()
        expect(panel.status).to_contain_text("epochs: many is no number.")
        expect(setting(panel, "epochs")).to_have_attribute("aria-invalid", "true")
        assert not notebook.slips


def check_running(panel: Panel) -> None:
    expect(panel.status).to_contain_text("is running", timeout=PATIENCE)
    expect(panel.root.locator(".albert-chart canvas").first).to_be_visible(timeout=PATIENCE)
    expect(panel.root.locator(".albert-pace")).to_contain_text(re.compile(r"rows/s · [\d:]+ left"), timeout=PATIENCE)


def wait_for_share(panel: Panel, percent: int) -> None:
    bar = panel.root.get_by_role("progressbar")
    expect(bar).to_have_attribute(
        "aria-valuenow", re.compile("|".join(f"^{at}$" for at in range(percent, 101))), timeout=PATIENCE
    )


def share(panel: Panel) -> int:
    return int(panel.root.get_by_role("progressbar").get_attribute("aria-valuenow") or 0)


def setting(panel: Panel, name: str) -> Locator:
    return panel.root.get_by_label(name, exact=True)


def button(panel: Panel, name: str) -> Locator:
    return panel.root.get_by_role("button", name=name, exact=True)


def saved_html(lab: Lab, name: str) -> str:
    cells: list[dict[str, Any]] = json.loads((lab.server.root / name).read_text(encoding="utf-8"))["cells"]
    return "".join(
        part for cell in cells for output in cell["outputs"] for part in output.get("data", {}).get("text/html", [])
    )
