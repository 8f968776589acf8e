"""Which commands there are, what each is for in a few words, and where it is written."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

from albert_widgets.errors import NotFound

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser

COMMANDS: dict[str, str] = {
    "status": "how the backend is, which models there are, what to do next",
    "tokenize": "what the model reads: the tokens of a text",
    "attention": "where the model looks: the attention of all heads",
    "embed": "a vector for a text",
    "similar": "how alike texts are",
    "predict": "what a classifier says of a text, or of a column of a DataFrame",
    "baseline": "what labelled texts are worth: the check of a table, and a linear head in seconds",
    "fit": "fine-tune a model on labelled texts, and watch it",
    "study": "train several times: learning rates, folds, or sizes of the data",
    "evaluate": "how good a classifier is on a table that it has not seen",
    "runs": "what was trained here, side by side; or one run in full",
    "fill-mask": "which words fit into the gaps of a text",
    "summarize": "the sentences of a text that say the most",
    "models": "list the models, or add a folder",
    "use": "choose this notebook's model",
    "load": "bring a model into the backend's memory",
    "unload": "take a model out of the backend's memory",
    "search": "which models there are to fetch: a list of good ones, or those of the hub by words",
    "download": "fetch a model from the Hugging Face hub",
    "delete": "delete a model's files, and say what that frees",
    "rename": "give a model of yours another name",
    "push": "upload a model of yours to the Hugging Face hub",
    "export": "a model as an ONNX file, for other runtimes",
    "jobs": "what the backend works on; stop, pause and resume it",
    "doctor": "check the installation; says what to type where something is missing",
    "help": "all commands, or one in full",
}
"""Name and purpose, in the order in which they are shown. The module has the same name."""

WORD_OF_MODULE = str.maketrans("-", "_")


class Command(Protocol):
    """A module of a subcommand."""

    def declare(self, parser: Parser) -> None:
        """Declare the options."""

    def run(self, args: Namespace, context: Context) -> object:
        """Do it, and return what is to be shown."""


def command_of(name: str) -> Command:
    """Return the module of a command. Raises NotFound with near matches in its hint."""
    if name not in COMMANDS:
        from .nearest import near

        raise NotFound(
            f"There is no command {name!r}.", near(name, COMMANDS) or "%albert help lists the commands.", command=name
        )
    return cast("Command", importlib.import_module(f".{name.translate(WORD_OF_MODULE)}", __package__))


def parser_of(name: str) -> Parser:
    """Return the parser of a command. Raises NotFound."""
    from .parser import Parser

    command = command_of(name)
    parser = Parser(name, COMMANDS[name])
    command.declare(parser)
    parser.declare_output()
    return parser


def docstring() -> str:
    """Return what ``%albert?`` shows."""
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name.ljust(width)}  {purpose}" for name, purpose in COMMANDS.items())
    return f"""BERT in this notebook.

Usage::

  %albert                                   how things are, and what to do next
  %albert COMMAND [options] text            the text as it is, quoted or not
  %%albert COMMAND [options]                the text is the rest of the cell
  result = %albert COMMAND [options] text   keep the answer

Commands::

{lines}

``%albert help COMMAND`` tells the options of one.
"""
