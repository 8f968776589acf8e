"""What a person sees: the tour in JupyterLab and Notebook 7, in both themes, with a kernel and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.jupyter_process import ROOT

from .conftest import lab_process
from .lab import PATIENCE, in_both_themes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from .lab import Lab, Panel

TOUR = ROOT / "notebooks" / "tour.ipynb"
TYPED = "Zoë unbelievably 你好 🙂"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@in_both_themes
def test_tour_runs_and_its_panels_answer(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    lab.write("tour.ipynb", TOUR)
    with lab.notebook("tour.ipynb") as notebook:
        notebook.run_all()
        tokens, attention = notebook.panel("Tokens"), notebook.panel("Attention")
        tokens.wait_until_ready()
        attention.wait_until_ready()
        tokens.picture(pictures / f"tokens-{theme}.png")
        check_typing(tokens, expected_tokens(lab, TYPED))
        check_choosing_a_head(attention)
        attention.picture(pictures / f"attention-{theme}.png")
        check_views(attention, pictures, theme)
        notebook.page.screenshot(path=pictures / f"notebook-{theme}.png")
        notebook.save()
        assert not notebook.slips
    assert not [output for output in outputs(lab, "tour.ipynb") if output["output_type"] == "error"]
    with lab.notebook("tour.ipynb") as notebook:
        expect(notebook.page.locator(".jp-AlbertStatus")).to_have_text(re.compile("is ready"), timeout=PATIENCE)


def check_typing(panel: Panel, expected: list[str]) -> None:
    panel.text.fill(TYPED)
    chips = panel.root.get_by_role("listitem")
    expect(chips).to_have_count(len(expected))
    assert [label.split(" · ")[0] for label in labels(chips)] == expected
    expect(panel.status).to_contain_text(f"{len(expected)} tokens")
    chips.nth(1).hover()
    expect(panel.tip).to_be_visible()
    expect(panel.tip).to_contain_text(re.compile(r"id \d+"))
    panel.root.get_by_role("button", name="ids").click()
    expect(chips.nth(1).locator("small")).to_be_visible()


def check_choosing_a_head(panel: Panel) -> None:
    layer, head = (panel.root.get_by_role("combobox", name=name, exact=True) for name in ("Layer", "Head"))
    in_python = panel.root.get_by_role("code")
    thumbnails, map_ = panel.root.get_by_role("grid").all()
    assert (layer.input_value(), head.input_value()) == ("0", "0")
    size = thumbnails.bounding_box()
    assert size is not None
    # Somewhere right of and below the middle.
    thumbnails.click(position={"x": size["width"] * 0.7, "y": size["height"] * 0.7})
    expect(layer).not_to_have_value("0")
    expect(head).not_to_have_value("0")
    chosen = f".attention(layer={layer.input_value()}, head={head.input_value()})"
    expect(in_python).to_have_text(chosen)
    panel.wait_until_ready()
    # The same by keyboard: one head to the right.
    thumbnails.focus()
    thumbnails.press("ArrowLeft")
    thumbnails.press("Enter")
    expect(in_python).not_to_have_text(chosen)
    # And by the lists.
    layer.select_option("3")
    head.select_option("7")
    expect(in_python).to_have_text(".attention(layer=3, head=7)")
    panel.wait_until_ready()
    map_.hover()
    expect(panel.tip).to_be_visible()
    expect(panel.tip).to_contain_text(re.compile(r"0\.\d\d"))
    # A click keeps the reading where it can be seen after the pointer has left.
    reading = panel.tip.inner_text()
    map_.click()
    expect(panel.root.locator(".albert-locked")).to_contain_text(reading)


def check_views(panel: Panel, pictures: Path, theme: str) -> None:
    tabs = panel.root.get_by_role("tab")
    expect(tabs).to_have_text(["Matrix", "Lines", "Neurons", "Flow", "Effect", "Compare", "Attribution"])
    # What the heads do is measured by the way, and stands on the thumbnails.
    marks = panel.root.get_by_role("combobox", name="Mark heads by")
    expect(marks).to_be_visible()
    marks.select_option("previous")
    strongest = panel.root.locator(".albert-named").get_by_role("button").first
    strongest.click()
    layer, head = (panel.root.get_by_role("combobox", name=name, exact=True) for name in ("Layer", "Head"))
    assert strongest.inner_text().startswith(f"{int(layer.input_value()) + 1}.{int(head.input_value()) + 1} ")
    panel.wait_until_ready()

    turn(panel, "Lines")
    lines = panel.root.get_by_role("listbox", name="Tokens and what they attend to")
    panel.root.get_by_role("button", name="all", exact=True).click()
    panel.wait_until_ready()
    heads = panel.root.locator(".albert-head[aria-pressed=true]")
    expect(heads).to_have_count(12)
    panel.root.get_by_role("button", name="Head 3", exact=True).click()
    expect(heads).to_have_count(11)
    panel.root.get_by_role("button", name="Head 3", exact=True).dblclick()
    expect(heads).to_have_count(1)
    panel.wait_until_ready()
    query = panel.root.get_by_role("combobox", name="Query token")
    query.select_option("1")
    lines.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        lines.press(key)
    expect(panel.tip).to_contain_text(re.compile(r"→ .*0\.\d\d"))
    chosen = query.input_value()
    assert chosen == "3"
    panel.root.get_by_role("button", name="all", exact=True).click()
    panel.wait_until_ready()
    panel.picture(pictures / f"lines-{theme}.png")

    turn(panel, "Neurons")
    expect(query).to_have_value(chosen)
    vectors = panel.root.get_by_role("img", name=re.compile("^Query .*: strongest key"))
    expect(vectors).to_be_visible()
    vectors.hover(position={"x": 110, "y": 70})
    expect(panel.tip).to_contain_text(re.compile(r"dimension \d+: -?\d+\.\d\d"))
    panel.picture(pictures / f"neurons-{theme}.png")

    turn(panel, "Flow")
    expect(panel.root.get_by_role("code")).to_contain_text('bert.flow(v.text, method="rollout", rows=[2])')
    panel.root.get_by_role("combobox", name="Method").select_option("flow")
    panel.wait_until_ready()
    flow = panel.root.get_by_role("grid", name="Layers down, input tokens across.")
    flow.hover()
    expect(panel.tip).to_contain_text(re.compile(r"0\.\d+ · up to layer"))
    panel.picture(pictures / f"flow-{theme}.png")
    check_that_an_encoder_predicts_nothing(panel)
    tabs.nth(6).press("ArrowRight")
    expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
    check_switches(panel)


def check_that_an_encoder_predicts_nothing(panel: Panel) -> None:
    turn(panel, "Effect")
    expect(panel.root.get_by_role("tabpanel")).to_contain_text("starter is an encoder only")
    turn(panel, "Attribution")
    expect(panel.root.get_by_role("tabpanel")).to_contain_text("predicts nothing that could be explained")


def check_switches(panel: Panel) -> None:
    map_ = panel.root.get_by_role("grid", name="One head: queries down, keys across.")
    for text, rows in (("unbelievably good", 8), ("unbelievably good!", 9)):
        panel.text.fill(text)
        panel.root.get_by_role("button", name="Run").click()
        expect(map_).to_have_attribute("aria-rowcount", str(rows))
        panel.wait_until_ready()
    panel.root.get_by_role("checkbox", name="words").check()
    expect(map_).to_have_attribute("aria-rowcount", "5")
    panel.root.get_by_role("combobox", name="Special tokens").select_option("hide")
    expect(map_).to_have_attribute("aria-rowcount", "3")
    map_.focus()
    map_.press("Control+Home")
    map_.press("ArrowRight")
    expect(panel.tip).to_contain_text(re.compile(r"unbelievably → good 0\.\d\d"))
    panel.root.get_by_role("combobox", name="Special tokens").select_option("show")
    panel.root.get_by_role("checkbox", name="words").uncheck()
    expect(map_).to_have_attribute("aria-rowcount", "9")


def turn(panel: Panel, view: str) -> None:
    panel.root.get_by_role("tab", name=view).click()
    expect(panel.root.get_by_role("tabpanel", name=view)).to_be_visible()
    panel.wait_until_ready()


def test_heads_are_switched_off_and_tokens_explained(lab: Lab, checkpoints: Path) -> None:
    lab.set_theme(THEMES["dark"])
    given = f"""
import albert_widgets as aw
bert = aw.connect()
model = bert.register({str(checkpoints / "classifier")!r}, name="reviews").id
aw.AttentionPanel("the cat was not very happy", model=model, view="effect")
"""
    words = f"""
masked = bert.register({str(checkpoints / "mlm")!r}, name="words").id
aw.AttentionPanel("the [MASK] sat on the mat", model=masked, view="attribution")
"""
    lab.write("effect.ipynb", [given, words])
    with lab.notebook("effect.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        outcomes = panel.root.locator(".albert-outcome")
        expect(outcomes).to_have_count(2)
        before = outcomes.all_inner_texts()
        heads = panel.root.get_by_role("grid", name="Heads: layers down, heads across. Enter switches")
        for key in ("Control+Home", "Enter", "ArrowDown", "ArrowRight", "Enter"):
            heads.press(key)
            panel.wait_until_ready()
        expect(outcomes.first).to_contain_text(re.compile(r"\([+-]0\.\d\d\d\)"))
        expect(panel.tip).to_contain_text("layer 2, head 2 · off")
        with lab.server.client() as client:
            body = {"texts": "the cat was not very happy", "model": "reviews", "ablate": [[0, 0], [1, 1]]}
            said = client.post(f"{lab.server.door}/predict", json=body).json()
        for outcome, probability in zip(outcomes.all_inner_texts(), said["probabilities"][0], strict=True):
            assert f"{probability:.3f}" in outcome
        panel.root.get_by_role("button", name="all heads on").click()
        expect(outcomes.first).not_to_contain_text("(")
        assert outcomes.all_inner_texts() == before

        turn(panel, "Attribution")
        scores = panel.root.locator(".albert-score")
        expect(scores).to_have_count(8)
        panel.root.get_by_role("combobox", name="Output to explain").select_option("positive")
        expect(panel.root.get_by_role("tabpanel")).to_contain_text("positive: ")
        panel.wait_until_ready()
        panel.root.get_by_role("combobox", name="Method").select_option("occlusion")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("tabpanel")).not_to_contain_text("convergence delta")
        scores.nth(4).hover()
        expect(panel.tip).to_contain_text(re.compile(r"not [+-]\d\.\d\d\d for positive"))
        other = notebook.page.get_by_role("region", name="Attention", exact=True).nth(1)
        expect(other).to_have_attribute("data-state", "ready", timeout=PATIENCE)
        expect(other.locator(".albert-score")).to_have_count(8)
        expect(other.get_by_role("link", name="Jain & Wallace 2019")).to_be_visible()
        assert not notebook.slips


@pytest.mark.slow
def test_tensors_of_an_encoder_decoder_are_shown(lab: Lab, pictures: Path) -> None:
    lab.set_theme(THEMES["light"])
    given = """
import numpy as np, albert_widgets as aw
def maps(queries, keys):
    raw = np.exp(np.random.default_rng(0).normal(size=(2, 1, 3, queries, keys)) * 2)
    return raw / raw.sum(-1, keepdims=True)
source, target = "<s> das ist gut </s>".split(), "</s> this is good".split()
aw.AttentionPanel.from_tensors(encoder=maps(5, 5), decoder=maps(4, 4), cross=maps(4, 5),
                               encoder_tokens=source, decoder_tokens=target)
"""
    hostile = "aw.head_view(maps(3, 3), ['</script>', '<img src=x onerror=alert(1)>', '\\u202eevil'])"
    lab.write("tensors.ipynb", [given, hostile])
    with lab.notebook("tensors.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("tab")).to_have_text(["Matrix", "Lines"])
        expect(panel.text).not_to_be_editable()
        map_ = panel.root.get_by_role("grid", name="One head: queries down, keys across.")
        expect(map_).to_have_attribute("aria-rowcount", "5")
        panel.root.get_by_role("combobox", name="Kind of attention").select_option("cross attention")
        expect(map_).to_have_attribute("aria-rowcount", "4")
        expect(map_).to_have_attribute("aria-colcount", "5")
        map_.focus()
        for key in ("ArrowDown", "ArrowRight"):
            map_.press(key)
        expect(panel.tip).to_contain_text(re.compile(r"this → das 0\.\d\d"))
        turn(panel, "Lines")
        panel.picture(pictures / "cross-attention.png")
        lines = notebook.page.get_by_role("region", name="Attention", exact=True).nth(1)
        expect(lines).to_have_attribute("data-state", "ready")
        expect(lines.locator("img, script")).to_have_count(0)
        assert not notebook.slips


@pytest.mark.parametrize("is_trusted", [pytest.param(True, marks=pytest.mark.slow), False])
def test_saved_notebook_shows_pictures_without_a_kernel(lab: Lab, pictures: Path, is_trusted: bool) -> None:
    lab.set_theme(THEMES["light"])
    lab.write(
        "saved.ipynb", ["import albert_widgets as aw", "aw.TokensPanel('Zoë slept')", "aw.AttentionPanel('A cat')"]
    )
    with lab.notebook("saved.ipynb") as notebook:
        notebook.run_all()
        notebook.panel("Attention").wait_until_ready()
        notebook.save()
    # As it is on the machine of somebody who has no such kernel.
    gone = {"kernelspec": {"name": "gone", "display_name": "Gone"}, "language_info": {"name": "gone"}}
    lab.write("sent.ipynb", lab.server.root / "saved.ipynb", **gone)
    if is_trusted:
        lab.trust("sent.ipynb")
    with lab.notebook("sent.ipynb") as notebook:
        notebook.page.locator(".jp-Dialog button", has_text="No Kernel").click()
        # In a notebook that is not trusted JupyterLab takes the picture itself, in a trusted one our extension does.
        expect(notebook.page.locator(".jp-AlbertFallback")).to_have_count(2 if is_trusted else 0)
        shown = notebook.page.locator(".jp-OutputArea .jp-RenderedHTMLCommon")
        expect(shown).to_have_count(2)
        tokens, attention = shown.all()
        for word in ("[CLS]", "zoe", "slept"):
            expect(tokens.get_by_text(word, exact=True).first).to_be_visible()
        maps = attention.get_by_role("img").all()
        assert maps
        assert all(map_.is_visible() and map_.evaluate("image => image.naturalWidth > 0") for map_ in maps)
        expect(notebook.page.locator(".albert-panel")).to_have_count(0)
        expect(notebook.page.get_by_text("Error displaying widget")).to_have_count(0)
        expect(notebook.page.get_by_text("Loading widget")).to_have_count(0)
        notebook.page.screenshot(path=pictures / f"without-kernel-{'trusted' if is_trusted else 'untrusted'}.png")
        assert not notebook.slips


@pytest.mark.slow
def test_a_panel_that_stays_a_picture_says_so(
    browser: Browser, pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("without-widgets")
    with lab_process(browser, folder, disabled="@jupyter-widgets/jupyterlab-manager") as lab:
        lab.write("pictures.ipynb", ["import albert_widgets as aw\naw.TokensPanel('Zoë slept')"])
        with lab.notebook("pictures.ipynb") as notebook:
            notebook.run_all()
            output = notebook.page.locator(".jp-OutputArea")
            expect(output.get_by_text("slept", exact=True).first).to_be_visible()
            expect(output.get_by_role("note")).to_contain_text("did not start. Reload the page", timeout=PATIENCE)
            output.screenshot(path=pictures / "without-widgets.png")
            assert not notebook.slips


def test_panels_work_in_notebook_7(lab: Lab, pictures: Path) -> None:
    lab.set_theme(THEMES["light"])
    lab.write("seven.ipynb", ["import albert_widgets as aw", f"aw.TokensPanel({TYPED!r})"])
    with lab.notebook("seven.ipynb", view="notebooks") as notebook:
        notebook.run_all()
        tokens = notebook.panel("Tokens")
        tokens.wait_until_ready()
        expected = expected_tokens(lab, TYPED)
        assert [label.split(" · ")[0] for label in labels(tokens.root.get_by_role("listitem"))] == expected
        notebook.page.screenshot(path=pictures / "notebook-7.png")
        # Notebook 7.6 has uncaught exceptions of its own, so they are not counted here.


def expected_tokens(lab: Lab, text: str) -> list[str]:
    with lab.server.client() as client:
        return list(client.post(f"{lab.server.door}/tokenize", json={"texts": text}).json()["tokens"])


def labels(chips: Any) -> list[str]:
    return [chip.get_attribute("aria-label") for chip in chips.all()]


def outputs(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [output for cell in lab.read(name)["cells"] for output in cell.get("outputs", [])]
