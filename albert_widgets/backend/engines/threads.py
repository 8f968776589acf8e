"""How many threads compute: one for each physical core, and one batch at a time."""

from __future__ import annotations

import functools
import os
import threading

turn = threading.Lock()
"""Held around each batch on the processor: models that are used at once take turns instead of crowding the cores."""


@functools.cache
def physical_cores() -> int:
    """Return the cores that this process may use; two threads of one core compute no faster than one."""
    import psutil

    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:
        # macOS and Windows do not tell.
        allowed = os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))
