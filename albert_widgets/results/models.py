"""The answer to ``models``: what there is to use, read from configs alone."""

from __future__ import annotations

from dataclasses import dataclass

from .html import table, text_table


def readable_bytes(count: float) -> str:
    """Return a byte count as people read it: ``"91 MB"``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if count >= 10 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


@dataclass(frozen=True)
class Revision:
    """One commit of a hub model that is in the cache.

    Attributes
    ----------
    commit
        Its 40 hexadecimal digits.
    refs
        Branches and tags that mean it: ``("main",)``.
    bytes
        On disk, shared files counted in each revision.
    last_modified
        Seconds since the epoch.
    """

    commit: str
    refs: tuple[str, ...] = ()
    bytes: int = 0
    last_modified: float = 0.0


@dataclass(frozen=True)
class ModelInfo:
    """A model of the catalogue.

    Attributes
    ----------
    id
        ``"starter"``, a hub id, ``"run:<name>"`` or the name of a registered folder.
    source
        ``"starter"``, ``"hub"``, ``"run"`` or ``"folder"``.
    architecture, model_type
        As the config says: ``"BertForSequenceClassification"``, ``"bert"``.
    task
        ``"encoder"``, ``"text-classification"``, ``"fill-mask"`` or another head's task.
    labels
        Names of the classes of a classifier, in order.
    languages
        ISO codes of the model card, may be empty.
    num_hidden_layers, num_attention_heads, hidden_size, vocab_size
        Of the encoder; 0 when the config does not say.
    max_length
        Tokens read at once; 0 when there is no limit.
    parameters
        Number of weights, from the safetensors headers; 0 when unknown.
    dtype
        Of the weights on disk, ``"float32"``; loaded: of the loaded weights.
    bytes_on_disk, bytes_loaded
        Bytes; ``bytes_loaded`` is 0 while the model is not in memory.
    device
        Where it is loaded, ``""`` when it is not.
    last_used
        Seconds since the epoch, 0.0 when never.
    used_by
        Notebooks (their paths on the Jupyter server) and programs that have worked with it since it is in memory,
        the last one first.
    revisions
        Of a hub model: what of it is in the cache, the newest first.
    base
        Of a fine-tuned model: the id of the one that it was trained from.
    is_usable
        Whether it can be loaded; :attr:`warnings` say why not.
    formats
        Weight formats found: ``"safetensors"``, ``"pytorch_bin"``, ``"onnx"``, ``"tensorflow"``.
    warnings
        Why it cannot be loaded, or what to know.
    """

    id: str
    source: str
    architecture: str = ""
    model_type: str = ""
    task: str = "encoder"
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    num_hidden_layers: int = 0
    num_attention_heads: int = 0
    hidden_size: int = 0
    vocab_size: int = 0
    max_length: int = 0
    parameters: int = 0
    dtype: str = ""
    bytes_on_disk: int = 0
    bytes_loaded: int = 0
    device: str = ""
    last_used: float = 0.0
    licence: str = ""
    revision: str = ""
    formats: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    revisions: tuple[Revision, ...] = ()
    base: str = ""
    is_usable: bool = True

    @property
    def is_loaded(self) -> bool:
        """Whether the model is in the backend's memory."""
        return bool(self.device)

    @property
    def shape(self) -> str:
        """Layers × heads, as shown beside a model's name: ``"6×12"``."""
        return f"{self.num_hidden_layers}×{self.num_attention_heads}"

    def row(self) -> tuple[object, ...]:
        """Return the model as a row of :class:`ModelList`."""
        return (
            self.id,
            self.task,
            self.model_type,
            self.shape,
            readable_bytes(self.bytes_on_disk),
            f"{self.device}, {readable_bytes(self.bytes_loaded)}" if self.is_loaded else "",
            " ".join(self.warnings),
        )

    def _repr_html_(self) -> str:
        return table(COLUMNS, [self.row()])


COLUMNS = ("model", "task", "type", "layers×heads", "on disk", "in memory", "")


class ModelList(tuple[ModelInfo, ...]):
    """The models of a catalogue, shown as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        return text_table(COLUMNS, [model.row() for model in self])

    def _repr_html_(self) -> str:
        return table(COLUMNS, [model.row() for model in self])
