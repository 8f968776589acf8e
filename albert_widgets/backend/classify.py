"""What heads say: text classification, and the fill of masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.results import MaskCandidates, MaskFills, Predictions

from .computing import compute
from .engines.engine import LOGITS
from .reading import heads_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import ModelInfo

    from .encoding import Inputs
    from .pool import Loaded

MAX_CANDIDATES = 100


def predict(
    loaded: Loaded,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    ablate: Sequence[Sequence[int]] = (),
    precision: str | None = None,
) -> Predictions:
    """Return the head's verdict on each text: softmax, sigmoid or a raw value, as the config's problem type says."""
    info = loaded.info
    if info.task != "text-classification":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it has no classification head, so it cannot predict labels.",
            "Use a classifier: %albert models lists yours, %albert models --add FOLDER adds one you trained, "
            "%albert download distilbert/distilbert-base-uncased-finetuned-sst-2-english fetches one.",
            model=info.id,
            task=info.task,
        )
    kind = loaded.prepared.problem_type if loaded.prepared is not None else problem_type(loaded.engine.model.config)

    def finish(logits: NDArray[np.float32], _: Inputs) -> NDArray[np.float32]:
        return activated(logits, kind)

    def agree(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
        is_same = (
            ((one > 0.5) == (other > 0.5)).all(axis=1) if kind == "multi_label" else one.argmax(1) == other.argmax(1)
        )
        return np.asarray(is_same, np.float64)

    computed = compute(
        loaded,
        LOGITS,
        texts,
        pairs,
        finish,
        precision=precision,
        ablate=heads_of(loaded, ablate) if ablate else (),
        # There is no label to agree on.
        agree=None if kind == "regression" else agree,
    )
    names = class_names(info, computed.rows.shape[1])
    return Predictions(
        model=info.id,
        texts=tuple(texts),
        labels=_labels(computed.rows, names, kind),
        probabilities=computed.rows,
        label_names=names,
        problem_type=kind,
        engine=computed.engine,
        precision=computed.precision,
        truncated=computed.truncated,
        max_length=loaded.info.max_length,
        agreement=computed.agreement,
        notes=computed.notes,
    )


def fill_mask(
    loaded: Loaded,
    text: str,
    top_k: int = 5,
    *,
    ablate: Sequence[Sequence[int]] = (),
    precision: str | None = None,
) -> MaskFills:
    """Return the ``top_k`` likeliest tokens for each mask of ``text``."""
    info = loaded.info
    if info.task != "fill-mask":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it has no masked-language-model head, so it cannot fill masks.",
            "Use a masked language model, such as: %albert download google-bert/bert-base-uncased",
            model=info.id,
            task=info.task,
        )
    if not 1 <= top_k <= MAX_CANDIDATES:
        raise InputInvalid(f"top_k={top_k} is out of range.", f"Choose 1 to {MAX_CANDIDATES}.")
    hub = loaded.engine.tokenizer.hub
    mask = hub.mask_token
    if mask is None or mask not in text:
        raise InputInvalid(
            f"The text has no {mask or 'mask'} to fill.", f"Write {mask or '[MASK]'} where a word is missing."
        )
    ids = np.asarray(loaded.input_encoder.encode([text]).ids[0])
    if info.max_length and len(ids) > info.max_length:
        raise InputInvalid(
            f"The text has {len(ids):,} tokens; {info.id} reads at most {info.max_length:,} at once.", "Shorten it."
        )
    positions = np.flatnonzero(ids == hub.mask_token_id)

    def finish(logits: NDArray[np.float32], _: Inputs) -> NDArray[np.float32]:
        return softmax(logits[:, positions])

    def agree(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
        same: NDArray[np.float64] = (one.argmax(-1) == other.argmax(-1)).mean(axis=-1, dtype=np.float64)
        return same

    switched_off = heads_of(loaded, ablate) if ablate else ()
    computed = compute(loaded, LOGITS, [text], None, finish, precision=precision, ablate=switched_off, agree=agree)
    masks = []
    for position, probabilities in zip(positions, computed.rows[0], strict=True):
        best = np.argsort(-probabilities, kind="stable")[:top_k]
        spelled = tuple(hub.convert_ids_to_tokens(best.tolist()))
        masks.append(MaskCandidates(int(position), spelled, best.astype(np.int64), probabilities[best]))
    return MaskFills(
        info.id,
        text,
        tuple(masks),
        engine=computed.engine,
        precision=computed.precision,
        agreement=computed.agreement,
        notes=computed.notes,
    )


def problem_type(config: Any) -> str:
    """Return ``"single_label"``, ``"multi_label"`` or ``"regression"`` for a classifier's config."""
    declared = getattr(config, "problem_type", None)
    if declared == "multi_label_classification":
        return "multi_label"
    return "regression" if declared == "regression" or config.num_labels == 1 else "single_label"


def activated(logits: NDArray[np.float32], kind: str) -> NDArray[np.float32]:
    """Return probabilities over the last axis as a problem type says; raw values for a regression."""
    if kind == "multi_label":
        # The sigmoid, whose power cannot overflow.
        shares: NDArray[np.float32] = np.exp(-np.logaddexp(0, -logits))
        return shares
    return logits if kind == "regression" else softmax(logits)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


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
