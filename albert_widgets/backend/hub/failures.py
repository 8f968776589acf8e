"""What the hub, the network and the disk can answer, in words; for searching, planning and downloading alike."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING

from huggingface_hub import constants, get_token
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from albert_widgets.backend.checkpoint import first_line
from albert_widgets.errors import AlbertError, BackendUnavailable, InputInvalid, ModelFailed, ModelNotFound, NoRoom

if TYPE_CHECKING:
    from collections.abc import Mapping

AGAIN = "Try again later; a download goes on where it was: resume the job."
LOGIN = "Log in on the backend's machine: hf auth login. Or set HF_TOKEN, and start the backend anew."
_TOKEN = re.compile(r"hf_[A-Za-z0-9]{4,}")


def in_words(error: Exception, model: str = "", revision: str | None = None) -> AlbertError | None:
    """Return what to tell the user, or None for what is no fault of hub, network or disk.

    Parameters
    ----------
    model, revision
        What was asked for; without a model, for a list of them.
    """
    if isinstance(error, AlbertError):
        return error
    if isinstance(error, HFValidationError):
        return InputInvalid(f"{model!r} is no id of the hub.", "Write it as owner/name.")
    if isinstance(error, OfflineModeIsEnabled):
        return BackendUnavailable("Offline mode is on, so the hub is not asked.", "Unset HF_HUB_OFFLINE.")
    if isinstance(error, HfHubHTTPError):
        return _of_status(error, model, revision)
    return _of_this_machine(error) or _of_the_line(error)


def is_passing(error: Exception) -> bool:
    """Whether it may be gone when one tries again in a moment: a broken or silent line, a hub out of breath."""
    if isinstance(error, HfHubHTTPError):
        return error.response.status_code >= 500 or error.response.status_code == 408
    return _is_of_httpx(error) or isinstance(error, TimeoutError | ConnectionError)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Return the seconds that a hub asks to wait, or None where it does not say."""
    if (said := headers.get("Retry-After", "").strip()).isdecimal():
        return int(said)
    found = re.search(r"\bt=(\d+)", headers.get("RateLimit", ""))
    return int(found[1]) if found else None


def _is_of_httpx(error: Exception) -> bool:
    # huggingface_hub moved from httpx to httpx2; both are a network's trouble.
    return any(cls.__module__.partition(".")[0] in {"httpx", "httpx2"} for cls in type(error).__mro__)


def _of_this_machine(error: Exception) -> AlbertError | None:
    """Return what to say of the disk, and of a token or a proxy that cannot be used."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NoRoom(f"The disk of {constants.HF_HUB_CACHE} is full.", "Free some space, then resume the job.")
    if isinstance(error, OSError) and error.filename is not None:
        # What a line raises names no file.
        hint = "Set HF_HOME to a folder that you can write to."
        return NoRoom(f"{str(error.filename)[:200]} cannot be written: {error.strerror}.", hint)
    if isinstance(error, UnicodeEncodeError) and not (get_token() or "").isascii():
        return BackendUnavailable("The token that is set here is none: it has letters that no token has.", LOGIN)
    if isinstance(error, ImportError) and "SOCKS" in str(error):
        return BackendUnavailable("The proxy that is set here speaks SOCKS.", 'pip install "httpx[socks]"')
    return None


def _of_the_line(error: Exception) -> AlbertError | None:
    """Return what to say of a network that does not carry."""
    if isinstance(error, TimeoutError) or "TimeoutException" in {cls.__name__ for cls in type(error).__mro__}:
        return BackendUnavailable(f"{constants.ENDPOINT} did not answer in time.", f"Check the network. {AGAIN}")
    if isinstance(error, OSError) or _is_of_httpx(error):
        return BackendUnavailable(
            f"{constants.ENDPOINT} cannot be reached: {_said(error)}", f"Check the network. {AGAIN}"
        )
    return None


def _of_status(error: HfHubHTTPError, model: str, revision: str | None) -> AlbertError:  # noqa: PLR0911  # a table
    status, page = error.response.status_code, f"{constants.ENDPOINT}/{model}"
    code, said = error.response.headers.get("X-Error-Code"), error.response.headers.get("X-Error-Message", "")
    if isinstance(error, GatedRepoError):
        hint = f"Accept it at {page}, then log in. {LOGIN}"
        return ModelNotFound(f"{model} is gated: its owner asks for a licence.", hint, page=page)
    if isinstance(error, RevisionNotFoundError):
        return ModelNotFound(f"{model} has no revision {revision!r}.", f"See {page}")
    if isinstance(error, EntryNotFoundError):
        return ModelFailed(
            f"The hub has no longer a file that it lists of {model} (404).", f"Another revision may be whole: {page}"
        )
    if status == 401 and get_token() and (code != "RepoNotFound" or "credentials" in said or "expired" in said):
        return BackendUnavailable("The hub does not know the token that is set here, or it has expired (401).", LOGIN)
    if isinstance(error, RepositoryNotFoundError) or (status in {401, 404} and model):
        return ModelNotFound(f"The hub has no model {model!r}, or it is private.", f"For a private one: {LOGIN}")
    if status in {401, 403}:
        what = f"let you have {model}" if model else "answer you"
        kind = ModelNotFound if model else BackendUnavailable
        hint = f"See {page}: it may ask for a licence, or for a token with the right to read it."
        return kind(f"The hub does not {what} ({status}).", hint if model else LOGIN)
    if status == 429:
        seconds = retry_after(error.response.headers)
        wait = f"Try again in {seconds} seconds." if seconds is not None else "Try again in a few minutes."
        more = "" if get_token() else " With a token (HF_TOKEN) the hub allows more."
        return BackendUnavailable(
            "The hub is asked too often from here (429).",
            f"{wait} A download goes on where it was: resume the job.{more}",
            retry_after=seconds,
        )
    if status >= 500:
        return BackendUnavailable(f"The hub is out of order ({status}).", AGAIN)
    return BackendUnavailable(f"The hub answers: {_said(error)}", AGAIN)


def _said(error: Exception) -> str:
    """Return an error's first line; a token that stands in it, as some proxies repeat it, is left out."""
    return _TOKEN.sub("hf_…", first_line(error))
