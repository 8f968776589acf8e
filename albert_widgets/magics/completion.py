"""What the Tab key offers: commands, options, values, models, variables, columns and folders.

Nothing here may keep a person from typing: no backend is started, and whoever knows the models is asked
in a thread.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .line import Word, words
from .table import COMMANDS, parser_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from IPython.core.completer import CompletionContext
    from IPython.core.interactiveshell import InteractiveShell

    from albert_widgets.protocol import BertBackend

    from .parser import Parser

WAIT_SECONDS = 0.3
KEPT_SECONDS = 10.0

_OURS = re.compile(r"^(?:[^%=]*=\s*(?P<mark>%)|\s*(?P<marks>%{0,2}))albert\s+(?P<rest>.*)$", re.DOTALL)


def matches(shell: InteractiveShell, context: CompletionContext) -> dict[str, Any]:
    """Return what the word before the cursor may become; IPython's other ideas are left out when there is any."""
    from IPython.core.completer import SimpleCompletion

    ours = _OURS.match(context.text_until_cursor)
    if not ours or (not (ours["mark"] or ours["marks"]) and "albert" in shell.user_ns):
        return {"completions": []}
    rest = ours["rest"]
    before = words(rest)
    typed = before.pop() if before and not rest[-1:].isspace() else Word("", len(rest), len(rest))
    offered = () if typed.is_quoted else _offers(shell, before, typed)
    found = sorted({offer for offer in offered if offer.startswith(typed.text)})
    return {
        "completions": [SimpleCompletion(offer, type="albert") for offer in found],
        "matched_fragment": typed.text,
        "suppress": True,
    }


def _offers(shell: InteractiveShell, before: list[Word], typed: Word) -> Iterable[str]:
    if not before:
        return COMMANDS
    name = before[0].text.replace("_", "-")
    if name not in COMMANDS:
        return ()
    parser = parser_of(name)
    flag = next((word.text for word in reversed(before) if word.is_option), "")
    is_value = before[-1].text == flag or (parser.takes_words(flag) and not typed.text.startswith("-"))
    if is_value and flag in parser.flags and parser.flags[flag].nargs != 0:
        return _values(shell, parser, flag, before, typed)
    if typed.text.startswith("-"):
        used = {parser.flags[word.text].dest for word in before if word.is_option and word.text in parser.flags}
        return [flag for flag, action in parser.flags.items() if flag.startswith("--") and action.dest not in used]
    return _values(shell, parser, "", before, typed) if not _free_words(parser, before) else ()


def _free_words(parser: Parser, before: list[Word]) -> list[str]:
    """Return the words that belong to no option."""
    return [
        word.text
        for last, word in itertools.pairwise(before)
        if not word.is_option
        and not (last.is_option and last.text in parser.flags and parser.flags[last.text].nargs != 0)
    ]


def _values(shell: InteractiveShell, parser: Parser, flag: str, before: list[Word], typed: Word) -> Iterable[str]:
    offers = parser.offers.get(flag, "")
    if isinstance(offers, tuple):
        return offers
    if offers == "command":
        return COMMANDS
    if offers == "model":
        return _models_of(shell)
    if offers in {"variable", "frame"}:
        return _variables(shell, is_frame_only=offers == "frame")
    if offers == "column":
        return _columns(shell, parser, before)
    return _folders(typed.text) if offers == "folder" else ()


def _variables(shell: InteractiveShell, *, is_frame_only: bool) -> list[str]:
    from albert_widgets.columns import is_frame

    hidden = shell.user_ns_hidden
    return [
        name
        for name, value in shell.user_ns.items()
        if not name.startswith("_")
        and name not in hidden
        and (is_frame(value) if is_frame_only else isinstance(value, str | list | tuple))
    ]


def _columns(shell: InteractiveShell, parser: Parser, before: list[Word]) -> list[str]:
    frames = _free_words(parser, before)[:1] if parser.offers.get("") == "frame" else []
    frames += [word.text for option, word in itertools.pairwise(before) if option.text == "--data"]
    columns = getattr(shell.user_ns.get(frames[-1]), "columns", ()) if frames else ()
    # A name with a space would need quotes.
    return [str(column) for column in columns if re.fullmatch(r"\S+", str(column))]


def _folders(typed: str) -> list[str]:
    parent, slash, _ = typed.rpartition("/")
    try:
        found = [entry.name for entry in Path(f"{parent}{slash}" or ".").expanduser().iterdir() if entry.is_dir()]
    except OSError:
        return []
    return [f"{parent}{slash}{name}/" for name in found if not re.search(r"\s", name)]


class ModelNames:
    """Names of the models, asked for at most once in a while, and never waited for long."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._asked = float("-inf")
        self._thread: threading.Thread | None = None
        self._source: object = None

    def of(self, url: str, token: str, bert: BertBackend | None) -> tuple[str, ...]:
        """Return the names that are known by now."""
        source = (url, token, id(bert))
        if source != self._source:
            self._source, self._names, self._asked = source, (), float("-inf")
        is_busy = self._thread is not None and self._thread.is_alive()
        if not is_busy and time.monotonic() - self._asked > KEPT_SECONDS:
            self._asked = time.monotonic()
            self._thread = threading.Thread(
                target=self._ask, args=(source, url, token, bert), name="albert-models", daemon=True
            )
            self._thread.start()
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS)
        return self._names

    def _ask(self, source: object, url: str, token: str, bert: BertBackend | None) -> None:
        try:
            names = tuple(info.id for info in bert.models()) if bert is not None else _running_models(url, token)
        except Exception:  # noqa: BLE001 – whatever is wrong with a backend, the Tab key is not the place to tell
            return
        if self._source == source:
            self._names = names


def _running_models(url: str, token: str) -> tuple[str, ...]:
    """Return the models of the backend that runs, if one does. Starts nothing."""
    from albert_widgets import folders
    from albert_widgets.service.client import Client
    from albert_widgets.service.finding import named_backend, running_backend

    if not url:
        found = named_backend() or running_backend(folders.connection_file())
        if found is None:
            return ()
        url, token = found.url, found.token
    client = Client(url, token)
    try:
        return tuple(info.id for info in client.models())
    finally:
        client.close()


_names = ModelNames()


def _models_of(shell: InteractiveShell) -> tuple[str, ...]:
    magics = shell.magics_manager.registry.get("AlbertMagics")
    return _names.of(magics.url, magics.token, magics.bert) if magics is not None else ()
