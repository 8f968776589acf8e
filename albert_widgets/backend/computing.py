"""Texts through a model: an engine is chosen, the texts go in batches, and the answer says what computed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import batching
from .engines.choice import choose
from .engines.engine import EngineFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from .encoding import Inputs
    from .engines.engine import Engine
    from .pool import Loaded
    from .reading import Heads

    Finish = Callable[[NDArray[np.float32], Inputs], NDArray[np.float32]]
    Agree = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float64]]

SAMPLE = 64
"""Texts over which int8 is compared with float32, of each model and output: the first that come."""


@dataclass(frozen=True)
class Computed:
    """What came of some texts.

    Attributes
    ----------
    rows
        float32 ``(texts, …)``.
    truncated
        bool ``(texts,)``.
    tokens
        int32 ``(texts,)``: tokens of each text, special ones and those that were not read among them.
    engine, precision
        What computed it: ``"torch"`` or ``"onnxruntime"``, and in which numbers.
    agreement
        Of int8 with float32, from 0 to 1, over a sample of the user's own texts; None for every other precision.
    notes
        What a user should know of the choice.
    """

    rows: NDArray[np.float32]
    truncated: NDArray[np.bool_]
    tokens: NDArray[np.int32]
    engine: str
    precision: str
    agreement: float | None
    notes: tuple[str, ...]


def compute(
    loaded: Loaded,
    output: str,
    texts: Sequence[str],
    pairs: Sequence[str] | None,
    finish: Finish,
    *,
    precision: str | None = None,
    ablate: Heads = (),
    agree: Agree | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Computed:
    """Run all texts through a model.

    Parameters
    ----------
    output
        ``"logits"`` or ``"last_hidden_state"``.
    finish
        Makes a row for each text of an engine's answer and the inputs that it had.
    precision
        None is the one that the model is loaded in.
    agree
        How far the rows of int8 agree with those of float32, for each text from 0 to 1.
    watch
        Told how many texts are done, and of how many; what it raises ends the work.
    """

    def run(
        engine: Engine, count: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int32]]:
        second = None if pairs is None else pairs[:count]
        told = watch if count is None else None
        limit = loaded.info.max_length
        return batching.run(loaded.input_encoder, engine, texts[:count], second, finish, limit=limit, watch=told)

    engine, notes = choose(loaded, output, precision, ablate)
    try:
        rows, truncated, tokens = run(engine)
    except EngineFailed as failure:
        # From now on torch answers, and this call begins anew: no answer is a mixture of two engines.
        loaded.engines[output, engine.precision] = str(failure)
        engine, notes = choose(loaded, output, precision, ablate)
        rows, truncated, tokens = run(engine)
    agreement = None
    if engine.precision == "int8" and agree is not None:
        seen, total = loaded.agreements.get(output, (0, 0.0))
        if (new := min(SAMPLE - seen, len(texts))) > 0:
            exact, _, _ = run(choose(loaded, output, "float32")[0], new)
            seen, total = seen + new, total + float(agree(rows[:new], exact).sum())
            loaded.agreements[output] = seen, total
        agreement = total / seen
    return Computed(rows, truncated, tokens, engine.name, engine.precision, agreement, notes)
