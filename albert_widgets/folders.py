"""Where albert-widgets keeps its files: models, jobs and caches, and the connection file.

``jupyter_data_dir()/albert-widgets/{models,jobs,cache}`` and
``jupyter_runtime_dir()/albert-widgets.json``; ``ALBERT_WIDGETS_HOME`` moves the first.
"""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

from .errors import Conflict, NoRoom

LAYOUT_VERSION = 1
"""Version of the folder layout, written to the file ``version`` in :func:`home`."""


def home() -> Path:
    """Return the folder of models, jobs and caches; it may not exist yet."""
    moved = os.environ.get("ALBERT_WIDGETS_HOME")
    return Path(moved).expanduser() if moved else Path(jupyter_data_dir()) / "albert-widgets"


def room(name: str) -> Path:
    """Return the sub-folder ``name`` of :func:`home`, made if needed.

    Raises
    ------
    NoRoom
        The folder cannot be made (disk full, no permission).
    Conflict
        The folder was laid out by a newer albert-widgets; it is left alone.
    """
    base = home()
    try:
        base.mkdir(parents=True, exist_ok=True)
        version_file = base / "version"
        if not version_file.exists():
            version_file.write_text(f"{LAYOUT_VERSION}\n", encoding="utf-8")
        found = version_file.read_text(encoding="utf-8").strip()
        folder = base / name
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise NoRoom(
            f"The folder {base} cannot be used: {error.strerror or error}.",
            "Free some space or set ALBERT_WIDGETS_HOME to a folder you can write to.",
        ) from error
    if found.isdecimal() and int(found) > LAYOUT_VERSION:
        raise Conflict(
            f"The folder {base} was written by a newer albert-widgets (layout {found}, known: {LAYOUT_VERSION}).",
            "pip install --upgrade albert-widgets",
        )
    return folder


def runtime_dir() -> Path:
    """Return Jupyter's runtime folder, where the connection file lives."""
    return Path(jupyter_runtime_dir())


def connection_file() -> Path:
    """Return the path of the file with the running backend's url, token, pid and version."""
    return runtime_dir() / "albert-widgets.json"


def log_file() -> Path:
    """Return the path of the log of a backend that was started in the background."""
    return runtime_dir() / "albert-widgets.log"
