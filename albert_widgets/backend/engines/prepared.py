"""Models that were made ready for onnxruntime: where they lie, what is known of them; torch is not imported.

They lie in ``cache/engines``, in a folder that is named for what they were made of: weights, config, tokenizer,
the version of onnxruntime, and the processor that they were measured on. Hashing weights takes a while, so that
name is kept under a seal: sizes and times of the checkpoint's files.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets import folders
from albert_widgets.backend.disk import whole
from albert_widgets.backend.encoding import Padding
from albert_widgets.backend.seals import answering, digest, seal
from albert_widgets.errors import AlbertError

from .engine import OVERHEAD, TOKENS_PER_BATCH
from .processor import described

if TYPE_CHECKING:
    from pathlib import Path

LAYOUT = 5
"""Version of what is written here; another one is made anew."""
NEEDED = ("onnx", "onnxruntime", "onnxscript")
ABOUT = "engine.json"


@dataclass(frozen=True)
class Batch:
    """Batches that suit an engine.

    Attributes
    ----------
    tokens
        Of a padded batch that it is fastest with.
    overhead
        What a pass costs beside its tokens, as so many tokens.
    """

    tokens: int = TOKENS_PER_BATCH
    overhead: int = OVERHEAD


@dataclass(frozen=True)
class Prepared:
    """One output of a checkpoint in one precision, ready for onnxruntime.

    Attributes
    ----------
    output
        ``"logits"`` or ``"last_hidden_state"``.
    inputs
        Names of the arrays that it takes.
    max_length
        Tokens that the model reads at once; 0 for no limit.
    problem_type
        Of a classifier; empty for others.
    difference
        On texts of several lengths and scripts: in float32 the largest distance of a number from torch's, in int8 that
        of all answers from float32, as a share of their length.
    batch, torch_batch
        What batches suit onnxruntime, and torch, on this machine.
    speed
        How many times as fast as torch on this machine, over batches of several shapes; 0 where it was not compared.
    """

    output: str
    precision: str
    inputs: tuple[str, ...]
    max_length: int
    problem_type: str
    padding: Padding
    difference: float
    batch: Batch
    torch_batch: Batch
    speed: float
    folder: Path

    @classmethod
    def read(cls, folder: Path) -> Prepared:
        """Return what was written in a folder. Raises OSError, ValueError, TypeError or KeyError where it is broken."""
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        made = cls(
            **{
                **told,
                "inputs": tuple(told["inputs"]),
                "padding": Padding(**told["padding"]),
                "batch": Batch(**told["batch"]),
                "torch_batch": Batch(**told["torch_batch"]),
            },
            folder=folder,
        )
        if not made.model.is_file():
            raise FileNotFoundError(made.model)
        return made

    def write(self) -> None:
        """Write it into its folder, last of all files there."""
        told = asdict(self)
        del told["folder"]
        with whole(self.folder / ABOUT) as file:
            file.write_text(json.dumps(told, indent=1), encoding="utf-8")

    @property
    def model(self) -> Path:
        """The ONNX file."""
        return self.folder / "model.onnx"

    @property
    def bytes(self) -> int:
        """Bytes of the weights."""
        return sum(file.stat().st_size for file in self.folder.glob("model.onnx*"))


@dataclass(frozen=True)
class Failed:
    """Why a model cannot be made ready."""

    message: str


def can_be_prepared() -> bool:
    """Say whether models can be made ready here: nobody has switched it off, and the libraries are installed."""
    return not is_switched_off() and _are_installed(NEEDED)


def is_switched_off() -> bool:
    """Say whether torch alone is to answer: ``ALBERT_WIDGETS_ENGINE=torch``."""
    return os.environ.get("ALBERT_WIDGETS_ENGINE") == "torch"


@functools.cache
def _are_installed(names: tuple[str, ...]) -> bool:
    # Asked with each call of a model that is not ready.
    return all(importlib.util.find_spec(name) is not None for name in names)


def find(checkpoint: Path, output: str, precision: str) -> Prepared | Failed | None:
    """Return what was made of a checkpoint, why it could not be, or None where it was not tried, or cannot be used."""
    if not can_be_prepared() or (place := place_of(checkpoint)) is None:
        return None
    folder = place / f"{output}-{precision}"
    try:
        return Prepared.read(folder)
    except (OSError, ValueError, TypeError, KeyError):
        pass
    try:
        return Failed(folder.with_suffix(".failed").read_text(encoding="utf-8"))
    except OSError:
        return None


def ready_without_torch(checkpoint: Path, output: str) -> Prepared | None:
    """Return what can answer in torch's place from the start: ready in float32, and faster than torch."""
    found = find(checkpoint, output, "float32")
    return found if isinstance(found, Prepared) and found.speed >= 1 else None


def place_of(checkpoint: Path, *, hashed: bool = False) -> Path | None:
    """Return the folder of what is made of a checkpoint; None where its files were never hashed.

    Parameters
    ----------
    hashed
        Hash them now, and remember it.
    """
    sealed = seal(answering(checkpoint.resolve()), *_machine())
    if not sealed:
        return None
    base = folders.home() / "cache" / "engines"
    note = base / "seals" / sealed
    try:
        return base / note.read_text(encoding="ascii")
    except OSError:
        if not hashed:
            return None
    made_of = digest(answering(checkpoint), *_machine())
    note.parent.mkdir(parents=True, exist_ok=True)
    with whole(note) as file:
        file.write_text(made_of, encoding="ascii")
    return base / made_of


@functools.cache
def _machine() -> tuple[Any, ...]:
    return LAYOUT, importlib.metadata.version("onnxruntime"), described(), os.cpu_count()


def remember_failure(place: Path, output: str, precision: str, error: BaseException) -> None:
    """Note why a model cannot be made ready."""
    message = error.message if isinstance(error, AlbertError) else f"{type(error).__name__}: {error}"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{output}-{precision}.failed").write_text(message.splitlines()[0][:300], encoding="utf-8")
