"""Small checkpoints with random weights: one of each architecture, and one with each head."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
import transformers as tf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WORDS = (
    "the cat sat on mat because it was tired a dog ran fast good bad film not very happy sad and or but "
    "is are in of to he she they we you i un ##believ ##ably ##s ##ing ##ed , . ! ? '"
).split()
SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}
ARCHITECTURES: dict[str, tuple[type[Any], type[Any], dict[str, Any]]] = {
    "bert": (tf.BertConfig, tf.BertModel, SMALL),
    "albert": (tf.AlbertConfig, tf.AlbertModel, {**SMALL, "embedding_size": 16}),
    "distilbert": (
        tf.DistilBertConfig,
        tf.DistilBertModel,
        {"dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64, "max_position_embeddings": 64},
    ),
    "roberta": (tf.RobertaConfig, tf.RobertaModel, {**SMALL, "max_position_embeddings": 66, "pad_token_id": 1}),
    "xlm-roberta": (
        tf.XLMRobertaConfig,
        tf.XLMRobertaModel,
        {**SMALL, "max_position_embeddings": 66, "pad_token_id": 1},
    ),
    "electra": (tf.ElectraConfig, tf.ElectraModel, {**SMALL, "embedding_size": 16}),
    "modernbert": (
        tf.ModernBertConfig,
        tf.ModernBertModel,
        # Layers 1 and 2 look at a window of 8 tokens only, layer 0 at all.
        {**SMALL, "global_attn_every_n_layers": 3, "local_attention": 8, "pad_token_id": 1},
    ),
    "deberta-v2": (
        tf.DebertaV2Config,
        tf.DebertaV2Model,
        {**SMALL, "relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False},
    ),
}


def tokenizer(*, padding: int = 0) -> tf.PreTrainedTokenizerFast:
    """A WordPiece tokenizer with a small vocabulary; ``padding`` is the id of ``[PAD]``."""
    vocabulary = ["[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    vocabulary.insert(padding, "[PAD]")
    ids = {word: index for index, word in enumerate(vocabulary)}
    core = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    core.normalizer = normalizers.BertNormalizer(lowercase=True)
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=core,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        pad_token="[PAD]",
        model_max_length=64,
    )


def save(folder: Path, config: Any, model_class: type[Any], *, padding: int = 0) -> Path:
    """Save a model with random weights and its tokenizer in ``folder``."""
    torch.manual_seed(0)
    model = model_class(config).eval()
    # Random initial weights are so small that all attention is uniform; these are not.
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(8)
    model.save_pretrained(folder)
    tokenizer(padding=padding).save_pretrained(folder)
    return folder


def save_all(base: Path) -> Path:
    """Save every architecture, ``classifier``, ``regressor``, ``tags``, ``mlm``, and what writes, in ``base``."""
    size = len(WORDS) + 5
    for name, (config_class, model_class, values) in ARCHITECTURES.items():
        config = config_class(vocab_size=size, **values)
        save(base / name, config, model_class, padding=int(values.get("pad_token_id", 0)))
    two = {"id2label": {0: "negative", 1: "positive"}, "label2id": {"negative": 0, "positive": 1}}
    save(base / "classifier", tf.BertConfig(vocab_size=size, **SMALL, **two), tf.BertForSequenceClassification)
    one = tf.BertConfig(vocab_size=size, **SMALL, num_labels=1, problem_type="regression")
    save(base / "regressor", one, tf.BertForSequenceClassification)
    many = tf.BertConfig(
        vocab_size=size,
        **SMALL,
        id2label={0: "sad", 1: "happy", 2: "tired"},
        label2id={"sad": 0, "happy": 1, "tired": 2},
        problem_type="multi_label_classification",
    )
    save(base / "tags", many, tf.BertForSequenceClassification)
    save(base / "mlm", tf.BertConfig(vocab_size=size, **SMALL), tf.BertForMaskedLM)
    parts = [tf.BertConfig(vocab_size=size, **SMALL) for _ in range(2)]
    # [CLS] begins a summary, [SEP] ends it.
    ids = {"decoder_start_token_id": 2, "bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0}
    both = tf.EncoderDecoderConfig.from_encoder_decoder_configs(*parts, **ids)
    save(base / "summarizer", both, tf.EncoderDecoderModel)
    tf.GenerationConfig(max_new_tokens=8, min_new_tokens=2, **ids).save_pretrained(base / "summarizer")
    half = {"attention_heads": 2, "ffn_dim": 32, "layers": 2}
    bart = {f"{part}_{name}": value for part in ("encoder", "decoder") for name, value in half.items()}
    config = tf.BartConfig(vocab_size=size, d_model=32, max_position_embeddings=64, **bart, **ids)
    save(base / "bart", config, tf.BartForConditionalGeneration)
    # As a checkpoint for many languages begins with the name of one; [PAD] comes first in the vocabulary.
    forced = {"forced_bos_token_id": 5 + WORDS.index("happy"), "suppress_tokens": [0, 1, 2, 4]}
    forced |= {"max_new_tokens": 12, "min_new_tokens": 5}
    tf.GenerationConfig(**ids, **forced).save_pretrained(base / "bart")
    # What older checkpoints say of a task stands in config.json; "you i" is among the words that the tokenizer knows.
    task = {"prefix": "you i ", "max_length": 12, "min_length": 4, "num_beams": 2, "no_repeat_ngram_size": 2}
    told = {**ids, "task_specific_params": {"summarization": task}}
    config = tf.T5Config(vocab_size=size, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, **told)
    save(base / "t5", config, tf.T5ForConditionalGeneration)
    return base


def made_endless(folder: Path, target: Path) -> Path:
    """Copy a T5 to ``target`` that writes 20,000 tokens if nobody ends it."""
    shutil.copytree(folder, target)
    for name, change in (
        ("config.json", {"task_specific_params": {"summarization": {"max_length": 20_000, "min_length": 20_000}}}),
        ("tokenizer_config.json", {"model_max_length": 10**30}),
    ):
        said = json.loads((target / name).read_text(encoding="utf-8"))
        (target / name).write_text(json.dumps({**said, **change}), encoding="utf-8")
    return target
