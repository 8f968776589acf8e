"""Texts that an encoder-decoder writes, in batches: for a training to judge, and for a summary."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import StoppingCriteria

from albert_widgets.backend import batching
from albert_widgets.backend.engines.torch import max_length as longest
from albert_widgets.errors import InputInvalid
from albert_widgets.summarizer import MAX_BEAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.engines.torch import TorchModel
    from albert_widgets.backend.tokens import SharedTokenizer

TOKENS_PER_BATCH = 8192
"""Of all candidates; more than for one pass of an encoder, for each step of a decoder has much that is the same."""
MAX_NGRAM = 20
USUAL_TOKENS = 128
"""Of a summary, where neither the user nor the checkpoint says how long it may be."""
TELL_SECONDS = 0.05
"""Between two looks at a text that is being written."""

_OF_THE_TASK = (
    *("early_stopping", "length_penalty", "max_new_tokens", "min_new_tokens", "no_repeat_ngram_size", "num_beams"),
    "repetition_penalty",
)


def generate(
    engine: TorchModel,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    max_length: int | None = None,
    watch: Callable[[int, int], None] | None = None,
    **how: Any,
) -> tuple[list[str], NDArray[np.int64], int]:
    """Return what the model writes to each text, in their order.

    Parameters
    ----------
    max_length
        Tokens of a text that are read, if fewer than the model could.
    watch
        Told after each batch how many texts are done, and of how many; what it raises ends the work.
    **how
        Of transformers' ``generate``, instead of what the checkpoint says: ``num_beams``, ``max_new_tokens``.

    Returns
    -------
    (the texts, int64 ``(texts,)`` tokens of each source before it was cut, the most that were read or 0 for no limit)
    """
    limit = min(filter(None, (engine.max_length, max_length)), default=0)
    encoding = engine.tokenizer.encode(texts, pairs)
    lengths = np.asarray([len(ids) for ids in encoding["input_ids"]], np.int64)
    if limit and lengths.max() > limit:
        encoding = engine.tokenizer.encode(texts, pairs, limit)
    beams = how.get("num_beams") or engine.model.generation_config.num_beams or 1
    read = [min(length, limit or length) for length in lengths.tolist()]
    written = [""] * len(texts)
    done = 0
    for batch in batching.batches(read, TOKENS_PER_BATCH // beams):
        inputs = engine.read_by_encoder({name: [encoding[name][index] for index in batch] for name in encoding})
        with engine.inference():
            ids = engine.model.generate(**inputs, **how)
        for index, text in zip(batch, engine.tokenizer.hub.batch_decode(ids, skip_special_tokens=True), strict=True):
            written[index] = text.strip()
        done += len(batch)
        if watch is not None:
            watch(done, len(texts))
    return written, lengths, limit


def search_of(
    engine: TorchModel, tokens: int | None = None, beams: int | None = None, no_repeat_ngram: int | None = None
) -> dict[str, Any]:
    """Return how a summary is searched for, as ``generate`` takes it: as asked, else as the checkpoint says.

    A checkpoint says it in ``generation_config.json``, which ``generate`` reads by itself, and older ones in
    ``config.json`` for each task (``task_specific_params``).

    Raises
    ------
    InputInvalid
        A choice out of range.
    """
    if beams is not None and not 1 <= beams <= MAX_BEAMS:
        raise InputInvalid(f"beams={beams} is out of range.", f"Use 1 (no search) to {MAX_BEAMS}.")
    if no_repeat_ngram is not None and not 0 <= no_repeat_ngram <= MAX_NGRAM:
        raise InputInvalid(f"no_repeat_ngram={no_repeat_ngram} is out of range.", f"Use 0 (off) to {MAX_NGRAM}.")
    said = engine.model.generation_config
    # Whoever made the checkpoint may have written anything there.
    asked = {name: value for name, value in of_the_task(engine.model.config).items() if isinstance(value, int | float)}
    how = {name: asked[name] for name in _OF_THE_TASK if name in asked}
    # The first token of a decoder is none that it wrote, but these count it.
    most = _first(how.get("max_new_tokens"), _less_one(asked.get("max_length")), said.max_new_tokens)
    most = _first(tokens, most, _less_one(said.max_length), USUAL_TOKENS)
    least = _first(how.get("min_new_tokens"), _less_one(asked.get("min_length")), said.min_new_tokens)
    least = _first(least, _less_one(said.min_length), 0)
    if tokens is not None:
        # However few are asked for, they should be some.
        least = max(1, least)
    most = min(filter(None, (max(1, most), written_at_once(engine))))
    how |= {"max_new_tokens": most, "min_new_tokens": min(least, most)}
    if beams is not None:
        how["num_beams"] = beams
    if no_repeat_ngram is not None:
        how["no_repeat_ngram_size"] = no_repeat_ngram
    return how


def of_the_task(config: Any) -> dict[str, Any]:
    """Return what a checkpoint's config says of summaries: how to search for them, and a ``prefix`` of the text."""
    tasks = getattr(config, "task_specific_params", None)
    found = tasks.get("summarization") if isinstance(tasks, dict) else None
    return found if isinstance(found, dict) else {}


def written_at_once(engine: TorchModel) -> int:
    """Return how many tokens the decoder can write; 0 when there is no limit."""
    return longest(engine.model.get_decoder(), engine.tokenizer)


class Told(StoppingCriteria):
    """Looks on while a text is written, with or without beams, and tells somebody what stands there.

    transformers asks its stopping criteria after each token, with the best candidate first; its streamers know no
    beams.

    Parameters
    ----------
    tell
        Called at most every :data:`TELL_SECONDS` with the text; what it raises ends the work as :class:`Interrupted`.
    """

    def __init__(self, tokenizer: SharedTokenizer, tell: Callable[[str], None]) -> None:
        self._tokenizer = tokenizer
        self._tell = tell
        self._last = 0.0

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_more: Any) -> torch.Tensor:
        """Return that no candidate ends here."""
        del scores
        if time.monotonic() - self._last >= TELL_SECONDS:
            text = self._tokenizer.hub.decode(input_ids[0], skip_special_tokens=True).strip()
            try:
                self._tell(text)
            except Exception as error:
                raise Interrupted(error) from error
            self._last = time.monotonic()
        return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)


class Interrupted(Exception):
    """Whoever looked on raised something; it is not the model that failed.

    Attributes
    ----------
    reason
        What was raised.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _less_one(value: float | None) -> int | None:
    return None if value is None else int(value) - 1
