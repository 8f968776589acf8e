"""Prints what ``/openapi.json`` of a backend says, without one: ``python -m albert_widgets.service.describe``."""

from __future__ import annotations

import json
import sys

from albert_widgets.backend import Backend

from .app import create_app

NOBODY = "nobody"
"""Nothing is asked of this application but what it is."""


def main() -> None:
    """Write the description to the standard output."""
    backend = Backend()
    try:
        described = create_app(backend, token=NOBODY).openapi()
    finally:
        backend.close()
    json.dump(described, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
