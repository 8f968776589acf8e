"""One summary: the sentences of a text, ranked in one of several ways and chosen by length, or written by a model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from albert_widgets.backend.embed import embed
from albert_widgets.errors import InputInvalid
from albert_widgets.results import Summary
from albert_widgets.selection import Length, choose
from albert_widgets.summarizer import DIVERSITY, METHODS, usual_method

from . import ranking
from .reading import scored
from .rouge import scores as rouge_scores
from .trained import trained

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from albert_widgets.backend.pool import Loaded

    from .reading import Reading


def summarize(
    loaded: Loaded,
    documents: Sequence[str],
    *,
    method: str,
    length: Length,
    encoder: Callable[[Loaded], AbstractContextManager[Loaded]],
    diversity: float | None = None,
    language: str | None = None,
    about: str | None = None,
    reference: str | None = None,
    beams: int | None = None,
    no_repeat_ngram: int | None = None,
    on_text: Callable[[str], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Return one summary of some documents; see :meth:`Summarizer.summarize`.

    Parameters
    ----------
    encoder
        Gives the model that compares what is written with the source.
    """
    if method == "abstractive":
        from .writing import write

        if about is not None:
            raise InputInvalid("A written summary cannot be asked about something.", "Leave about out.")
        made = write(
            loaded,
            documents,
            length=length,
            encoder=encoder,
            language=language,
            beams=beams,
            no_repeat_ngram=no_repeat_ngram,
            on_text=on_text,
        )
    else:
        for name, value in (("beams", beams), ("no_repeat_ngram", no_repeat_ngram)):
            if value is not None:
                raise InputInvalid(f"{name} means nothing for the method {method!r}.", "Leave it out.")
        made = extract(
            loaded,
            documents,
            method=method,
            length=length,
            language=language,
            about=about,
            diversity=diversity,
            watch=on_progress,
        )
    return made if reference is None else replace(made, rouge=rouge_scores(reference, made.text))


def method_of(task: str, method: str | None) -> str:
    """Return the method that is meant for a model with this task. Raises InputInvalid for one that does not exist."""
    if method is None:
        return usual_method(task)
    if method not in METHODS:
        raise InputInvalid(f"There is no method {method!r}.", f"Choose one of: {', '.join(METHODS)}.")
    return method


def extract(
    loaded: Loaded,
    documents: Sequence[str],
    *,
    method: str,
    length: Length,
    language: str | None = None,
    about: str | None = None,
    diversity: float | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Summary:
    """Return the sentences that say the most; ``watch`` is told how many of them the model has read."""
    if diversity is None:
        # A head has learned what a summary says twice; it knows better than one number for all texts.
        diversity = 0.0 if method == "trained" else DIVERSITY
    if not 0 <= diversity < 1:
        raise InputInvalid(f"diversity={diversity} is out of range.", "Use 0 to 0.9.")
    reading = loaded.readings.read(loaded, documents, language)
    graph = None if method == "lead" else reading.graph(loaded, watch)
    scores = scores_of(loaded, reading, method, about)
    candidates = reading.candidates
    order = ranking.order_of(scores, graph.vectors if graph else None, diversity=diversity, last=~candidates)
    chosen = choose(
        order[: int(candidates.sum())], length, words=reading.words.tolist(), tokens=reading.tokens.tolist()
    )
    return Summary(
        model=loaded.info.id,
        source=reading.text,
        sentences=scored(reading, scores, order, chosen, graph.neighbours if graph else None),
        method=method,
        language=reading.language,
        notes=_notes(reading, length, chosen),
        length=length,
        about=about,
    )


def scores_of(loaded: Loaded, reading: Reading, method: str, about: str | None) -> NDArray[np.float64]:
    """Return the scores of all sentences, float64 ``(sentences,)`` in [0, 1].

    Raises
    ------
    TaskUnsupported
        ``"trained"`` with a model that was not.
    InputInvalid
        Something is asked for where a method heeds the places of sentences only.
    """
    if method == "lead":
        if about is not None:
            raise InputInvalid(
                "The method 'lead' takes the first sentences, whatever they are about.",
                "Leave about out, or take the method 'centrality'.",
            )
        return ranking.lead(reading.documents.tolist())
    if method == "trained":
        scores = trained(loaded, reading)
    else:
        ranks = {"centrality": ranking.centrality, "directed": ranking.directed, "cluster": ranking.clustered}
        scores = ranks[method](reading.graph(loaded))
    if about is None:
        return scores
    query = embed(loaded, [about]).vectors[0]
    return ranking.about(scores, (reading.graph(loaded).vectors @ query).astype(np.float64))


def _notes(reading: Reading, length: Length, chosen: set[int]) -> tuple[str, ...]:
    notes = list(reading.all_notes)
    if len(reading.spans) == 1:
        notes.append("the text is one sentence: there is nothing to leave out")
    prices = {"words": reading.words, "tokens": reading.tokens}.get(length.unit)
    if prices is not None and (used := int(prices[list(chosen)].sum())) > length.amount:
        notes.append(f"the best sentence alone has {used:,} {length.unit}, more than {length.amount:g}")
    return tuple(notes)
