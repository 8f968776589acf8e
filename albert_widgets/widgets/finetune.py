"""The fine-tune panel: labelled data, their check and baseline, a training that can be watched, and what came of it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from albert_widgets.errors import Conflict, InputInvalid, RequestMalformed
from albert_widgets.job import Job
from albert_widgets.labelled import both_parts

from .fit_answers import FitAnswers
from .fit_choices import checked
from .fit_forms import code_of, page_of, picture_of
from .following import Follower
from .panel import Panel, connected
from .shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.labelled import LabelledTexts
    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import BaselineReport, DataCheck, FitReport, JudgedRows


class FinetunePanel(Panel):
    """Fine-tune a model on labelled data, watch it, and see what it gets wrong.

    >>> panel = FinetunePanel(df)                 # shows the check and the baseline; then press Start
    >>> panel.start(epochs=2)
    >>> panel.job.wait()
    >>> panel.report.metrics
    >>> FinetunePanel(job="fit-3")                # the same training, in another notebook or after a restart

    Parameters
    ----------
    data, text, label, pair, group, task, validation, drop_incomplete, name, model
        As in :meth:`~albert_widgets.learner.Learner.fit`.
    bert
        The backend; None takes the shared one.
    job
        A training that there is already, or its id; instead of ``data``.
    baseline
        Whether the panel measures at once how far frozen vectors come.
    is_presentation
        Whether everything is drawn larger.
    settings
        As in :meth:`~albert_widgets.learner.Learner.fit`.

    Attributes
    ----------
    settings
        What is chosen and is not the default, ``name`` included.
    job_id
        The training that is shown, or nothing.

    Raises
    ------
    InputInvalid
        Neither ``data`` nor ``job`` or both, no such column or setting, no rows, or a job that trains nothing.
    JobNotFound, ModelNotFound, TooLarge
        As their names say.
    """

    bundle = "finetune"

    settings = traitlets.Dict().tag(sync=True)
    validation = traitlets.Float(0.1, allow_none=True).tag(sync=True)
    """Share of the rows that is kept back; None: a table of its own was given."""
    drop_incomplete = traitlets.Bool(False).tag(sync=True)
    has_data = traitlets.Bool(False, read_only=True).tag(sync=True)
    has_baseline = traitlets.Bool(True).tag(sync=True)
    job_id = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        data: Any = None,
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
        bert: BertBackend | None = None,
        job: str | Job | None = None,
        baseline: bool = True,
        is_presentation: bool = False,
        **settings: Any,
    ) -> None:
        if (data is None) == (job is None):
            what = "Neither data nor a job are" if data is None else "Both data and a job are"
            raise InputInvalid(f"{what} given.", 'Write FinetunePanel(df), or FinetunePanel(job="fit-1").')
        self._bert = connected(bert)
        self._lock = threading.Lock()
        self._checks: dict[Any, DataCheck] = {}
        self._baselines: dict[Any, BaselineReport] = {}
        self._report: FitReport | None = None
        self._follower: Follower | None = None
        self._shown = Shown(self)
        self._answers = FitAnswers(self)
        is_share = isinstance(validation, int | float)
        self._rows: LabelledTexts | None = None
        self._held_out: LabelledTexts | None = None
        if job is None:
            self._columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
            self._path = str(data) if isinstance(data, str | Path) else None
            parts = None if is_share else validation
            self._rows, self._held_out = both_parts(data, parts, **self._columns)
            shown_model = self._bert.model(model or self._bert.default_model).id
            task = self._rows.task
        else:
            task = ""
            found = (job if isinstance(job, Job) else self._bert.job(job)).info
            shown_model = _trained(found.id, found.kind, found.spec)
        super().__init__(
            self._bert,
            model=shown_model,
            settings={**checked(settings, task), **({"name": name} if name else {})},
            validation=float(validation) if is_share else None,
            drop_incomplete=drop_incomplete,
            has_baseline=baseline,
            is_presentation=is_presentation,
        )
        self.set_trait("has_data", self._rows is not None)
        if job is not None:
            self._show(found.id)

    # --- the training ---------------------------------------------------------------------------

    @property
    def job(self) -> Job | None:
        """The training that is shown, or None."""
        return self._bert.job(self.job_id) if self.job_id else None

    def start(self, **settings: Any) -> Job:
        """Start to train with what is chosen in the panel, and return the job; the call returns at once.

        Parameters
        ----------
        settings
            Of :meth:`~albert_widgets.learner.Learner.fit`, ``name`` included; they are kept as if chosen in the panel.

        Raises
        ------
        InputInvalid
            The data or a setting cannot be used, or the panel has no data.
        Conflict
            A training is shown that has not ended, or there is a model of that name.
        """
        if self._rows is None:
            raise InputInvalid("This panel shows a job and has no data.", "Write FinetunePanel(df).start().")
        if self.job is not None and not self.job.info.has_ended:
            raise Conflict(f"{self.job_id} has not ended yet.", "Stop it first: .stop()")
        name = settings.pop("name", self.settings.get("name"))
        kept = {key: value for key, value in self.settings.items() if key != "name"}
        chosen = checked({**kept, **settings}, self._rows.task)
        job = self._bert.fit(
            self._rows,
            validation=self._held_out or self.validation,
            drop_incomplete=self.drop_incomplete,
            name=name,
            model=self.model,
            **chosen,
        )
        self.settings = {**chosen, **({"name": name} if name else {})}
        self._show(job.id)
        return job

    def stop(self) -> None:
        """End the training; the best weights so far become the model."""
        self._asked().stop()

    def pause(self) -> None:
        """Let the training rest at the next step."""
        self._asked().pause()

    def resume(self) -> None:
        """Go on with a training that rests, was interrupted, or failed."""
        self._asked().resume()
        self._following().read()

    def _asked(self) -> Job:
        job = self.job
        if job is None:
            raise InputInvalid("Nothing is being trained yet.", ".start() begins.")
        return job

    def _show(self, id: str) -> None:
        self._report = None
        self.job_id = id
        self._following().listen(self._turned)

    @traitlets.observe("job_id")
    def _turn(self, _change: Any) -> None:
        self._follower = None

    def _following(self) -> Follower:
        follower = self._follower
        if follower is None:
            follower = self._follower = Follower.of(self._bert, self.job_id)
        return follower

    def _turned(self, state: str) -> None:
        """Take a new state of the job: what an output shows without a kernel is that of its end."""
        self._report = None
        if state in {"finished", "stopped", "failed"}:
            self._shown.again()

    # --- what came of it ------------------------------------------------------------------------

    @property
    def report(self) -> FitReport:
        """How the training went and how good its model is.

        Raises
        ------
        Conflict
            It has no model yet.
        """
        with self._lock:
            if self._report is None:
                self._report = self._bert.fit_report(self._run())
            return self._report

    def judged_rows(self, **which: Any) -> JudgedRows:
        """Return validation rows with what the model says of them; see :meth:`Learner.judged_rows`."""
        return self._bert.judged_rows(self._run(), **which)

    def figure(self, kind: str = "history") -> Any:
        """Return a matplotlib figure of the training; see :meth:`FitReport.figure`."""
        return self.report.figure(kind)

    def check(self) -> DataCheck:
        """Return what is known of the data, read by the model and with the settings that are chosen now."""
        return self._check(self.model, self.drop_incomplete, self.settings.get("max_length"))

    def _run(self) -> str:
        info = self._asked().info
        if not info.result:
            raise Conflict(f"{info.id} is {info.state}: there is no model of it yet.", ".job.wait() waits for it.")
        return str(info.result["model"])

    def _check(self, model: str, drop_incomplete: bool, max_length: int | None) -> DataCheck:
        key = model, drop_incomplete, max_length
        if key not in self._checks:
            how: dict[str, Any] = {"validation": self._held_out, "max_length": max_length}
            self._checks[key] = self._bert.check(
                self._data(), drop_incomplete=drop_incomplete, model=model, task=self._data().task, **how
            )
        return self._checks[key]

    def _baseline(self, model: str, drop_incomplete: bool) -> BaselineReport:
        key = model, drop_incomplete
        if key not in self._baselines:
            self._baselines[key] = self._bert.baseline(
                self._data(), validation=self._held_out, drop_incomplete=drop_incomplete, model=model
            )
        return self._baselines[key]

    def _data(self) -> LabelledTexts:
        if self._rows is None:
            raise RequestMalformed("This panel shows a job and has no data.", "Write FinetunePanel(df).")
        return self._rows

    # --- the browser ----------------------------------------------------------------------------

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        answer = self._answers.of(method)
        return super()._answer(method, params) if answer is None else answer(params)

    def _left(self) -> None:
        self._answers.leave()

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        if self.job_id:
            return f"FinetunePanel(job={self.job_id!r})"
        return f"FinetunePanel({self._rows!r})"

    def _ipython_display_(self) -> None:
        """Show the panel in an output that can be renewed: what is saved of it is the end of the training."""
        self._shown.show()

    def _picture(self) -> str:
        return picture_of(self)

    @property
    def code(self) -> str:
        """The Python that makes the panel again: of its job if there is one, else of the data, here named ``df``."""
        return code_of(self)

    def to_html(self) -> str:
        """Return a standalone page: the training as it is now, without a kernel and without the network."""
        return self._page(self.job_id or "Fine-tune", page_of(self))


def _trained(id: str, kind: str, spec: dict[str, Any]) -> str:
    """Return the model that a job began with. Raises InputInvalid where it trains none."""
    if kind != "fit":
        raise InputInvalid(f"Job {id} is a {kind}, no training.", "%albert jobs lists them.")
    return str(spec["model"])
