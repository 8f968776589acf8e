"""How far something is, in one line that changes: in a notebook's output or in a terminal."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sized

    Result = TypeVar("Result", bound=Sized)

BAR = 20
SHOW_SECONDS = 0.2
"""A notebook is not told more often than this."""


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


@contextlib.contextmanager
def watched(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is to be told how many of how many are done; it shows a line that changes, for what takes a while.

    None of many is shown at once: then the first of them take a while. In a thread nothing is shown: there is no
    cell that the line would belong to.
    """
    is_main = threading.current_thread() is threading.main_thread()
    show, start, shown = line_here(), time.monotonic(), 0.0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if is_main and done < total and (not done or now - max(shown, start) >= SHOW_SECONDS):
            shown, speed = now, done / (now - start) if done else None
            eta = (total - done) / speed if speed else None
            show(progress({"done": done, "total": total, "unit": unit, "per_second": speed, "eta_seconds": eta}))

    try:
        yield tell
    finally:
        if shown:
            show("")


def told(results: Iterable[Result], total: int, unit: str) -> Iterator[Result]:
    """Yield the results of windows, and show meanwhile how many of ``total`` texts they are of."""
    from . import windowing

    done = 0
    with watched(unit) as tell:
        if total > windowing.TEXTS:
            tell(done, total)
        for result in results:
            done += len(result)
            tell(done, total)
            yield result


def _amount(count: float, unit: str) -> str:
    from albert_widgets.results.models import readable_bytes

    return readable_bytes(count) if unit in {"bytes", "B"} else f"{count:,.4g} {unit}".rstrip()


def is_notebook(shell: object) -> bool:
    """Whether an IPython shell runs in a kernel, so that panels can be shown; a terminal shows text."""
    # By name: ipykernel need not be installed, and Colab's shell is a subclass of its own.
    return any(cls.__name__ == "ZMQInteractiveShell" for cls in type(shell).__mro__)


def line_here() -> Callable[[str], None]:
    """Return what shows a line in the place of the one before; an empty one ends it. For wherever this runs."""
    ipython = sys.modules.get("IPython")
    return notebook_line() if ipython and is_notebook(ipython.get_ipython()) else terminal_line()


def terminal_line() -> Callable[[str], None]:
    """Return such a function for a terminal; where no terminal is, nothing is written."""
    width = 0

    def show(line: str) -> None:
        nonlocal width
        if sys.stdout.isatty():
            # The last line is overwritten, and what is left of a longer one blanked.
            sys.stdout.write(f"\r{line.ljust(width)}" if line else "\n")
            sys.stdout.flush()
            width = len(line)

    return show


def notebook_line() -> Callable[[str], None]:
    """Return such a function for a notebook."""
    from IPython import display

    # IPython's own functions have no types yet.
    publish: Any = display.display
    handle: Any = None

    def show(line: str) -> None:
        nonlocal handle
        if handle is not None and line:
            handle.update({"text/plain": line}, raw=True)
        elif line:
            handle = publish({"text/plain": line}, raw=True, display_id=True)

    return show
