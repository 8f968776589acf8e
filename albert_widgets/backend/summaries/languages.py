"""Which language a text is in, as far as the parting of sentences and the words that say nothing depend on it."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter

import regex

SAMPLE = 4_000
"""Characters that are looked at."""
LATIN = (
    *("af", "ca", "cs", "da", "de", "en", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "id", "it", "la", "lt"),
    *("lv", "nl", "no", "pl", "pt", "ro", "sk", "sl", "so", "sv", "sw", "tl", "tr", "vi"),
)
"""Languages in Latin script that are told from each other by their frequent words."""
CYRILLIC = ("ru", "uk", "bg")
ARABIC = ("ar", "fa", "ur")
DEVANAGARI = ("hi", "mr")
FEW = 4
"""Fewer different frequent words than this say nothing about the language of a text."""

_SCRIPTS: dict[str, tuple[str, ...]] = {
    "LATIN": ("en", *LATIN),
    "CYRILLIC": CYRILLIC,
    "ARABIC": ARABIC,
    "DEVANAGARI": DEVANAGARI,
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh",),
    "HANGUL": ("ko",),
    "HEBREW": ("he",),
    "GREEK": ("el",),
    "BENGALI": ("bn",),
    "GUJARATI": ("gu",),
    "GURMUKHI": ("pa",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "KANNADA": ("kn",),
    "MALAYALAM": ("ml",),
    "SINHALA": ("si",),
    "THAI": ("th",),
    "LAO": ("lo",),
    "KHMER": ("km",),
    "MYANMAR": ("my",),
    "TIBETAN": ("bo",),
    "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",),
    "ETHIOPIC": ("am",),
}
_WORD = regex.compile(r"[\p{L}\p{M}]+")


def guess_language(text: str) -> str:
    """Return the ISO 639 code that script and frequent words of the text suggest; ``"en"`` where nothing does."""
    sample = text[:SAMPLE]
    counts = Counter(unicodedata.name(character, "").split(" ", 1)[0] for character in sample if character.isalpha())
    # Japanese mixes kana with Chinese characters; kana decide.
    if counts["HIRAGANA"] + counts["KATAKANA"] > 0.1 * counts.total():
        return "ja"
    script = max(counts, key=counts.__getitem__, default="LATIN")
    candidates = _SCRIPTS.get(script, ("en",))
    return candidates[0] if len(candidates) == 1 else _most_frequent_words(sample, candidates)


@functools.cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that say nothing by themselves, case-folded; none for one that is not known.

    English has those of scikit-learn: the ISO list counts ``home``, ``system`` and ``world`` among its 1,298.
    """
    import stopwordsiso
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    if language == "en":
        return frozenset(ENGLISH_STOP_WORDS)
    known = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else set()
    return frozenset(word.casefold() for word in known)


def _most_frequent_words(text: str, candidates: tuple[str, ...]) -> str:
    """Return the language whose stop words cover most of the text; the first one where hardly any is found."""
    found = Counter(word.casefold() for word in _WORD.findall(text))

    def covered(language: str) -> float:
        words = stop_words(language)
        shared = found.keys() & words
        # A long list finds more by chance.
        return sum(found[word] for word in shared) / len(words) ** 0.25 if len(shared) >= FEW else 0.0

    best = max(candidates, key=covered)
    return best if covered(best) > 0 else candidates[0]
