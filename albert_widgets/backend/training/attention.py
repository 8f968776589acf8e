"""Which of a model's own attention functions trains fastest here."""

from __future__ import annotations

from typing import Any

SHORT = 128
"""Tokens up to which the plain product is faster on a CPU than the fused function, forward and backward."""


def quicken(model: Any, device: str, longest: int) -> None:
    """Let a model attend by the plain product where its rows are short: the same numbers, in less time.

    On a CPU the fused function's backward pass takes ten times as long in bfloat16 as in float32; over
    :data:`SHORT` tokens it is worth it all the same, for what the plain product has to keep.
    """
    if device == "cpu" and longest <= SHORT and hasattr(model, "set_attn_implementation"):
        model.set_attn_implementation("eager")
