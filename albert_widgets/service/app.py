"""The FastAPI application around a backend: its routes, its guard, and its description in OpenAPI."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI

from albert_widgets._version import __version__

from .access import Access
from .activity import Activity
from .failures import install_handlers
from .guard import OPEN_PATHS, Guard
from .limits import Limits
from .routes.heads import head_routes
from .routes.jobs import job_routes
from .routes.learning import learning_routes
from .routes.manager import hub_model_routes, manager_routes, trash_routes
from .routes.models import health_routes, hub_routes, model_routes
from .routes.studies import study_routes
from .routes.summaries import summary_routes
from .routes.texts import text_routes
from .service import Service
from .users import Users

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fastapi.routing import APIRoute

    from albert_widgets.protocol import BertBackend

DESCRIPTION = """\
BERT as a service: tokens, attention, embeddings, predictions and summaries.

Every route but `/health` asks for `Authorization: Bearer TOKEN`; the token is in the connection file
`albert-widgets.json` of Jupyter's runtime folder. Model ids contain slashes and travel URL-encoded as one segment.
Layers and heads are counted from 0, offsets in Unicode code points.

Answers are JSON, or with `Accept: application/octet-stream` a little-endian uint32 with the length of a JSON header,
the header, then the raw arrays it refers to, each padded to 8 bytes. An error is always
`{"error": {"code", "message", "hint", "details"}}`.
"""


def create_app(
    backend: BertBackend,
    *,
    token: str | Users,
    allowed_hosts: Sequence[str] = (),
    limits: Limits | None = None,
    activity: Activity | None = None,
) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    backend
        Does the work; stays the caller's to close.
    token
        What clients must show, or everybody who has one.
    allowed_hosts
        Names besides the loopback ones under which the service is reached.
    limits
        The defaults of :class:`Limits` if None.
    activity
        Told of every request, for a server that ends itself when idle.

    Raises
    ------
    ValueError
        The token is empty: that would let everybody in.
    """
    if isinstance(token, str) and not token.strip():
        raise ValueError("The service needs a token.")
    users = Users(token) if isinstance(token, str) else token
    limits = limits or Limits()
    activity = activity or Activity()
    service = Service(cast("BertBackend", Access(backend, users, limits)), limits, activity)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="albert-widgets",
        version=__version__,
        description=DESCRIPTION,
        # The interactive pages load their scripts from a CDN, so there are none.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.include_router(health_routes(service))
    makers = (
        text_routes,
        summary_routes,
        head_routes,
        learning_routes,
        study_routes,
        job_routes,
        trash_routes,
        hub_model_routes,
        manager_routes,
        hub_routes,
        model_routes,
    )
    for router in (make(service) for make in makers):
        app.include_router(router)
    _describe_token(app)
    install_handlers(app)
    app.add_middleware(Guard, users=users, allowed_hosts=allowed_hosts, limits=limits, activity=activity)
    return app


def _describe_token(app: FastAPI) -> None:
    """Say in OpenAPI what the guard asks for; as a dependency of FastAPI it would be looked at in every request."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = plain()
            described["components"]["securitySchemes"] = {"HTTPBearer": {"type": "http", "scheme": "bearer"}}
            for path, operations in described["paths"].items():
                for operation in operations.values() if path not in OPEN_PATHS else ():
                    operation["security"] = [{"HTTPBearer": []}]
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]


def _operation_id(route: APIRoute) -> str:
    return route.name
