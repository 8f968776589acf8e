"""The methods of :class:`Backend` that train several times; see :class:`albert_widgets.studies.Studies`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.job import Job
from albert_widgets.labelled import share_or_rows
from albert_widgets.labels import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.fit_settings import FitSettings
    from albert_widgets.job import JobSource
    from albert_widgets.results import Study

    from .catalog import Catalog
    from .jobs import JobStore


class BackendStudies:
    """Checks what is asked for, and leaves the work to a job of :mod:`.training.study`."""

    _catalog: Catalog

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
        """Start to train with several learning rates on a part of the rows, within a time."""
        from .training.trials import RATES, check_rates

        if "learning_rate" in settings:
            raise InputInvalid("A sweep tries several learning rates.", f"rates=(…, {settings['learning_rate']})")
        chosen = self._settings(model, settings)
        tried = RATES[chosen.method] if rates is None else tuple(rates)
        check_rates(tried)
        for name, value, least in (("seconds", seconds, 1), ("rows", rows, 2)):
            if value is not None and value < least:
                raise InputInvalid(f"{name}={value} is out of range.", f"Choose {least} or more.")
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"rates": list(tried), "seconds": float(seconds), "rows": rows}
        return self._begin(
            "sweep", data, validation, columns=columns, drop_incomplete=drop_incomplete, settings=chosen, how=how
        )

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
        """Start to train once for each fold, on all others, and to judge by the fold."""
        if not (isinstance(validation, int | float) and 0 < validation < 1):
            raise InputInvalid(
                f"validation={validation!r} is no share of the rows.", "A cross-validation judges by its folds."
            )
        chosen = self._settings(model, settings)
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"folds": folds, "repeats": repeats, "validation": float(validation)}
        return self._begin(
            "cross_validate", data, None, columns=columns, drop_incomplete=drop_incomplete, settings=chosen, how=how
        )

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
        """Start to train on more and more of the rows, judged by the same ones."""
        chosen = self._settings(model, settings)
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"shares": list(shares), "repeats": repeats}
        return self._begin(
            "learning_curve",
            data,
            validation,
            columns=columns,
            drop_incomplete=drop_incomplete,
            settings=chosen,
            how=how,
        )

    def study(self, job: str) -> Study:
        """Return what a study has found so far."""
        from .training.study_report import study_report

        info = self._store.job_info(job)
        return study_report(info, self._store.folder(job))

    def _settings(self, model: str | None, settings: dict[str, Any]) -> FitSettings:
        from albert_widgets.fit_settings import FitSettings

        if "name" in settings:
            raise InputInvalid("A study makes no model, so name=… means nothing.", "Leave it out.")
        self._catalog.check(self._catalog.find(self._id(model)))
        return FitSettings.of(name="study", model=self._id(model), **settings)

    def _begin(
        self,
        study: str,
        data: Any,
        validation: Any,
        *,
        columns: dict[str, Any],
        drop_incomplete: bool,
        settings: FitSettings,
        how: dict[str, Any],
    ) -> Job:
        import hashlib

        from .training.submission import submission
        from .training.trials import check_trials

        rows, kept = share_or_rows(data, validation, **columns)
        if rows.task in SUMMARIES:
            raise TaskUnsupported("There are no studies of summaries.", 'For classes: task="single_label".')
        made = submission(rows, kept, settings, drop_incomplete=drop_incomplete)
        check_trials(study, made.prepared, how)
        # Another table with as many rows is another study.
        sha256 = hashlib.sha256(b"".join(made.files.values())).hexdigest()
        spec = {**made.spec, "study": study, "how": how, "sha256": sha256}
        return Job(cast("JobSource", self), self._store.submit("study", spec, made.files).id)

    def _id(self, model: str | None) -> str:
        raise NotImplementedError

    @property
    def _store(self) -> JobStore:
        raise NotImplementedError
