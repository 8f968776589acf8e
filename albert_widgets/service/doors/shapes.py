"""How an error looks behind each door; its path decides, for the guard answers before a route is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import (
    AlbertError,
    BackendUnavailable,
    InputInvalid,
    ModelFailed,
    NoRoom,
    Overloaded,
    TaskUnsupported,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Shape:
    """What clients of one protocol expect of an error.

    Attributes
    ----------
    prefix
        Of the paths; empty for our own.
    status
        Returns the HTTP status of an error.
    body
        Returns what is said of it, JSON-serialisable.
    """

    prefix: str
    status: Callable[[AlbertError], int]
    body: Callable[[AlbertError], dict[str, Any]]


def shape_of(path: str) -> Shape:
    """Return how errors look at a path."""
    for shape in _DOORS:
        if path == shape.prefix or path.startswith(f"{shape.prefix}/"):
            return shape
    return _OWN


def _one_line(error: AlbertError) -> str:
    return f"{error.message} {error.hint}".strip()


def _plain_status(error: AlbertError) -> int:
    """Neither OpenAI nor the Open Inference Protocol part what cannot be read from what cannot be processed."""
    return 400 if isinstance(error, InputInvalid) else error.status


_OPENAI_CODES = {"unauthorized": "invalid_api_key", "overloaded": "rate_limit_exceeded"}


def _openai_body(error: AlbertError) -> dict[str, Any]:
    kind = "invalid_request_error"
    if isinstance(error, Overloaded):
        kind = "requests"
    elif error.status >= 424:
        kind = "server_error"
    fields = error.details.get("fields") or [{}]
    param = error.details.get("param") or fields[0].get("field")
    code = error.details.get("code") or _OPENAI_CODES.get(error.code, error.code)
    return {"error": {"message": _one_line(error), "type": kind, "param": param or None, "code": code}}


def _tei_status(error: AlbertError) -> int:
    return ModelFailed.status if isinstance(error, TaskUnsupported) else error.status


def _tei_body(error: AlbertError) -> dict[str, Any]:
    kind = "Validation"
    if isinstance(error, Overloaded):
        kind = "Overloaded"
    elif isinstance(error, BackendUnavailable):
        kind = "Unhealthy"
    elif isinstance(error, ModelFailed | NoRoom | TaskUnsupported) or error.status == AlbertError.status:
        kind = "Backend"
    elif isinstance(error, InputInvalid):
        kind = "Tokenizer"
    return {"error": _one_line(error), "error_type": kind}


_OWN = Shape("", lambda error: error.status, lambda error: {"error": error.to_dict()})
_DOORS = (
    Shape("/v1", _plain_status, _openai_body),
    Shape("/tei", _tei_status, _tei_body),
    Shape("/v2", _plain_status, lambda error: {"error": _one_line(error)}),
)
