"""A gate for each head: zero switches the head off, and the gradient at one says how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Gates:
    """``Σ ξ_h · head_h`` instead of ``Σ head_h`` in each layer (Michel et al. 2019, eq. 2); a :class:`HeadChanger`.

    Attributes
    ----------
    values
        ``ξ``, float32 ``(layers, heads)``.
    """

    values: torch.Tensor

    @classmethod
    def without(cls, heads: Iterable[tuple[int, int]], shape: tuple[int, int], device: str) -> Gates:
        """Return gates that are zero for some ``(layer, head)`` and one for all others."""
        values = torch.ones(shape, device=device)
        for layer, head in heads:
            values[layer, head] = 0
        return cls(values)

    def change(self, layer: int, output: torch.Tensor) -> torch.Tensor:
        """Multiply each head's output, ``(batch, tokens, heads, head_dim)``, by its gate."""
        # One pass after another may run inside one watch, as captum's steps do.
        gates = self.values[layer % len(self.values)]
        return output * gates[:, None].to(output.dtype)
