"""The part of :class:`~albert_widgets.protocol.BertBackend` that trains several times, to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .job import Job
    from .results import Study


class Studies(Protocol):
    """Several trainings on parts of the data, as one job; no model is made, and nothing that is found is applied."""

    def sweep(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = 0.1,
        drop_incomplete: bool = False,
        rates: Sequence[float] | None = None,
        seconds: float = 120.0,
        rows: int | None = None,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train with several learning rates on a part of the rows, within a time.

        The first steps are measured; each rate then has the same rows, as many as fit, drawn with each class in its
        share. What has the least validation loss is shown by :meth:`study`.

        Parameters
        ----------
        data, text, label, pair, group, task, validation, drop_incomplete, model
            As in :meth:`fit`. Of the validation's rows, ten for each second of a
            rate are judged, 100 to 1,000.
        rates
            2 to 10; without it the grid for small models of google-research/bert, ``(3e-4, 1e-4, 5e-5, 3e-5)``, or
            with ``method="lora"`` and ``"head"`` higher ones.
        seconds
            For all of it.
        rows
            At most so many to learn from.
        settings
            As in :meth:`fit`, but for ``learning_rate``; at most ``epochs`` passes are made, if there is time.

        Raises
        ------
        InputInvalid, TooLarge, ModelNotFound, ModelUnsafe, NoRoom
            As :meth:`fit`. The job fails with InputInvalid where there is no time for one step of each rate.
        TaskUnsupported
            There are no studies of summaries.
        Conflict
            The same study is under way.
        """

    def cross_validate(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: float = 0.1,
        drop_incomplete: bool = False,
        folds: int = 5,
        repeats: int = 1,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train once for each fold, on all others, and to judge by the fold.

        Groups and equal texts stay in one fold. The fold has no say in its training, not even in when it ends.

        Parameters
        ----------
        data, text, label, pair, group, task, drop_incomplete, model, settings
            As in :meth:`fit`.
        validation
            The share of each training's rows that chooses its best step.
        folds, repeats
            Trainings of one repeat; how often the rows are dealt anew.

        Raises
        ------
        InputInvalid, TooLarge, ModelNotFound, ModelUnsafe, NoRoom, TaskUnsupported, Conflict
            As :meth:`sweep`, and for more folds than the rows or the largest class can be parted in.
        """

    def learning_curve(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = 0.1,
        drop_incomplete: bool = False,
        shares: Sequence[float] = (0.1, 0.25, 0.5, 1.0),
        repeats: int = 1,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train on more and more of the rows, judged by the same ones: whether more data would help.

        Parameters
        ----------
        data, text, label, pair, group, task, validation, drop_incomplete, model, settings
            As in :meth:`fit`.
        shares
            Of the training rows, over 0 to 1; each training has all rows of the smaller ones.
        repeats
            How often the rows are drawn anew.

        Raises
        ------
        InputInvalid, TooLarge, ModelNotFound, ModelUnsafe, NoRoom, TaskUnsupported, Conflict
            As :meth:`sweep`, and for shares out of range.
        """

    def study(self, job: str) -> Study:
        """Return what a study has found; while its job runs, the trainings that have ended.

        Parameters
        ----------
        job
            Id of the job.

        Raises
        ------
        JobNotFound
            There is no such job.
        InputInvalid
            It is no study.
        """
