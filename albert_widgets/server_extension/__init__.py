"""The Jupyter server is only a door: it lets its users through to the backend and works no models itself.

Under ``<base_url>albert-widgets/`` the routes of the backend are open to whoever is logged in to Jupyter, and to
the kernels of this server, which find address and key in their environment. Nothing is started until somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__: list[str] = []


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Open the door; called by Jupyter Server while it starts."""
    from .kernels import show_door_to_kernels
    from .key import DoorKey
    from .link import BackendLink
    from .routes import door_routes

    key = DoorKey()
    serverapp.web_app.add_handlers(".*$", door_routes(serverapp.base_url, key, BackendLink()))  # type: ignore[no-untyped-call]
    # The port is chosen after the extensions are loaded; kernels start later still.
    serverapp.io_loop.add_callback(show_door_to_kernels, serverapp, key)
