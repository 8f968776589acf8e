"""The Python that makes a panel again."""

from __future__ import annotations

from typing import Any


def code(call: str, text: str | None, arguments: dict[str, Any]) -> str:
    """Return two lines of Python: the import, and the call.

    Parameters
    ----------
    call
        What is called: ``"aw.AttentionPanel"``.
    text
        Its first argument, or None if ``call`` stands with its first arguments already.
    arguments
        The others, by name.
    """
    first = [] if text is None else [literal(text)]
    given = [*first, *(f"{name}={literal(value)}" for name, value in arguments.items())]
    opening = call if call.endswith(", ") else f"{call}("
    return f"import albert_widgets as aw\n{opening}{', '.join(given)})"


def literal(value: Any) -> str:
    r"""Return a value as it is written in Python; whatever cannot be seen in a text is escaped.

    >>> literal("it's")
    '"it\'s"'
    """
    written = repr(value)
    # Where repr chooses the single quotes and the text has no double ones, those of most programs can stand.
    if isinstance(value, str) and written.startswith("'") and '"' not in written:
        return f'"{written[1:-1]}"'
    return written
