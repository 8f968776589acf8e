"""What the fine-tune panel answers its views."""

# ruff: noqa: SLF001 – a part of the panel in a room of its own

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from .fit_card import card
from .fit_choices import RATES, TASKS, defaults_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from albert_widgets.job import JobEvent
    from albert_widgets.results import BaselineReport, DataCheck, FitReport

    from .attention import AttentionPanel
    from .finetune import FinetunePanel

SHOWN_DOUBTS = 20
"""Doubtful labels that the panel lists."""


class FitAnswers:
    """The panel's end of the messages: a method for each that a view may ask.

    Parameters
    ----------
    panel
        Whose data and training.
    """

    def __init__(self, panel: FinetunePanel) -> None:
        self._panel = panel
        self._opened: AttentionPanel | None = None

    def of(self, method: str) -> Callable[[dict[str, Any]], Any] | None:
        """Return what answers a method, or None."""
        found: Callable[[dict[str, Any]], Any] | None = getattr(self, f"_answer_{method}", None)
        return found

    def leave(self) -> None:
        """Give up what was opened beside the panel."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # --- before the training --------------------------------------------------------------------

    def _answer_setup(self, _params: dict[str, Any]) -> dict[str, Any]:
        return self.setup()

    def setup(self) -> dict[str, Any]:
        """Return what can be chosen, and what the data are."""
        rows = self._panel._data() if self._panel.has_data else None
        task = "" if rows is None else rows.task
        return {
            "defaults": defaults_of(task),
            "rates": RATES,
            "tasks": TASKS,
            "task": task,
            "rows": None if rows is None else len(rows),
            "columns": {} if rows is None else rows.columns,
            "has_validation": self._panel.validation is None,
        }

    def _answer_check(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.check_lines(self._panel._check(params["model"], params["drop_incomplete"], params["max_length"]))

    def check_lines(self, found: DataCheck) -> dict[str, Any]:
        """Return a check as the panel shows it."""
        return {"headline": found.headline(), "check": found}

    def _answer_baseline(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.baseline_lines(self._panel._baseline(params["model"], params["drop_incomplete"]))

    def baseline_lines(self, report: BaselineReport) -> dict[str, Any]:
        """Return a baseline as the panel shows it."""
        return {
            "headline": report.headline(),
            "how": f"{len(report.scores)} folds · {report.model} {report.precision}, frozen, with a linear head",
            "doubtful": report.doubtful[:SHOWN_DOUBTS],
            "doubtful_count": report.doubtful_count,
        }

    # --- the training ---------------------------------------------------------------------------

    def _answer_start(self, params: dict[str, Any]) -> str:
        self._panel.model = params["model"]
        self._panel.drop_incomplete = bool(params["drop_incomplete"])
        if self._panel.validation is not None:
            self._panel.validation = float(params["validation"])
        self._panel.settings = params["settings"]
        return self._panel.start().id

    def _answer_again(self, _params: dict[str, Any]) -> None:
        """Show the data again instead of the training; it goes on."""
        self._panel.settings = {name: value for name, value in self._panel.settings.items() if name != "name"}
        self._panel.job_id = ""

    def _answer_stop(self, _params: dict[str, Any]) -> None:
        self._panel.stop()

    def _answer_pause(self, _params: dict[str, Any]) -> None:
        self._panel.pause()

    def _answer_resume(self, _params: dict[str, Any]) -> None:
        self._panel.resume()

    def _answer_events(self, params: dict[str, Any]) -> Future[dict[str, Any]]:
        """Answer when there is news; until then no worker waits."""
        told: Future[dict[str, Any]] = Future()

        def tell(news: Future[list[JobEvent]]) -> None:
            try:
                info = self._panel._asked().info
                told.set_result({"events": news.result(), "info": info, "ahead": self._ahead(info.id, info.state)})
            except Exception as error:  # noqa: BLE001 – told to the view
                told.set_exception(error)

        self._panel._following().news(int(params["after"])).add_done_callback(tell)
        return told

    def _ahead(self, id: str, state: str) -> int:
        """Return how many trainings a queued one waits for."""
        if state != "queued":
            return 0
        jobs = [job for job in self._panel._bert.jobs() if job.kind == "fit" and job.state in {"queued", "running"}]
        own = next((job.created for job in jobs if job.id == id), 0.0)
        return sum(job.created < own or job.state == "running" for job in jobs if job.id != id)

    # --- after it -------------------------------------------------------------------------------

    def _answer_report(self, _params: dict[str, Any]) -> FitReport:
        return self._panel.report

    def _answer_judged_rows(self, params: dict[str, Any]) -> Any:
        return self._panel._bert.judged_rows(self._panel._run(), **params)

    def _answer_explain(self, params: dict[str, Any]) -> Any:
        text = params.pop("text")
        return self._panel._bert.attribute(text, model=self._panel._run(), **params)

    def _answer_runs(self, _params: dict[str, Any]) -> Any:
        return self._panel._bert.runs()

    def _answer_card(self, _params: dict[str, Any]) -> str:
        return card(self._panel.report)

    def _answer_attention(self, params: dict[str, Any]) -> dict[str, str]:
        """Make an attention panel of a row, for a host that can show one widget within another."""
        from .attention import AttentionPanel

        panel = AttentionPanel(
            params["text"], pair=params.get("pair"), model=self._panel._run(), bert=self._panel._bert
        )
        self.leave()
        self._opened = panel
        return {"widget": panel.model_id, "code": panel.code}
