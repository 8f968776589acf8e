"""The layers by which a text was read: kept ones, or those of a forward pass that keeps them for the next call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from albert_widgets.errors import ModelFailed

from .engines.capture import value_norms
from .engines.gates import Gates
from .engines.interface import NAME, Enough, Visitor, attention_implementation, watching
from .engines.maps import CalledMaps, EagerMaps
from .projections import output_projections
from .reading import Heads, Reading, closed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from .engines.maps import Maps

AnyVisitor = TypeVar("AnyVisitor", bound=Visitor)
Seen = tuple[AnyVisitor, str, tuple[str, ...]]
"""The visitor, the engine's name, and notes that a user should read."""


def look(
    reading: Reading,
    make: Callable[[], AnyVisitor],
    *,
    layers: Sequence[int] | None = None,
    by_value: bool = False,
    ablate: Heads = (),
) -> Seen[AnyVisitor]:
    """Let a visitor that ``make`` makes see layers of the encoder.

    Parameters
    ----------
    layers
        Which ones, in order; None means all.
    by_value
        The visitor needs the lengths of what each key gives.
    ablate
        Heads that are switched off meanwhile; then nothing is kept, and nothing that is kept is used.

    Raises
    ------
    ModelFailed
        The model shows no attention.
    TaskUnsupported
        Heads were to be switched off or values are needed, in a model whose heads cannot be reached.
    """
    loaded = reading.loaded
    wanted = range(reading.shape[0]) if layers is None else layers
    with loaded.engine.inference():
        kept = None if ablate else _find(reading, wanted, by_value)
        if kept is None:
            with loaded.lock:
                # Another call may have read the same text while this one waited.
                kept = None if ablate else _find(reading, wanted, by_value)
                if kept is None:
                    return _read(reading, make, wanted, by_value, ablate)
        visitor = make()
        for layer, maps in zip(wanted, kept, strict=True):
            visitor.visit(layer, maps)
    return (visitor, *_told(reading, kept[0]))


def _find(reading: Reading, layers: Sequence[int], by_value: bool) -> list[Maps] | None:
    kept = reading.loaded.kept.find(reading.loaded.info.id, reading.source, layers)
    if kept and by_value and any(isinstance(maps, CalledMaps) and maps.value_norms is None for maps in kept):
        return None
    return kept


def _read(
    reading: Reading, make: Callable[[], AnyVisitor], layers: Sequence[int], by_value: bool, ablate: Heads
) -> Seen[AnyVisitor]:
    loaded, engine, num_layers = reading.loaded, reading.loaded.engine, reading.shape[0]
    projections = output_projections(loaded) if by_value else None
    gates = Gates.without(ablate, reading.shape, engine.device) if ablate else None
    visitor = make()
    onlooker = _Onlooker(visitor, layers, None if ablate else reading, projections)
    with watching(engine.model, visitor=onlooker, changer=gates) as watch:
        engine.encoder(**reading.inputs)
    if watch.has_enough or watch.calls == num_layers:
        return visitor, NAME, ()
    # Part of the layers may have called the function: they cannot be told apart by counting.
    loaded.kept.drop(loaded.info.id, reading.source)
    if ablate or by_value:
        raise closed(loaded)
    with attention_implementation(engine.model, "eager"):
        given = engine.encoder(**reading.inputs, output_attentions=True).attentions
    if not given or len(given) != num_layers or any(maps is None for maps in given):
        raise ModelFailed(
            f"{loaded.info.architecture or loaded.info.model_type} gives no attention maps.",
            "Choose another model: %albert models",
        )
    every = [EagerMaps(maps[0]) for maps in given]
    visitor = make()
    for layer, maps in enumerate(every):
        loaded.kept.keep(loaded.info.id, reading.source, layer, maps)
        if layer in layers:
            visitor.visit(layer, maps)
    return (visitor, *_told(reading, every[0]))


def _told(reading: Reading, maps: Maps) -> tuple[str, tuple[str, ...]]:
    if not isinstance(maps, EagerMaps):
        return NAME, ()
    kind = reading.loaded.info.model_type
    return "eager", (f"{kind} does not call the attention function of transformers: its own eager maps are shown.",)


@dataclass
class _Onlooker:
    """Shows the layers of a forward pass to a visitor, and keeps them all; a :class:`CallVisitor`.

    Attributes
    ----------
    visitor, layers
        Who wants to see which layers, in order; the pass ends after the last one.
    kept_of
        The text whose layers are kept, or None.
    projections
        ``Wᵒ`` of each layer, where the visitor needs the lengths of values.
    """

    visitor: Visitor
    layers: Sequence[int]
    kept_of: Reading | None
    projections: Sequence[torch.Tensor] | None

    def call(self, layer: int, maps: CalledMaps, value: torch.Tensor) -> None:
        if self.projections is not None:
            maps.value_norms = value_norms(value, maps.num_heads, self.projections[layer])
        if self.kept_of is not None:
            loaded, source = self.kept_of.loaded, self.kept_of.source
            loaded.kept.keep(loaded.info.id, source, layer, maps.compact())
        if layer in self.layers:
            self.visitor.visit(layer, maps)
        if layer == self.layers[-1]:
            raise Enough
