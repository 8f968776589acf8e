"""The methods of :class:`Backend` that learn from labelled texts; see :class:`albert_widgets.learner.Learner`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets import folders
from albert_widgets.errors import Conflict
from albert_widgets.job import Job
from albert_widgets.labelled import LabelledTexts, labelled_sides

if TYPE_CHECKING:
    from .catalog import Catalog
    from .jobs import JobStore


class BackendLearner:
    """Checks data and settings at once, and leaves the work to a job."""

    _catalog: Catalog
    _store: JobStore

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
        return self.fit_rows(
            rows, validation=held_out, drop_incomplete=drop_incomplete, name=name, model=model, **settings
        )

    def fit_rows(
        self,
        rows: LabelledTexts,
        *,
        validation: float | LabelledTexts,
        drop_incomplete: bool = False,
        name: str | None = None,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to fine-tune a model on rows that are in our own form already."""
        from .training.rows import ROWS, VALIDATION, written
        from .training.settings import FitSettings
        from .training.split import prepare

        self._catalog.check(self._catalog.find(self._id(model)))
        chosen = FitSettings.of(name=self._free_name(name), model=self._id(model), **settings)
        # What is wrong with the data is said now, not in a job that fails.
        prepare(rows, validation=validation, seed=chosen.seed, drop_incomplete=drop_incomplete)
        files = {ROWS: written(rows)}
        share: float | None = None
        if isinstance(validation, LabelledTexts):
            files[VALIDATION] = written(validation)
        else:
            share = validation
        spec = {
            "model": chosen.model,
            "settings": chosen.to_dict(),
            "rows": len(rows),
            "validation": share,
            "drop_incomplete": drop_incomplete,
        }
        return Job(self, self._store.submit("fit", spec, files).id)  # type: ignore[arg-type]  # Backend is a JobSource

    def _free_name(self, name: str | None) -> str:
        base = folders.home() / "models"
        taken = {folder.name for folder in base.iterdir()} if base.is_dir() else set()
        # A run that still trains has its name already.
        going = (job for job in self._store.infos() if job.kind == "fit" and not job.has_ended)
        taken |= {str(job.spec.get("settings", {}).get("name")) for job in going}
        if name is None:
            return next(free for number in range(1, len(taken) + 2) if (free := f"run-{number}") not in taken)
        if name in taken:
            raise Conflict(f"There is a model run:{name} already.", f'Choose another name: name="{name}-2".')
        return name

    def _id(self, model: str | None) -> str:
        raise NotImplementedError
