"""The methods of :class:`Client` that learn from labelled texts; see :class:`albert_widgets.learner.Learner`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from albert_widgets.job import Job
from albert_widgets.labelled import LabelledTexts, both_parts, labelled_texts, share_or_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.job import JobInfo, JobSource
    from albert_widgets.results import BaselineReport, DataCheck, Evaluation, FitReport, JudgedRows, Runs


class ClientLearner:
    """Reads the tables here, so that only texts and labels travel, and leaves the rest to the backend."""

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
        """Say what labelled texts are, and what to mend before anything is trained on them."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        parts = _parts(data, validation, **columns)
        how = {"drop_incomplete": drop_incomplete, "max_length": max_length, "model": self._id(model)}
        return cast("DataCheck", self._post("/check", **parts, **how))

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
        """Say in seconds how far a linear head on frozen sentence vectors comes, and which labels look wrong."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        parts = _parts(data, validation, **columns)
        how = {"drop_incomplete": drop_incomplete, "folds": folds, "seed": seed, "model": self._id(model)}
        return cast("BaselineReport", self._post("/baseline", **parts, **how))

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
        """Start to fine-tune a model."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"drop_incomplete": drop_incomplete, "name": name, "model": self._id(model), "settings": settings}
        return self._begin("/fit", data, validation, columns, **how)

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
        """Return how good a classifier is on labelled texts that it has not seen."""
        labelled = labelled_texts(data, text=text, label=label, pair=pair, task=task)
        how = {"task": task, "drop_incomplete": drop_incomplete, "model": self._id(model)}
        return cast("Evaluation", self._post("/evaluate", data=labelled.to_dict(), **how))

    def fit_report(self, model: str | None = None) -> FitReport:
        """Return how a training went and how good its model is."""
        return cast("FitReport", self._post("/fit-report", model=self._id(model)))

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
        """Return validation rows of a training with what its model says of them, the worst first."""
        chosen = {"label": label, "truth": truth, "answer": answer, "threshold": threshold, "limit": limit}
        return cast("JudgedRows", self._post("/judged-rows", model=self._id(model), **chosen))

    def runs(self, models: Sequence[str] | None = None) -> Runs:
        """Return the reports of trainings."""
        return cast("Runs", self._post("/runs", models=None if models is None else list(models)))

    def _begin(self, path: str, data: Any, validation: Any, columns: dict[str, Any], **how: Any) -> Job:
        """Start a job that trains: only texts, labels, and the share or rows to judge by travel."""
        rows, kept = share_or_rows(data, validation, **columns)
        held_out = kept.to_dict() if isinstance(kept, LabelledTexts) else kept
        info: JobInfo = self._post(path, data=rows.to_dict(), validation=held_out, **how)
        return Job(cast("JobSource", self), info.id)

    def _id(self, model: str | None) -> str:
        raise NotImplementedError

    def _post(self, path: str, **body: Any) -> Any:
        raise NotImplementedError


def _parts(data: Any, validation: Any, **columns: Any) -> dict[str, Any]:
    """Return both parts as they travel."""
    labelled, held_out = both_parts(data, validation, **columns)
    return {"data": labelled.to_dict(), "validation": None if held_out is None else held_out.to_dict()}
