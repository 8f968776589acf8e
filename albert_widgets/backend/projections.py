"""Which weights a layer puts its heads together with."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import torch

from .reading import closed, shape_of

if TYPE_CHECKING:
    from .pool import Loaded


def output_projections(loaded: Loaded) -> list[torch.Tensor]:
    """Return ``Wᵒ`` of each layer, ``(hidden, heads * head_dim)``.

    Architectures name it differently, so it is found by what it does: it is the first linear map that is
    used after a layer called the attention function.

    Raises
    ------
    TaskUnsupported
        The layers do not call the function, so their values cannot be had either.
    """
    if loaded.projections is not None:
        return loaded.projections
    engine = loaded.engine
    finder = _Finder()
    with contextlib.ExitStack() as stack, loaded.lock, engine.inference():
        from .engines.interface import watching

        for module in engine.encoder.modules():
            if isinstance(module, torch.nn.Linear):
                handle = module.register_forward_pre_hook(finder.use)
                stack.callback(handle.remove)
        with watching(engine.model, changer=finder):
            engine.encoder(**engine.pad(dict(engine.tokenizer.encode(["a"]))))
    if len(finder.weights) != shape_of(loaded)[0]:
        raise closed(loaded)
    loaded.projections = finder.weights
    return loaded.projections


class _Finder:
    """Notes the first linear map after each call of the attention function; a ``HeadChanger``."""

    def __init__(self) -> None:
        self.weights: list[torch.Tensor] = []
        self._is_due = False

    def change(self, layer: int, output: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 – layers come in order
        self._is_due = True
        return output

    def use(self, module: Any, inputs: Any) -> None:
        if self._is_due and inputs[0].shape[-1] == module.in_features:
            self.weights.append(module.weight)
        self._is_due = False
