"""What a model says with tokens masked and heads switched off, beside what it says untouched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.results import Effect, Verdict

from .classify import MAX_CANDIDATES, activated, class_names, kind_of, problem_type
from .reading import Reading, heads_of, places_of, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from .pool import Loaded
    from .reading import Heads

FILL_MASK = "fill_mask"


def effect(
    loaded: Loaded,
    text: str,
    pair: str | None = None,
    *,
    mask: Sequence[int] = (),
    ablate: Sequence[Sequence[int]] = (),
    top_k: int = 5,
) -> Effect:
    """Return the model's verdicts; see :meth:`BertBackend.effect`."""
    if loaded.info.task not in {"text-classification", "fill-mask"}:
        raise TaskUnsupported(
            f"{loaded.info.id} is {kind_of(loaded.info.task)}: it predicts nothing that could change.",
            "Use a classifier or a masked language model: %albert models lists yours.",
            model=loaded.info.id,
            task=loaded.info.task,
        )
    if not 1 <= top_k <= MAX_CANDIDATES:
        raise InputInvalid(f"top_k={top_k} is out of range.", f"Choose 1 to {MAX_CANDIDATES}.")
    reading = Reading.of(loaded, text, pair)
    places, heads = places_of(reading.tokens, mask), heads_of(loaded, ablate)
    masked = reading.masked(places)
    is_masked_model = loaded.info.task == "fill-mask"
    untouched = masked if is_masked_model else reading
    now = _logits(masked, heads)
    before = now if not heads and untouched.tokens is masked.tokens else _logits(untouched, ())
    if is_masked_model:
        kind = FILL_MASK
        holes = np.flatnonzero(masked.tokens.ids == masked.blank)
        verdicts = tuple(_of_place(reading, int(hole), now[hole], before[hole], top_k) for hole in holes)
    else:
        kind = problem_type(loaded.engine.model.config)
        verdicts = (_of_text(loaded, now, before, kind),)
    return Effect(reading.tokens, tuple(places), heads, kind, verdicts)


def _logits(reading: Reading, heads: Heads) -> torch.Tensor:
    """Return float32 ``(classes,)``, or ``(tokens, vocabulary)``."""
    loaded = reading.loaded
    with loaded.lock, loaded.engine.inference(), without(loaded, heads):
        logits: torch.Tensor = loaded.engine.model(**reading.inputs).logits[0].float().cpu()
    return logits


def _of_text(loaded: Loaded, now: torch.Tensor, before: torch.Tensor, kind: str) -> Verdict:
    names = class_names(loaded.info, len(now))
    probabilities, untouched = activated(now.numpy(), kind), activated(before.numpy(), kind)
    return Verdict(None, names, probabilities, untouched, now.numpy(), before.numpy())


def _of_place(reading: Reading, place: int, now: torch.Tensor, before: torch.Tensor, top_k: int) -> Verdict:
    probabilities, untouched = now.softmax(-1).numpy(), before.softmax(-1).numpy()
    best = np.argsort(-probabilities, kind="stable")[:top_k]
    names = tuple(reading.loaded.engine.tokenizer.hub.convert_ids_to_tokens(best.tolist()))
    verdict = Verdict(
        place, names, probabilities[best], untouched[best], now.numpy()[best].copy(), before.numpy()[best].copy()
    )
    stood = int(reading.tokens.ids[place])
    if stood == reading.blank:
        return verdict
    return replace(
        verdict,
        original=reading.tokens.tokens[place],
        rank=int((now > now[stood]).sum()) + 1,
        rank_before=int((before > before[stood]).sum()) + 1,
        original_probability=float(probabilities[stood]),
        original_before=float(untouched[stood]),
    )
