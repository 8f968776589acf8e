"""Every failure becomes ``{"error": {"code", "message", "hint", "details"}}``, or the shape of a standard door."""

from __future__ import annotations

import json
import logging
import math
import re
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from albert_widgets.errors import AlbertError, MethodNotAllowed, NotFound, RequestMalformed, Unauthorized

from .doors.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

logger = logging.getLogger("albert_widgets.service")


def failure_response(error: AlbertError, path: str) -> Response:
    """Return the HTTP answer for ``error`` in the shape that clients of ``path`` expect."""
    shape = shape_of(path)
    # ASCII JSON carries even a lone surrogate of the user's input safely.
    body = json.dumps(shape.body(error), default=str).encode("ascii")
    headers = {}
    if (seconds := error.details.get("retry_after")) is not None:
        headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed) and error.details.get("allowed"):
        headers["Allow"] = ", ".join(error.details["allowed"])
    return Response(body, shape.status(error), headers, media_type="application/json")


def unexpected(error: BaseException) -> AlbertError:
    """Log a mistake of ours with its traceback, and return what the client may know of it."""
    logger.error("Unexpected %s", type(error).__name__, exc_info=error)
    return AlbertError(
        f"The backend made a mistake ({type(error).__name__}).",
        "The backend's log has the details; albert-widgets doctor says where it is.",
    )


def install_handlers(app: FastAPI) -> None:
    """Make ``app`` answer its own, FastAPI's and Starlette's errors in our shape."""

    async def albert(request: Request, error: Exception) -> Response:
        return answered(request, error if isinstance(error, AlbertError) else unexpected(error))

    async def http(request: Request, error: Exception) -> Response:
        return answered(request, _of_http(request, error) if isinstance(error, HTTPException) else unexpected(error))

    async def validation(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            return answered(request, _of_validation(request, error.errors()))
        return answered(request, unexpected(error))

    def answered(request: Request, error: AlbertError) -> Response:
        return failure_response(error, request.scope["path"])

    app.add_exception_handler(AlbertError, albert)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)


def _of_http(request: Request, error: HTTPException) -> AlbertError:
    path = request.url.path
    if error.status_code == 404:
        return NotFound(f"There is no route {request.method} {path}.", "GET /openapi.json lists the routes.")
    if error.status_code == 405:
        allowed = _allowed(request, error)
        return MethodNotAllowed(
            f"{path} does not take {request.method}.",
            f"Use {' or '.join(allowed)}." if allowed else "",
            allowed=allowed,
        )
    return RequestMalformed("The body of the request cannot be read.", 'Send JSON, for instance {"texts": "Hello"}.')


def _allowed(request: Request, error: HTTPException) -> list[str]:
    """Return the methods of the path that is meant: several routes may have it, and one for ids fits longer ones."""
    path, paths = request.scope["path"], request.app.openapi()["paths"]
    fitting = [known for known in paths if re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(known)), path)]
    if fitting:
        return sorted(method.upper() for method in paths[max(fitting, key=len)])
    return [method.strip() for method in (error.headers or {}).get("Allow", "").split(",") if method.strip()]


def _of_validation(request: Request, problems: Sequence[Any]) -> AlbertError:
    if not problems:
        return RequestMalformed("The request cannot be read.")
    fields = [{"field": _field(problem), "problem": _sentence(problem)} for problem in problems]
    first = problems[0]
    hint = first.get("ctx", {}).get("hint", "")
    if first["type"] == "json_invalid":
        hint = "Check quotes, commas and brackets; JSON text is UTF-8."
    elif first["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
        hint = "Send the header Content-Type: application/json."
    elif not hint:
        hint = "GET /openapi.json describes the fields of each route."
    return RequestMalformed(fields[0]["problem"], hint, fields=fields)


def _field(problem: dict[str, Any]) -> str:
    if problem["type"] == "json_invalid":
        return ""
    if problem["type"] == "unknown_field":
        return str(problem["ctx"]["name"])
    return ".".join(str(part) for part in problem["loc"][1:])


def _sentence(problem: dict[str, Any]) -> str:
    kind, name = problem["type"], _field(problem)
    if kind == "json_invalid":
        return f"The body is not JSON: {problem['ctx']['error']} at character {problem['loc'][-1]}."
    if kind == "unknown_field":
        return str(problem["msg"])
    if kind == "missing":
        return f'The field "{name}" is missing.' if name else "The request has no body."
    if not name:
        return "The body is not a JSON object."
    wanted = str(problem["msg"]).removeprefix("Input should be ")
    return f'The field "{name}" should be {wanted}, not {_shown(problem.get("input"))}.'


def _shown(value: object) -> str:
    try:
        shown = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
