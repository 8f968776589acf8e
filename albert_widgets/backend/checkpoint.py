"""What a checkpoint folder holds, and whether it is safe to load; reads JSON and headers, never weights."""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from pathlib import Path
from typing import Any

from albert_widgets.errors import ModelFailed, ModelUnsafe
from albert_widgets.results import ModelInfo

from .hub_cache import files_in
from .readme import metadata
from .tensorflow.found import to_convert

WEIGHTS = "model.safetensors"
RUN = "albert_widgets.json"
"""In the folder of a model that was trained here: how it came to be."""
SANE_LENGTH = 1_000_000
"""Tokenizers without a limit say ``model_max_length = 1e30``."""

EXTRACTIVE_HEAD = "extractive_head"
"""Name of both files, ``.safetensors`` and ``.json``, of a head that chooses sentences; see ``summaries.head``."""

_TASKS = {
    "ForSequenceClassification": "text-classification",
    "ForMaskedLM": "fill-mask",
    "ForPreTraining": "fill-mask",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForMultipleChoice": "multiple-choice",
    "ForConditionalGeneration": "summarization",
    "EncoderDecoderModel": "summarization",
    "ForCausalLM": "text-generation",
}
_OTHER_SENSES = ("vision_config", "audio_config", "num_mel_bins")
"""In the config of what reads pictures or sound."""
_FORMATS = {
    "safetensors": ("*.safetensors",),
    "pytorch_bin": ("pytorch_model*.bin",),
    "onnx": ("*.onnx", "onnx/*.onnx"),
    "tensorflow": ("tf_model.h5", "*.ckpt*.index"),
}
_DTYPES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I8": "int8"}


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``, or ``{}`` when there is none.

    Raises
    ------
    ModelFailed
        The file is no JSON object.
    """
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ModelFailed(
            f"{path.name} in {path.parent} cannot be read: {error}.", "Download the model again."
        ) from error
    if not isinstance(data, dict):
        raise ModelFailed(f"{path} is no JSON object.", "Download the model again.")
    return data


def read_config(folder: Path) -> dict[str, Any]:
    """Return the folder's ``config.json`` without private keys, also in the configs inside it.

    Keys that begin with an underscore are the library's own state; a downloaded config must not
    set them (``_attn_implementation_internal`` once fetched and ran foreign kernels: CVE-2026-4372).
    """
    return _public(read_json(folder / "config.json"))


def _public(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _public(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if not key.startswith("_")
    }


def safetensors_header(path: Path) -> dict[str, Any]:
    """Return the header of a safetensors file: tensor name → dtype, shape, data_offsets.

    Raises
    ------
    ModelFailed
        The header is broken or the file is shorter than it says.
    """
    mend = "Download the model again."
    try:
        size = path.stat().st_size
        with open(path, "rb", opener=_unnoticed) as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > size - 8:
                raise ModelFailed(f"{path.name} is cut short or no safetensors file.", mend)
            header: dict[str, Any] = json.loads(file.read(length))
        header.pop("__metadata__", None)
        end = max((tensor["data_offsets"][1] for tensor in header.values()), default=0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise ModelFailed(f"{path.name} is no readable safetensors file: {error}.", mend) from error
    if 8 + length + end != size:
        raise ModelFailed(f"{path.name} should have {8 + length + end:,} bytes, but has {size:,}.", mend)
    return header


def _unnoticed(path: str, flags: int) -> int:
    """Open a file without a trace in its time of last access, which tells people when a model was last used."""
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except OSError:
        # Only the owner of a file may, and not in every kind of file system.
        return os.open(path, flags)


def formats(folder: Path) -> tuple[str, ...]:
    """Return the names of the weight formats found in ``folder``."""
    return tuple(name for name, globs in _FORMATS.items() if any(any(folder.glob(glob)) for glob in globs))


def refusal(  # noqa: PLR0911  # a table
    folder: Path, config: dict[str, Any], found: tuple[str, ...]
) -> ModelFailed | None:
    """Return why the checkpoint must not be loaded, or None."""
    if not config:
        if (reason := to_convert(folder)) is not None:
            return reason
        return ModelFailed(
            f"{folder} has no config.json.", "A checkpoint folder holds config.json and model.safetensors."
        )
    if "auto_map" in config or "auto_map" in read_json(folder / "tokenizer_config.json"):
        return ModelUnsafe(
            "The model wants to run its own Python code (auto_map in its config); albert-widgets never does that.",
            "Choose a checkpoint of an architecture that transformers itself knows.",
        )
    if "safetensors" not in found:
        if "pytorch_bin" in found:
            return ModelUnsafe(
                "The model has only pickled weights (pytorch_model.bin), which can run code when they are read.",
                "Look for a revision with model.safetensors, or convert it where you trust it: "
                "AutoModel.from_pretrained(…).save_pretrained(…).",
            )
        if (reason := to_convert(folder)) is not None:
            return reason
        return ModelFailed(f"There are no weights in {folder}.", "Download the model again.")
    if missing := missing_weights(folder):
        return ModelFailed(
            f"Of its weights {', '.join(missing[:3])}{' …' if missing[3:] else ''} "
            f"{'is' if len(missing) == 1 else 'are'} missing.",
            "Download the model again.",
        )
    return None


def missing_weights(folder: Path) -> list[str]:
    """Return the names of files with weights that should be in ``folder`` and are not. Raises ModelFailed."""
    # Of a file that only a link speaks of, the cache has lost the content.
    missing = {path.name for path in folder.glob("*.safetensors") if not path.is_file()}
    if (folder / WEIGHTS).is_file():
        return sorted(missing)
    parts = read_json(folder / f"{WEIGHTS}.index.json").get("weight_map")
    named = set(map(str, parts.values())) if isinstance(parts, dict) and parts else {WEIGHTS}
    return sorted(missing | {name for name in named if Path(name).name != name or not (folder / name).is_file()})


def remedy(error: ModelFailed, id: str, source: str) -> ModelFailed:
    """Return the error with what to type where the files came from the hub: a download mends what is broken."""
    if source != "hub" or isinstance(error, ModelUnsafe) or "convert" in error.details:
        return error
    return ModelFailed(error.message, f"Resume the download: %albert download {id}", **error.details)


def describe(id: str, source: str, folder: Path, *, revision: str = "") -> ModelInfo:
    """Return the catalogue's entry for the checkpoint in ``folder``; what is wrong with it becomes a warning."""
    reason: ModelFailed | None = None
    config: dict[str, Any] = {}
    tokenizer: dict[str, Any] = {}
    parameters, dtype = 0, ""
    found = formats(folder)
    try:
        config = read_config(folder)
        tokenizer = read_json(folder / "tokenizer_config.json")
        reason = refusal(folder, config, found)
        if reason is None:
            for path in folder.glob("*.safetensors"):
                tensors = list(safetensors_header(path).values())
                parameters += sum(math.prod(tensor["shape"]) for tensor in tensors)
                dtype = dtype or next((_DTYPES.get(tensor["dtype"], "") for tensor in tensors), "")
    except ModelFailed as error:
        reason = error
    architecture = str((config.get("architectures") or [""])[0])
    # An encoder-decoder has a config for each; what can be looked into is the encoder.
    inner: dict[str, Any] = config["encoder"] if isinstance(config.get("encoder"), dict) else config
    task = task_of(architecture, config)
    if task == "encoder" and (folder / f"{EXTRACTIVE_HEAD}.safetensors").is_file():
        task = "extractive-summarization"
    labels = config.get("id2label") or {}
    if task == "text-classification" and not labels:
        labels = {str(index): f"LABEL_{index}" for index in range(int(config.get("num_labels", 2)))}
    card = metadata(folder)
    language = card.get("language") or ()
    return ModelInfo(
        id=id,
        source=source,
        architecture=architecture,
        model_type=str(config.get("model_type", "")),
        task=task,
        labels=tuple(str(labels[key]) for key in sorted(labels, key=int)) if task == "text-classification" else (),
        languages=tuple(map(str, language)) if isinstance(language, list) else (str(language),) if language else (),
        num_hidden_layers=_first(inner, "num_hidden_layers", "n_layers", "num_layers", "encoder_layers"),
        num_attention_heads=_first(inner, "num_attention_heads", "n_heads", "num_heads", "encoder_attention_heads"),
        hidden_size=_first(inner, "hidden_size", "dim", "d_model"),
        vocab_size=_first(inner, "vocab_size"),
        max_length=max_length(inner, tokenizer),
        parameters=parameters,
        dtype=dtype,
        bytes_on_disk=sum(path.stat().st_size for path in map(Path, files_in(folder)) if path.is_file()),
        licence=str(card.get("license", "")),
        revision=revision,
        formats=found,
        warnings=(str(remedy(reason, id, source)).replace("\n", " "),) if reason else (),
        base=_base(folder) if source == "run" else "",
        is_usable=reason is None,
    )


def _base(folder: Path) -> str:
    try:
        return str(read_json(folder / RUN)["settings"]["model"])
    except (ModelFailed, KeyError, TypeError):
        return ""


def task_of(architecture: str, config: dict[str, Any]) -> str:
    """Return what a checkpoint is for, by the head that its architecture names."""
    task = next((task for suffix, task in _TASKS.items() if architecture.endswith(suffix)), "encoder")
    if task == "summarization" and architecture.endswith("ForConditionalGeneration"):
        reads_text = not any(name in config for name in _OTHER_SENSES)
        return task if config.get("is_encoder_decoder") and reads_text else "conditional-generation"
    return task


def max_length(config: dict[str, Any], tokenizer_config: dict[str, Any]) -> int:
    """Return how many tokens the model reads at once; 0 when there is no limit.

    The tokenizer's own limit comes first: RoBERTa-like configs count two positions too many.
    """
    limits = [
        int(limit)
        for limit in (
            tokenizer_config.get("model_max_length"),
            config.get("max_position_embeddings"),
            config.get("max_encoder_position_embeddings"),
        )
        if isinstance(limit, int | float) and 0 < limit < SANE_LENGTH
    ]
    return min(limits, default=0)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, without the rest of its story."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _first(config: dict[str, Any], *names: str) -> int:
    return next((int(config[name]) for name in names if isinstance(config.get(name), int)), 0)
