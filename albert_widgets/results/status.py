"""The answer to ``status``: how the backend is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .html import table, text_table
from .models import ModelInfo, readable_bytes


@dataclass(frozen=True)
class Eviction:
    """A model that left memory by itself.

    Attributes
    ----------
    model
        Which one.
    bytes
        What its weights took.
    reason
        Id of the model that needed the room; empty when the budget was lowered.
    time
        Seconds since the epoch.
    """

    model: str
    bytes: int
    reason: str
    time: float


@dataclass(frozen=True)
class Status:
    """How the backend is.

    Attributes
    ----------
    version
        Of albert-widgets, on the backend's side.
    pid
        Process id of the backend.
    uptime_seconds
        Since the backend was made.
    device, threads
        Where models are put by default, and how many CPU threads torch uses (0 until it is loaded).
    memory_used, memory_budget, memory_machine
        Bytes: this process (RSS), the pool's budget for weights, the machine's memory.
    memory_kept
        Bytes of layers that are kept for the next question about a text, for five idle minutes at most.
    loaded
        Models in memory, most recently used first.
    waiting, running
        Requests that wait and that are worked on; 0 in process.
    jobs
        Ids of jobs that are queued, running or paused.
    default_model
        What new notebooks begin with.
    evictions
        The last models that left memory by themselves, the newest first; ten at most.
    catalog
        Changes whenever the catalogue does, so that a list of its models is old.
    is_offline
        Whether the hub is not asked: ``HF_HUB_OFFLINE``.
    limits
        The documented limits by name.
    url
        Where the backend listens; empty in process.
    """

    version: str
    pid: int
    uptime_seconds: float
    device: str
    threads: int
    memory_used: int
    memory_budget: int
    memory_machine: int
    memory_kept: int = 0
    loaded: tuple[ModelInfo, ...] = ()
    waiting: int = 0
    running: int = 0
    jobs: tuple[str, ...] = ()
    default_model: str = ""
    evictions: tuple[Eviction, ...] = ()
    catalog: str = ""
    is_offline: bool = False
    limits: dict[str, Any] = field(default_factory=dict)
    url: str = ""

    def _rows(self) -> list[tuple[str, str]]:
        hours, rest = divmod(int(self.uptime_seconds), 3600)
        return [
            ("backend", f"albert-widgets {self.version} {'at ' + self.url if self.url else 'in this process'}"),
            ("up", f"{hours} h {rest // 60} min {rest % 60} s, pid {self.pid}"),
            ("device", f"{self.device}" + (f", {self.threads} threads" if self.threads else "")),
            (
                "memory",
                (
                    f"{readable_bytes(self.memory_used)} used"
                    + (f", {readable_bytes(self.memory_kept)} by texts just looked at" if self.memory_kept else "")
                    + f"; models may take {readable_bytes(self.memory_budget)} "
                    f"of {readable_bytes(self.memory_machine)}"
                ),
            ),
            (
                "in memory",
                ", ".join(f"{m.id} ({readable_bytes(m.bytes_loaded)})" for m in self.loaded) or "no model yet",
            ),
            ("jobs", ", ".join(self.jobs) or "none"),
        ]

    def __repr__(self) -> str:
        return text_table(("", ""), self._rows()).lstrip("\n ")

    def _repr_html_(self) -> str:
        return table(("", ""), self._rows())
