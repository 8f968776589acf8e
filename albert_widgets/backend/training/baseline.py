"""The instant baseline: frozen sentence vectors and a linear head, cross-validated, before anything long begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.labels import SUMMARIES
from albert_widgets.results import BaselineReport

from .checks import complete, refuse
from .data_check import check_data
from .doubts import doubtful_labels
from .features import MAX_LENGTH, features
from .folds import deal, strata, units
from .heads import choose_strength, fit_head
from .metrics import evaluate
from .split import numbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from albert_widgets.backend.pool import Loaded
    from albert_widgets.labelled import LabelledTexts

FOLDS = 5
MAX_ROWS = 5_000
"""Of more rows, so many are drawn: a baseline is a matter of seconds."""


def baseline(
    loaded: Loaded,
    data: LabelledTexts,
    *,
    validation: LabelledTexts | None = None,
    folds: int = FOLDS,
    seed: int = 0,
    drop_incomplete: bool = False,
    max_rows: int = MAX_ROWS,
    watch: Callable[[int, int], None] | None = None,
) -> BaselineReport:
    """Return how far a linear head on frozen vectors comes; see :meth:`BertBackend.baseline`.

    Parameters
    ----------
    watch
        Told how many texts are read, and of how many; what it raises ends the work.

    Raises
    ------
    InputInvalid
        All that is wrong with the data at once; too few rows for the folds.
    TaskUnsupported
        Summaries have no linear head.
    """
    begin = time.perf_counter()
    if data.task in SUMMARIES:
        raise TaskUnsupported("There is no baseline for summaries.", 'For classes: task="single_label".')
    if folds < 2:
        raise InputInvalid(f"folds={folds} is too few.", "Use 2 or more; 5 is usual.")
    found = check_data(
        data,
        loaded.engine.tokenizer,
        model=loaded.info.id,
        limit=loaded.engine.max_length,
        max_length=MAX_LENGTH,
        validation=validation,
        drop_incomplete=drop_incomplete,
    )
    refuse(found.findings)
    whole, others = complete(data), None if validation is None else complete(validation)
    notes = []
    if len(whole) > max_rows:
        chosen = np.sort(np.random.default_rng(seed).choice(len(whole), max_rows, replace=False))
        notes.append(f"{max_rows:,} of {len(whole):,} rows, drawn at random")
        whole = whole.take(chosen.tolist())
    names = data.label_names
    rows = numbered(whole, names)
    count = len(rows)
    tests = None if others is None else numbered(others, names)
    together = units(whole)
    folds = max(2, min(folds, int(together.max()) + 1))
    fold = deal(together, strata(data.task, rows.targets), (1 / folds,) * folds, seed)
    texts = rows.texts + (tests.texts if tests else ())
    pairs = None if rows.pairs is None else rows.pairs + ((tests.pairs or ()) if tests else ())
    vectors, truncated, precision = features(loaded, texts, pairs, watch=watch)
    if truncated.any():
        notes.append(f"{int(truncated.sum()):,} texts cut at {MAX_LENGTH} tokens")
    targets: Any = rows.targets
    learned = vectors[:count]
    # Chosen once, without the first fold: one of five numbers, so the others' rows have next to no say in it.
    strength = choose_strength(data.task, learned[fold != 0], targets[fold != 0], len(names), seed)
    logits = np.zeros((count, max(len(names), 1)))
    scores = []
    for held in range(folds):
        inside, outside = fold != held, fold == held
        logits[outside] = fit_head(data.task, learned[inside], targets[inside], len(names), strength)(learned[outside])
        scores.append(evaluate(data.task, names, targets[outside], logits[outside]).metrics)
    evaluation = evaluate(data.task, names, targets, logits)
    held_out = None
    if tests is not None:
        answers = fit_head(data.task, learned, targets, len(names), strength)(vectors[count:])
        held_out = evaluate(data.task, names, np.asarray(tests.targets), answers)
    doubtful, doubtful_count = doubtful_labels(data.task, names, rows, logits)
    return BaselineReport(
        model=loaded.info.id,
        check=found,
        evaluation=evaluation,
        scores=np.asarray([score[evaluation.primary] for score in scores]),
        held_out=held_out,
        doubtful=doubtful,
        doubtful_count=doubtful_count,
        rows=count,
        seconds=time.perf_counter() - begin,
        precision=precision,
        notes=tuple(notes),
    )
