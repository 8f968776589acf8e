"""The summary panel as a person uses it in JupyterLab: slide, compare, ask why, copy, in both themes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .lab import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Notebook, Panel

ARTICLE = """The night train comes back

After eleven years a night train runs again between the coast and the mountains. It leaves the harbour at half \
past nine in the evening and reaches the last valley at seven. The railway says that every bed was sold for the \
first six weeks.

Until now the same journey meant two changes and a night in a waiting room. Many people drove instead: on Fridays \
some 4,000 cars took the road along the lake, and the villages there complained about noise and smoke. "We counted \
one car every four seconds," said Rosa Keller, who runs the bakery in Unterach.

The new train has twelve carriages, and three of them carry bicycles. A bed costs 59 euros, a seat 19. Breakfast is \
brought at six, whether one wants it or not. The carriages are not new: they were built in 1987 and rebuilt for \
four million euros.

Not everybody is pleased. The night train passes eleven villages while people sleep, and two of them asked for \
slower trains. The railway has promised new rails there by next summer.

If enough beds are sold, a second night train will run from May. The railway will decide in March. Until then, the \
night train runs on Fridays and Sundays only."""

REFERENCE = (
    "A night train runs again between the coast and the mountains after eleven years. All beds are sold for six weeks. "
    "A second night train may run from May."
)


def test_slide_compare_ask_why_and_copy(lab: Lab, pictures: Path) -> None:
    lab.set_theme("JupyterLab Light")
    lab.write(
        "summary.ipynb",
        [
            f"%load_ext albert_widgets\nreference = {REFERENCE!r}",
            f"%%albert summarize --sentences 4 --reference reference --out panel\n{ARTICLE}",
            "panel",
            "print(len(panel.summary.chosen), panel.method, panel.compare_method, panel.about, panel.length)",
        ],
    )
    with lab.notebook("summary.ipynb") as notebook:
        notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        notebook.run_all()
        panel = notebook.panel("Summary")
        panel.wait_until_ready()
        expect(rows(panel)).to_have_count(4)
        expect(panel.root.locator(".albert-rouge")).to_contain_text("ROUGE-1", timeout=PATIENCE)
        # The text stands there once; where one edits it is opened on request.
        expect(panel.text).to_be_hidden()
        check_slider(panel)
        check_why(panel)
        look_at(notebook, panel, pictures / "summary-light.png")
        check_copy(panel)
        check_comparison_and_topic(panel)

        notebook.page.locator(".jp-CodeCell").last.locator(".cm-content").click()
        notebook.page.keyboard.press("Control+Enter")
        said = notebook.page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
        expect(said).to_have_text("5 directed cluster bicycles and breakfast 5 sentences")

        notebook.choose_theme("JupyterLab Dark")
        expect(panel.root).to_have_attribute("data-theme", "dark")
        look_at(notebook, panel, pictures / "summary-dark.png")
        assert not notebook.slips


def check_slider(panel: Panel) -> None:
    slider = panel.root.get_by_role("slider", name="Length")
    slider.focus()
    panel.root.page.keyboard.press("ArrowRight")
    expect(rows(panel)).to_have_count(5)
    expect(panel.root.locator("[aria-selected=true]")).to_have_count(5)
    expect(slider).to_have_attribute("aria-valuetext", "5 sentences")
    expect(panel.root.locator(".albert-count")).to_contain_text("5 of ")
    # Measured anew, for the length that is shown now.
    rouge = panel.root.locator(".albert-rouge")
    expect(rouge).to_have_attribute("data-old", "")
    expect(rouge).not_to_have_attribute("data-old", "")


def check_why(panel: Panel) -> None:
    rows(panel).first.hover()
    expect(panel.root.locator(".albert-block [data-link]")).to_have_count(1)
    sentence = panel.root.locator(".albert-block [data-index='2']")
    sentence.click()
    why = panel.root.get_by_role("region", name="Why")
    expect(why).to_contain_text("Why sentence 3?")
    expect(panel.root.locator("[data-near]")).not_to_have_count(0)
    why.get_by_role("button", name=re.compile("^Sentence ")).first.click()
    expect(panel.root.locator(".albert-block [data-index]:focus")).to_have_count(1)


def check_copy(panel: Panel) -> None:
    panel.root.page.keyboard.press("Escape")
    expect(panel.root.get_by_role("region", name="Why")).to_be_hidden()
    panel.root.get_by_role("button", name="Copy the summary as Markdown").click()
    taken = panel.root.page.evaluate("navigator.clipboard.readText()")
    assert taken == "".join(f"- {text}\n" for text in rows(panel).all_inner_texts())


def check_comparison_and_topic(panel: Panel) -> None:
    panel.root.get_by_role("combobox", name="Method").select_option("directed")
    expect(panel.status).to_contain_text("directed", timeout=PATIENCE)
    panel.root.get_by_role("combobox", name="Compare with").select_option("cluster")
    expect(panel.root.locator(".albert-count")).to_contain_text("shared of 5 and 5", timeout=PATIENCE)
    expect(panel.root.locator(".albert-bars [data-side=second]")).not_to_have_count(0)
    topic = panel.root.get_by_role("searchbox")
    topic.fill("bicycles and breakfast")
    topic.press("Enter")
    expect(panel.status).to_contain_text("about “bicycles and breakfast”", timeout=PATIENCE)
    expect(rows(panel).filter(has_text="bicycles")).to_have_count(1)


def look_at(notebook: Notebook, panel: Panel, file: Path) -> None:
    notebook.page.mouse.move(0, 0)
    panel.picture(file)


def rows(panel: Panel) -> Locator:
    return panel.root.locator(".albert-row")
