"""The check before a training: the data in figures, what was guessed, and all that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.results import DataCheck

from .checks import by_level, check
from .legibility import legibility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from albert_widgets.backend.tokens import SharedTokenizer
    from albert_widgets.labelled import LabelledTexts
    from albert_widgets.results import Suggestion


def check_data(
    data: LabelledTexts,
    tokenizer: SharedTokenizer,
    *,
    model: str,
    limit: int,
    max_length: int | None = None,
    validation: LabelledTexts | None = None,
    drop_incomplete: bool = False,
    suggest: Callable[[Sequence[str]], Suggestion | None] | None = None,
) -> DataCheck:
    """Return what there is to know of ``data`` before a training; see :meth:`BertBackend.check`.

    Parameters
    ----------
    limit
        Tokens that the model reads; 0 for no limit.
    suggest
        Says which models to offer where this one does not know the script of the texts; None offers none.
    """
    # Sentences are read one by one, however long a text is.
    cut = 0 if data.task == "extract" else min(filter(None, (max_length, limit)), default=0)
    found = check(data, validation=validation, drop_incomplete=drop_incomplete)
    found += legibility(data, tokenizer, model=model, max_length=cut, limit=limit, suggest=suggest)
    names = data.label_names
    known = [label for label in data.labels if label is not None]
    counts = np.zeros(len(names), np.int64)
    place = {name: number for number, name in enumerate(names)}
    if names:
        for label in known:
            for name in label if data.task == "multi_label" else (label,):
                counts[place[name]] += 1
    finite = [value for value in known if np.isfinite(value)] if data.task == "regression" else []
    return DataCheck(
        model=model,
        rows=len(data),
        task=data.task,
        label_names=names,
        label_counts=counts,
        values=np.asarray([min(finite), np.mean(finite), max(finite)] if finite else [], np.float64),
        columns=data.columns,
        notes=data.notes,
        findings=by_level(found),
        max_length=cut,
    )
