"""What can be chosen in the attention panel besides a head and a view: traits, and what they may be."""

from __future__ import annotations

from typing import Any

import traitlets

from albert_widgets.errors import InputInvalid
from albert_widgets.results import HeadStatistics

WEIGHTS = ("probability", "value_norm")
"""What a map may show; see :meth:`BertBackend.attention`."""

MEASURES = ("habits", *HeadStatistics.MEASURES)
"""What heads may be marked by; only the first has no order to sort them by."""


class Choices(traitlets.HasTraits):
    """Layers, weight, order of the heads, experiments; each can be read, observed and set."""

    layers = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=None, allow_none=True).tag(sync=True)
    weight = traitlets.Enum(WEIGHTS, WEIGHTS[0]).tag(sync=True)
    measure = traitlets.Enum(MEASURES, MEASURES[0]).tag(sync=True)
    sort = traitlets.Bool(False).tag(sync=True)
    mask = traitlets.List(traitlets.Int()).tag(sync=True)
    ablate = traitlets.List(traitlets.Tuple(traitlets.Int(), traitlets.Int())).tag(sync=True)
    compare_text = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    compare_model = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    @traitlets.validate("layers")
    def _ordered(self, proposal: Any) -> Any:
        """Count negative layers from the end; which layers another model has, only the browser knows."""
        layers = proposal["value"]
        is_plain = layers is None or 0 <= layers[0] <= layers[1]
        return layers if is_plain else layer_range(layers, self._count_layers())

    def _count_layers(self) -> int:
        """Return how many layers the model has."""
        raise NotImplementedError


def one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of a few words. Raises InputInvalid."""
    if value not in known:
        raise InputInvalid(f"There is no {name} {value!r}.", f"Choose one of: {', '.join(known)}.")
    return value


def unusual(weight: str) -> dict[str, str]:
    """Return what is to be asked for besides probabilities, which tensors without a model have, too."""
    return {} if weight == WEIGHTS[0] else {"weight": weight}


def layer_range(layers: Any, count: int) -> tuple[int, int]:
    """Return the first and the last layer, counted from 0. Raises InputInvalid."""
    pair = tuple(layers) if isinstance(layers, list | tuple) else ()
    hint = f"Give the first and the last one, such as layers=(0, {count - 1}); negative ones count from the end."
    if len(pair) != 2 or not all(isinstance(layer, int) and -count <= layer < count for layer in pair):
        raise InputInvalid(f"layers={layers!r} are no two of {count} layers.", hint)
    first, last = (layer % count for layer in pair)
    if first > last:
        raise InputInvalid(f"layers={layers!r}: the first comes after the last.", hint)
    return first, last
