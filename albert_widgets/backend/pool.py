"""Which models are in memory: loaded once, shared, and evicted least recently used under a budget."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import Conflict, NoRoom
from albert_widgets.results.models import readable_bytes

from .summaries.reading import Readings
from .tokens import SharedTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch

    from albert_widgets.results import ModelInfo

    from .catalog import Catalog
    from .engines.torch import TorchModel
    from .kept import KeptLayers
    from .summaries.head import ExtractiveHead


@dataclass(eq=False)
class Loaded:
    """A model in memory.

    Attributes
    ----------
    info
        Its description, with device, dtype and bytes as loaded.
    engine
        Model and tokenizer.
    kept
        Where the layers are kept that texts were read by.
    lock
        Held around each forward pass: an attention capture switches the whole model for a moment.
    users
        Calls that work with it right now; it is not evicted meanwhile.
    projections
        ``Wᵒ`` of each layer, once somebody asked for it.
    readings
        Texts that it has read for summaries.
    folder
        Where its files are.
    extractive_head
        What chooses sentences, once somebody asked for it.
    """

    info: ModelInfo
    engine: TorchModel
    kept: KeptLayers
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: int = 0
    last_used: float = 0.0
    projections: list[torch.Tensor] | None = None
    readings: Readings = field(default_factory=Readings)
    folder: Path | None = None
    extractive_head: ExtractiveHead | None = None


class Pool:
    """Loaded models under a memory budget in bytes; safe for use from many threads.

    What is kept of the texts that a model read goes with it.
    """

    def __init__(self, catalog: Catalog, memory_budget: int, kept: KeptLayers) -> None:
        self._catalog = catalog
        self.memory_budget = memory_budget
        self.kept = kept
        self._loaded: dict[str, Loaded] = {}
        self._loading: set[str] = set()
        self._changed = threading.Condition()
        self._tokenizers: dict[str, SharedTokenizer] = {}
        self._tokenizer_lock = threading.Lock()

    @contextmanager
    def use(self, id: str, *, device: str = "auto", dtype: str = "auto") -> Iterator[Loaded]:
        """Load the model if need be and keep it in memory while the block runs."""
        loaded = self._acquire(id, device, dtype)
        try:
            yield loaded
        finally:
            with self._changed:
                loaded.users -= 1
                loaded.last_used = time.time()
                self._changed.notify_all()

    def tokenizer(self, id: str) -> SharedTokenizer:
        """Return the model's tokenizer, loaded once; the weights stay on disk."""
        with self._tokenizer_lock:
            if id not in self._tokenizers:
                entry = self._catalog.find(id)
                self._catalog.check(entry)
                self._tokenizers[id] = SharedTokenizer.load(entry.folder)
            return self._tokenizers[id]

    def info(self, id: str) -> ModelInfo | None:
        """Return the loaded model's description, or None when it is not in memory."""
        with self._changed:
            loaded = self._loaded.get(id)
            return replace(loaded.info, last_used=loaded.last_used) if loaded else None

    def infos(self) -> list[ModelInfo]:
        """Return all loaded models, most recently used first."""
        with self._changed:
            newest = sorted(self._loaded.values(), key=lambda loaded: loaded.last_used, reverse=True)
            return [replace(loaded.info, last_used=loaded.last_used) for loaded in newest]

    def unload(self, id: str) -> None:
        """Take the model out of memory; nothing happens when it is not there.

        Raises
        ------
        Conflict
            A call works with it right now.
        """
        with self._changed:
            loaded = self._loaded.get(id)
            if loaded is None:
                return
            if loaded.users:
                raise Conflict(f"{id} is in use by {loaded.users} call(s) right now.", "Try again when they are done.")
            self._remove(id)
            self._changed.notify_all()

    def clear(self) -> None:
        """Let go of every model."""
        with self._changed:
            self._loaded.clear()
            self.kept.clear()

    def _remove(self, id: str) -> None:
        del self._loaded[id]
        self.kept.drop(id)

    def _acquire(self, id: str, device: str, dtype: str) -> Loaded:
        with self._changed:
            while True:
                loaded = self._loaded.get(id)
                if loaded is not None and _fits(loaded.info, device, dtype):
                    loaded.users += 1
                    loaded.last_used = time.time()
                    return loaded
                if loaded is not None:
                    # Another device or dtype is asked for by name: it is loaded anew when nobody uses it.
                    if loaded.users:
                        raise Conflict(
                            f"{id} is in use as {loaded.info.dtype} on {loaded.info.device}.",
                            "Try again when the running calls are done.",
                        )
                    self._remove(id)
                if id not in self._loading:
                    self._loading.add(id)
                    break
                self._changed.wait()
        try:
            loaded = self._load(id, device, dtype)
            with self._changed:
                self._loaded[id] = loaded
                return loaded
        finally:
            with self._changed:
                self._loading.discard(id)
                self._changed.notify_all()

    def _load(self, id: str, device: str, dtype: str) -> Loaded:
        from .engines.torch import TorchModel, bytes_in_memory

        entry = self._catalog.find(id)
        self._catalog.check(entry)
        needed = bytes_in_memory(entry.info, dtype)
        self._make_room(id, needed)
        engine = TorchModel.load(entry.folder, self.tokenizer(id), device=device, dtype=dtype)
        info = replace(
            entry.info,
            device=engine.device,
            dtype=engine.dtype,
            bytes_loaded=engine.bytes,
            max_length=engine.max_length,
        )
        return Loaded(info, engine, self.kept, users=1, last_used=time.time(), folder=entry.folder)

    def _make_room(self, id: str, needed: int) -> None:
        with self._changed:
            idle = sorted((m for m in self._loaded.values() if not m.users), key=lambda m: m.last_used)
            used = sum(loaded.info.bytes_loaded for loaded in self._loaded.values())
            if used - sum(loaded.info.bytes_loaded for loaded in idle) + needed > self.memory_budget:
                raise NoRoom(
                    f"{id} needs about {readable_bytes(needed)} of memory; the budget for models is "
                    f"{readable_bytes(self.memory_budget)}.",
                    "Start the backend with a larger one: albert-widgets serve --replace --memory-budget 8GB",
                    **_room(needed, self.memory_budget),
                )
            while used + needed > self.memory_budget:
                oldest = idle.pop(0)
                used -= oldest.info.bytes_loaded
                self._remove(oldest.info.id)


def _fits(info: ModelInfo, device: str, dtype: str) -> bool:
    return device in {"auto", info.device} and dtype in {"auto", info.dtype}


def _room(needed: int, budget: int) -> dict[str, Any]:
    return {"needed_bytes": needed, "budget_bytes": budget}
