"""The door's key: a secret of this Jupyter server that lets its kernels in, to our routes and nowhere else.

A kernel knows neither the user's password nor, under JupyterHub, a token of the user; so the Jupyter server makes
up a key when it starts and hands it to its kernels by the environment.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any

from jupyter_server.auth import AllowAllAuthorizer, IdentityProvider, User

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest
    from tornado.web import RequestHandler


class KernelIdentity(IdentityProvider):
    """Takes the place of Jupyter's identity provider for a request that shows the key.

    Jupyter's own provider must not be asked then: JupyterHub's would send the key to the Hub.
    """

    def get_user(self, handler: RequestHandler) -> User:
        """Return the one user that kernels are, authenticated by a token as Jupyter understands it."""
        handler._token_authenticated = True  # type: ignore[attr-defined] # noqa: SLF001 – Jupyter's own marker
        return User(username="kernel", name="A kernel of this server")


class DoorKey:
    """The key, and who somebody is that shows it.

    Attributes
    ----------
    token
        The secret; lives as long as the Jupyter server. Never log it.
    identity
        Says who a holder of the key is.
    authorizer
        Lets a holder of the key do everything, with our routes.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.identity = KernelIdentity()
        self.authorizer: Any = AllowAllAuthorizer()

    def is_shown_by(self, request: HTTPServerRequest) -> bool:
        """Return whether the request says ``Authorization: Bearer`` and the key."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self.token.encode())
