"""Why no backend runs: nobody needed one yet, the last one died, or nothing is installed here that could start one."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

LOG_LINES = 20


@dataclass(frozen=True)
class Absence:
    """How it is with the backend, where none answers.

    Attributes
    ----------
    state
        ``"running"``, ``"stopped"`` (the next request starts it), ``"crashed"`` (as well, but its end was no good one),
        ``"missing"`` (none can be started here) or ``"unreachable"`` (the environment names one that does not answer).
    hint
        What that means.
    command
        What to type in a terminal; may be empty.
    log
        The last lines that a crashed backend wrote.
    """

    state: str
    hint: str = ""
    command: str = ""
    log: list[str] = field(default_factory=list)


def absence() -> Absence:
    """Look why no backend answers."""
    from albert_widgets import folders
    from albert_widgets.service.connection import is_serving, read_connection
    from albert_widgets.service.finding import has_backend_extra, named_backend
    from albert_widgets.service.log import last_lines, log_of

    if named := named_backend():
        return Absence("unreachable", f"ALBERT_WIDGETS_URL names {named.url}, but nobody answers there.")
    if not has_backend_extra():
        return Absence(
            "missing",
            f"The backend part is not installed where the Jupyter server runs ({sys.prefix}).",
            f'{sys.executable} -m pip install "albert-widgets[all]"',
        )
    file = folders.connection_file()
    left = read_connection(file)
    # A backend that ends well takes its connection file away.
    if left is not None and not is_serving(file) and not left.has_process:
        return Absence(
            "crashed",
            f"The backend (process {left.pid}) ended without a word; the next request starts another one.",
            "albert-widgets doctor",
            last_lines(log_of(file), LOG_LINES),
        )
    return Absence("stopped")
