"""Has models made ready for onnxruntime in the background, while torch answers; see :mod:`.prepare`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING

from .prepared import can_be_prepared

if TYPE_CHECKING:
    from pathlib import Path


MOST_TRIES = 3
"""A child may find the disk full, or be killed for want of memory; not with every call anew."""


class Preparer:
    """One child process at most. Whoever finds nothing ready asks again with each call, so nothing waits in a line."""

    def __init__(self) -> None:
        self._tries: Counter[tuple[str, str, str]] = Counter()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def begin(self, checkpoint: Path, output: str, precision: str) -> bool:
        """Have something made ready, unless something else is; say whether anything is being made."""
        if not can_be_prepared():
            return False
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                return True
            self._end()
            wanted = str(checkpoint), output, precision
            if self._tries[wanted] >= MOST_TRIES:
                return False
            self._tries[wanted] += 1
            command = [sys.executable, "-m", "albert_widgets.backend.engines.prepare"]
            self._child = subprocess.Popen(
                [*command, *wanted],
                # The child ends when this pipe does, however this process ends.
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
            )
            return True

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is being made, so many seconds at most."""
        child = self._child
        if child is not None:
            child.wait(timeout)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._child is None:
            return
        if self._child.stdin is not None:
            self._child.stdin.close()
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._child = None
