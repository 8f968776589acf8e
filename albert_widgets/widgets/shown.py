"""Outputs that can be renewed: what they hold for readers without a kernel follows the panel."""

from __future__ import annotations

import sys
import uuid
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .panel import Panel


class Shown:
    """The outputs in which a panel was displayed, under one name.

    Parameters
    ----------
    panel
        What is displayed; it is not kept alive.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = weakref.ref(panel)
        self._id = uuid.uuid4().hex
        self._is_shown = False

    def show(self) -> None:
        """Display the panel."""
        self._publish(is_new=True)
        self._is_shown = True

    def again(self) -> None:
        """Renew what the outputs hold, if there are any."""
        if self._is_shown and "IPython" in sys.modules:
            self._publish(is_new=False)

    def _publish(self, *, is_new: bool) -> None:
        from IPython import display

        panel = self._panel()
        bundle = panel._repr_mimebundle_() if panel is not None else None
        if bundle is None:
            return
        data, metadata = bundle
        # IPython's own functions have no types yet.
        publish: Any = display.publish_display_data
        publish(data, metadata, transient={"display_id": self._id}, update=not is_new)
