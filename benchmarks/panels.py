"""How soon a panel can be used, and what the browser is sent until then: a BERT-base shape at 512 tokens."""

from __future__ import annotations

import base64
import statistics
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.e2e.conftest import chromium_process, lab_process
from tests.e2e.lab import PATIENCE

from .table import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.lab import Notebook

WORDS = ("cat", "dog", "mat", "film", "sat")
TOKENS = 512
LAYERS = ("5", "11", "2")
"""Chosen one after the other in each panel."""
READY = """() => {
  const panels = () => document.querySelectorAll('.albert-panel[data-state="ready"]').length;
  const before = panels();
  window.ready = new Promise(done => {
    addEventListener('keydown', ({ timeStamp }) => {
      const observer = new MutationObserver(() => {
        if (panels() > before) {
          observer.disconnect();
          requestAnimationFrame(() => done(performance.now() - timeStamp));
        }
      });
      observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-state'] });
    }, { once: true, capture: true });
  });
}"""
"""Makes ``ready``: the milliseconds from the next key until one more panel is drawn."""
CHOOSE = """(select, value) => new Promise(done => {
  const panel = select.closest('[data-state]');
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (panel.dataset.state === 'ready') {
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now() - start));
    }
  }).observe(panel, { attributeFilter: ['data-state'] });
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
})"""
"""Chooses in a drop-down box, and returns after how many milliseconds the panel is drawn again."""


def bert_base(folder: Path) -> Path:
    """Save a model of BERT-base's shape with random weights, and a tokenizer, in ``folder``."""
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    torch.manual_seed(0)
    tf.BertModel(tf.BertConfig()).save_pretrained(folder)
    made = tokenizer()
    made.model_max_length = TOKENS
    made.save_pretrained(folder)
    return folder


class Received:
    """Bytes of all websocket messages that a page is sent: everything a kernel says comes this way."""

    def __init__(self, notebook: Notebook) -> None:
        self.bytes = 0
        session = notebook.page.context.new_cdp_session(notebook.page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self.bytes += len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data)


def first_paint(home: Path) -> list[Figure]:
    """Seconds from running the cell to a panel that answers, and bytes sent before its first picture."""
    folder = bert_base(home / "bert-base")
    cells = [
        f"import albert_widgets as aw\nbert = aw.connect()\nbert.register({str(folder)!r}, name='base').id",
        "bert.use('base').id, bert.attention('the cat', layers=[0]).num_layers",
        # A text each: one that was read already would be shown at once.
        *[f"aw.AttentionPanel({f'{word} ' * (TOKENS - 2)!r})" for word in WORDS],
    ]
    seconds, answered, sent = [], [], []
    with chromium_process() as browser, lab_process(browser, home) as lab:
        lab.write("panel.ipynb", cells)
        with lab.notebook("panel.ipynb") as notebook:
            page = notebook.page
            page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()
            time.sleep(3)
            prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
            page.locator(".jp-CodeCell .cm-content").first.click()
            for number in range(1, 3):
                page.keyboard.press("Shift+Enter")
                expect(prompts.nth(number - 1)).to_have_text(f"[{number}]:", timeout=PATIENCE)
            received = Received(notebook)
            for number in range(len(WORDS)):
                before = received.bytes
                page.evaluate(READY)
                page.keyboard.press("Shift+Enter")
                seconds.append(page.evaluate("ready") / 1000)
                root = page.get_by_role("region", name="Attention", exact=True).nth(number)
                expect(root).to_have_attribute("data-state", "ready", timeout=PATIENCE)
                sent.append(received.bytes - before)
                layer = root.get_by_role("combobox", name="Layer", exact=True)
                answered += [layer.evaluate(CHOOSE, value) for value in LAYERS]
    return [
        Figure(
            "running the cell to an interactive panel",
            f"{statistics.median(seconds):.2f} s (worst {max(seconds):.2f})",
            target="≤ 1.5 s",
        ),
        Figure("bytes to the browser until then", f"{statistics.median(sent) / 1e6:.2f} MB", target="≤ 1 MB"),
        Figure(
            "another layer chosen, until it is drawn",
            f"{statistics.median(answered):.0f} ms (worst {max(answered):.0f})",
            target="≤ 100 ms",
        ),
    ]
