"""Reading the weights of a Keras file, as ``TFBert….save_pretrained`` of transformers wrote them."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import MissingExtra, ModelFailed

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def read_keras_file(path: Path) -> list[tuple[str, NDArray[Any]]]:
    """Return the variables in ``path`` with their names.

    Each lies under the name of its layer: ``bert/tf_bert_model/bert/pooler/dense/kernel:0``, where the first ``bert``
    is the layer. A variable that two layers share is there twice.

    Raises
    ------
    MissingExtra
        h5py is not installed.
    ModelFailed
        No HDF5 file, one that is cut short, or no weights of Keras in it.
    """
    if importlib.util.find_spec("h5py") is None:
        raise MissingExtra.of("convert", f"Reading {path.name}")
    import h5py

    found: list[tuple[str, NDArray[Any]]] = []

    def visit(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        if item.is_virtual or item.external:
            raise ModelFailed(f"{path.name} says that {name} lies in another file; albert-widgets does not look there.")
        if item.dtype.kind == "f":
            found.append((name.partition("/")[2], np.asarray(item[()])))

    try:
        with h5py.File(path, "r") as file:
            weights = file.get("model_weights", file)
            if "layer_names" not in weights.attrs:
                raise ModelFailed(f"{path.name} holds no weights of a Keras model.", "Is it another HDF5 file?")
            # Links, soft ones and those to other files, are not followed.
            weights.visititems(visit)
    except (OSError, RuntimeError, KeyError) as error:
        raise ModelFailed(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}.", "Is it whole? Download it again."
        ) from error
    return found
