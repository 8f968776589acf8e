"""Texts from right to left, Chinese and Japanese in every panel: each goes its own way, whatever stands beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from playwright.sync_api import expect

from albert_widgets.backend import Backend
from albert_widgets.widgets import AttentionPanel, FinetunePanel, PredictPanel, SummaryPanel, TokensPanel
from tests.vocabularies import save_vocabulary

from .host import hosted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from albert_widgets.job import Job
    from albert_widgets.widgets import Panel

TEXTS = {
    "arabic": "جلس القط على السجادة لأنه كان متعبا. ثم نام حتى الصباح. وفي الصباح شرب الحليب.",
    "hebrew": "החתול ישב על השטיח כי הוא היה עייף. אחר כך הוא ישן עד הבוקר. בבוקר הוא שתה חלב.",
    "chinese": "猫累了，所以坐在垫子上。然后它睡到早上。早上它喝了牛奶。",
    "japanese": "猫は疲れていたのでマットの上に座った。それから朝まで眠った。朝、猫はミルクを飲んだ。",
}
LABELS = {
    "arabic": ("سلبي", "إيجابي"),
    "hebrew": ("שלילי", "חיובי"),
    "chinese": ("差评", "好评"),
    "japanese": ("否定的", "肯定的"),
}
RIGHT_TO_LEFT = ("arabic", "hebrew")

ASTRAY = r"""root => {
  const letters = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
  const isOwn = element => {
    for (let at = element; at && !at.matches('.albert-panel'); at = at.parentElement) {
      // The status line is one of ours: what it quotes must not turn it.
      if (at.matches('.albert-status')) return false;
      if (at.dir || at.matches('bdi, style, script, title') || at instanceof SVGElement) return true;
      if (/plaintext|isolate/.test(getComputedStyle(at).unicodeBidi)) return true;
    }
    return false;
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const astray = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    // What stands between FSI and PDI is isolated.
    const outside = data.replace(/\u2068[^\u2069]*\u2069/g, '');
    if (letters.test(outside) && !isOwn(parentElement) && parentElement.checkVisibility()) {
      astray.push(`${parentElement.tagName}.${parentElement.className}: ${data}`);
    }
  }
  return astray;
}"""
"""Texts with letters from right to left that take the direction of what is around them."""


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A vocabulary of whole words in all four languages."""
    made = Backend()
    corpus = [text.replace("，", " ").replace("。", " ") for text in TEXTS.values()] * 4
    folder = save_vocabulary(tmp_path_factory.mktemp("many") / "many", "word-piece", corpus=corpus, size=900)
    made.register(str(folder), name="many")
    yield made
    made.close()


def job_of(bert: Backend, language: str) -> Job:
    """The training of a classifier with labels in a language; it is trained once."""
    known = [job for job in bert.jobs() if job.spec["settings"]["name"] == language]
    if known:
        return bert.job(known[0].id)
    rows = [(f"{TEXTS[language]} {n}", LABELS[language][n % 2]) for n in range(24)]
    how: dict[str, Any] = {"model": "many", "epochs": 0.2, "precision": "float32", "validation": 0.25}
    job = bert.fit(rows, name=language, **how)
    job.result(120)
    return job


def tokens_of(bert: Backend, language: str) -> Panel[Any]:
    return TokensPanel(TEXTS[language], model="many", bert=bert)


def compared_of(bert: Backend, language: str) -> Panel[Any]:
    return TokensPanel(TEXTS[language], models=["many", "starter"], bert=bert)


def unread_of(bert: Backend, language: str) -> Panel[Any]:
    return TokensPanel(TEXTS[language], model="starter", bert=bert)


def attention_of(bert: Backend, language: str) -> Panel[Any]:
    return AttentionPanel(
        TEXTS[language][:40], model=job_of(bert, language).result()["model"], layer=1, head=2, bert=bert
    )


def predict_of(bert: Backend, language: str) -> Panel[Any]:
    return PredictPanel(TEXTS[language][:40], model=job_of(bert, language).result()["model"], bert=bert)


def summary_of(bert: Backend, language: str) -> Panel[Any]:
    return SummaryPanel(TEXTS[language], sentences=1, model="many", bert=bert)


def finetune_of(bert: Backend, language: str) -> Panel[Any]:
    frame = pd.DataFrame({"text": [f"{TEXTS[language]} {n}" for n in range(24)], "label": LABELS[language] * 12})
    return FinetunePanel(frame, text="text", label="label", model="many", baseline=False, bert=bert)


def trained_of(bert: Backend, language: str) -> Panel[Any]:
    return FinetunePanel(job=job_of(bert, language).id, bert=bert)


PANELS: dict[str, Callable[[Backend, str], Panel[Any]]] = {
    "tokens": tokens_of,
    "compared": compared_of,
    "unread": unread_of,
    "attention": attention_of,
    "predict": predict_of,
    "summary": summary_of,
    "finetune": finetune_of,
    "trained": trained_of,
}
SOME = [*((name, "arabic") for name in ("tokens", "attention", "summary", "trained")), ("tokens", "japanese")]
ALL = [
    pytest.param(name, language, marks=() if (name, language) in SOME else pytest.mark.slow)
    for name in PANELS
    for language in TEXTS
]


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_text_goes_its_own_way(browser: Browser, bert: Backend, pictures: Path, name: str, language: str) -> None:
    widget = PANELS[name](bert, language)
    with hosted(browser, widget, viewport={"width": 760, "height": 900}) as shown:
        page = shown.page
        for view, look in enumerate(VIEWS.get(name, (no_more,))):
            look(page)
            page.locator(".albert-panel[data-state=ready], .albert-panel[data-state=idle]").first.wait_for()
            page.wait_for_timeout(150)
            page.locator(".albert-panel").screenshot(path=pictures / f"direction-{name}-{language}-{view}.png")
            assert page.locator(".albert-panel").evaluate(ASTRAY) == []
            assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        if name in ORDERED:
            check_order(page.locator(ORDERED[name]), is_turned=language in RIGHT_TO_LEFT)
        assert not shown.slips


def no_more(_: Page) -> None:
    """Look at the panel as it opens."""


def tab(title: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.get_by_role("tab", name=title, exact=True).click()

    return choose


def first_row(page: Page) -> None:
    """Open what is said of the row that the model is most wrong about."""
    page.get_by_role("tab", name="Mistakes", exact=True).click()


VIEWS: dict[str, tuple[Callable[[Page], None], ...]] = {
    "attention": (no_more, tab("Lines"), tab("Matrix"), tab("Flow"), tab("Effect"), tab("Attribution")),
    "trained": (no_more, first_row),
}
ORDERED = {
    "tokens": ".albert-chips > .albert-chip",
    "unread": ".albert-chips > .albert-chip",
    "compared": ".albert-columns > .albert-column",
    "attention": ".albert-score",
    "predict": ".albert-score",
}


def check_order(chips: Locator, *, is_turned: bool) -> None:
    """Check that what follows stands at the left in a text from right to left, else at the right."""
    expect(chips.nth(2)).to_be_visible()
    boxes = [box for chip in chips.all() if (box := chip.bounding_box()) is not None]
    steps = [
        after["x"] - before["x"]
        for before, after in pairwise(boxes)
        if abs(after["y"] - before["y"]) < before["height"] / 2
    ]
    assert steps
    assert all((step < 0) == is_turned for step in steps)


@pytest.mark.slow
def test_arrow_keys_go_where_they_point(browser: Browser, bert: Backend) -> None:
    with hosted(browser, attention_of(bert, "hebrew")) as shown:
        page = shown.page
        tab("Effect")(page)
        row = page.locator(".albert-maskable")
        expect(row.nth(2)).to_be_visible()
        row.first.focus()
        page.keyboard.press("ArrowLeft")
        expect(row.nth(1)).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(row.first).to_be_focused()
