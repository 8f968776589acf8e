"""``%albert`` and ``%%albert``: every capability of the backend from one line of a notebook.

One module a subcommand (:data:`.table.COMMANDS`), each with its options and a ``run``; what they share is
how a line is read (:mod:`.line`, :mod:`.parser`), what they get (:mod:`.context`) and the Tab key
(:mod:`.completion`). Loading the extension imports next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext
    from IPython.core.interactiveshell import InteractiveShell

MATCHER = "albert_widgets"
"""By this name IPython's completer knows ours (``%config IPCompleter.disable_matchers``)."""


def register(shell: InteractiveShell) -> None:
    """Add the magics and their completion to ``shell``; once more changes nothing."""
    from IPython.core import completer

    from .magic import AlbertMagics

    unregister(shell)
    # Its base class puts it among shell.configurables, so that %config knows it.
    magics: Any = AlbertMagics(shell)
    # IPython's own functions have no types yet.
    context_matcher: Any = completer.context_matcher
    shell.register_magics(magics)
    shell.input_transformers_cleanup.append(_keep_questions)

    def matcher(context: CompletionContext) -> dict[str, Any]:
        if "albert" not in context.line_with_cursor:
            return {"completions": []}
        from .completion import matches

        return matches(shell, context)

    # No hook for "complete_command": only a matcher can keep Python's keywords out of the list.
    matchers(shell).append(context_matcher(identifier=MATCHER)(matcher))


def unregister(shell: InteractiveShell) -> None:
    """Take the magics, their completion and their configuration away again."""
    manager = shell.magics_manager
    magics = manager.registry.pop("AlbertMagics", None)
    if magics is None:
        return
    for kind in ("line", "cell"):
        manager.magics[kind].pop("albert", None)
    if magics in shell.configurables:
        shell.configurables.remove(magics)
    if _keep_questions in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(_keep_questions)
    others = [one for one in matchers(shell) if getattr(one, "matcher_identifier", None) != MATCHER]
    matchers(shell)[:] = others


def matchers(shell: Any) -> list[Any]:
    """Return the list of matchers that extensions add to IPython's completer."""
    added: list[Any] = shell.Completer.custom_matchers
    return added


def _keep_questions(lines: list[str]) -> list[str]:
    # Asked for every cell of the notebook, so what is not ours must cost nothing.
    if not any("%albert" in line for line in lines):
        return lines
    from .question import keep_questions

    return keep_questions(lines)
