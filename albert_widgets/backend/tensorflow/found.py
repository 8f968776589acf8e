"""Whether a folder holds weights of TensorFlow, and what to type to get safetensors; reads names of files only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from albert_widgets.errors import ModelFailed

if TYPE_CHECKING:
    from pathlib import Path

KERAS_FILE = "tf_model.h5"
GOOGLE_CONFIG = "bert_config.json"
"""What Google's checkpoints have in place of ``config.json``."""


@dataclass(frozen=True)
class TensorFlowWeights:
    """Weights of TensorFlow in a folder.

    Attributes
    ----------
    kind
        ``"keras"``, or ``"checkpoint"`` for Google's format.
    path
        The HDF5 file; of a checkpoint, what all its files begin with.
    """

    kind: str
    path: Path

    @property
    def what(self) -> str:
        """What it is, in words."""
        if self.kind == "keras":
            return f"TensorFlow's weights ({self.path.name}, of a TFBert… or the like of transformers)"
        return f"a checkpoint of TensorFlow ({self.path.name}.*, as Google published BERT)"


def weights_of(folder: Path) -> list[TensorFlowWeights]:
    """Return all weights of TensorFlow in ``folder``; a Keras file comes first."""
    found = [TensorFlowWeights("keras", folder / KERAS_FILE)] if (folder / KERAS_FILE).is_file() else []
    indices = sorted(folder.glob("*.ckpt*.index")) if folder.is_dir() else []
    return found + [TensorFlowWeights("checkpoint", index.with_suffix("")) for index in indices]


def to_convert(folder: Path) -> ModelFailed | None:
    """Return the error for a folder that has weights of TensorFlow only; its hint says how to convert them."""
    found = weights_of(folder)
    if not found or any(folder.glob("*.safetensors")):
        return None
    return ModelFailed(
        f"{folder} has no model.safetensors, but {found[0].what}.",
        f"albert-widgets convert {folder} NAME writes them as safetensors into a new folder NAME.",
        convert=str(folder),
    )
