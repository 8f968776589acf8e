"""Layers that a text was read by, kept for a while: another head of the same text needs no forward pass.

A layer is kept as what it called the attention function with, some tens of times smaller than its maps.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .engines.memory import give_back_what_is_free

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .engines.maps import Maps

MAX_BYTES = 1_200_000_000
"""Most bytes of kept layers on any machine: a text of 8,192 tokens takes 1.1 GB in a model of 22 layers × 768."""
IDLE_SECONDS = 300.0
"""How long a layer is kept that nobody asks for."""

Source = tuple[str, str | None, bytes]
"""A text, its pair, and the ids that stand for them."""


@dataclass
class _Kept:
    maps: Maps
    last_used: float


class KeptLayers:
    """Layers of all loaded models, shared by all who ask; safe for use from many threads.

    When the budget is full, those go first that were not asked for the longest. The layers of a model go when it
    leaves memory. What nobody asked for in ``idle_seconds`` goes by itself: so a panel that was closed frees
    its memory.

    Parameters
    ----------
    budget
        Bytes of all that is kept.
    idle_seconds
        See :data:`IDLE_SECONDS`.
    """

    def __init__(self, budget: int, idle_seconds: float = IDLE_SECONDS) -> None:
        self.budget = budget
        self.idle_seconds = idle_seconds
        self._bytes = 0
        # The least recently used is the first.
        self._kept: OrderedDict[tuple[str, Source, int], _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._clock: threading.Timer | None = None

    @property
    def bytes(self) -> int:
        """Bytes that are kept now."""
        with self._lock:
            return self._bytes

    def find(self, model: str, source: Source, layers: Sequence[int]) -> list[Maps] | None:
        """Return these layers, or None unless all of them are there."""
        now = time.monotonic()
        with self._lock:
            names = [(model, source, layer) for layer in layers]
            if any(name not in self._kept for name in names):
                return None
            for name in names:
                self._kept[name].last_used = now
                self._kept.move_to_end(name)
            return [self._kept[name].maps for name in names]

    def keep(self, model: str, source: Source, layer: int, maps: Maps) -> None:
        """Keep a layer, if the budget allows for one of its size."""
        with self._lock:
            name = (model, source, layer)
            self._remove(name)
            if maps.nbytes > self.budget:
                return
            while self._bytes + maps.nbytes > self.budget:
                self._remove(next(iter(self._kept)))
            self._kept[name] = _Kept(maps, time.monotonic())
            self._bytes += maps.nbytes
            self._wind()

    def drop(self, model: str, source: Source | None = None) -> None:
        """Let go of a model's layers: those of one text, or all."""
        with self._lock:
            for name in [name for name in self._kept if name[0] == model and source in {None, name[1]}]:
                self._remove(name)
        give_back_what_is_free()

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None

    def _remove(self, name: tuple[str, Source, int]) -> None:
        found = self._kept.pop(name, None)
        if found is not None:
            self._bytes -= found.maps.nbytes

    def _wind(self) -> None:
        """Look again when the least recently used layer will have been idle for long enough."""
        if self._clock is None and self._kept:
            oldest = next(iter(self._kept.values()))
            self._clock = threading.Timer(oldest.last_used + self.idle_seconds - time.monotonic(), self._sweep)
            self._clock.daemon = True
            self._clock.start()

    def _sweep(self) -> None:
        with self._lock:
            limit = time.monotonic() - self.idle_seconds
            for name in [name for name, kept in self._kept.items() if kept.last_used <= limit]:
                self._remove(name)
            self._clock = None
            self._wind()
        give_back_what_is_free()
