"""Whether this machine is faster with bfloat16: measured, not guessed from its name.

Processors without instructions for it (AVX512-BF16, AMX) emulate bfloat16 and are many times slower.
"""

from __future__ import annotations

import contextlib
import functools
import time
from typing import TYPE_CHECKING

import torch

from albert_widgets.backend.disk import whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZE, ROWS, RUNS = 384, 512, 7
KEPT = "precision.txt"
"""In a job's folder: what was chosen for it."""
FASTER = 1.15
"""How much faster a step must be before the lower precision is worth it."""
FASTER_PRODUCT = 1 / 0.75
"""How much faster one product of matrices must be."""


def chosen(folder: Path, asked: str, device: str) -> str:
    """Return the precision of the training in a job's folder: what is asked for, or the fastest where that is "auto".

    What was measured is kept there: a run that goes on must not change it, on however busy a machine.
    """
    if asked != "auto":
        return asked
    file = folder / KEPT
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8")
    found = fastest(device)
    # Without room for it, it is measured again.
    with contextlib.suppress(OSError), whole(file) as partial:
        partial.write_text(found, encoding="utf-8")
    return found


@functools.cache
def fastest(device: str) -> str:
    """Return ``"bfloat16"`` where a small feed-forward step of a training runs faster with it, else ``"float32"``.

    It is measured in CPU time of all threads, so that others on the machine do not sway it, and draws no random number
    that the training would have drawn.
    """
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    if device != "cpu":
        return "float32"
    with torch.random.fork_rng(devices=[]):
        single, half = (_shortest(_step(dtype), time.process_time) for dtype in (torch.float32, torch.bfloat16))
    return "bfloat16" if single > FASTER * half else "float32"


@functools.cache
def is_bfloat16_faster() -> bool:
    """Measure, once a process, whether this CPU multiplies bfloat16 much faster.

    It takes some milliseconds of the thread's own CPU time, so that others on the machine do not sway it.
    """
    single, half = (_shortest(_product(dtype), time.thread_time) for dtype in (torch.float32, torch.bfloat16))
    return single > FASTER_PRODUCT * half


def _step(dtype: torch.dtype) -> Callable[[], object]:
    """Return a forward and backward pass through two linear maps of a small BERT's size."""
    layers = torch.nn.Sequential(torch.nn.Linear(SIZE, 4 * SIZE), torch.nn.GELU(), torch.nn.Linear(4 * SIZE, SIZE))
    given = torch.randn(ROWS, SIZE)

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
            loss = layers(given).square().mean()
        loss.backward()

    return step


def _product(dtype: torch.dtype) -> Callable[[], object]:
    """Return one linear map of a small BERT's size."""
    states, weights = torch.ones(ROWS, SIZE, dtype=dtype), torch.ones(4 * SIZE, SIZE, dtype=dtype)
    return lambda: torch.nn.functional.linear(states, weights)


def _shortest(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the shortest time of some runs: other programs can only make one slower."""
    times = []
    for _ in range(RUNS):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)
