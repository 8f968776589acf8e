"""onnxruntime as an engine: fast on short texts, int8, and there without torch."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from albert_widgets.backend.checkpoint import first_line

from .engine import EngineFailed
from .threads import physical_cores

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.backend.encoding import Inputs

    from .prepared import Prepared


class OnnxEngine:
    """An :class:`~.engine.Engine` of onnxruntime, over a model that was made ready for it."""

    name = "onnxruntime"
    lock: AbstractContextManager[object] = contextlib.nullcontext()

    def __init__(self, prepared: Prepared) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = physical_cores()
        # Threads that wait sleep, as torch's do: other programs want the processor, too.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(prepared.model), options, providers=["CPUExecutionProvider"])
        self.precision = prepared.precision
        self.inputs = prepared.inputs
        self.tokens_per_batch = prepared.batch.tokens
        self.overhead = prepared.batch.overhead

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return what the graph gives; see :meth:`.engine.Engine.run`."""
        try:
            answer: NDArray[np.float32] = self._session.run(None, inputs)[0]
        except Exception as error:
            raise EngineFailed(first_line(error)) from error
        return answer
