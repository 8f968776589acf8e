"""How a kernel, in any language, learns where the door is: by two variables of its environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.routing import Router

from .routes import NAMESPACE

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest

    from .key import DoorKey

URL, TOKEN = "ALBERT_WIDGETS_DOOR_URL", "ALBERT_WIDGETS_DOOR_TOKEN"
REACHABLE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "*", ""})  # noqa: S104 – compared, not bound to
"""What Jupyter may listen on so that 127.0.0.1 reaches it."""


def show_door_to_kernels(serverapp: ServerApp, key: DoorKey) -> None:
    """Set the environment that kernels inherit; called once, when the event loop turns.

    A Jupyter server that itself was started from a notebook inherits the variables of the outer one, so they are
    replaced whatever happens.
    """
    path = url_path_join(serverapp.base_url, NAMESPACE) + "/"

    def export(port: int) -> None:
        os.environ[URL] = f"http://127.0.0.1:{port}{path}"
        os.environ[TOKEN] = key.token

    is_plain = not serverapp.sock and not serverapp.ssl_options and not serverapp.certfile
    if is_plain and serverapp.ip in REACHABLE:
        export(serverapp.port)
        # JupyterHub's extension turns the loop once before Jupyter has chosen its port.
        serverapp.observe(lambda change: export(change["new"]), "port")
    else:
        export(_listen_for_kernels(serverapp, key, path))


def _listen_for_kernels(serverapp: ServerApp, key: DoorKey, path: str) -> int:
    """Return a loopback port that serves the door to kernels, and nothing else.

    Over a Unix socket, a certificate for another name, or an address of the network, a plain HTTP client of any
    language could not come in. The file permissions of a socket may be a server's only protection, hence the key is
    asked for before a request gets anywhere.
    """
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(_OnlyTheDoor(serverapp, key, path), max_body_size=serverapp.max_body_size)
    server.add_sockets(sockets)
    return int(sockets[0].getsockname()[1])


class _OnlyTheDoor(Router):
    def __init__(self, serverapp: ServerApp, key: DoorKey, path: str) -> None:
        self._application = serverapp.web_app
        self._key = key
        self._path = path

    def find_handler(self, request: HTTPServerRequest, **_kwargs: object) -> HTTPMessageDelegate | None:
        if request.path.startswith(self._path) and self._key.is_shown_by(request):
            return self._application.find_handler(request)
        return None  # tornado answers 404
