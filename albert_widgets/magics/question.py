"""A question is a text: ``%albert tokenize How are you?`` must not be taken for IPython's ``you?``.

IPython looks for a question mark at the end of a line before it looks for magics. Such a line of ours gets an end of
options, ``--``, behind it, which means nothing.
"""

from __future__ import annotations

import re
import tokenize

from .line import END

_QUESTION = re.compile(r"""\s*(?:[^%'"#]*=\s*)?%albert\s+\S.*\?\s*$""", re.DOTALL)
_INDENTS = {tokenize.INDENT, tokenize.DEDENT}


def keep_questions(lines: list[str]) -> list[str]:
    """Return the lines of a cell with our questions marked; one of IPython's ``input_transformers_cleanup``."""
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith("%%") or not any(map(_QUESTION.match, lines)):
        return lines
    from IPython.core.inputtransformer2 import make_tokens_by_line

    kept = list(lines)
    for tokens in make_tokens_by_line(lines):
        begin = next((token.start[0] - 1 for token in tokens if token.type not in _INDENTS), None)
        # What is inside a string of several lines begins no line of tokens.
        if begin is not None and begin < len(kept) and _QUESTION.match(kept[begin]):
            text = kept[begin].rstrip()
            kept[begin] = f"{text} {END}{kept[begin][len(text) :]}"
    return kept
