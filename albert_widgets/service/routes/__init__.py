"""The routes, a module for each kind: models, texts, jobs; and how all of them describe their errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from albert_widgets.service.answers import ErrorAnswer
from albert_widgets.service.wire import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

_ALWAYS = {
    401: "No token, or a wrong one.",
    403: "A foreign Host or Origin header, or nothing that this user may do.",
    429: "Too many requests wait already; try again after Retry-After seconds.",
    500: "A mistake of the backend; its log has the details.",
}
_WHEN = {
    400: "The request cannot be read; the message names the field.",
    404: "No such model, or no such job.",
    409: "The request fights with the present state.",
    413: "Over a documented limit.",
    422: "The input was understood, but cannot be processed.",
    424: "The model's files are broken, or it failed while it worked.",
    503: "The hub cannot be reached, or offline mode is on.",
    507: "Not enough disk or memory.",
}


def errors(*codes: int) -> Responses:
    """Return the description of a route's errors: those that every route has, and ``codes``."""
    known = {**_ALWAYS, **{code: _WHEN[code] for code in codes}}
    listed: Responses = {
        code: {"model": ErrorAnswer, "description": f"{HTTPStatus(code).phrase}. {text}"}
        for code, text in sorted(known.items())
    }
    return {**listed, "default": {"model": ErrorAnswer, "description": "Any other error has this shape, too."}}


def answers(description: str, *, code: int = 200, also: dict[str, str] | None = None) -> Responses:
    """Return the description of a successful answer that is there as bytes, too.

    Parameters
    ----------
    also
        Further media types with what they hold.
    """
    binary = {"type": "string", "format": "binary"}
    content: dict[str, Any] = {MEDIA_TYPE: {"schema": {**binary, "description": "JSON header, then raw arrays."}}}
    for media_type, text in (also or {}).items():
        content[media_type] = {"schema": {**binary, "description": text}}
    return {code: {"description": description, "content": content}}
