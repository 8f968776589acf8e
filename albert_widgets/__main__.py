"""``python -m albert_widgets``: the same as the command ``albert-widgets``."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
