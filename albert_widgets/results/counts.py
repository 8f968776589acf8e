"""The answer to ``count_tokens``: how long many texts are, without their tokens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .html import decimal, to_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .suggestion import Suggestion

_COLUMNS = ("tokens", "words", "word_tokens", "characters", "unknown")


@dataclass(frozen=True, eq=False)
class TokenCounts:
    """The counts of many texts. ``n`` is the number of texts.

    Attributes
    ----------
    model
        Id of the model whose tokenizer was used.
    max_length
        How many tokens the model reads at once; 0 when it has no limit.
    special
        How many special tokens are added to each text.
    tokens
        int32, shape ``(n,)``: the length of each text, special tokens among it.
    words
        int32, shape ``(n,)``: its words, as in :attr:`Tokens.words`.
    word_tokens
        int32, shape ``(n,)``: in how many tokens these words lie, taken together.
    characters
        int32, shape ``(n,)``: its code points that are not white space.
    unknown
        int32, shape ``(n,)``: its unknown tokens.
    unknown_words
        The pieces of text that unknown tokens stand for, each once, the most frequent first.
    unknown_counts
        int64, shape ``(unknown words,)``: how often each of them is there.
    suggestion
        Other models, where at least a tenth of the texts are in a script that this one does not know; else None.
    """

    model: str
    max_length: int
    special: int
    tokens: NDArray[np.int32]
    words: NDArray[np.int32]
    word_tokens: NDArray[np.int32]
    characters: NDArray[np.int32]
    unknown: NDArray[np.int32]
    unknown_words: tuple[str, ...]
    unknown_counts: NDArray[np.int64]
    suggestion: Suggestion | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def joined(cls, parts: Sequence[TokenCounts]) -> TokenCounts:
        """Return the counts of all texts of some answers, in their order."""
        if len(parts) == 1:
            return parts[0]
        unknown_words: Counter[str] = Counter()
        for part in parts:
            unknown_words.update(dict(zip(part.unknown_words, part.unknown_counts.tolist(), strict=True)))
        columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
        offers = Counter({part.suggestion: len(part) for part in parts if part.suggestion})
        offer = offers.most_common(1)[0][0] if offers else None
        return replace(parts[0], **columns, **most_common(unknown_words), suggestion=offer)

    def to_frame(self) -> Any:
        """Return a table with one row a text."""
        return to_frame(
            {"tokens": self.tokens, "words": self.words, "characters": self.characters, "unknown": self.unknown}
        )

    def __repr__(self) -> str:
        total, words = int(self.tokens.sum()), int(self.words.sum())
        parts = [f"{len(self):,} texts", f"{total:,} tokens"]
        if words:
            parts.append(f"{decimal(int(self.word_tokens.sum()) / words)} per word")
        parts.append(f"{int(self.unknown.sum()):,} unknown")
        offer = f"\n{self.suggestion}" if self.suggestion else ""
        return f"{self.model}: {' · '.join(parts)}{offer}"


def most_common(unknown_words: Counter[str]) -> dict[str, Any]:
    """Return the two fields that tell of unknown words."""
    best = unknown_words.most_common()
    return {
        "unknown_words": tuple(word for word, _ in best),
        "unknown_counts": np.asarray([count for _, count in best], np.int64),
    }
