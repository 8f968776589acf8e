"""The methods of :class:`Backend` that shorten texts; see :class:`albert_widgets.summarizer.Summarizer`."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from albert_widgets.columns import is_frame
from albert_widgets.errors import InputInvalid, ModelFailed, ModelNotFound, NoRoom
from albert_widgets.inputs import check_text, check_texts
from albert_widgets.protocol import STARTER
from albert_widgets.selection import Length
from albert_widgets.summarizer import check_followed
from albert_widgets.summary_frame import summarize_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from albert_widgets.results import RougeScore, Summary

    from .catalog import Catalog
    from .pool import Loaded, Pool


class BackendSummarizer:
    """Takes the model from the pool, and leaves the work to ``summaries``."""

    _pool: Pool
    _catalog: Catalog

    def summarize(
        self,
        text: Any,
        *,
        column: str | None = None,
        together: bool = False,
        model: str | None = None,
        method: str | None = None,
        sentences: int | None = None,
        percent: float | None = None,
        words: int | None = None,
        tokens: int | None = None,
        language: str | None = None,
        about: str | None = None,
        diversity: float | None = None,
        reference: str | None = None,
        beams: int | None = None,
        no_repeat_ngram: int | None = None,
        on_text: Callable[[str], None] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Any:
        """Choose the sentences that say the most, or let a model write a summary."""
        from .summaries.summarize import method_of

        check_followed(text, together=together, on_text=on_text, on_progress=on_progress)
        name = self._id(model)
        how = {
            "method": method_of(self._catalog.find(name).info.task, method),
            "length": Length.of(sentences=sentences, percent=percent, words=words, tokens=tokens),
            "language": language,
            "about": None if about is None else check_text(about, "topic"),
            "diversity": diversity,
            "beams": beams,
            "no_repeat_ngram": no_repeat_ngram,
        }
        if is_frame(text):
            return summarize_frame(lambda one: self._summary([one], name, how), text, column=column)
        documents = check_texts(text)
        if isinstance(text, str) or together:
            return self._summary(documents, name, how, reference=reference, on_text=on_text, on_progress=on_progress)
        if reference is not None:
            raise InputInvalid("One reference cannot go with several texts.", "Use bert.rouge(answers, references).")
        return [self._summary([one], name, how) for one in documents]

    def rouge(self, answers: str | Sequence[str], references: str | Sequence[str]) -> list[list[RougeScore]]:
        """Return ROUGE-1, ROUGE-2 and ROUGE-L of each answer beside its reference."""
        from .summaries.rouge import scores

        texts, truths = check_texts(answers, "answer"), check_texts(references, "reference")
        if len(texts) != len(truths):
            raise InputInvalid(f"There are {len(texts)} answers, but {len(truths)} references.")
        return [list(scores(truth, text)) for truth, text in zip(truths, texts, strict=True)]

    def _summary(self, documents: Sequence[str], name: str, how: dict[str, Any], **more: Any) -> Summary:
        from .summaries.summarize import summarize

        with self._pool.use(name) as loaded:
            return summarize(loaded, documents, encoder=self._sentence_encoder, **how, **more)

    @contextmanager
    def _sentence_encoder(self, loaded: Loaded) -> Iterator[Loaded]:
        """Give the starter, which was trained to compare sentences, or ``loaded`` itself where it is not to be had."""
        with ExitStack() as stack:
            found = loaded
            with suppress(ModelNotFound, ModelFailed, NoRoom):
                found = stack.enter_context(self._pool.use(STARTER))
            yield found

    def _id(self, model: str | None) -> str:
        raise NotImplementedError
