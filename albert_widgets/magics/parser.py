"""How a command's options are declared, once for reading, help and the Tab key; and how a line is read by them."""

from __future__ import annotations

import argparse
import functools
import keyword
import re
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import PRECISIONS

from .line import END, Word, verbatim, words
from .nearest import near

if TYPE_CHECKING:
    from collections.abc import Callable

Texts = Literal["one", "several", "words"]
"""One text; one, or several in quotes; or as many texts as there are words."""
Completes = Literal["", "model", "variable", "frame", "column", "folder", "command"]
"""What the Tab key offers for a value, unless it is one of a few words."""

_FORMATTER = functools.partial(argparse.HelpFormatter, width=100, max_help_position=26)


class Parser(argparse.ArgumentParser):
    """The options of one command.

    What is wrong with a line is an :class:`~albert_widgets.errors.InputInvalid` with a hint; nothing is
    printed, nothing exits, and no option may be abbreviated.

    Parameters
    ----------
    command
        Its name.
    purpose
        What it is for; the first line of its help.
    """

    def __init__(self, command: str, purpose: str) -> None:
        super().__init__(
            prog=f"%albert {command}",
            description=f"{purpose[:1].upper()}{purpose[1:]}.",
            formatter_class=_FORMATTER,
            add_help=False,
            allow_abbrev=False,
        )
        # Python 3.14 colours what it takes for a terminal.
        self.color = False
        self.command = command
        self.texts: Texts | None = None
        self.flags: dict[str, argparse.Action] = {}
        self.offers: dict[str, tuple[str, ...] | Completes] = {}
        """What the Tab key offers after an option; under ``""`` for the words that are no options."""
        self.examples: tuple[str, ...] = ()
        self._text_options: set[str] = set()
        self._words = self.add_argument_group()
        self._options = self.add_argument_group("options")

    # --- declaring ------------------------------------------------------------------------------

    def option(
        self,
        *flags: str,
        offers: tuple[str, ...] | Completes = "",
        is_text: bool = False,
        one_of: argparse._ActionsContainer | None = None,
        **declared: Any,
    ) -> None:
        """Declare an option.

        Parameters
        ----------
        flags
            ``"--model"``, or ``"-m", "--model"``.
        offers
            What the Tab key offers as its value.
        is_text
            Its value is a text: all words until the next option, unless it is quoted.
        one_of
            The group of options that do not go with each other.
        **declared
            As ``ArgumentParser.add_argument`` takes it.
        """
        action = (one_of or self._options).add_argument(*flags, **declared)
        for flag in flags:
            self.flags[flag] = action
            self.offers[flag] = offers
        if is_text:
            self._text_options.add(action.dest)

    def text(self, texts: Texts, help: str) -> None:
        """Declare that the command works on texts: of the line, of the cell, or of a variable."""
        self.texts = texts
        self._words.title = "text"
        self._words.add_argument("texts", nargs="*", metavar="text", help=help)
        where = "take the text from this variable" if texts == "one" else "take the texts from this variable"
        self.option("--from", dest="source", metavar="NAME", offers="variable", help=where)

    def name(
        self,
        dest: str,
        help: str,
        *,
        is_needed: bool = False,
        is_several: bool = False,
        offers: tuple[str, ...] | Completes = "",
    ) -> None:
        """Declare a word that the command takes, or any number of them; the Tab key offers values for the first."""
        self._words.title = f"{self._words.title}, {dest}" if self._words.title else dest
        self._words.add_argument(
            dest, nargs="*" if is_several else None if is_needed else "?", metavar=dest.upper(), help=help
        )
        self.offers.setdefault("", offers)

    def exclusive(self) -> argparse._ActionsContainer:
        """Return a group for options of which one only may be given."""
        return self._options.add_mutually_exclusive_group()

    def model(self) -> None:
        """Declare ``--model``."""
        self.option("-m", "--model", offers="model", metavar="NAME", help="instead of this notebook's model")

    def precision(self) -> None:
        """Declare ``--precision``."""
        self.option(
            "--precision",
            type=one_word_of(*PRECISIONS),
            offers=PRECISIONS,
            metavar="NUMBERS",
            help="bfloat16 or int8: faster on many processors, a little less exact; float32 without this",
        )

    def declare_output(self) -> None:
        """Declare what every command has."""
        self.option("-o", "--out", type=variable_name, metavar="NAME", help="keep the answer in this variable")
        self.option("-q", "--quiet", action="store_true", help="show nothing; with --out")
        self.option("-h", "--help", action="store_true", help="show this")

    def takes_words(self, flag: str) -> bool:
        """Whether an option's value is all words that follow it."""
        return flag in self.flags and self.flags[flag].dest in self._text_options

    # --- reading --------------------------------------------------------------------------------

    def parse(self, line: str) -> argparse.Namespace:
        """Return the options and the words of a line.

        Raises
        ------
        InputInvalid
            With what to type instead.
        """
        queue = words(line if self.texts else line.rstrip().removesuffix(";"))
        runs: list[list[Word]] = [[]]
        options: list[str] = []
        seen: set[str] = set()
        at = 0
        while at < len(queue):
            word = queue[at]
            at += 1
            if word.text == END and not word.is_quoted:
                runs += [queue[at:], []]
                break
            if not word.is_option:
                runs[-1].append(word)
                continue
            runs.append([])
            action = self._action(word.text)
            if action.dest in seen:
                self.error(f"{word.text} is there twice.")
            seen.add(action.dest)
            if action.nargs == 0:
                if at < len(queue) and queue[at].is_attached:
                    self.error(f"{word.text} takes no value.")
                options.append(word.text)
            else:
                used = self._value(action, queue[at:])
                if not used:
                    self.error(f"{word.text} needs a value: {word.text} {action.metavar}")
                at += len(used)
                options.append(f"{action.option_strings[-1]}={verbatim(line, used)}")
        if "--help" in options or "-h" in options:
            return argparse.Namespace(help=True)
        free = self._free(line, [run for run in runs if run])
        return self.parse_args([*options, *([END] if free else []), *free])

    def _action(self, flag: str) -> argparse.Action:
        if flag not in self.flags:
            hint = near(flag, self.flags) or f"It has: {', '.join(f for f in self.flags if f.startswith('--'))}."
            if self.texts:
                hint += f" A text with dashes needs quotes, or {END} before it."
            raise InputInvalid(f"{self.prog} has no option {flag}.", hint)
        return self.flags[flag]

    def _value(self, action: argparse.Action, rest: list[Word]) -> list[Word]:
        """Return the words that are the option's value."""
        first = rest[0] if rest else None
        if first is None or first.is_option or (first.text == END and not first.is_quoted):
            return []
        if first.is_quoted or first.is_attached or action.dest not in self._text_options:
            return [first]
        until = next((i for i, word in enumerate(rest) if word.is_option or word.text == END), len(rest))
        return rest[:until]

    def _free(self, line: str, runs: list[list[Word]]) -> list[str]:
        """Return the words that belong to no option: quoted texts each, everything else as it stands."""
        free = [word for run in runs for word in run]
        if not self.texts or all(word.is_quoted for word in free):
            return [word.text for word in free]
        if self.texts == "words":
            if len(free) > 2:
                self.error("Where does one text end and the next begin?", "Put each of them in quotes.")
            return [word.text for word in free]
        return [" ".join(verbatim(line, run) for run in runs)]

    def error(self, message: str, hint: str = "") -> NoReturn:
        """Raise :class:`InputInvalid`, with argparse's words made friendlier."""
        for pattern, said in _FRIENDLIER:
            message = re.sub(pattern, said, message)
        raise InputInvalid(message, hint or f"See: %albert help {self.command}")


_FRIENDLIER = (
    (r"^argument (?:-\w/)?(--[\w-]+): not allowed with argument (?:-\w/)?(--[\w-]+)$", r"\1 does not go with \2."),
    (r"^argument (?:-\w/)?(--[\w-]+): ", r"\1: "),
    (r"(?s)^unrecognized arguments: (?:-- )?(.*)$", r"There is too much on the line: \1"),
    (r"^the following arguments are required: (.*)$", r"The \1 is missing."),
)


# --- what a value may be ------------------------------------------------------------------------


def count(text: str) -> int:
    """Return a whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1.")
    return int(text)


def index(text: str) -> int:
    """Return a whole number; negative ones count from the end."""
    if not text.removeprefix("-").isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number.")
    return int(text)


def whole(text: str) -> int:
    """Return a whole number from 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0.")
    return int(text)


def number(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number.") from None


def numbers(text: str) -> list[float]:
    """Return several numbers: ``"3e-4,1e-4"``."""
    return [number(part.strip()) for part in text.split(",")]


def name_and_number(text: str) -> str | dict[str, float]:
    """Return numbers by name, ``"a=1,b=2"``, or the one word that stands for them."""
    if "=" not in text:
        return text
    found = {}
    for part in text.split(","):
        name, _, value = part.rpartition("=")
        if not name.strip():
            raise argparse.ArgumentTypeError(f"{part.strip()!r} is no NAME=NUMBER.")
        found[name.strip()] = number(value.strip())
    return found


def percentage(text: str) -> float:
    """Return a number over 0 and up to 100; a percent sign may follow it."""
    try:
        share = float(text.removesuffix("%"))
    except ValueError:
        share = 0.0
    if not 0 < share <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of percent, over 0 and up to 100.")
    return share


def variable_name(text: str) -> str:
    """Return the name of a variable."""
    if not text.isidentifier() or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a variable.")
    return text


def one_word_of(*known: str) -> Callable[[str], str]:
    """Return the type of an option that takes one of a few words."""

    def check(text: str) -> str:
        if text not in known:
            choice = near(text, known) or f"Choose one of: {', '.join(known)}."
            raise argparse.ArgumentTypeError(f"There is no {text!r}. {choice}")
        return text

    return check
