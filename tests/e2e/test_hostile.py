"""Hostile texts are texts: in a live panel, its picture, its saved page, its saved drawing, names and code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from playwright.sync_api import expect

from albert_widgets.widgets import AttentionPanel, TokensPanel

from .host import PAGE, hosted

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from albert_widgets.backend import Backend
    from albert_widgets.widgets import Panel

RUN = "window.__pwned=1"
HOSTILE = {
    "script": f"</script><script>{RUN}</script>",
    "image": f'<img src=x onerror="{RUN}"> <svg onload={RUN}>',
    "attribute": f"\" onmouseover='{RUN}' autofocus onfocus={RUN} x=\"",
    "comment": "<!-- <script> -- ]]> <![CDATA[",
    "closing": "</textarea></noscript></style></title></template></main></section>",
    "link": f"javascript:{RUN} <a href=javascript:{RUN}>here</a> <iframe srcdoc='<script>parent.{RUN}</script>'>",
    "turned": "abc \u202eevil\u202c \u2067more\u2069 end",
    "word": "w" * 10_000,
    "nothing": "a\x00b \x07 \x1b[31m c",
    "template": "${" + RUN + "} {{" + RUN + "}} %s %d %(x)s {0} $& $1 \\u003cscript\\u003e",
    "prototype": "__proto__ constructor toString hasOwnProperty",
}
KINDS = ("tokens", "attention", pytest.param("tensors", marks=pytest.mark.slow))


def panel_of(kind: str, text: str, backend: Backend) -> Panel[Any]:
    if kind == "tokens":
        return TokensPanel(text, pair=text, bert=backend)
    if kind == "attention":
        return AttentionPanel(text, bert=backend)
    tokens = [text, "__proto__", *text.split()[:3]]
    raw = np.exp(np.random.default_rng(0).normal(size=(2, 1, 2, len(tokens), len(tokens))))
    return AttentionPanel.from_tensors(raw / raw.sum(-1, keepdims=True), tokens)


def check(page: Page) -> None:
    """Check that nothing ran, that of a text only text was made, and that the page is not wider than its window."""
    assert page.evaluate("window.__pwned") is None
    for made in ("img[src=x]", "iframe", "[onload]", "[onmouseover]", "[onfocus]", "a[href^=javascript]"):
        assert page.locator(made).count() == 0, made
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def walk(page: Page) -> None:
    """Point at tokens and heads, open each card and view: whatever shows a text."""
    for place in (".albert-chip", ".albert-grid canvas + canvas"):
        for element in page.locator(place).filter(visible=True).all()[:3]:
            element.hover()
    for name in ("Help", "Keys", "Save as"):
        page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
    page.keyboard.press("Escape")
    for view in page.get_by_role("tab").filter(has_text=re.compile("Lines|Matrix")).all():
        view.click()
        page.locator(".albert-panel[data-state=ready]").wait_for()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_live_panel(browser: Browser, backend: Backend, tmp_path: Path, name: str, kind: str) -> None:
    widget = panel_of(kind, HOSTILE[name], backend)
    with hosted(browser, widget, viewport={"width": 700, "height": 900}) as shown:
        page = shown.page
        field = page.get_by_role("textbox", name="Text", exact=True)
        # Of line ends a text area knows one kind.
        assert field.input_value() == widget.text
        walk(page)
        check(page)
        first = page.get_by_role("menuitem").first
        page.get_by_role("toolbar").get_by_role("button", name="Save as", exact=True).click()
        with page.expect_download() as begun:
            first.click()
        suggested = begun.value.suggested_filename
        assert re.fullmatch(r"[^\W_][\w-]{0,60}\.svg", suggested), suggested
        drawing = tmp_path / "drawing.svg"
        begun.value.save_as(drawing)
        assert not {"script", "foreignObject", "a"} & {one.tag.split("}")[-1] for one in ET.parse(drawing).iter()}
        page.get_by_role("toolbar").get_by_role("button", name="Code", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("copied: aw.")
        # Python's spelling has no character that turns the direction of a line, or ends it.
        assert widget.code.replace("\n", "").isprintable()
        check(page)
        assert not shown.slips


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_page_and_picture(browser: Browser, backend: Backend, tmp_path: Path, name: str, kind: str) -> None:
    widget = panel_of(kind, HOSTILE[name], backend)
    slips: list[str] = []
    with browser.new_context(viewport={"width": 700, "height": 900}) as context:
        page = context.new_page()
        file = widget.save(tmp_path / "page.html")
        page.on("dialog", lambda dialog: (slips.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: slips.append(str(error)))
        page.route("**/*", lambda route: let_through(route, file.as_uri(), slips))
        page.goto(file.as_uri())
        page.locator(".albert-panel[data-state=ready]").wait_for()
        assert page.get_by_role("textbox", name="Text", exact=True).input_value() == widget.text
        walk(page)
        check(page)

        bundle = widget._repr_mimebundle_()
        assert bundle is not None
        picture = bundle[0]["text/html"]
        # As a notebook shows it that is trusted, and as a page that is read without our scripts.
        page.set_content(PAGE.replace("<main", f"{picture}<main"))
        check(page)
        page.evaluate("html => { document.getElementById('host').innerHTML = html; }", picture)
        page.wait_for_timeout(50)
        check(page)
        shown = page.locator("#host").inner_text()
        if name not in {"nothing", "turned", "word"} and kind == "tensors":
            assert widget.tokens.tokens[0] in shown
        assert not slips


def let_through(route: Any, own: str, slips: list[str]) -> None:
    """The network is cut: but for the file itself, and what lies in it, nothing is had."""
    if route.request.url.startswith((own, "blob:", "data:")):
        route.continue_()
    else:
        slips.append(route.request.url)
        route.abort()
