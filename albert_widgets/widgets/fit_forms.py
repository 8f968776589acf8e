"""The forms of the fine-tune panel that outlive its kernel: a picture, a page, and the Python that makes it again."""

# ruff: noqa: SLF001 – a part of the panel in a room of its own

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from albert_widgets.errors import AlbertError
from albert_widgets.results import Runs

from .code import code
from .fit_card import card
from .fit_picture import history_of, picture
from .following import thinned

if TYPE_CHECKING:
    from albert_widgets.job import Job

    from .finetune import FinetunePanel

MOST_AT_ONCE = 10_000
"""Rows that are checked when the panel is displayed; more of them when its front end asks."""
PAGE_ROWS = 200
"""Judged rows that a standalone page holds, the worst first."""


def picture_of(panel: FinetunePanel) -> str:
    """Return what is known now as static HTML; what cannot be told any more is left out."""
    known: dict[str, Any] = {}
    rows = panel._rows
    if rows is not None:
        known["rows"] = f"{len(rows):,} rows · {rows.task.replace('_', ' ')}"
        key = panel.model, panel.drop_incomplete, panel.settings.get("max_length")
        # Many rows take a while: a display does not wait for that.
        if key in panel._checks or len(rows) <= MOST_AT_ONCE:
            with suppress(AlbertError):
                known["check"] = panel.check()
        known["baseline"] = panel._baselines.get(key[:2])
    if (job := panel.job) is not None:
        known["job"] = job.info
        known["history"] = history_of(list(job.events(follow=False)))
        known["report"] = _report_of(panel, job)
    return picture(**known)


def page_of(panel: FinetunePanel) -> dict[str, Any]:
    """Return what a standalone page answers its requests from, by their names."""
    answers = panel._answers
    known: dict[str, Any] = {"setup": answers.setup()}
    if panel._rows is not None:
        known["check"] = answers.check_lines(panel.check())
        report = panel._baselines.get((panel.model, panel.drop_incomplete))
        known["baseline"] = answers.baseline_lines(report) if report else None
    if (job := panel.job) is not None:
        known["events"] = {"events": thinned(list(job.events(follow=False))), "info": job.info, "ahead": 0}
        if found := _report_of(panel, job):
            known.update(report=found, runs=Runs((found,)), card=card(found))
            # The rows may be on another machine, or gone with their job; everything else is there.
            with suppress(AlbertError):
                known["judged_rows"] = panel.judged_rows(limit=PAGE_ROWS)
    return known


def code_of(panel: FinetunePanel) -> str:
    """Return the Python that makes the panel again: of its job if there is one, else of the data."""
    unusual = panel._unusual()
    if panel.job_id:
        return code("aw.FinetunePanel", None, {"job": panel.job_id, **unusual})
    named = {name: value for name, value in panel._columns.items() if value not in (None, "auto")}
    share = {} if panel.validation in (0.1, None) else {"validation": panel.validation}
    kept = {"drop_incomplete": True} if panel.drop_incomplete else {}
    given = {**named, **share, **kept, "model": panel.model, **panel.settings, **unusual}
    if panel._path is not None:
        return code("aw.FinetunePanel", panel._path, given)
    held_out = "" if panel.validation is not None else "validation=validation, "
    return code(f"aw.FinetunePanel(df, {held_out}", None, given)


def _report_of(panel: FinetunePanel, job: Job) -> Any:
    if job.info.result:
        with suppress(AlbertError):
            return panel.report
    return None
