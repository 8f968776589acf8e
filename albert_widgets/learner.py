"""The part of :class:`~albert_widgets.protocol.BertBackend` that learns from labelled texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .job import Job


class Learner(Protocol):
    """Fine-tuning on a table of labelled texts, as a job."""

    def fit(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: Any = None,
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
            ``"single_label"``, ``"multi_label"``, ``"regression"``, or ``"auto"``.
        validation
            The share of the rows that is kept back to judge by, or a table of its own with the same columns.
        drop_incomplete
            Leave out rows without text or label; else they are refused.
        name
            Of the new model; None finds a free one.
        model
            Where the training begins.
        settings
            Of :class:`~albert_widgets.backend.training.settings.FitSettings`: ``method``, ``epochs``,
            ``learning_rate``, ``batch_size``, ``class_weights``, ``patience``, ….

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
