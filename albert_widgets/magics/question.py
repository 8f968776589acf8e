"""A question is a text: ``%albert tokenize How are you?`` must not be taken for IPython's ``you?``.

IPython looks for a question mark at the end of a line before it looks for magics. Such a line of ours gets a sign
behind it that is white space to us, and something else than the end of the line to IPython.
"""

from __future__ import annotations

import re
import tokenize

SIGN = "\x1f"

_OURS = re.compile(r"""(\s*)(?:[^%'"#]*=\s*)?%albert\s+\S""")
_QUESTION = re.compile(r".*\?\s*$", re.DOTALL)
_INDENTS = {tokenize.INDENT, tokenize.DEDENT}


def keep_questions(lines: list[str]) -> list[str]:
    """Return the lines of a cell with our questions marked; one of IPython's ``input_transformers_cleanup``."""
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith("%%") or not any(_OURS.match(line) and _QUESTION.match(line) for line in lines):
        return lines
    kept, rest = list(lines), list(lines)
    while (at := _next_of_ours(rest)) is not None:
        text = kept[at].rstrip()
        if text.endswith("?"):
            kept[at] = f"{text}{SIGN}{kept[at][len(text) :]}"
        # A quote or a bracket in the text must not swallow the lines below it.
        indent = _OURS.match(rest[at])
        rest[at] = f"{indent[1] if indent else ''}pass\n"
    return kept


def _next_of_ours(lines: list[str]) -> int | None:
    """Return the number of the first line that is ours, and not part of a string of several lines."""
    from IPython.core.inputtransformer2 import make_tokens_by_line

    for tokens in make_tokens_by_line(lines):
        begin = next((token.start[0] - 1 for token in tokens if token.type not in _INDENTS), len(lines))
        if begin < len(lines) and _OURS.match(lines[begin]):
            return begin
    return None
