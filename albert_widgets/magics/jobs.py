"""``%albert jobs``: what the backend works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid
from albert_widgets.job import JobInfo
from albert_widgets.progress import progress

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from .context import Context
    from .parser import Parser

COLUMNS = ("job", "what", "state", "progress", "")
WHOSE = "of"
"""The column of users, where there are any."""


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("id", "the job; without it, all are shown")
    one_of = parser.exclusive()
    parser.option("--stop", one_of=one_of, action="store_true", help="end it, and keep what there is so far")
    parser.option("--pause", one_of=one_of, action="store_true", help="let it rest")
    parser.option("--resume", one_of=one_of, action="store_true", help="go on with it")
    parser.examples = ("%albert jobs", "%albert jobs download-1 --stop")


def run(args: Namespace, context: Context) -> JobList:
    """Return the jobs, or the one that was asked for."""
    bert = context.bert
    order = next((order for order in ("stop", "pause", "resume") if getattr(args, order)), None)
    if args.id is None:
        jobs = bert.jobs()
        if order is None:
            return JobList(jobs)
        ids = ", ".join(job.id for job in jobs if order == "resume" or not job.has_ended)
        raise InputInvalid(f"Which job shall {order}?", f"There are: {ids}" if ids else "There are none now.")
    steer = {None: bert.job_info, "stop": bert.stop_job, "pause": bert.pause_job, "resume": bert.resume_job}
    return JobList([steer[order](args.id)])


class JobList(list[JobInfo]):
    """Jobs, shown as a table.

    Parameters
    ----------
    jobs
        The jobs.
    note
        A sentence below the table.
    """

    def __init__(self, jobs: Iterable[JobInfo] = (), note: str = "") -> None:
        super().__init__(jobs)
        self.note = note

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (job.id, what(job), job.state, progress(job.progress), trouble(job)) for job in self
        ]
        if not any(job.user for job in self):
            return COLUMNS, rows
        return (*COLUMNS[:2], WHOSE, *COLUMNS[2:]), [
            (*row[:2], job.user, *row[2:]) for job, row in zip(self, rows, strict=True)
        ]

    def _below(self) -> str:
        return self.note or ("" if self else "There are no jobs. %albert download NAME begins one.")

    def __repr__(self) -> str:
        from albert_widgets.results.html import text_table

        return "\n".join(part for part in (text_table(*self._table()) if self else "", self._below()) if part)

    def _repr_html_(self) -> str:
        from albert_widgets.results.html import FONT, escape, table

        jobs = table(*self._table()) if self else ""
        return f'<div style="{FONT}">{jobs}<div>{escape(self._below())}</div></div>'


def what(job: JobInfo) -> str:
    """Return what a job works on: ``"download google-bert/bert-base-uncased"``."""
    kind = str(job.spec.get("study", job.kind)).replace("_", " ")
    return f"{kind} {job.spec.get('model', '')}".rstrip()


def trouble(job: JobInfo) -> str:
    """Return what went wrong, or nothing."""
    return "" if job.error is None else f"{job.error.get('message', '')} {job.error.get('hint', '')}".strip()
