"""Whose work it is: the notebook or program for which this thread works right now."""

from __future__ import annotations

from contextvars import ContextVar

caller: ContextVar[str] = ContextVar("caller", default="")
"""Name of the notebook (its path on the Jupyter server) or program; empty when nobody said."""
