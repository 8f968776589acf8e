"""torch as an engine: any device, any precision that torch computes in, and heads that can be switched off."""

from __future__ import annotations

import contextlib
import inspect
import threading
from typing import TYPE_CHECKING

import torch

from albert_widgets.backend.encoding import input_names

from .engine import LOGITS, OVERHEAD, TOKENS_PER_BATCH

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.backend.encoding import Inputs

    from .prepared import Batch
    from .torch import TorchModel

TOKENS_PER_BATCH_ON_GPU = 65_536
OVERHEAD_ON_GPU = 4096
"""A GPU is not busy with fewer tokens."""


class TorchEngine:
    """An :class:`~.engine.Engine` of torch.

    Parameters
    ----------
    model
        In the precision that is wanted.
    output
        ``"logits"`` or ``"last_hidden_state"``.
    lock
        Held around each pass by whoever runs it: an attention capture switches the whole model for a moment.
    around
        Entered around each pass; may change what the model does, as switched-off heads do.
    batch
        What batches suit it, where that was measured.
    """

    name = "torch"

    def __init__(
        self,
        model: TorchModel,
        output: str,
        *,
        lock: threading.RLock | None = None,
        around: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
        batch: Batch | None = None,
    ) -> None:
        self._model, self._output, self._around = model, output, around
        self.lock: AbstractContextManager[object] = lock or threading.RLock()
        self._module = model.model if output == LOGITS else model.encoder
        self.precision = model.dtype
        self.inputs = input_names(model.tokenizer.hub, list(inspect.signature(self._module.forward).parameters))
        self.tokens_per_batch, self.overhead = TOKENS_PER_BATCH, OVERHEAD
        if model.device != "cpu":
            self.tokens_per_batch, self.overhead = TOKENS_PER_BATCH_ON_GPU, OVERHEAD_ON_GPU
        elif batch is not None:
            self.tokens_per_batch, self.overhead = batch.tokens, batch.overhead

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return what the module gives; see :meth:`.engine.Engine.run`."""
        tensors = {name: torch.from_numpy(values).to(self._model.device) for name, values in inputs.items()}
        with self._model.inference(), self._around():
            answer: NDArray[np.float32] = self._module(**tensors)[self._output].float().cpu().numpy()
        return answer
