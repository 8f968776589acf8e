"""An encoder made a summarizer: a decoder beside it that begins with the same weights (Rothe et al. 2020)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch
from transformers import (
    MODEL_FOR_CAUSAL_LM_MAPPING,
    AutoModel,
    BertConfig,
    BertLMHeadModel,
    EncoderDecoderConfig,
    EncoderDecoderModel,
    GenerationConfig,
)

from albert_widgets.backend.checkpoint import first_line
from albert_widgets.backend.engines.encoder_decoder import share
from albert_widgets.backend.engines.torch import safe_config
from albert_widgets.errors import InputInvalid, ModelFailed

from .model import spare_dropout, with_lora

if TYPE_CHECKING:
    from pathlib import Path

    from albert_widgets.fit_settings import FitSettings

NO_REPEAT = 3
"""Tokens in a row that a summary may have once only; without it, a weak model writes the same again and again."""
DECODER_LENGTH = 512
"""Tokens that a decoder can write that is not of the encoder's architecture."""
CHOICE = "Choose a BERT, RoBERTa, ELECTRA, DistilBERT, ALBERT, ModernBERT or other encoder."
LOADING: dict[str, Any] = {
    "dtype": torch.float32,
    "use_safetensors": True,
    "local_files_only": True,
    "trust_remote_code": False,
}


def summarizer(folder: Path, settings: FitSettings, *, device: str) -> Any:
    """Return an ``EncoderDecoderModel`` whose encoder is that of ``folder``, in training mode.

    Its decoder is of the encoder's architecture and has its weights, too, where transformers has such a decoder:
    cross-attention is new, and so is the head where the checkpoint has none. Otherwise it is a new BERT decoder with
    the encoder's word embeddings. A checkpoint that is a summarizer already goes on as it is.

    Raises
    ------
    ModelFailed
        transformers makes no encoder and decoder of this checkpoint.
    InputInvalid
        Weights that cannot be tied.
    """
    config = safe_config(folder)
    spare_dropout(config, device)
    is_summarizer = config.model_type == "encoder-decoder"
    if config.is_encoder_decoder and not is_summarizer:
        raise ModelFailed(
            f"{config.model_type} is an encoder-decoder of another kind; summaries are learned from encoders.", CHOICE
        )
    try:
        if is_summarizer:
            model, new = EncoderDecoderModel.from_pretrained(folder, config=config, **LOADING), set[str]()
        else:
            model, new = warm_started(folder, config)
    except Exception as error:
        raise ModelFailed(
            f"transformers makes no summarizer of this checkpoint: {first_line(error)}", CHOICE
        ) from error
    if settings.tie_weights or getattr(config, "tie_encoder_decoder", False):
        if type(model.encoder) is not type(model.decoder.base_model):
            raise InputInvalid(
                f"transformers has no decoder for {config.model_type}, so its weights cannot be tied.",
                "Leave tie_weights out, or choose a BERT, RoBERTa or ELECTRA.",
            )
        share(model)
    return with_method(model, new, settings.method)


def warm_started(folder: Path, config: Any) -> tuple[Any, set[str]]:
    """Return the encoder of ``folder`` with a decoder, and the names of the weights that it did not have."""
    encoder = AutoModel.from_pretrained(folder, config=copy.deepcopy(config), **LOADING)
    decoder, new = own_decoder(folder, config) or bert_decoder(encoder)
    for part in (encoder, decoder):
        # It would tell everybody where on this machine the checkpoint lay.
        part.config._name_or_path = ""  # noqa: SLF001 – there is no public setter
    both = EncoderDecoderConfig.from_encoder_decoder_configs(encoder.config, decoder.config)
    return EncoderDecoderModel(encoder=encoder, decoder=decoder, config=both), {f"decoder.{name}" for name in new}


def own_decoder(folder: Path, config: Any) -> tuple[Any, set[str]] | None:
    """Return a decoder of the checkpoint's own architecture, if there is one, and the names of its new weights."""
    import inspect

    made: Any = MODEL_FOR_CAUSAL_LM_MAPPING.get(type(config), None)
    if made is None or "encoder_hidden_states" not in inspect.signature(made.forward).parameters:
        return None
    config = copy.deepcopy(config)
    config.is_decoder = config.add_cross_attention = True
    decoder, loading = made.from_pretrained(folder, config=config, output_loading_info=True, **LOADING)
    return decoder, set(loading["missing_keys"])


def bert_decoder(encoder: Any) -> tuple[Any, set[str]]:
    """Return a new BERT decoder of an encoder's size with its word embeddings, and the names of its new weights."""
    config = encoder.config
    known: Any = encoder.get_input_embeddings().weight.detach()
    mapping: Any = getattr(getattr(encoder, "encoder", None), "embedding_hidden_mapping_in", None)
    if mapping is not None:
        # ALBERT's embeddings are narrower than its layers; what comes in to these is what a decoder should read.
        known = mapping(known).detach()
    width = int(config.hidden_size)
    decoder = BertLMHeadModel(
        BertConfig(
            vocab_size=len(known),
            hidden_size=width,
            num_hidden_layers=int(config.num_hidden_layers),
            num_attention_heads=int(config.num_attention_heads),
            intermediate_size=4 * width,
            max_position_embeddings=DECODER_LENGTH,
            attention_probs_dropout_prob=0.0,
            pad_token_id=config.pad_token_id,
            is_decoder=True,
            add_cross_attention=True,
        )
    )
    new = {name for name, _ in decoder.named_parameters()}
    words: Any = decoder.get_input_embeddings()
    if known.shape == words.weight.shape:
        with torch.no_grad():
            words.weight.copy_(known)
        new.discard("bert.embeddings.word_embeddings.weight")
    return decoder, new


def with_method(model: Any, new: set[str], method: str) -> Any:
    """Return the model with the weights free that ``method`` trains, in training mode.

    ``"head"`` and ``"lora"`` both train all that is ``new``, and the decoder's head; LoRA also puts its matrices beside
    each linear map that the checkpoint had.
    """
    body = f"decoder.{model.decoder.base_model_prefix}."
    weights = [name for name, _ in model.named_parameters()]
    heads = {name for name in weights if name.startswith("decoder.") and not name.startswith(body)}
    free = new | heads
    if not new:
        # A summarizer that is trained on.
        free |= {name for name in weights if "crossattention" in name}
    if method == "full":
        return model.train()
    if method == "head":
        for name, weight in model.named_parameters():
            weight.requires_grad_(name in free)
        return model.train()
    output = model.get_output_embeddings()
    linear = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    beside = [name for name in linear if f"{name}.weight" not in free and "pooler" not in name]
    beside = [name for name in beside if model.get_submodule(name) is not output]
    # Modules that hold nothing but such weights; the bias of all words, which no module holds alone, stays as it is.
    owners = {name.rpartition(".")[0] for name in free}
    saved = [name for name in owners if not any(model.get_submodule(name).children())]
    return with_lora(model, beside, sorted(name for name in saved if model.get_submodule(name) is not output))


def marks(tokenizer: Any) -> dict[str, int]:
    """Return the ids by which a summary begins, ends and is padded, as transformers names them.

    Raises
    ------
    ModelFailed
        The tokenizer has no tokens for it.
    """
    start = tokenizer.bos_token_id if tokenizer.cls_token_id is None else tokenizer.cls_token_id
    end = tokenizer.eos_token_id if tokenizer.sep_token_id is None else tokenizer.sep_token_id
    if None in {start, end, tokenizer.pad_token_id}:
        raise ModelFailed(
            "The tokenizer has no tokens that begin, end and pad a text, so no summary can be written.", CHOICE
        )
    return {"decoder_start_token_id": start, "eos_token_id": end, "pad_token_id": tokenizer.pad_token_id}


def writes(model: Any, ids: dict[str, int], least: int, most: int, beams: int) -> None:
    """Say in the model's configs how it begins, ends and searches for a summary of so many tokens."""
    model.config.update(ids)
    search = {"num_beams": beams, "early_stopping": True} if beams > 1 else {}
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        **ids,
        bos_token_id=ids["decoder_start_token_id"],
        max_new_tokens=most,
        # The token that ends it is not counted here.
        min_new_tokens=min(least, most) - 1,
        no_repeat_ngram_size=NO_REPEAT,
        **search,
    )
