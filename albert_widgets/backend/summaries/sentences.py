"""Where the sentences of a text are, in any language, and which of them are headings or items of a list."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADING_WORDS = 14
"""A line that ends with no full stop and has at most so many words is a heading, if more text follows."""
CLAUSE = 40
"""Characters that a piece of Thai or Lao has at least: spaces part clauses there as well as sentences."""

_MARKS = regex.compile(r"\s*(?:[-*+•‣◦▪–—·]\s+|(?:\d{1,3}|[a-zA-Z])[.)]\s+|[①-⑳]\s*)")
_ENDS = regex.compile(r"[.!?…。！？｡।॥؟۔։።፧།။។。:：;；؛,，、]['\"”’»」』）)\]】〉》]*$")
_SAYS_SOMETHING = regex.compile(r"[\p{L}\p{N}]")
_SPEECH_GOES_ON = {
    # 「行こう。」と彼は言った。  “我们走吧。”他说。
    "ja": regex.compile(r"(?:と|って|という)"),
    "zh": regex.compile(r"[^，。！？“”\n]{0,8}?(?:说|說|道|问|問|答|表示|称|稱|喊|写道|指出)"),
}
_QUOTE_CLOSED = regex.compile(r"[。！？!?.…][」』”’\"]$")
_OWN_TERMINATORS = {"km": regex.compile(r"(?<=[។៕])\s*"), "bo": regex.compile(r"(?<=[།༎])\s+")}
_BY_SPACES = frozenset({"th", "lo"})
_GOES_ON_AFTER_SPACE = regex.compile(r"(?:และ|หรือ|แต่|ซึ่ง|ที่|เพราะ|โดย|เพื่อ|จึง|ๆ|ແລະ|ຫຼື|ແຕ່|ທີ່|ເພາະ|[\p{Latin}\d(\"“'])")
_UNIT_FOLLOWS = regex.compile(r"[\p{Latin}\d%)]$")


@dataclass(frozen=True)
class Span:
    """A sentence.

    Attributes
    ----------
    start, end
        In code points of the text, without surrounding white space.
    kind
        ``"sentence"``, ``"heading"`` or ``"item"``.
    """

    start: int
    end: int
    kind: str = "sentence"


def split_sentences(text: str, language: str) -> list[Span]:
    """Return the sentences of a text in order; nothing is left out but white space and bare punctuation.

    sentencex knows the abbreviations and terminators of some 240 languages. What it leaves to us: lines that are
    headings or items, direct speech whose sentence goes on (Chinese, Japanese), scripts that part sentences by spaces
    (Thai, Lao) or by marks of their own (Khmer, Tibetan).
    """
    found: list[Span] = []
    for start, end, kind in _blocks(text):
        if kind == "heading":
            found.append(Span(start, end, kind))
        else:
            # A number with a full stop at the beginning of an item would be a sentence of its own.
            marks = _MARKS.match(text, start, end) if kind == "item" else None
            parts = list(_parted(text, marks.end() if marks else start, end, language))
            if marks and parts:
                parts[0] = (_stripped(text, start, end)[0], parts[0][1])
            found += [Span(first, last, kind) for first, last in parts]
    return [span for span in found if _SAYS_SOMETHING.search(text, span.start, span.end)]


def _blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield paragraphs, headings and items; the lines of a paragraph that is broken by hand stay together."""
    begin = end = -1
    lines = [(found.start(), found.end()) for found in regex.finditer(r"[^\n\r\u2028\u2029]+", text)]
    for at, (start, stop) in enumerate(lines):
        line = text[start:stop]
        follows_blank = at == 0 or text.count("\n", lines[at - 1][1], start) > 1
        is_item = bool(_MARKS.match(line))
        is_heading = not is_item and _is_heading(text, lines, at, follows_blank)
        if begin >= 0 and (follows_blank or is_item or is_heading):
            yield begin, end, _kind(text, begin, end)
            begin = -1
        if is_heading:
            yield (*_stripped(text, start, stop), "heading")
        elif line.strip():
            begin = start if begin < 0 else begin
            end = stop
    if begin >= 0:
        yield begin, end, _kind(text, begin, end)


def _kind(text: str, start: int, end: int) -> str:
    return "item" if _MARKS.match(text, start, end) else "sentence"


def _is_heading(text: str, lines: list[tuple[int, int]], at: int, follows_blank: bool) -> bool:
    """Say whether a line is a short one without an end, alone, before more text."""
    line = text[slice(*lines[at])].strip()
    if not line or at == len(lines) - 1 or not follows_blank:
        return False
    if line.startswith("#"):
        return True
    if _ENDS.search(line) or len(line.split()) > HEADING_WORDS or len(line) > 100:
        return False
    # The first of several lines that a paragraph was broken into is as long as the others.
    gap = text.count("\n", lines[at][1], lines[at + 1][0])
    following = text[slice(*lines[at + 1])].strip()
    return gap > 1 or len(following) > 1.5 * len(line)


def _parted(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a block."""
    from sentencex import get_sentence_boundaries

    block = text[start:end]
    pieces: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries(language, block):
        first, last = int(boundary["start_index"]), int(boundary["end_index"])
        pieces += _parted_more(block, first, last, language)
    pieces = [_stripped(block, *piece) for piece in pieces if block[slice(*piece)].strip()]
    for first, last in _speech_joined(block, pieces, language):
        yield start + first, start + last


def _parted_more(block: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a piece that the script parts in its own way."""
    cuts = []
    if language in _BY_SPACES:
        last = start
        for space in regex.finditer(r"\s+", block, pos=start, endpos=end):
            is_long = space.start() - last >= CLAUSE and end - space.end() >= CLAUSE // 2
            goes_on = _GOES_ON_AFTER_SPACE.match(block, space.end())
            is_inside = goes_on or _UNIT_FOLLOWS.search(block, last, space.start())
            if is_long and not is_inside:
                cuts.append(space.end())
                last = space.end()
    elif language in _OWN_TERMINATORS:
        cuts = [found.end() for found in _OWN_TERMINATORS[language].finditer(block, pos=start, endpos=end)]
    edges = [start, *(cut for cut in cuts if start < cut < end), end]
    yield from itertools.pairwise(edges)


def _speech_joined(block: str, pieces: list[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Join direct speech to the words that say who speaks."""
    goes_on = _SPEECH_GOES_ON.get(language)
    if goes_on is None:
        return pieces
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        follows_quote = joined and joined[-1][1] == start and _QUOTE_CLOSED.search(block[slice(*joined[-1])])
        if follows_quote and goes_on.match(block, start, end):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
