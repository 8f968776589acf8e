"""The part of a backend that shortens texts: sentences that it chooses, or a summary that a model writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .columns import is_frame
from .errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .results import RougeScore

METHODS = ("centrality", "directed", "cluster", "lead", "trained", "abstractive")
"""Ways to make a summary; see :meth:`Summarizer.summarize`."""
TASKS = {"trained": "extractive-summarization", "abstractive": "summarization"}
"""What a model must have been trained for; the other methods take any."""
MAX_BEAMS = 32
"""Candidates of the search for what a model writes."""
DIVERSITY = 0.2
"""How much it counts against a sentence that what it says is in the summary already."""


def usual_method(task: str) -> str:
    """Return the method that is meant for a model with this task where nobody names one."""
    return next((method for method, needed in TASKS.items() if needed == task), METHODS[0])


class Summarizer(Protocol):
    """What shortens texts."""

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
        """Choose the sentences that say the most, in their own order, or let a model write a summary.

        Parameters
        ----------
        text
            A text: the answer is a :class:`Summary`. A list of texts: a list of them, or one of all with ``together``.
            A DataFrame: that frame, index and order kept, with the column ``summary`` and, where a row could not be
            summarized, why in ``summary_error``. HTML is read without its tags.
        column
            Of a frame: which one holds the texts.
        together
            Make one summary of several documents.
        method
            ``"centrality"``: what has most in common with all other sentences, in meaning and words. ``"directed"``:
            the same, but likeness to later sentences counts more (PacSum). ``"cluster"``: one sentence of each topic
            (k-medoids on the sentence vectors). ``"lead"``: the first ones. ``"trained"``: as a model chooses that
            ``fit(…, task="extract")`` made. ``"abstractive"``: written by a model that ``fit(…, task="summary")``
            made, or any encoder-decoder of the catalogue. None takes what the model was trained for, or centrality.
        sentences, percent, words, tokens
            At most one length: a count, a share of the sentences, or a budget; the default is 3 sentences. What a
            model writes has a budget of ``tokens`` only.
        language
            ISO 639 code to part sentences by; guessed from script and frequent words if None.
        about
            A question or a topic: sentences that have to do with it come first.
        diversity
            From 0 to 0.9: how much it counts against a sentence that what it says is in the summary already
            (maximal marginal relevance). None takes 0.2, and 0 for ``"trained"``: a head has learned that itself.
        reference
            A good summary: ``Summary.rouge`` says how much of it there is.
        beams, no_repeat_ngram
            Of what a model writes: candidates of the search (1 to 32); no sequence of so many tokens (to 20, 0 for
            any) comes twice. None is what the checkpoint says.
        on_text
            Called with the text so far while a model writes it, of one summary; what it raises ends the work.
        on_progress
            Called with how many sentences of one summary's source a model has read, and of how many; what it raises
            ends the work. A backend in another process shows a line for long texts without it.

        A model that writes reads a text that is too long for it in parts. Each sentence that it wrote has its
        ``support`` in the source, found by the starter's sentence vectors; a sentence without any may be made up.

        Raises
        ------
        InputInvalid
            No sentence in the text, several lengths, a choice that means nothing for the method or is out of range.
        TaskUnsupported
            ``"abstractive"`` or ``"trained"`` with a model that was not made for it.
        """

    def rouge(self, answers: str | Sequence[str], references: str | Sequence[str]) -> list[list[RougeScore]]:
        """Return ROUGE-1, ROUGE-2 and ROUGE-L of each answer beside its reference (Lin 2004).

        Words are parted as Unicode says, without case and stemming, so that it works in any language.

        Raises
        ------
        InputInvalid
            Not as many answers as references.
        """


def check_followed(text: Any, *, together: bool, **followers: Callable[..., None] | None) -> None:
    """Check that there is one summary if somebody follows how it is made. Raises InputInvalid."""
    for name, follower in followers.items():
        if follower is not None and not (isinstance(text, str) or (together and not is_frame(text))):
            raise InputInvalid(f"{name} can follow one summary only.", "Give one text, or together=True.")
