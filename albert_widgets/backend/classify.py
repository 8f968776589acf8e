"""What heads say: text classification, and the fill of masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.results import MaskCandidates, MaskFills, Predictions

from . import batching
from .reading import heads_of, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from numpy.typing import NDArray

    from albert_widgets.results import ModelInfo

    from .pool import Loaded

MAX_CANDIDATES = 100


def predict(
    loaded: Loaded,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    ablate: Sequence[Sequence[int]] = (),
) -> Predictions:
    """Return the head's verdict on each text: softmax, sigmoid or a raw value, as the config's problem type says."""
    info, engine = loaded.info, loaded.engine
    if info.task != "text-classification":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it has no classification head, so it cannot predict labels.",
            "Use a classifier: %albert models lists yours, %albert models --add FOLDER adds one you trained, "
            "%albert download distilbert/distilbert-base-uncased-finetuned-sst-2-english fetches one.",
            model=info.id,
            task=info.task,
        )
    kind = problem_type(engine.model.config)

    switched_off = heads_of(loaded, ablate)

    def forward(inputs: dict[str, Any]) -> NDArray[np.float32]:
        with without(loaded, switched_off):
            logits = engine.model(**inputs).logits.float()
        answer: NDArray[np.float32] = activated(logits, kind).cpu().numpy()
        return answer

    probabilities, truncated = batching.run(loaded, texts, pairs, forward)
    names = class_names(info, probabilities.shape[1])
    return Predictions(
        model=info.id,
        texts=tuple(texts),
        labels=_labels(probabilities, names, kind),
        probabilities=probabilities,
        label_names=names,
        problem_type=kind,
        engine="torch",
        precision=engine.dtype,
        truncated=truncated,
        max_length=engine.max_length,
    )


def fill_mask(loaded: Loaded, text: str, top_k: int = 5, *, ablate: Sequence[Sequence[int]] = ()) -> MaskFills:
    """Return the ``top_k`` likeliest tokens for each mask of ``text``."""
    info, engine = loaded.info, loaded.engine
    if info.task != "fill-mask":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it has no masked-language-model head, so it cannot fill masks.",
            "Use a masked language model, such as: %albert download google-bert/bert-base-uncased",
            model=info.id,
            task=info.task,
        )
    if not 1 <= top_k <= MAX_CANDIDATES:
        raise InputInvalid(f"top_k={top_k} is out of range.", f"Choose 1 to {MAX_CANDIDATES}.")
    mask = engine.tokenizer.hub.mask_token
    if mask is None or mask not in text:
        raise InputInvalid(
            f"The text has no {mask or 'mask'} to fill.", f"Write {mask or '[MASK]'} where a word is missing."
        )
    encoding = engine.tokenizer.encode([text])
    ids = np.asarray(encoding["input_ids"][0])
    if engine.max_length and len(ids) > engine.max_length:
        raise InputInvalid(
            f"The text has {len(ids):,} tokens; {info.id} reads at most {engine.max_length:,} at once.", "Shorten it."
        )
    switched_off = heads_of(loaded, ablate)
    with loaded.lock, engine.inference(), without(loaded, switched_off):
        logits = engine.model(**engine.pad({name: encoding[name] for name in encoding})).logits[0].float()
        probabilities = logits.softmax(dim=-1).cpu().numpy()
    masks = []
    for position in np.flatnonzero(ids == engine.tokenizer.hub.mask_token_id):
        best = np.argsort(-probabilities[position], kind="stable")[:top_k]
        spelled = tuple(engine.tokenizer.hub.convert_ids_to_tokens(best.tolist()))
        masks.append(MaskCandidates(int(position), spelled, best.astype(np.int64), probabilities[position, best]))
    return MaskFills(info.id, text, tuple(masks))


def problem_type(config: Any) -> str:
    """Return ``"single_label"``, ``"multi_label"`` or ``"regression"`` for a classifier's config."""
    declared = getattr(config, "problem_type", None)
    if declared == "multi_label_classification":
        return "multi_label"
    return "regression" if declared == "regression" or config.num_labels == 1 else "single_label"


def activated(logits: torch.Tensor, kind: str) -> torch.Tensor:
    """Return probabilities over the last axis as a problem type says; raw values for a regression."""
    if kind == "multi_label":
        return logits.sigmoid()
    return logits if kind == "regression" else logits.softmax(dim=-1)


def class_names(info: ModelInfo, count: int) -> tuple[str, ...]:
    """Return the names of a classifier's outputs; numbered where the config names another count of them."""
    return info.labels if len(info.labels) == count else tuple(f"LABEL_{index}" for index in range(count))


def _labels(probabilities: NDArray[np.float32], names: Sequence[str], kind: str) -> tuple[str, ...]:
    if kind == "regression":
        return ("",) * len(probabilities)
    if kind == "multi_label":
        return tuple(", ".join(names[int(i)] for i in np.flatnonzero(row > 0.5)) for row in probabilities)
    return tuple(names[int(best)] for best in probabilities.argmax(axis=1))


def kind_of(task: str) -> str:
    """Return what a model of a task is, in words."""
    return "an encoder only" if task == "encoder" else f"a {task} model"
