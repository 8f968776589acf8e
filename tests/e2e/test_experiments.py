"""Experiments in a real JupyterLab: tokens masked, heads switched off, two readings compared, heads in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .lab import PATIENCE, in_both_themes
from .test_notebook import THEMES, turn

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab, Notebook, Panel

BEFORE, AFTER = "The cat sat on the mat because it was tired.", "The dog sat on the old mat because it was wet."


def post(lab: Lab, path: str, **body: Any) -> Any:
    with lab.server.client() as client:
        return client.post(f"{lab.server.door}{path}", json=body).json()


def ask_python(notebook: Notebook, answer: str | re.Pattern[str]) -> None:
    """Run the last cell by hand, and wait for what it prints."""
    cell = notebook.page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    cell.locator(".cm-content").press("Control+Enter")
    expect(cell.locator(".jp-OutputArea-output pre")).to_have_text(answer)


def bars(panel: Panel) -> Locator:
    return panel.root.locator(".albert-outcome").filter(visible=True)


def picture(notebook: Notebook, panel: Panel, file: Path) -> None:
    """Take a screenshot of a panel on a page that has room for it."""
    notebook.page.set_viewport_size({"width": 1280, "height": 1500})
    panel.wait_until_ready()
    panel.picture(file)


@in_both_themes
def test_tokens_are_masked_by_keyboard(lab: Lab, pictures: Path, checkpoints: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    text = "the cat sat, unbelievably, on the mat"
    given = f"""
import albert_widgets as aw
bert = aw.connect()
bert.register({str(checkpoints / "mlm")!r}, name="words")
v = aw.AttentionPanel({text!r}, model="words", view="effect")
v
"""
    lab.write("mask.ipynb", [given, "print(v.mask, v.ablate)"])
    with lab.notebook("mask.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("tabpanel")).to_contain_text("Click a token")
        tokens = panel.root.get_by_role("toolbar", name="Tokens")
        expect(tokens.get_by_role("button", name="[CLS]")).to_have_attribute("aria-disabled", "true")
        first = tokens.get_by_role("button").first
        first.focus()
        for key in ("ArrowRight", "ArrowRight", "Enter"):
            notebook.page.keyboard.press(key)
        panel.wait_until_ready()
        cat = tokens.get_by_role("button", name="cat")
        expect(cat).to_have_attribute("aria-pressed", "true")
        expect(bars(panel)).to_have_count(5)
        (verdict,) = post(lab, "/effect", text=text, model="words", mask=[2])["verdicts"]
        expect(panel.root.locator(".albert-place")).to_have_text(
            f"instead of cat, which has rank {verdict['rank']}, {verdict['original_probability']:.3f}"
        )
        for shown, name, probability in zip(
            bars(panel).all_inner_texts(), verdict["names"], verdict["probabilities"], strict=True
        ):
            assert shown.split() == [name, f"{probability:.3f}"]
        # A word of three pieces at once, and a whole layer off, by its own key.
        panel.root.get_by_role("checkbox", name="words").check()
        tokens.get_by_role("button", name="unbelievably").press("Enter")
        panel.wait_until_ready()
        expect(panel.root.locator(".albert-place")).to_have_count(4)
        heads = panel.root.get_by_role("grid", name="Enter switches one off or on")
        heads.focus()
        heads.press("Control+Home")
        heads.press("Shift+Space")
        panel.wait_until_ready()
        masked = [2, 5, 6, 7]
        both = post(lab, "/effect", text=text, model="words", mask=masked, ablate=[[0, at] for at in range(4)])
        for place, one in zip(panel.root.locator(".albert-place").all(), both["verdicts"], strict=True):
            expect(place).to_contain_text(re.compile(rf"rank {one['rank']}\b.*{one['original_probability']:.3f}"))
        expect(bars(panel).first).to_contain_text(f"{both['verdicts'][0]['probabilities'][0]:.3f}")
        bars(panel).first.hover()
        expect(panel.tip).to_contain_text(re.compile(r"log-odds [+-]\d+\.\d\d.* logit [+-]\d"))
        ask_python(notebook, f"{masked} [(0, 0), (0, 1), (0, 2), (0, 3)]")
        picture(notebook, panel, pictures / f"mask-{theme}.png")
        panel.root.get_by_role("button", name="all heads on").click()
        expect(panel.root.locator(".albert-place")).to_have_count(0)
        assert not notebook.slips


@in_both_themes
def test_a_classifier_answers_at_once(lab: Lab, pictures: Path, checkpoints: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    text = "the cat was not very happy"
    given = f"""
import albert_widgets as aw
bert = aw.connect()
bert.register({str(checkpoints / "classifier")!r}, name="reviews")
v = aw.AttentionPanel({text!r}, model="reviews", view="effect", layers=(0, 1))
v
"""
    lab.write("effect.ipynb", [given, "v.layers = None; v.ablate = [(2, 3)]; v.mask = [4]; print('set')"])
    with lab.notebook("effect.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        heads = panel.root.get_by_role("grid", name="Enter switches one off or on")
        # The last cell has run as well: Python has set what the panel shows.
        expect(heads).to_have_attribute("aria-rowcount", "3")
        expect(panel.root.get_by_role("button", name="not", exact=True)).to_have_attribute("aria-pressed", "true")
        panel.wait_until_ready()
        (verdict,) = post(lab, "/effect", text=text, model="reviews", mask=[4], ablate=[[2, 3]])["verdicts"]
        for bar, now, before in zip(bars(panel).all(), verdict["probabilities"], verdict["before"], strict=True):
            expect(bar).to_contain_text(f"{now:.3f} ({now - before:+.3f})")
        # A click on a number switches a head of every layer off; the second click, on again.
        box = heads.bounding_box()
        assert box is not None
        heads.click(position={"x": 22 + (box["width"] - 22) * 0.9, "y": 8})
        panel.wait_until_ready()
        off = [[0, 3], [1, 3], [2, 3]]
        (verdict,) = post(lab, "/effect", text=text, model="reviews", mask=[4], ablate=off)["verdicts"]
        expect(bars(panel).first).to_contain_text(f"{verdict['probabilities'][0]:.3f}")
        bars(panel).first.hover()
        expect(panel.tip).to_contain_text(f"logit {verdict['logits'][0]:+.2f}")
        picture(notebook, panel, pictures / f"effect-{theme}.png")
        panel.root.get_by_role("tab", name="Attribution").click()
        # The first gradients of all take their time.
        expect(panel.root.get_by_role("tabpanel", name="Attribution")).to_be_visible(timeout=PATIENCE)
        panel.root.get_by_role("combobox", name="Method").select_option("all")
        rows = panel.root.locator(".albert-scores[role=list]")
        expect(rows).to_have_count(3)
        panel.wait_until_ready()
        exact = post(lab, "/attribute", text=text, model="reviews", method="occlusion")
        chip = panel.root.get_by_role("list", name="occlusion").get_by_role("listitem").nth(4)
        expect(chip).to_have_attribute("aria-label", f"not {exact['scores'][4]:+.3f} for {exact['target']}")
        picture(notebook, panel, pictures / f"attribution-{theme}.png")
        assert not notebook.slips


@in_both_themes
def test_two_texts_are_compared(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    line = f'v = %albert attention "{BEFORE}" --against "{AFTER}"'
    lab.write("compare.ipynb", ["%load_ext albert_widgets", line, "v", "print(v.selection)"])
    with lab.notebook("compare.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        exact = post(lab, "/compare", text=BEFORE, other=AFTER)
        distances = exact["distances"]
        units = panel.root.locator(".albert-unit")
        expect(units).to_have_count(len(exact["changes"]))
        assert [unit.get_attribute("data-change") for unit in units.all()] == exact["changes"]
        labels = [unit.get_attribute("aria-label") for unit in units.all()]
        assert "cat, in the second dog" in labels
        assert "old, only in the second" in labels
        heads = panel.root.get_by_role("grid", name="How much each head changed")
        heads.focus()
        for key in ("Control+Home", "ArrowDown", "ArrowDown", "ArrowRight"):
            heads.press(key)
        expect(panel.tip).to_have_text(f"layer 3, head 2 · changed by {distances[2][1]:.3f}")
        heads.press("Enter")
        panel.wait_until_ready()
        expect(panel.root.get_by_role("combobox", name="Layer", exact=True)).to_have_value("2")
        between = panel.root.get_by_role("grid", name="The difference")
        between.focus()
        for key in ("Control+Home", "ArrowDown", "ArrowDown", "ArrowRight"):
            between.press(key)
        one, two = (
            post(lab, "/attention", text=text, layers=[2], heads=[1])["weights"][0][0] for text in (BEFORE, AFTER)
        )
        expect(panel.tip).to_contain_text("dog → the ")
        shown = [float(number) for number in re.findall(r"-?\d\.\d\d", panel.tip.inner_text())]
        assert shown == pytest.approx([one[2][1], two[2][1], two[2][1] - one[2][1]], abs=0.011)
        picture(notebook, panel, pictures / f"compare-{theme}.png")
        # Edit the second text, by keyboard; words for pieces hold here, too.
        second = panel.root.get_by_role("textbox", name="Text to compare with")
        second.fill("The cat sat unbelievably.")
        second.press("Control+Enter")
        expect(panel.root.locator(".albert-unit[data-change=removed]").first).to_be_visible()
        panel.wait_until_ready()
        expect(units.filter(has_text="unbelievably")).to_have_count(0)
        panel.root.get_by_role("checkbox", name="words").check()
        expect(units.filter(has_text="unbelievably")).to_have_count(1)
        panel.wait_until_ready()
        ask_python(notebook, re.compile("'compare_text': 'The cat sat unbelievably.'"))
        second.fill("word " * 600)
        panel.root.get_by_role("button", name="Compare").click()
        expect(panel.root.get_by_role("alert").filter(visible=True)).to_contain_text("reads at most 512 at once")
        assert not notebook.slips


def tuned(checkpoint: Path, folder: Path) -> Path:
    """Save a checkpoint whose second layer has learnt something else meanwhile."""
    import torch
    import transformers

    model = transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint)
    with torch.no_grad():
        model.bert.encoder.layer[1].attention.self.query.weight.mul_(-2)
    model.save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(checkpoint).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_two_models_are_compared(lab: Lab, pictures: Path, checkpoints: Path, tmp_path: Path) -> None:
    lab.set_theme(THEMES["light"])
    tuned(checkpoints / "classifier", tmp_path / "tuned")
    text = "the cat was not very happy"
    given = f"""
import albert_widgets as aw
bert = aw.connect()
for name in ("classifier", "modernbert"):
    bert.register({str(checkpoints)!r} + "/" + name, name=name)
bert.register({str(tmp_path / "tuned")!r}, name="tuned")
v = aw.AttentionPanel({text!r}, model="classifier", compare_model="tuned")
v
"""
    lab.write("models.ipynb", [given])
    with lab.notebook("models.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        model = panel.root.get_by_role("combobox", name="Model to compare with")
        expect(model).to_have_value("tuned")
        before, now = (
            post(lab, "/predict", texts=text, model=name)["probabilities"][0] for name in ("classifier", "tuned")
        )
        for bar, first, second in zip(bars(panel).all(), before, now, strict=True):
            expect(bar).to_contain_text(f"{second:.3f} ({second - first:+.3f})")
        # What the first layer does, nothing has changed before it.
        heads = panel.root.get_by_role("grid", name="How much each head changed")
        heads.focus()
        heads.press("Control+Home")
        expect(panel.tip).to_have_text("layer 1, head 1 · changed by 0.000")
        for key in ("ArrowDown", "ArrowRight", "Enter"):
            heads.press(key)
        panel.wait_until_ready()
        picture(notebook, panel, pictures / "compare-models.png")
        model.select_option("modernbert")
        panel.wait_until_ready()
        expect(bars(panel)).to_have_count(0)
        distances = post(lab, "/compare", text=text, model="classifier", other_model="modernbert")["distances"]
        expect(panel.root.get_by_role("tabpanel")).to_contain_text(f"0 to {max(map(max, distances)):.2f} of 1")
        model.select_option("starter")
        expect(panel.root.get_by_role("alert").filter(visible=True)).to_contain_text("starter has 6 layers of 12 heads")
        assert not notebook.slips


@in_both_themes
def test_heads_are_sorted_weighed_and_fewer(lab: Lab, pictures: Path, theme: str) -> None:
    lab.set_theme(THEMES[theme])
    line = f"import albert_widgets as aw\nv = aw.AttentionPanel({BEFORE!r}, measure='previous', sort=True)\nv"
    # The second cell does nothing until the panel has been asked for another weight.
    later = "if v.weight == 'value_norm':\n    v.sort, v.layers = False, (2, 3)\nprint(v.weight, v.layers)"
    lab.write("sorted.ipynb", [line, later])
    with lab.notebook("sorted.ipynb") as notebook:
        notebook.run_all()
        panel = notebook.panel("Attention")
        panel.wait_until_ready()
        previous = post(lab, "/head-statistics", text=BEFORE)["previous"]
        best = max((value, layer, head) for layer, row in enumerate(previous) for head, value in enumerate(row))
        thumbnails = panel.root.locator(".albert-overview").first.get_by_role("grid")
        expect(panel.root.get_by_role("checkbox", name="sorted")).to_be_checked()
        thumbnails.focus()
        for key in ("Control+Home", "Enter"):
            thumbnails.press(key)
        layer, head = (panel.root.get_by_role("combobox", name=name, exact=True) for name in ("Layer", "Head"))
        expect(layer).to_have_value(str(best[1]))
        expect(head).to_have_value(str(best[2]))
        panel.wait_until_ready()
        picture(notebook, panel, pictures / f"sorted-{theme}.png")
        weight = panel.root.get_by_role("combobox", name="Weight")
        weight.select_option("value_norm")
        panel.wait_until_ready()
        legend = panel.root.locator(".albert-legend").filter(visible=True)
        expect(legend).to_contain_text("value norm (Kobayashi et al. 2020)")
        exact = post(lab, "/attention", text=BEFORE, layers=[best[1]], heads=[best[2]], weight="value_norm")
        largest = max(map(max, exact["weights"][0][0]))
        expect(legend).to_contain_text(f"{largest:.2f}")
        expect(panel.root.get_by_role("code").filter(visible=True)).to_contain_text('weight="value_norm"')
        ask_python(notebook, "value_norm (2, 3)")
        expect(thumbnails).to_have_attribute("aria-rowcount", "2")
        expect(panel.root.get_by_role("combobox", name="First layer")).to_have_value("2")
        panel.wait_until_ready()
        turn(panel, "Flow")
        flow = panel.root.get_by_role("grid", name="Layers down, input tokens across.")
        expect(flow).to_have_attribute("aria-rowcount", "2")
        weights = post(lab, "/flow", text=BEFORE, rows=[1], layers=[2, 3], start=2)["weights"]
        flow.focus()
        for key in ("Control+Home", "ArrowDown", "ArrowRight"):
            flow.press(key)
        expect(panel.tip).to_contain_text(f"the → the {weights[1][0][1]:.3f} · up to layer 4")
        assert not notebook.slips
