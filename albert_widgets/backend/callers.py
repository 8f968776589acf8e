"""Whose work it is: the user and the notebook or program for which this thread works right now."""

from __future__ import annotations

from contextvars import ContextVar

caller: ContextVar[str] = ContextVar("caller", default="")
"""Who is shown to people: the notebook (its path on the Jupyter server) or program, with its user; may be empty."""
user: ContextVar[str] = ContextVar("user", default="")
"""Name of the user whose token was shown; empty where tokens have no names, and in process."""


def client() -> str:
    """Return who has a turn of its own where several wait: the user, or else the caller; may be empty."""
    return user.get() or caller.get()
