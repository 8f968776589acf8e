"""How the words of a line are told apart: for texts, so an apostrophe is an apostrophe.

- White space parts words.
- A word that begins with ``"`` or ``'`` goes on to the same mark at the end of a word, and is taken without the two
  marks; inside it, the mark itself is written with a backslash before it. Where no such end is, the mark is a
  character like others. So ``"The cat"`` is one word, and ``Zoë's naïve café`` is three, as they stand.
- ``--name=value`` is the option and its value.

Nothing is expanded: ``$name`` and ``{name}`` stay what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPTION = re.compile(r"--[A-Za-z][\w-]*|-[A-Za-z]")
"""An option; other words that begin with a dash are text."""
END = "--"
"""Ends the options: all that follows is text."""

_ATTACHED = re.compile(r"(--[A-Za-z][\w-]*)=")
_WORD = re.compile(r"\S+")
_SILENCED = re.compile(r"""(["'])\s*;\s*$""")


@dataclass(frozen=True)
class Word:
    """A word of a line.

    Attributes
    ----------
    text
        The word, without its marks when it is quoted.
    start, end
        Its span in the line, marks included.
    is_quoted
        Whether it stood between marks.
    is_attached
        Whether it is the value of the option before it: ``--name=value``.
    """

    text: str
    start: int
    end: int
    is_quoted: bool = False
    is_attached: bool = False

    @property
    def is_option(self) -> bool:
        """Whether it reads as an option."""
        return not self.is_quoted and not self.is_attached and OPTION.fullmatch(self.text) is not None


def words(line: str) -> list[Word]:
    """Return the words of ``line``; what follows a lone ``--`` is one quoted word."""
    # A semicolon after a closing mark is the habit of keeping a cell silent, not text.
    line = _SILENCED.sub(r"\1", line)
    found: list[Word] = []
    at = 0
    while start := _WORD.search(line, at):
        at = start.start()
        if option := _ATTACHED.match(line, at):
            found.append(Word(option[1], at, option.end(1)))
            found.append(_word(line, option.end(), is_attached=True))
        else:
            found.append(_word(line, at))
        at = found[-1].end
        if found[-1] == Word(END, at - len(END), at):
            if rest := line[at:].strip():
                begin = line.index(rest, at)
                (whole, *more) = words_of_text(rest)
                text = whole.text if whole.is_quoted and not more else rest
                found.append(Word(text, begin, begin + len(rest), is_quoted=True))
            break
    return found


def words_of_text(text: str) -> list[Word]:
    """Return the words of a text in which nothing is an option."""
    found: list[Word] = []
    at = 0
    while start := _WORD.search(text, at):
        found.append(_word(text, start.start()))
        at = found[-1].end
    return found


def verbatim(line: str, run: list[Word]) -> str:
    """Return what ``run``, words that follow each other, looks like in the line."""
    return run[0].text if len(run) == 1 else line[run[0].start : run[-1].end]


def _word(line: str, start: int, *, is_attached: bool = False) -> Word:
    mark = line[start : start + 1]
    if mark in {'"', "'"}:
        closing = re.compile(rf"(?<!\\){mark}(?=\s|$)").search(line, start + 1)
        if closing:
            text = line[start + 1 : closing.start()].replace(f"\\{mark}", mark)
            return Word(text, start, closing.end(), is_quoted=True, is_attached=is_attached)
    plain = _WORD.match(line, start)
    end = plain.end() if plain else start
    return Word(line[start:end], start, end, is_attached=is_attached)
