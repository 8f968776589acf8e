"""Where a vocabulary does not know a script, models that read the text are offered; else it is quiet."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from IPython.core.error import UsageError

from albert_widgets.backend import Backend
from albert_widgets.backend.hub.suggested import suggested
from albert_widgets.backend.legibility import SAMPLE
from albert_widgets.backend.scripts import main_script
from albert_widgets.results import Suggestion
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.widgets import TokensPanel
from tests.scripts import LATIN, READABLE, SENTENCES
from tests.serving import TOKEN, serve
from tests.test_magics import quiet_shell, with_magics
from tests.vocabularies import save_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

FOREIGN = [name for name in SENTENCES if name != "Latin letters"]
ARABIC = SENTENCES["Arabic"]
MARKED = {
    *("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Tamil", "Telugu", "Kannada", "Malayalam", "Burmese", "Khmer"),
}
"""Scripts whose vowels are marks: RoBERTa's way to part words cuts there, so bytes can have no words of them."""


@pytest.fixture(scope="module")
def bert(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The starter, models that have learned some scripts, and others that have not."""
    folder = tmp_path_factory.mktemp("vocabularies")
    every = [*SENTENCES.values(), *LATIN]
    made = Backend()
    made.register(str(checkpoints / "classifier"), name="reviews")
    for name, family, corpus in (
        ("arabic", "word-piece", [ARABIC, SENTENCES["Latin letters"]]),
        ("many", "word-piece", every),
        ("many-bytes", "byte-level", every),
        ("english-bytes", "byte-level", [SENTENCES["Latin letters"], *LATIN, *READABLE[:4]]),
    ):
        made.register(str(save_vocabulary(folder / name, family, corpus=corpus, size=3000)), name=name)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(bert: Backend) -> Iterator[Client]:
    with serve(create_app(bert, token=TOKEN)) as url:
        made = Client(url, TOKEN)
        yield made
        made.close()


# --- what is said, and when -------------------------------------------------------------------------


@pytest.mark.parametrize("script", FOREIGN)
def test_the_starter_says_that_it_cannot_read_a_script(bert: Backend, script: str) -> None:
    offer = bert.tokenize(SENTENCES[script], model="starter").suggestion
    assert offer is not None
    assert (offer.model, offer.script) == ("starter", script)
    assert offer.unread > 0.1
    assert "many" in offer.here
    assert ("many-bytes" in offer.here) == (script not in MARKED)
    assert "english-bytes" not in offer.here


@pytest.mark.parametrize("text", [SENTENCES["Latin letters"], *READABLE, *LATIN])
def test_what_the_starter_reads_is_not_spoken_of(bert: Backend, text: str) -> None:
    assert bert.tokenize(text, model="starter").suggestion is None


@pytest.mark.parametrize("model", ["many", "many-bytes"])
def test_a_vocabulary_with_every_script_is_quiet(bert: Backend, model: str) -> None:
    for script, text in SENTENCES.items():
        if model == "many" or script not in MARKED:
            assert bert.tokenize(text, model=model).suggestion is None, script


def test_bytes_are_no_letters_though_none_is_unknown(bert: Backend) -> None:
    for script in FOREIGN:
        tokens = bert.tokenize(SENTENCES[script], model="english-bytes")
        assert not tokens.is_unknown.any()
        assert tokens.suggestion is not None, script
    for text in (SENTENCES["Latin letters"], *READABLE[:4]):
        assert bert.tokenize(text, model="english-bytes").suggestion is None, text


def test_short_texts_and_one_odd_word(bert: Backend) -> None:
    for text in ("Здравствуй, мир!", "你好吗，世界？谢谢", "مرحبا بالعالم", "안녕하세요"):
        assert bert.tokenize(text, model="starter").suggestion is not None, text
    for text in ("xkcd", "qwrtzp", "ok", "I", "Ω", "5 µm", "x = 3"):
        assert bert.tokenize(text, model="starter").suggestion is None, text


def test_scripts_are_told_by_most_letters() -> None:
    assert {name: main_script([text]).name for name, text in SENTENCES.items()} == {name: name for name in SENTENCES}  # type: ignore[union-attr]
    assert main_script(["123 🙂 …"]) is None
    assert main_script(["東京"]).name == "Chinese"  # type: ignore[union-attr]
    assert main_script(["東京に行く"]).name == "Japanese"  # type: ignore[union-attr]
    assert main_script(["Ｆｕｌｌ ｗｉｄｔｈ"]).name == "Latin letters"  # type: ignore[union-attr]
    assert main_script(["ᏣᎳᎩ"]).name == "Cherokee"  # type: ignore[union-attr]


# --- who is offered -----------------------------------------------------------------------------------


def test_only_a_model_that_reads_this_very_text_is_offered(bert: Backend) -> None:
    arabic = bert.tokenize(ARABIC, model="starter").suggestion
    thai = bert.tokenize(SENTENCES["Thai"], model="starter").suggestion
    assert arabic is not None
    assert thai is not None
    assert "arabic" in arabic.here
    assert "arabic" not in thai.here
    assert arabic.hub[0] == "aubmindlab/bert-base-arabertv02"
    assert set(arabic.hub) <= {one.id for one in suggested()}
    assert arabic.hint.startswith(arabic.here[0])
    assert f"--model {arabic.here[0]}" in str(arabic)


def test_no_encoder_stands_in_for_a_classifier(bert: Backend) -> None:
    offer = bert.tokenize(ARABIC, model="reviews").suggestion
    assert offer is not None
    assert offer.here == ()
    tasks = {one.id: one.task for one in suggested()}
    assert {tasks[one] for one in offer.hub} == {"text-classification"}
    assert "%albert download" in offer.hint


def test_what_there_is_to_type_without_any_model() -> None:
    assert Suggestion("starter", "Cherokee", 1.0).hint == "No model here reads it. %albert search finds others."


def test_a_broken_model_is_passed_over(bert: Backend, tmp_path: Path) -> None:
    folder = save_vocabulary(tmp_path / "broken", "word-piece", corpus=[ARABIC], size=500)
    bert.register(str(folder), name="broken")
    (folder / "tokenizer.json").write_text("{", encoding="utf-8")
    logging.disable(logging.WARNING)
    try:
        offer = bert.tokenize(ARABIC, model="starter").suggestion
    finally:
        logging.disable(logging.NOTSET)
        bert.delete("broken")
    assert offer is not None
    assert "broken" not in offer.here


# --- many texts ---------------------------------------------------------------------------------------


def test_each_text_of_a_list_is_told_of_its_own_script(bert: Backend) -> None:
    texts = [SENTENCES["Latin letters"], ARABIC, "🙂", SENTENCES["Thai"]]
    offers = [tokens.suggestion and tokens.suggestion.script for tokens in bert.tokenize(texts, model="starter")]
    assert offers == [None, "Arabic", None, "Thai"]


def test_many_texts_are_spoken_of_when_a_tenth_of_them_is_not_read(bert: Backend) -> None:
    english, count = [SENTENCES["Latin letters"]], 3 * SAMPLE
    few = bert.count_tokens(english * (count - 10) + [ARABIC] * 10, model="starter")
    some = bert.count_tokens(english * (count - 60) + [ARABIC] * 60, model="starter")
    assert few.suggestion is None
    assert some.suggestion is not None
    assert some.suggestion.script == "Arabic"
    assert str(some.suggestion) in repr(some)


def test_over_http_it_is_the_same(bert: Backend, client: Client) -> None:
    for text in (ARABIC, SENTENCES["Latin letters"]):
        assert client.tokenize(text, model="starter").suggestion == bert.tokenize(text, model="starter").suggestion
        assert client.count_tokens([text] * 3).suggestion == bert.count_tokens([text] * 3).suggestion


# --- where people see it --------------------------------------------------------------------------------


@pytest.fixture
def shell(bert: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    yield from with_magics(quiet_shell, bert, tmp_path, monkeypatch)


def test_printed_forms_say_what_to_type(bert: Backend) -> None:
    tokens = bert.tokenize(ARABIC, model="starter")
    assert repr(tokens).endswith(str(tokens.suggestion))
    assert "starter hardly reads Arabic" in tokens._repr_html_()
    assert "hardly reads Arabic" in TokensPanel(ARABIC, model="starter", bert=bert)._picture()


@pytest.mark.parametrize(
    "line",
    [
        "embed --from texts",
        "embed --from one",
        "predict --from texts --model reviews",
        "predict --data frame --text text --model reviews",
        "summarize --from one",
        "summarize --data frame --column text",
    ],
)
def test_commands_print_the_offer_and_do_their_work(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    shell.push({"texts": [ARABIC] * 3, "one": ARABIC, "frame": pd.DataFrame({"text": [ARABIC] * 3})})
    answer: Any = shell.run_line_magic("albert", line)
    assert answer is not None
    said = capsys.readouterr().out
    assert said.count(" hardly reads Arabic: ") == 1
    shell.run_line_magic("albert", f"{line} --quiet --out kept")
    assert "hardly reads" not in capsys.readouterr().out
    english = [SENTENCES["Latin letters"]] * 3
    shell.push({"texts": english, "one": english[0], "frame": pd.DataFrame({"text": english})})
    shell.run_line_magic("albert", line)
    # A vocabulary of forty words reads no English either.
    if "reviews" not in line:
        assert "hardly reads" not in capsys.readouterr().out


def test_fit_prints_it_before_the_training(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"{text} {n}", label) for n in range(10) for text, label in ((ARABIC, "a"), (SENTENCES["Thai"], "b"))]
    shell.push({"rows": pd.DataFrame(rows, columns=["text", "label"])})
    with pytest.raises(UsageError, match=r"epochs=5000\.0 is out of range"):
        shell.run_line_magic("albert", "fit rows --method head --epochs 5000 --no-wait")
    assert "starter hardly reads" in capsys.readouterr().out


def test_the_check_of_a_data_set_says_it_once(bert: Backend) -> None:
    data = [(f"{SENTENCES['Korean']} {n}", "ab"[n % 2]) for n in range(40)]
    found = {finding.code: finding for finding in bert.check(data, model="starter").findings}
    assert "starter hardly reads Korean" in found["unread_script"].message
    assert "many" in found["unread_script"].hint
    assert not {"unknown_tokens", "spelled_words"} & set(found)
    quiet = bert.check([(f"{SENTENCES['Latin letters']} {n}", "ab"[n % 2]) for n in range(40)], model="starter")
    assert "unread_script" not in {finding.code for finding in quiet.findings}
