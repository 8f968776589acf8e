"""The part of :class:`~albert_widgets.protocol.BertBackend` that learns from labelled texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .job import Job
    from .results import BaselineReport, DataCheck, Evaluation, FitReport, JudgedRows, Runs


class Learner(Protocol):
    """What to know before a training, and the training itself; each method reads any table."""

    def check(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = None,
        drop_incomplete: bool = False,
        max_length: int | None = None,
        model: str | None = None,
    ) -> DataCheck:
        """Say what labelled texts are, and what to mend before anything is trained on them.

        Parameters
        ----------
        data
            A pandas or polars DataFrame, a pyarrow table, a ``datasets.Dataset``, the path of a CSV or Parquet
            file, a list of ``(text, label)``, or :class:`~albert_widgets.labelled.LabelledTexts`.
        text, label, pair, group
            Names of the columns; guessed where they are not named. Several label columns of 0 and 1, or lists in
            one, mean that a text may have several labels.
        task
            ``"auto"``, ``"single_label"``, ``"multi_label"``, ``"regression"``, ``"summary"`` or ``"extract"``.
        validation
            Rows that a model will be judged on, in the same form.
        drop_incomplete
            Rows without a text or a label will be left out, so they are no error.
        max_length
            Tokens at which texts will be cut; the model's limit without it.

        Raises
        ------
        InputInvalid
            No such column, none that can be guessed, or no rows; what is wrong with rows is in the answer.
        TooLarge
            More text than a request holds.
        """

    def baseline(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = None,
        drop_incomplete: bool = False,
        folds: int = 5,
        seed: int = 0,
        model: str | None = None,
    ) -> BaselineReport:
        """Say in seconds how far a linear head on frozen sentence vectors comes, and which labels look wrong.

        Parameters
        ----------
        data, text, label, pair, group, task, drop_incomplete
            As in :meth:`check`.
        validation
            Other rows to judge it on, too.
        folds
            Of the cross-validation; groups and equal texts stay on one side.
        seed
            The same seed, the same folds.

        Raises
        ------
        InputInvalid
            As :meth:`check`, and for all errors that it finds.
        TaskUnsupported
            Summaries have no linear head.
        """

    def fit(
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
        name: str | None = None,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to fine-tune a model; it will be ``run:NAME`` in the catalogue.

        Parameters
        ----------
        data
            A pandas, polars or pyarrow table, a ``datasets.Dataset``, a path of a CSV or Parquet file, or a list of
            ``(text, label)``.
        text, label, pair, group
            Names of the columns; guessed where they are left out. Several label columns of 0 and 1, or lists of names
            in the cells, mean any number of labels for each text. Rows of one group stay on one side of the split.
        task
            ``"single_label"``, ``"multi_label"``, ``"regression"``, ``"summary"``, ``"extract"``, or ``"auto"``. Of
            ``"summary"`` a model learns to write: an encoder and a decoder that begins with the same weights (Rothe
            et al. 2020); of ``"extract"`` a head learns which sentences to choose (as BERTSUM, Liu & Lapata 2019).
        validation
            The share of the rows that is kept back to judge by, or a table of its own with the same columns.
        drop_incomplete
            Leave out rows without text or label; else they are refused.
        name
            Of the new model; None finds a free one.
        model
            Where the training begins.
        settings
            Of :class:`~albert_widgets.fit_settings.FitSettings`: ``method``, ``epochs``,
            ``learning_rate``, ``batch_size``, ``class_weights``, ``patience``, …; of summaries ``target_length``,
            ``beams``, ``tie_weights``, ….

        Raises
        ------
        InputInvalid
            All that is wrong with the data at once, or a setting that makes no sense.
        TooLarge
            More text than a request holds.
        Conflict
            There is a model of that name.
        ModelNotFound, ModelUnsafe, NoRoom
            As :meth:`load`.
        """

    def evaluate(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        task: str = "auto",
        drop_incomplete: bool = False,
        model: str | None = None,
    ) -> Evaluation:
        """Return how good a classifier is on labelled texts that it has not seen: a test set.

        Parameters
        ----------
        data, text, label, pair, task, drop_incomplete
            As in :meth:`check`; ``"auto"`` is the model's own task.
        model
            Any classifier of the catalogue.

        Raises
        ------
        InputInvalid
            As :meth:`check`; or the labels are not the model's.
        TaskUnsupported
            The model is no classifier.
        """

    def fit_report(self, model: str | None = None) -> FitReport:
        """Return how a training went and how good its model is.

        Parameters
        ----------
        model
            Id of a model that was trained here: ``"run:NAME"``.

        Raises
        ------
        ModelNotFound
            There is no such model.
        InputInvalid
            It was not trained here.
        """

    def judged_rows(
        self,
        model: str | None = None,
        *,
        label: str | None = None,
        truth: str | bool | None = None,
        answer: str | bool | None = None,
        threshold: float = 0.5,
        limit: int = 50,
    ) -> JudgedRows:
        """Return validation rows of a training with what its model says of them, the worst first.

        Parameters
        ----------
        model
            As in :meth:`fit_report`.
        label
            Only rows that truly have this label; with several labels a row, the one that ``truth`` and ``answer``
            speak of.
        truth, answer
            Only rows of this cell of the confusion matrix: names of classes, or with several labels a row whether
            ``label`` truly is there and whether the model says so.
        threshold
            Over it a probability is a yes: of each label, or of the second of two classes.
        limit
            Rows at most; the answer counts all.

        Raises
        ------
        ModelNotFound
            There is no such model.
        InputInvalid
            It was not trained here, its rows are gone, or it has no such label.
        """

    def runs(self, models: Sequence[str] | None = None) -> Runs:
        """Return the reports of all trainings, newest first, or of those that are named, in that order.

        Raises
        ------
        ModelNotFound, InputInvalid
            As :meth:`fit_report`.
        """
