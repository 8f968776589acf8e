"""How fast an engine is on this machine, in processor time: which batches suit it, and which of two is the faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from .prepared import Batch

if TYPE_CHECKING:
    from albert_widgets.backend.encoding import Inputs

    from .engine import Engine

SIZES = (256, 512, 1024, 2048)
"""Tokens of a padded batch that are tried."""
LENGTH = 64
"""Tokens of a text in these batches."""
SINGLE = 16
"""Tokens of the short text that tells what a pass costs by itself."""
LEAST_OVERHEAD = 4
SHAPES = ((1, 16), (1, 128), (16, 32), (4, 256))
"""Batches, ``(texts, tokens)``, over which two engines are compared: single texts, and many."""
SECONDS = 2.0
"""Processor time that one question may take."""
MARGIN = 1.05
"""A larger batch must be that much faster to be chosen: it waits longer, and takes more memory."""


def batch_for(engine: Engine, longest: int) -> Batch:
    """Return what batches suit an engine; ``longest`` is the number of tokens that a text may have."""
    length = min(LENGTH, longest or LENGTH)
    single = 1, min(SINGLE, length)
    shapes = {size: (max(1, size // length), length) for size in SIZES}
    seconds = _seconds(engine, [single, *shapes.values()], SECONDS)
    costs = {size: seconds[shape] / (shape[0] * shape[1]) for size, shape in shapes.items()}
    chosen = SIZES[0]
    for size in SIZES[1:]:
        if costs[size] * MARGIN < costs[chosen]:
            chosen = size
    # What a short text takes beyond its tokens is the cost of a pass.
    overhead = round(seconds[single] / costs[chosen]) - single[1]
    return Batch(chosen, min(max(overhead, LEAST_OVERHEAD), chosen))


def speed(engine: Engine, other: Engine, longest: int) -> float:
    """Return how many times as fast as another an engine is: the geometric mean over :data:`SHAPES`."""
    shapes = [(texts, min(length, longest or length)) for texts, length in SHAPES]
    own, others = _seconds(engine, shapes, SECONDS), _seconds(other, shapes, SECONDS)
    return float(np.exp(np.mean([np.log(others[shape] / own[shape]) for shape in shapes])))


def _seconds(engine: Engine, shapes: list[tuple[int, int]], budget: float) -> dict[tuple[int, int], float]:
    """Return the least seconds of processor time for each shape, measured again as long as there is time."""
    found: dict[tuple[int, int], float] = {}
    # What is run first is slower: memory is taken, and kernels are chosen.
    engine.run(_batch(engine, shapes[0]))
    began = time.process_time()
    while not found or time.process_time() - began < budget:
        for shape in shapes:
            inputs = _batch(engine, shape)
            start = time.process_time()
            engine.run(inputs)
            # Where the clock of the processor is coarse, a short batch takes no time at all.
            taken = max(time.process_time() - start, 1e-5)
            found[shape] = min(found.get(shape, taken), taken)
    return found


def _batch(engine: Engine, shape: tuple[int, int]) -> Inputs:
    texts = np.ones(shape, np.int64)
    made = {"input_ids": texts, "attention_mask": texts, "token_type_ids": np.zeros(shape, np.int64)}
    return {name: made[name] for name in engine.inputs}
