"""What the service is doing right now, so that an idle one can end itself."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Activity:
    """Counts requests and event streams; safe to read from any thread.

    Only requests that showed the right token count, and ``/health`` does not: a monitor that
    looks whether the backend lives must not keep it alive.

    Attributes
    ----------
    requests
        Requests in progress, event streams among them.
    streams
        Open event streams.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.streams = 0
        self._last = time.monotonic()
        self._lock = threading.Lock()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request while the block runs."""
        with self._lock:
            self.requests += 1
        try:
            yield
        finally:
            with self._lock:
                self.requests -= 1
                self._last = time.monotonic()

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count an event stream while the block runs."""
        with self._lock:
            self.streams += 1
        try:
            yield
        finally:
            with self._lock:
                self.streams -= 1
                self._last = time.monotonic()

    def idle_seconds(self) -> float:
        """Return the seconds since the last request ended; 0.0 while anything is in progress."""
        with self._lock:
            return 0.0 if self.requests or self.streams else time.monotonic() - self._last
