"""What lies beside the weights of an export: tokenizer, vocabulary, config, pooling, as other libraries read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from albert_widgets.backend.checkpoint import read_config, read_json
from albert_widgets.backend.embed import POOLINGS
from albert_widgets.backend.encoding import Padding
from albert_widgets.backend.engines.engine import STATES

from .plan import VARIANTS, found_in

if TYPE_CHECKING:
    from pathlib import Path

    from albert_widgets.backend.engines.onnx_export import Exportable
    from albert_widgets.backend.tokens import SharedTokenizer

VOCABULARY = "vocab.txt"
LONGEST_WORD = 100
"""Letters of a word; BERT does not look a longer one up."""
SPECIAL = ("unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_LEFT_OUT = ("backend", "is_local", "local_files_only", "name_or_path", "max_length", "stride")
"""What transformers notes of where a tokenizer came from, and how others cut with it before."""
_MODES = {"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token", "max": "pooling_mode_max_tokens"}


def write_tokenizer(tokenizer: SharedTokenizer, folder: Path, limit: int) -> None:
    """Write the tokenizer so that it cuts at the model's limit and pads, whatever reads it.

    BERT's own WordPiece comes with its ``vocab.txt`` and its options, made of what the tokenizer does: that is all that
    a reader in another language needs.

    Parameters
    ----------
    limit
        Tokens that the model reads at once; 0 for no limit.
    """
    hub = tokenizer.hub
    core = getattr(hub, "backend_tokenizer", None)
    if limit:
        hub.model_max_length = limit
    if core is not None:
        padding = Padding.of(hub)
        core.enable_padding(
            direction=padding.side, pad_id=padding.id, pad_type_id=padding.type_id, pad_token=hub.pad_token or ""
        )
        core.no_truncation()
        if limit:
            core.enable_truncation(limit, direction=hub.truncation_side)
    hub.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    said = {name: value for name, value in read_json(path).items() if name not in _LEFT_OUT}
    if said.get("tokenizer_class") == "TokenizersBackend":
        # The name that every version of transformers knows.
        said["tokenizer_class"] = "PreTrainedTokenizerFast"
    tokenizer_json = read_json(folder / "tokenizer.json")
    if words := _words(tokenizer_json, said):
        normalizer = tokenizer_json["normalizer"]
        said |= {
            "do_lower_case": normalizer["lowercase"],
            "strip_accents": normalizer["strip_accents"],
            "tokenize_chinese_chars": normalizer["handle_chinese_chars"],
        }
        (folder / VOCABULARY).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    _write(path, said)


def _words(tokenizer: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """Return the vocabulary of a ``tokenizer.json`` that is BERT's WordPiece; empty where that is not enough."""
    model, normalizer = tokenizer.get("model") or {}, tokenizer.get("normalizer") or {}
    template = (tokenizer.get("post_processor") or {}).get("single") or ()
    added = {token["content"]: token["id"] for token in tokenizer.get("added_tokens") or ()}
    is_berts = (
        (model.get("type"), model.get("continuing_subword_prefix")) == ("WordPiece", "##")
        and model.get("max_input_chars_per_word") == LONGEST_WORD
        and normalizer.get("type") == "BertNormalizer"
        and normalizer["clean_text"]
        and (tokenizer.get("pre_tokenizer") or {}).get("type") == "BertPreTokenizer"
        and [next(iter(piece)) for piece in template] == ["SpecialToken", "Sequence", "SpecialToken"]
        and set(added) <= {told.get(name) for name in SPECIAL}
    )
    if not is_berts:
        return []
    ids = {**model["vocab"], **added}
    words = sorted(ids, key=ids.__getitem__)
    return words if [ids[word] for word in words] == list(range(len(words))) else []


def write_config(exported: Exportable, source: Path, folder: Path) -> None:
    """Write ``config.json`` for the class that was exported, with labels, and what transformers.js loads unasked."""
    config = read_config(source)
    model = exported.loaded.model
    config["architectures"] = [type(model if exported.output != STATES else exported.loaded.encoder).__name__]
    if config["architectures"][0].endswith("ForSequenceClassification"):
        labels = {str(index): label for index, label in sorted(model.config.id2label.items())}
        config |= {"id2label": labels, "label2id": {label: int(index) for index, label in labels.items()}}
    chosen: dict[str, Any] = {}
    there = found_in(folder)
    if not {"float32", "int8"} <= set(there):
        # Else float32 in Node and q8 in a browser, which it takes by itself.
        chosen["dtype"] = next(VARIANTS[name].dtype for name in ("float32", "int8", "float16") if name in there)
    files = [(folder / VARIANTS[name].file) for name in there]
    if parted := {file.name: True for file in files if file.with_name(f"{file.name}_data").exists()}:
        chosen["use_external_data_format"] = parted
    config.pop("transformers.js_config", None)
    _write(folder / "config.json", {**config, **({"transformers.js_config": chosen} if chosen else {})})


def pooling_of(source: Path) -> str:
    """Return how the model's author pools, if that is one of our ways; ``mean`` else."""
    said = read_json(source / "1_Pooling" / "config.json")
    modes = [mode for mode in POOLINGS if said.get(_MODES[mode])]
    named = said.get("pooling_mode")
    return named if named in POOLINGS else modes[0] if len(modes) == 1 else "mean"


def write_pooling(folder: Path, pooling: str, width: int, limit: int) -> None:
    """Write the modules of sentence-transformers that make sentence vectors of the hidden states: pool, normalise."""
    modules = (("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))
    listed = [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{name}"}
        for index, (name, path) in enumerate(modules)
    ]
    (folder / "modules.json").write_text(json.dumps(listed, indent=2), encoding="utf-8")
    (folder / "1_Pooling").mkdir()
    modes = {name: mode == pooling for mode, name in _MODES.items()}
    _write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": width, **modes})
    _write(folder / "sentence_bert_config.json", {"max_seq_length": limit or None, "do_lower_case": False})


def _write(file: Path, said: dict[str, Any]) -> None:
    file.write_text(json.dumps(said, indent=2, ensure_ascii=False), encoding="utf-8")
