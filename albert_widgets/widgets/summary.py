"""The summary panel: a text with shaded sentences, those of its summary, and what speaks for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import traitlets

from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import check_text, check_texts
from albert_widgets.selection import UNITS, USUAL, Length
from albert_widgets.summarizer import METHODS, TASKS, usual_method

from .code import code
from .panel import connected
from .scored import Scored, scored
from .shown import Shown
from .summary_picture import picture, unwritten
from .text_panel import TextPanel
from .writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import RougeScore, Summary

WRITTEN = "abstractive"
CHOSEN = tuple(method for method in METHODS if method != WRITTEN)
"""Methods that choose sentences."""
UNASKED = frozenset({"lead", WRITTEN})
"""Methods that cannot heed a topic."""
OPTIONS = ("language", "diversity", "beams", "no_repeat_ngram")
"""What else a summary may be asked with."""
KEPT = 4
"""Summaries of the present text that are kept."""


@dataclass(frozen=True)
class Question:
    """What is asked of the backend for a summary; the length is chosen afterwards, unless a model writes it."""

    documents: tuple[str, ...]
    model: str
    method: str
    more: tuple[tuple[str, Any], ...]
    """The other arguments that are given, by name."""

    @classmethod
    def of(cls, documents: Sequence[str], model: str, method: str, **more: Any) -> Question:
        """Return a question; arguments that are None are left out."""
        given = sorted((name, value) for name, value in more.items() if value is not None)
        return cls(tuple(documents), model, method, tuple(given))


class SummaryPanel(TextPanel["Summary | None"]):
    """A text and its summary, at any length; see :class:`~albert_widgets.widgets.text_panel.TextPanel`.

    >>> v = SummaryPanel(article, sentences=5)
    >>> v.summary.text                          # as long as the panel shows it now
    >>> v.compare_method = "lead"
    >>> v.compared.to_frame()

    Parameters
    ----------
    text
        A text, or several documents that get one summary together.
    method, about, language, diversity, beams, no_repeat_ngram
        As :meth:`Summarizer.summarize` takes them.
    compare_method
        A second method that is shown beside the first.
    model, bert
        As of every panel.
    reference
        A good summary: what is shown is measured beside it (ROUGE).
    sentences, percent, words, tokens
        At most one length to begin with; 3 sentences without any.

    Attributes
    ----------
    unit, amount
        The length that is shown now, such as ``"words"`` and 120.0.

    Raises
    ------
    InputInvalid, TaskUnsupported
        As of :meth:`Summarizer.summarize`.
    """

    bundle = "summary"
    _writing: tuple[Question, Writing] | None = None
    chosen = (
        *("method", "compare_method", "about", "reference"),
        *OPTIONS,
    )

    method = traitlets.Enum(METHODS, None, allow_none=True).tag(sync=True)
    compare_method = traitlets.Enum(CHOSEN, None, allow_none=True).tag(sync=True)
    about = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    reference = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    unit = traitlets.Enum(UNITS, UNITS[0]).tag(sync=True)
    amount = traitlets.Float(float(USUAL)).tag(sync=True)
    language = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    diversity = traitlets.Float(None, allow_none=True).tag(sync=True)
    beams = traitlets.Int(None, allow_none=True).tag(sync=True)
    no_repeat_ngram = traitlets.Int(None, allow_none=True).tag(sync=True)
    others = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """Documents beside the first, which is :attr:`text`."""

    def __init__(
        self,
        text: str | Sequence[str],
        *,
        method: str | None = None,
        compare_method: str | None = None,
        model: str | None = None,
        about: str | None = None,
        reference: str | None = None,
        sentences: int | None = None,
        percent: float | None = None,
        words: int | None = None,
        tokens: int | None = None,
        bert: BertBackend | None = None,
        **selection: Any,
    ) -> None:
        documents = check_texts(text)
        lengths = {"sentences": sentences, "percent": percent, "words": words, "tokens": tokens}
        self._first_length = Length.of(**lengths)
        bert = connected(bert)
        model = model or bert.default_model
        way = method or usual_method(bert.model(model).task)
        options = {name: value for name, value in selection.items() if name in OPTIONS}
        # The first question is asked as it was put: what does not go together is refused by the backend.
        lengths = lengths if way == WRITTEN else {}
        self._first = Question.of(documents, model, way, about=about, **lengths, **options)
        self._kept: dict[Question, Summary] = {}
        self._shown = Shown(self)
        if reference is not None:
            check_text(reference, "reference")
        super().__init__(
            documents[0],
            model=model,
            bert=bert,
            method=method,
            compare_method=compare_method,
            about=about,
            reference=reference,
            **selection,
        )
        if compare_method is not None:
            _ = self.compared

    # --- the data -------------------------------------------------------------------------------

    @property
    def documents(self) -> tuple[str, ...]:
        """The texts that are summarized together; mostly one."""
        return (self.text, *self.others)

    @property
    def length(self) -> Length:
        """The length that the panel shows now."""
        most = 100.0 if self.unit == "percent" else float("inf")
        return Length(self.unit, min(max(self.amount, 0.1 if self.unit == "percent" else 1.0), most))

    @property
    def result(self) -> Summary:
        """The summary of the text that stands in the panel now, whatever its length."""
        return self._summary_by(self.method)

    @property
    def summary(self) -> Summary:
        """The summary as it is shown now, at that length, measured beside the reference if there is one."""
        return self._measured(self._at_length(self.result))

    @property
    def compared(self) -> Summary:
        """The summary of the second method, at the same length.

        Raises
        ------
        InputInvalid
            No second method is chosen.
        """
        if self.compare_method is None:
            raise InputInvalid("No second method is chosen.", f"panel.compare_method = one of {', '.join(CHOSEN)}")
        return self._measured(self._at_length(self._summary_by(self.compare_method)))

    @property
    def shared(self) -> int:
        """How many sentences both methods choose."""
        mine = {sentence.start for sentence in self.summary.chosen}
        return len(mine & {sentence.start for sentence in self.compared.chosen})

    def to_frame(self) -> Any:
        """Return a table with one row a sentence of the source; ``chosen`` is of the length that is shown."""
        return self._at_length(self.result).to_frame()

    def _compute(self, text: str, pair: str | None, model: str) -> Summary | None:  # noqa: ARG002 – no pairs here
        """Ask the first question; all later ones are made of the traits. What is written may come later."""
        return self._written(self._first).begun() if self._first.method == WRITTEN else self._asked(self._first)

    def _checked(self, result: Summary | None, selection: dict[str, Any]) -> dict[str, Any]:
        if result is not None:
            self._kept[self._first] = result
        length = {"unit": self._first_length.unit, "amount": float(self._first_length.amount)}
        return {**selection, **length, "others": list(self._first.documents[1:])}

    def _question(
        self, documents: tuple[str, ...], model: str, method: str | None, about: str | None, tokens: int | None
    ) -> Question:
        """Return what is asked now; a method is told only what it can heed."""
        way = method or usual_method(self._bert.model(model).task)
        more: dict[str, Any] = {"language": self.language}
        if way == WRITTEN:
            more |= {"beams": self.beams, "no_repeat_ngram": self.no_repeat_ngram, "tokens": tokens}
        else:
            more |= {"diversity": self.diversity, "about": None if way in UNASKED else about}
        return Question.of(documents, model, way, **more)

    def _summary_by(self, method: str | None) -> Summary:
        tokens = int(self.length.amount) if self.unit == "tokens" else None
        return self._summary_of(self._question(self.documents, self.model, method, self.about, tokens))

    def _summary_of(self, question: Question, tell: Callable[[str], None] | None = None) -> Summary:
        with self._lock:
            known = self._kept.get(question)
        if known is not None:
            return known
        if question.method == WRITTEN:
            return self._written(question).follow(tell)
        made = self._asked(question)
        self._keep(question, made)
        return made

    def _written(self, question: Question) -> Writing:
        """Return the writing that answers a question: the one that goes on already, for all views."""
        with self._lock:
            if self._writing is not None:
                asked, writing = self._writing
                if asked == question and not writing.has_failed:
                    return writing
                writing.stop()
            begun = Writing(
                lambda hear: self._asked(question, hear),
                lambda made: self._end(question, made),
            )
            self._writing = question, begun
            return begun

    def _end(self, question: Question, made: Summary | None) -> None:
        if made is not None:
            self._keep(question, made)
        if self.comm is not None:
            # A saved notebook has the summary, not that it was being written.
            self._shown.again()

    def _keep(self, question: Question, made: Summary) -> None:
        with self._lock:
            # A panel that is still being made has neither.
            if self.comm is not None or self._answering is None:
                # Of texts that stood here before nothing is kept.
                now = {key: value for key, value in self._kept.items() if key.documents == question.documents}
                self._kept = dict([*now.items(), (question, made)][-KEPT:])

    def _asked(self, question: Question, on_text: Callable[[str], None] | None = None) -> Summary:
        made: Summary = self._bert.summarize(
            list(question.documents),
            together=True,
            model=question.model,
            method=question.method,
            on_text=on_text,
            **dict(question.more),
        )
        return made

    def _at_length(self, summary: Summary) -> Summary:
        if summary.written is not None:
            return summary
        length = self.length
        amount = length.amount if length.unit == "percent" else int(length.amount)
        return summary.at(**{length.unit: amount})  # type: ignore[arg-type]

    def _measured(self, summary: Summary) -> Summary:
        if self.reference is None:
            return summary
        return replace(summary, rouge=tuple(self._bert.rouge(summary.text, self.reference)[0]))

    # --- the browser ----------------------------------------------------------------------------

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method == "summarize":
            documents = (params["text"], *self.others)
            question = self._question(
                documents, params["model"], params["method"], params.get("about"), params.get("tokens")
            )
            tell = self._answering.teller() if self._answering else None
            return scored(self._summary_of(question, tell))
        if method == "rouge":
            return self._rouge(params["answers"])
        if method == "stop":
            # It is newer than what it stops, which is all that is needed.
            return None
        if method == "models":
            return [
                {
                    "id": info.id,
                    "layers": info.num_hidden_layers,
                    "heads": info.num_attention_heads,
                    "methods": [way for way in METHODS if TASKS.get(way, info.task) == info.task],
                    "usual": usual_method(info.task),
                }
                for info in self._bert.models()
                if "safetensors" in info.formats
            ]
        return super()._answer(method, params)

    def _rouge(self, answers: list[str]) -> list[list[RougeScore]]:
        if self.reference is None:
            return []
        return self._bert.rouge(answers, [self.reference] * len(answers))

    def _left(self) -> None:
        super()._left()
        with self._lock:
            self._kept = {}
            if self._writing is not None:
                self._writing[1].stop()
                self._writing = None

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        # What is not at hand is not asked for: a representation must neither wait nor fail.
        known = next((made for key, made in self._kept.items() if key.documents == self.documents), None)
        return repr(self._at_length(known)) if known else f"{type(self).__name__}({self.text[:200]!r})"

    def _ipython_display_(self) -> None:
        if not self._is_being_written:
            # IPython then takes the MIME bundle, as of all panels.
            raise NotImplementedError
        self._shown.show()

    def _picture(self) -> str:
        return unwritten(self.model) if self._is_being_written else picture(self.summary)

    @property
    def _is_being_written(self) -> bool:
        return self._writing is not None and not self._writing[1].is_over

    @property
    def code(self) -> str:
        """The Python that makes the panel again as it is now: its input, and whatever is not as at first."""
        given = {**self._given(), **self._unusual()}
        if not self.others:
            return code(f"aw.{type(self).__name__}", self.text, given)
        return code(f"aw.{type(self).__name__}({list(self.documents)!r}, ", None, given)

    def _given(self) -> dict[str, Any]:
        length = self.length
        usual = {} if length == Length() else {length.unit: _plain(length.amount)}
        return {"model": self.model, **usual}

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network."""
        shown: list[Scored] = [scored(self.result)]
        texts = [self._at_length(self.result).text]
        if self.compare_method is not None:
            compared = self.compared
            shown.append(scored(compared))
            texts.append(compared.text)
        return self._page(self.text[:60], {"summaries": shown, "texts": texts, "rouge": self._rouge(texts)})


def _plain(amount: float) -> float:
    return int(amount) if amount == int(amount) else amount
