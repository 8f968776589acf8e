"""One file over a line that may break: it goes on where it was, a few times, and is checked before it counts."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from huggingface_hub import constants, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import hf_raise_for_status

from albert_widgets.errors import BackendUnavailable, ModelFailed
from albert_widgets.results.models import readable_bytes

from .cache import is_intact
from .failures import is_passing, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from huggingface_hub.hf_api import RepoSibling

    from .cache import RepoCache

PAUSES_SECONDS = (0.5, 2.0, 4.0)
"""Before each new try; as many tries as pauses, and all of them again once something has come."""
LONGEST_WAIT_SECONDS = 10
"""A hub that asks to wait longer is not waited for: the user is told."""


def fetch(cache: RepoCache, file: RepoSibling, check: Callable[[], None], log: Callable[[str], None]) -> None:
    """Bring a file into the cache's blob, unless it is there, going on with what an earlier try left.

    Parameters
    ----------
    check
        Raises when the work shall end.
    log
        Told of each new try.

    Raises
    ------
    ModelFailed
        The file is not what the hub says; what has come of it is deleted.
    Exception
        What huggingface_hub, the network or the disk raise, when trying again does not help.
    """
    with cache.lock(file):
        if cache.is_whole(file):
            return
        partial, failures, seen = cache.partial(file), 0, -1
        while True:
            check()
            have = _size(partial)
            failures = 0 if have > seen >= 0 else failures
            try:
                _go_on(cache, file, partial, check)
                break
            except Exception as error:
                wait = _pause(error, failures)
                if wait is None:
                    raise _broken(error, file, partial) from error
                seen, failures = have, failures + 1
                log(f"{file.rfilename}: the line broke at {readable_bytes(_size(partial))}; trying again")
                _sleep(wait, check)
        check()
        if not is_intact(partial, file):
            partial.unlink()
            raise ModelFailed(
                f"{file.rfilename} of {cache.model} is not what the hub says: its checksum is another one.",
                "The broken file is deleted. Resume the job to fetch it again.",
            )
        partial.replace(cache.blob(file))


def _go_on(cache: RepoCache, file: RepoSibling, partial: Path, check: Callable[[], None]) -> None:
    """Fetch what is missing of a file, once."""
    size = file.size or 0
    if _size(partial) > size:
        partial.unlink()
    have = _size(partial)
    if partial.exists() and have == size:
        return
    # A compressed answer could not be gone on with.
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    url, timeout = hf_hub_url(cache.model, file.rfilename, revision=cache.commit), constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
        if response.status_code == 416:
            # The partial file does not fit to what is there; from the beginning, then.
            partial.unlink()
        if response.status_code >= 400:
            with contextlib.suppress(Exception):
                response.read()
        hf_raise_for_status(response)
        begins_anew = response.status_code != 206
        announced = _announced(response.headers, 0 if begins_anew else have)
        if announced is not None and announced != size:
            partial.unlink(missing_ok=True)
            raise ModelFailed(
                f"{file.rfilename} of {cache.model} should have {size:,} bytes, but the hub sends {announced:,}.",
                "Try again later, or choose another revision.",
            )
        with partial.open("wb" if begins_anew else "ab") as opened:
            # In pieces as they come: what a piece of a given size still waits for would be lost with the line.
            for chunk in response.iter_bytes():
                opened.write(chunk)
                opened.flush()
                check()
                if opened.tell() > size:
                    break
    if _size(partial) < size:
        raise ConnectionError(f"{file.rfilename} ended after {_size(partial):,} of {size:,} bytes")


def _announced(headers: object, have: int) -> int | None:
    """Return how many bytes the whole file has by what an answer says, or None."""
    get = headers.get  # type: ignore[attr-defined]
    if (whole := str(get("Content-Range") or "").rpartition("/")[2]).isdecimal():
        return int(whole)
    if str(get("Content-Encoding") or "identity") == "identity" and str(get("Content-Length") or "").isdecimal():
        return have + int(get("Content-Length"))
    return None


def _pause(error: Exception, failures: int) -> float | None:
    """Return how long to wait before the next try, or None where there shall be none."""
    if failures >= len(PAUSES_SECONDS):
        return None
    if isinstance(error, HfHubHTTPError) and error.response.status_code in {416, 429}:
        asked = retry_after(error.response.headers) or 0
        return max(asked, PAUSES_SECONDS[failures]) if asked <= LONGEST_WAIT_SECONDS else None
    return PAUSES_SECONDS[failures] if is_passing(error) else None


def _broken(error: Exception, file: RepoSibling, partial: Path) -> Exception:
    """Return what to say of a line that broke too often; of all else, the error itself."""
    if isinstance(error, HfHubHTTPError) or not is_passing(error):
        return error
    silent = "TimeoutException" in {cls.__name__ for cls in type(error).__mro__}
    what = "is silent" if silent else "breaks again and again"
    got = f"{readable_bytes(_size(partial))} of {readable_bytes(file.size or 0)}"
    return BackendUnavailable(
        f"The line to {constants.ENDPOINT} {what}: {got} of {file.rfilename} have come.",
        "Check the network, then resume the job: it goes on where it was.",
    )


def _sleep(seconds: float, check: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))
        check()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
