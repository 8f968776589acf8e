"""Summaries: sentences chosen by centrality and maximal marginal relevance, or written by a model trained to."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Sentence, Summary

from .embed import embed
from .generation import abstract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .pool import Loaded

METHODS = ("centrality", "lead", "abstractive")
MAX_SENTENCES = 5_000
"""The similarity matrix of more would not fit a small machine (float32: 100 MB)."""

_SCRIPT_LANGUAGES = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "THAI": "th",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
}


def summarize(
    loaded: Loaded,
    text: str,
    *,
    method: str = "centrality",
    sentences: int | None = None,
    percent: float | None = None,
    words: int | None = None,
    tokens: int | None = None,
    language: str | None = None,
) -> Summary:
    """Return the sentences that say the most, or what a summarizer writes; see :meth:`BertBackend.summarize`."""
    if method not in METHODS:
        raise InputInvalid(f"There is no method {method!r}.", f"Choose one of: {', '.join(METHODS)}.")
    language = language or guess_language(text)
    if method == "abstractive":
        lengths = {"sentences": sentences, "percent": percent, "words": words}
        return abstract(loaded, text, tokens=tokens, language=language, **lengths)
    spans = split_sentences(text, language)
    if len(spans) > MAX_SENTENCES:
        raise InputInvalid(
            f"The text has {len(spans):,} sentences; the limit is {MAX_SENTENCES:,}.", "Split it into parts."
        )
    pieces = [text[start:end] for start, end in spans]
    notes: list[str] = []
    if method == "lead":
        scores = np.linspace(1.0, 1.0 / len(pieces), len(pieces), dtype=np.float32)
        order: list[int] = list(range(len(pieces)))
    else:
        vectors = embed(loaded, pieces)
        if vectors.truncated.any():
            notes.append(f"{int(vectors.truncated.sum())} sentences were read up to {vectors.max_length} tokens")
        similarity = (vectors.vectors @ vectors.vectors.T).clip(0.0, 1.0)
        scores = centrality(similarity)
        order = marginal_relevance(scores, similarity)
    chosen = _choose(loaded, pieces, order, sentences=sentences, percent=percent, words=words, tokens=tokens)
    return Summary(
        model=loaded.info.id,
        source=text,
        sentences=tuple(
            Sentence(piece, start, end, float(score), index in chosen)
            for index, (piece, (start, end), score) in enumerate(zip(pieces, spans, scores, strict=True))
        ),
        method=method,
        language=language,
        notes=tuple(notes),
    )


def split_sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences in code points, without surrounding white space.

    sentencex knows the abbreviations and terminators of some 240 languages; blank lines end a sentence, too.
    """
    from sentencex import get_sentence_boundaries

    spans = []
    for boundary in get_sentence_boundaries(language, text):
        start, end = int(boundary["start_index"]), int(boundary["end_index"])
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            start += len(piece) - len(piece.lstrip())
            spans.append((start, start + len(stripped)))
    return spans or [(0, len(text))]


def guess_language(text: str) -> str:
    """Return the ISO 639 code that the text's most frequent script suggests; ``"en"`` for Latin script."""
    counts: dict[str, int] = {}
    for character in text[:2000]:
        if character.isalpha():
            script = unicodedata.name(character, "").split(" ", 1)[0]
            counts[script] = counts.get(script, 0) + 1
    # Japanese mixes kana with Chinese characters; kana decide.
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > 0.1 * sum(counts.values()):
        return "ja"
    return _SCRIPT_LANGUAGES.get(max(counts, key=lambda script: counts[script], default=""), "en")


def centrality(similarity: NDArray[np.float32], damping: float = 0.85) -> NDArray[np.float32]:
    """Return each sentence's stationary probability in the similarity graph, scaled to a maximum of 1.

    Continuous LexRank (Erkan & Radev 2004, eq. 10) on cosines of BERT vectors, by power iteration.

    Parameters
    ----------
    similarity
        ``(n, n)``, symmetric, in [0, 1].
    """
    count = len(similarity)
    graph = similarity.copy()
    np.fill_diagonal(graph, 0.0)
    strength = graph.sum(axis=1, keepdims=True)
    steps = np.divide(graph, strength, out=np.full_like(graph, 1.0 / count), where=strength > 0)
    rank = np.full(count, 1.0 / count, np.float32)
    for _ in range(100):
        moved = (1 - damping) / count + damping * (steps.T @ rank)
        if np.abs(moved - rank).sum() < 1e-6:
            break
        rank = moved
    top: NDArray[np.float32] = (rank / rank.max()).astype(np.float32)
    return top


def marginal_relevance(scores: NDArray[np.float32], similarity: NDArray[np.float32], trade: float = 0.7) -> list[int]:
    """Return all sentences in the order of maximal marginal relevance (Carbonell & Goldstein 1998).

    Each next sentence maximises ``trade · score − (1 − trade) · (similarity to the nearest one taken)``.
    """
    left = np.ones(len(scores), np.bool_)
    nearest = np.zeros(len(scores), np.float32)
    order: list[int] = []
    for _ in range(len(scores)):
        gain = np.where(left, trade * scores - (1 - trade) * nearest, -np.inf)
        best = int(gain.argmax())
        order.append(best)
        left[best] = False
        nearest = np.maximum(nearest, similarity[best])
    return order


def _choose(
    loaded: Loaded,
    pieces: Sequence[str],
    order: Sequence[int],
    *,
    sentences: int | None,
    percent: float | None,
    words: int | None,
    tokens: int | None,
) -> set[int]:
    given = {
        name: value
        for name, value in {"sentences": sentences, "percent": percent, "words": words, "tokens": tokens}.items()
        if value is not None
    }
    if len(given) > 1:
        raise InputInvalid(f"Both {' and '.join(given)} are given.", "Give one length.")
    name, value = next(iter(given.items()), ("sentences", 3))
    if not value > 0 or (name == "percent" and value > 100):
        raise InputInvalid(
            f"{name}={value} is out of range.", f"Use {'1 to 100' if name == 'percent' else 'at least 1'}."
        )
    if name in {"sentences", "percent"}:
        count = int(value) if name == "sentences" else max(1, round(len(pieces) * value / 100))
        return set(order[:count])
    cost: Callable[[str], int] = _count_words
    if name == "tokens":
        lengths = [len(ids) - 2 for ids in loaded.engine.tokenizer.encode(pieces)["input_ids"]]
        by_piece = dict(zip(pieces, lengths, strict=True))
        cost = by_piece.__getitem__
    return within(order, [cost(piece) for piece in pieces], value)


def within(order: Sequence[int], prices: Sequence[int], budget: float) -> set[int]:
    """Return those sentences, taken in ``order``, that a budget pays for."""
    chosen: set[int] = set()
    for index in order:
        if prices[index] <= budget or not chosen:
            # The first sentence is kept even when it is over the budget: an empty summary helps nobody.
            chosen.add(index)
            budget -= prices[index]
    return chosen


def _count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces each ideograph counts as one."""
    ideographs = sum(unicodedata.east_asian_width(character) == "W" and character.isalpha() for character in text)
    return max(1, ideographs + sum(any(c.isalnum() and ord(c) < 0x2E80 for c in word) for word in text.split()))
