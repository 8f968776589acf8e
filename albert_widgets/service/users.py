"""Who may come in: the owner of the process, and whoever has a token in the token file, which is read as it changes.

A line of the file is ``NAME TOKEN``, or ``NAME TOKEN manage`` for who may do everything; empty lines and those that
begin with ``#`` say nothing. A file with one token alone is that of one user without a name, who may do everything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN_CHARACTERS = 16
"""Fewer can be guessed."""
NAME_CHARACTERS = 64
TICK_NS = 50_000_000
MANAGE = "manage"
HOW_TO_MAKE = "openssl rand -hex 32"


@dataclass(frozen=True)
class User:
    """Somebody with a token.

    Attributes
    ----------
    name
        Empty for the owner of the process, and for the one user of a file with one token alone.
    digest
        SHA-256 of the token, so that all are compared in the same time.
    is_manager
        Whether everything is allowed.
    """

    name: str
    digest: bytes = field(repr=False)
    is_manager: bool = False


class Users:
    """Everybody who may come in.

    Parameters
    ----------
    token
        Of the owner of the process, who may do everything.
    file
        The token file; None where there is nobody else.
    say
        Told when the file has changed: that it is used, or why not.

    Raises
    ------
    InputInvalid
        The file cannot be used; the message names the line.
    """

    def __init__(self, token: str, file: Path | None = None, say: Callable[[str], None] = lambda _: None) -> None:
        self._owner = User("", _digest(token), is_manager=True)
        self._file = file
        self._say = say
        self._state = _settled(_state(file)) if file else None
        self._trouble = ""
        self._found: dict[str, User] = read_users(file) if file else {}

    def of(self, token: str) -> User | None:
        """Return whose token that is; None when it is nobody's."""
        self._look()
        shown, found = _digest(token), None
        # Each is compared, whoever it was, so that the time tells nothing.
        for user in (self._owner, *self._found.values()):
            if hmac.compare_digest(user.digest, shown):
                found = user
        return found

    def knows(self, user: User) -> bool:
        """Say whether the token of ``user`` is still good."""
        self._look()
        return user == self._owner or self._found.get(user.name) == user

    def manages(self, name: str) -> bool:
        """Say whether the user of that name may do everything; who has no name may."""
        return not name or (name in self._found and self._found[name].is_manager)

    def _look(self) -> None:
        if self._file is None or (state := _state(self._file)) == self._state:
            return
        self._state = _settled(state)
        try:
            found = read_users(self._file)
        except InputInvalid as error:
            if self._trouble != (trouble := error.message):
                self._say(f"Warning: {trouble} The tokens as they were before stay good. {error.hint}")
            self._trouble = trouble
        else:
            if found != self._found:
                self._say(f"The token file {self._file} was read anew: {len(found)} user(s).")
            self._found, self._trouble = found, ""


def read_users(file: Path) -> dict[str, User]:
    """Return the users of a token file by their names, in its order.

    Raises
    ------
    InputInvalid
        It cannot be read, or a line cannot be used. No token is in the message.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputInvalid(f"The token file {file} cannot be read: {reason}.", f"{HOW_TO_MAKE} > {file}") from error
    lines = list(_lines(text))
    if not lines:
        raise InputInvalid(f"There is no token in {file}.", f"{HOW_TO_MAKE} > {file}")
    if len(lines) == 1 and len(lines[0][1]) == 1:
        number, (token,) = lines[0]
        return {"": User("", _checked(token, file, number), is_manager=True)}
    users: dict[str, User] = {}
    # As names are read by people, "Zoë" and "zoë" would be the same.
    names: dict[str, int] = {}
    digests: dict[bytes, int] = {}
    for number, words in lines:
        user = _user(words, file, number)
        for known, key, what in ((names, user.name.casefold(), "name"), (digests, user.digest, "token")):
            if key in known:
                raise InputInvalid(
                    f"Lines {known[key]} and {number} of {file} have the same {what}.",  # type: ignore[index]
                    f"Give each user another {what}." + (f" A new token: {HOW_TO_MAKE}" if what == "token" else ""),
                )
            known[key] = number  # type: ignore[index]
        users[user.name] = user
    return users


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield number and words of the lines that say something."""
    for number, line in enumerate(text.splitlines(), 1):
        if (words := line.split()) and not words[0].startswith("#"):
            yield number, words


def _user(words: list[str], file: Path, number: int) -> User:
    if not 2 <= len(words) <= 3:
        problem = "has a token without a name" if len(words) == 1 else f"has {len(words)} words"
        raise InputInvalid(
            f"Line {number} of {file} {problem}.", "With several users, each line is NAME TOKEN, or NAME TOKEN manage."
        )
    name, token, *more = words
    if more and more[0] != MANAGE:
        # It may be a token that somebody put into the wrong place, so it is not shown.
        raise InputInvalid(
            f"The third word in line {number} of {file} means nothing.",
            f"Leave it out, or write {MANAGE} for who may do everything.",
        )
    name = unicodedata.normalize("NFC", name)
    if len(name) > NAME_CHARACTERS or not all(one.isalnum() or one in "._-@+" for one in name):
        raise InputInvalid(
            f"The name in line {number} of {file} cannot be used.",
            f"A name is at most {NAME_CHARACTERS} letters, digits and any of . _ - @ +",
        )
    return User(name, _checked(token, file, number), is_manager=bool(more))


def _checked(token: str, file: Path, number: int) -> bytes:
    """Return the digest of a token that is good enough."""
    hint = f"A new one: {HOW_TO_MAKE}"
    if len(token) < TOKEN_CHARACTERS:
        raise InputInvalid(
            f"The token in line {number} of {file} has {len(token)} characters; {TOKEN_CHARACTERS} is the least.", hint
        )
    if not (token.isascii() and token.isprintable()):
        raise InputInvalid(f"The token in line {number} of {file} has characters that are not ASCII.", hint)
    return _digest(token)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _state(file: Path) -> tuple[int, ...] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        told = os.stat(file)  # noqa: PTH116 – asked in every request, and twice as fast as Path.stat
    except OSError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _settled(state: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return a state to compare the next one with; one that is like no other where the file was written just now.

    It may be written once more within the same tick of the disk's clock.
    """
    return state if state is None or time.time_ns() - state[-1] > TICK_NS else ()
