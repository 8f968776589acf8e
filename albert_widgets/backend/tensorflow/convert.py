"""``albert-widgets convert``: BERT out of TensorFlow's files as a folder with ``model.safetensors``."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend.checkpoint import first_line, formats, read_config, read_json, refusal
from albert_widgets.errors import Conflict, InputInvalid, ModelFailed

from .found import GOOGLE_CONFIG, weights_of
from .keras_file import read_keras_file
from .names import torch_name
from .tensor_bundle import TensorBundle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from .found import TensorFlowWeights

_OF_CLASSIFIERS = ("BertForSequenceClassification", "BertForTokenClassification", "BertForMultipleChoice")
"""All three call their head ``classifier``; the config says which one it is."""
_TIED = frozenset({"cls.predictions.decoder.weight", "cls.predictions.decoder.bias"})
"""In no file: they are the embeddings, and the bias that is there."""
_COPIED = (
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt"),
    *("README.md", "generation_config.json"),
)
_VOCABULARIES = ("tokenizer.json", "vocab.txt")


@dataclass(frozen=True)
class Converted:
    """A checkpoint that was written anew.

    Attributes
    ----------
    folder
        Where it is.
    architecture
        ``"BertForMaskedLM"``, ….
    parameters
        How many weights it has.
    notes
        What to know of it, as sentences.
    """

    folder: Path
    architecture: str
    parameters: int
    notes: tuple[str, ...]


def convert(folder: str | Path, target: str | Path | None = None) -> Converted:
    """Write BERT of TensorFlow's files as safetensors, with config and tokenizer.

    The new folder is made whole and loaded once, without a weight missing or left over, before it has its name.

    Parameters
    ----------
    folder
        With ``tf_model.h5`` and ``config.json``, or with ``bert_model.ckpt.index``, its data and ``bert_config.json``;
        and with ``vocab.txt`` or ``tokenizer.json``.
    target
        Of the new folder; None is ``NAME-safetensors`` in the present one.

    Raises
    ------
    InputInvalid
        No such folder, nothing to convert in it, several checkpoints, no vocabulary.
    Conflict
        There is something of that name already.
    MissingExtra
        h5py is not installed.
    ModelFailed
        Another architecture than BERT, or files that are damaged or do not belong together.
    """
    source = Path(folder).expanduser()
    weights = _chosen(source)
    wanted = Path.cwd() / f"{source.resolve().name}-safetensors" if target is None else Path(target).expanduser()
    if wanted.exists():
        raise Conflict(f"There is {wanted} already.", f"Give another name: albert-widgets convert {folder} NAME")
    config = _config(source)
    if not any((source / name).is_file() for name in _VOCABULARIES):
        raise InputInvalid(f"{source} has neither vocab.txt nor tokenizer.json.", "Put the vocabulary beside it.")
    state = _renamed(_variables(weights), weights)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{wanted.name}-", dir=wanted.parent))
    try:
        architecture, parameters = _write(made, config, state, weights)
        notes = _write_tokenizer(made, source, config)
        if architecture.endswith("ForSequenceClassification") and "id2label" not in config:
            notes += ("The names of its classes are not known: they are LABEL_0, LABEL_1, … in config.json.",)
        _check(made)
        # Made for its owner alone; a model is as readable as any other folder.
        made.chmod(0o755)
        made.rename(wanted)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return Converted(wanted, architecture, parameters, notes)


def _check(made: Path) -> None:
    """Raise what the catalogue would say of the new folder: code of its own in a config, for instance."""
    if reason := refusal(made, read_config(made), formats(made)):
        raise reason


def _chosen(source: Path) -> TensorFlowWeights:
    if not source.is_dir():
        raise InputInvalid(f"There is no folder {str(source)!r}.")
    found = weights_of(source)
    if not found:
        if any(source.glob("*.safetensors")):
            raise InputInvalid(f"{source} has safetensors already.", f"albert-widgets models --add {source}")
        raise InputInvalid(
            f"{source} holds no weights of TensorFlow.",
            "Their names are tf_model.h5, or bert_model.ckpt.index and so on.",
        )
    if len(found) > 1 and found[0].kind != "keras":
        names = ", ".join(one.path.name for one in found)
        raise InputInvalid(f"{source} holds several checkpoints: {names}.", "Leave the files of one of them there.")
    return found[0]


def _config(source: Path) -> dict[str, Any]:
    """Return the config of a BERT. Raises InputInvalid, ModelFailed."""
    config = read_config(source)
    if not config and (source / GOOGLE_CONFIG).is_file():
        config = {**read_json(source / GOOGLE_CONFIG), "model_type": "bert"}
    if not config:
        raise InputInvalid(f"{source} has neither config.json nor {GOOGLE_CONFIG}.", "It belongs beside the weights.")
    if (kind := config.get("model_type", "bert")) != "bert":
        raise ModelFailed(
            f"{source} is {_article(str(kind))}; only BERT itself is converted here.",
            "With transformers 4 and TensorFlow: AutoModel.from_pretrained(FOLDER, from_tf=True).save_pretrained(NEW).",
        )
    return config


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind!r} model"


def _variables(weights: TensorFlowWeights) -> Iterable[tuple[str, NDArray[Any]]]:
    if weights.kind == "keras":
        yield from read_keras_file(weights.path)
        return
    bundle = TensorBundle(weights.path)
    for name in bundle.variables:
        if torch_name(name) is not None:
            yield name, bundle.read(name)


def _renamed(variables: Iterable[tuple[str, NDArray[Any]]], weights: TensorFlowWeights) -> dict[str, NDArray[Any]]:
    """Return the weights by their names in PyTorch. Raises ModelFailed for two of one name that are not the same."""
    state: dict[str, NDArray[Any]] = {}
    for variable, value in variables:
        if (found := torch_name(variable)) is None:
            continue
        name, is_transposed = found
        array = np.array(value.T if is_transposed else value, np.float32, order="C")
        if name in state and not np.array_equal(state[name], array):
            raise ModelFailed(f"{weights.path.name} has two different {name}.")
        state[name] = array
    return state


def _architecture(names: Iterable[str], config: dict[str, Any]) -> str:
    """Return the class that has just these weights."""
    heads = {".".join(name.split(".")[: 2 if name.startswith("cls.") else 1]) for name in names}
    if "qa_outputs" in heads:
        return "BertForQuestionAnswering"
    if "classifier" in heads:
        said = (config.get("architectures") or [""])[0]
        return said if said in _OF_CLASSIFIERS else _OF_CLASSIFIERS[0]
    if {"cls.predictions", "cls.seq_relationship"} <= heads:
        return "BertForPreTraining"
    if "cls.predictions" in heads:
        return "BertForMaskedLM"
    return "BertForNextSentencePrediction" if "cls.seq_relationship" in heads else "BertModel"


def _write(
    made: Path, config: dict[str, Any], state: dict[str, NDArray[Any]], weights: TensorFlowWeights
) -> tuple[str, int]:
    """Write config and weights, load them again, and compare; return the architecture and how many weights it has."""
    import torch
    import transformers

    name = _architecture(state, config)
    if name == "BertModel":
        state = {key.removeprefix("bert."): value for key, value in state.items()}
    if name == "BertForSequenceClassification" and "id2label" not in config and "classifier.bias" in state:
        config = {**config, "num_labels": len(state["classifier.bias"])}
    model_class: Any = getattr(transformers, name)
    tensors = {key: torch.from_numpy(value) for key, value in state.items()}
    try:
        model = model_class(transformers.BertConfig(**config))
        missing, unexpected = model.load_state_dict(tensors, strict=False)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ModelFailed(
            f"The weights of {weights.path.name} do not go with its config: {_reason(error)}", "Are they of one model?"
        ) from error
    _refuse(weights.path.name, missing=set(missing) - _TIED, unexpected=set(unexpected))
    model.tie_weights()
    model.save_pretrained(made)
    again, told = model_class.from_pretrained(made, local_files_only=True, output_loading_info=True)
    _refuse("The new folder", **{kind: set(told[f"{kind}_keys"]) for kind in ("missing", "unexpected", "mismatched")})
    kept = again.state_dict()
    if changed := [key for key, value in tensors.items() if not torch.equal(kept[key], value)]:
        raise ModelFailed(f"{changed[0]} was read otherwise than it was written.")
    return name, sum(weight.numel() for weight in again.parameters())


def _refuse(where: str, **keys: set[Any]) -> None:
    words = {"missing": "lacks", "unexpected": "has more than BERT has", "mismatched": "has in other shapes"}
    for kind, found in keys.items():
        if found:
            some = ", ".join(sorted(map(str, found))[:3])
            raise ModelFailed(
                f"{where} {words[kind]}: {some}{' …' if len(found) > 3 else ''} ({len(found)} of its weights).",
                "It is damaged, or no BERT.",
            )


def _reason(error: Exception) -> str:
    """Return what PyTorch says of a shape: its first line only names the class."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[1][:300] if len(lines) > 1 else first_line(error)


def _write_tokenizer(made: Path, source: Path, config: dict[str, Any]) -> tuple[str, ...]:
    """Write the tokenizer, checked; return what to know of it."""
    from transformers import AutoTokenizer

    for name in _COPIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, made / name)
    notes: tuple[str, ...] = ()
    if not (made / "tokenizer.json").is_file() and not (made / "tokenizer_config.json").is_file():
        words = (source / "vocab.txt").read_text(encoding="utf-8").splitlines()
        is_cased = any(word != word.lower() for word in words if not word.startswith("["))
        most = int(config.get("max_position_embeddings", 512))
        said = {"tokenizer_class": "BertTokenizer", "do_lower_case": not is_cased, "model_max_length": most}
        (made / "tokenizer_config.json").write_text(json.dumps(said), encoding="utf-8")
        notes = (f"vocab.txt has {'' if is_cased else 'no '}capital letters, so texts are read {_case(is_cased)}.",)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(made, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise ModelFailed(f"transformers cannot load the tokenizer: {first_line(error)}") from error
    if len(tokenizer) > int(config.get("vocab_size", 0)):
        raise ModelFailed(
            f"The vocabulary has {len(tokenizer):,} words, the model {int(config.get('vocab_size', 0)):,}.",
            "Are they of one model?",
        )
    tokenizer.save_pretrained(made)
    return notes


def _case(is_cased: bool) -> str:
    return "with upper and lower case" if is_cased else "without case"
