"""Prints the figures of the spine: what a kernel pays, and how soon a panel can be used."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Measure in a home of its own, with a backend of its own, and print two tables."""
    home = Path(tempfile.mkdtemp(prefix="albert-widgets-benchmarks-"))
    os.environ["ALBERT_WIDGETS_HOME"] = str(home / "albert-widgets")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    from albert_widgets.service.launch import stop_backend

    from . import kernels, panels
    from .table import show

    chosen = set(sys.argv[1:]) or {"kernels", "class", "panels"}
    try:
        if "kernels" in chosen:
            show("Kernels", kernels.load_ext() + kernels.warm())
        if "class" in chosen:
            show("A class", kernels.classroom())
        if "panels" in chosen:
            show("A panel in Chromium, BERT-base with random weights, 512 tokens", panels.first_paint(home))
    finally:
        stop_backend()


if __name__ == "__main__":
    main()
