"""The fine-tune panel in the kernel: real data, real trainings of tiny models, the browser's end of its messages."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

import albert_widgets as aw
from albert_widgets.backend import Backend
from albert_widgets.errors import Conflict, InputInvalid, JobNotFound, ModelNotFound
from albert_widgets.fit_settings import OF_TASKS, RATES, RATES_OF_SUMMARIES, FitSettings
from albert_widgets.job import JobEvent
from albert_widgets.labels import TASKS
from albert_widgets.widgets import FinetunePanel
from albert_widgets.widgets import fit_choices as choices
from albert_widgets.widgets.fit_picture import curves, history_of
from albert_widgets.widgets.following import MOST_MEASURES, Follower, thinned
from tests.test_fit import QUICK, reviews, until
from tests.test_widgets import Browser, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

ENDLESS = {**QUICK, "epochs": 500, "patience": 0}


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "bert"), name="tiny")
    yield made
    made.close()


def panel_of(bert: Backend, data: Any = None, **rest: Any) -> FinetunePanel:
    how = {**QUICK, **rest}
    return FinetunePanel(reviews() if data is None else data, model="tiny", bert=bert, **how)


@pytest.fixture(scope="module")
def finished(bert: Backend) -> FinetunePanel:
    """A panel whose training is over, shared by the tests that look at results."""
    panel = panel_of(bert, name="done", validation=0.4)
    panel.start().wait(180)
    return panel


def source(panel: FinetunePanel, **rest: Any) -> dict[str, Any]:
    return {"model": panel.model, "drop_incomplete": panel.drop_incomplete, **rest}


# --- before the training --------------------------------------------------------------------------


def test_the_choices_are_those_of_the_backend() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(FitSettings)}
    assert {name: value for name, value in fields.items() if name not in {"name", "model"}} | {
        "report_to": list(fields["report_to"])
    } == choices.DEFAULTS
    assert {name: list(tasks) for names, tasks in OF_TASKS for name in names} == choices.TASKS
    assert {task: RATES_OF_SUMMARIES if task == "summary" else RATES for task in TASKS} == choices.RATES


def test_the_panel_is_public() -> None:
    assert aw.FinetunePanel is FinetunePanel


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"text": "revew"}, "Did you mean 'review'"),
        ({"learning_rat": 1.0}, "There is no setting 'learning_rat'.\nDid you mean 'learning_rate'"),
        ({"data": reviews().head(0)}, "no rows"),
    ],
)
def test_a_slip_is_named_at_once(bert: Backend, how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=re.escape(message)):
        panel_of(bert, **how)


def test_what_is_shown_is_data_or_a_training(bert: Backend) -> None:
    with pytest.raises(InputInvalid, match="Neither data nor a job are given"):
        FinetunePanel(bert=bert)
    with pytest.raises(InputInvalid, match="Both data and a job are given"):
        FinetunePanel(reviews(), job="fit-1", bert=bert)
    with pytest.raises(JobNotFound, match="There is no job 'fit-999'"):
        FinetunePanel(job="fit-999", bert=bert)
    with pytest.raises(ModelNotFound, match="Did you mean 'tiny'"):
        FinetunePanel(reviews(), model="tinny", bert=bert)


def test_the_data_are_checked_and_measured(bert: Backend) -> None:
    panel = panel_of(bert)
    browser = Browser(panel)
    setup = browser.ask(1, "setup")
    assert (setup["rows"], setup["columns"]) == (len(reviews()), {"text": "review", "label": "stars"})
    assert setup["defaults"]["epochs"] == 3.0
    checked = browser.ask(2, "check", params=source(panel, max_length=8))
    assert re.match(r"data ✓ \d+ rows · 2 labels", checked["headline"])
    assert checked["check"].max_length == 8
    found = browser.ask(3, "baseline", params=source(panel))
    assert re.match(r"baseline \d+\.\d % ± ", found["headline"])
    assert "5 folds · tiny" in found["how"]


def test_errors_of_the_data_are_found_and_can_be_left_out(bert: Backend) -> None:
    frame = reviews()
    frame.loc[frame.index[:3], "stars"] = None
    panel = panel_of(bert, frame)
    browser = Browser(panel)
    checked = browser.ask(1, "check", params=source(panel, max_length=None))
    (error,) = [finding for finding in checked["check"].findings if finding.level == "error"]
    assert (error.code, error.count, error.rows) == ("missing_label", 3, ("r0", "r1", "r2"))
    assert "✗ 3 without label" in panel._picture()
    refused = browser.ask(2, "start", params=source(panel, settings=panel.settings, validation=0.1))
    assert refused["code"] == "input_invalid"
    assert panel.job is None
    left = browser.ask(3, "check", params=source(panel, drop_incomplete=True, max_length=None))
    assert all(finding.level != "error" for finding in left["check"].findings)


# --- the training ---------------------------------------------------------------------------------


def test_a_training_by_messages(bert: Backend) -> None:
    panel = panel_of(bert)
    browser = Browser(panel)
    settings = {**ENDLESS, "name": "steered"}
    job = browser.ask(1, "start", params=source(panel, settings=settings, validation=0.2))
    assert panel.job_id == job == panel.job.id
    assert (panel.settings, panel.validation) == (settings, 0.2)
    number = 10

    def news(after: int) -> Any:
        nonlocal number
        number += 1
        return browser.ask(number, "events", params={"after": after}, kind="v/events")

    def until_state(state: str, after: int = 0) -> int:
        while True:
            told = news(after)
            after = told["events"][-1].seq if told["events"] else after
            if told["info"].state == state:
                return after

    first = until_state("running")
    # Each event is told once, and the next answer waits for something new.
    while not (told := news(first))["events"]:
        # On a busy machine a training takes a while to begin; then nothing is news.
        assert told["info"].state == "running"
    assert [event.seq for event in told["events"]] == sorted({event.seq for event in told["events"]})
    assert min(event.seq for event in told["events"]) > first
    until(lambda: any("eval_accuracy" in event.data for event in panel.job.events(follow=False)))
    browser.ask(2, "pause")
    at = until_state("paused", first)
    browser.ask(3, "resume")
    at = until_state("running", at)
    browser.ask(4, "stop")
    until_state("stopped", at)
    assert panel.report.model == "run:steered"
    assert browser.ask(5, "stop")["code"] == "conflict"
    with pytest.raises(InputInvalid, match="There is no setting 'epoch'.\nDid you mean 'epochs'"):
        panel.start(epoch=2)


@pytest.mark.slow
def test_many_panels_wait_for_news_without_keeping_others_waiting(bert: Backend) -> None:
    panel = panel_of(bert, **ENDLESS)
    job = panel.start()
    panels = [FinetunePanel(job=job.id, bert=bert) for _ in range(8)]
    assert len({id(Follower.of(bert, job.id)), *(id(one._following()) for one in panels)}) == 1
    until(lambda: job.state == "running")
    panel.pause()
    until(lambda: job.state == "paused")
    browsers = [Browser(one) for one in panels]
    last = max(event.seq for event in job.events(follow=False))
    for browser in browsers:
        browser.tell(1, "events", params={"after": last}, kind="v/events")
    # Eight wait, four workers: this one is answered all the same.
    assert browsers[0].ask(2, "setup")["rows"] is None
    assert 1 not in browsers[0].answers
    panel.stop()
    for browser in browsers:
        assert browser.answer(1)["events"][0].seq == last + 1
    job.wait(60)


def test_one_training_at_a_time_and_then_another(bert: Backend) -> None:
    panel = panel_of(bert, **ENDLESS)
    first = panel.start(name="first-of-two")
    with pytest.raises(Conflict, match="has not ended yet"):
        panel.start()
    until(lambda: first.state == "running")
    panel.stop()
    first.wait(120)
    Browser(panel).ask(1, "again")
    assert (panel.job_id, "name" in panel.settings) == ("", False)
    second = panel.start(epochs=1)
    assert second.wait(120).state == "finished"
    assert second.info.spec["settings"]["name"] != "first-of-two"


@pytest.mark.slow
def test_a_waiting_training_tells_how_many_are_before_it(bert: Backend) -> None:
    first, second = panel_of(bert, **ENDLESS), panel_of(bert, **ENDLESS)
    first.start()
    until(lambda: first.job.state == "running")
    second.start()
    told = Browser(second).ask(1, "events", params={"after": 0}, kind="v/events")
    assert (told["info"].state, told["ahead"]) == ("queued", 1)
    second.stop()
    first.stop()
    first.job.wait(120)
    with pytest.raises(Conflict, match="there is no model of it yet"):
        _ = second.report


# --- its results ----------------------------------------------------------------------------------


def test_results_in_python_and_by_messages(bert: Backend, finished: FinetunePanel) -> None:
    report = bert.fit_report("run:done")
    assert finished.report.metrics == report.metrics
    assert finished.judged_rows(limit=3).index == bert.judged_rows("run:done", limit=3).index
    assert finished.figure("confusion").axes
    browser = Browser(finished)
    assert browser.ask(1, "report").sha256 == report.sha256
    negative = {"label": None, "truth": "negative", "answer": "negative", "threshold": 0.5, "limit": 5}
    rows = browser.ask(2, "judged_rows", params=negative)
    assert rows.count == report.evaluation.confusion[0, 0]
    row = rows.rows[0]
    explained = browser.ask(3, "explain", params={"text": row.text, "pair": None, "target": "positive"})
    assert explained.target == "positive"
    assert "run:done" in [one.model for one in browser.ask(4, "runs").reports]
    card = browser.ask(5, "card")
    assert card.startswith("# done")
    assert f"| accuracy | {report.metrics['accuracy']:.4f} |" in card
    opened = browser.ask(6, "attention", params={"text": row.text, "pair": None})
    assert opened["widget"] == finished._answers._opened.model_id
    assert opened["code"].endswith('model="run:done")')
    # With the last view the panel that was opened from it goes, too.
    browser.tell(7, "leave", kind="v/leave")
    until(lambda: finished._answers._opened is None)


def test_another_panel_finds_the_training(bert: Backend, finished: FinetunePanel) -> None:
    again = FinetunePanel(job=finished.job_id, bert=bert)
    assert again.report.sha256 == finished.report.sha256
    assert again.model == "tiny"
    assert again.code == f'import albert_widgets as aw\naw.FinetunePanel(job="{finished.job_id}")'
    assert Browser(again).ask(1, "setup")["rows"] is None
    with pytest.raises(InputInvalid, match="This panel shows a job and has no data"):
        again.start()


def test_the_code_makes_the_panel_again(bert: Backend, tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    reviews().to_csv(file, index=False)
    panel = FinetunePanel(str(file), label="stars", epochs=2, name="x", validation=0.3, model="tiny", bert=bert)
    given = 'label="stars", validation=0.3, model="tiny", epochs=2, name="x"'
    assert panel.code == f'import albert_widgets as aw\naw.FinetunePanel("{file}", {given})'
    panel = FinetunePanel(reviews(), validation=reviews(20, seed=5), task="single_label", model="tiny", bert=bert)
    assert panel.code.endswith('aw.FinetunePanel(df, validation=validation, task="single_label", model="tiny")')


# --- without a kernel -----------------------------------------------------------------------------


def test_the_picture_has_curves_and_figures(finished: FinetunePanel) -> None:
    html = finished._picture()
    assert html.count("<svg") == 2
    assert "run:done · accuracy" in html
    assert re.search(r"data ✓ \d+ rows", html)
    state = finished.get_state()
    assert len(json.dumps(state)) < 8_000
    assert state["job_id"] == finished.job_id


def test_an_output_is_renewed_when_the_training_ends(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[bool, str, str]] = []

    def publish(data: dict[str, Any], _metadata: Any, *, transient: dict[str, str], update: bool) -> None:
        shown.append((update, transient["display_id"], data["text/html"]))

    monkeypatch.setattr("IPython.display.publish_display_data", publish)
    panel = panel_of(bert, epochs=1)
    panel._ipython_display_()
    panel.start().wait(120)
    until(lambda: len(shown) == 2)
    (first, name, before), (second, same, after) = shown
    assert (first, second, name) == (False, True, same)
    assert "<svg" not in before
    assert f"{panel.report.model} · accuracy" in after


def test_a_page_of_a_finished_training_needs_no_kernel(finished: FinetunePanel, tmp_path: Path) -> None:
    file = finished.save(tmp_path / "run.html")

    def check(page: Page) -> None:
        root = page.get_by_role("region", name="Fine-tune", exact=True)
        expect(root.get_by_role("status")).to_contain_text("finished · run:done · accuracy")
        tabs = root.get_by_role("tab")
        expect(tabs).to_have_text(["Curves", "Confusion", "Mistakes", "Thresholds", "Calibration", "Compare", "Card"])
        expect(root.locator(".albert-chart canvas")).to_have_count(2)
        expect(root.get_by_role("button", name="Train again…")).to_be_hidden()
        tabs.first.focus()
        tabs.first.press("ArrowLeft")
        expect(tabs.last).to_be_focused()
        expect(root.get_by_role("tabpanel")).to_contain_text("How good it is")
        tabs.nth(2).click()
        expect(root.get_by_role("tabpanel").get_by_role("listitem").first).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 800})
        for tab in tabs.all():
            tab.click()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.inner_text()

    look(file, check)


@pytest.mark.slow
def test_a_page_of_a_job_alone_and_one_of_a_running_training(
    bert: Backend, finished: FinetunePanel, tmp_path: Path
) -> None:
    alone = FinetunePanel(job=finished.job_id, bert=bert).save(tmp_path / "alone.html")

    def check(page: Page) -> None:
        root = page.get_by_role("region", name="Fine-tune", exact=True)
        expect(root.get_by_role("tab")).to_have_count(7)
        expect(root.locator(".albert-recipe")).to_contain_text("tiny · full · 4 epochs · lr 3e-3")

    look(alone, check)
    panel = panel_of(bert, **ENDLESS)
    job = panel.start()
    until(lambda: any("loss" in event.data for event in job.events(follow=False)))
    running = panel.save(tmp_path / "running.html")
    panel.stop()
    job.wait(120)

    def check_running(page: Page) -> None:
        root = page.get_by_role("region", name="Fine-tune", exact=True)
        expect(root.get_by_role("status")).to_contain_text(f"saved while {job.id} was running")
        expect(root.locator(".albert-chart canvas").first).to_be_visible()
        for name in ("Pause", "Stop, keep best"):
            expect(root.get_by_role("button", name=name)).to_be_hidden()

    look(running, check_running)


def test_a_page_of_data_shows_them_and_starts_nothing(bert: Backend, tmp_path: Path) -> None:
    file = panel_of(bert).save(tmp_path / "data.html")

    def check(page: Page) -> None:
        root = page.get_by_role("region", name="Fine-tune", exact=True)
        expect(root.locator(".albert-line")).to_contain_text("data ✓")
        expect(root.get_by_role("button", name="Start")).to_be_disabled()

    look(file, check)


def test_curves_without_what_a_resumed_run_did_again() -> None:
    events = [
        JobEvent(1, 0, "metric", {"step": 1, "loss": 3.0}),
        JobEvent(2, 0, "metric", {"step": 2, "loss": 2.0}),
        JobEvent(3, 0, "checkpoint", {"step": 1, "resumed": True}),
        JobEvent(4, 0, "metric", {"step": 2, "loss": 1.0}),
    ]
    assert history_of(events) == [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 1.0}]
    assert "training 1" in curves(history_of(events))
    assert curves([]) == ""


def test_news_of_a_long_training_are_thinned() -> None:
    events = [JobEvent(n, 0, "progress", {"done": n}) for n in range(1, 101)]
    events += [JobEvent(100 + n, 0, "metric", {"step": n, "loss": 1.0}) for n in range(2 * MOST_MEASURES)]
    events.append(JobEvent(20_000, 0, "metric", {"step": 1, "eval_loss": 1.0}))
    kept = thinned(events)
    assert [event.data["done"] for event in kept if event.kind == "progress"] == [100]
    assert len(kept) == 1 + MOST_MEASURES + 1
    assert kept[-1].seq == 20_000


def test_who_follows_a_job_goes_on_where_its_stream_broke() -> None:
    class Cut:
        """A job whose stream breaks; a second attempt brings the rest."""

        id = "fit-cut"
        attempts = 0

        def events(self, after: int) -> Iterator[JobEvent]:
            self.attempts += 1
            if self.attempts == 1:
                yield JobEvent(1, 0, "state", {"state": "queued"})
                raise JobNotFound("gone")
            yield JobEvent(after + 1, 0, "state", {"state": "running"})

    follower = Follower(Cut())  # type: ignore[arg-type]
    assert follower.news(0).result(10)[0].seq == 1
    until(lambda: not follower._is_reading)
    assert follower.news(1).result(10)[0].data == {"state": "running"}
