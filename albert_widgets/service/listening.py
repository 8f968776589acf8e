"""Where a server listens and who may come in: decided, and checked, before anything heavy is imported."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from albert_widgets import folders
from albert_widgets.errors import AlbertError, Conflict, InputInvalid

from .limits import Limits
from .users import HOW_TO_MAKE, Users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

BACKLOG = 2048


@dataclass(frozen=True)
class ServeOptions:
    """How to serve.

    Attributes
    ----------
    host, port
        Where to listen; port 0 takes a free one. Another host than a loopback one needs ``token_file``.
    token_file
        File with the token, or with a line for each user (:mod:`.users`); without one, only whoever can read the
        connection file comes in.
    certfile, keyfile
        PEM files of the certificate and its key, which may be in the first, too; with them the address speaks TLS.
    allowed_hosts
        Names besides the loopback ones under which clients reach us.
    memory_budget
        Bytes that loaded weights may take; None takes the default.
    idle_minutes
        The server ends itself after so long without a request or a job; 0 means never.
    connection_file
        Where clients look.
    limits
        What users may ask for.
    """

    host: str = "127.0.0.1"
    port: int = 0
    token_file: Path | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    allowed_hosts: Sequence[str] = ()
    memory_budget: int | None = None
    idle_minutes: float = 30.0
    connection_file: Path = field(default_factory=folders.connection_file)
    limits: Limits = field(default_factory=Limits)


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


def checked_users(options: ServeOptions, token: str, say: Callable[[str], None]) -> Users:
    """Return who may come in: whoever knows ``token``, which is for this machine, and the users of the token file.

    Parameters
    ----------
    say
        Told what is risky, and later when the file has changed.

    Raises
    ------
    InputInvalid
        The token file cannot be used; or there is none, and other machines could come in.
    """
    is_open = not _is_loopback(options.host)
    file = options.token_file
    if is_open and file is None:
        raise InputInvalid(
            f"{options.host} can be reached from other machines, so the token must be a chosen one.",
            f"{HOW_TO_MAKE} > token.txt; chmod 600 token.txt; "
            f"albert-widgets serve --host {options.host} --token-file token.txt",
        )
    users = Users(token, file, say)
    if file is not None and os.name == "posix" and file.stat().st_mode & 0o077:
        say(f"Warning: other users of this machine can read the tokens. chmod 600 {file}")
    if is_open:
        if options.certfile is None:
            say(
                f"Warning: at {options.host}, everybody who can reach this machine and has a token can use the "
                "backend; without TLS the token can be read on its way. Add --certfile FILE --keyfile FILE, or put a "
                "TLS proxy in front of it."
            )
        if not options.allowed_hosts:
            say("Warning: clients of other machines are refused until you name this one: --allowed-host NAME")
    return users


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return all(ipaddress.ip_address(address[0]).is_loopback for *_, address in found)
    except (OSError, ValueError):
        return False
