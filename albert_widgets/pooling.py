"""Shrinking and quantising attention maps, so that only what a screen can show travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def max_pool(weights: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Return ``weights`` max-pooled so that neither of the last two axes exceeds ``size``.

    Each output cell is the maximum of a block of ``ceil(n / size)`` rows by as many columns, so a
    single strong weight stays visible at any scale. Axes that fit already are left alone.

    Parameters
    ----------
    weights
        Shape ``(..., queries, keys)``, not negative.
    size
        The largest allowed extent, in cells.
    """
    pooled = weights
    for axis in (-2, -1):
        extent = pooled.shape[axis]
        if extent > size:
            block = -(-extent // size)
            starts = np.arange(0, extent, block)
            pooled = np.maximum.reduceat(pooled, starts, axis=axis)
    return pooled


def quantise(weights: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return ``weights`` as uint8 with one scale for each head.

    ``weights ≈ quantised * scale[..., None, None]``, with an error of at most ``scale / 2``,
    where ``scale = maximum of the head / 255``.

    Parameters
    ----------
    weights
        Shape ``(layers, heads, queries, keys)``, not negative.

    Returns
    -------
    (uint8 array of the same shape, float32 scales of shape ``(layers, heads)``)
    """
    top = weights.max(axis=(-2, -1)) if weights.size else np.zeros(weights.shape[:2], np.float32)
    scale = (np.where(top > 0, top, 1.0) / 255.0).astype(np.float32)
    return np.rint(weights / scale[..., None, None]).clip(0, 255).astype(np.uint8), scale
