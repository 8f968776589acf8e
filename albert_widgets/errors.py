"""One hierarchy of errors: what went wrong, what to type instead, and the HTTP status it travels as.

Every error a user can cause or meet is an :class:`AlbertError`. Magics turn it into a plain
``UsageError``, panels into a line of their status bar, the service into
``{"error": {"code", "message", "hint", "details"}}`` — each in one place.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AlbertError(Exception):
    """Base of all errors of albert-widgets.

    Parameters
    ----------
    message
        What was wrong, with the offending value, as one sentence.
    hint
        What to do or to type instead; may be empty.
    **details
        JSON-serialisable facts for programs (limits, ids, counts).
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def to_dict(self) -> dict[str, Any]:
        """Return the body that travels over HTTP and over the widget comm."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "details": self.details,
        }


class RequestMalformed(AlbertError):
    """The request itself cannot be read: wrong types, missing fields, bad JSON."""

    code, status = "malformed", 400


class Unauthorized(AlbertError):
    """No token or a wrong one."""

    code, status = "unauthorized", 401


class Forbidden(AlbertError):
    """A foreign Host or Origin header, or what this user may not do."""

    code, status = "forbidden", 403


class ModelNotFound(AlbertError):
    """No model of that id in the catalogue."""

    code, status = "model_not_found", 404


class JobNotFound(AlbertError):
    """No job of that id."""

    code, status = "job_not_found", 404


class NotFound(AlbertError):
    """No such route."""

    code, status = "not_found", 404


class MethodNotAllowed(AlbertError):
    """The route exists, but not for this HTTP method."""

    code, status = "method_not_allowed", 405


class Conflict(AlbertError):
    """The request fights with the present state: in use, already running, already finished."""

    code, status = "conflict", 409


class TooLarge(AlbertError):
    """The input is over a documented limit."""

    code, status = "too_large", 413


class InputInvalid(AlbertError):
    """The input was understood but cannot be processed (empty text, wrong layer, no [MASK])."""

    code, status = "input_invalid", 422


class TaskUnsupported(InputInvalid):
    """The model has no head for what was asked."""

    code = "task_unsupported"


class ModelFailed(AlbertError):
    """The model's files are broken or the model failed while it worked."""

    code, status = "model_failed", 424


class ModelUnsafe(ModelFailed):
    """The model would run foreign code or unpickle data; albert-widgets refuses it."""

    code = "model_unsafe"


class Overloaded(AlbertError):
    """Too many requests wait already; ``details["retry_after"]`` is in seconds."""

    code, status = "overloaded", 429


class MissingExtra(AlbertError):
    """A part of the package that is not installed; the hint holds the command that installs it."""

    code, status = "missing_extra", 501

    @classmethod
    def of(cls, extra: str, feature: str) -> MissingExtra:
        """Build the error for ``feature``, which needs ``albert-widgets[extra]``."""
        return cls(
            f"{feature} needs the {extra!r} part of albert-widgets, which is not installed here.",
            f'pip install "albert-widgets[{extra}]"',
            extra=extra,
        )


class BackendUnavailable(AlbertError):
    """No backend answers, or it went away in the middle of a call."""

    code, status = "backend_unavailable", 503


class VersionMismatch(BackendUnavailable):
    """Client and backend are of different versions of albert-widgets."""

    code = "version_mismatch"


class NoRoom(AlbertError):
    """Not enough disk or memory."""

    code, status = "no_room", 507


def _family(cls: type[AlbertError]) -> dict[str, type[AlbertError]]:
    family = {cls.code: cls}
    for child in cls.__subclasses__():
        family.update(_family(child))
    return family


def error_from_dict(body: dict[str, Any]) -> AlbertError:
    """Rebuild the error that :meth:`AlbertError.to_dict` described; unknown codes become the base class."""
    cls = _family(AlbertError).get(str(body.get("code")), AlbertError)
    return cls(str(body.get("message", "")), str(body.get("hint", "")), **(body.get("details") or {}))
