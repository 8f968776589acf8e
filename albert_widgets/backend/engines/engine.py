"""What an engine is: it runs one model in one precision; torch and onnxruntime are two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.backend.encoding import Inputs

LOGITS, STATES = "logits", "last_hidden_state"
"""What an engine can give: what the head says, or the encoder's last hidden states."""
TOKENS_PER_BATCH = 1024
"""Of a padded batch, where nothing was measured."""
OVERHEAD = 32
"""What a pass costs beside its tokens, as so many tokens, where nothing was measured."""


class Engine(Protocol):
    """Runs a model.

    Attributes
    ----------
    name
        ``"torch"`` or ``"onnxruntime"``.
    precision
        One of :data:`albert_widgets.inputs.PRECISIONS`.
    inputs
        Names of the arrays that it takes.
    tokens_per_batch
        Size of a padded batch that it is fastest with.
    overhead
        What a pass costs beside its tokens, as so many tokens.
    lock
        Held around each pass; taken before the turn on the processor, so that nobody waits for it who has the turn.
    """

    name: str
    precision: str
    inputs: tuple[str, ...]
    tokens_per_batch: int
    overhead: int
    lock: AbstractContextManager[object]

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return logits ``(batch, classes)`` (``(batch, tokens, vocabulary)`` of a masked language model), or states.

        Hidden states are ``(batch, tokens, hidden)``.
        """


class EngineFailed(Exception):
    """An engine broke in the middle of its work; torch can do it instead."""
