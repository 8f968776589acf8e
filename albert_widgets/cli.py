"""The command ``albert-widgets``: serve, stop, models, export, convert, snippet, doctor, demo.

An error is one line on stderr that says what to type; the exit code is 2 for a slip on the command line, 1 for
everything else that goes wrong.
"""

from __future__ import annotations

import argparse
import difflib
import io
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
from .serve_command import add_options, file_path, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .protocol import BertBackend

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


def convert(options: argparse.Namespace) -> int:
    """Write BERT of TensorFlow's files as safetensors."""
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise MissingExtra.of("backend", "albert-widgets convert")
    from .backend.tensorflow.convert import convert as converted

    made = converted(options.folder, options.target)
    print(
        f"{made.folder}: {made.architecture}, {made.parameters:,} weights; loaded and compared.", *made.notes, sep="\n"
    )
    print(f"To have it among the models: albert-widgets models --add {made.folder}")
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
            typed = unknown[1].partition("=")[0]
            near = [name for name in known if name.startswith(typed)] or difflib.get_close_matches(typed, known, n=1)
            message = f"There is no {unknown[1]}"
            hint = f"Did you mean {near[0]}?" if near else hint
        self.exit(2, f"{self.prog}: {_one_line(f'{message[:1].upper()}{message[1:]}.', hint)}\n")


COMMANDS = ("serve", "stop", "models", "export", "convert", "snippet", "doctor", "demo")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="albert-widgets", description="BERT inside the notebook.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"albert-widgets {__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
        command.set_defaults(command=globals().get(name))
        return command

    command = add("serve", "run the shared backend")
    command.set_defaults(command=serve)
    add_options(command)
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
    command = add("convert", "write BERT of TensorFlow's files (tf_model.h5, bert_model.ckpt.*) as safetensors")
    command.add_argument("folder", metavar="FOLDER", help="with the weights, their config and the vocabulary")
    command.add_argument(
        "target", nargs="?", metavar="TARGET", help="the new folder (default: FOLDER-safetensors, here)"
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
        type=file_path,
        metavar="FILE",
        help="where clients look (default: Jupyter's runtime folder)",
    )


def _fail(message: str, hint: str = "") -> int:
    print(f"albert-widgets: {_one_line(message, hint)}", file=sys.stderr)
    return 1


def _one_line(*parts: str) -> str:
    return " ".join(" ".join(parts).split())
