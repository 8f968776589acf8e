"""Whether a model can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import BackendUnavailable

if TYPE_CHECKING:
    from albert_widgets.results import ModelInfo


def check_usable(info: ModelInfo) -> ModelInfo:
    """Return a model that can be loaded. Raises BackendUnavailable, which says why it cannot."""
    if not info.is_usable:
        raise BackendUnavailable(f"{info.id} cannot be loaded.", " ".join(info.warnings))
    return info
