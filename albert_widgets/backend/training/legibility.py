"""Whether a tokenizer can read the texts: how many are cut, unknown tokens, a vocabulary of another language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.backend.scripts import main_script
from albert_widgets.backend.suggesting import hub_models_for

from .checks import finding, rows_have

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.tokens import SharedTokenizer
    from albert_widgets.labelled import LabelledTexts
    from albert_widgets.results import Finding, Suggestion

SAMPLE = 10_000
"""Rows that are looked at."""
UNKNOWN = 0.02
"""Share of unknown tokens that is worth a warning; English and its own vocabulary have 0.001."""
PIECES = 2.0
"""Tokens of a word, in the mean, that show a vocabulary of another language; in its own there are 1.2."""
LETTERS = 20
"""With more letters between two spaces, the script does not part its words by spaces."""
SCRIPT_TEXTS = 200
"""Texts that are looked at to know the script."""

_TYPE = "%albert download NAME, then --model NAME."
_OF_MANY = f"one for a hundred languages, such as google-bert/bert-base-multilingual-cased: {_TYPE}"


def legibility(
    data: LabelledTexts,
    tokenizer: SharedTokenizer,
    *,
    model: str,
    max_length: int,
    limit: int,
    suggest: Callable[[Sequence[str]], Suggestion | None] | None,
) -> tuple[Finding, ...]:
    """Return what there is to know of how ``tokenizer`` reads the texts.

    Parameters
    ----------
    model
        The model's id, for the messages.
    max_length
        Tokens at which the texts will be cut; 0 for no limit.
    limit
        Tokens that the model reads at most; 0 for no limit.
    suggest
        Says which models to offer where this one does not know the script; None offers none.
    """
    rows = [row for row, text in enumerate(data.texts) if text is not None]
    if len(rows) > SAMPLE:
        rows = sorted(np.random.default_rng(0).choice(rows, SAMPLE, replace=False).tolist())
    if not rows:
        return ()
    # A lone surrogate is reported by the check of the data; the tokenizer would refuse it.
    texts = [(data.texts[row] or "").encode("utf-8", "replace").decode() for row in rows]
    pairs = None
    if data.pairs is not None:
        pairs = [(data.pairs[row] or "").encode("utf-8", "replace").decode() for row in rows]
    encoding = tokenizer.encode(texts, pairs)
    ids = [np.asarray(one) for one in encoding["input_ids"]]
    found = [*_lengths(data, rows, ids, max_length, limit)]
    unknown = tokenizer.hub.unk_token_id
    missing = np.asarray([0 if unknown is None else int((one == unknown).sum()) for one in ids])
    special = tokenizer.hub.num_special_tokens_to_add(pair=pairs is not None)
    tokens = sum(len(one) - special for one in ids)
    share = int(missing.sum()) / max(tokens, 1)
    words, letters = sum(len(text.split()) for text in texts), sum(map(len, texts))
    pieces = tokens / max(words, 1)
    suggestion = suggest(texts) if suggest is not None else None
    if suggestion is not None:
        found.append(finding(data, "unread_script", suggestion.message, rows=rows, hint=suggestion.hint))
    elif share > UNKNOWN:
        language, hint = _advice(texts)
        message = (
            f"{_percent(share)} of the tokens are unknown to {model}: "
            f"its vocabulary is not made for {language}, and it cannot tell such words apart."
        )
        some = [row for row, count in zip(rows, missing, strict=True) if count]
        found.append(finding(data, "unknown_tokens", message, rows=some, hint=hint))
    elif pieces > PIECES and letters < LETTERS * words and tokens > LETTERS * len(texts) / 2:
        language, hint = _advice(texts)
        message = (
            f"{model} cuts a word into {pieces:.1f} tokens in the mean: "
            f"its vocabulary is not made for {language}, and the pieces say little of a word."
        )
        found.append(finding(data, "spelled_words", message, rows=rows, hint=hint))
    return tuple(found)


def _lengths(
    data: LabelledTexts, rows: Sequence[int], ids: Sequence[NDArray[np.int64]], max_length: int, limit: int
) -> Iterator[Finding]:
    long = [row for row, one in zip(rows, ids, strict=True) if max_length and len(one) > max_length]
    if not long:
        return
    share = len(long) / len(rows)
    longest = max(len(one) for one in ids)
    message = f"{rows_have(len(long))} more than {max_length} tokens ({_percent(share)}); the rest is not read."
    if not limit or max_length < limit:
        hint = f"max_length={min(longest, limit or longest)} reads more of them, and takes longer."
    else:
        hint = f"The model reads no more than {limit}; split long texts into rows, or choose a model for long ones."
    yield finding(data, "truncated", message, rows=long, hint=hint, level="warning" if share > 0.05 else "note")


def _advice(texts: Sequence[str]) -> tuple[str, str]:
    """Return the language of the texts, as far as its script tells, and which model to take instead."""
    script = main_script(texts[:SCRIPT_TEXTS])
    if script is None or script.key == "LATIN":
        return "the language of these texts", f"Choose a model whose vocabulary is made for it, or {_OF_MANY}"
    own = ", ".join(hub_models_for(script)[:2])
    return script.name, f"Choose a model whose vocabulary is made for it, such as {own}: {_TYPE}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"
