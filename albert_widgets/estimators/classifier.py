"""``Classifier``: fine-tune by ``fit``, then ``predict``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.labels import SUMMARIES
from albert_widgets.vectors import warn_of_cut

from .estimator import Estimator
from .reading import Rows, names_of, read_rows, read_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.results import Evaluation, Predictions

_SCORES = {"single_label": "accuracy", "multi_label": "exact_match"}


class Classifier(Estimator):
    """A BERT that learns to tell classes apart; the parameters are those of :class:`~.estimator.Estimator`.

    >>> clf = Classifier(epochs=2)
    >>> clf.fit(df, text="review", label="stars")
    >>> clf.predict(["What a film!"])

    The training is that of ``bert.fit``, and the model stays as ``run:NAME`` (:attr:`model_`). It works where
    scikit-learn wants a classifier: ``cross_val_score``, ``Pipeline``, ``clone``; each ``fit`` there is a training and
    leaves a model.
    """

    _estimator_type = "classifier"

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )

    def fit(
        self,
        data: Any,
        labels: Any = None,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        **settings: Any,
    ) -> Classifier:
        """Train, show how far it is, and return this object when the training has ended.

        An interrupt ends the waiting; the training goes on, and :attr:`job` steers it.

        Parameters
        ----------
        data
            Any table that ``bert.fit`` takes, with texts and labels. Or the texts alone: a list, a series, a frame.
        labels
            As many labels, where ``data`` is the texts alone.
        text, label, pair, group
            Names of the columns; guessed where they are left out.
        settings
            Of ``bert.fit``, instead of those that the object was made with.

        Raises
        ------
        InputInvalid
            All that is wrong with the data at once (such as one class only), labels that are no classes, or a setting
            that makes no sense.
        AlbertError
            As ``bert.fit``; or what made the training fail.
        """
        given = self._settings(settings)
        columns: dict[str, Any] = {"text": text, "label": label, "pair": pair, "group": group}
        rows = read_rows(data, labels, **columns, task=given.pop("task", "auto"))
        _check_classes(rows)
        self._train(rows, given)
        return self

    def predict(self, data: Any, *, text: str | None = None, pair: Any = None) -> Any:
        """Return the label of each text, as it was written in the training.

        Parameters
        ----------
        data
            A text, a list or column of texts, or a frame.
        text, pair
            With a frame: names of the columns; those of the training where they are left out. Otherwise ``pair`` is
            the second text, or as many of them.

        Returns
        -------
        numpy.ndarray
            Shape ``(texts,)``, or the label itself of one text. Of several labels a text: int64, shape
            ``(texts, classes)``, 1 where a label is there.

        Raises
        ------
        Conflict
            Nothing has been learned yet.
        """
        found = self._predictions(data, text, pair)
        if found.problem_type == "multi_label":
            return _of_one(data, (found.probabilities > 0.5).astype(np.int64))
        return _of_one(data, np.asarray([self._value(name) for name in found.labels]))

    def predict_proba(self, data: Any, *, text: str | None = None, pair: Any = None) -> NDArray[np.float32]:
        """Return the probability of each class: float32, shape ``(texts, classes)``, or ``(classes,)`` of one text.

        The columns are in the order of :attr:`classes_`. Raises Conflict.
        """
        probabilities: NDArray[np.float32] = _of_one(data, self._predictions(data, text, pair).probabilities)
        return probabilities

    def evaluate(
        self,
        data: Any,
        labels: Any = None,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
    ) -> Evaluation:
        """Return how good the model is on labelled texts that it has not seen; given as to :meth:`fit`.

        Raises
        ------
        Conflict
            Nothing has been learned yet.
        InputInvalid
            As ``bert.evaluate``: a label that the model does not know is one.
        """
        model = self.model_
        columns = {} if self._learned is None else self._learned.labelled.columns
        if labels is None:
            there = names_of(data)
            text = text or _if_in(there, columns.get("text"))
            label = label or _if_in(there, columns.get("label"))
        pair = pair or columns.get("pair")
        task = "auto" if self._learned is None else self._learned.labelled.task
        rows = read_rows(data, labels, text=text, label=label, pair=pair, task=task)
        is_dropped = bool(self.settings.get("drop_incomplete", False))
        return self._backend.evaluate(rows.labelled, task=task, drop_incomplete=is_dropped, model=model)

    def score(self, data: Any, labels: Any = None, **columns: Any) -> float:
        """Return the share of right answers, of several labels a text that of texts with all labels right.

        Given as to :meth:`fit`; raises as :meth:`evaluate`.
        """
        evaluation = self.evaluate(data, labels, **columns)
        return evaluation.metrics[_SCORES[evaluation.task]]

    @property
    def classes_(self) -> NDArray[Any]:
        """The classes as they were written in the training, in the order of the probabilities. Raises Conflict."""
        model = self.model_
        return np.asarray([self._value(name) for name in self._backend.model(model).labels])

    def _value(self, name: str) -> Any:
        return name if self._learned is None else self._learned.values.get(name, name)

    def _predictions(self, data: Any, text: str | None, pair: Any) -> Predictions:
        model = self.model_
        learned = None if self._learned is None else self._learned.labelled
        texts, pairs = read_texts(data, text=text, pair=pair, learned=learned)
        found: Predictions = self._backend.predict(texts, pair=pairs, model=model)
        warn_of_cut(found, is_one=isinstance(data, str), stacklevel=4)
        return found


def _check_classes(rows: Rows) -> None:
    task = rows.labelled.task
    if task == "regression":
        raise InputInvalid(
            "The labels are numbers that are not whole, and a Classifier tells classes apart.",
            'bert.fit(…, task="regression") learns numbers; task="single_label" takes each for a class.',
        )
    if task in SUMMARIES:
        raise InputInvalid(
            "The labels are long texts, and a Classifier tells classes apart.",
            'Summarizer().fit(pairs) learns summaries; task="single_label" takes each text for a class.',
        )


def _of_one(data: Any, answers: NDArray[Any]) -> Any:
    return answers[0] if isinstance(data, str) else answers


def _if_in(there: set[str], column: Any) -> Any:
    names = [column] if isinstance(column, str) else column or ()
    return column if names and set(map(str, names)) <= there else None
