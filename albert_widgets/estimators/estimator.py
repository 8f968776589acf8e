"""What estimators share: settings, a training that is waited for, and the model that came of it."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import Conflict
from albert_widgets.fit_settings import FitSettings, check_names
from albert_widgets.protocol import STARTER

if TYPE_CHECKING:
    from albert_widgets.job import Job
    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import FitReport

    from .reading import Rows

SETTINGS = frozenset(
    {*(field.name for field in dataclasses.fields(FitSettings)), "task", "validation", "drop_incomplete"} - {"model"}
)
"""What ``bert.fit`` takes besides the model and the columns."""


class Estimator:
    """Settings now, a training by :meth:`fit`, then the model that it made.

    Parameters
    ----------
    model
        Where each training begins.
    bert
        The backend; None takes the shared one, when it is first needed.
    settings
        Of ``bert.fit``: ``epochs``, ``method``, ``learning_rate``, ``validation``, ….

    Attributes
    ----------
    job
        The training, once :meth:`fit` has begun one.

    Raises
    ------
    InputInvalid
        There is no such setting.
    """

    def __init__(self, model: str = STARTER, bert: BertBackend | None = None, **settings: Any) -> None:
        check_names(settings, SETTINGS)
        self.model = model
        self.bert = bert
        self.settings = settings
        self.job: Job | None = None
        self._learned: Rows | None = None

    # --- as scikit-learn asks for them ----------------------------------------------------------

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 – there is nothing inside
        """Return what the estimator was made with, by name."""
        return {"model": self.model, "bert": self.bert, **self.settings}

    def set_params(self, **given: Any) -> Any:
        """Change what the estimator was made with; returns it. Raises InputInvalid."""
        check_names(given, {*SETTINGS, "model", "bert"})
        for name, value in given.items():
            if name in {"model", "bert"}:
                setattr(self, name, value)
            else:
                self.settings[name] = value
        return self

    def __sklearn_clone__(self) -> Any:
        # scikit-learn's own way copies what it finds, and a connection cannot be copied.
        return type(self)(**self.get_params())

    def __sklearn_is_fitted__(self) -> bool:
        return self.job is not None and self.job.info.has_ended

    # --- the training ---------------------------------------------------------------------------

    @property
    def model_(self) -> str:
        """Id of the model that the last training has made: ``"run:NAME"``.

        Raises
        ------
        Conflict
            There was no training, it is not at its end, or it was ended without a model.
        AlbertError
            What made it fail.
        """
        if self.job is None:
            raise Conflict(
                f"This {type(self).__name__} has learned nothing yet.",
                f"Call its fit first. A model that is trained already needs none: {self._ready}.",
            )
        info = self.job.info
        if not info.has_ended:
            raise Conflict(f"The training {info.id} is {info.state}.", "job.wait() of this object waits for its end.")
        return str(self.job.result()["model"])

    @property
    def report(self) -> FitReport:
        """How the training went, and how good its model is. Raises Conflict."""
        # Asked first: to hear that nothing is learned yet, no backend need be started.
        model = self.model_
        return self._backend.fit_report(model)

    _ready = 'bert.predict(texts, model="run:NAME")'
    """What to type instead of an estimator for a model that is there."""

    @property
    def _backend(self) -> BertBackend:
        if self.bert is not None:
            return self.bert
        from albert_widgets.service.client import connect

        return connect()

    def _train(self, rows: Rows, given: dict[str, Any]) -> None:
        """Train and wait for the end; an interrupt ends the waiting only."""
        self.job = self._backend.fit(rows.labelled, model=self.model, **given)
        self._learned = rows
        try:
            self.job.wait()
        except KeyboardInterrupt:
            sys.stdout.write(
                f"No longer waiting, but {self.job.id} goes on. job.wait() of this object waits again; "
                "job.stop() ends it and keeps the best so far.\n"
            )
        else:
            self.job.result()

    def _settings(self, given: dict[str, Any]) -> dict[str, Any]:
        check_names(given, SETTINGS)
        return {**self.settings, **given}

    def __repr__(self) -> str:
        given = {name: value for name, value in self.get_params().items() if value is not None}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in given.items())})"
