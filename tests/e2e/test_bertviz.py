"""bertviz's README examples in JupyterLab, with our import: the panels show tokens and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .lab import Lab

LOAD = """
from transformers import AutoTokenizer, AutoModel, utils
from albert_widgets import head_view, model_view
utils.logging.set_verbosity_error()
utils.logging.disable_progress_bar()
tokenizer = AutoTokenizer.from_pretrained({folder!r})
model = AutoModel.from_pretrained({folder!r}, output_attentions=True)
inputs = tokenizer.encode("the cat sat on the mat", return_tensors="pt")
outputs = model(inputs)
attention = outputs[-1]
tokens = tokenizer.convert_ids_to_tokens(inputs[0])
"""
PAIR = """
inputs = tokenizer("the dog ran fast", "he was happy", return_tensors="pt", return_token_type_ids=True)
attention = model(**inputs)[-1]
sentence_b_start = inputs["token_type_ids"][0].tolist().index(1)
head_view(attention, tokenizer.convert_ids_to_tokens(inputs["input_ids"][0]), sentence_b_start, layer=2, heads=[3, 1])
"""
# How many pixels of a canvas are neither page nor grey: what is drawn in colour.
COLOURED = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b, a] = data.subarray(at, at + 4);
    found += a > 20 && Math.max(r, g, b) - Math.min(r, g, b) > 40;
  }
  return found;
}"""


@pytest.mark.slow
@pytest.mark.usefixtures("pictures")
def test_readme_examples_show_tokens_and_lines(lab: Lab, checkpoints: Path) -> None:
    folder = str(checkpoints / "albert")
    cells = [LOAD.format(folder=folder), "head_view(attention, tokens)", "model_view(attention, tokens)", PAIR]
    lab.write("readme.ipynb", cells)
    with lab.notebook("readme.ipynb") as notebook:
        notebook.run_all()
        panels = notebook.page.get_by_role("region", name="Attention", exact=True)
        expect(panels).to_have_count(3)
        for panel in panels.all():
            expect(panel).to_have_attribute("data-state", "ready")
        head, model, pair = panels.all()
        check_lines(head, "the")
        check_lines(pair, "dog", steps=2)
        expect(model.get_by_role("tab", name="Matrix")).to_have_attribute("aria-selected", "true")
        expect(pair.get_by_role("combobox", name="Layer", exact=True)).to_have_value("2")
        assert not notebook.slips


def check_lines(panel: Locator, token: str, steps: int = 1) -> None:
    """Lines are drawn, and the arrow keys read the tokens."""
    lines = panel.get_by_role("listbox", name="Tokens and what they attend to")
    expect(lines).to_be_visible()
    assert lines.evaluate(COLOURED) > 500
    lines.focus()
    for _ in range(steps):
        lines.press("ArrowDown")
    expect(panel.locator(".albert-tip")).to_contain_text(f"{token} →")
