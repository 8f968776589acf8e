"""The token lab as a class uses it: type, point, copy, compare tokenizers, measure a column, with mouse or keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.vocabularies import save_vocabulary

from .lab import PATIENCE, in_both_themes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Panel

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
TEXT = "Zoë's naïve café 你好 🙂\nunbelievably good films"
RIGHT_TO_LEFT = "שלום עולם the cat"


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Python that registers a byte-level and a SentencePiece tokenizer with the shared backend."""
    folder = tmp_path_factory.mktemp("vocabularies")
    folders = {family: str(save_vocabulary(folder / family, family)) for family in ("byte-level", "unigram")}
    return f"""
import albert_widgets as aw
bert = aw.connect()
for name, folder in {folders!r}.items():
    bert.register(folder, name=name)
"""


@pytest.mark.slow
@in_both_themes
def test_tokenizers_are_compared(lab: Lab, families: str, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    lab.write("compare.ipynb", [f"{families}\naw.TokensPanel({TEXT!r}, models=['starter', 'byte-level'])"])
    with lab.notebook("compare.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Tokens")
        panel.wait_until_ready()
        check_adding_by_keyboard(panel)
        check_both_ways(panel)
        check_measures(lab, panel)
        notebook.page.mouse.move(0, 0)
        panel.picture(pictures / f"tokenizers-{theme}.png")
        check_right_to_left(panel)
        check_removing_by_keyboard(panel)
        assert not notebook.slips


def check_adding_by_keyboard(panel: Panel) -> None:
    expect(rows(panel)).to_have_count(2)
    add = panel.root.get_by_role("combobox", name="Add a tokenizer")
    expect(add).to_be_visible()
    assert "starter" not in add.locator("option").all_inner_texts()
    add.focus()
    # Typing chooses from a list, as everywhere.
    add.press("u")
    expect(rows(panel)).to_have_count(3, timeout=PATIENCE)
    panel.wait_until_ready()
    expect(rows(panel).nth(2)).to_contain_text("unigram")


def check_both_ways(panel: Panel) -> None:
    mark, linked = panel.root.locator(".albert-mirror mark"), panel.root.locator(".albert-chip[data-linked]")
    chip(panel, "un", row=0).hover()
    expect(mark).to_have_text("un")
    assert linked.count() > 1, "the tokens of the other tokenizers, too"
    panel.text.focus()
    panel.text.press("Control+End")
    expect(linked.first).to_have_text(re.compile("films"))
    panel.text.press("Control+Home")
    expect(linked.first).to_have_text(re.compile("zoe"))
    box = panel.text.bounding_box()
    assert box is not None
    panel.root.page.mouse.move(box["x"] + 12, box["y"] + box["height"] - 14)
    expect(linked.first).to_have_text(re.compile("^un"))


def check_measures(lab: Lab, panel: Panel) -> None:
    with lab.server.client() as client:
        for row, model in enumerate(("starter", "byte-level", "unigram")):
            body = {"texts": TEXT, "model": model}
            said = client.post(f"{lab.server.door}/count-tokens", json=body).json()
            cells = rows(panel).nth(row).get_by_role("cell").all_inner_texts()
            assert cells[0] == str(said["tokens"][0])
            assert float(cells[1]) == pytest.approx(said["word_tokens"][0] / said["words"][0], abs=0.005)
            assert int(cells[3].split()[0]) == said["unknown"][0]
    # Two tokens of the byte-level tokenizer share the "ë".
    expect(panel.root.locator(".albert-chip[data-row='1'][data-shared]").first).to_have_attribute(
        "aria-label", re.compile("shares a character")
    )


def check_right_to_left(panel: Panel) -> None:
    panel.text.fill(RIGHT_TO_LEFT)
    first, last = (panel.root.locator(".albert-word", has_text=word) for word in ("שלום", "cat"))
    expect(last).to_be_visible()
    panel.wait_until_ready()
    assert left_of(last) < left_of(first)
    start = panel.root.locator(".albert-chip[tabindex='0']")
    start.focus()
    start.press("ArrowLeft")
    focused = panel.root.locator(".albert-chip:focus")
    expect(focused).to_have_attribute("data-index", "1")
    focused.press("ArrowRight")
    expect(panel.root.locator(".albert-chip:focus")).to_have_attribute("data-index", "0")


def check_removing_by_keyboard(panel: Panel) -> None:
    panel.root.get_by_role("button", name="Remove starter").press("Enter")
    expect(panel.root.get_by_role("combobox", name="Model")).to_have_value("byte-level")
    expect(rows(panel)).to_have_count(2)
    panel.wait_until_ready()
    panel.root.get_by_role("button", name="Remove unigram").press("Enter")
    # One alone is shown as ever.
    expect(panel.root.get_by_role("list", name="Tokens")).to_be_visible()
    expect(rows(panel)).to_have_count(0)


@in_both_themes
def test_a_pair_is_typed_pointed_at_and_copied(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    lab.write("pair.ipynb", ["%load_ext albert_widgets", '%albert tokenize "Is it?" --pair "It is."'])
    with lab.notebook("pair.ipynb") as notebook:
        notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        notebook.run_all()
        panel = notebook.panel("Tokens")
        panel.wait_until_ready()
        panel.text.fill("Is Zoë's café\u00a0open?\tReally")
        second = panel.root.get_by_role("textbox", name="Second text")
        second.fill("Unbelievably, it is 🙂")
        expect(chip(panel, "##bly")).to_be_visible()
        panel.wait_until_ready()
        expect(panel.root.locator(".albert-badge").first).to_have_text("A")
        for sign in ("⍽", "→"):
            expect(panel.root.locator(".albert-gap", has_text=sign)).to_have_count(1)
        expect(panel.root.get_by_role("group", name="normalises")).to_contain_text("zoe's cafe")
        emoji = panel.root.locator(".albert-unknown")
        emoji.hover()
        expect(panel.root.locator(".albert-mirror mark")).to_have_text("🙂")
        expect(panel.tip).to_contain_text(re.compile(r"B, characters \d+–\d+ · not in the vocabulary"))
        chip(panel, "##bly").click()
        expect(panel.tip).to_have_text("copied ##bly")
        assert notebook.page.evaluate("navigator.clipboard.readText()") == "##bly"
        notebook.page.keyboard.press("ArrowLeft")
        notebook.page.keyboard.press("Enter")
        expect(panel.tip).to_have_text("copied ##va")
        assert notebook.page.evaluate("navigator.clipboard.readText()") == "##va"
        second.focus()
        second.press("Control+Home")
        expect(panel.root.locator(".albert-chip[data-linked]")).to_have_text(re.compile("^un"))
        second.evaluate("area => area.blur()")
        notebook.page.mouse.move(0, 0)
        panel.picture(pictures / f"tokens-pair-{theme}.png")
        assert not notebook.slips


@in_both_themes
def test_a_column_is_measured(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    data = """
%load_ext albert_widgets
import numpy as np, pandas as pd
random = np.random.default_rng(0)
words = "the cat sat on mat because it was tired 🙂 naïve 你好 unbelievably good films".split()
sizes = np.minimum(random.lognormal(4.6, 0.7, 3000).astype(int) + 1, 900)
reviews = pd.DataFrame({"text": [" ".join(random.choice(words, size)) for size in sizes]})
reviews.loc[7, "text"] = None
"""
    lab.write("column.ipynb", [data, "%albert tokenize --data reviews --column text"])
    with lab.notebook("column.ipynb") as notebook:
        notebook.run_all()
        shown = notebook.page.locator(".jp-OutputArea .jp-RenderedHTMLCommon")
        expect(shown).to_contain_text(re.compile(r"text · [\d,]+ of 2,999 texts .* are longer than 512 · starter"))
        expect(shown).to_contain_text("left out: 1 missing")
        expect(shown.get_by_role("img", name="Histogram")).to_be_visible()
        expect(shown.get_by_role("cell", name="🙂", exact=True)).to_be_visible()
        shown.screenshot(path=pictures / f"token-lengths-{theme}.png")
        assert not notebook.slips


def rows(panel: Panel) -> Locator:
    return panel.root.get_by_role("table", name="Tokenizers").locator("tbody tr")


def chip(panel: Panel, label: str, row: int = 0) -> Locator:
    of_row = panel.root.locator(f".albert-chip[data-row='{row}']")
    return (
        of_row.filter(has=panel.root.page.locator("bdi").get_by_text(label, exact=True))
        .or_(of_row.filter(has=panel.root.page.locator("bdi", has_text=re.compile(f"^{re.escape(label)}$"))))
        .first
    )


def left_of(element: Any) -> float:
    box = element.bounding_box()
    assert box is not None
    return float(box["x"])
