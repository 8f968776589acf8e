"""What the hub offers, what a download would cost, and what a card says."""

from __future__ import annotations

from dataclasses import dataclass

from .html import table, text_table
from .models import readable_bytes


@dataclass(frozen=True)
class HubModel:
    """A model of the hub.

    Attributes
    ----------
    id
        ``"owner/name"``.
    task
        As :attr:`ModelInfo.task`.
    model_type
        ``"bert"``; empty when unknown.
    languages
        ISO codes; ``"multilingual"`` where it is many.
    parameters
        Number of weights; 0 when unknown.
    bytes
        Of the weights in safetensors, about; 0 when unknown.
    licence
        As the hub says: ``"apache-2.0"``.
    downloads, likes
        Of the hub, in the last 30 days and ever; 0 when unknown.
    is_gated
        Whether its owner asks for something first.
    is_here
        Whether it is on this machine already.
    note
        What it is good for, or what to know.
    """

    id: str
    task: str = "encoder"
    model_type: str = ""
    languages: tuple[str, ...] = ()
    parameters: int = 0
    bytes: int = 0
    licence: str = ""
    downloads: int = 0
    likes: int = 0
    is_gated: bool = False
    is_here: bool = False
    note: str = ""

    def row(self) -> tuple[object, ...]:
        """Return the model as a row of :class:`HubModels`."""
        size = readable_bytes(self.bytes) if self.bytes else ""
        return (self.id, self.task, " ".join(self.languages[:4]), size, self.licence, self.note)


_COLUMNS = ("model", "task", "languages", "size", "licence", "")


class HubModels(tuple[HubModel, ...]):
    """Models of the hub, shown as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        return text_table(_COLUMNS, [model.row() for model in self])

    def _repr_html_(self) -> str:
        return table(_COLUMNS, [model.row() for model in self])


@dataclass(frozen=True)
class DownloadPlan:
    """What a download would fetch.

    Attributes
    ----------
    model, revision
        The id, and the commit that the name of the revision means now.
    files
        Names and bytes of the files.
    bytes_total, bytes_missing, bytes_free
        Of all files; of those that are not here yet; of the disk that they go to.
    folder
        The cache that they go to.
    task, model_type, languages, licence
        As :class:`HubModel`.
    """

    model: str
    revision: str
    files: tuple[tuple[str, int], ...]
    bytes_total: int
    bytes_missing: int
    bytes_free: int
    folder: str
    task: str = "encoder"
    model_type: str = ""
    languages: tuple[str, ...] = ()
    licence: str = ""

    @property
    def fits(self) -> bool:
        """Whether the disk has room for it."""
        return self.bytes_missing <= self.bytes_free

    def __repr__(self) -> str:
        room = "" if self.fits else " — too little"
        return (
            f"{self.model}: {len(self.files)} files, {readable_bytes(self.bytes_total)}, "
            f"{readable_bytes(self.bytes_missing)} to fetch; {readable_bytes(self.bytes_free)} free{room}"
        )


@dataclass(frozen=True)
class ModelCard:
    """A model's card.

    Attributes
    ----------
    model
        Its id.
    text
        Markdown as its author wrote it, without the header of metadata; empty when it has none. Not to be trusted:
        what shows it must sanitise it.
    page
        Where the hub shows it; empty for a model of one's own.
    """

    model: str
    text: str
    page: str = ""

    def _repr_markdown_(self) -> str:
        return self.text or f"`{self.model}` has no card."


@dataclass(frozen=True)
class Deleted:
    """A model that was deleted.

    Attributes
    ----------
    model, revision
        What was deleted; ``revision`` is empty for the whole of it.
    bytes
        What that frees; of what is only set aside, once the trash is emptied.
    id
        By which :meth:`Manager.restore` brings it back; empty when it is gone for good.
    time
        Seconds since the epoch.
    """

    model: str
    bytes: int
    revision: str = ""
    id: str = ""
    time: float = 0.0

    def __repr__(self) -> str:
        if not self.bytes:
            return f"{self.model} is no longer registered; its files are where they were."
        what = f"{self.model} at {self.revision[:8]}" if self.revision else self.model
        if self.id:
            return f'{what} is set aside: bert.restore("{self.id}") brings it back ({readable_bytes(self.bytes)}).'
        return f"{what} is deleted: {readable_bytes(self.bytes)} are free again."
