"""The command ``albert-widgets``: serve, stop, models, export, snippet, doctor, demo.

An error is one line on stderr that says what to type; the exit code is 2 for a slip on the command line, 1 for
everything else that goes wrong.
"""

from __future__ import annotations

import argparse
import difflib
import io
import math
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import folders, snippets
from ._version import __version__
from .errors import AlbertError, MissingExtra, NotFound
from .manager import EXPORT_FORMATS, EXPORT_PRECISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .protocol import BertBackend

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
TOUR = "albert-widgets-tour.ipynb"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments
        Without the program's name; ``sys.argv`` if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A model's name may hold what an old terminal cannot show.
            stream.reconfigure(errors="replace")
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except AlbertError as error:
        return _fail(error.message, error.hint)
    except BrokenPipeError:
        # "albert-widgets models | head": who reads has enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    except KeyboardInterrupt:
        return 130
    return code


def serve(options: argparse.Namespace) -> int:
    """Serve here, or in the background, until told otherwise."""
    from .service.launch import has_backend_extra, running_backend, start_backend, stop_backend

    if not has_backend_extra():
        raise MissingExtra.of("backend", "albert-widgets serve")
    path: Path = options.connection_file or folders.connection_file()
    if options.replace and (stopped := stop_backend(connection_file=path)):
        print(f"Stopped the backend at {stopped.url}.")
    if options.background:
        before = running_backend(path)
        found = before or start_backend(arguments=_arguments(options), connection_file=path)
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
            allowed_hosts=tuple(options.allowed_host),
            memory_budget=options.memory_budget,
            idle_minutes=options.idle_minutes,
            connection_file=path,
        ),
        lambda line: print(line, flush=True),
    )
    return 0


def stop(options: argparse.Namespace) -> int:
    """End the backend of this machine."""
    from .service.launch import stop_backend

    stopped = stop_backend(connection_file=options.connection_file)
    print(f"Stopped the backend at {stopped.url}." if stopped else "No backend is running.")
    return 0


def models(options: argparse.Namespace) -> int:
    """List the catalogue, add a folder to it, or delete a model."""
    if find_spec("huggingface_hub") is None or find_spec("safetensors") is None:
        raise MissingExtra.of("backend", "albert-widgets models")
    from .backend.catalog import Catalog
    from .results import ModelList

    if options.delete is not None:
        return _delete(options.delete, is_sure=options.yes)
    if options.add is not None:
        print(repr(ModelList([Catalog().register(options.add, options.name).info])))
    else:
        found = Catalog().models()
        print(repr(found) if found else 'There is no model here yet. Type: pip install "albert-widgets[starter]"')
    return 0


def _delete(name: str, *, is_sure: bool) -> int:
    from .results.models import readable_bytes
    from .service.client import Client
    from .service.finding import running_backend

    found = running_backend(folders.connection_file())
    if found is not None:
        # Only the backend that runs knows which models are in memory and what its jobs work with.
        bert: BertBackend = Client(found.url, found.token)
    else:
        from .backend import Backend

        bert = Backend()
    try:
        model = bert.model(name)
        what = "Forget" if model.source == "folder" else "Delete"
        if not is_sure and not _agrees(f"{what} {model.id} ({readable_bytes(model.bytes_on_disk)})? [y/N] "):
            print("Nothing was deleted.")
            return 1
        print(repr(bert.delete(model.id)))
    finally:
        bert.close()
    return 0


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:
        # Nobody is there to answer: a script says --yes.
        print()
        return False


def export(options: argparse.Namespace) -> int:
    """Export a model by the shared backend, wait for it, and print its folder."""
    from .progress import terminal_line
    from .service.client import connect
    from .watching import watch

    job = connect().export(options.name, format=options.format, precision=options.precision)
    watch(job, terminal_line())
    print(job.result()["folder"])
    return 0


def snippet(options: argparse.Namespace) -> int:
    """Print a working start in a language."""
    print(snippets.snippet(options.language, model=options.model, task=options.task), end="")
    return 0


def doctor(_options: argparse.Namespace) -> int:
    """Check the installation."""
    from .doctor import diagnose

    diagnosis = diagnose()
    print(repr(diagnosis))
    return 1 if any(check.state == "problem" for check in diagnosis) else 0


def demo(options: argparse.Namespace) -> int:
    """Copy the tour to this folder and open it in JupyterLab."""
    if find_spec("jupyterlab") is None:
        raise NotFound("JupyterLab is not installed in this environment.", "pip install jupyterlab")
    target = Path(TOUR)
    try:
        with target.open("xb") as file:
            file.write(_tour().read_bytes())
        print(f"The tour is in {target.absolute()}.")
    except FileExistsError:
        print(f"{target.absolute()} is here already and is opened as it is.")
    sys.stdout.flush()
    # With the notebook as an argument, --no-browser would print an address that does not lead to it.
    command = [sys.executable, "-m", "jupyter", "lab", f"--LabApp.default_url=/lab/tree/{target}"]
    if options.no_browser:
        command.append("--no-browser")
    # JupyterLab takes this process over, so that Ctrl+C and a signal go where they are meant to.
    os.execv(sys.executable, command)  # noqa: S606 – our own interpreter


def _tour() -> Path:
    here = Path(__file__).resolve().parent
    for file in (here / "notebooks" / "tour.ipynb", here.parent / "notebooks" / "tour.ipynb"):
        if file.is_file():
            return file
    raise NotFound(
        "The tour is missing from this installation.", "pip install --force-reinstall --no-deps albert-widgets"
    )


def _arguments(options: argparse.Namespace) -> list[str]:
    """Return the options of ``serve`` as its process in the background shall get them."""
    arguments = [f"--host={options.host}", f"--port={options.port}", f"--idle-minutes={options.idle_minutes}"]
    if options.token_file:
        arguments.append(f"--token-file={options.token_file}")
    if options.memory_budget:
        arguments.append(f"--memory-budget={options.memory_budget}")
    return arguments + [f"--allowed-host={host}" for host in options.allowed_host]


class _Parser(argparse.ArgumentParser):
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # A command's own parser complains of what it does not know, for only it can say what is near.
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        hint = f"Type: {self.prog} --help"
        unknown = re.search(r"(?:unrecognized arguments: |invalid choice: ')([^\s']+)", message)
        if unknown:
            choices = [str(choice) for action in self._actions for choice in action.choices or ()]
            known = [*self._option_string_actions, *COMMANDS, *choices]
            near = difflib.get_close_matches(unknown[1].partition("=")[0], known, n=1)
            message = f"There is no {unknown[1]}"
            hint = f"Did you mean {near[0]}?" if near else hint
        self.exit(2, f"{self.prog}: {_one_line(f'{message[:1].upper()}{message[1:]}.', hint)}\n")


COMMANDS = ("serve", "stop", "models", "export", "snippet", "doctor", "demo")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="albert-widgets", description="BERT inside the notebook.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"albert-widgets {__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
        command.set_defaults(command=globals()[name])
        return command

    command = add("serve", "run the shared backend")
    command.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    command.add_argument("--port", type=_port, default=0, help="0 takes a free one (default: 0)")
    command.add_argument("--token-file", type=_path, metavar="FILE", help="file with the token; without it one is made")
    command.add_argument(
        *("--allowed-host", "--allow-host"),
        action="append",
        default=[],
        metavar="NAME",
        help="a name besides localhost under which clients reach this backend; may be repeated",
    )
    command.add_argument(
        "--memory-budget",
        type=_bytes,
        metavar="SIZE",
        help="what loaded models may take: 4GB",
    )
    command.add_argument(
        "--idle-minutes",
        type=_minutes,
        default=30.0,
        metavar="N",
        help="end after so long without a request or a job; 0: never (default: 30)",
    )
    command.add_argument("--replace", action="store_true", help="stop the running backend first")
    command.add_argument(
        "--background", action="store_true", help="come back at once; the log lies beside the file below"
    )
    _add_connection_file(command)
    _add_connection_file(add("stop", "stop the shared backend"))
    command = add("models", "list the models on this machine, add one, or delete one")
    one_of = command.add_mutually_exclusive_group()
    one_of.add_argument("--add", metavar="FOLDER", help="a folder with config.json and model.safetensors")
    one_of.add_argument("--delete", metavar="NAME", help="delete a model's files; of a folder, only its name goes")
    command.add_argument("--name", help="with --add: its name (default: the folder's own)")
    command.add_argument("--yes", action="store_true", help="with --delete: do not ask")
    command = add("export", "write a model as a file that other runtimes take, and print its folder")
    command.add_argument("name", help="of the model: starter, a hub id, run:NAME or a registered folder")
    command.add_argument("--format", choices=EXPORT_FORMATS, default="onnx", help="of the file (default: %(default)s)")
    command.add_argument(
        "--precision", choices=EXPORT_PRECISIONS, default="float32", help="of the weights (default: %(default)s)"
    )
    command = add("snippet", "print a working start in another language than Python, or in Python")
    command.add_argument(
        "language", type=snippets.language_of, choices=snippets.LANGUAGES, help=", ".join(snippets.LANGUAGES)
    )
    command.add_argument("--model", metavar="NAME", help="that it asks (default: starter)")
    command.add_argument("--task", choices=snippets.TASKS, default="embed", help="what it asks (default: %(default)s)")
    add("doctor", "check the installation; says what to type where something is missing")
    command = add("demo", "copy the tour to this folder and open it in JupyterLab")
    command.add_argument("--no-browser", action="store_true", help="only print the address")
    return parser


def _add_connection_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--connection-file",
        type=_path,
        metavar="FILE",
        help="where clients look (default: Jupyter's runtime folder)",
    )


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 <= minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes: 30, or 0 for never")
    return minutes


def _bytes(text: str) -> int:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", text)
    size = int(float(match[1]) * UNITS.get(match[2].upper(), 0)) if match else 0
    if size <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no size: 4GB, 500MB")
    return size


def _fail(message: str, hint: str = "") -> int:
    print(f"albert-widgets: {_one_line(message, hint)}", file=sys.stderr)
    return 1


def _one_line(*parts: str) -> str:
    return " ".join(" ".join(parts).split())
