"""The methods of :class:`Client` that shorten texts; see :class:`albert_widgets.summarizer.Summarizer`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from albert_widgets.columns import is_frame
from albert_widgets.inputs import check_text, check_texts
from albert_widgets.progress import watched
from albert_widgets.summarizer import check_followed
from albert_widgets.summary_frame import summarize_frame

from .event_source import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from albert_widgets.results import RougeScore

    from .transport import Transport


LONG = 100_000
"""Characters of a source from which on a line shows how far it is read."""


class ClientSummarizer:
    """Reads frames here, so that only texts travel, and leaves the rest to the backend."""

    _transport: Transport

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
        lengths = {"sentences": sentences, "percent": percent, "words": words, "tokens": tokens}
        writing = {"beams": beams, "no_repeat_ngram": no_repeat_ngram}
        how = {"method": method, "language": language, "about": about, "diversity": diversity, **lengths, **writing}
        how["model"] = self._id(model)
        check_followed(text, together=together, on_text=on_text, on_progress=on_progress)
        if is_frame(text):
            return summarize_frame(lambda one: self._post("/summarize", text=one, **how), text, column=column)
        checked = check_text(text) if isinstance(text, str) else check_texts(text)
        body = {"text": checked, "together": together, "reference": reference, **how}
        if on_text is not None or on_progress is not None:
            return self._followed(body, on_text, on_progress)
        if (isinstance(text, str) or together) and sum(
            map(len, [checked] if isinstance(text, str) else checked)
        ) >= LONG:
            with watched("sentences") as show:
                return self._followed(body, None, show)
        return self._post("/summarize", **body)

    def _followed(
        self,
        body: dict[str, Any],
        on_text: Callable[[str], None] | None,
        on_progress: Callable[[int, int], None] | None,
    ) -> Any:
        # An error of theirs leaves the block, which hangs up, and that ends the work.
        with closing(answered(self._transport, "/summarize", body, last="summary")) as events:
            for name, data in events:
                if name == "summary":
                    summary = data
                elif name == "text" and on_text is not None:
                    on_text(data["text"])
                elif name == "progress" and on_progress is not None:
                    on_progress(data["done"], data["total"])
        return summary

    def rouge(self, answers: str | Sequence[str], references: str | Sequence[str]) -> list[list[RougeScore]]:
        """Return ROUGE-1, ROUGE-2 and ROUGE-L of each answer beside its reference."""
        texts, truths = check_texts(answers, "answer"), check_texts(references, "reference")
        return cast("list[list[RougeScore]]", self._post("/rouge", answers=texts, references=truths))

    def _id(self, model: str | None) -> str | None:
        raise NotImplementedError

    def _post(self, path: str, **body: Any) -> Any:
        raise NotImplementedError
