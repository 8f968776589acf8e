"""The command ``albert-widgets serve``: its options, and what becomes of them."""

from __future__ import annotations

import argparse
import dataclasses
import math
import re
from pathlib import Path

from . import folders
from .errors import InputInvalid, MissingExtra
from .service.limits import Limits

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
FILES = ("token_file", "certfile", "keyfile")
LIMITS = {
    "user_requests": "requests at once of each user whom the token file names",
    "user_texts": "texts of each such user that wait to be embedded or classified",
    "user_jobs": "queued and running jobs of each such user",
}


def serve(options: argparse.Namespace) -> int:
    """Serve here, or in the background, until told otherwise."""
    from .service.launch import has_backend_extra, running_backend, start_backend, stop_backend

    if not has_backend_extra():
        raise MissingExtra.of("backend", "albert-widgets serve")
    if options.keyfile and not options.certfile:
        raise InputInvalid(
            "--keyfile is the key of a certificate, and there is none.", f"--certfile FILE --keyfile {options.keyfile}"
        )
    path: Path = options.connection_file or folders.connection_file()
    if options.replace and (stopped := stop_backend(connection_file=path)):
        print(f"Stopped the backend at {stopped.url}.")
    if options.background:
        before = running_backend(path)
        found = before or start_backend(arguments=arguments_of(options), connection_file=path)
        already = " already; to start it anew with other options, add --replace" if before else ""
        print(f"albert-widgets {found.version} (process {found.pid}) listens at {found.url}{already}.")
        return 0
    from .service.listening import ServeOptions
    from .service.server import serve as serve_here

    serve_here(
        ServeOptions(
            host=options.host,
            port=options.port,
            token_file=options.token_file,
            certfile=options.certfile,
            keyfile=options.keyfile,
            allowed_hosts=tuple(options.allowed_host),
            memory_budget=options.memory_budget,
            idle_minutes=options.idle_minutes,
            connection_file=path,
            limits=dataclasses.replace(Limits(), **{name: getattr(options, name) for name in LIMITS}),
        ),
        lambda line: print(line, flush=True),
    )
    return 0


def arguments_of(options: argparse.Namespace) -> list[str]:
    """Return the options as a process in the background shall get them."""
    arguments = [f"--host={options.host}", f"--port={options.port}", f"--idle-minutes={options.idle_minutes}"]
    more = {name: getattr(options, name) for name in (*FILES, "memory_budget", *LIMITS)}
    arguments += [f"{_option(name)}={value}" for name, value in more.items() if value is not None]
    return arguments + [f"--allowed-host={host}" for host in options.allowed_host]


def add_options(command: argparse.ArgumentParser) -> None:
    """Declare the options of the command, but for the connection file."""
    command.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    command.add_argument("--port", type=_port, default=0, help="0 takes a free one (default: 0)")
    command.add_argument(
        "--token-file",
        type=file_path,
        metavar="FILE",
        help="file with one token, or a line for each user: NAME TOKEN, or NAME TOKEN manage; read as it changes",
    )
    command.add_argument("--certfile", type=file_path, metavar="FILE", help="certificate (PEM), to serve https")
    command.add_argument("--keyfile", type=file_path, metavar="FILE", help="its key, where it is in another file")
    command.add_argument(
        *("--allowed-host", "--allow-host"),
        action="append",
        default=[],
        metavar="NAME",
        help="a name besides localhost under which clients reach this backend; may be repeated",
    )
    command.add_argument("--memory-budget", type=size_in_bytes, metavar="SIZE", help="what loaded models may take: 4GB")
    command.add_argument(
        "--idle-minutes",
        type=_minutes,
        default=30.0,
        metavar="N",
        help="end after so long without a request or a job; 0: never (default: 30)",
    )
    for name, what in LIMITS.items():
        command.add_argument(
            _option(name),
            type=_count,
            default=getattr(Limits(), name),
            metavar="N",
            help=f"{what} (default: %(default)s)",
        )
    command.add_argument("--replace", action="store_true", help="stop the running backend first")
    command.add_argument(
        "--background", action="store_true", help="come back at once; the log lies beside the file below"
    )


def file_path(text: str) -> Path:
    """Return a path that means the same in every folder."""
    return Path(text).expanduser().absolute()


def size_in_bytes(text: str) -> int:
    """Return how many bytes ``4GB`` or ``500 MB`` are."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", text)
    size = int(float(match[1]) * UNITS.get(match[2].upper(), 0)) if match else 0
    if size <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no size: 4GB, 500MB")
    return size


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 <= minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes: 30, or 0 for never")
    return minutes
