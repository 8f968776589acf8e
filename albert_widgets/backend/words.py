"""Which words a text has: the same for every tokenizer, so that their counts can be compared.

A word is what the default rules of Unicode part (UAX #29), if it has a letter, a digit, a mark or an emoji in it:
``don't``, ``3.14`` and ``naïve`` are one each, a comma is none. Scripts without spaces have no such parts: in Chinese,
Japanese kana but katakana, Thai, Lao, Khmer and Burmese each character counts as a word, for only a dictionary knows
more. There, tokens per character say the same with fewer assumptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import regex

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNTED = r"\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}"
# A part may begin with something else, such as an underscore or a cedilla that stands alone.
_WORD = regex.compile(rf"\b(?:[^{_COUNTED}](?!\b))*[{_COUNTED}].*?\b", regex.WORD | regex.DOTALL)


def words(text: str) -> NDArray[np.int32]:
    """Return where the words of a text are: int32, shape ``(words, 2)``, start and end in code points."""
    return np.asarray([found.span() for found in _WORD.finditer(text)], np.int32).reshape(-1, 2)
