"""Where a server listens and what it asks for: decided, and checked, before anything heavy is imported."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import secrets
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from albert_widgets import folders
from albert_widgets.errors import AlbertError, Conflict, InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

BACKLOG = 2048
TOKEN_CHARACTERS = 16
"""Fewer can be guessed."""


@dataclass(frozen=True)
class ServeOptions:
    """How to serve.

    Attributes
    ----------
    host, port
        Where to listen; port 0 takes a free one. Another host than a loopback one needs ``token_file``.
    token_file
        File with the token; without one, a token is made up.
    allowed_hosts
        Names besides the loopback ones under which clients reach us.
    memory_budget
        Bytes that loaded weights may take; None takes the default.
    idle_minutes
        The server ends itself after so long without a request or a job; 0 means never.
    connection_file
        Where clients look.
    """

    host: str = "127.0.0.1"
    port: int = 0
    token_file: Path | None = None
    allowed_hosts: Sequence[str] = ()
    memory_budget: int | None = None
    idle_minutes: float = 30.0
    connection_file: Path = field(default_factory=folders.connection_file)


@contextlib.contextmanager
def listening_socket(host: str, port: int) -> Iterator[socket.socket]:
    """Listen before anything else is done, so that a taken port is known at once.

    Raises
    ------
    Conflict
        The port is taken.
    InputInvalid
        The host or the port cannot be listened on.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise InputInvalid(f"{host!r} is no name of a host: {error.strerror}.", "--host 127.0.0.1") from error
    # The protocol is named because asyncio sets TCP_NODELAY only on connections of a socket that names it; without,
    # each answer would wait 40 ms for the client's delayed acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        if os.name == "posix":
            # Otherwise a fixed port is unusable for a minute after the last server ended.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
        yield listening


def _cannot_listen(host: str, port: int, error: OSError) -> AlbertError:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            f"Port {port} of {host} is taken by another program.", "For a free one, type: albert-widgets serve --port 0"
        )
    if error.errno == errno.EACCES:
        return InputInvalid(f"You may not listen on port {port}.", "Choose one from 1024 on, or --port 0.")
    return InputInvalid(f"{host} cannot be listened on: {error.strerror}.", "--host 127.0.0.1")


def chosen_token(options: ServeOptions, say: Callable[[str], None]) -> str:
    """Return the token of the file, or a new one where nobody but this machine can come in.

    Parameters
    ----------
    say
        Told what is risky.

    Raises
    ------
    InputInvalid
        The token cannot be read or guessed too easily; or there is none, and other machines could come in.
    """
    is_open = not _is_loopback(options.host)
    if options.token_file is None:
        if is_open:
            raise InputInvalid(
                f"{options.host} can be reached from other machines, so the token must be a chosen one.",
                "openssl rand -hex 32 > token.txt; chmod 600 token.txt; "
                f"albert-widgets serve --host {options.host} --token-file token.txt",
            )
        return secrets.token_urlsafe(32)
    file = options.token_file
    how_to_make = f"openssl rand -hex 32 > {file}; chmod 600 {file}"
    try:
        token = file.read_text(encoding="ascii").strip()
        is_readable_by_others = bool(file.stat().st_mode & 0o077) and os.name == "posix"
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not ASCII"
        raise InputInvalid(
            f"The token file {file} cannot be read: {reason}.", f"openssl rand -hex 32 > {file}"
        ) from error
    if len(token) < TOKEN_CHARACTERS or not token.isprintable() or " " in token:
        raise InputInvalid(
            f"The token in {file} has {len(token)} characters; {TOKEN_CHARACTERS} without spaces is the least.",
            how_to_make,
        )
    if is_readable_by_others:
        say(f"Warning: other users of this machine can read the token. chmod 600 {file}")
    if is_open:
        say(
            f"Warning: at {options.host}, everybody who can reach this machine and has the token can use the backend; "
            "without TLS the token can be read on its way. Put a TLS proxy in front of it."
        )
        if not options.allowed_hosts:
            say("Warning: clients of other machines are refused until you name this one: --allowed-host NAME")
    return token


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return all(ipaddress.ip_address(address[0]).is_loopback for *_, address in found)
    except (OSError, ValueError):
        return False
