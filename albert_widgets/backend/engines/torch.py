"""A checkpoint in torch: model and tokenizer, loaded safely, run under ``inference_mode``."""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import math
from typing import TYPE_CHECKING, Any

import torch
import transformers
from transformers import (
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    EncoderDecoderModel,
)

from albert_widgets.backend.checkpoint import first_line, read_config
from albert_widgets.errors import InputInvalid, ModelFailed, ModelUnsafe, NoRoom

from .encoder_decoder import share
from .memory import give_back_large_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from albert_widgets.backend.tokens import SharedTokenizer
    from albert_widgets.results import ModelInfo

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_HEADS: dict[str, Any] = {
    "ForSequenceClassification": AutoModelForSequenceClassification,
    "ForMaskedLM": AutoModelForMaskedLM,
    "ForPreTraining": AutoModelForMaskedLM,
    "ForConditionalGeneration": AutoModelForSeq2SeqLM,
    "EncoderDecoderModel": EncoderDecoderModel,
}

give_back_large_arrays()
transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]


class TorchModel:
    """A model, its encoder and its tokenizer.

    Attributes
    ----------
    model
        With its head, if the checkpoint has one that albert-widgets uses; in evaluation mode.
    encoder
        The body: ``model.base_model``, or its encoder for an encoder-decoder.
    tokenizer
        Shared with everything that tokenizes for this model.
    device, dtype
        ``"cpu"``, ``"cuda"``, ``"mps"``; ``"float32"``, ….
    bytes
        Of the weights in memory.
    max_length
        Tokens read at once; 0 when there is no limit.
    """

    def __init__(self, model: Any, tokenizer: SharedTokenizer, device: str, dtype: str) -> None:
        self.model = model
        base = model.base_model
        self.encoder = base.get_encoder() if model.config.is_encoder_decoder else base
        self.tokenizer = tokenizer
        self.device = device
        self.dtype = dtype
        self.bytes = sum(weight.nbytes for weight in model.parameters()) + sum(b.nbytes for b in model.buffers())
        self.max_length = max_length(self.encoder, tokenizer)
        self._copies: dict[str, TorchModel] = {}

    @classmethod
    def load(cls, folder: Path, tokenizer: SharedTokenizer, *, device: str = "auto", dtype: str = "auto") -> TorchModel:
        """Load the checkpoint in ``folder``, which :meth:`Catalog.check` has found safe.

        Raises
        ------
        InputInvalid
            Unknown device or dtype.
        ModelFailed
            transformers cannot make a model of these files.
        NoRoom
            Not enough memory.
        """
        device, dtype = choose_device(device), _choose_dtype(dtype)
        config = safe_config(folder)
        auto = _auto(config)
        try:
            model = auto.from_pretrained(
                folder,
                config=config,
                dtype=DTYPES[dtype],
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
            )
            if getattr(config, "tie_encoder_decoder", False) and auto is EncoderDecoderModel:
                share(model)
            model = model.to(device).eval().requires_grad_(False)
        except (MemoryError, torch.OutOfMemoryError) as error:
            raise NoRoom(
                f"Not enough memory on {device} for the model in {folder.name}.", "Unload another model."
            ) from error
        except Exception as error:
            raise ModelFailed(
                f"transformers cannot load the model: {first_line(error)}", "Download it again, or choose another one."
            ) from error
        return cls(model, tokenizer, device, dtype)

    def in_precision(self, dtype: str) -> TorchModel:
        """Return this model with weights of another dtype, converted once; itself if it has that one."""
        if dtype == self.dtype:
            return self
        if dtype not in self._copies:
            with self.failures():
                model = copy.deepcopy(self.model).to(DTYPES[_choose_dtype(dtype)])
                self._copies[dtype] = TorchModel(model, self.tokenizer, self.device, dtype)
        return self._copies[dtype]

    def pad(self, encoded: dict[str, list[list[int]]]) -> dict[str, torch.Tensor]:
        """Return unpadded token lists as tensors ``(batch, tokens)`` on the model's device."""
        padded = self.tokenizer.hub.pad(encoded, padding=True, return_tensors="pt", verbose=False)
        return {name: values.to(self.device) for name, values in padded.items()}

    def read_by_encoder(self, encoded: dict[str, list[list[int]]]) -> dict[str, torch.Tensor]:
        """Return the same of what the encoder takes: one without segments is not given any."""
        known = inspect.signature(self.encoder.forward).parameters
        return self.pad({name: values for name, values in encoded.items() if name in known})

    @contextlib.contextmanager
    def inference(self) -> Iterator[None]:
        """Run a block without gradients; what the model raises becomes an :class:`AlbertError`."""
        with self.failures(), torch.inference_mode():
            yield

    @contextlib.contextmanager
    def failures(self) -> Iterator[None]:
        """Turn what the model raises in a block into an :class:`AlbertError`."""
        try:
            yield
        except (MemoryError, torch.OutOfMemoryError) as error:
            raise NoRoom(
                f"Not enough memory on {self.device} for this call.", "Try a shorter text or fewer texts."
            ) from error
        except (RuntimeError, IndexError, ValueError, TypeError) as error:
            raise ModelFailed(f"The model failed: {first_line(error)}") from error


def safe_config(folder: Path) -> Any:
    """Return the checkpoint's config, made of its public keys alone and only for an architecture transformers knows.

    Raises
    ------
    ModelUnsafe
        Unknown ``model_type``: it could only be run with foreign code.
    ModelFailed
        The values make no config.
    """
    raw = read_config(folder)
    kind = str(raw.pop("model_type", ""))
    try:
        blank = AutoConfig.for_model(kind)
    except ValueError as error:
        raise ModelUnsafe(
            f"transformers {transformers.__version__} has no architecture {kind!r}.",
            "Choose a BERT-family checkpoint, or upgrade transformers.",
        ) from error
    try:
        return type(blank).from_dict(json.loads(json.dumps(raw)))
    except Exception as error:
        raise ModelFailed(f"config.json makes no {kind} config: {first_line(error)}") from error


def _auto(config: Any) -> Any:
    """Return the class that loads a checkpoint with the head that its architecture names."""
    architecture = str((config.architectures or [""])[0])
    auto = next((auto for suffix, auto in _HEADS.items() if architecture.endswith(suffix)), AutoModel)
    # What reads pictures or sound is named like what reads text.
    is_other = auto is AutoModelForSeq2SeqLM and type(config) not in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING
    return AutoModel if is_other else auto


def bytes_in_memory(info: ModelInfo, dtype: str) -> int:
    """Return about how many bytes the weights take once loaded."""
    return info.parameters * DTYPES[_choose_dtype(dtype)].itemsize


def choose_device(device: str) -> str:
    """Return the device that ``"auto"`` means here, or the one that is asked for. Raises InputInvalid."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    available = [
        "cpu",
        *(["cuda"] if torch.cuda.is_available() else []),
        *(["mps"] if torch.backends.mps.is_available() else []),
    ]
    if device.split(":", maxsplit=1)[0] not in available:
        raise InputInvalid(f"There is no device {device!r} here.", f"Choose one of: auto, {', '.join(available)}.")
    return device


def _choose_dtype(dtype: str) -> str:
    chosen = "float32" if dtype == "auto" else dtype
    if chosen not in DTYPES:
        raise InputInvalid(f"There is no dtype {dtype!r}.", f"Choose one of: auto, {', '.join(DTYPES)}.")
    return chosen


def max_length(encoder: Any, tokenizer: SharedTokenizer) -> int:
    """Return how many tokens an encoder, or a decoder, takes at once; 0 when there is no limit."""
    limits: list[float] = [tokenizer.max_length] if tokenizer.max_length else []
    for name, module in encoder.named_modules():
        if name.endswith(("position_embeddings", "embed_positions")) and isinstance(module, torch.nn.Embedding):
            # RoBERTa's positions begin after the padding index, BART's at an offset: so many rows are never used.
            unused = getattr(module, "offset", 0) if module.padding_idx is None else module.padding_idx + 1
            limits.append(module.num_embeddings - unused)
    if not limits:
        limits = [getattr(encoder.config, "max_position_embeddings", 0) or math.inf]
    shortest = min(limits)
    return 0 if math.isinf(shortest) else int(shortest)
