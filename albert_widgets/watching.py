"""How far long work is, while one waits: a line that is renewed, in a notebook or a terminal."""

from __future__ import annotations

import html
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .job import Job

SHOW_SECONDS = 0.2
"""A notebook is not told more often than this."""
BAR = 20


def watch(job: Job, show: Callable[[str], None]) -> None:
    """Show how a job comes along, until it has ended."""
    state, shown, last = "queued", "", 0.0
    data: dict[str, Any] = {}
    measured = ""
    try:
        for event in job.events():
            if event.kind == "progress":
                data = event.data
            elif event.kind == "state":
                state = str(event.data.get("state"))
            elif event.kind == "metric":
                measured = measures(event.data) or measured
            else:
                continue
            rests = f"%albert jobs {job.id} --resume goes on with it" if state == "paused" else ""
            line = ", ".join(part for part in (f"{job.id}: {state}", progress(data), measured, rests) if part)
            if line != shown and (event.kind == "state" or time.monotonic() - last >= SHOW_SECONDS):
                show(line)
                shown, last = line, time.monotonic()
    finally:
        show("")


def measures(data: dict[str, Any]) -> str:
    """Return what an evaluation found, in words, or nothing for another metric event: ``"accuracy 0.866"``."""
    found = {name.removeprefix("eval_"): value for name, value in data.items() if name.startswith("eval_")}
    hidden = {"runtime", "samples_per_second", "steps_per_second"}
    return " ".join(f"{name} {value:.3f}" for name, value in list(found.items())[:3] if name not in hidden)


def progress(data: dict[str, Any]) -> str:
    """Return a progress event in words: ``"▓▓▓▓▓▓░░░░ 43 %, 190 MB of 440 MB, 12 MB/s, 0:21 left"``."""
    done, total = data.get("done"), data.get("total")
    if done is None:
        return ""
    unit = str(data.get("unit") or "")
    parts = [f"{_amount(done, unit)} of {_amount(total, unit)}" if total else _amount(done, unit)]
    if total:
        full = round(min(done / total, 1) * BAR)
        parts.insert(0, f"{'▓' * full}{'░' * (BAR - full)} {done / total:.0%}")
    if data.get("per_second"):
        parts.append(f"{_amount(data['per_second'], unit)}/s")
    if data.get("eta_seconds"):
        minutes, seconds = divmod(round(data["eta_seconds"]), 60)
        parts.append(f"{minutes}:{seconds:02} left")
    return ", ".join(parts)


def _amount(count: float, unit: str) -> str:
    from .results.models import readable_bytes

    return readable_bytes(count) if unit in {"bytes", "B"} else f"{count:,.4g} {unit}".rstrip()


def best_line(*, is_notebook: bool | None = None) -> Callable[[str], None]:
    """Return what shows a line, and renews it: for the notebook or terminal that this runs in."""
    if is_notebook is None:
        ipython: Any = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        # By name: ipykernel need not be installed, and Colab's shell is a subclass of its own.
        is_notebook = any(cls.__name__ == "ZMQInteractiveShell" for cls in type(shell).__mro__)
    return _notebook_line() if is_notebook else _terminal_line()


def _terminal_line() -> Callable[[str], None]:
    width = 0

    def show(line: str) -> None:
        nonlocal width
        if sys.stdout.isatty():
            # The last line is overwritten, and what is left of a longer one blanked.
            sys.stdout.write(f"\r{line.ljust(width)}" if line else "\n")
            sys.stdout.flush()
            width = len(line)

    return show


def _notebook_line() -> Callable[[str], None]:
    from IPython import display

    # IPython's own functions have no types yet.
    publish: Any = display.display
    handle: Any = None

    def show(line: str) -> None:
        nonlocal handle
        if handle is not None and line:
            handle.update(Line(line))
        elif line:
            handle = publish(Line(line), display_id=True)

    return show


@dataclass(frozen=True)
class Line:
    """A line of plain text, the same in a terminal and in a notebook."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<pre style="white-space:pre-wrap">{html.escape(self.text)}</pre>'
