"""Which script a text is in, by Unicode's names of its letters, and which languages are written in it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGINNING = 200
"""Characters of a text that are looked at to know its script."""
_KANA_SHARE = 0.1
"""With so many kana among its characters, a text is Japanese and not Chinese."""
_KANA, _HAN = ("HIRAGANA", "KATAKANA"), "CJK"
_NO_SCRIPTS = frozenset(
    {"COMBINING", "MODIFIER", "MATHEMATICAL", "SUPERSCRIPT", "SUBSCRIPT", "FEMININE", "MASCULINE", "MICRO", "VARIATION"}
)
"""First words of names that belong to letters and marks of any script."""


@dataclass(frozen=True)
class Script:
    """A script.

    Attributes
    ----------
    key
        First word of Unicode's names for its letters; ``"JAPANESE"`` is of kana and Chinese characters together.
    name
        As people call it, or the language where only one is written in it.
    languages
        ISO codes of languages that are written in it, those with most texts first.
    is_whole
        Whether one character is a word or a syllable of its own, so that one token for each is no bad sign.
    """

    key: str
    name: str
    languages: tuple[str, ...] = ()
    is_whole: bool = False


_SCRIPTS = {
    one.key: one
    for one in (
        Script("LATIN", "Latin letters", ("en",)),
        Script("CYRILLIC", "Cyrillic", ("ru", "uk", "bg")),
        Script("GREEK", "Greek", ("el",)),
        Script("ARABIC", "Arabic", ("ar", "fa", "ur")),
        Script("HEBREW", "Hebrew", ("he",)),
        Script("ARMENIAN", "Armenian", ("hy",)),
        Script("GEORGIAN", "Georgian", ("ka",)),
        Script("DEVANAGARI", "Devanagari", ("hi", "mr", "ne")),
        Script("BENGALI", "Bengali", ("bn",)),
        Script("GURMUKHI", "Gurmukhi", ("pa",)),
        Script("GUJARATI", "Gujarati", ("gu",)),
        Script("TAMIL", "Tamil", ("ta",)),
        Script("TELUGU", "Telugu", ("te",)),
        Script("KANNADA", "Kannada", ("kn",)),
        Script("MALAYALAM", "Malayalam", ("ml",)),
        Script("SINHALA", "Sinhala", ("si",)),
        Script("THAI", "Thai", ("th",)),
        Script("LAO", "Lao", ("lo",)),
        Script("KHMER", "Khmer", ("km",)),
        Script("MYANMAR", "Burmese", ("my",)),
        Script("TIBETAN", "Tibetan", ("bo",), is_whole=True),
        Script("ETHIOPIC", "Ethiopic", ("am",), is_whole=True),
        Script(_HAN, "Chinese", ("zh",), is_whole=True),
        Script("JAPANESE", "Japanese", ("ja",), is_whole=True),
        Script("HANGUL", "Korean", ("ko",), is_whole=True),
    )
}


def script_named(key: str) -> Script:
    """Return the script of a key; one that is not listed is called as Unicode calls it."""
    return _SCRIPTS.get(key) or Script(key, key.capitalize())


@cache
def key_of(letter: str) -> str:
    """Return the key of a letter's or mark's script; empty for what belongs to none, such as digits and emoji."""
    if unicodedata.category(letter)[0] not in "LM":
        return ""
    first, *rest = unicodedata.name(letter, "").replace("-", " ").split(" ")
    if first in {"FULLWIDTH", "HALFWIDTH"}:
        first = rest[0]
    return "" if first in _NO_SCRIPTS else _HAN if first == "IDEOGRAPHIC" else first


def main_script(texts: Iterable[str]) -> Script | None:
    """Return the script that most letters at the beginnings of some texts are of; None where there are no letters."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(map(key_of, text[:BEGINNING]))
    del found[""]
    kana = sum(found.pop(key, 0) for key in _KANA)
    if kana:
        is_japanese = kana > _KANA_SHARE * (kana + found[_HAN])
        found["JAPANESE"] = kana + (found.pop(_HAN, 0) if is_japanese else 0)
    return script_named(found.most_common(1)[0][0]) if found else None


def keys_of(script: Script) -> frozenset[str]:
    """Return the keys of the letters that a text in this script is written with."""
    return frozenset({*_KANA, _HAN}) if script.key == "JAPANESE" else frozenset({script.key})
