"""Which models are in memory: loaded once, shared, and evicted least recently used under a budget."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import Conflict, NoRoom
from albert_widgets.results import Eviction
from albert_widgets.results.models import readable_bytes

from .callers import caller
from .remembered import remember_use
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

MAX_CALLERS = 20
"""Names of notebooks and programs that are kept of each model."""
MAX_EVICTIONS = 10


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
    used_by
        Names of the notebooks and programs that have worked with it, the last one first; see :mod:`.callers`.
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
    used_by: tuple[str, ...] = ()
    extractive_head: ExtractiveHead | None = None

    def begin(self) -> None:
        """Count one more call that works with it, for whoever calls."""
        self.users += 1
        self.last_used = time.time()
        if name := caller.get():
            self.used_by = (name, *(other for other in self.used_by if other != name))[:MAX_CALLERS]

    @property
    def now(self) -> ModelInfo:
        """Its description as of now."""
        return replace(self.info, last_used=self.last_used, used_by=self.used_by)


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
        self._reserved: set[str] = set()
        self._tokenizers: dict[str, tuple[str, Path, SharedTokenizer]] = {}
        self._tokenizer_lock = threading.Lock()
        self._evictions: deque[Eviction] = deque(maxlen=MAX_EVICTIONS)

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
        with self._changed:
            if (loaded := self._loaded.get(id)) is not None:
                return loaded.engine.tokenizer
        state = self._catalog.fingerprint()
        with self._tokenizer_lock:
            known = self._tokenizers.get(id)
        # Its folder is asked, too: the catalogue does not see what is written in place.
        if known is not None and known[0] == state and known[2].is_of(known[1]):
            return known[2]
        # Another model may have the name by now, or another commit of the same one.
        entry = self._catalog.find(id)
        self._catalog.check(entry)
        return self._tokenizer_in(id, entry.folder, state)

    def _tokenizer_in(self, id: str, folder: Path, state: str) -> SharedTokenizer:
        with self._tokenizer_lock:
            known = self._tokenizers.get(id)
            tokenizer = known[2] if known and known[2].is_of(folder) else SharedTokenizer.load(folder)
            self._tokenizers[id] = state, folder, tokenizer
            return tokenizer

    @contextmanager
    def reserve(self, id: str) -> Iterator[None]:
        """Keep a model out of memory while its files are moved.

        Raises
        ------
        Conflict
            It is in memory, or somebody else moves it.
        """
        with self._changed:
            if id in self._loaded or id in self._loading:
                raise Conflict(f"{id} is in memory.", f"Unload it first: %albert unload {id}", model=id)
            if id in self._reserved:
                raise Conflict(f"{id} is being moved or deleted right now.", "Try again in a moment.", model=id)
            self._reserved.add(id)
        try:
            yield
        finally:
            with self._tokenizer_lock:
                self._tokenizers.pop(id, None)
            with self._changed:
                self._reserved.discard(id)

    def info(self, id: str) -> ModelInfo | None:
        """Return the loaded model's description, or None when it is not in memory."""
        with self._changed:
            loaded = self._loaded.get(id)
            return loaded.now if loaded else None

    def infos(self) -> list[ModelInfo]:
        """Return all loaded models, most recently used first."""
        with self._changed:
            newest = sorted(self._loaded.values(), key=lambda loaded: loaded.last_used, reverse=True)
            return [loaded.now for loaded in newest]

    def evictions(self) -> tuple[Eviction, ...]:
        """Return which models left memory by themselves, the newest first."""
        with self._changed:
            return tuple(self._evictions)

    def set_budget(self, budget: int) -> None:
        """Let loaded weights take so many bytes; idle models leave as long as they do not fit, the oldest first."""
        with self._changed:
            self.memory_budget = budget
            self._evict(0, "")

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
            for name in list(self._loaded):
                self._remove(name)
            self.kept.clear()

    def _remove(self, id: str) -> None:
        remember_use(id, self._loaded.pop(id).last_used)
        self.kept.drop(id)

    def _acquire(self, id: str, device: str, dtype: str) -> Loaded:
        with self._changed:
            while True:
                loaded = self._loaded.get(id)
                if loaded is not None and _fits(loaded.info, device, dtype):
                    loaded.begin()
                    return loaded
                if loaded is not None:
                    # Another device or dtype is asked for by name: it is loaded anew when nobody uses it.
                    if loaded.users:
                        raise Conflict(
                            f"{id} is in use as {loaded.info.dtype} on {loaded.info.device}.",
                            "Try again when the running calls are done.",
                        )
                    self._remove(id)
                if id in self._reserved:
                    raise Conflict(f"{id} is being moved or deleted right now.", "Try again in a moment.", model=id)
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

        state = self._catalog.fingerprint()
        entry = self._catalog.find(id)
        self._catalog.check(entry)
        needed = bytes_in_memory(entry.info, dtype)
        self._make_room(id, needed)
        tokenizer = self._tokenizer_in(id, entry.folder, state)
        engine = TorchModel.load(entry.folder, tokenizer, device=device, dtype=dtype)
        info = replace(
            entry.info,
            device=engine.device,
            dtype=engine.dtype,
            bytes_loaded=engine.bytes,
            max_length=engine.max_length,
        )
        loaded = Loaded(info, engine, self.kept, folder=entry.folder)
        loaded.begin()
        remember_use(id, loaded.last_used)
        return loaded

    def _make_room(self, id: str, needed: int) -> None:
        with self._changed:
            busy = sum(loaded.info.bytes_loaded for loaded in self._loaded.values() if loaded.users)
            if busy + needed > self.memory_budget:
                raise NoRoom(
                    f"{id} needs about {readable_bytes(needed)} of memory; the budget for models is "
                    f"{readable_bytes(self.memory_budget)}.",
                    "Start the backend with a larger one: albert-widgets serve --replace --memory-budget 8GB",
                    **_room(needed, self.memory_budget),
                )
            self._evict(needed, id)

    def _evict(self, needed: int, reason: str) -> None:
        """Make room for so many bytes, as far as idle models can give it."""
        idle = sorted((m for m in self._loaded.values() if not m.users), key=lambda m: m.last_used)
        used = sum(loaded.info.bytes_loaded for loaded in self._loaded.values())
        while idle and used + needed > self.memory_budget:
            oldest = idle.pop(0).info
            used -= oldest.bytes_loaded
            self._remove(oldest.id)
            self._evictions.appendleft(Eviction(oldest.id, oldest.bytes_loaded, reason, time.time()))


def _fits(info: ModelInfo, device: str, dtype: str) -> bool:
    return device in {"auto", info.device} and dtype in {"auto", info.dtype}


def _room(needed: int, budget: int) -> dict[str, Any]:
    return {"needed_bytes": needed, "budget_bytes": budget}
