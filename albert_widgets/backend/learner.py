"""The methods of :class:`Backend` that learn from labelled texts; see :class:`albert_widgets.learner.Learner`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from albert_widgets import folders
from albert_widgets.errors import Conflict
from albert_widgets.job import Job
from albert_widgets.labelled import both_parts, labelled_texts, share_or_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.job import JobSource
    from albert_widgets.results import BaselineReport, DataCheck, Evaluation, FitReport, JudgedRows, Runs

    from .catalog import Catalog
    from .jobs import JobStore
    from .pool import Pool
    from .suggesting import Suggester
    from .tokens import SharedTokenizer


class BackendLearner:
    """Reads the tables it is given, takes the model from the pool, and leaves the work to ``training``."""

    _pool: Pool
    _catalog: Catalog
    _suggester: Suggester

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
        from .training.data_check import check_data

        name = self._id(model)
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        labelled, held_out = both_parts(data, validation, **columns)
        tokenizer = self._pool.tokenizer(name)
        return check_data(
            labelled,
            tokenizer,
            model=name,
            limit=self._limit(name, tokenizer),
            max_length=max_length,
            validation=held_out,
            drop_incomplete=drop_incomplete,
            suggest=partial(self._suggester.of_all, name, tokenizer),
        )

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
        from .training.baseline import baseline

        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        labelled, held_out = both_parts(data, validation, **columns)
        with self._pool.use(self._id(model)) as loaded:
            return baseline(
                loaded, labelled, validation=held_out, drop_incomplete=drop_incomplete, folds=folds, seed=seed
            )

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
        from albert_widgets.fit_settings import USUAL, FitSettings

        from .training.split import SHARE
        from .training.submission import submission

        self._catalog.check(self._catalog.find(self._id(model)))
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        rows, kept = share_or_rows(data, SHARE if validation is None else validation, **columns)
        settings = {**USUAL.get(rows.task, {}), **settings}
        chosen = FitSettings.of(name=self._free_name(name), model=self._id(model), **settings)
        chosen.check_task(rows.task)
        made = submission(rows, kept, chosen, drop_incomplete=drop_incomplete)
        spec = {**made.spec, "task": rows.task}
        return Job(cast("JobSource", self), self._store.submit("fit", spec, made.files).id)

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
        from .training.judging import judge

        labelled = labelled_texts(data, text=text, label=label, pair=pair, task=task)
        with self._pool.use(self._id(model)) as loaded:
            return judge(loaded, labelled, task=task, drop_incomplete=drop_incomplete)

    def fit_report(self, model: str | None = None) -> FitReport:
        """Return how a training went and how good its model is."""
        from .training.reports import fit_report

        return fit_report(self._catalog.find(self._id(model)))

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
        from .training.reports import Wanted, judged_rows

        entry = self._catalog.find(self._id(model))
        wanted = Wanted(label, truth, answer, threshold)
        return judged_rows(entry, folders.room("jobs"), wanted, limit=limit)

    def runs(self, models: Sequence[str] | None = None) -> Runs:
        """Return the reports of trainings."""
        from albert_widgets.results import Runs

        from .training.reports import fit_report, is_run

        if models is not None:
            return Runs(tuple(self.fit_report(model) for model in models))
        entries = (self._catalog.find(info.id) for info in self._catalog.models() if info.source == "run")
        reports = [fit_report(entry) for entry in entries if is_run(entry)]
        return Runs(tuple(sorted(reports, key=lambda report: -report.created)))

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

    def _limit(self, name: str, tokenizer: SharedTokenizer) -> int:
        raise NotImplementedError

    @property
    def _store(self) -> JobStore:
        raise NotImplementedError
