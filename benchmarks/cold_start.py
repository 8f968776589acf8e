"""From nothing to one prediction: a new process each time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

from . import ours
from .contenders import Taken
from .table import Figure, show

if TYPE_CHECKING:
    from .throughput import Settings

TEXT = "What a wonderful film!"
OURS = f"""
import albert_widgets as aw
print(aw.connect().predict({TEXT!r}, model="cold").labels)
"""
REGISTER = """
import sys
import albert_widgets as aw
aw.connect().register(sys.argv[1], name="cold")
"""
PEER = f"""
import sys
from transformers import pipeline
print(pipeline("text-classification", model=sys.argv[1])({TEXT!r}))
"""


def cold_start(settings: Settings) -> list[str]:
    """Print what the first prediction takes with no backend running, and with one; nothing of it is right or wrong."""
    from albert_widgets.service.launch import ensure_backend, stop_backend

    def first() -> Taken:
        stop_backend()
        return _run(OURS)

    def peer() -> Taken:
        return _run(PEER, settings.classifier)

    try:
        _run(REGISTER, settings.classifier)
        # What was never read comes from the disk, whoever is first; and our backend makes the model ready meanwhile.
        ours.settle(lambda: _run(OURS), psutil.Process(ensure_backend().pid))
        peer()
        cold, warm, theirs = [], [], []
        for _ in range(settings.rounds):
            cold.append(first())
            theirs.append(peer())
            warm.append(_run(OURS))
    finally:
        stop_backend()
    pairs = (("a new process, and the backend that it starts", cold), ("a new process, the backend running", warm))
    figures = []
    for what, taken in pairs:
        one, other = _median(taken), _median(theirs)
        here, there = (f"{some.wall:.2f} s (CPU {some.cpu:.2f} s)" for some in (one, other))
        ratio = f"{other.wall / one.wall:.2f}× (CPU {other.cpu / one.cpu:.2f}×)"
        figures.append(Figure(what, here, there, ratio))
    show("One prediction from nothing", figures, "transformers.pipeline")
    return []


def _run(code: str, *arguments: str) -> Taken:
    """Run some Python in a new process; its processor time is that of the backend, too."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    own, backend = psutil.Process().cpu_times(), _backend_seconds()
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    wall = time.perf_counter() - start
    after = psutil.Process().cpu_times()
    children = after.children_user + after.children_system - own.children_user - own.children_system
    return Taken(wall, children + _backend_seconds() - backend)


def _backend_seconds() -> float:
    """Return the processor time of the running backend, 0 where there is none."""
    from albert_widgets.service.launch import read_connection

    connection = read_connection()
    if connection is None or not psutil.pid_exists(connection.pid):
        return 0.0
    times = psutil.Process(connection.pid).cpu_times()
    return times.user + times.system


def _median(taken: list[Taken]) -> Taken:
    return Taken(statistics.median(one.wall for one in taken), statistics.median(one.cpu for one in taken))
