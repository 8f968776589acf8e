"""What a command gets besides its options: the backend, the texts, the user's variables, and where it is shown."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid
from albert_widgets.progress import is_notebook

from .nearest import near

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from IPython.core.interactiveshell import InteractiveShell

    from albert_widgets.protocol import BertBackend

MISSING = object()


class Context:
    """What a command gets besides its options.

    Parameters
    ----------
    shell
        The user's IPython.
    command
        Name of the command.
    cell
        The rest of the cell, without its last newline; None for a line.
    local_names
        Variables of the function that the magic stands in, if it does.
    connect
        Returns the backend; asked when a command needs it.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        command: str,
        cell: str | None,
        local_names: Mapping[str, Any],
        connect: Callable[[], BertBackend],
    ) -> None:
        self.shell = shell
        self.command = command
        self.cell = cell
        self._local_names = local_names
        self._connect = connect

    @cached_property
    def bert(self) -> BertBackend:
        """The backend; it is found or started now."""
        return self._connect()

    @property
    def is_notebook(self) -> bool:
        """Whether a kernel runs this, so that panels can be shown; a terminal shows text."""
        return is_notebook(self.shell)

    # --- variables ------------------------------------------------------------------------------

    def variable(self, name: str, option: str) -> Any:
        """Return the value of the user's variable.

        Raises
        ------
        InputInvalid
            That is no name, or nothing has it.
        """
        if not name.isidentifier():
            raise InputInvalid(
                f"{option} {name}: this cannot be the name of a variable.",
                f"Give a value a name first: x = …, then {option} x.",
            )
        user: Mapping[str, Any] = self.shell.user_ns
        value = self._local_names.get(name, user.get(name, MISSING))
        if value is MISSING:
            known = [known for known in {**user, **self._local_names} if not known.startswith("_")]
            raise InputInvalid(
                f"{option} {name}: there is no variable {name!r}.",
                near(name, known) or "Run the cell that makes it first.",
            )
        return value

    def frame(self, name: str) -> Any:
        """Return the user's DataFrame of that name. Raises InputInvalid."""
        from albert_widgets.columns import is_frame

        value = self.variable(name, "--data")
        if not is_frame(value):
            texts = [value] if isinstance(value, str) else value
            are_texts = isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts)
            raise InputInvalid(
                f"--data {name}: expected a DataFrame, {name!r} is of type {type(value).__name__}.",
                f"For texts: %albert {self.command} --from {name}"
                if are_texts
                else f"Make one first: {name} = pandas.DataFrame(…)",
            )
        return value

    def table(self, name: str, option: str = "--data") -> Any:
        """Return the user's table of that name, or the path of one: it ends as such. Raises InputInvalid."""
        return name if name.lower().endswith((".csv", ".tsv", ".parquet")) else self.variable(name, option)

    # --- texts ----------------------------------------------------------------------------------

    def text(self, args: Namespace) -> str:
        """Return the one text that the command works on. Raises InputInvalid."""
        texts = self.texts(args)
        if isinstance(texts, str):
            return texts
        if len(texts) == 1 and isinstance(texts[0], str):
            return texts[0]
        if args.source:
            hint = f"Take one of them: text = {args.source}[0], then --from text"
        elif hasattr(args, "pair"):
            hint = f'For a pair: %albert {self.command} "first" --pair "second"'
        else:
            hint = "Put quotes around the whole."
        raise InputInvalid(f"%albert {self.command} takes one text; these are {len(texts)}.", hint)

    def texts(self, args: Namespace) -> str | list[str]:
        """Return the text, or the list of texts, from where they are: line, cell or variable.

        Raises
        ------
        InputInvalid
            They are nowhere, or in two places.
        """
        places = {
            "on the line": list(args.texts),
            "in the cell": self.cell,
            f"in --from {args.source}": self.variable_texts(args.source) if args.source else None,
        }
        # An empty text is a text; what is wrong with it, the backend says.
        given = {place: texts for place, texts in places.items() if texts is not None and texts != []}
        if len(given) > 1:
            raise InputInvalid(f"There is a text {' and one '.join(given)}.", "Leave one of them.")
        if not given:
            raise self.nothing_to_read()
        (texts,) = given.values()
        return texts[0] if isinstance(texts, list) and len(texts) == 1 and not args.source else texts

    def nothing_to_read(self) -> InputInvalid:
        """Return the error for a command without a text."""
        return InputInvalid(
            f"%albert {self.command} needs a text.",
            f'%albert {self.command} "The cat sat on the mat."\n'
            f"or a cell that begins with %%albert {self.command}, or --from NAME for a variable.",
        )

    def variable_texts(self, name: str) -> str | list[str]:
        """Return the text, or the texts, that a variable holds. Raises InputInvalid."""
        value = self.variable(name, "--from")
        if isinstance(value, str):
            return value
        is_series = not isinstance(value, bytes | dict) and not hasattr(value, "columns") and hasattr(value, "__iter__")
        texts = list(value) if is_series else None
        if texts and all(isinstance(text, str) for text in texts):
            return texts
        hint = "Choose a column first: texts = list(frame[column])" if hasattr(value, "columns") else ""
        if texts is None:
            what = f"is of type {type(value).__name__}"
        elif texts:
            at, other = next((at, text) for at, text in enumerate(texts) if not isinstance(text, str))
            what = f"has {other!r} at {at}"
        else:
            what = "is empty"
        raise InputInvalid(f"--from {name}: expected a text or a list of texts, {name!r} {what}.", hint)
