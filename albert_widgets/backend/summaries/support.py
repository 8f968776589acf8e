"""Which sentences of the source say what a written one says, and which written ones nothing in the source supports.

Two conditions, and a third in most languages:

* Meaning: the cosine of the two sentence vectors is at least :data:`MEANING`. At 0.5 the starter finds support in a
  news article for 99 % of its own sentences without their last 40 %, for 83 % of the headlines, and for 2 % of the
  sentences of other articles of the same section; at 0.4 for 9 % of those, at 0.6 for 64 % of the headlines.
* Numbers: each number of a written sentence is in the source. It is what models make up most readily, and vectors of
  sentences hardly change with it.
* Words, but for English text with the starter: the cosine of the counts of content words is at least :data:`WORDS`.
  The starter was trained on English and finds other languages alike: of 20 unrelated short texts one is at 0.5 or above
  for 38 % (German) to 100 % (Arabic); with shared words for 0 to 1 % (Chinese, Japanese, Hindi), 13 % (French), 18 %
  (Arabic), 21 % (German). Texts without their last 40 % stay above in 98 to 100 %. Other encoders were not trained to
  compare sentences at all.

``benchmarks/support.py`` measures it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import regex

from albert_widgets.backend.embed import embed
from albert_widgets.protocol import STARTER
from albert_widgets.results import Support, WrittenSentence

from .graph import content_words
from .sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded

    from .reading import Reading

MEANING, WORDS = 0.5, 0.3
MOST = 3
"""Sentences of the source that are named for each written one."""

_NUMBER = regex.compile(r"\p{Nd}(?:[\p{Nd}.,'’٫٬\u00a0\u202f]*\p{Nd})?")
_DIGITS = regex.compile(r"\p{Nd}+")


@dataclass(frozen=True, eq=False)
class Alignment:
    """Written sentences beside those of the source.

    Attributes
    ----------
    sentences
        The written ones, each with what supports it.
    scores
        float64 ``(sentences of the source,)`` in [0, 1]: how near the nearest written one is.
    """

    sentences: tuple[WrittenSentence, ...]
    scores: NDArray[np.float64]


def aligned(written: str, reading: Reading, encoder: Loaded) -> Alignment:
    """Return what supports each sentence of ``written``, by the vectors of ``encoder``.

    Parameters
    ----------
    reading
        Of the source, by the encoder: it reads each text once only.
    """
    spans = split_sentences(written, reading.language)
    if not spans:
        return nothing(reading)
    pieces, sources = [written[span.start : span.end] for span in spans], reading.pieces
    meaning = embed(encoder, pieces).vectors @ reading.graph(encoder).vectors.T
    is_near = meaning >= MEANING
    if needs_words(encoder, reading.language):
        terms = content_words([*pieces, *sources], reading.language)
        shared = np.asarray((terms[: len(pieces)] @ terms[len(pieces) :].T).todense())
        is_near &= shared >= WORDS
    known = _numbers(sources)
    sentences = tuple(
        WrittenSentence(
            text=piece,
            start=span.start,
            end=span.end,
            support=_support(values, near) if _has_only(piece, known) else (),
        )
        for piece, span, values, near in zip(pieces, spans, meaning, is_near, strict=True)
    )
    return Alignment(sentences, meaning.max(axis=0).clip(0.0, 1.0).astype(np.float64))


def nothing(reading: Reading) -> Alignment:
    """Return how a source stands beside a text without a sentence."""
    return Alignment((), np.zeros(len(reading.spans)))


def needs_words(encoder: Loaded, language: str) -> bool:
    """Say whether vectors alone tell too little: the encoder compares no sentences, or knows the language badly."""
    return encoder.info.id != STARTER or language != "en"


def _support(values: NDArray[np.float32], near: NDArray[np.bool_]) -> tuple[Support, ...]:
    best = [int(at) for at in np.argsort(-values, kind="stable") if near[at]][:MOST]
    return tuple(Support(at, min(1.0, float(values[at]))) for at in best)


def _numbers(texts: Sequence[str]) -> frozenset[str]:
    """Return the numbers of some texts, whole and without their separators, and the runs of digits in them."""
    found = (run for text in texts for number in _NUMBER.findall(text) for run in (number, *_DIGITS.findall(number)))
    return frozenset(map(_plain, found))


def _has_only(text: str, known: frozenset[str]) -> bool:
    """Say whether all numbers of a text are known; a tokenizer may have put spaces into them (``3. 5``)."""
    return all(
        _plain(number) in known or all(_plain(run) in known for run in _DIGITS.findall(number))
        for number in _NUMBER.findall(text)
    )


def _plain(number: str) -> str:
    """Return the digits of a number, in any script, as ASCII."""
    return "".join(str(unicodedata.decimal(character)) for character in number if character.isdecimal())
