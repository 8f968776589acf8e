"""The tabs of a finished training in a real Chromium, on real trainings, asking a real backend."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError
from albert_widgets.service import wire
from tests.jupyter_process import ROOT
from tests.test_fit import QUICK, reviews
from tests.test_widgets import look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

PANELS = ROOT / "labextension" / "src" / "panels"

# What the panel around the tabs does, in a few lines: its look, a list of tabs, and a way to ask.
MOUNT = """
import frameCss from '../frame.css';
import { decode, RequestFailed } from '../messages';
import { followTheme } from '../theme';
import { tabsCss, tabsOf } from './tabs';

const buffer = text => new DataView(Uint8Array.from(atob(text), sign => sign.charCodeAt(0)).buffer);
const opened = ({ result, buffers, error }) => {
  if (error) {
    throw new RequestFailed(error.code, error.message, error.hint);
  }
  return decode(result, buffers.map(buffer));
};
window.mount = async model => {
  const root = document.createElement('section');
  const style = document.createElement('style');
  const bar = document.createElement('nav');
  const picture = document.createElement('div');
  const status = document.createElement('footer');
  style.textContent = frameCss + tabsCss;
  root.className = 'albert-panel';
  picture.className = 'albert-picture';
  status.setAttribute('role', 'status');
  root.append(style, bar, picture, status);
  document.body.replaceChildren(root);
  window.copied = [];
  const tabs = tabsOf({
    report: opened(await window.ask('report', { model })),
    isPage: false,
    ask: async (method, params) => opened(await window.ask(method, { ...params, model })),
    run: async work => {
      try {
        status.textContent = await work();
      } catch (error) {
        status.textContent = `failed: ${error.message}`;
      }
    },
    point: text => (root.title = text ?? ''),
    copy: text => window.copied.push(text)
  });
  for (const tab of tabs) {
    const button = document.createElement('button');
    button.textContent = tab.label;
    button.addEventListener('click', () => {
      picture.replaceChildren(tab.element);
      tab.show();
    });
    bar.append(button);
  }
  followTheme(root, () => tabs.forEach(tab => tab.redraw()));
};
"""

STYLE = "<style>:root { color-scheme: light dark } body { background: Canvas }</style>"
WAITING = "<section class=albert-panel data-state=ready>not yet</section>"


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "bert"), name="tiny")
    learn(made)
    yield made
    made.close()


def learn(bert: Backend) -> None:
    """One training of each task; some labels are wrong, so that there is something to see."""
    noisy = reviews()
    noisy.loc[noisy.index[::7], "stars"] = "positive"
    bert.fit(noisy, name="two", model="tiny", validation=0.4, **QUICK).result(180)
    bert.fit(reviews(), name="other", model="tiny", validation=0.4, method="head", **QUICK).result(180)
    random = np.random.default_rng(3)
    words = ["good", "sad", "<b>tired</b>"]
    has = random.random((160, 3)) < 0.4
    fill = random.choice("the cat sat on mat a dog ran".split(), size=(160, 4))
    plain = [word.strip("</b>") for word in words]
    texts = [" ".join([*fill[row], *np.array(plain)[has[row]]]) for row in range(160)]
    many = pd.DataFrame({"text": texts, **{word: has[:, at].astype(int) for at, word in enumerate(words)}})
    many = many.drop_duplicates("text")
    bert.fit(many, text="text", label=words, name="many", model="tiny", validation=0.4, **QUICK).result(180)
    number = pd.DataFrame({"text": texts, "score": has.sum(axis=1) * 0.5}).drop_duplicates("text")
    bert.fit(number, task="regression", name="number", model="tiny", validation=0.4, **QUICK).result(180)


def mounted(bert: Backend, tmp_path: Path, model: str, do: Callable[[Page], Any], **context: Any) -> Any:
    """Show the tabs of a run on an empty page, and return what ``do`` finds there."""
    file = tmp_path / "tabs.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8>{STYLE}{WAITING}<script>{bundle()}</script>",
        encoding="utf-8",
    )

    def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        model = params.pop("model")
        try:
            result = answer(bert, method, model, params)
        except AlbertError as error:
            return {"error": error.to_dict()}
        data, arrays = wire.pack(result)
        buffers = [base64.b64encode(array.tobytes()).decode("ascii") for array in arrays]
        return {"result": json.loads(json.dumps(data)), "buffers": buffers}

    def show(page: Page) -> Any:
        page.expose_function("ask", ask)
        page.evaluate("model => window.mount(model)", model)
        return do(page)

    return look(file, show, **context)


def answer(bert: Backend, method: str, model: str, params: dict[str, Any]) -> Any:
    if method == "report":
        return bert.fit_report(model)
    if method == "judged_rows":
        return bert.judged_rows(model, **params)
    if method == "explain":
        return bert.attribute(params["text"], pair=params["pair"], model=model, target=params["target"])
    if method == "runs":
        return bert.runs()
    if method == "attention":
        return {"code": f"aw.AttentionPanel({params['text']!r})"}
    assert method == "card"
    return "# A card\n\n<script>alert(1)</script>"


_BUNDLES: dict[str, str] = {}


def bundle() -> str:
    if not _BUNDLES:
        esbuild = ROOT / "labextension" / "node_modules" / ".bin" / "esbuild"
        arguments = ["--bundle", "--format=iife", "--loader=ts", "--loader:.css=text", "--target=es2022"]
        made = subprocess.run(
            [str(esbuild), *arguments], input=MOUNT, cwd=PANELS / "finetune", check=True, capture_output=True, text=True
        )
        _BUNDLES["tabs"] = made.stdout.replace("</script", "<\\/script")
    return _BUNDLES["tabs"]


def turn(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def rows(page: Page) -> list[tuple[str, str]]:
    """Index and verdict of each row that is listed."""
    return [
        (row.locator("code").inner_text(), row.locator(".albert-row-said").inner_text())
        for row in page.locator(".albert-row").all()
    ]


def test_a_cell_lists_its_rows_by_the_users_own_index(bert: Backend, tmp_path: Path) -> None:
    wanted = bert.judged_rows("run:two", truth="positive", answer="negative")
    assert len(wanted)

    def do(page: Page) -> Any:
        turn(page, "Confusion")
        counts = [int(cell.inner_text()) for cell in page.get_by_role("gridcell").all()]
        page.get_by_role("gridcell").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(".albert-row")).to_have_count(len(wanted))
        page.get_by_role("button", name="Copy index").click()
        selected = page.locator("[aria-selected=true]").get_attribute("aria-label")
        return counts, rows(page), page.evaluate("window.copied"), selected

    counts, listed, copied, selected = mounted(bert, tmp_path, "run:two", do)
    assert counts == bert.fit_report("run:two").evaluation.confusion.ravel().tolist()
    assert [index for index, _ in listed] == wanted.index
    assert all("positive → negative" in said for _, said in listed)
    assert copied == [f"df.loc[[{', '.join(json.dumps(index) for index in wanted.index)}]]"]
    assert selected == f"{wanted.count} rows: truth positive, answer negative"


def test_why_explains_the_answer_then_the_truth_then_closes(bert: Backend, tmp_path: Path) -> None:
    row = bert.judged_rows("run:two").rows[0]
    assert row.truth != row.answer

    def do(page: Page) -> Any:
        turn(page, "Mistakes")
        button, why = page.locator(".albert-row button").first, page.locator(".albert-why").first
        found = []
        for target in (row.answer, row.truth):
            button.click()
            expect(why.get_by_role("list", name=f"What speaks for {target}")).to_be_visible()
            words = why.locator(".albert-score").all()
            found.append([word.get_attribute("aria-label") for word in words])
            assert len({word.evaluate("chip => getComputedStyle(chip).backgroundColor") for word in words}) > 1
        button.click()
        expect(why).to_be_hidden()
        page.get_by_role("button", name="attention").first.click()
        expect(page.get_by_role("status")).to_contain_text("copied: aw.AttentionPanel(")
        return found

    for target, said in zip((row.answer, row.truth), mounted(bert, tmp_path, "run:two", do), strict=True):
        assert len(said) >= len(row.text.split())
        assert all(label.endswith(f" for {target}") for label in said)


def test_another_threshold_gives_the_counts_of_the_backend(bert: Backend, tmp_path: Path) -> None:
    names = bert.fit_report("run:two").label_names

    def do(page: Page) -> Any:
        turn(page, "Thresholds")
        found = {}
        for threshold in ("0.5", "0.2", "0.9", "0", "1"):
            page.get_by_role("spinbutton").fill(threshold)
            found[threshold] = [int(cell.inner_text()) for cell in page.get_by_role("gridcell").all()]
        page.get_by_role("button", name="Best F1").click()
        best = page.get_by_role("spinbutton").input_value()
        found[best] = [int(cell.inner_text()) for cell in page.get_by_role("gridcell").all()]
        page.get_by_role("gridcell").last.click()
        expect(page.locator(".albert-rows h4")).to_contain_text(f"at {best}")
        return found, best, page.locator(".albert-rows h4").inner_text()

    found, best, title = mounted(bert, tmp_path, "run:two", do)
    assert len(found) >= 5
    for threshold, counts in found.items():
        assert counts == [
            bert.judged_rows("run:two", truth=truth, answer=said, threshold=float(threshold)).count
            for truth in names
            for said in names
        ]
    f1 = {at: 2 * tp / max(2 * tp + fp + fn, 1) for at, (_, fp, fn, tp) in found.items()}
    assert f1[best] == max(f1.values())
    assert f"{found[best][3]} row" in title


def test_several_labels_have_a_small_matrix_and_a_threshold_each(bert: Backend, tmp_path: Path) -> None:
    report = bert.fit_report("run:many")
    name = report.label_names[2]

    def do(page: Page) -> Any:
        turn(page, "Confusion")
        assert page.locator("b").count() == 0
        grids = page.get_by_role("grid").all()
        counts = [[int(cell.inner_text()) for cell in grid.get_by_role("gridcell").all()] for grid in grids]
        grids[2].get_by_role("gridcell").first.click()
        expect(page.locator(".albert-rows h4")).to_contain_text("and not said")
        turn(page, "Thresholds")
        page.get_by_role("combobox", name="Label").select_option(label=name)
        page.get_by_role("spinbutton").fill("0.3")
        return counts, [int(cell.inner_text()) for cell in page.get_by_role("gridcell").all()]

    counts, at = mounted(bert, tmp_path, "run:many", do)
    assert counts == report.evaluation.confusion.reshape(-1, 4).tolist()
    assert at == [
        bert.judged_rows("run:many", label=name, truth=truth, answer=said, threshold=0.3).count
        for truth in (False, True)
        for said in (False, True)
    ]


def test_numbers_are_drawn_and_named_one_by_one(bert: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        labels = page.locator("nav button").all_inner_texts()
        turn(page, "Scatter")
        page.locator("canvas").first.focus()
        page.keyboard.press("End")
        named = page.locator("canvas").first.get_attribute("aria-label")
        expect(page.locator(".albert-row").first).to_be_visible()
        return labels, named, rows(page)

    labels, named, listed = mounted(bert, tmp_path, "run:number", do)
    assert labels == ["Scatter", "Mistakes", "Compare", "Card"]
    truth, said = bert.fit_report("run:number").evaluation.points[-1]
    words = dict(part.split() for part in named.split(", "))
    assert (float(words["truth"]), float(words["answer"])) == pytest.approx((truth, said), rel=1e-3)
    worst = bert.judged_rows("run:number").rows[0]
    assert listed[0][0] == str(worst.row)
    error = float(worst.answer) - float(worst.truth)
    shown = listed[0][1].split("error ")[1].replace("−", "-")
    assert float(shown) == pytest.approx(error, rel=0.01)


def test_runs_stand_beside_each_other_with_a_warning(bert: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        turn(page, "Compare")
        table = page.get_by_role("table", name="Runs")
        expect(table.locator("tbody tr")).to_have_count(4)
        page.get_by_role("button", name="seconds").click()
        seconds = [float(row.locator("td").last.inner_text()) for row in table.locator("tbody tr").all()]
        current = table.locator("[aria-current]").inner_text()
        warning = page.get_by_role("note").inner_text()
        series = page.locator(".u-legend .u-series .u-label")
        # Runs on other rows are drawn on request only.
        alone = series.all_inner_texts()
        page.get_by_role("checkbox", name="Draw other").check()
        return seconds, current, warning, alone, series.all_inner_texts()

    seconds, current, warning, alone, drawn = mounted(bert, tmp_path, "run:two", do)
    assert seconds == sorted(seconds, reverse=True)
    assert "this run" in current
    assert "3 of these runs learned from other rows" in warning
    assert (alone, drawn) == (["epoch", "two"], ["epoch", "two", "other"])


def test_calibration_says_what_to_type(bert: Backend, tmp_path: Path) -> None:
    calibration = bert.fit_report("run:two").evaluation.calibration

    def do(page: Page) -> Any:
        turn(page, "Calibration")
        counted = [int(row.locator("td").last.inner_text()) for row in page.locator("tbody tr").all()]
        return counted, page.locator(".albert-headline").inner_text(), page.locator(".albert-picture").inner_text()

    counted, figures, _ = mounted(bert, tmp_path, "run:two", do)
    assert counted == [count for count in calibration.count.tolist() if count]
    assert f"{calibration.error:.1%}".replace("%", "\u00a0%") in figures
    assert f"{calibration.temperature:.2f}" in figures


def test_the_card_is_text_and_says_how_the_model_is_used(bert: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        turn(page, "Card")
        expect(page.get_by_role("region", name="Model card")).to_contain_text("<script>alert(1)</script>")
        page.get_by_role("button", name="Copy: a column of a table").click()
        return page.evaluate("window.copied")

    assert mounted(bert, tmp_path, "run:two", do) == ["%albert predict --data df --text COLUMN --model run:two"]


@pytest.mark.parametrize(
    "model", ["run:many", *(pytest.param(model, marks=pytest.mark.slow) for model in ("run:two", "run:number"))]
)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_nothing_is_wider_than_a_narrow_page(bert: Backend, tmp_path: Path, model: str, scheme: str) -> None:
    def do(page: Page) -> Any:
        found = {}
        for label in page.locator("nav button").all_inner_texts():
            turn(page, label)
            page.wait_for_timeout(50)
            found[label] = page.evaluate("document.documentElement.scrollWidth")
        return found

    found = mounted(bert, tmp_path, model, do, viewport={"width": 360, "height": 800}, color_scheme=scheme)
    assert set(found.values()) == {360}, found
