"""What is done to models as files: found on the hub, deleted, renamed, exported; a part of :class:`BertBackend`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .job import Job
    from .results import Deleted, DownloadPlan, HubModels, ModelCard, ModelInfo, Status

HUB_TASKS = ("encoder", "fill-mask", "text-classification", "summarization")
"""What a model of the hub can be looked for."""
EXPORT_FORMATS = ("onnx",)
EXPORT_PRECISIONS = ("float32", "float16", "int8")


class Manager(Protocol):
    """The model manager."""

    def set_default(self, model: str) -> ModelInfo:
        """Make ``model`` the one that new notebooks begin with; kept on the backend's machine.

        Handles that said :meth:`~albert_widgets.protocol.BertBackend.use` keep theirs. Raises ModelNotFound.
        """

    def set_memory_budget(self, budget: int | None) -> Status:
        """Let loaded weights take ``budget`` bytes until the backend ends; None is the usual half of the machine.

        Models that no longer fit leave memory, the least recently used first; ``Status.evictions`` says which.

        Raises
        ------
        InputInvalid
            Less than one megabyte, or more than the machine has.
        """

    def model_card(self, model: str | None = None) -> ModelCard:
        """Return the card of a model on this machine. Raises ModelNotFound."""

    def hub_models(
        self, query: str = "", *, language: str | None = None, task: str | None = None, limit: int = 30
    ) -> HubModels:
        """Return models of the hub that can be downloaded and used here.

        Parameters
        ----------
        query
            Words to look for on the hub; without any, a list of good models that comes with the package: offline.
        language, task
            An ISO code; ``"encoder"``, ``"fill-mask"``, ``"text-classification"`` or ``"summarization"``.
        limit
            How many at most, up to 100.

        Raises
        ------
        BackendUnavailable
            The hub cannot be reached, or offline mode is on.
        """

    def download_plan(self, model: str, *, revision: str | None = None) -> DownloadPlan:
        """Ask the hub what :meth:`download` would fetch: files, bytes, and whether the disk has room.

        Raises
        ------
        ModelNotFound, InputInvalid
            No such model or revision, a gated or private one without the right token, or no possible id.
        ModelUnsafe, ModelFailed
            It has no safetensors, or code of its own.
        BackendUnavailable
            The hub cannot be reached, or offline mode is on.
        """

    def delete(self, model: str, *, revision: str | None = None, keep: bool = False) -> Deleted:
        """Delete a model's files, and say how many bytes that frees.

        Of a registered folder only the registration goes; its files stay.

        Parameters
        ----------
        revision
            Of a hub model, only this commit (or the first digits of it); files that others share stay.
        keep
            Only set it aside: :meth:`restore` brings it back, until :meth:`empty_trash` or an hour has passed.

        Raises
        ------
        ModelNotFound
            There is no such model, or no such revision.
        Conflict
            It is in memory, or a job works with it.
        InputInvalid
            It is not ours to delete: the starter, or what is linked from another place.
        """

    def deleted(self) -> list[Deleted]:
        """Return what :meth:`delete` has set aside, the newest first."""

    def restore(self, id: str) -> ModelInfo:
        """Bring back what was set aside under ``Deleted.id``.

        Raises
        ------
        ModelNotFound
            It is gone.
        Conflict
            Another model has its place by now.
        """

    def empty_trash(self, ids: Sequence[str] | None = None) -> int:
        """Delete what was set aside (all, or those ids) for good; return the bytes that are freed."""

    def rename(self, model: str, name: str) -> ModelInfo:
        """Give a fine-tuned model or a registered folder another name.

        Raises
        ------
        ModelNotFound
            There is no such model.
        InputInvalid
            It cannot be renamed (starter, hub), or the name cannot be used.
        Conflict
            The name is taken, the model is in memory, or a job works with it.
        """

    def export(self, model: str | None = None, *, format: str = "onnx", precision: str = "float32") -> Job:
        """Start to export a model with its tokenizer for other runtimes, into a folder as transformers.js expects it.

        The folder is one for each model: an export adds its file to those in other precisions that were made of the
        same weights. ``golden.json`` beside them has 60 texts in 20 scripts with the right answers, and what each
        precision makes of them.

        Parameters
        ----------
        format
            ``"onnx"``.
        precision
            ``"float32"``, ``"float16"`` or ``"int8"`` (dynamic quantisation of the weights).

        Raises
        ------
        ModelNotFound, ModelUnsafe, ModelFailed
            As :meth:`~albert_widgets.protocol.BertBackend.load`.
        InputInvalid
            There is no such format or precision, or no way to export such a model.
        MissingExtra
            The ``export`` extra is not installed where the backend runs.
        """
