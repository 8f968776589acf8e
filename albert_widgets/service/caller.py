"""Who calls: a notebook or a program tells the backend its name, so that people see who uses a model."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from urllib.parse import quote, unquote

HEADER = "X-Albert-Caller"
MAX_CHARACTERS = 300


def this_caller() -> str:
    """Return the name of this process: its notebook's path on the Jupyter server, or its program and process id."""
    # Jupyter's server gives each kernel the path of its notebook.
    notebook = os.environ.get("JPY_SESSION_NAME")
    return notebook or f"{Path(sys.argv[0]).name or 'python'} ({os.getpid()})"


def caller_headers() -> dict[str, str]:
    """Return the header that tells it; a path may hold what a header cannot, so it travels URL-encoded."""
    return {HEADER: quote(this_caller()[-MAX_CHARACTERS:], errors="replace")}


def caller_of(value: str, user: str = "") -> str:
    """Return who calls, as people are shown it: ``"course/week-2.ipynb (zoe)"``.

    Parameters
    ----------
    value
        Of the header; what could not be shown is left out.
    user
        Whose token came with it. It stands at the end, whatever the header says.

    A shell has no URL-encoding of its own and may send the name in UTF-8 as it is, which arrives as latin-1.
    """
    with contextlib.suppress(UnicodeError):
        value = value.encode("latin-1").decode()
    name = unquote(value, errors="replace")[:MAX_CHARACTERS]
    program = "".join(character for character in name if character.isprintable())
    return f"{program} ({user})" if program and user else program or user
