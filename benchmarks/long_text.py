"""How long a long text takes to be explored, and how much memory the backend needs for it: a ModernBERT shape."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psutil

from . import memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from albert_widgets.protocol import BertBackend

TOKENS = (512, 2048, 8192)
CELLS = 48
"""Cells along a thumbnail."""
OPEN = 512
"""Cells along the map of one head."""
TILE = 1024


def modernbert(folder: Path) -> Path:
    """Save a model of ModernBERT-base's shape with random weights, and a tokenizer, in ``folder``."""
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    torch.manual_seed(0)
    made = tokenizer(padding=1)
    made.model_max_length = max(TOKENS)
    special = {f"{name}_token_id": getattr(made, f"{name}_token_id") for name in ("bos", "eos", "cls", "sep", "pad")}
    config = tf.ModernBertConfig(vocab_size=len(made), max_position_embeddings=max(TOKENS), **special)
    tf.ModernBertModel(config).save_pretrained(folder)
    made.save_pretrained(folder)
    return folder


def exploring(home: Path, tokens: tuple[int, ...] = TOKENS) -> list[list[str]]:
    """Return seconds of each step of exploring a text, and the backend's peak memory, by the text's length."""
    from albert_widgets.service.client import connect
    from albert_widgets.service.launch import ensure_backend

    folder = modernbert(home / "modernbert")
    bert = connect()
    bert.use(bert.register(str(folder), name="long").id)
    columns = [_explore(bert, psutil.Process(ensure_backend().pid), count) for count in tokens]
    rows = [["", *(f"{count:,} tokens" for count in tokens)]]
    return rows + [[name, *(column[name] for column in columns)] for name in columns[0]]


def _explore(bert: BertBackend, process: psutil.Process, count: int) -> dict[str, str]:
    text = "cat " * (count - 2)
    # Loaded anew, so that nothing of a text before is there.
    bert.unload()
    bert.load()
    bert.attention("cat")
    before = process.memory_info().rss
    memory.forget_peak(process.pid)

    def head(layer: int, head: int, **tile: range) -> Callable[[], Any]:
        return lambda: bert.attention(text, layers=[layer], heads=[head], pool=OPEN, quantized=True, **tile)

    middle = range(max(0, count // 2 - TILE // 2), min(count, count // 2 + TILE // 2))
    steps: dict[str, Callable[[], Any]] = {
        "overview of all heads": lambda: bert.attention(text, pool=CELLS, quantized=True),
        "first head": head(0, 0),
        "second head of the layer": head(0, 1),
        "head of another layer": head(21, 0),
        "head of a layer with a window": head(10, 5),
        f"tile of {TILE:,} × {TILE:,}": head(12, 3, rows=middle, columns=middle),
        "statistics of all heads": lambda: bert.head_statistics(text),
    }
    found = {name: f"{_seconds(work):.2f} s" for name, work in steps.items()}
    after = process.memory_info().rss - before
    return {
        **found,
        "most memory of the backend over the loaded model": f"{(memory.peak(process.pid) - before) / 1e9:.2f} GB",
        "memory kept for the next head": f"{after / 1e9:.2f} GB",
    }


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
