"""Where a backend is, what it asks for, and what to say when it cannot be reached there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from albert_widgets import folders
from albert_widgets._version import __version__
from albert_widgets.errors import (
    AlbertError,
    BackendUnavailable,
    InputInvalid,
    Unauthorized,
    VersionMismatch,
    error_from_dict,
)

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Address:
    """The url and token of a backend.

    Attributes
    ----------
    url
        Without a slash at its end; may have a path when a proxy is in front.
    is_renewable
        Whether a call that fails here starts a new backend next time.
    """

    url: str
    token: str
    is_renewable: bool = False

    @classmethod
    def checked(cls, url: str, token: str, *, is_renewable: bool = False) -> Address:
        """Return the address.

        Raises
        ------
        InputInvalid
            That is no url.
        Unauthorized
            That cannot be a token.
        """
        try:
            parts = urlsplit(url)
            is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except (ValueError, AttributeError):
            is_good = False
        if not is_good or not url.isprintable():
            raise InputInvalid(
                f"{url!r} is no address of a backend.", 'albert_widgets.connect("http://127.0.0.1:8765", token="…")'
            )
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise Unauthorized(
                f"There is no usable token for the backend at {url}.", "Give token=…, or set ALBERT_WIDGETS_TOKEN."
            )
        return cls(url.rstrip("/"), token, is_renewable)

    @property
    def is_loopback(self) -> bool:
        """Whether the backend is on this very machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def headers(self) -> dict[str, str]:
        """What every request says."""
        return {"Authorization": f"Bearer {self.token}", "User-Agent": f"albert-widgets/{__version__}"}

    @property
    def what_to_do(self) -> str:
        """What to type when the backend cannot be reached."""
        if not self.is_loopback:
            return (
                "Check that it runs, its address (http or https?), and its token: "
                "ALBERT_WIDGETS_URL, ALBERT_WIDGETS_TOKEN."
            )
        first = "Call it again: a new backend is started" if self.is_renewable else "Type: albert-widgets serve"
        return f"{first}. The log of the last one: {folders.log_file()}"

    def nobody(self) -> BackendUnavailable:
        """Return the error for a refused connection."""
        return BackendUnavailable(f"No backend answers at {self.url}.", self.what_to_do)

    def unreached(self, error: BaseException) -> BackendUnavailable:
        """Return the error for a connection that came to nothing: no trusted certificate, or nobody is there."""
        from .trust import distrusted

        return (distrusted(self.url, error) if self.url.startswith("https:") else None) or self.nobody()

    def lost(self) -> BackendUnavailable:
        """Return the error for a connection that broke while the backend worked."""
        return BackendUnavailable(f"The backend at {self.url} went away in the middle of the call.", self.what_to_do)

    def silent(self) -> BackendUnavailable:
        """Return the error for a call without an answer."""
        return BackendUnavailable(
            f"The backend at {self.url} did not answer in time.",
            f"Ask for less at a time. {self.what_to_do}",
        )

    def other_version(self, version: str) -> VersionMismatch:
        """Return the error for a backend of another version."""
        return VersionMismatch(
            f"This is albert-widgets {__version__}, but the backend at {self.url} is {version}.",
            "Restart the backend: albert-widgets serve --replace. "
            f'Or bring both to one version: pip install "albert-widgets=={version}", then restart the kernel.',
            client=__version__,
            backend=version,
        )

    def error_of(self, answer: httpx.Response) -> AlbertError:
        """Return the backend's own error in ``answer``, or one sentence when somebody else wrote it."""
        error = json_of(answer).get("error")
        if isinstance(error, dict) and "code" in error and "message" in error:
            return error_from_dict(error)
        said = f"{answer.status_code} {answer.reason_phrase}".strip()
        if answer.is_redirect:
            said += f" to {answer.headers.get('location', '?')[:80]}"
        if answer.status_code in {502, 503, 504}:
            message = f"A proxy at {self.url} cannot reach the backend ({said})."
        elif answer.status_code in {401, 403} or answer.is_redirect:
            message = f"Something in front of the backend at {self.url} asks for a login ({said})."
        else:
            message = f"What answers at {self.url} is no albert-widgets backend ({said})."
        return BackendUnavailable(message, self.what_to_do)


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in ``answer``; empty when there is none."""
    try:
        data = answer.json()
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def segment(id: str) -> str:
    """Return an id as one segment of a path; dots alone are encoded, or they would mean a folder above."""
    encoded = quote(str(id), safe="", errors="replace")
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded
