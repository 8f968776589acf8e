"""The durable job store: long work in child processes, its state and history on disk.

``root/<id>/job.json`` holds specification and state and is replaced atomically; ``events.jsonl`` is only appended to.
The store is the only writer of both: a child tells its events on its standard output, line by line, and the store
numbers them. A child ends when its standard input closes, so it never outlives the service that watches it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil

from albert_widgets.errors import Conflict, JobNotFound, NoRoom
from albert_widgets.job import JobEvent, JobInfo

from . import job_files
from .callers import caller, user
from .job_process import KINDS, JobProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HEARTBEAT_SECONDS = 60.0
"""A child that says nothing for so long is taken for dead; it says something every 5 s."""


class _Record:
    """A job of this store: what is known of it, and its child while it runs."""

    def __init__(self, folder: Path, info: JobInfo, seq: int) -> None:
        self.folder = folder
        self.info = info
        self.seq = seq
        self.written = seq
        """Number of the last event that is on the disk; later ones wait in :attr:`unwritten` for room on it."""
        self.unwritten: list[str] = []
        self.process: JobProcess | None = None
        self.wanted = ""
        self.secrets: Mapping[str, str] = {}


class JobStore:
    """The jobs under a folder.

    Several processes may have stores of one folder (the service and a ``Backend`` in a script): each job belongs to
    the process that began it, the others only read it; jobs of a process that is gone are taken over as interrupted.

    Parameters
    ----------
    root
        Folder with one folder a job.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._owner = {"pid": os.getpid(), "started": psutil.Process().create_time()}
        self._changed = threading.Condition()
        self._records: dict[str, _Record] = {}
        self._closed = False
        with self._changed:
            self._take_over()

    # --- what there is --------------------------------------------------------------------------

    def infos(self) -> list[JobInfo]:
        """Return all jobs, newest first; a folder that cannot be read is passed over."""
        with self._changed:
            self._take_over()
            found = {name: record.info for name, record in self._records.items()}
        for folder in self._folders():
            if folder.name not in found and (stored := job_files.read_state(folder)):
                found[folder.name] = stored[0]
        return sorted(found.values(), key=lambda info: (info.created, info.id), reverse=True)

    def job_info(self, id: str) -> JobInfo:
        """Return a job's present state. Raises JobNotFound."""
        with self._changed:
            if id in self._records:
                return self._records[id].info
        # Compared with what is there, never joined to a path: an id comes from outside.
        for info in self.infos():
            if info.id == id:
                return info
        raise JobNotFound(f"There is no job {id!r}.", "bert.jobs() lists them: %albert jobs", job=id)

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Iterator[JobEvent]:
        """Yield a job's events with ``seq > after``; with ``follow`` go on until it has ended. Raises JobNotFound."""
        self.job_info(id)
        return self._events(id, after, follow)

    def _events(self, id: str, after: int, follow: bool) -> Iterator[JobEvent]:
        file = self._root / id / "events.jsonl"
        at = 0
        while True:
            ended = self.job_info(id).has_ended
            found, at = job_files.read_lines(file, at)
            for line in found:
                event = JobEvent(**line)
                if event.seq > after:
                    after = event.seq
                    yield event
            if not follow or ended:
                return
            with self._changed:
                record = self._records.get(id)
                if record is None or (record.written <= after and not record.info.has_ended):
                    # A job of another process tells nothing here, so it is looked at now and then.
                    self._changed.wait(30 if record else 0.5)

    # --- what can be done -----------------------------------------------------------------------

    def submit(
        self,
        kind: str,
        spec: dict[str, Any],
        files: Mapping[str, bytes] | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
    ) -> JobInfo:
        """Queue a job of ``kind``.

        Parameters
        ----------
        spec
            What is asked for, JSON-serialisable; two jobs with the same one are the same work.
        files
            What the job works on and is too large for ``spec``: put into its folder under these names.
        secrets
            Variables of the child's environment; never written down, so they are gone with this process.

        Raises
        ------
        NoRoom
            It cannot be written down.
        Conflict
            The same work is queued or running already.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no kind of job {kind!r}.")
        with self._changed:
            for info in self.infos():
                if info.kind == kind and info.spec == spec and info.state in {"queued", "running", "paused"}:
                    raise Conflict(f"Job {info.id} does that already; it is {info.state}.", f"%albert jobs {info.id}")
            folder = self._new_folder(kind)
            info = JobInfo(folder.name, kind, spec, "queued", time.time(), caller=caller.get(), user=user.get())
            record = _Record(folder, info, 0)
            record.secrets = secrets or {}
            try:
                for name, content in (files or {}).items():
                    (folder / name).write_bytes(content)
                self._set(record, "queued")
            except OSError as error:
                raise NoRoom(f"The job cannot be written to {folder}: {error.strerror}.", "Free some space.") from error
            self._records[folder.name] = record
            self._pump()
            return record.info

    @contextlib.contextmanager
    def held(self) -> Iterator[list[JobInfo]]:
        """Give all jobs; none begins while the block runs, so it should be short."""
        with self._changed:
            yield self.infos()

    def folder(self, id: str) -> Path:
        """Return a job's own folder, to be read. Raises JobNotFound."""
        return self._root / self.job_info(id).id

    def stop_job(self, id: str) -> JobInfo:
        """End a job cleanly; what it has so far is kept."""
        return self._end(id, "stopped", {"queued", "running", "paused", "interrupted"})

    def pause_job(self, id: str) -> JobInfo:
        """Let a job rest; it goes on with :meth:`resume_job`."""
        return self._end(id, "paused", {"queued", "running"})

    def resume_job(self, id: str) -> JobInfo:
        """Queue a paused, stopped, failed or interrupted job again; it goes on where it was."""
        with self._changed:
            record = self._own(id)
            if record.info.state not in {"paused", "stopped", "failed", "interrupted"}:
                raise Conflict(f"Job {id} is {record.info.state}, so it cannot be resumed.", f"%albert jobs {id}")
            record.wanted = ""
            record.info = dataclasses.replace(record.info, error=None, result=None, ended=0.0)
            self._set(record, "queued")
            self._pump()
            return record.info

    def close(self) -> None:
        """End the children; their jobs are interrupted and can be resumed."""
        with self._changed:
            self._closed = True
            running = [record.process for record in self._records.values() if record.process]
        for process in running:
            process.abandon()
        for process in running:
            process.join(5)

    # --- inside ---------------------------------------------------------------------------------

    def _own(self, id: str) -> _Record:
        info = self.job_info(id)
        record = self._records.get(id)
        if record is None:
            raise Conflict(
                f"Job {info.id} runs in another process.", "Use the shared backend: albert_widgets.connect()."
            )
        return record

    def _end(self, id: str, state: str, allowed: set[str]) -> JobInfo:
        with self._changed:
            record = self._own(id)
            if record.info.state not in allowed:
                raise Conflict(f"Job {id} is {record.info.state} already.", f"%albert jobs {id}")
            if record.process is not None:
                record.wanted = state
                record.process.ask_to_end(state)
            elif state == "stopped" and record.info.started and KINDS[record.info.kind].keeps_best:
                # It rests: waked up, it makes its result of what it has.
                record.wanted = state
                self._set(record, "queued")
                self._pump()
            else:
                self._set(record, state)
            return record.info

    def _pump(self) -> None:
        """Start queued jobs, oldest first, as long as there is room."""
        if self._closed:
            return
        records = self._records.values()
        running = Counter(_queue(record) for record in records if record.process)
        queued = [record for record in records if record.info.state == "queued" and not record.process]
        for record in sorted(queued, key=lambda one: one.info.created):
            kind = KINDS[record.info.kind]
            if running[_queue(record)] >= kind.at_once:
                continue
            running[_queue(record)] += 1
            self._set(record, "running")
            record.process = JobProcess(
                record.folder,
                on_event=partial(self._told, record),
                on_end=partial(self._ended, record),
                grace_seconds=kind.grace_seconds,
                silence_seconds=HEARTBEAT_SECONDS,
                environment=record.secrets,
            )
            if record.wanted:
                record.process.ask_to_end(record.wanted)

    def _told(self, record: _Record, kind: str, data: dict[str, Any]) -> None:
        with self._changed:
            if kind == "progress":
                record.info = dataclasses.replace(record.info, progress=data)
            self._append(record, kind, data)

    def _ended(self, record: _Record, outcome: dict[str, Any] | None) -> None:
        """Take the last word of a child: its outcome, or None when it ended without one."""
        with self._changed:
            record.process = None
            if outcome is not None and "result" in outcome:
                record.info = dataclasses.replace(record.info, result=outcome["result"])
                is_partial = record.wanted == "stopped" and KINDS[record.info.kind].keeps_best
                state = "stopped" if is_partial else "finished"
            elif outcome is not None and "error" in outcome and not record.wanted:
                record.info = dataclasses.replace(record.info, error=outcome["error"])
                state = "failed"
            else:
                state = record.wanted or "interrupted"
            record.wanted = ""
            self._set(record, state)
            self._pump()

    def _set(self, record: _Record, state: str) -> None:
        now = time.time()
        has_ended = state in {"finished", "stopped", "failed", "interrupted"}
        record.info = dataclasses.replace(
            record.info,
            state=state,
            started=(record.info.started or now) if state == "running" else record.info.started,
            ended=now if has_ended else 0.0,
        )
        self._append(record, "state", {"state": state}, is_lasting=True)
        try:
            job_files.write_state(record.folder, record.info, self._owner)
        except OSError:
            # A new job is refused; one that is there keeps the state that it had on the disk, and is taken over so.
            if state == "queued" and not record.info.started:
                raise

    def _append(self, record: _Record, kind: str, data: dict[str, Any], *, is_lasting: bool = False) -> None:
        record.seq += 1
        line = json.dumps({"seq": record.seq, "time": time.time(), "kind": kind, "data": data})
        record.unwritten.append(f"{line}\n")
        # A full disk must not end the work: what is told meanwhile is written when there is room again.
        with contextlib.suppress(OSError):
            job_files.add_lines(record.folder / "events.jsonl", "".join(record.unwritten), is_lasting=is_lasting)
            record.unwritten.clear()
            record.written = record.seq
        self._changed.notify_all()

    def _folders(self) -> list[Path]:
        try:
            return sorted(folder for folder in self._root.iterdir() if folder.is_dir())
        except OSError:
            return []

    def _new_folder(self, kind: str) -> Path:
        number = 1 + max(
            (int(folder.name.rpartition("-")[2]) for folder in self._folders() if _is_numbered(folder)), default=0
        )
        while True:
            folder = self._root / f"{kind}-{number}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            except OSError as error:
                raise NoRoom(f"The job cannot be written to {folder}: {error.strerror}.", "Free some space.") from error
            else:
                return folder

    def _take_over(self) -> None:
        """Adopt the jobs of processes that are gone: what ran there is interrupted, what waited is queued here."""
        for folder in self._folders():
            if folder.name in self._records or not (stored := job_files.read_state(folder)):
                continue
            info, owner = stored
            if owner != self._owner and _is_alive(owner):
                continue
            found, _ = job_files.read_lines(folder / "events.jsonl", 0)
            record = _Record(folder, info, max((int(line["seq"]) for line in found), default=0))
            self._records[folder.name] = record
            if info.state == "running":
                self._set(record, "interrupted")
        self._pump()


def _queue(record: _Record) -> str:
    """Return the name of the queue that a job waits in."""
    return KINDS[record.info.kind].queue or record.info.kind


def _is_numbered(folder: Path) -> bool:
    return folder.name.rpartition("-")[2].isdecimal()


def _is_alive(owner: dict[str, Any]) -> bool:
    try:
        # A pid alone may have been given to another process since.
        return abs(psutil.Process(int(owner["pid"])).create_time() - float(owner["started"])) < 1
    except (psutil.Error, KeyError, TypeError, ValueError):
        return False
