"""ROUGE of summaries in any script, and the lead baseline that every summarizer should be seen beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend.words import words
from albert_widgets.results import RougeScore
from albert_widgets.selection import within

from .languages import guess_language
from .sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MEASURES = ("rouge1", "rouge2", "rougeL")


class UnicodeWords:
    """Words as Unicode parts them, without case; rouge-score's own tokenizer knows ``a`` to ``z`` and digits only."""

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text."""
        folded = text.casefold()
        return [folded[start:end] for start, end in words(folded)]


def scores(reference: str, answer: str) -> tuple[RougeScore, ...]:
    """Return precision, recall and F1 of one answer, for each of :data:`MEASURES`."""
    found = _scorer().score(reference, answer)
    return tuple(
        RougeScore(name, float(found[name].precision), float(found[name].recall), float(found[name].fmeasure))
        for name in MEASURES
    )


def rouge(references: Sequence[str], answers: Sequence[str]) -> NDArray[np.float32]:
    """Return the F1 of each answer: float32 ``(answers, 3)``, a column for each of :data:`MEASURES`.

    References
    ----------
    Lin: ROUGE. ACL workshop on text summarization, 2004. Its words, without stemming.
    """
    scorer = _scorer()
    found = [scorer.score(truth, answer) for truth, answer in zip(references, answers, strict=True)]
    return np.asarray([[one[name].fmeasure for name in MEASURES] for one in found], np.float32).reshape(-1, 3)


def lead(text: str, reference: str) -> str:
    """Return the first sentences of ``text``, with no more words than ``reference`` has; one at least."""
    pieces = [text[span.start : span.end] for span in split_sentences(text, guess_language(text))]
    chosen = within(range(len(pieces)), [len(words(piece)) for piece in pieces], len(words(reference)))
    return " ".join(piece for at, piece in enumerate(pieces) if at in chosen)


def _scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(MEASURES), tokenizer=UnicodeWords())
