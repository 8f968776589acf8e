"""What a user may do: everybody uses the models and steers own jobs; what touches others is for who manages.

Only users with a name are asked: the owner of the process, and the one user of a file with one token, may do all.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from albert_widgets.backend.callers import user
from albert_widgets.errors import Forbidden, InputInvalid, JobNotFound, Overloaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from albert_widgets.job import Job, JobInfo
    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import Deleted, JudgedRows, ModelInfo

    from .limits import Limits
    from .users import Users

OPEN = frozenset(
    {
        *("default_model", "status", "models", "model", "model_card", "hub_models", "download_plan", "deleted"),
        *("tokenize", "count_tokens", "embed", "similar", "predict", "fill_mask", "summarize", "rouge"),
        *("embed_stream", "predict_stream", "attention", "head_statistics", "flow", "neurons", "head_importance"),
        *("attribute", "effect", "compare", "check", "baseline", "evaluate", "fit_report", "runs", "study"),
        *("jobs", "job", "job_info", "job_events"),
    }
)
"""Methods that everybody may call: they use models, or read what a class compares. Texts of others are in none."""
JOBS = frozenset({"download", "fit", "sweep", "cross_validate", "learning_curve"})
"""Methods that everybody may call as long as there is room for one more job of this user."""
MANAGED = {
    "register": "add a folder of the backend's machine to the models",
    "set_default": "choose what new notebooks begin with",
    "set_memory_budget": "change what models may take of the memory",
    "use": "change the default of the backend itself",
    "close": "close the backend",
}
"""Methods for who manages, and what they do."""
ASK = "Ask who manages this backend: in its token file, they have the word manage behind their token."
JOB_RETRY_SECONDS = 60


class Access:
    """A backend as a user may use it; each method that is nowhere named here is for who manages.

    Whose work it is, is looked up when a method is called (:data:`albert_widgets.backend.callers.user`).
    """

    def __init__(self, backend: BertBackend, users: Users, limits: Limits) -> None:
        self._backend = backend
        self._users = users
        self._limits = limits
        self._lock = threading.Lock()
        self._beginning: Counter[str] = Counter()
        # Who has set aside what, by the id in the trash; that is emptied after an hour.
        self._set_aside: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._backend, name)
        if name in OPEN:
            return found
        return self._as_job(found) if name in JOBS else self._managed(found, MANAGED.get(name, f"call {name}"))

    # --- models ---------------------------------------------------------------------------------

    def load(self, model: str | None = None, *, device: str = "auto", dtype: str = "auto") -> ModelInfo:
        """Bring a model into memory; one that others use stays on its device and in its dtype."""
        if (device, dtype) != ("auto", "auto") and not self._may_manage:
            info = self._backend.model(model)
            if info.is_loaded and not (device in {"auto", info.device} and dtype in {"auto", info.dtype}):
                self._check_alone(info, "load it anew")
        return self._backend.load(model, device=device, dtype=dtype)

    def unload(self, model: str | None = None) -> ModelInfo:
        """Take a model out of memory that nobody else has used."""
        if not self._may_manage:
            self._check_alone(self._backend.model(model), "take it out of memory")
        return self._backend.unload(model)

    def delete(self, model: str, *, revision: str | None = None, keep: bool = False) -> Deleted:
        """Delete a model of one's own."""
        self._check_own(model, "delete it")
        deleted = self._backend.delete(model, revision=revision, keep=keep)
        if deleted.id:
            self._set_aside[deleted.id] = user.get()
        return deleted

    def restore(self, id: str) -> ModelInfo:
        """Bring back what one has deleted oneself."""
        self._check_deleted([id])
        return self._backend.restore(id)

    def empty_trash(self, ids: Sequence[str] | None = None) -> int:
        """Delete for good what one has deleted oneself."""
        if ids is None and not self._may_manage:
            ids = [one.id for one in self._backend.deleted() if self._set_aside.get(one.id) == user.get()]
        self._check_deleted(ids or ())
        return self._backend.empty_trash(ids)

    def rename(self, model: str, name: str) -> ModelInfo:
        """Give a model of one's own another name."""
        self._check_own(model, "rename it")
        return self._backend.rename(model, name)

    def export(self, model: str | None = None, *, format: str = "onnx", precision: str = "float32") -> Job:
        """Export a model, but not over what somebody else has exported."""
        name = self._backend.model(model).id
        spec = {"model": name, "format": format, "precision": precision}
        for job in self._backend.jobs() if not self._may_manage else ():
            if (job.kind, job.spec, job.state) == ("export", spec, "finished") and job.user != user.get():
                raise Forbidden(
                    f"{name} is exported already, by {job.user or 'who runs the backend'}; "
                    f"{user.get()} may not write over it.",
                    f"It is in {job.result['folder']}. {ASK}",
                )
        with self._room_for_job():
            return self._backend.export(name, format=format, precision=precision)

    def push(self, model: str, repo: str, *, private: bool = True, token: str | None = None) -> Job:
        """Push a model of one's own with a token of one's own: the backend's is its owner's."""
        if not self._may_manage:
            self._check_own(model, "push it to the hub")
            if not token:
                raise Forbidden(
                    f"{user.get()} may not push with the hub's token of the backend's machine.",
                    'Give your own: push(…, token="hf_…").',
                )
        with self._room_for_job():
            return self._backend.push(model, repo, private=private, token=token)

    def judged_rows(self, model: str | None = None, **how: Any) -> JudgedRows:
        """Return rows of a training of one's own: they are texts."""
        if not self._may_manage:
            self._check_own(self._backend.model(model).id, "read the texts that it was judged on")
        return self._backend.judged_rows(model, **how)

    # --- jobs -----------------------------------------------------------------------------------

    def stop_job(self, id: str) -> JobInfo:
        """End a job of one's own."""
        self._check_job(id, "stop")
        return self._backend.stop_job(id)

    def pause_job(self, id: str) -> JobInfo:
        """Let a job of one's own rest."""
        self._check_job(id, "pause")
        return self._backend.pause_job(id)

    def resume_job(self, id: str) -> JobInfo:
        """Queue a job of one's own again."""
        self._check_job(id, "resume")
        with self._room_for_job():
            return self._backend.resume_job(id)

    # --- inside ---------------------------------------------------------------------------------

    @property
    def _may_manage(self) -> bool:
        return self._users.manages(user.get())

    def _managed(self, method: Callable[..., Any], what: str) -> Callable[..., Any]:
        @functools.wraps(method)
        def asked(*arguments: Any, **named: Any) -> Any:
            if not self._may_manage:
                raise Forbidden(f"{user.get()} may not {what}.", ASK)
            return method(*arguments, **named)

        return asked

    def _as_job(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def counted(*arguments: Any, **named: Any) -> Any:
            with self._room_for_job():
                return method(*arguments, **named)

        return counted

    @contextmanager
    def _room_for_job(self) -> Iterator[None]:
        """Begin a job while the block runs. Raises Overloaded."""
        name, limit = user.get(), self._limits.user_jobs
        if not name:
            yield
            return
        with self._lock:
            going = sum(job.user == name and job.state in {"queued", "running"} for job in self._backend.jobs())
            if going + self._beginning[name] >= limit:
                raise Overloaded(
                    f"{name} has {going} job(s) queued or running already; {limit} is the limit for each user.",
                    "Wait for one to end, or stop one: %albert jobs. (albert-widgets serve --user-jobs)",
                    retry_after=JOB_RETRY_SECONDS,
                    limit=limit,
                )
            self._beginning[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._beginning[name] -= 1

    def _check_job(self, id: str, what: str) -> None:
        if self._may_manage:
            return
        job = self._backend.job_info(id)
        if job.user != user.get():
            raise Forbidden(
                f"Job {job.id} is {_of(job.user)}; {user.get()} may not {what} it.", f"Yours are in %albert jobs. {ASK}"
            )

    def _check_alone(self, info: ModelInfo, what: str) -> None:
        me = user.get()
        others = [one for one in info.used_by if one != me and not one.endswith(f" ({me})")]
        if others:
            raise Forbidden(
                f"{info.id} is used by {others[0]}, too; {me} may not {what}.",
                f"It leaves memory by itself when the room is needed. {ASK}",
            )

    def _check_own(self, model: str, what: str) -> None:
        if self._may_manage:
            return
        info = self._backend.model(model)
        maker = self._maker(info)
        if maker != user.get():
            whose = _of(maker) if maker is not None else "everybody's"
            raise Forbidden(f"{info.id} is {whose}; {user.get()} may not {what}.", ASK)

    def _maker(self, info: ModelInfo) -> str | None:
        """Return who has trained a model; None where nobody here has."""
        if info.source != "run":
            return None
        try:
            return self._backend.job_info(self._backend.fit_report(info.id).job).user
        except (InputInvalid, JobNotFound):
            return None

    def _check_deleted(self, ids: Sequence[str]) -> None:
        me = user.get()
        if not self._may_manage and any(self._set_aside.get(one) != me for one in ids):
            raise Forbidden(f"Somebody else than {me} has deleted that.", ASK)


def _of(name: str) -> str:
    return f"{name}'s" if name else "of who runs the backend"
