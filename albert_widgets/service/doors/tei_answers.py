"""Results as clients of Text Embeddings Inference expect them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets._version import __version__
from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.inputs import MAX_TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import Embeddings, ModelInfo, Predictions, Tokens
    from albert_widgets.service.limits import Limits

    from .tei_bodies import TeiEmbedRequest, TeiPredictRequest


def vectors_of(found: Embeddings, body: TeiEmbedRequest) -> NDArray[np.float32]:
    """Return float32 ``(texts, hidden)``. Raises TooLarge or InputInvalid."""
    check_whole(found, body, range(len(found)))
    hidden = found.vectors.shape[1]
    if body.dimensions not in {None, hidden}:
        raise InputInvalid(
            f"The vectors of {found.model} have {hidden} dimensions, not {body.dimensions}.",
            f"Leave dimensions out, or send {hidden}.",
        )
    return found.vectors


def predictions_of(names: Sequence[str], scores: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Return the classes with their scores, the highest first."""
    order = np.argsort(-scores, kind="stable")
    return [{"label": names[int(place)], "score": float(scores[place])} for place in order]


def tokens_of(tokens: Tokens, *, is_all: bool) -> list[dict[str, Any]]:
    """Return the tokens of a text; those around it only with ``is_all``."""
    told = []
    for place, name in enumerate(tokens.tokens):
        special = bool(tokens.is_special[place])
        start, stop = (None, None) if special else (int(edge) for edge in tokens.offsets[place])
        text = name if special else tokens.text[start:stop]
        if is_all or not special:
            told.append({"id": int(tokens.ids[place]), "text": text, "special": special, "start": start, "stop": stop})
    return told


def info_of(info: ModelInfo, limits: Limits) -> dict[str, Any]:
    """Return what ``/info`` tells of a model and its server."""
    classes = {
        "id2label": {str(place): label for place, label in enumerate(info.labels)},
        "label2id": {label: place for place, label in enumerate(info.labels)},
    }
    kind: dict[str, Any] = {"embedding": {"pooling": "mean"}}
    if info.task == "text-classification":
        kind = {"reranker" if len(info.labels) == 1 else "classifier": classes}
    return {
        "model_id": info.id,
        "model_sha": info.revision or None,
        "model_dtype": info.dtype,
        "model_type": kind,
        "max_concurrent_requests": limits.max_concurrent,
        "max_input_length": info.max_length,
        "max_batch_tokens": limits.batch_characters,
        "max_batch_requests": None,
        "max_client_batch_size": MAX_TEXTS,
        "auto_truncate": False,
        "tokenization_workers": limits.workers,
        "version": __version__,
        "sha": None,
        "docker_label": None,
    }


def check_prompt(name: str | None) -> None:
    """Refuse the name of a prompt. Raises InputInvalid."""
    if name is not None:
        raise InputInvalid(f"There is no prompt {name!r}: models have none here.", "Put its words before the text.")


def check_parameters(given: dict[str, Any] | None) -> None:
    """Refuse what TEI does not know either, and would pass over. Raises InputInvalid."""
    if names := [name for name, value in (given or {}).items() if value is not None]:
        raise InputInvalid(f"There is no parameter {names[0]!r}.", "Leave parameters out.")


def check_whole(
    found: Embeddings | Predictions, body: TeiEmbedRequest | TeiPredictRequest, places: Sequence[int]
) -> None:
    """Refuse what would be cut without having been asked for, or at the wrong end.

    Parameters
    ----------
    places
        Where each text of ``found`` stands among all that were sent.

    Raises
    ------
    TooLarge
        A text is longer than the model reads, and must not be cut.
    InputInvalid
        Its beginning should be cut off.
    """
    if not found.truncated.any():
        return
    index = places[int(found.truncated.argmax())]
    if not body.truncate:
        raise TooLarge(
            f"`inputs` must have at most {found.max_length} tokens; the text {index} has more.",
            "Send truncate: true to have its beginning read.",
            limit=found.max_length,
        )
    if str(body.truncation_direction).lower() == "left":
        raise InputInvalid(
            f"The text {index} would be cut; that is done at its end only.", 'Leave truncation_direction at "Right".'
        )
