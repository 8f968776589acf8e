"""BERT inside the notebook: one shared backend, ``%albert`` magics and interactive panels.

>>> import albert_widgets as aw
>>> bert = aw.connect()                      # the shared backend, started if need be
>>> bert.tokenize("Zoë's naïve café 你好")

Importing this module is cheap: the public names below are imported when they are first used,
and torch and transformers are never imported on this side.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .backend import Backend as Backend
    from .errors import AlbertError as AlbertError
    from .estimators import Classifier as Classifier
    from .estimators import Summarizer as Summarizer
    from .lengths import token_lengths as token_lengths
    from .protocol import BertBackend as BertBackend
    from .service.client import Client as Client
    from .service.client import connect as connect
    from .widgets import AttentionPanel as AttentionPanel
    from .widgets import FinetunePanel as FinetunePanel
    from .widgets import PredictPanel as PredictPanel
    from .widgets import SummaryPanel as SummaryPanel
    from .widgets import TokensPanel as TokensPanel
    from .widgets import head_view as head_view
    from .widgets import model_view as model_view

_PUBLIC = {
    "AlbertError": ".errors",
    "AttentionPanel": ".widgets",
    "Backend": ".backend",
    "BertBackend": ".protocol",
    "Classifier": ".estimators",
    "Client": ".service.client",
    "FinetunePanel": ".widgets",
    "PredictPanel": ".widgets",
    "Summarizer": ".estimators",
    "SummaryPanel": ".widgets",
    "TokensPanel": ".widgets",
    "connect": ".service.client",
    "head_view": ".widgets",
    "model_view": ".widgets",
    "token_lengths": ".lengths",
}

__all__ = [
    "AlbertError",
    "AttentionPanel",
    "Backend",
    "BertBackend",
    "Classifier",
    "Client",
    "FinetunePanel",
    "PredictPanel",
    "Summarizer",
    "SummaryPanel",
    "TokensPanel",
    "__version__",
    "connect",
    "head_view",
    "load_ipython_extension",
    "model_view",
    "token_lengths",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from ._version import __version__

        return __version__
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC, "__version__"])


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%albert`` and ``%%albert``: what ``%load_ext albert_widgets`` calls."""
    from .magics import register

    register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics away again: what ``%unload_ext albert_widgets`` calls."""
    from .magics import unregister

    unregister(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "albert-widgets"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "albert_widgets.server_extension"}]
