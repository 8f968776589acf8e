"""The prediction panel as a person uses it in JupyterLab: type, look, ask why, with mouse or keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from tests.jupyter_process import ROOT

from .lab import PATIENCE, in_both_themes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Panel

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
REVIEWS = str(ROOT / "albert_widgets" / "samples" / "reviews.csv")


@pytest.fixture(scope="module")
def models(checkpoints: Path) -> str:
    """Python that registers small models with the shared backend."""
    folders = {name: str(checkpoints / name) for name in ("classifier", "tags")}
    return f"""
import albert_widgets as aw
bert = aw.connect()
for name, folder in {folders!r}.items():
    bert.register(folder, name=name)
"""


@pytest.mark.slow
@in_both_themes
def test_bars_follow_the_typing_and_words_say_why(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    # One training for both themes; the panel takes its model by itself.
    train = f"""
import albert_widgets as aw, pandas as pd
bert = aw.connect()
if "run:kinds" not in [info.id for info in bert.models()]:
    reviews = pd.read_csv({REVIEWS!r})
    bert.fit(reviews, text="text", label="kind", name="kinds", epochs=5, learning_rate=2e-4).result(180)
"""
    cells = [train, "panel = aw.PredictPanel()\npanel", "print(panel.text, '|', panel.label, '|', panel.method)"]
    lab.write("predict.ipynb", cells)
    with lab.notebook("predict.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Predict")
        # The panel stands in place of its picture as soon as a kernel answers, also without a text.
        panel.wait_until_ready()
        expect(panel.status).to_have_text("Type a text: what the model says of it appears above.")
        panel.text.fill("A dull film with a weak script.")
        expect(bars(panel).first).to_have_attribute(
            "aria-label", re.compile(r"^film \d.*, the answer$"), timeout=PATIENCE
        )
        panel.wait_until_ready()
        expect(panel.root.locator(".albert-taken")).to_contain_text("your newest run was taken: run:kinds")
        before = bars(panel).first.get_attribute("aria-label")
        why = panel.root.get_by_role("region", name="Why")
        expect(why.get_by_role("list", name="What speaks for film")).to_be_visible(timeout=PATIENCE)

        panel.text.fill("The vacuum broke after a week, and the battery with it.")
        expect(bars(panel).first).to_have_attribute("aria-label", re.compile("^product .*, the answer$"))
        expect(why.get_by_role("list", name="What speaks for product")).to_contain_text("vacuum")
        assert bars(panel).first.get_attribute("aria-label") != before
        check_another_class_by_keyboard(panel, why)
        check_order(panel)
        check_saved_picture(panel)
        why.get_by_role("combobox", name="Method").select_option("occlusion")
        expect(why).to_contain_text("speaks for it")
        expect(why).to_have_attribute("aria-busy", "false")
        notebook.page.mouse.move(0, 0)
        panel.picture(pictures / f"predict-{theme}.png")

        notebook.page.locator(".jp-CodeCell").last.locator(".cm-content").click()
        notebook.page.keyboard.press("Control+Enter")
        output = notebook.page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
        expect(output).to_have_text("The vacuum broke after a week, and the battery with it. | film | occlusion")
        panel.text.fill(" ")
        expect(panel.status).to_contain_text("Type a text")
        expect(bars(panel).first).to_be_hidden()
        assert not notebook.slips


def check_another_class_by_keyboard(panel: Panel, why: Locator) -> None:
    bars(panel).first.focus()
    panel.root.page.keyboard.press("ArrowDown")
    panel.root.page.keyboard.press("Enter")
    expect(bars(panel).nth(1)).to_have_attribute("aria-pressed", "true")
    expect(why.get_by_role("list", name="What speaks for film")).to_be_visible()
    # Once more: the answer again. And with the mouse.
    panel.root.page.keyboard.press("Enter")
    expect(why.get_by_role("list", name="What speaks for product")).to_be_visible()
    bars(panel).nth(1).click()
    expect(why.get_by_role("list", name="What speaks for film")).to_be_visible()


def check_order(panel: Panel) -> None:
    names = bars(panel).locator(".albert-class-name")
    expect(names).to_have_text(["product", "film"])
    panel.root.get_by_role("button", name="sorted").click()
    expect(names).to_have_text(["film", "product"])


def check_saved_picture(panel: Panel) -> None:
    for item, words in (("Classes as SVG", {"product", "film"}), ("Why as SVG", {"vacuum", "battery"})):
        panel.root.get_by_role("button", name="Save as").click()
        with panel.root.page.expect_download() as begun:
            panel.root.get_by_role("menuitem", name=item).click()
        root = ET.fromstring(begun.value.path().read_bytes())
        assert words <= {"".join(text.itertext()) for text in root.findall(".//{*}text")}
        assert len(root.findall(".//{*}rect")) > len(words)


def test_a_model_without_classes_says_so_and_others_are_offered(lab: Lab, models: str) -> None:
    lab.write("encoder.ipynb", [f"{models}\naw.PredictPanel('the cat sat', model='starter')"])
    with lab.notebook("encoder.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Predict")
        expect(panel.root).to_have_attribute("data-state", "error", timeout=PATIENCE)
        expect(panel.status).to_contain_text("starter is an encoder only")
        expect(panel.status.locator("b")).to_contain_text("%albert models")
        chooser = panel.root.get_by_role("combobox", name="Classifier")
        expect(chooser.locator("option", has_text="starter")).to_have_count(0)
        chooser.select_option("tags")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("combobox", name="Model")).to_have_value("tags")
        expect(bars(panel)).to_have_count(3)
        expect(chooser).to_be_hidden()
        assert not notebook.slips


def test_the_magic_opens_a_pair_and_python_chooses_the_class(lab: Lab, models: str) -> None:
    cells = [
        f"%load_ext albert_widgets\n{models}",
        '%albert predict "the cat sat" --pair "a dog ran" --panel --model classifier --out panel\npanel',
        "panel.label = 'positive'",
        "panel.text = '<b>the film</b>'",
    ]
    lab.write("pair.ipynb", cells)
    with lab.notebook("pair.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Predict")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("textbox", name="Second text")).to_have_value("a dog ran")
        expect(panel.text).to_have_value("<b>the film</b>")
        why = panel.root.get_by_role("region", name="Why")
        expect(why.get_by_role("list", name="What speaks for positive")).to_contain_text("film", timeout=PATIENCE)
        assert not notebook.slips


def bars(panel: Panel) -> Locator:
    return panel.root.get_by_role("group", name="Classes").get_by_role("button")
