"""The job of a study: several trainings on parts of the data, each written down as soon as it has ended."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend.job_worker import Ended
from albert_widgets.fit_settings import FitSettings

from . import trials
from .metrics import primary_metric
from .pace import fitted, measured
from .study_files import StudyFiles
from .submission import prepared_in
from .trial_run import TrialContext, conduct

if TYPE_CHECKING:
    from albert_widgets.backend.job_worker import JobContext

    from .split import Prepared
    from .trials import Trial


def study(context: JobContext) -> dict[str, Any]:
    """Train for each setting, fold or size; what has ended is never done twice.

    ``context.spec`` holds ``study`` (``"sweep"``, ``"cross_validate"`` or ``"learning_curve"``), ``settings``
    (:class:`FitSettings`), ``how`` (what only this study asks for), ``validation`` and ``drop_incomplete``. The
    catalogue is not touched.

    Returns
    -------
    ``study``, how many ``trials`` have ended ``of`` how many, ``primary`` and its ``mean``.

    Raises
    ------
    AlbertError
        The data or a setting cannot be used, or there is no room or time.
    Ended
        The job was paused, or stopped before any training had ended.
    """
    spec = context.spec
    settings = FitSettings.of(**spec["settings"])
    prepared = prepared_in(context.folder, spec, settings)
    files = StudyFiles(context.folder / "trials")
    if spec["study"] == "sweep":
        planned, spent = _swept(context, files, prepared, settings)
    else:
        planned, spent = trials.planned_trials(spec["study"], prepared, settings, spec["how"]), 0.0
    judged = planned[0].judged_by if len(prepared.validation) else prepared.train
    files.plan(planned, primary_metric(prepared.task, np.asarray(judged.targets)))
    budget = spec["how"].get("seconds")
    done, total = 0, sum(trial.passes for trial in planned)
    for number, trial in enumerate(planned, 1):
        record = files.record(number)
        if record is None:
            usual = np.mean([one["seconds"] for one in files.records()] or [0.0])
            # A machine that became slower: half a training over the time is borne, more is not.
            if context.should_end or (budget and number > 1 and spent + usual / 2 > budget):
                break
            context.log(f"Training {number} of {len(planned)}: {trial.name}")
            part = TrialContext(context, number, files.folder_of(number), done, trial.passes, total)
            try:
                trained = conduct(part, trial)
            except Ended:
                break
            files.write(number, trained, trial if trial.tests is not None else None)
            record = trained.record
        spent += record["seconds"]
        done += trial.passes
        context.progress(done, total, "rows")
    records = files.records()
    if context.should_end and (context.wanted != "stopped" or not records):
        raise Ended
    shutil.rmtree(files.folder_of(len(records) + 1), ignore_errors=True)
    primary = files.primary
    mean = float(np.mean([record["metrics"][primary] for record in records]))
    return {"study": spec["study"], "trials": len(records), "of": len(planned), "primary": primary, "mean": mean}


def _swept(
    context: JobContext, files: StudyFiles, prepared: Prepared, settings: FitSettings
) -> tuple[list[Trial], float]:
    """Return the trainings of a sweep, and the seconds that were spent on knowing how large they may be.

    Measured once: a sweep that goes on after a pause has trainings of the same size, or they could not be compared.
    """
    how = context.spec["how"]
    limit = min(how["rows"] or len(prepared.train), len(prepared.train))
    judged = trials.judging_rows(how["seconds"] / len(how["rates"]))
    some = trials.sample(prepared, limit, judged, settings.seed)
    size = files.size()
    if size is None:
        context.log("Measuring how many rows fit into the time.")
        pace = measured(context, some, settings)
        rows, epochs = fitted(pace, some, settings, seconds=how["seconds"], trials=len(how["rates"]))
        is_cut = rows < len(some.train) or epochs < round(settings.epochs)
        size = {"rows": rows, "epochs": epochs, "is_cut": is_cut, "seconds": pace.measuring}
        files.write_size(size)
    some = trials.sample(some, size["rows"], judged, settings.seed)
    chosen = replace(settings, epochs=float(size["epochs"]), evaluations=1, patience=0)
    return trials.rate_trials(some, chosen, how["rates"]), float(size["seconds"])
