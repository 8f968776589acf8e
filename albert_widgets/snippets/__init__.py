"""A working start in a language of one's choice: printed by ``albert-widgets snippet``, and written by the sidebar.

Both take the texts beside this module, one a language: first how the backend is found and asked, then, each after a
comment ``---- TASK``, the lines that use it; what follows ``---- end`` closes the program. The model is called
``"starter"`` in them.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files

from albert_widgets.errors import InputInvalid

LANGUAGES = ("python", "r", "node", "curl", "julia", "java", "csharp")
TASKS = ("embed", "predict", "tokenize", "summarize")
ALSO = {
    "bash": "curl",
    "c#": "csharp",
    "cs": "csharp",
    "deno": "node",
    "javascript": "node",
    "js": "node",
    "sh": "curl",
    "shell": "curl",
    "typescript": "node",
}
"""Other names of the languages."""
ESCAPED = {"curl": ("'", "'\\''"), "julia": ("$", "\\$"), "java": ("\\", "\\\\")}
"""What JSON leaves as it is and the language would not: in a shell's quotes, Julia's strings, Java's text blocks."""


def language_of(name: str) -> str:
    """Return the one of :data:`LANGUAGES` that ``name`` means, or the name itself in small letters."""
    return ALSO.get(name.lower(), name.lower())


def snippet(language: str, *, model: str | None = None, task: str = "embed") -> str:
    """Return a program that asks the shared backend.

    Parameters
    ----------
    language
        One of :data:`LANGUAGES`, or another name of one.
    model
        Id of the model; None is the starter.
    task
        What is asked, one of :data:`TASKS`.

    Raises
    ------
    InputInvalid
        There is no such language or task, or a classifier is asked for and none is named.
    """
    language = language_of(language)
    for what, value, choices in (("language", language, LANGUAGES), ("task", task, TASKS)):
        if value not in choices:
            raise InputInvalid(
                f"There is no snippet for the {what} {value!r}.", f"Choose one of: {', '.join(choices)}."
            )
    if task == "predict" and model is None:
        raise InputInvalid(
            "The starter is no classifier, so a prediction needs the name of a model.",
            f"albert-widgets snippet {language} --task predict --model run:NAME",
        )
    text = files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8")
    head, *parts = re.split(r"^.*---- (\w+)\n", text, flags=re.MULTILINE)
    part = dict(zip(parts[::2], parts[1::2], strict=True))
    return (head + part[task] + part.get("end", "")).replace('"starter"', _quoted(model or "starter", language))


def _quoted(name: str, language: str) -> str:
    """Return a string as the language reads it in these texts: as JSON does, but for what is :data:`ESCAPED`."""
    quoted = json.dumps(name, ensure_ascii=False)
    return quoted.replace(*ESCAPED[language]) if language in ESCAPED else quoted
