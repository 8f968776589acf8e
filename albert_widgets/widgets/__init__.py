"""Panels for notebooks: one anywidget each, thin clients of the shared backend."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .attention import AttentionPanel as AttentionPanel
    from .bertviz import head_view as head_view
    from .bertviz import model_view as model_view
    from .finetune import FinetunePanel as FinetunePanel
    from .panel import Panel as Panel
    from .predict import PredictPanel as PredictPanel
    from .summary import SummaryPanel as SummaryPanel
    from .text_panel import TextPanel as TextPanel
    from .tokens import TokensPanel as TokensPanel

_PUBLIC = {
    "AttentionPanel": ".attention",
    "FinetunePanel": ".finetune",
    "Panel": ".panel",
    "PredictPanel": ".predict",
    "SummaryPanel": ".summary",
    "TextPanel": ".text_panel",
    "TokensPanel": ".tokens",
    "head_view": ".bertviz",
    "model_view": ".bertviz",
}

__all__ = [
    "AttentionPanel",
    "FinetunePanel",
    "Panel",
    "PredictPanel",
    "SummaryPanel",
    "TextPanel",
    "TokensPanel",
    "head_view",
    "model_view",
]


def __getattr__(name: str) -> Any:
    # ipywidgets is imported when the first panel is made, not with the magics.
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
