"""``%albert`` and ``%%albert``: every capability of the backend from one line of a notebook.

One module a subcommand (:data:`.table.COMMANDS`), each with its options and a ``run``; what they share is
how a line is read (:mod:`.line`, :mod:`.parser`), what they get (:mod:`.context`) and the Tab key
(:mod:`.completion`). Loading the extension imports next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

LINE_KEYS = ("%albert", "%%albert")
"""First words of a line that the Tab key is ours for; IPython finds ``albert`` by the first, too."""
ASSIGNED = r"[^%=]*=\s*%albert\s"
"""``x = %albert …``: the line begins with something else, so it needs a pattern."""


def register(shell: InteractiveShell) -> None:
    """Add the magics and their completion to ``shell``; once more changes nothing."""
    from .magic import AlbertMagics

    unregister(shell)
    magics: Any = AlbertMagics(shell)
    shell.register_magics(magics)
    # Without this, %config does not know the class.
    shell.configurables.append(magics)
    # IPython's own function has no types yet.
    set_hook: Any = shell.set_hook
    for key in LINE_KEYS:
        set_hook("complete_command", _complete, str_key=key)
    set_hook("complete_command", _complete, re_key=ASSIGNED)
    shell.input_transformers_cleanup.append(_keep_questions)


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
    hooks = shell.strdispatchers.get("complete_command")
    for hooked in (hooks.strs, hooks.regexs) if hooks is not None else ():
        for key, chain in list(hooked.items()):
            # Others may complete the same words.
            chain.chain[:] = [entry for entry in chain.chain if getattr(entry[1], "__func__", None) is not _complete]
            if not chain.chain:
                del hooked[key]


def _keep_questions(lines: list[str]) -> list[str]:
    # Asked for every cell of the notebook, so what is not ours must cost nothing.
    if not any("%albert" in line for line in lines):
        return lines
    from .question import keep_questions

    return keep_questions(lines)


def _complete(shell: InteractiveShell, event: Any) -> list[str]:
    from .completion import completions

    return completions(shell, event)
