"""Panels on a page that is no JupyterLab, in a shadow root: the title bar, what is saved, and every way to look."""

from __future__ import annotations

import csv
import io
import re
import struct
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from albert_widgets.widgets import AttentionPanel, TokensPanel

from .host import ADDRESS, Hosted, hosted

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from albert_widgets.backend import Backend

TEXT = "The cat sat on the mat."


@pytest.fixture
def attention(backend: Backend) -> AttentionPanel:
    return AttentionPanel(TEXT, layer=3, head=7, bert=backend)


BARS = 28
"""Pixels of the bars in the margins of a map."""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def save(page: Page, item: str) -> tuple[str, bytes]:
    button(page, "Save as").click()
    with page.expect_download() as begun:
        page.get_by_role("menuitem", name=item, exact=True).click()
    name = begun.value.suggested_filename
    expect(page.get_by_role("status")).to_have_text(f"saved: {name}")
    return name, begun.value.path().read_bytes()


def focused(page: Page) -> str:
    """What has the focus, within shadow roots as well."""
    return str(
        page.evaluate(
            """() => {
              let at = document.activeElement;
              while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
              return at?.getAttribute('aria-label') || at?.textContent || at?.tagName || '';
            }"""
        )
    )


# --- a shadow root ----------------------------------------------------------------------------------


def test_tokens_are_walked_in_a_shadow_root(browser: Browser, backend: Backend) -> None:
    widget = TokensPanel("zoë slept", bert=backend)
    with hosted(browser, widget, color_scheme="dark") as shown:
        page = shown.page
        expect(page.locator(".albert-panel")).to_have_attribute("data-theme", "dark")
        page.locator(".albert-chip").first.focus()
        page.keyboard.press("ArrowRight")
        assert focused(page).startswith("zoe · id")
        # A new text is drawn anew; the focus stays at its place.
        widget.text = "cats slept"
        expect(page.locator(".albert-chip").nth(1)).to_have_attribute("aria-label", re.compile("^cats"))
        assert focused(page).startswith("cats · id")
        page.get_by_role("textbox", name="Text").fill("cat")
        expect(page.locator(".albert-chip")).to_have_count(3)
        assert widget.text == "cat"
        # The page's own style sheet stops at the shadow root.
        assert (
            page.get_by_role("textbox", name="Text").evaluate("one => getComputedStyle(one).letterSpacing") == "normal"
        )
        assert not shown.slips


def test_heads_keep_the_focus_in_a_shadow_root(browser: Browser, attention: AttentionPanel) -> None:
    attention.view = "lines"
    with hosted(browser, attention) as shown:
        page = shown.page
        page.get_by_role("button", name="Head 3", exact=True).press("Enter")
        expect(page.locator(".albert-head[aria-pressed=true]")).to_have_count(2)
        assert focused(page) == "Head 3"
        assert attention.heads == [2, 7]
        assert not shown.slips


@pytest.mark.parametrize("is_shadow", [True, False])
def test_panel_that_is_taken_away_leaves_nothing(browser: Browser, attention: AttentionPanel, is_shadow: bool) -> None:
    with hosted(browser, attention, is_shadow=is_shadow) as shown:
        assert shown.page.evaluate("takeAway()") == [0, 0]
        shown.page.wait_for_timeout(200)
        assert attention._answered is None
        assert not shown.slips


# --- the title bar ----------------------------------------------------------------------------------


def test_title_bar_is_worked_by_keyboard(browser: Browser, attention: AttentionPanel) -> None:
    with hosted(browser, attention) as shown:
        page = shown.page
        order = []
        for _ in range(8):
            page.keyboard.press("Tab")
            order.append(focused(page))
        assert order == ["Larger", "Keys", "Help", "Save as", "Code", "Text", "Run", order[7]]
        assert order[7].startswith("All heads")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys")
        expect(keys).to_contain_text("keep the cell")
        page.keyboard.press("Escape")
        expect(keys).to_be_hidden()
        assert focused(page).startswith("All heads")

        button(page, "Help").press("Enter")
        expect(button(page, "Help")).to_have_attribute("aria-expanded", "true")
        help_ = page.get_by_role("dialog", name="Help")
        expect(help_).to_contain_text("A row sums to 1")
        expect(help_.get_by_role("link", name="Clark et al. 2019")).to_be_visible()
        page.keyboard.press("Escape")
        assert focused(page) == "Help"
        page.get_by_role("tab", name="Flow").click()
        page.keyboard.press("h")
        expect(help_).to_contain_text("Rollout multiplies the layers")
        help_.get_by_role("button", name="Close").click()

        page.keyboard.press("s")
        assert focused(page) == "Flow as SVG"
        page.keyboard.press("ArrowUp")
        assert focused(page) == "Page of its own as HTML"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert focused(page) == "Flow as PNG"
        page.keyboard.press("Escape")
        # Whoever writes, writes.
        page.get_by_role("textbox", name="Text").press_sequentially("?hs")
        expect(page.locator(".albert-card")).to_be_hidden()
        assert not shown.slips


@pytest.mark.parametrize("is_allowed", [True, False])
def test_code_is_copied(browser: Browser, attention: AttentionPanel, is_allowed: bool) -> None:
    with hosted(browser, attention) as shown:
        page = shown.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=ADDRESS)
        if not is_allowed:
            page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
        page.get_by_role("combobox", name="Layer", exact=True).select_option("1")
        expect(page.get_by_role("code")).to_have_text(".attention(layer=1, head=7)")
        page.locator(".albert-panel[data-state=ready]").wait_for()
        button(page, "Code").click()
        line = 'aw.AttentionPanel("The cat sat on the mat.", model="starter", layer=1, head=7)'
        expect(page.get_by_role("status")).to_have_text(f"copied: {line}")
        assert (
            page.evaluate("navigator.clipboard.readText()") == attention.code == f"import albert_widgets as aw\n{line}"
        )
        assert focused(page) == "Code"
        # Where nothing helps, it can be copied by hand.
        page.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
        )
        page.keyboard.press("c")
        expect(page.get_by_role("dialog", name="Code")).to_contain_text(line)
        assert not shown.slips


def test_presentation_is_larger_sharp_and_set_from_both_sides(
    browser: Browser, attention: AttentionPanel, pictures: Path
) -> None:
    with hosted(browser, attention, viewport={"width": 1280, "height": 800}, device_scale_factor=2) as shown:
        page = shown.page
        panel = page.locator(".albert-panel")
        title = page.get_by_role("heading", name="Attention")
        before = box(title)["height"]
        attention.is_presentation = True
        expect(panel).to_have_attribute("data-presentation", "")
        assert box(title)["height"] == pytest.approx(1.6 * before, rel=0.02)
        expect(button(page, "Keys").get_by_text("Keys")).to_be_visible()
        # As many pixels as the screen has there.
        for canvas in page.locator(".albert-grid canvas").filter(visible=True).all():
            assert canvas.get_attribute("width") == str(round(box(canvas)["width"] * 2))
        map_ = page.get_by_role("grid", name="One head: queries down, keys across.")
        map_.scroll_into_view_if_needed()
        map_.focus()
        page.keyboard.press("Control+Home")
        reading = page.locator(".albert-tip").inner_text()
        # The pointer finds the cell that is under it, and its note stands beside it.
        size, rows = box(map_), int(map_.get_attribute("aria-rowcount") or 0)
        step = (size["height"] / rows) * 0.5
        # Below and at the right there are bars.
        corner = [size[start] + size[extent] - BARS * 1.6 - step for start, extent in (("x", "width"), ("y", "height"))]
        page.mouse.move(*corner)
        expect(page.locator(".albert-tip")).to_contain_text("[SEP] → [SEP]")
        assert reading.startswith("[CLS] → [CLS]")
        assert abs(box(page.locator(".albert-tip"))["y"] - corner[1]) < 60
        page.screenshot(path=pictures / "presentation.png")
        name, content = save(page, "Matrix as SVG")
        assert name.endswith(".svg")
        assert float(ET.fromstring(content).attrib["width"]) < 800
        page.keyboard.press("p")
        expect(panel).not_to_have_attribute("data-presentation", "")
        expect(button(page, "Larger")).to_have_attribute("aria-pressed", "false")
        assert not attention.is_presentation
        assert not shown.slips


def box(element: Locator) -> Any:
    found = element.bounding_box()
    assert found
    return found


# --- save as ----------------------------------------------------------------------------------------


def test_picture_is_saved_as_vectors(browser: Browser, attention: AttentionPanel) -> None:
    with hosted(browser, attention) as shown:
        name, content = save(shown.page, "Matrix as SVG")
        assert name == "matrix-the-cat-sat-on-the-mat.svg"
        root = ET.fromstring(content)
        texts = ["".join(text.itertext()) for text in root.findall(".//{*}text")]
        # Each token along both sides, and the scale of colours with its ends.
        for token in attention.tokens.tokens:
            assert texts.count(token) == 2 * attention.tokens.tokens.count(token)
        assert texts[-3:] == ["0", f"{attention.attention(3, 7).max():.2f}", "probability"]
        cells = [path for path in root.findall(".//{*}path") if "h" in path.attrib["d"]]
        assert len(cells) > 20
        assert "layer" not in " ".join(texts)
        _, heads = save(shown.page, "All heads as SVG")
        # Thumbnails of few cells are shapes, too.
        assert len(ET.fromstring(heads).findall(".//{*}g[@shape-rendering]")) == 72
        assert not shown.slips


@pytest.mark.parametrize("view", ["matrix", "lines", "neurons", "flow"])
def test_every_view_is_saved_in_every_form(browser: Browser, attention: AttentionPanel, view: str) -> None:
    attention.view = view
    title = view.capitalize()
    with hosted(browser, attention) as shown:
        _, svg = save(shown.page, f"{title} as SVG")
        root = ET.fromstring(svg)
        width, height = (float(root.attrib[side]) for side in ("width", "height"))
        assert sum(1 for _ in root.iter()) > 20
        assert any("mat" in "".join(text.itertext()) for text in root.findall(".//{*}text"))
        _, png = save(shown.page, f"{title} as PNG")
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)
        name, table = save(shown.page, "Numbers in view as CSV")
        assert name == f"{view}-the-cat-sat-on-the-mat.csv"
        rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
        assert len(rows) > 8
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not shown.slips


def test_numbers_are_those_of_python(browser: Browser, attention: AttentionPanel) -> None:
    with hosted(browser, attention) as shown:
        _, table = save(shown.page, "Numbers in view as CSV")
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    frame = attention.to_frame([3], [7])
    assert list(rows[0]) == list(frame.columns)
    assert [row["key_token"] for row in rows] == frame["key_token"].tolist()
    assert [float(row["weight"]) for row in rows] == pytest.approx(frame["weight"].tolist(), abs=0.01)


def test_page_is_saved_from_the_panel_and_works(browser: Browser, attention: AttentionPanel, tmp_path: Path) -> None:
    with hosted(browser, attention) as shown:
        shown.page.get_by_role("combobox", name="Head", exact=True).select_option("2")
        name, content = save(shown.page, "Page of its own as HTML")
        assert name == "attention-the-cat-sat-on-the-mat.html"
    file = tmp_path / name
    file.write_bytes(content)
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        page.locator(".albert-panel[data-state=ready]").wait_for()
        expect(page.get_by_role("combobox", name="Head", exact=True)).to_have_value("2")
        button(page, "Code").click()
        expect(page.get_by_role("status")).to_contain_text("layer=3, head=2)")
        button(page, "Save as").click()
        expect(page.get_by_role("menuitem", name="Page of its own as HTML")).to_have_count(0)


def test_page_that_would_be_too_large_says_so(
    browser: Browser, attention: AttentionPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("albert_widgets.widgets.attention.PAGE_BYTES", 3)
    with hosted(browser, attention) as shown:
        button(shown.page, "Save as").click()
        shown.page.get_by_role("menuitem", name="Page of its own as HTML").click()
        expect(shown.page.get_by_role("status")).to_contain_text("the limit is")
        expect(shown.page.get_by_role("status")).to_contain_text(".to_html(layers=[3])")
        expect(shown.page.get_by_role("button", name="Copy", exact=True)).to_be_visible()
        assert not shown.slips


def test_formulas_of_a_text_are_no_formulas_in_a_spreadsheet(browser: Browser, backend: Backend) -> None:
    widget = AttentionPanel.from_tensors([[[[[1.0, 0.0], [0.5, 0.5]]]]], ['=HYPERLINK("x")', "-"])
    with hosted(browser, widget) as shown:
        _, table = save(shown.page, "Numbers in view as CSV")
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
        assert rows[0]["key_token"].startswith("'=HYPERLINK")
        assert rows[1]["key_token"] == "-"


# --- every way to look ------------------------------------------------------------------------------

WAYS: dict[str, dict[str, Any]] = {
    "narrow": {"viewport": {"width": 360, "height": 900}},
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "forced": {"viewport": {"width": 1100, "height": 900}, "forced_colors": "active"},
    "forced-dark": {"viewport": {"width": 1100, "height": 900}, "forced_colors": "active", "color_scheme": "dark"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["tokens", "attention"])
def test_nothing_is_lost_for_those_who_look_otherwise(
    browser: Browser, backend: Backend, pictures: Path, way: str, kind: str
) -> None:
    text = "The cat sat on the mat because it was unbelievably tired 你好."
    widget = TokensPanel(text, bert=backend) if kind == "tokens" else AttentionPanel(text, layer=2, bert=backend)
    with hosted(browser, widget, **WAYS[way]) as shown:
        page = shown.page
        page.screenshot(path=pictures / f"{kind}-{way}.png", full_page=True)
        for opened in ("Help", "Keys", "Save as"):
            button(page, opened).click()
            assert overflow(page) <= 0, opened
            page.screenshot(path=pictures / f"{kind}-{way}-{opened[:4]}.png", full_page=True)
        page.keyboard.press("Escape")
        for view in page.get_by_role("tab").all():
            view.click()
            page.locator(".albert-panel[data-state=ready], .albert-panel[data-state=error]").wait_for()
            assert overflow(page) <= 0, view.inner_text()
        button(page, "Larger").click()
        assert overflow(page) <= 0
        # What has the focus is seen.
        button(page, "Keys").focus()
        page.keyboard.press("Tab")
        outline = button(page, "Help").evaluate("one => getComputedStyle(one).outlineWidth")
        assert float(outline.removesuffix("px")) >= 1
        assert not shown.slips


def overflow(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_nothing_moves_for_those_who_asked_for_it(browser: Browser, backend: Backend) -> None:
    with hosted(browser, TokensPanel(TEXT, bert=backend), reduced_motion="reduce") as shown:
        moving = shown.page.locator(".albert-panel").evaluate(
            """root => {
              root.dataset.state = 'busy';
              return [...root.querySelectorAll('*')].filter(one => {
                const {animationName, transitionDuration} = getComputedStyle(one);
                return animationName !== 'none' || transitionDuration.split(',').some(time => parseFloat(time));
              }).length;
            }"""
        )
        assert moving == 0


def test_landmarks_and_names(browser: Browser, attention: AttentionPanel) -> None:
    with hosted(browser, attention) as shown:
        page: Page = shown.page
        expect(page.get_by_role("region", name="Attention", exact=True)).to_be_visible()
        expect(page.get_by_role("status")).to_have_attribute("aria-live", "polite")
        nameless = page.locator(".albert-panel").evaluate(
            """root => [...root.querySelectorAll('button, select, textarea, input, [role=grid], [tabindex="0"]')]
              .filter(one => one.checkVisibility())
              .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')))
              .map(one => one.outerHTML)"""
        )
        assert nameless == []
        assert isinstance(shown, Hosted)
