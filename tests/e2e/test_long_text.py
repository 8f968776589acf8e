"""A text of more tokens than a screen has room for, in JupyterLab: zoom, tiles, and lines that follow the scrolling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import transformers as tf
from playwright.sync_api import expect

from tests.checkpoints import SMALL, WORDS, save, tokenizer

from .lab import PATIENCE, in_both_themes
from .test_notebook import THEMES, turn

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Panel

TOKENS = 1500
LIMIT = 2048


@pytest.fixture(scope="module")
def windowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ModernBERT with random weights for long texts: layer 0 looks at all tokens, 1 and 2 at near ones."""
    config = tf.ModernBertConfig(
        vocab_size=len(WORDS) + 5,
        **{**SMALL, "max_position_embeddings": LIMIT},
        global_attn_every_n_layers=3,
        local_attention=64,
        pad_token_id=1,
    )
    folder = save(tmp_path_factory.mktemp("long") / "windowed", config, tf.ModernBertModel, padding=1)
    long = tokenizer(padding=1)
    long.model_max_length = LIMIT
    long.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def text() -> str:
    words = [word for word in WORDS if word.isalpha()]
    return " ".join(np.random.default_rng(0).choice(words, TOKENS - 2))


@in_both_themes
def test_long_text_is_looked_at_in_full_detail(lab: Lab, pictures: Path, windowed: Path, text: str, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    source = f"""
import albert_widgets as aw
bert = aw.connect()
if "windowed" not in [model.id for model in bert.models()]:
    bert.register({str(windowed)!r}, name="windowed")
aw.AttentionPanel({text!r}, model="windowed", layer=1, head=1)
"""
    lab.write("long.ipynb", [source])
    with lab.notebook("long.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        exact = Exact(lab, text)
        check_wheel(panel, exact)
        panel.picture(pictures / f"matrix-zoomed-{theme}.png")
        check_drag_and_margins(panel)
        check_keys(panel, exact)
        panel.picture(pictures / f"matrix-{theme}.png")
        check_lines(panel, exact)
        panel.picture(pictures / f"long-text-lines-{theme}.png")
        check_neurons_and_flow(panel)
        panel.picture(pictures / f"long-text-flow-{theme}.png")
        assert not notebook.slips


class Exact:
    """The backend's own float32 numbers of layer 1, head 1."""

    def __init__(self, lab: Lab, text: str) -> None:
        self._lab, self._text = lab, text

    def __call__(self, **chosen: Any) -> np.ndarray[Any, Any]:
        body = {"text": self._text, "model": "windowed", "layers": [1], "heads": [1], **chosen}
        with self._lab.server.client() as client:
            answer = client.post(f"{self._lab.server.door}/attention", json=body, timeout=60).json()
        return np.asarray(answer["weights"], np.float32)[0, 0]


def check_wheel(panel: Panel, exact: Exact) -> None:
    map_ = the_map(panel)
    expect(map_).to_have_attribute("aria-rowcount", str(TOKENS))
    said = panel.root.locator(".albert-zoom span")
    expect(said).to_have_text("a cell: the strongest of 3 × 3 weights")
    mouse, (x, y) = panel.root.page.mouse, place(map_, 0.5, 0.5)
    mouse.move(x, y)
    expect(panel.tip).to_contain_text(re.compile(r"tokens \d+–\d+ → tokens \d+–\d+ 0\.\d"))
    # The plain wheel is the page's.
    handle = map_.element_handle()
    top = handle.evaluate("map => map.getBoundingClientRect().top")
    mouse.wheel(0, -60)
    panel.root.page.wait_for_function("([map, top]) => map.getBoundingClientRect().top > top", arg=[handle, top])
    expect(said).to_have_text("a cell: the strongest of 3 × 3 weights")
    mouse.move(*place(map_, 0.5, 0.5))
    panel.root.page.keyboard.down("Control")
    for _ in range(9):
        mouse.wheel(0, -100)
    panel.root.page.keyboard.up("Control")
    expect(said).to_have_text(re.compile(r"^\d+–\d+ → \d+–\d+$"), timeout=PATIENCE)
    mouse.click(*place(map_, 0.5, 0.5))
    check_reading(panel, exact)


def check_reading(panel: Panel, exact: Exact) -> None:
    """What is read out of the chosen cell is the backend's number, to a step of the bytes that it travelled as."""
    row, column = cell(panel)
    locked = panel.root.locator(".albert-locked")
    expect(locked).to_contain_text(re.compile(r"^\S+ → \S+ [\d.]+ · layer 2, head 2"))
    shown = float(re.search(r"→ \S+ ([\d.]+) ", locked.inner_text())[1])  # type: ignore[index]
    # Pooled to one cell: the largest weight of the head.
    (top,) = exact(pool=1).ravel()
    (weight,) = exact(rows=[row], columns=[column]).ravel()
    assert abs(shown - weight) <= top / 255


def check_drag_and_margins(panel: Panel) -> None:
    map_, mouse = the_map(panel), panel.root.page.mouse
    start, end = place(map_, 0.5, 0.5), place(map_, 0.62, 0.6)
    said = panel.root.locator(".albert-zoom span")
    before, locked = said.inner_text(), panel.root.locator(".albert-locked").inner_text().split(" · ")[0]
    mouse.move(*start)
    mouse.down()
    mouse.move(*end, steps=4)
    mouse.up()
    expect(said).not_to_have_text(before)
    # A drag is no click: what was chosen stays.
    expect(panel.root.locator(".albert-locked")).to_contain_text(locked)
    box = map_.bounding_box()
    assert box is not None
    mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
    expect(panel.tip).to_contain_text(re.compile(r"^largest weight of .* [\d.]+$"))
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20)
    expect(panel.tip).to_contain_text(re.compile(r" receives? [\d.]+"))
    mouse.move(5, 5)


def check_keys(panel: Panel, exact: Exact) -> None:
    map_ = the_map(panel)
    said = panel.root.locator(".albert-zoom span")
    map_.focus()
    map_.press("0")
    expect(said).to_have_text("a cell: the strongest of 3 × 3 weights")
    map_.press("Control+Home")
    assert cell(panel) == (0, 0)
    map_.press("ArrowDown")
    assert cell(panel) == (3, 0)
    map_.press("Enter")
    for _ in range(14):
        map_.press("+")
    expect(said).to_have_text(re.compile(r"^[1-4]–\d+ → 1–\d+$"), timeout=PATIENCE)
    map_.press("ArrowRight")
    map_.press("Enter")
    assert cell(panel) == (3, 1)
    check_reading(panel, exact)
    map_.press("Shift+ArrowDown")
    expect(said).not_to_have_text(re.compile(r"^[1-4]–"))
    # The cell of the keyboard comes into view again.
    map_.press("Control+End")
    assert cell(panel) == (TOKENS - 1, TOKENS - 1)
    expect(said).to_have_text(re.compile(r"^1,4\d\d–1,500 → 1,4\d\d–1,500$"), timeout=PATIENCE)
    map_.press("Enter")
    check_reading(panel, exact)
    panel.root.get_by_role("button", name="Show all").click()
    expect(said).to_have_text("a cell: the strongest of 3 × 3 weights")


def check_lines(panel: Panel, exact: Exact) -> None:
    turn(panel, "Lines")
    lines = panel.root.get_by_role("listbox", name="Tokens and what they attend to")
    note = panel.root.get_by_role("tabpanel", name="Lines").locator(".albert-note")
    expect(note).to_contain_text("Lines within tokens 1–128")
    panel.root.get_by_role("combobox", name="Lines of each query").select_option("3")
    panel.root.get_by_role("combobox", name="Query token").select_option("0")
    panel.root.locator(".albert-lines").evaluate("scroller => { scroller.scrollTop = 700 * 18; }")
    expect(note).to_contain_text("Lines within tokens 641–768", timeout=PATIENCE)
    lines.hover(position={"x": 40, "y": 9})
    expect(panel.tip).to_contain_text(re.compile(r"→ .* 0\.\d\d.* outside tokens 641–768"))
    outside = float(re.search(r"([\d.]+) outside", panel.tip.inner_text())[1])  # type: ignore[index]
    assert abs(1 - exact(rows=[700], columns=list(range(640, 768))).sum() - outside) <= 0.006
    lines.focus()
    lines.press("End")
    expect(note).to_contain_text("Lines within tokens 1,373–1,500", timeout=PATIENCE)
    # What was read out before these tokens came is read out again.
    expect(panel.tip).to_contain_text("outside tokens 1,373–1,500")


def check_neurons_and_flow(panel: Panel) -> None:
    turn(panel, "Neurons")
    tab = panel.root.get_by_role("tabpanel", name="Neurons")
    expect(tab).to_contain_text(re.compile(r"keys 1–48 of 1,500"))
    tab.get_by_role("button", name="more").click()
    expect(tab).to_contain_text(re.compile(r"keys 49–96 of 1,500"))
    turn(panel, "Flow")
    flow = panel.root.get_by_role("grid", name="Layers down, input tokens across.")
    expect(flow).to_have_attribute("aria-colcount", str(TOKENS))
    flow.hover(position={"x": 200, "y": 50})
    expect(panel.tip).to_contain_text(re.compile(r"\(token \d+\) → .* up to layer \d"))
    expect(panel.root.get_by_role("combobox", name="Method").locator("option").nth(1)).to_be_disabled()


def the_map(panel: Panel) -> Locator:
    return panel.root.get_by_role("grid", name="One head: queries down, keys across.")


def place(locator: Locator, across: float, down: float) -> tuple[float, float]:
    """A point of it, in the window; the mouse goes nowhere else."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def cell(panel: Panel) -> tuple[int, int]:
    """The query and the key that the map's cursor is at, counted from 0."""
    row = the_map(panel).locator("[aria-rowindex]")
    column = row.locator("[aria-colindex]")
    return int(row.get_attribute("aria-rowindex") or 0) - 1, int(column.get_attribute("aria-colindex") or 0) - 1
