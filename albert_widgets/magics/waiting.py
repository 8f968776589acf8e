"""Waiting for a job in a cell: one line shows how far it is, and an interrupt ends the waiting, not the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.progress import notebook_line, terminal_line
from albert_widgets.watching import watch

from .jobs import JobList

if TYPE_CHECKING:
    from albert_widgets.job import Job

    from .context import Context


def waited(job: Job, context: Context) -> JobList | None:
    """Watch a job until it has ended; return what to show where it has no result.

    Raises
    ------
    AlbertError
        What made the job fail.
    """
    try:
        watch(job, notebook_line() if context.is_notebook else terminal_line())
    except KeyboardInterrupt:
        note = f"No longer waiting, but {job.id} goes on. %albert jobs {job.id} shows it; with --stop, it ends."
        return JobList([job.info], note)
    info = job.info
    if info.error is None and info.result is None:
        return JobList([info], f"To go on: %albert jobs {job.id} --resume")
    job.result()
    return None


def begun(job: Job) -> JobList:
    """Return what to show of a job that nobody waits for."""
    return JobList([job.info], f"%albert jobs {job.id} shows how far it is.")
