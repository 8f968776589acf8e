"""The model manager's part of the :class:`~albert_widgets.service.client.Client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from albert_widgets.inputs import check_query, check_text
from albert_widgets.job import Job
from albert_widgets.results import HubModels

from .address import segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.job import JobSource
    from albert_widgets.results import Deleted, DownloadPlan, ModelCard, ModelInfo, Status

    from .transport import Transport


class ClientManager:
    """What is done to models as files; see :class:`albert_widgets.manager.Manager`."""

    if TYPE_CHECKING:
        _transport: Transport
        _default_model: str

        def _get(self, path: str) -> Any: ...
        def _post(self, path: str, **body: Any) -> Any: ...
        def _id(self, model: str | None) -> str: ...
        def _model_path(self, model: str | None) -> str: ...

    def set_default(self, model: str) -> ModelInfo:
        """Make ``model`` the one that new notebooks begin with."""
        return cast("ModelInfo", self._post("/default-model", model=check_text(model, "model")))

    def set_memory_budget(self, budget: int | None) -> Status:
        """Let loaded weights take ``budget`` bytes until the backend ends."""
        return cast("Status", self._post("/memory-budget", budget=budget))

    def model_card(self, model: str | None = None) -> ModelCard:
        """Return the card of a model on the backend's machine."""
        return cast("ModelCard", self._get(f"/cards/{segment(self._id(model))}"))

    def hub_models(
        self, query: str = "", *, language: str | None = None, task: str | None = None, limit: int = 30
    ) -> HubModels:
        """Return models of the hub that can be downloaded and used there."""
        asked = {"query": check_query(query), "language": language, "task": task, "limit": limit}
        given = {name: value for name, value in asked.items() if value is not None}
        return HubModels(self._get(f"/hub/models?{urlencode(given, errors='replace')}"))

    def download_plan(self, model: str, *, revision: str | None = None) -> DownloadPlan:
        """Ask the hub what a download would fetch."""
        asked = f"?{urlencode({'revision': revision}, errors='replace')}" if revision is not None else ""
        return cast("DownloadPlan", self._get(f"/hub/models/{segment(check_text(model, 'model'))}{asked}"))

    def delete(self, model: str, *, revision: str | None = None, keep: bool = False) -> Deleted:
        """Delete a model's files, and say how many bytes that frees."""
        asked = {"keep": str(keep).lower(), **({} if revision is None else {"revision": revision})}
        path = f"{self._model_path(check_text(model, 'model'))}?{urlencode(asked, errors='replace')}"
        return cast("Deleted", self._transport.call("DELETE", path))

    def deleted(self) -> list[Deleted]:
        """Return what was set aside, the newest first."""
        return cast("list[Deleted]", self._get("/trash"))

    def restore(self, id: str) -> ModelInfo:
        """Bring back what was set aside."""
        return cast("ModelInfo", self._post(f"/trash/{segment(check_text(id, 'id'))}/restore"))

    def empty_trash(self, ids: Sequence[str] | None = None) -> int:
        """Delete what was set aside for good; return the bytes that are freed."""
        return int(self._post("/trash/empty", ids=None if ids is None else list(ids))["bytes"])

    def rename(self, model: str, name: str) -> ModelInfo:
        """Give a fine-tuned model or a registered folder another name."""
        path = f"{self._model_path(check_text(model, 'model'))}/rename"
        info = cast("ModelInfo", self._post(path, name=check_text(name, "name")))
        if self._default_model == model:
            self._default_model = info.id
        return info

    def export(self, model: str | None = None, *, format: str = "onnx", precision: str = "float32") -> Job:
        """Start to export a model with its tokenizer for other runtimes."""
        info = self._post(f"{self._model_path(model)}/export", format=format, precision=precision)
        return Job(cast("JobSource", self), info.id)
