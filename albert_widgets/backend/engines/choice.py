"""Which engine answers: onnxruntime where a model is ready for it and it is the faster one, torch everywhere else."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from albert_widgets.backend.checkpoint import first_line
from albert_widgets.errors import AlbertError, InputInvalid, MissingExtra

from .prepared import NEEDED, Failed, Prepared, can_be_prepared, find, is_switched_off

if TYPE_CHECKING:
    from albert_widgets.backend.pool import Loaded
    from albert_widgets.backend.reading import Heads

    from .engine import Engine

WITHOUT_TORCH = ("float32", "int8")


def choose(loaded: Loaded, output: str, precision: str | None, ablate: Heads = ()) -> tuple[Engine, tuple[str, ...]]:
    """Return the engine for some work, and what a user should know of the choice.

    Parameters
    ----------
    output
        ``"logits"`` or ``"last_hidden_state"``.
    precision
        None is the one that the model is loaded in.
    ablate
        Heads that are switched off; only torch can do that.

    Raises
    ------
    MissingExtra
        int8 is wanted, and onnxruntime is not installed.
    InputInvalid
        int8 is wanted, and switched off.
    """
    own = loaded.info.dtype
    wanted = precision or own
    on_torch = own if wanted == "int8" else wanted
    if ablate or loaded.info.device != "cpu":
        why = "heads are switched off in torch alone" if ablate else f"there is no int8 on {loaded.info.device}"
        notes = (f"int8 was not used: {why}",) if wanted == "int8" else ()
        return _torch(loaded, output, on_torch, ablate), notes
    if wanted == "int8" and is_switched_off():
        raise InputInvalid("int8 is switched off on this backend.", "Start it without ALBERT_WIDGETS_ENGINE=torch.")
    if wanted not in WITHOUT_TORCH or is_switched_off() or (wanted == "float32" and own != "float32"):
        return _torch(loaded, output, on_torch), ()
    if wanted == "int8" and not can_be_prepared():
        raise MissingExtra.of("export", f"int8 (it needs {', '.join(NEEDED)})")
    found = _onnx(loaded, output, wanted)
    if isinstance(found, str):
        return _torch(loaded, output, on_torch), (f"onnxruntime was not used: {found}",)
    if found is not None:
        return found, ()
    notes = ()
    if wanted == "int8":
        notes = ("int8 is being made ready, which takes about a minute; until then the answers are float32",)
    return _torch(loaded, output, on_torch), notes


def _onnx(loaded: Loaded, output: str, precision: str) -> Engine | str | None:
    """Return the engine, why it cannot be used, or None where torch is the faster one, or still the only one."""
    key = output, precision
    if key in loaded.engines:
        return loaded.engines[key]
    if loaded.folder is None:
        return None
    found = find(loaded.folder, output, precision)
    if found is None:
        is_coming = loaded.prepare(output, precision)
        return None if is_coming or precision == "float32" else "it could not be made ready: no memory, or a full disk"
    with loaded.lock:
        if key not in loaded.engines:
            loaded.engines[key] = _made(loaded, found)
    return loaded.engines[key]


def _made(loaded: Loaded, found: Prepared | Failed) -> Engine | str | None:
    from .onnx import OnnxEngine

    if isinstance(found, Failed):
        return found.message
    if found.precision == "float32" and found.speed < 1:
        return None
    try:
        loaded.grow(found.bytes)
        return OnnxEngine(found)
    except AlbertError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 – onnxruntime raises errors of its own kinds
        return first_line(error)


def _torch(loaded: Loaded, output: str, precision: str, ablate: Heads = ()) -> Engine:
    from albert_widgets.backend.reading import without

    from .torch_engine import TorchEngine

    key = output, f"torch {precision}"
    if not ablate and (known := loaded.engines.get(key)) is not None and not isinstance(known, str):
        return known
    own = loaded.engine
    model = own.in_precision(precision)
    if model is not own and key not in loaded.engines:
        loaded.grow(model.bytes)
    if ablate:
        around = functools.partial(without, loaded, ablate, model.model)
        return TorchEngine(model, output, lock=loaded.lock, around=around)
    measured = find(loaded.folder, output, "float32") if loaded.folder is not None else None
    batch = measured.torch_batch if isinstance(measured, Prepared) else None
    made = TorchEngine(model, output, lock=loaded.lock, batch=batch)
    loaded.engines[key] = made
    return made
