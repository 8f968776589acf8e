"""albert-widgets as a contender: a backend in the worker's process, asked as anybody asks it."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from .contenders import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from albert_widgets.backend import Backend

ROWS, CHECKED_ROWS = 2000, 200
"""Of SST-2: what the classifier learns from, and what it is checked on."""
PATIENCE = 600.0
"""Seconds that the backend may take to make a model ready in the background."""


def training() -> Callable[[Path], str]:
    """Make what fine-tunes the starter for one epoch; it returns the folder of the checkpoint."""

    def work(data: Path) -> str:
        import pandas as pd  # type: ignore[import-untyped]

        from albert_widgets import folders
        from albert_widgets.backend import Backend

        train, dev = (pd.read_csv(data / "sst2" / f"{part}.csv") for part in ("train", "dev"))
        bert = Backend()
        bert.fit(
            train.sample(ROWS, random_state=0),
            text="text",
            label="label",
            validation=dev.sample(CHECKED_ROWS, random_state=0),
            epochs=1,
            precision="float32",
            name="benchmark",
        ).result()
        bert.close()
        return str(folders.home() / "models" / "benchmark")

    return work


def precisions() -> Callable[[], tuple[tuple[str, ...], bool]]:
    """Make what names the precisions that are worth a row on this machine, and says whether it has a GPU."""

    def work() -> tuple[tuple[str, ...], bool]:
        import torch

        from albert_widgets.backend import Backend

        if "precision" not in inspect.signature(Backend.predict).parameters:
            return ("",), torch.cuda.is_available()
        if torch.cuda.is_available():
            return ("float32", "bfloat16", "float16"), True
        # A processor that only imitates bfloat16 is slower with it.
        has_bfloat16 = any(has for name, has in torch.cpu.get_capabilities().items() if "bf16" in name)
        return ("float32", *(("bfloat16",) if has_bfloat16 else ()), "int8"), False

    return work


def predicting(folder: str) -> Callable[..., Callable[[], Answer]]:
    """Make what classifies texts."""
    from albert_widgets.backend import Backend

    bert = Backend()
    model = bert.register(folder, name="classifier").id
    return _asked(bert, lambda texts, how: bert.predict(texts, model=model, **how), "probabilities")


def embedding(folder: str) -> Callable[..., Callable[[], Answer]]:
    """Make what embeds texts."""
    from albert_widgets.backend import Backend

    bert = Backend()
    model = bert.register(folder, name="encoder").id
    return _asked(bert, lambda texts, how: bert.embed(texts, model=model, **how), "vectors")


def _asked(
    bert: Backend, ask: Callable[[list[str], dict[str, Any]], Any], values: str
) -> Callable[..., Callable[[], Answer]]:
    ready: set[str] = set()
    most = bert.status().limits["texts"]

    def work(texts: list[str], precision: str = "") -> Callable[[], Answer]:
        how = {"precision": precision} if precision else {}
        if precision not in ready:
            settle(lambda: ask(texts[:1], how))
            ready.add(precision)
        results = [ask(texts[start : start + most], how) for start in range(0, len(texts), most)]

        def answer() -> Answer:
            said = " ".join(filter(None, (getattr(results[0], name, "") for name in ("engine", "precision"))))
            return Answer(np.concatenate([getattr(result, values) for result in results]), said)

        return answer

    return work


def settle(ask: Callable[[], object], process: psutil.Process | None = None) -> None:
    """Ask until the backend's process, by default this one, makes nothing ready in the background any more."""
    process = process or psutil.Process()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ask()
        if not any(_prepares(child) for child in process.children()):
            return
        # Whoever started it has not always taken notice of its end: it is looked at, not waited for.
        while any(_prepares(child) for child in process.children()) and time.monotonic() < deadline:
            time.sleep(0.5)
    raise TimeoutError(f"A model was not ready after {PATIENCE:.0f} s.")


def _prepares(child: psutil.Process) -> bool:
    """Whether a child process makes a model ready; multiprocessing has children of its own."""
    try:
        return "albert_widgets.backend.engines.prepare" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
