"""``Summarizer``: learn summaries by ``fit``, then ``generate``."""

from __future__ import annotations

from typing import Any

from albert_widgets.errors import InputInvalid
from albert_widgets.labels import SUMMARIES

from .estimator import Estimator
from .reading import read_rows, read_texts


class Summarizer(Estimator):
    """A BERT that learns to summarize; the parameters are those of :class:`~.estimator.Estimator`.

    >>> writer = Summarizer(epochs=5)
    >>> writer.fit([(article, summary), …])
    >>> writer.generate(article)

    It learns to write (an encoder and a decoder), or with ``task="extract"`` to choose sentences.
    """

    _ready = 'bert.summarize(text, model="run:NAME")'

    def fit(
        self,
        data: Any,
        summaries: Any = None,
        *,
        text: str | None = None,
        summary: str | None = None,
        **settings: Any,
    ) -> Summarizer:
        """Train, show how far it is, and return this object when the training has ended.

        An interrupt ends the waiting; the training goes on, and :attr:`job` steers it.

        Parameters
        ----------
        data
            Pairs of a text and its summary: a list of them, or any table that ``bert.fit`` takes. Or the texts alone.
        summaries
            As many summaries, where ``data`` is the texts alone.
        text, summary
            Names of the columns; guessed where they are left out.
        settings
            Of ``bert.fit``, instead of those that the object was made with.

        Raises
        ------
        InputInvalid
            All that is wrong with the data at once, or a setting that makes no sense.
        AlbertError
            As ``bert.fit``; or what made the training fail.
        """
        given = self._settings(settings)
        task = given.pop("task", SUMMARIES[0])
        if task not in SUMMARIES:
            raise InputInvalid(f"A Summarizer has no task {task!r}.", f"Choose one of: {', '.join(SUMMARIES)}.")
        self._train(read_rows(data, summaries, text=text, label=summary, task=task), given)
        return self

    def generate(self, data: Any, *, text: str | None = None, **how: Any) -> str | list[str]:
        """Return the summary of a text, or the summaries of a list, a column or a frame of texts, as plain text.

        Parameters
        ----------
        data
            A text, a list or column of texts, or a frame.
        text
            Of a frame: which column holds the texts; that of the training where it is left out.
        how
            Of ``bert.summarize``: ``tokens``, ``beams``, …; ``sentences`` of a model that chooses.

        Raises
        ------
        Conflict
            Nothing has been learned yet.
        InputInvalid, TaskUnsupported
            As ``bert.summarize``.
        """
        model = self.model_
        texts, _ = read_texts(data, text=text, learned=None if self._learned is None else self._learned.labelled)
        made = self._backend.summarize(texts, model=model, **how)
        return [one.text for one in made] if isinstance(made, list) else str(made.text)
