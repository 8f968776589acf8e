"""Scores of sentences by a head that was trained to choose them; it is loaded when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import TaskUnsupported

from . import ranking
from .features import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded

    from .reading import Reading


def trained(loaded: Loaded, reading: Reading) -> NDArray[np.float64]:
    """Return the scores of all sentences, float64 ``(sentences,)`` in [0, 1].

    Raises
    ------
    TaskUnsupported
        The model has no such head.
    ModelFailed
        Its files cannot be read.
    """
    from .head import load, scores

    if loaded.info.task != "extractive-summarization" or loaded.folder is None:
        raise TaskUnsupported(
            f"{loaded.info.id} was not trained to choose sentences.",
            'Train one: bert.fit(frame, text="article", label="summary", task="extract").',
            model=loaded.info.id,
            task=loaded.info.task,
        )
    vectors = reading.graph(loaded).vectors
    with loaded.lock:
        if loaded.extractive_head is None:
            loaded.extractive_head = load(loaded.folder)
        found = scores(loaded.extractive_head, Document.of(reading), vectors)
    return ranking.scaled(found)
