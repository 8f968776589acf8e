"""A checkpoint made trainable: the encoder it is, with a new head for the labels, and only some weights free."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForSequenceClassification, PreTrainedConfig

from albert_widgets.backend.checkpoint import first_line
from albert_widgets.backend.engines.torch import safe_config
from albert_widgets.errors import MissingExtra, ModelFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROBLEMS = {
    "single_label": "single_label_classification",
    "multi_label": "multi_label_classification",
    "regression": "regression",
}
"""The tasks by the names that transformers gives them."""
ATTENTION_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout")
LORA_RANK, LORA_ALPHA, LORA_DROPOUT = 16, 32, 0.05


def trainable(folder: Path, task: str, label_names: Sequence[str], method: str, *, device: str) -> Any:
    """Return a model for ``task`` with the encoder of ``folder``, in training mode.

    A checkpoint that was trained for the very same labels keeps its head; any other gets a new one.

    Parameters
    ----------
    method
        ``"full"``, ``"lora"`` or ``"head"``: which weights may change.
    device
        ``"cpu"``, ``"cuda"``, ``"mps"``: on a CPU the dropout of attention probabilities is left out.

    Raises
    ------
    ModelFailed
        transformers has no classifier of this architecture.
    MissingExtra
        ``"lora"`` without peft.
    """
    config = safe_config(folder)
    config.problem_type = PROBLEMS[task]
    config.id2label = dict(enumerate(label_names or ["value"]))
    config.label2id = {name: index for index, name in config.id2label.items()}
    spare_dropout(config, device)
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype="float32",
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,
        )
    except Exception as error:
        raise ModelFailed(
            f"transformers makes no classifier of this checkpoint: {first_line(error)}", "Choose another model."
        ) from error
    if method == "head":
        model.base_model.requires_grad_(False)
    if method != "lora":
        return model.train()
    prefix = f"{model.base_model_prefix}."
    names = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    beside = [name for name in names if name.startswith(prefix) and not re.search(r"\bpooler\b", name)]
    return with_lora(model, beside, sorted({name.split(".")[0] for name in names if not name.startswith(prefix)}))


def spare_dropout(config: Any, device: str) -> None:
    """Leave the dropout of attention probabilities out of a training on a CPU.

    With it SDPA has no fused kernel there. The dropout of hidden states stays, and does the same service.
    """
    if device == "cpu":
        for part in parts(config).values():
            for name in ATTENTION_DROPOUTS:
                if hasattr(part, name):
                    setattr(part, name, 0.0)


def parts(config: Any) -> dict[str, Any]:
    """Return a config by the name ``""``, and those of an encoder and a decoder in it by theirs."""
    inner = {name: getattr(config, name, None) for name in ("encoder", "decoder")}
    return {"": config, **{name: part for name, part in inner.items() if isinstance(part, PreTrainedConfig)}}


def with_lora(model: Any, beside: list[str], saved: list[str]) -> Any:
    """Return the model with matrices of low rank beside some linear maps, and some modules trained whole.

    Parameters
    ----------
    beside, saved
        Names of modules.

    References
    ----------
    Hu et al.: LoRA. ICLR 2022.

    Raises
    ------
    MissingExtra
        peft is not installed.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingExtra.of("backend", "LoRA") from error
    config = LoraConfig(
        r=LORA_RANK,
        lora_alpha=LORA_ALPHA,
        lora_dropout=LORA_DROPOUT,
        target_modules=beside,
        modules_to_save=saved,
    )
    return get_peft_model(model, config).train()


def whole(model: Any, base: Path) -> Any:
    """Return a plain model: LoRA matrices become part of the weights they stand beside.

    Parameters
    ----------
    base
        Folder of the checkpoint it began as: its dropout, of which a training on a CPU left a part out, is written
        into the config again.
    """
    plain = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    original = parts(safe_config(base))
    for place, part in parts(plain.config).items():
        before = original.get(place, original[""])
        for name in ATTENTION_DROPOUTS:
            if hasattr(part, name) and hasattr(before, name):
                setattr(part, name, getattr(before, name))
    return plain


def cool(model: Any, temperature: float) -> None:
    """Divide a classifier's logits by ``temperature`` (Guo et al. 2017), in the weights of its last linear map.

    So every program that runs the model has the calibrated probabilities, and the answers stay what they were.
    """
    last = [module for module in model.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        for weights in last.parameters():
            weights.div_(temperature)
