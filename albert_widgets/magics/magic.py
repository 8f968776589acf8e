"""The magics themselves: a line goes in, a command runs, its answer comes out; and every error in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, needs_local_scope, no_var_expand
from traitlets import Unicode

from albert_widgets.errors import AlbertError, InputInvalid

from .table import COMMANDS, docstring, parser_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from albert_widgets.protocol import BertBackend


@magics_class
class AlbertMagics(Magics):
    """``%albert`` and ``%%albert``.

    Attributes
    ----------
    bert
        A backend of one's own, such as ``albert_widgets.Backend()``; None takes the shared one.
    """

    url = Unicode("", help="Address of the backend to use; empty: the shared one of this machine.").tag(config=True)
    token = Unicode("", help="The token that it asks for.").tag(config=True)

    bert: BertBackend | None = None

    # The text is the user's: no $name and no {name} in it is taken for a variable.
    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    def albert(  # noqa: D102 – what ``%albert?`` shows is put in below
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return self._run(line, cell, local_ns or {})
        except AlbertError as error:
            # IPython compares the exact type: a subclass of UsageError would print its whole traceback
            # (https://github.com/ipython/ipython/issues/14024).
            raise UsageError(str(error)) from None

    albert.__doc__ = docstring()

    def _run(self, line: str, cell: str | None, local_names: Mapping[str, Any]) -> Any:
        from .context import Context
        from .table import command_of

        name, rest = command_line(line)
        parser = parser_of(name)
        args = parser.parse(rest)
        if args.help:
            from .help import page_of

            return page_of(parser)
        if args.quiet and not args.out:
            parser.error("--quiet shows nothing, so the answer would be lost.", "Keep it: --quiet --out NAME")
        if cell is not None:
            if not parser.texts:
                parser.error(f"%albert {name} takes no text.", f"Without the cell: %albert {name}")
            # The newline after the last line is the cell's own.
            cell = cell.removesuffix("\n")
        shell: Any = self.shell
        answer = command_of(name).run(args, Context(shell, name, cell, local_names, self.connect))
        if args.out:
            shell.push({args.out: answer})
        return None if args.quiet else answer

    def connect(self) -> BertBackend:
        """Return the backend; the shared one is started if need be. Raises BackendUnavailable."""
        if self.bert is not None:
            return self.bert
        from albert_widgets.service.client import connect

        return connect(self.url or None, self.token or None)


def command_line(line: str) -> tuple[str, str]:
    """Return the command's name, and the rest of the line as it stands."""
    first, *rest = line.split(maxsplit=1) or ["status"]
    name = first.removesuffix(";")
    if name.endswith("?"):
        return "help", name.rstrip("?")
    if name in {"-h", "--help"}:
        return "help", ""
    if not name.startswith("-"):
        return name.replace("_", "-"), rest[0] if rest else ""
    if later := [word for word in line.split() if word in COMMANDS]:
        raise InputInvalid(f"The command comes first, before {name}.", f"%albert {later[0]} {name} …")
    return "status", line
