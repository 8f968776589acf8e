"""Uploads to the hub, on explicit request: one commit of a model's own files, in bytes, stopped at once."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO

# As in .downloads: Xet's own transfer can be neither watched nor stopped.
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from huggingface_hub import CommitOperationAdd, HfApi, constants
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from albert_widgets._version import __version__
from albert_widgets.errors import AlbertError, BackendUnavailable, InputInvalid
from albert_widgets.results.models import readable_bytes

from .catalog import Catalog
from .checkpoint import first_line
from .job_worker import Ended
from .upload_plan import LOGIN, check_push, files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .job_worker import JobContext

PROGRESS_SECONDS = 0.5


class Sent:
    """Bytes of each file that have been sent; tells the job of them."""

    def __init__(self, context: JobContext, total: int) -> None:
        self._context = context
        self._total = total
        self._done: dict[str, int] = {}
        self._told = 0.0
        # Several files are sent at once.
        self._lock = threading.Lock()

    def up_to(self, name: str, position: int) -> None:
        """Take note of how much of a file has been sent. Raises Ended when the job was asked to end."""
        self._context.check()
        with self._lock:
            self._done[name] = position
            if time.monotonic() - self._told >= PROGRESS_SECONDS:
                self._told = time.monotonic()
                self._context.progress(sum(self._done.values()), self._total, "bytes")


class WatchedFile(CommitOperationAdd):
    """A file of a commit that tells how much of it has been sent."""

    sent: Sent

    @contextlib.contextmanager
    def as_file(self, with_tqdm: bool = False) -> Iterator[BinaryIO]:
        """Open the file; huggingface_hub asks for a progress bar when it sends, and not when it hashes."""
        with super().as_file() as file:
            if with_tqdm:
                read, name = file.read, self.path_in_repo

                def watched(size: int = -1) -> bytes:
                    piece = read(size)
                    self.sent.up_to(name, file.tell())
                    return piece

                file.read = watched  # type: ignore[method-assign]
            yield file


def push(context: JobContext) -> dict[str, Any]:
    """Send ``spec["model"]`` to ``spec["repo"]`` and return model, repo, url, commit, files and bytes.

    The token is that of the environment or of the saved login.

    Raises
    ------
    InputInvalid
        No token, one without the right to write, or a name that the hub does not take.
    BackendUnavailable
        The hub cannot be reached, or offline mode is on.
    """
    model, repo = str(context.spec["model"]), str(context.spec["repo"])
    entry = check_push(Catalog(), model, repo, None)
    try:
        return _send(context, model, repo, *files_of(entry.folder))
    except Exception as error:
        causes = list(_causes(error))
        if any(isinstance(cause, Ended) for cause in causes):
            raise Ended from None
        if (known := next(filter(None, (_in_words(cause, repo) for cause in causes)), None)) is not None:
            raise known from error
        raise


def _send(context: JobContext, model: str, repo: str, files: list[Any], left_out: list[str]) -> dict[str, Any]:
    total = sum(path.stat().st_size for path in files)
    context.log(f"{model}: {len(files)} files, {readable_bytes(total)}, to {constants.ENDPOINT}/{repo}")
    if left_out:
        context.log(f"Not sent: {', '.join(left_out)}")
    context.progress(0, total, "bytes")
    api = HfApi(library_name="albert-widgets", library_version=__version__)
    api.create_repo(repo, private=bool(context.spec["private"]), exist_ok=True)
    context.check()
    sent = Sent(context, total)
    operations = []
    for path in files:
        operation = WatchedFile(path.name, path)
        operation.sent = sent
        operations.append(operation)
    commit = api.create_commit(repo, operations, commit_message=f"{model}, by albert-widgets {__version__}")
    context.progress(total, total, "bytes")
    url = f"{constants.ENDPOINT}/{repo}"
    return {"model": model, "repo": repo, "url": url, "commit": commit.oid, "files": len(files), "bytes": total}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from: huggingface_hub puts what happens in its threads into another one."""
    while error is not None:
        yield error
        error = error.__cause__


def _in_words(error: BaseException, repo: str) -> AlbertError | None:  # noqa: PLR0911  # a table
    """Return what to tell the user, or None for what is no fault of hub, token or network."""
    if isinstance(error, AlbertError):
        return error
    if isinstance(error, OfflineModeIsEnabled):
        return BackendUnavailable("Offline mode is on, so nothing is uploaded.", "Unset HF_HUB_OFFLINE.")
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        if status == 401:
            return InputInvalid("The hub does not know the token.", LOGIN)
        if status in {403, 404}:
            return InputInvalid(
                f"The token may not write to {repo}.",
                "Is it your name, or an organisation's where you may write? " + LOGIN,
            )
        if status == 400:
            return InputInvalid(f"The hub does not take it: {first_line(error)}", "Choose another name.")
        return BackendUnavailable(f"The hub answers: {first_line(error)}", "Try again later: resume the job.")
    if type(error).__module__.startswith("httpx") or isinstance(error, ConnectionError):
        return BackendUnavailable(f"The hub cannot be reached: {first_line(error)}", "Check the network, then resume.")
    return None
