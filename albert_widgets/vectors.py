"""``encode``: the vectors of texts as a plain array, written once for both backends."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from .results import Embeddings, Predictions


class Vectors:
    """The plain form of a backend's ``embed``; see :class:`~.protocol.BertBackend`."""

    if TYPE_CHECKING:

        def embed(  # noqa: D102
            self,
            texts: Any,
            *,
            model: str | None = None,
            pooling: str = "mean",
            normalize: bool = True,
            precision: str | None = None,
        ) -> Embeddings: ...

    def encode(
        self,
        texts: str | Sequence[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> NDArray[np.float32]:
        """Return the vector of a text, or the vectors of a list of them, as an array."""
        found = self.embed(texts, model=model, pooling=pooling, normalize=normalize, precision=precision)
        warn_of_cut(found, is_one=isinstance(texts, str), stacklevel=3)
        return found.vectors[0] if isinstance(texts, str) else found.vectors


def warn_of_cut(found: Embeddings | Predictions, *, is_one: bool, stacklevel: int) -> None:
    """Warn of texts that were not read to their end, where a plain array has no place to say it.

    Parameters
    ----------
    is_one
        Whether one text was given, and no list.
    stacklevel
        As of ``warnings.warn``, counted from here.
    """
    if cut := int(found.truncated.sum()):
        what = "The text was" if is_one else f"{cut:,} of {len(found):,} texts were"
        warnings.warn(f"{what} read up to {found.max_length:,} tokens only.", stacklevel=stacklevel)
