"""What can be said of heads: their habits, the vectors behind a row, and how much a head matters."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.results import HeadImportance, HeadStatistics, Neurons

from .outcome import Outcome
from .reading import Reading, closed, index_of, places_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import Tokens

    from .pool import Loaded


def head_statistics(loaded: Loaded, text: str, pair: str | None = None) -> HeadStatistics:
    """Return what each head looks at; see :class:`HeadStatistics`."""
    from .engines.observers import MEASURES, Statistics
    from .layers import look

    reading = Reading.of(loaded, text, pair)
    separator = reading.tokens.is_special.copy()
    separator[0] = False
    make = partial(Statistics, separator, punctuation(reading.tokens))
    found, engine, notes = look(reading, make)
    measured = np.stack(found.values)
    values = {name: np.ascontiguousarray(measured[..., at]) for at, name in enumerate(MEASURES)}
    return HeadStatistics(reading.tokens, **values, engine=engine, notes=notes)


def punctuation(tokens: Tokens) -> NDArray[np.bool_]:
    """Return which tokens cover nothing but punctuation of the text, in any script; bool ``(tokens,)``."""

    def is_punctuation(span: str) -> bool:
        return bool(span) and all(unicodedata.category(letter).startswith("P") for letter in span)

    return np.asarray([is_punctuation(tokens.span(index).strip()) for index in range(len(tokens))], np.bool_)


def neurons(loaded: Loaded, text: str, pair: str | None = None, *, layer: int, head: int, query: int) -> Neurons:
    """Return the vectors behind one row of one head.

    Raises
    ------
    InputInvalid
        No such layer, head or token.
    TaskUnsupported
        The architecture does not show its queries and keys.
    """
    from .engines.observers import QueryAndKeys
    from .layers import look

    reading = Reading.of(loaded, text, pair)
    num_layers, num_heads = reading.shape
    layer, head = index_of("layer", layer, num_layers), index_of("head", head, num_heads)
    query = index_of("query", query, len(reading.tokens))
    found, _, _ = look(reading, partial(QueryAndKeys, head, query), layers=[layer])
    if not found.found:
        raise closed(loaded)
    return Neurons(reading.tokens, layer, head, query, **found.found)


def head_importance(
    loaded: Loaded,
    texts: Sequence[str],
    pairs: Sequence[str] | None,
    targets: Sequence[str | int | None],
    mask: Sequence[int] = (),
) -> HeadImportance:
    """Return how much the loss of some texts depends on each head: Michel et al. 2019, eq. 3.

    Raises
    ------
    TaskUnsupported
        The model has no head whose loss could be taken, or its attention heads cannot be reached.
    """
    import torch

    from .engines.gates import Gates
    from .engines.interface import watching

    engine, shape = loaded.engine, shape_of(loaded)
    total = np.zeros(shape, np.float64)
    named = []
    for index, text in enumerate(texts):
        reading = Reading.of(loaded, text, None if pairs is None else pairs[index])
        reading = reading.masked(places_of(reading.tokens, mask))
        outcome = Outcome.of(reading, targets[index])
        gates = Gates(torch.ones(shape, device=engine.device, requires_grad=True))
        with loaded.lock, engine.failures(), torch.enable_grad(), watching(engine.model, changer=gates) as watch:
            outcome.loss(outcome.logits(reading.inputs)).backward()  # type: ignore[no-untyped-call]
        if watch.calls != shape[0] or gates.values.grad is None:
            raise closed(loaded)
        total += gates.values.grad.abs().double().cpu().numpy()
        named.append(outcome.target)
    raw = (total / len(texts)).astype(np.float32)
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    values = np.divide(raw, length, out=np.zeros_like(raw), where=length > 0)
    return HeadImportance(loaded.info.id, tuple(texts), tuple(named), values, raw)
