"""The model manager's part of :class:`~albert_widgets.backend.Backend`: models as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from albert_widgets.inputs import check_text
from albert_widgets.job import Job

if TYPE_CHECKING:
    from albert_widgets.job import JobSource
    from albert_widgets.results import DownloadPlan, HubModels

    from .catalog import Catalog
    from .jobs import JobStore
    from .pool import Pool


class BackendManager:
    """What is done to models as files; see :class:`albert_widgets.manager.Manager`."""

    if TYPE_CHECKING:
        _catalog: Catalog
        _pool: Pool
        _default_model: str

        @property
        def _store(self) -> JobStore: ...
        def _id(self, model: str | None) -> str: ...

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
        from .export_plan import check_export

        spec = check_export(self._catalog, self._id(model), format=format, precision=precision)
        return Job(cast("JobSource", self), self._store.submit("export", spec).id)
