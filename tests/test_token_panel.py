"""Tokenizers side by side: what the panel holds, what its page shows in Chromium, what the magic makes of a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from playwright.sync_api import expect

from albert_widgets.errors import InputInvalid, ModelNotFound
from albert_widgets.results import TokenizerComparison, TokenLengths
from albert_widgets.widgets import TokensPanel
from tests.test_magics import magics_of, offered, quiet_shell, run, slip
from tests.test_widgets import Browser, look, page_data
from tests.vocabularies import save_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell
    from playwright.sync_api import Page

    from albert_widgets.backend import Backend

TEXT = "Zoë's naïve café 你好 🙂\n\tunbelievably good\u00a0films\u200b!"
MODELS = ["starter", "byte-level", "unigram"]


@pytest.fixture(scope="module", autouse=True)
def vocabularies(backend: Backend, module_home: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("vocabularies")
    for family in MODELS[1:]:
        backend.register(str(save_vocabulary(folder / family, family)))


@pytest.fixture
def compared(backend: Backend) -> TokensPanel:
    return TokensPanel(TEXT, models=MODELS, bert=backend)


# --- the data ---------------------------------------------------------------------------------------


def test_panel_holds_the_tokens_of_all_models(compared: TokensPanel, backend: Backend) -> None:
    assert (compared.model, compared.others, compared.models) == ("starter", MODELS[1:], MODELS)
    assert compared.tokens.model == "starter"
    assert [tokens.model for tokens in compared.compared] == MODELS
    for tokens in compared.compared:
        assert tokens.ids.tolist() == backend.tokenize(TEXT, model=tokens.model).ids.tolist()
        assert tokens.words.tolist() == compared.tokens.words.tolist()
    frame = compared.to_frame()
    assert frame["model"].value_counts().to_dict() == {tokens.model: len(tokens) for tokens in compared.compared}
    assert list(TokensPanel("a", bert=backend).to_frame().columns) == list(frame.columns[1:])
    assert compared.compared.summary()["unknown_rate"].tolist() == [tokens.unknown_rate for tokens in compared.compared]


def test_other_models_follow_the_text(compared: TokensPanel) -> None:
    compared.text = "Something else"
    assert {tokens.text for tokens in compared.compared} == {"Something else"}
    compared.others = ["unigram"]
    assert compared.models == ["starter", "unigram"]
    compared.model = "unigram"
    assert compared.models == ["unigram"], "a model is shown once"


def test_browser_asks_for_each_model(compared: TokensPanel) -> None:
    browser = Browser(compared)
    for number, model in enumerate(MODELS, 1):
        answer = browser.ask(number, "tokenize", params={"text": "é 🙂", "pair": None, "model": model}, kind=model)
        assert answer.model == model
        assert answer.words.tolist() == [[0, 0, 1], [0, 2, 3]]


def test_what_cannot_be_compared_is_said_at_once(backend: Backend) -> None:
    with pytest.raises(InputInvalid, match=r"Both model and models are given"):
        TokensPanel("a", model="starter", models=["unigram"], bert=backend)
    with pytest.raises(InputInvalid, match=r"5 tokenizers; one to 4"):
        TokensPanel("a", models=list("abcde"), bert=backend)
    with pytest.raises(InputInvalid, match=r"0 tokenizers"):
        TokensPanel("a", models=[], bert=backend)
    with pytest.raises(InputInvalid, match=r"'starter' is there twice"):
        TokensPanel("a", models=["starter", "starter"], bert=backend)
    with pytest.raises(ModelNotFound, match=r"unigrm"):
        TokensPanel("a", models=["starter", "unigrm"], bert=backend)


def test_pictures_without_a_kernel_show_all_models(compared: TokensPanel) -> None:
    picture = compared._picture()
    for model in MODELS:
        assert picture.count(f">{model}<") == 2
    assert "Ġcaf" in picture
    assert "##bel" in picture
    said = repr(compared)
    assert said.startswith("tokenizer   tokens  per word")
    assert "unigram: " in said
    data = json.loads(page_data(compared.to_html()))
    assert [tokens["model"] for tokens in data["result"]] == MODELS
    assert data["state"]["others"] == MODELS[1:]


# --- the page ---------------------------------------------------------------------------------------


def test_words_stand_under_each_other(compared: TokensPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        return page.evaluate(
            """() => [...document.querySelectorAll('.albert-column')].map(column => [
                 column.querySelector('.albert-word').textContent,
                 ...[...column.querySelectorAll('.albert-cell')].map(cell =>
                   [...cell.querySelectorAll('.albert-chip')].map(chip => Number(chip.dataset.index)))])"""
        )

    shown = look(compared.save(tmp_path / "tokens.html"), do)
    for row, tokens in enumerate(compared.compared, 1):
        assert [index for column in shown for index in column[row]] == list(range(len(tokens)))
    spans = {
        "".join(tokens.span(index) for index in column[1]): column[0]
        for tokens in [compared.tokens]
        for column in shown
        if column[1] and column[0]
    }
    assert spans["naïve"] == "naïve"
    assert spans["unbelievably"] == "unbelievably"
    heads = [column[0] for column in shown]
    assert "↵→" in heads
    assert any(head.startswith("⍽") for head in heads)


def test_measures_are_those_of_python(compared: TokensPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        rows = page.get_by_role("table", name="Tokenizers").locator("tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows], page.locator(".albert-status").inner_text()

    rows, status = look(compared.save(tmp_path / "tokens.html"), do)
    from albert_widgets.results.html import decimal

    for row, tokens in zip(rows, compared.compared, strict=True):
        unknown = int(tokens.is_unknown.sum())
        assert row[0] == str(len(tokens))
        assert row[1].strip() == decimal(tokens.tokens_per_word)
        assert row[2] == decimal(tokens.tokens_per_character)
        assert row[3] == (f"{unknown} ({decimal(100 * tokens.unknown_rate)} %)" if unknown else "0")
    assert status.startswith("3 tokenizers · ")


def test_keyboard_goes_along_a_tokenizer_and_across_to_the_others(compared: TokensPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        def told() -> tuple[str, str | None]:
            chip = page.locator(".albert-chip:focus")
            return chip.get_attribute("data-row") or "", page.locator(".albert-tip").text_content()

        page.locator(".albert-chip[tabindex='0']").focus()
        found = [told()]
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
            page.keyboard.press(key)
            found.append(told())
        return found

    found = look(compared.save(tmp_path / "tokens.html"), do)
    assert [row for row, _ in found] == ["0", "0", "1", "2", "1", "1", "1"]
    first, right, down, *_, last, home = [tip for _, tip in found]
    assert first.startswith("[CLS] · id")
    assert right.startswith("zoe · id")
    assert down.startswith("Z · id")
    assert last.startswith("</s> · id")
    assert home.startswith("<s> · id")


def test_text_and_tokens_point_at_each_other(compared: TokensPanel, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        linked = page.locator(".albert-chip[data-linked]")
        page.locator(".albert-chip", has_text="naive").hover()
        from_chip = page.locator(".albert-mirror mark").text_content(), linked.all_inner_texts()
        text = page.get_by_role("textbox", name="Text")
        text.evaluate("(area, at) => { area.focus(); area.setSelectionRange(at, at); }", TEXT.index("café"))
        expect(linked.first).to_contain_text("caf")
        from_caret = linked.all_inner_texts()
        # Behind an emoji, where code points and UTF-16 units differ.
        at = len(TEXT[: TEXT.index("good")].encode("utf-16-le")) // 2
        text.evaluate("(area, at) => area.setSelectionRange(at, at + 4)", at)
        expect(linked.first).to_contain_text("good")
        from_selection = linked.all_inner_texts()
        text.evaluate("area => area.blur()")
        gone = linked.count()
        box = text.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 14, box["y"] + 14)
        expect(linked.first).to_contain_text("zoe")
        return from_chip, from_caret, from_selection, gone, linked.all_inner_texts()

    from_chip, from_caret, from_selection, gone, from_pointer = look(compared.save(tmp_path / "tokens.html"), do)
    assert from_chip[0] == "naïve"
    assert "naive" in from_chip[1]
    assert len(from_chip[1]) > 3, "the tokens of the other tokenizers, too"
    assert from_caret[0] == "cafe"
    assert from_selection[0] == "good"
    assert gone == 0
    assert from_pointer[0] == "zoe"


def test_a_click_or_enter_copies_the_token(backend: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        chip = page.locator(".albert-chip", has_text="bel")
        chip.click()
        expect(page.locator(".albert-said")).to_have_text("copied ##bel")
        told = page.locator(".albert-tip").text_content(), page.locator(".albert-said").text_content()
        clicked = page.evaluate("navigator.clipboard.readText()")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        expect(page.locator(".albert-said")).to_have_text("copied un")
        return told, clicked, page.evaluate("navigator.clipboard.readText()")

    told, clicked, pressed = look(TokensPanel("unbelievably", bert=backend).save(tmp_path / "tokens.html"), do)
    assert told == ("copied ##bel", "copied ##bel")
    assert (clicked, pressed) == ("##bel", "un")


def test_pairs_limits_and_hidden_characters_are_seen(backend: Backend, tmp_path: Path) -> None:
    panel = TokensPanel("Is\tit\u200b?", pair="It\nIs.", model="byte-level", bert=backend)

    def do(page: Page) -> Any:
        chips = page.locator(".albert-chip")
        return (
            page.locator(".albert-badge").all_inner_texts(),
            [chip.get_attribute("data-segment") for chip in chips.all()],
            page.locator(".albert-sign").all_inner_texts(),
            [chip.get_attribute("aria-label") for chip in page.locator("[data-shared]").all()],
        )

    badges, segments, signs, shared = look(panel.save(tmp_path / "tokens.html"), do)
    assert badges == ["A", "B"]
    assert segments == [{0: "A", 1: "B"}.get(int(segment), "") for segment in panel.tokens.segment_ids]
    assert {"→", "↵"} <= set(signs)
    assert shared
    assert all("shares a character" in label and "zero width space" in label for label in shared)
    long = TokensPanel("cat " * 80, model="unigram", bert=backend)
    beyond = look(
        long.save(tmp_path / "long.html"),
        lambda page: (page.locator(".albert-limit").inner_text(), page.locator("[data-beyond]").count()),
    )
    assert beyond == (f"limit 64 · {len(long.tokens) - 64} beyond", len(long.tokens) - 64)


def test_normalised_text_is_shown_where_it_differs(backend: Backend, tmp_path: Path) -> None:
    def do(page: Page) -> Any:
        box = page.get_by_role("group", name="The text as the tokenizer normalises it")
        return box.count() and (box.locator("bdi").all_inner_texts(), box.locator("mark").all_inner_texts())

    shown = look(TokensPanel("Zoë sat.", pair="No.", bert=backend).save(tmp_path / "a.html"), do)
    assert shown == (["zoe sat.", "no."], ["z", "e", "n"])
    assert look(TokensPanel("zoe sat.", bert=backend).save(tmp_path / "b.html"), do) == 0


HOSTILE = ["</script><img src=x onerror=alert(1)>", "\u202eevil\u202c \x00\x1b[0m", "x" * 10_000, "شكرا " * 30 + "<b>"]


@pytest.mark.parametrize("text", HOSTILE, ids=["tags", "controls", "long", "rtl"])
def test_hostile_text_is_text(backend: Backend, tmp_path: Path, text: str) -> None:
    panel = TokensPanel(text, models=MODELS, bert=backend)

    def do(page: Page) -> Any:
        wide = page.evaluate("document.documentElement.scrollWidth")
        words = "".join(page.locator(".albert-word").all_text_contents())
        return wide, words, page.locator("main img, main script, main b b").count()

    wide, words, intruders = look(panel.save(tmp_path / "tokens.html"), do, viewport={"width": 360, "height": 800})
    assert (wide, intruders) == (360, 0)
    assert "\u202e" not in words
    assert "<img" not in panel._picture()


# --- the magic --------------------------------------------------------------------------------------


@pytest.fixture
def shell(backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = quiet_shell()
    made.run_line_magic("load_ext", "albert_widgets")
    magics_of(made).bert = backend
    yield made
    made.restore_sys_module_state()


@pytest.mark.parametrize("line", ["the cat --models starter unigram", '--models "starter, unigram" the cat'])
def test_magic_compares(shell: InteractiveShell, line: str) -> None:
    answer = run(shell, f"%albert tokenize {line}")
    assert isinstance(answer, TokenizerComparison)
    assert [(tokens.model, tokens.text) for tokens in answer] == [("starter", "the cat"), ("unigram", "the cat")]


def test_magic_measures_a_column(shell: InteractiveShell) -> None:
    shell.push({"df": pd.DataFrame({"text": ["a b", None], "n": [1, 2]}, index=["x", "y"])})
    answer = run(shell, "%albert tokenize --data df --column text --max-length 3")
    assert isinstance(answer, TokenLengths)
    assert (answer.index.tolist(), answer.missing, answer.truncated.tolist()) == (["x"], 1, [True])
    assert run(shell, "%albert tokenize --data df -m unigram").model == "unigram"


def test_tab_key_offers_every_name_behind_models(shell: InteractiveShell) -> None:
    for line in ("the cat --models uni", "the cat --models starter uni", "the cat --models starter byte-level uni"):
        assert offered(shell, f"%albert tokenize {line}") == ["unigram"]
    assert offered(shell, "%albert tokenize the cat --models starter --pa") == ["--pair"]
    shell.push({"df": pd.DataFrame({"text": ["a"], "note": ["b"]})})
    assert offered(shell, "%albert tokenize --data df --column te") == ["text"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--data df --column txet", "The frame has no column 'txet'.\nDid you mean 'text'?"),
        ("--column text", "--column goes with --data: a DataFrame.\n%albert tokenize --data NAME --column text"),
        ("--data df some words", "With --data, the texts are those of a column.\n"),
        ("--data df --models starter", "--models does not go with --data.\n"),
        ("a cat --models starter --model unigram", "--model does not go with --models.\n"),
        ("a cat --models starter unigrm", "There is no model 'unigrm'"),
        ("a cat --models", "--models needs a value: --models NAMES"),
        ("--models starter unigram", "%albert tokenize needs a text."),
    ],
)
def test_magic_says_what_does_not_go_together(shell: InteractiveShell, line: str, said: str) -> None:
    shell.push({"df": pd.DataFrame({"text": ["a b"]})})
    assert said in slip(shell, f"%albert tokenize {line}")
