"""The model manager's part of :class:`~albert_widgets.backend.Backend`: models as files."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from albert_widgets import folders
from albert_widgets.errors import Conflict, InputInvalid
from albert_widgets.inputs import check_text
from albert_widgets.job import Job
from albert_widgets.results import Deleted, ModelCard
from albert_widgets.results.models import readable_bytes

from .hub_cache import hub_cache
from .trash import KEPT_SECONDS, Trash, not_here, taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from albert_widgets.job import JobSource
    from albert_widgets.results import DownloadPlan, HubModels, ModelInfo, Status

    from .catalog import Catalog
    from .jobs import JobStore
    from .pool import Pool


LEAST_BUDGET = 1_000_000
"""Bytes that loaded weights may take at least."""


def usual_budget(machine: int) -> int:
    """Return the bytes that loaded weights may take of a machine's memory when nobody says it."""
    return min(8_000_000_000, machine // 2)


class BackendManager:
    """What is done to models as files; see :class:`albert_widgets.manager.Manager`."""

    if TYPE_CHECKING:
        _catalog: Catalog
        _pool: Pool
        _chosen: str | None
        _machine_memory: int

        @property
        def _store(self) -> JobStore: ...
        def _id(self, model: str | None) -> str: ...
        def model(self, model: str | None = None) -> ModelInfo: ...  # noqa: D102
        def status(self) -> Status: ...  # noqa: D102

    _clock: threading.Timer | None = None

    # --- what new notebooks begin with, and what models may take ---------------------------------

    def set_default(self, model: str) -> ModelInfo:
        """Make ``model`` the one that new notebooks begin with."""
        from .remembered import choose_default

        info = self.model(check_text(model, "model"))
        choose_default(info.id)
        self._catalog.changed()
        return info

    def set_memory_budget(self, budget: int | None) -> Status:
        """Let loaded weights take ``budget`` bytes until the backend ends."""
        machine = self._machine_memory
        if budget is not None and not (type(budget) is int and LEAST_BUDGET <= budget <= machine):
            raise InputInvalid(
                f"budget={budget!r} is no number of bytes that models can take.",
                f"Choose {readable_bytes(LEAST_BUDGET)} to {readable_bytes(machine)}: {LEAST_BUDGET} to {machine}.",
            )
        self._pool.set_budget(usual_budget(machine) if budget is None else budget)
        return self.status()

    def model_card(self, model: str | None = None) -> ModelCard:
        """Return the card of a model on this machine."""
        from huggingface_hub import constants

        from .readme import prose

        entry = self._catalog.find(self._id(model))
        page = f"{constants.ENDPOINT}/{entry.info.id}" if entry.info.source == "hub" else ""
        return ModelCard(entry.info.id, prose(entry.folder), page)

    # --- deleting, bringing back, renaming ------------------------------------------------------

    def delete(self, model: str, *, revision: str | None = None, keep: bool = False) -> Deleted:
        """Delete a model's files, and say how many bytes that frees."""
        from .removal import removal_of

        entry = self._catalog.find(check_text(model, "model"))
        self._empty_old()
        with self._moving(entry.info.id):
            removal = removal_of(self._catalog.find(entry.info.id), _models(), revision)
            registered = str(entry.folder) if entry.info.source == "folder" else ""
            if registered and not keep:
                put = Deleted(entry.info.id, 0, time=time.time())
            else:
                folders.room("models")
                put = Trash(removal.root).put(
                    *(entry.info.id, removal.revision, removal.own, removal.shared),
                    registered=registered,
                    for_good=not keep,
                )
            if registered:
                known = self._catalog.registered()
                self._catalog.set_registered({name: path for name, path in known.items() if name != entry.info.id})
        if keep:
            self._wind()
            return put
        # Apart from the locks: gigabytes take their time.
        Trash(removal.root).empty([put.id])
        return replace(put, id="")

    def deleted(self) -> list[Deleted]:
        """Return what was set aside, the newest first."""
        return sorted((one for trash in _trashes() for one in trash.deleted()), key=lambda one: -one.time)

    def restore(self, id: str) -> ModelInfo:
        """Bring back what was set aside."""
        for trash in _trashes():
            found = next((one for one in trash.deleted() if one.id == id), None)
            if found is None:
                continue
            with self._catalog.lock:
                if found.model in (known := self._catalog.registered()):
                    raise taken(found.model)
                record = trash.restore(id)
                if record.registered:
                    self._catalog.set_registered({**known, record.model: record.registered})
                self._catalog.changed()
            return self.model(found.model)
        raise not_here(id)

    def empty_trash(self, ids: Sequence[str] | None = None) -> int:
        """Delete for good what was set aside; return the bytes that are freed."""
        return sum(trash.empty(ids) for trash in _trashes())

    def rename(self, model: str, name: str) -> ModelInfo:
        """Give a fine-tuned model or a registered folder another name."""
        from albert_widgets.fit_settings import check_run_name

        from .catalog import usable_name
        from .remembered import renamed
        from .removal import really_inside
        from .renaming import rename_run

        entry, name = self._catalog.find(check_text(model, "model")), check_text(name, "name")
        old, source = entry.info.id, entry.info.source
        if source not in {"run", "folder"}:
            raise InputInvalid(
                f"{old} was not made here, so it keeps its name.",
                "What can be renamed are run:NAME and the folders that you registered.",
            )
        name = check_run_name(name.removeprefix("run:")) if source == "run" else usable_name(name)
        new = f"run:{name}" if source == "run" else name
        with self._moving(old, new), self._catalog.lock:
            if any(info.id == new for info in self._catalog.models()):
                raise Conflict(f"There is a model {new} already.", f"Choose another name, such as {name}-2.")
            if source == "run":
                rename_run(really_inside(entry.folder, _models(), old), name)
            else:
                known = self._catalog.registered()
                # In the place where it stood.
                self._catalog.set_registered({(new if one == old else one): path for one, path in known.items()})
            renamed(old, new)
        if self._chosen == old:
            self._chosen = new
        return self.model(new)

    @contextlib.contextmanager
    def _moving(self, *models: str) -> Iterator[None]:
        """Let nobody load these models, and no job begin, while their files are moved.

        Raises
        ------
        Conflict
            One of them is in memory, or a job works with it.
        """
        from .removal import check_no_job

        with contextlib.ExitStack() as stack:
            for model in dict.fromkeys(models):
                stack.enter_context(self._pool.reserve(model))
            check_no_job(stack.enter_context(self._store.held()), *models)
            try:
                yield
            finally:
                self._catalog.changed()

    def _wind(self) -> None:
        """Look again when what was set aside last is too old to be brought back."""
        self._unwind()
        self._clock = threading.Timer(KEPT_SECONDS + 1, self._empty_old)
        self._clock.daemon = True
        self._clock.start()

    def _unwind(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _empty_old(self) -> None:
        for trash in _trashes():
            trash.deleted()
            trash.empty(())

    # --- the hub --------------------------------------------------------------------------------

    def hub_models(
        self, query: str = "", *, language: str | None = None, task: str | None = None, limit: int = 30
    ) -> HubModels:
        """Return models of the hub that can be downloaded and used here."""
        from .hub.search import search

        return search(self._catalog, query, language=language, task=task, limit=limit)

    def download_plan(self, model: str, *, revision: str | None = None) -> DownloadPlan:
        """Ask the hub what a download would fetch."""
        from .hub.plan import plan

        return plan(check_text(model, "model"), revision)

    # --- long work ------------------------------------------------------------------------------

    def export(self, model: str | None = None, *, format: str = "onnx", precision: str = "float32") -> Job:
        """Start to export a model with its tokenizer for other runtimes."""
        from .export.plan import check_export

        spec = check_export(self._catalog, self._id(model), format=format, precision=precision)
        return Job(cast("JobSource", self), self._store.submit("export", spec).id)


def _models() -> Path:
    return folders.home() / "models"


def _trashes() -> list[Trash]:
    return [Trash(_models()), Trash(hub_cache())]
