"""What the sidebar costs: JupyterLab's start with and without it, and its first picture with 200 cached models."""

from __future__ import annotations

import gzip
import json
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.conftest import chromium_process, lab_process
from tests.e2e.lab import PATIENCE
from tests.jupyter_process import ROOT, TOKEN

from .table import Figure, show

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.e2e.lab import Lab

STARTS = 5
MODELS = 200
COMMIT = "c0ffee" + "0" * 34

STARTED = """() => new Promise(done => {
  const look = () => document.querySelector('.jp-Launcher, .jp-NotebookPanel')
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : setTimeout(look, 5);
  look();
})"""
"""Milliseconds from the page's request until its launcher is painted."""

OPENED = """count => {
  window.opened = new Promise(done => document.addEventListener('pointerdown', () => {
    const start = performance.now();
    const frame = () => new Promise(next => requestAnimationFrame(() => setTimeout(next)));
    let frameAt = 0, firstAt = 0;
    const look = async () => {
      await frame();
      const panel = document.querySelector('#albert-widgets-manager');
      const grid = panel?.querySelector('[role="grid"][aria-label="Models on this machine"]');
      const rows = grid?.querySelectorAll('[role="row"]').length ?? 0;
      if (!frameAt && panel?.querySelector('.jp-AccordionPanel-title')) {
        frameAt = performance.now() - start;
      }
      if (!firstAt && rows > 1) {
        firstAt = performance.now() - start;
      }
      if (rows >= count) {
        done([frameAt, firstAt, performance.now() - start]);
      } else {
        look();
      }
    };
    look();
  }, { capture: true, once: true }));
}"""
"""Waits for a click; milliseconds from it until the sidebar's frame, its first models, and so many, are painted."""


def cached_models(cache: Path, count: int = MODELS) -> None:
    """Make a hub cache of small checkpoints, each whole: a config, a card and a safetensors file."""
    import torch
    from safetensors.torch import save_file

    for number in range(count):
        repo = cache / f"models--owner-{number % 7}--model-{number:03}"
        snapshot = repo / "snapshots" / COMMIT
        snapshot.mkdir(parents=True)
        (repo / "refs").mkdir()
        (repo / "refs" / "main").write_text(COMMIT)
        (repo / "blobs").mkdir()
        config = {"architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": 2, "hidden_size": 8}
        (snapshot / "config.json").write_text(json.dumps({**config, "num_attention_heads": 2, "vocab_size": 30}))
        (snapshot / "README.md").write_text("---\nlanguage: en\nlicense: mit\n---\n# A model\n")
        blob = repo / "blobs" / f"{number:064x}"
        save_file({"weight": torch.zeros(8, 8 + number)}, blob)
        (snapshot / "model.safetensors").symlink_to(blob)


def starts(browser: Browser, labs: dict[str, Lab]) -> dict[str, list[float]]:
    """Return milliseconds to a painted launcher, each lab in turn; the first load of each only fills caches."""
    found: dict[str, list[float]] = {name: [] for name in labs}
    for _ in range(STARTS + 1):
        for name, lab in labs.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"{lab.server.url}/lab?reset&token={TOKEN}", wait_until="commit")
            found[name].append(float(page.evaluate(STARTED)))
            context.close()
    return {name: times[1:] for name, times in found.items()}


def first_pictures(browser: Browser, lab: Lab) -> list[tuple[float, float, float]]:
    """Return milliseconds to the sidebar's frame, its first models and all of them, of pages with a warm backend."""
    found = []
    with lab.server.client() as client:
        client.get(f"{lab.server.door}/models")
    for _ in range(STARTS):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{lab.server.url}/lab?reset&token={TOKEN}")
        page.locator(".jp-Launcher").wait_for()
        page.wait_for_timeout(3000)
        page.evaluate(OPENED, MODELS)
        page.locator('.jp-SideBar [data-id="albert-widgets-manager"]').click()
        found.append(tuple(page.evaluate("() => window.opened")))
        context.close()
    return found


def bundle() -> tuple[int, int, int]:
    """Return the bytes of the extension's files: what every page fetches, all of them, and all of them zipped."""
    folder = ROOT / "albert_widgets" / "labextension" / "static"
    files = [file for file in folder.glob("*.js") if not file.name.endswith(".map")]
    entry = json.loads((folder.parent / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    zipped = sum(len(gzip.compress(file.read_bytes())) for file in files)
    return (folder.parent / entry).stat().st_size, sum(file.stat().st_size for file in files), zipped


def main() -> None:
    """Print one table."""
    home = Path(tempfile.mkdtemp(prefix="albert-widgets-sidebar-"))
    cached_models(home / "with" / "huggingface" / "hub")
    with (
        chromium_process() as browser,
        lab_process(browser, home / "with") as ours,
        lab_process(browser, home / "without", disabled="albert-widgets") as bare,
    ):
        times = starts(browser, {"with": ours, "without": bare})
        pictures = first_pictures(browser, ours)
    start = {name: statistics.median(values) for name, values in times.items()}
    spread = {name: f"{min(values):.0f}–{max(values):.0f}" for name, values in times.items()}
    entry, whole, zipped = bundle()
    frame, first, models = (statistics.median(values) for values in zip(*pictures, strict=True))
    show(
        f"The sidebar, {MODELS} cached models, medians of {STARTS}",
        [
            Figure(
                "JupyterLab's launcher is painted after",
                f"{start['with']:.0f} ms ({spread['with']})",
                f"{start['without']:.0f} ms ({spread['without']})",
                f"{start['with'] / start['without']:.2f}×",
                "the same",
            ),
            Figure("the sidebar's frame is painted after", f"{frame:.0f} ms"),
            Figure("… the first screenful of models", f"{first:.0f} ms", target="≤ 300 ms"),
            Figure("… all its models", f"{models:.0f} ms"),
            Figure("JavaScript: the entry", f"{entry / 1000:.0f} kB"),
            Figure("… all of it", f"{whole / 1000:.0f} kB, {zipped / 1000:.0f} kB zipped"),
        ],
        peer="without albert-widgets",
    )


if __name__ == "__main__":
    main()
