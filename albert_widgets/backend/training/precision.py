"""Whether this machine trains faster with bfloat16: measured, not guessed from its name."""

from __future__ import annotations

import functools
import time

import torch

SIZE, ROWS, RUNS = 384, 512, 7
FASTER = 1.15
"""How much faster a step must be before the lower precision is worth it."""


@functools.cache
def fastest(device: str) -> str:
    """Return ``"bfloat16"`` where a small feed-forward step runs faster with it, else ``"float32"``.

    Processors without instructions for it emulate bfloat16 and are many times slower.
    """
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    if device != "cpu":
        return "float32"
    return "bfloat16" if _seconds(torch.float32) > FASTER * _seconds(torch.bfloat16) else "float32"


def _seconds(dtype: torch.dtype) -> float:
    """Return the shortest time of a forward and backward pass through two linear maps of a small BERT's size."""
    layers = torch.nn.Sequential(torch.nn.Linear(SIZE, 4 * SIZE), torch.nn.GELU(), torch.nn.Linear(4 * SIZE, SIZE))
    given = torch.randn(ROWS, SIZE)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
            loss = layers(given).square().mean()
        loss.backward()
        times.append(time.perf_counter() - start)
    # Other programs can only make a run slower.
    return min(times)
