"""Small tokenizers of the three families, trained on the spot, and checkpoints that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import transformers as tf
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tests.checkpoints import SMALL

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = [
    "The cat sat on the mat because it was tired. The dogs ran fast, and the cats slept.",
    "Unbelievably good films are not very common; naïve café owners believe they are.",
    "你好，世界。我爱自然语言处理。你好吗？",
    "ภาษาไทยไม่มีช่องว่าง",
    "שלום עולם. مرحبا بالعالم",
    "🙂 👩‍👩‍👧‍👦 e\u0301te\u0301",
] * 4
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def word_piece(corpus: list[str] = CORPUS, size: int = 400) -> Tokenizer:
    """As BERT's, cased, so that its normalizer keeps every letter."""
    core = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    core.normalizer = normalizers.BertNormalizer(lowercase=False)
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    core.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=size, special_tokens=special))
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return core


def byte_level(corpus: list[str] = CORPUS, size: int = 420) -> Tokenizer:
    """As RoBERTa's: every text is spelled in bytes, and none is unknown."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    core.train_from_iterator(corpus, trainer)
    core.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return core


def unigram(corpus: list[str] = CORPUS, size: int = 300) -> Tokenizer:
    """As XLM-R's: SentencePiece with a mark for spaces."""
    core = Tokenizer(models.Unigram())
    core.normalizer = normalizers.NFKC()
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False)
    core.train_from_iterator(corpus, trainer)
    core.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return core


FAMILIES = {"word-piece": word_piece, "byte-level": byte_level, "unigram": unigram}


def save_vocabulary(folder: Path, family: str, *, max_length: int = 64, **learned: Any) -> Path:
    """Save a checkpoint with random weights and a tokenizer of a family; ``learned`` is what it is made of."""
    core = FAMILIES[family](**learned)
    names: dict[str, Any] = (
        {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
        if family == "word-piece"
        else {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "mask_token": "<mask>"}
    )
    if family == "unigram":
        names["unk_token"] = "<unk>"
    tf.BertModel(tf.BertConfig(vocab_size=core.get_vocab_size(), **SMALL)).save_pretrained(folder)
    tf.PreTrainedTokenizerFast(tokenizer_object=core, model_max_length=max_length, **names).save_pretrained(folder)
    return folder
