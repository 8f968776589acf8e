"""How fast an engine is on this machine, in processor time: which batches suit it, and which of two is the faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from albert_widgets.backend.encoding import Inputs

    from .engine import Engine

SIZES = (512, 1024, 2048, 4096)
"""Tokens of a padded batch that are tried."""
LENGTHS = (32, 256)
"""Tokens of a text in these batches: a sentence, and a paragraph."""
SHAPES = ((1, 16), (1, 128), (8, 32), (32, 32), (4, 256))
"""Batches, ``(texts, tokens)``, over which two engines are compared: single texts, and many."""
SECONDS = 2.0
"""Processor time that one question may take."""
MARGIN = 1.05
"""A larger batch must be that much faster to be chosen: it waits longer, and takes more memory."""


def best_batch(engine: Engine, longest: int) -> int:
    """Return the tokens of a padded batch that an engine is fastest with; ``longest`` is what a text may have."""
    lengths = sorted({min(length, longest or length) for length in LENGTHS})
    shapes = [[(max(1, size // length), length) for length in lengths] for size in SIZES]
    seconds = _seconds(engine, [shape for row in shapes for shape in row], SECONDS)
    costs = {
        size: float(np.prod([seconds[shape] / (shape[0] * shape[1]) for shape in row]))
        for size, row in zip(SIZES, shapes, strict=True)
    }
    chosen = SIZES[0]
    for size in SIZES[1:]:
        if costs[size] * MARGIN < costs[chosen]:
            chosen = size
    return chosen


def speed(engine: Engine, other: Engine, longest: int) -> float:
    """Return how many times as fast as another an engine is: the geometric mean over :data:`SHAPES`."""
    shapes = [(texts, min(length, longest or length)) for texts, length in SHAPES]
    own, others = _seconds(engine, shapes, SECONDS), _seconds(other, shapes, SECONDS)
    return float(np.exp(np.mean([np.log(others[shape] / own[shape]) for shape in shapes])))


def _seconds(engine: Engine, shapes: list[tuple[int, int]], budget: float) -> dict[tuple[int, int], float]:
    """Return the least seconds of processor time for each shape.

    Each is measured twice at least, and more often as long as there is time.
    """
    found: dict[tuple[int, int], float] = {}
    began, rounds = time.process_time(), 0
    while rounds < 2 or time.process_time() - began < budget / 2:
        for shape in shapes:
            inputs = _batch(engine, shape)
            start = time.process_time()
            engine.run(inputs)
            # Where the clock of the processor is coarse, a short batch takes no time at all.
            taken = max(time.process_time() - start, 1e-5)
            found[shape] = min(found.get(shape, taken), taken)
        rounds += 1
    return found


def _batch(engine: Engine, shape: tuple[int, int]) -> Inputs:
    texts = np.ones(shape, np.int64)
    made = {"input_ids": texts, "attention_mask": texts, "token_type_ids": np.zeros(shape, np.int64)}
    return {name: made[name] for name in engine.inputs}
