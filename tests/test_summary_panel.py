"""The summary panel: what it holds, what its page does in Chromium, what a notebook gets of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from playwright.sync_api import expect

from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError, InputInvalid, ModelNotFound, TaskUnsupported
from albert_widgets.results import Summary, Support, WrittenSentence
from albert_widgets.selection import Length, choose
from albert_widgets.widgets import SummaryPanel
from albert_widgets.widgets.scored import scored
from tests.jupyter_process import ROOT
from tests.test_magics import magics_of, quiet_shell, run
from tests.test_widgets import Browser, look
from tests.test_written_summary import endless  # noqa: F401 – a fixture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

ARTICLE = (
    "Flood in the old town\n\n"
    "The river Elbe flooded the old town on Monday. Dr. Weber of the city council said that 3.5 m of water "
    "stood in the market square. Hundreds of people had to leave their homes during the flood.\n\n"
    "My aunt likes green tea. The fire brigade pumped flood water out of the town's cellars all night. "
    "The town will receive help after the flood from the state, the mayor said."
)
OTHER = "A dam broke in the north. The flood reached two villages at night. Nobody was hurt."
ARABIC = "فاضت مياه النهر على المدينة القديمة. غادر مئات الأشخاص منازلهم. وضخ رجال الإطفاء المياه طوال الليل."
CHINESE = "北京今天下了大雨。很多街道被水淹没。人们不得不离开家园。我的猫喜欢睡觉。消防队整夜抽水。"


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "summarizer"), name="writer")
    yield made
    made.close()


@pytest.fixture
def panel(bert: Backend) -> SummaryPanel:
    return SummaryPanel(ARTICLE, bert=bert)


def asked(panel: SummaryPanel, **more: Any) -> dict[str, Any]:
    return {"text": panel.text, "model": panel.model, "method": None, "about": None, "tokens": None, **more}


def result_of(browser: Browser, number: int) -> Any:
    """Return an answer as it travels; the front end, not Python, makes something of it."""
    with browser._arrived:
        assert browser._arrived.wait_for(lambda: number in browser.answers, timeout=60)
    return browser.answers[number][0]["result"]


# --- the choice, as in the browser ------------------------------------------------------------------

TABLE = json.loads((ROOT / "labextension/src/panels/summary/selection.cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "unit", "amount", "chosen"), TABLE["cases"])
def test_browser_and_python_choose_the_same(text: str, unit: str, amount: float, chosen: list[int]) -> None:
    source = TABLE["texts"][text]
    found = choose(source["order"], Length(unit, amount), words=source["words"], tokens=source["tokens"])
    assert sorted(found) == chosen


# --- the data ---------------------------------------------------------------------------------------


def test_panel_gives_the_summary_at_the_length_that_is_shown(panel: SummaryPanel, bert: Backend) -> None:
    assert panel.summary.text == bert.summarize(ARTICLE).text
    # As the slider says it.
    panel.set_state({"unit": "words", "amount": 40.0})
    assert panel.summary.text == bert.summarize(ARTICLE, words=40).text
    assert panel.length == Length("words", 40)
    assert panel.to_frame()["chosen"].sum() == len(panel.summary.chosen)
    panel.amount = 0.2
    assert len(panel.summary.chosen) == 1
    panel.set_state({"unit": "percent", "amount": 500.0})
    assert len(panel.summary.chosen) == 6, "a heading is left out"


def test_two_methods_are_compared(panel: SummaryPanel, bert: Backend) -> None:
    with pytest.raises(InputInvalid, match="No second method is chosen"):
        panel.compared  # noqa: B018
    panel.compare_method = "lead"
    lead = bert.summarize(ARTICLE, method="lead")
    assert panel.compared.text == lead.text
    assert panel.shared == len({s.start for s in lead.chosen} & {s.start for s in panel.summary.chosen})


def test_a_topic_is_heeded_by_those_methods_that_can(bert: Backend) -> None:
    panel = SummaryPanel(ARTICLE, about="green tea of my aunt", sentences=1, compare_method="lead", bert=bert)
    assert panel.summary.text == "My aunt likes green tea."
    assert panel.compared.text.startswith("The river Elbe")
    with pytest.raises(InputInvalid, match="'lead' takes the first sentences"):
        SummaryPanel(ARTICLE, about="tea", method="lead", bert=bert)


def test_what_is_shown_is_measured_beside_a_reference(bert: Backend) -> None:
    panel = SummaryPanel(ARTICLE, reference="The flood made people leave their homes.", sentences=1, bert=bert)
    assert [score.measure for score in panel.summary.rouge] == ["rouge1", "rouge2", "rougeL"]
    found = Browser(panel).ask(1, "rouge", params={"answers": [panel.summary.text, panel.reference]})
    assert found[0] == list(panel.summary.rouge)
    assert found[1][0].f1 == 1


def test_several_documents_have_one_summary(bert: Backend) -> None:
    panel = SummaryPanel([ARTICLE, OTHER], percent=30, bert=bert)
    assert panel.documents == (ARTICLE, OTHER)
    assert {sentence.document for sentence in panel.result.sentences} == {0, 1}
    assert panel.summary.text == bert.summarize([ARTICLE, OTHER], together=True, percent=30).text


@pytest.mark.parametrize(
    ("slip", "error", "message"),
    [
        ({"sentences": 1, "words": 5}, InputInvalid, "Both sentences and words are given"),
        ({"percent": 101}, InputInvalid, "percent=101 is out of range"),
        ({"method": "magic"}, InputInvalid, "There is no method 'magic'"),
        ({"compare_method": "abstractive"}, InputInvalid, "compare_method"),
        ({"method": "abstractive"}, TaskUnsupported, "was not trained to write"),
        ({"beams": 4}, InputInvalid, "beams means nothing for the method 'centrality'"),
        ({"reference": " "}, InputInvalid, "The reference is empty"),
        ({"model": "nosuch"}, ModelNotFound, "nosuch"),
        ({"lenght": 3}, TypeError, "unexpected keyword argument 'lenght'"),
    ],
)
def test_a_slip_is_named(bert: Backend, slip: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        SummaryPanel(ARTICLE, bert=bert, **slip)


def test_code_makes_the_panel_again(bert: Backend) -> None:
    given: dict[str, Any] = {"method": "cluster", "compare_method": "lead", "diversity": 0.5, "percent": 40}
    for text in (ARTICLE, [ARTICLE, OTHER]):
        panel = SummaryPanel(text, bert=bert, **given)
        call = panel.code.splitlines()[-1].removesuffix(")") + ", bert=bert)"
        again = eval(call, {"aw": __import__("albert_widgets"), "bert": bert})
        assert again.documents == panel.documents
        assert (again.method, again.compare_method, again.diversity, again.length) == (
            "cluster",
            "lead",
            0.5,
            Length("percent", 40),
        )
    assert SummaryPanel(OTHER, bert=bert).code.splitlines()[-1] == f'aw.SummaryPanel("{OTHER}", model="starter")'


# --- messages ---------------------------------------------------------------------------------------


def test_the_answer_has_each_sentence_once_and_its_neighbours(panel: SummaryPanel) -> None:
    answer = panel._answer("summarize", asked(panel))
    sentences = panel.result.sentences
    assert [answer.source[a:b] for a, b in zip(answer.starts, answer.ends, strict=True)] == [s.text for s in sentences]
    assert answer.ranks.tolist() == [s.rank for s in sentences]
    near = sentences[1].neighbours[0]
    assert (answer.neighbours[1, 0], answer.meanings[1, 0]) == (near.sentence, np.float32(near.meaning))
    browser = Browser(panel)
    browser.tell(1, "summarize", params=asked(panel, method="lead"))
    result = result_of(browser, 1)
    assert result["method"] == "lead"
    assert result["neighbours"]["shape"] == [7, 0]


def test_models_say_which_methods_they_know(panel: SummaryPanel) -> None:
    known = {model["id"]: (model["methods"], model["usual"]) for model in Browser(panel).ask(1, "models")}
    assert known["starter"] == (["centrality", "directed", "cluster", "lead"], "centrality")
    assert known["writer"] == (["centrality", "directed", "cluster", "lead", "abstractive"], "abstractive")


def test_an_article_is_read_once_for_all_lengths_and_methods(panel: SummaryPanel) -> None:
    first = panel.result
    panel.amount = 1.0
    assert panel.result is first
    panel.compare_method = "directed"
    assert panel.compared.method == "directed"
    assert panel.result is first
    panel.text = OTHER
    assert panel.result.source == OTHER
    assert len(panel._kept) == 1


# --- what a model writes ----------------------------------------------------------------------------


def test_a_model_that_writes_has_no_other_length_but_tokens(bert: Backend) -> None:
    panel = SummaryPanel(ARTICLE, model="writer", tokens=3, bert=bert)
    assert panel.summary.written is not None
    assert panel.summary.text == bert.summarize(ARTICLE, model="writer", tokens=3).text
    panel.method = "lead"
    assert panel.summary.written is None
    with pytest.raises(InputInvalid, match="an abstractive summary is written"):
        SummaryPanel(ARTICLE, model="writer", sentences=2, bert=bert)


class Follower(Browser):
    """A browser that hears what there is of an answer, too."""

    def __init__(self, widget: Any) -> None:
        self.partials: list[str] = []
        super().__init__(widget)

    def _hear(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        if "partial" not in content:
            super()._hear(content, buffers)
            return
        with self._arrived:
            self.partials.append(content["partial"])
            self._arrived.notify_all()

    def wait_for_partials(self, count: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.partials) >= count, timeout=60)


def test_what_is_written_grows_until_nobody_waits_for_it(bert: Backend, endless: str) -> None:  # noqa: F811
    panel = SummaryPanel(ARTICLE, model=endless, method="lead", bert=bert)
    browser = Follower(panel)
    browser.tell(1, "summarize", params=asked(panel), kind="view/summarize")
    browser.wait_for_partials(3)
    assert browser.partials[2].startswith(browser.partials[0][:20])
    assert browser.ask(2, "stop", kind="view/summarize") is None
    # The model is free again: some 20,000 tokens would take minutes.
    browser.tell(3, "summarize", params=asked(panel, tokens=3), kind="view/summarize")
    assert result_of(browser, 3)["method"] == "abstractive"
    assert 1 not in browser.answers


def test_all_views_follow_one_writing_and_the_last_one_ends_it(bert: Backend, endless: str) -> None:  # noqa: F811
    panel = SummaryPanel(ARTICLE, model=endless, bert=bert)
    assert "endless is writing a summary" in panel._picture(), "the panel is there with the first words"
    first, writing = panel._writing or pytest.fail("nothing is written")
    browser = Follower(panel)
    for number, view in enumerate("ab", 1):
        browser.tell(number, "summarize", params=asked(panel), kind=f"{view}/summarize")
    browser.wait_for_partials(4)
    assert panel._writing == (first, writing)
    browser.tell(3, "leave", kind="a/leave")
    browser.partials.clear()
    browser.wait_for_partials(3)
    assert not writing.is_over
    browser.tell(4, "leave", kind="b/leave")
    with pytest.raises(AlbertError, match="The writing was stopped"):
        writing.follow()
    # Nobody looks, but somebody in Python asks: another writing, which ends with its panel.
    panel.method = "lead"
    assert panel.summary.written is None


def test_a_slip_of_what_is_to_be_written_is_said_at_once(bert: Backend) -> None:
    with pytest.raises(InputInvalid, match="cannot be asked about something"):
        SummaryPanel(ARTICLE, model="writer", about="tea", bert=bert)
    with pytest.raises(InputInvalid, match="beams=99"):
        SummaryPanel(ARTICLE, model="writer", beams=99, bert=bert)


def test_written_sentences_lead_to_what_supports_them(bert: Backend, tmp_path: Path) -> None:
    panel = SummaryPanel(ARTICLE, bert=bert)
    chosen = panel.result
    parts = ("A flood came.", "It cost 9 euros.")
    written = (
        WrittenSentence(parts[0], 0, 13, (Support(1, 0.91), Support(6, 0.7))),
        WrittenSentence(parts[1], 14, 30, ()),
    )
    made = replace(chosen, method="abstractive", written=" ".join(parts), written_sentences=written)
    path = tmp_path / "written.html"
    content = {"summaries": [scored(made)], "texts": [made.text], "rouge": []}
    path.write_text(panel._page("written", content), encoding="utf-8")

    def do(page: Page) -> Any:
        first, second = rows(page).all()
        first.hover()
        linked = page.locator(".albert-block [data-link]").all_inner_texts()
        first.click()
        why = page.get_by_role("region", name="Why")
        supported = why.inner_text()
        line = second.locator("span").evaluate("span => getComputedStyle(span).textDecorationStyle")
        second.click()
        why.get_by_role("button", name="Close").click()
        return linked, supported, second.inner_text(), line, page.locator(".albert-count").inner_text()

    linked, supported, second, line, count = look(path, do)
    assert linked == [chosen.sentences[1].text, chosen.sentences[6].text]
    assert "0.91" in supported
    assert second.split("\n") == [parts[1], "not found in the source"]
    assert line == "dashed"
    assert count == "1 of 2 sentences supported by the source"


# --- without a kernel -------------------------------------------------------------------------------


def test_the_saved_notebook_has_the_summary_and_its_source_shaded(bert: Backend) -> None:
    panel = SummaryPanel(f"{ARTICLE}\n\nIs 1 < 2 & <b>bold</b>?", sentences=2, bert=bert)
    data = panel._repr_mimebundle_()[0]
    page = data["text/html"]
    assert page.count("in the summary") == 2
    assert page.count("<span") == 8
    assert "&lt;b&gt;bold" in page
    assert "<b>" not in page
    assert "2 of 8 sentences" in data["text/plain"]
    two = SummaryPanel([ARTICLE, OTHER], bert=bert)
    assert two._picture().count("<hr") == 1


def test_a_panel_that_nobody_looks_at_says_what_it_would_show(panel: SummaryPanel) -> None:
    panel._left()
    assert repr(panel).startswith("SummaryPanel('Flood in the old town")
    assert "sentences" in repr(panel.summary)


# --- the page ---------------------------------------------------------------------------------------


def rows(page: Page) -> Locator:
    return page.locator(".albert-row")


def test_the_slider_chooses_as_python_does_and_asks_nobody(panel: SummaryPanel, bert: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        slider = page.get_by_role("slider", name="Length")
        slider.focus()
        found = []
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        for _ in range(6):
            found.append(rows(page).all_inner_texts())
            page.keyboard.press("ArrowRight")
        page.get_by_role("combobox", name="Unit of the length").select_option("words")
        number = page.get_by_role("spinbutton")
        same = rows(page).all_inner_texts()
        amount = number.input_value()
        number.fill("25")
        number.press("Enter")
        return found, same, amount, rows(page).all_inner_texts(), page.locator("[aria-selected=true]").all_inner_texts()

    found, same, amount, few, selected = look(panel.save(tmp_path / "summary.html"), do)
    for count, texts in enumerate(found, 1):
        assert texts == [sentence.text for sentence in bert.summarize(ARTICLE, sentences=count).chosen]
    assert same == found[-1]
    assert int(amount) == sum(sentence.words for sentence in panel.result.at(sentences=6).chosen)
    assert few == selected == [sentence.text for sentence in bert.summarize(ARTICLE, words=25).chosen]


def test_a_sentence_says_why_by_keyboard_and_leads_to_its_neighbours(panel: SummaryPanel, tmp_path: Path) -> None:
    sentences = panel.result.sentences

    def do(page: Page) -> Any:
        page.locator(".albert-block [data-index]").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".albert-block [data-link]")).to_have_text(sentences[1].text)
        page.keyboard.press("Enter")
        why = page.get_by_role("region", name="Why")
        shown = why.inner_text()
        near = page.locator(".albert-block [data-near]").all_inner_texts()
        why.get_by_role("button", name="Sentence").first.click()
        expect(page.locator(".albert-block [data-index]:focus")).to_have_text(
            sentences[sentences[1].neighbours[0].sentence].text
        )
        page.keyboard.press("Escape")
        expect(why).to_be_hidden()
        page.keyboard.press("Home")
        page.keyboard.press("PageDown")
        return shown, near, page.evaluate("document.activeElement.textContent")

    shown, near, next_chosen = look(panel.save(tmp_path / "summary.html"), do)
    assert "Why sentence 2?" in shown
    assert f"{sentences[1].score:.2f}" in shown
    assert f"{sentences[1].rank + 1} of 6, in the summary" in shown
    first = sentences[1].neighbours[0]
    assert f"{first.meaning:.2f}" in shown
    assert f"{first.words:.2f}" in shown
    assert sorted(near) == sorted(sentences[one.sentence].text for one in sentences[1].neighbours)
    assert next_chosen == panel.summary.chosen[0].text


def test_two_methods_have_two_margins(bert: Backend, tmp_path: Path) -> None:
    panel = SummaryPanel(ARTICLE, compare_method="lead", sentences=3, bert=bert)

    def do(page: Page) -> Any:
        page.locator(".albert-bars i[data-side=second]").first.wait_for()
        heads = page.locator(".albert-made h5").all_inner_texts()
        return heads, page.locator(".albert-count").inner_text(), page.locator(".albert-bars [data-side=first]").count()

    heads, count, bars = look(panel.save(tmp_path / "summary.html"), do)
    shared = panel.shared
    assert heads == [f"chosen by both · {shared}", f"only centrality · {3 - shared}", f"only lead · {3 - shared}"]
    assert count == f"{shared} shared of 3 and 3"
    assert bars >= 1


def test_the_margin_stands_beside_the_lines_of_the_chosen(panel: SummaryPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        page.locator(".albert-bars i").first.wait_for()
        return page.evaluate(
            """() => {
                const box = element => { const {top, bottom} = element.getBoundingClientRect(); return [top, bottom]; };
                const all = selector => [...document.querySelectorAll(selector)].map(box);
                return [all('.albert-bars i'), all('[aria-selected=true]')];
            }"""
        )

    bars, chosen = look(panel.save(tmp_path / "summary.html"), do)
    for top, bottom in chosen:
        assert any(above <= top + 1 and bottom - 1 <= below for above, below in bars)


def test_what_is_copied_is_what_python_gives(panel: SummaryPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        page.evaluate("navigator.clipboard.writeText = async text => (window.taken = text)")
        taken = []
        for name in ("Copy the summary", "Copy the summary as Markdown"):
            page.get_by_role("button", name=name, exact=True).click()
            taken.append(page.evaluate("window.taken"))
        return taken

    assert look(panel.save(tmp_path / "summary.html"), do) == [panel.summary.text, panel.summary.to_markdown()]


def test_the_source_is_saved_as_a_picture_with_shaded_lines(panel: SummaryPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        page.get_by_role("button", name="Save as").click()
        with page.expect_download() as begun:
            page.get_by_role("menuitem", name="Source as SVG").click()
        page.get_by_role("button", name="Save as").click()
        with page.expect_download() as table:
            page.get_by_role("menuitem", name="Numbers in view as CSV").click()
        return begun.value.path().read_bytes(), table.value.path().read_text(encoding="utf-8-sig")

    picture, table = look(panel.save(tmp_path / "summary.html"), do)
    root = ET.fromstring(picture)
    words = " ".join("".join(text.itertext()) for text in root.findall(".//{*}text"))
    assert words.split() == ARTICLE.split()
    # No shade is higher than its line.
    shades = [float(box.get("height", 0)) for box in root.findall(".//{*}g/{*}rect") if box.get("rx") == "2"]
    assert len(shades) > 7
    assert sorted(shades)[len(shades) // 2] < 24
    assert table.splitlines()[0] == ",".join(panel.to_frame().columns)
    assert len(table.splitlines()) == 8


@pytest.mark.parametrize(
    ("text", "direction"), [(ARABIC, "rtl"), (CHINESE, "ltr"), ("<img src=x onerror=alert(1)> a. " * 9, "ltr")]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_any_text_fits_a_narrow_page(bert: Backend, tmp_path: Path, text: str, direction: str, scheme: str) -> None:
    panel = SummaryPanel(text, reference=text, compare_method="lead", bert=bert)
    assert "<img" not in panel._picture()

    def do(page: Page) -> Any:
        page.locator(".albert-block [data-index]").last.click()
        page.get_by_role("region", name="Why").wait_for()
        block = page.locator(".albert-block").first
        turned = block.evaluate("block => getComputedStyle(block).direction")
        wide = page.evaluate("document.documentElement.scrollWidth")
        return (
            wide,
            turned,
            page.locator("main img").count(),
            page.locator(".albert-source").evaluate("e => e.innerText"),
        )

    options = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
    wide, turned, images, shown = look(panel.save(tmp_path / "summary.html"), do, **options)
    assert (wide, turned, images) == (360, direction, 0)
    assert shown.split() == panel.result.source.split()


def test_what_a_model_wrote_is_shown_beside_its_source(bert: Backend, tmp_path: Path) -> None:
    panel = SummaryPanel(ARTICLE, model="writer", bert=bert)

    def do(page: Page) -> Any:
        made = page.locator(".albert-made").inner_text()
        return made, page.get_by_role("slider").count(), page.locator(".albert-source").inner_text()

    made, sliders, source = look(panel.save(tmp_path / "summary.html"), do)
    assert panel.summary.text.split()[0] in made
    assert sliders == 0
    assert source.split() == ARTICLE.split()


# --- the magic --------------------------------------------------------------------------------------


def test_magic_opens_a_panel_in_a_notebook_and_answers_in_a_terminal(
    bert: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shell = quiet_shell()
    shell.run_line_magic("load_ext", "albert_widgets")
    magics_of(shell).bert = bert
    plain = run(shell, f"%%albert summarize --sentences 2\n{ARTICLE}")
    assert isinstance(plain, Summary)
    monkeypatch.setattr("albert_widgets.magics.context.is_notebook", lambda _shell: True)
    opened = run(shell, f"%%albert summarize --sentences 2\n{ARTICLE}")
    assert isinstance(opened, SummaryPanel)
    assert opened.summary.text == plain.text
    together = run(shell, '%albert summarize --together --words 9 "Cats sat. Dogs ran." "Sun. Rain."')
    assert together.documents == ("Cats sat. Dogs ran.", "Sun. Rain.")
    assert len(run(shell, '%albert summarize "Cats sat. Dogs ran." "Sun. Rain."')) == 2, "one of each text"
    shell.restore_sys_module_state()
