"""The methods of :class:`Client` that learn from labelled texts; see :class:`albert_widgets.learner.Learner`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from albert_widgets.job import Job
from albert_widgets.labelled import LabelledTexts, labelled_sides

if TYPE_CHECKING:
    from albert_widgets.job import JobInfo, JobSource


class ClientLearner:
    """Reads the user's table here, so that what travels is in one form, and leaves the rest to the backend."""

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
        """Start to fine-tune a model."""
        columns = {"text": text, "label": label, "pair": pair, "group": group}
        rows, held_out = labelled_sides(data, validation, task, columns)
        how = {"drop_incomplete": drop_incomplete, "name": name, "model": self._id(model), "settings": settings}
        side = held_out.to_dict() if isinstance(held_out, LabelledTexts) else held_out
        info: JobInfo = self._post("/fit", rows=rows.to_dict(), validation=side, **how)
        return Job(cast("JobSource", self), info.id)

    def _post(self, path: str, **body: Any) -> Any:
        raise NotImplementedError

    def _id(self, model: str | None) -> str:
        raise NotImplementedError
