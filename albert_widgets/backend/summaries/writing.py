"""A summary in a model's own words: what is read, how much is written of each part, and what supports it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend.classify import kind_of
from albert_widgets.backend.words import words
from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.protocol import STARTER
from albert_widgets.results import Summary
from albert_widgets.results.summary import JOINED
from albert_widgets.selection import Length

from .generation import Interrupted, Told, generate, of_the_task, search_of, written_at_once
from .parts import Parts, parts_of
from .reading import Reading, read, scored
from .support import aligned, needs_words, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from albert_widgets.backend.pool import Loaded

LEAST_OF_A_PART = 24
"""Tokens that are written of a part at least, about a sentence; less says nothing."""
PARTS_AT_ONCE = 8
"""That are written of together, where nobody follows it."""
REPEATED = 0.4
"""Share of three words in a row that were there before, from which on a text says the same again and again."""


def write(
    loaded: Loaded,
    documents: Sequence[str],
    *,
    length: Length,
    encoder: Callable[[Loaded], AbstractContextManager[Loaded]],
    language: str | None = None,
    beams: int | None = None,
    no_repeat_ngram: int | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Summary:
    """Return a summary in the model's own words; see :meth:`Summarizer.summarize`.

    Parameters
    ----------
    encoder
        Gives the model that compares sentences; it is asked once there is something to compare.

    Raises
    ------
    TaskUnsupported
        The model writes no summaries.
    InputInvalid
        A length that only whole sentences can be chosen by, or an option out of range.
    """
    info = loaded.info
    if info.task != "summarization":
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it was not trained to write summaries.",
            'Train one: bert.fit(frame, text="article", label="summary", task="summary", name="NAME"), then '
            'model="run:NAME". Or let it choose sentences: method="centrality".',
            model=info.id,
            task=info.task,
        )
    tokens = int(length.amount) if length.unit == "tokens" else None
    if tokens is None and length != Length():
        raise InputInvalid(
            f"{length.unit} chooses among sentences, but an abstractive summary is written.",
            "Give tokens, or no length.",
        )
    # What is out of range is said before anything is read.
    how = search_of(loaded.engine, tokens, beams, no_repeat_ngram)
    may_repeat = not how.get("no_repeat_ngram_size", loaded.engine.model.generation_config.no_repeat_ngram_size)
    reading = loaded.readings.read(loaded, documents, language)
    writer = Writer(loaded, beams, no_repeat_ngram, on_text)
    try:
        written = writer.summary_of(reading, tokens)
    except Interrupted as interrupted:
        raise interrupted.reason from None
    alignment, notes = nothing(reading), ["the model wrote nothing"]
    if written:
        with encoder(loaded) as comparing:
            alignment = aligned(written, comparing.readings.read(comparing, documents, language), comparing)
            notes = _notes(written, comparing, reading.language, may_repeat=may_repeat)
    order = np.argsort(-alignment.scores, kind="stable").tolist()
    return Summary(
        model=info.id,
        source=reading.text,
        sentences=scored(reading, alignment.scores, order),
        method="abstractive",
        language=reading.language,
        notes=(*reading.notes, *writer.notes, *notes),
        written=written,
        length=length,
        written_sentences=alignment.sentences,
    )


class Writer:
    """Writes summaries of texts of any length.

    Attributes
    ----------
    notes
        What a user should know of how the last text was read.
    """

    def __init__(
        self,
        loaded: Loaded,
        beams: int | None,
        no_repeat_ngram: int | None,
        on_text: Callable[[str], None] | None,
    ) -> None:
        self._loaded = loaded
        self._options = {"beams": beams, "no_repeat_ngram": no_repeat_ngram}
        self._on_text = on_text
        prefix = of_the_task(loaded.engine.model.config).get("prefix")
        self._prefix = prefix if isinstance(prefix, str) else ""
        self.notes: list[str] = []

    def summary_of(self, reading: Reading, tokens: int | None) -> str:
        """Return a summary of no more than ``tokens``, or as long as the model was made for if None.

        A long text is read in parts, and what is written of them is the summary. Where the budget pays for less than
        a sentence of each part, that may be too long: then it is summarized as a text of its own.
        """
        total = left = int(reading.tokens.sum())
        parts, written, is_over = self._pass(reading, tokens)
        count, is_repeated = len(parts.texts), False
        while is_over and any(map(str.isalnum, written)) and (used := self._count(written)) < left:
            left, is_repeated = used, True
            _, written, is_over = self._pass(read(self._loaded, [written], reading.language), tokens)
        if count > 1:
            also = ", and what was written of them was summarized again" if is_repeated else ""
            self.notes.append(f"the text has {total:,} tokens; read in {count} parts{also}")
        if parts.broken:
            sentences = "1 sentence is" if parts.broken == 1 else f"{parts.broken:,} sentences are"
            self.notes.append(f"{sentences} longer than the model reads at once, and read in pieces")
        if is_over:
            self.notes.append(f"it became no shorter than {self._count(written):,} tokens")
        most = written_at_once(self._loaded.engine)
        if tokens is not None and 0 < most < tokens // count:
            self.notes.append(f"the model writes at most {most:,} tokens at once")
        return written

    def _pass(self, reading: Reading, tokens: int | None) -> tuple[Parts, str, bool]:
        """Return the parts of a text, what is written of them, and whether that is over the budget."""
        engine = self._loaded.engine
        parts = parts_of(reading, engine.tokenizer, engine.max_length, self._prefix)
        count = len(parts.texts)
        share = None if tokens is None else tokens if count == 1 else max(tokens // count, LEAST_OF_A_PART)
        written = self._of_parts(parts.texts, share, reading.language)
        # Where each part has kept to its share, all of them keep to the budget.
        is_over = tokens is not None and share is not None and count * share > tokens and self._count(written) > tokens
        return parts, written, is_over

    def _of_parts(self, texts: Sequence[str], tokens: int | None, language: str) -> str:
        """Return what is written of each part, one after the other."""
        engine, joint = self._loaded.engine, "" if language in JOINED else " "
        how: dict[str, Any] = search_of(engine, tokens, **self._options)
        asked = [self._prefix + text for text in texts]
        done: list[str] = []

        def tell(now: str) -> None:
            if self._on_text is not None:
                self._on_text(joint.join(filter(None, [*done, now])))

        at_once = PARTS_AT_ONCE
        if self._on_text is not None:
            # One after the other, or there would be several texts to tell of.
            at_once, how["stopping_criteria"] = 1, [Told(engine.tokenizer, tell)]
        for at in range(0, len(asked), at_once):
            # Others may use the model between two parts.
            with self._loaded.lock:
                done += generate(engine, asked[at : at + at_once], **how)[0]
        try:
            tell("")
        except Exception as error:
            raise Interrupted(error) from error
        return joint.join(filter(None, done))

    def _count(self, text: str) -> int:
        return len(self._loaded.engine.tokenizer.encode([text], special_tokens=False)["input_ids"][0])


def _notes(written: str, comparing: Loaded, language: str, *, may_repeat: bool) -> list[str]:
    """Return what to know of a written text."""
    found = []
    pieces = [written[start:end].casefold() for start, end in words(written).tolist()]
    threes = Counter(zip(pieces, pieces[1:], pieces[2:], strict=False))
    if threes and sum(count - 1 for count in threes.values()) >= REPEATED * threes.total():
        # Otherwise it is the parts of a long text that are alike.
        found.append("the model repeats itself" + ("; no_repeat_ngram=3 forbids it" if may_repeat else ""))
    if comparing.info.id != STARTER:
        found.append(f"support is judged by {comparing.info.id} itself and by shared words: the starter is not here")
    elif needs_words(comparing, language):
        found.append("support is judged by shared words, too: the starter model was trained on English")
    return found
