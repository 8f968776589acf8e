"""Which models are in memory: loaded once, shared, and evicted least recently used under a budget."""

from __future__ import annotations

import functools
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import Conflict, NoRoom
from albert_widgets.results import Eviction
from albert_widgets.results.models import readable_bytes

from .callers import caller
from .encoding import InputEncoder
from .engines.prepared import ready_without_torch
from .engines.preparing import Preparer
from .remembered import remember_use
from .summaries.reading import Readings
from .tokens import SharedTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import torch

    from albert_widgets.results import ModelInfo

    from .catalog import Catalog
    from .engines.engine import Engine
    from .engines.prepared import Prepared
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
    kept
        Where the layers are kept that texts were read by.
    make_engine
        Loads model and tokenizer into torch; see :attr:`engine`.
    lock
        Held around each forward pass in torch: an attention capture switches the whole model for a moment.
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
    prepared
        What is ready for onnxruntime, for a model that was brought into memory without torch.
    make_room
        Makes room for so many bytes more. Raises NoRoom.
    prepare
        Has an output made ready for onnxruntime, in a precision.
    engines
        By output and precision: what answers, why it cannot, or None where torch is the faster one.
    agreements
        By output: over how many texts int8 was compared with float32, and the sum of how far they agree.
    """

    info: ModelInfo
    kept: KeptLayers
    make_engine: Callable[[], TorchModel]
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: int = 0
    last_used: float = 0.0
    projections: list[torch.Tensor] | None = None
    readings: Readings = field(default_factory=Readings)
    folder: Path | None = None
    used_by: tuple[str, ...] = ()
    extractive_head: ExtractiveHead | None = None
    prepared: Prepared | None = None
    make_room: Callable[[int], None] = lambda _: None
    prepare: Callable[[str, str], bool] = lambda *_: False
    engines: dict[tuple[str, str], Engine | str | None] = field(default_factory=dict)
    agreements: dict[str, tuple[int, float]] = field(default_factory=dict)

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

    @cached_property
    def engine(self) -> TorchModel:
        """Model and tokenizer in torch, loaded when somebody needs them. Raises ModelFailed, NoRoom."""
        with self.lock:
            # Another thread may have been first.
            if (made := self.__dict__.get("engine")) is None:
                made = self.__dict__["engine"] = self.make_engine()
                size = self.info.bytes_loaded if self.prepared is not None else 0
                self.info = replace(
                    self.info,
                    device=made.device,
                    dtype=made.dtype,
                    bytes_loaded=size + made.bytes,
                    max_length=made.max_length,
                )
            engine: TorchModel = made
            return engine

    @cached_property
    def input_encoder(self) -> InputEncoder:
        """What makes inputs of texts; without torch where the model came without it."""
        if self.prepared is not None and "engine" not in self.__dict__:
            return InputEncoder.saved(self.prepared.folder, self.prepared.padding)
        return InputEncoder.of(self.engine.tokenizer)

    def grow(self, size: int) -> None:
        """Make room for so many bytes, and count them. Raises NoRoom."""
        self.make_room(size)
        self.info = replace(self.info, bytes_loaded=self.info.bytes_loaded + size)


class Pool:
    """Loaded models under a memory budget in bytes; safe for use from many threads.

    What is kept of the texts that a model read goes with it.
    """

    def __init__(self, catalog: Catalog, memory_budget: int, kept: KeptLayers) -> None:
        self._catalog = catalog
        self._preparer = Preparer()
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
    def use(self, id: str, *, device: str = "auto", dtype: str = "auto", output: str = "") -> Iterator[Loaded]:
        """Load the model if need be and keep it in memory while the block runs.

        Parameters
        ----------
        output
            All that is asked for, ``"logits"`` or ``"last_hidden_state"``: torch is not even imported where that is
            ready for onnxruntime.
        """
        loaded = self._acquire(id, device, dtype, output)
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
            if (loaded := self._loaded.get(id)) is not None and "engine" in loaded.__dict__:
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
        self._preparer.close()

    def _remove(self, id: str) -> None:
        remember_use(id, self._loaded.pop(id).last_used)
        self.kept.drop(id)

    def _acquire(self, id: str, device: str, dtype: str, output: str) -> Loaded:
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
            loaded = self._load(id, device, dtype, output)
            with self._changed:
                self._loaded[id] = loaded
                return loaded
        finally:
            with self._changed:
                self._loading.discard(id)
                self._changed.notify_all()

    def _load(self, id: str, device: str, dtype: str, output: str) -> Loaded:
        state = self._catalog.fingerprint()
        entry = self._catalog.find(id)
        self._catalog.check(entry)

        def in_torch() -> TorchModel:
            from .engines.torch import TorchModel, bytes_in_memory

            self._make_room(id, bytes_in_memory(entry.info, dtype))
            tokenizer = self._tokenizer_in(id, entry.folder, state)
            return TorchModel.load(entry.folder, tokenizer, device=device, dtype=dtype)

        loaded = Loaded(
            entry.info,
            self.kept,
            in_torch,
            folder=entry.folder,
            make_room=functools.partial(self._make_room, id),
            prepare=functools.partial(self._preparer.begin, entry.folder),
        )
        if output and device == dtype == "auto" and (ready := ready_without_torch(entry.folder, output)) is not None:
            loaded.prepared = ready
            loaded.info = replace(
                entry.info, device="cpu", dtype="float32", bytes_loaded=0, max_length=ready.max_length
            )
        else:
            _ = loaded.engine
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
