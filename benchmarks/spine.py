"""Prints what a kernel pays, how soon a panel can be used, and how a long text is explored (``long``)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Measure in a home of its own, with a backend of its own, and print a table of each kind of figures."""
    home = Path(tempfile.mkdtemp(prefix="albert-widgets-benchmarks-"))
    os.environ["ALBERT_WIDGETS_HOME"] = str(home / "albert-widgets")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    from albert_widgets.service.launch import stop_backend

    from . import kernels, long_text, panels
    from .table import show, show_rows

    chosen = set(sys.argv[1:]) or {"kernels", "class", "panels"}
    try:
        if "kernels" in chosen:
            show("Kernels", kernels.load_ext() + kernels.warm())
        if "class" in chosen:
            show("A class", kernels.classroom())
        if "panels" in chosen:
            show("A panel in Chromium, BERT-base with random weights, 512 tokens", panels.first_paint(home))
        if "long" in chosen:
            show_rows("A ModernBERT of 22 layers × 12 heads with random weights", long_text.exploring(home))
    finally:
        stop_backend()


if __name__ == "__main__":
    main()
