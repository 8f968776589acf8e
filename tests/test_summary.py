"""Summaries choose whole sentences of the source, in its order, of the length asked for, in any language."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from albert_widgets import progress
from albert_widgets.backend import Backend
from albert_widgets.backend.summaries import ranking
from albert_widgets.backend.summaries.graph import Graph, content_words
from albert_widgets.backend.summaries.languages import guess_language
from albert_widgets.backend.summaries.sentences import split_sentences
from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.results import Summary
from albert_widgets.samples import ARTICLES
from albert_widgets.selection import Length, choose
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from tests.serving import TOKEN, serve

ARTICLE = (
    "The river Elbe flooded the old town on Monday. Dr. Weber of the city council said that 3.5 m of water "
    "stood in the market square. Hundreds of people had to leave their homes during the flood. "
    "My aunt likes green tea. The fire brigade pumped flood water out of the town's cellars all night. "
    "The town will receive help after the flood from the state, the mayor said."
)
SAMPLES = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
EXTRACTIVE = ("centrality", "directed", "cluster", "lead")


def texts_of(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


def pieces_of(text: str, language: str = "en") -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


def whole(sample: dict[str, Any]) -> str:
    joint = "" if sample["language"] in {"zh", "ja"} else " "
    return f"{sample['title']}\n\n{joint.join(sample['sentences'])}"


# --- what is chosen ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", EXTRACTIVE)
def test_chosen_sentences_are_pieces_of_the_source_in_order(backend: Backend, method: str) -> None:
    summary = backend.summarize(ARTICLE, sentences=3, method=method)
    assert len(summary.chosen) == 3
    assert [s.start for s in summary.chosen] == sorted(s.start for s in summary.chosen)
    assert all(ARTICLE[s.start : s.end] == s.text for s in summary.sentences)
    assert summary.text == " ".join(s.text for s in summary.chosen)
    assert "green tea" not in summary.text or method == "cluster", "which has a sentence of each topic"
    assert len(summary.sentences) == 6, "neither 'Dr.' nor '3.5' ends a sentence"
    assert max(s.score for s in summary.sentences) == 1
    assert min(s.score for s in summary.sentences) >= 0
    assert sorted(s.rank for s in summary.sentences) == list(range(6))
    assert {s.rank for s in summary.chosen} == {0, 1, 2}


def test_lead_takes_the_first(backend: Backend) -> None:
    summary = backend.summarize(ARTICLE, method="lead", sentences=2)
    assert [s.is_chosen for s in summary.sentences] == [True, True, False, False, False, False]
    assert not any(s.neighbours for s in summary.sentences), "nothing was compared"


def test_what_is_asked_for_comes_first(backend: Backend) -> None:
    summary = backend.summarize(ARTICLE, sentences=1, about="What does my aunt drink?")
    assert summary.text == "My aunt likes green tea."
    assert summary.about == "What does my aunt drink?"
    with pytest.raises(InputInvalid, match="'lead' takes the first sentences, whatever"):
        backend.summarize(ARTICLE, about="tea", method="lead")


def test_the_neighbours_say_why(backend: Backend) -> None:
    summary = backend.summarize(ARTICLE)
    vectors = backend.embed(texts_of(summary)).vectors
    for at, sentence in enumerate(summary.sentences):
        assert [near.sentence for near in sentence.neighbours].count(at) == 0
        for near in sentence.neighbours:
            assert near.meaning == pytest.approx(float(vectors[at] @ vectors[near.sentence]), abs=1e-4)
            assert 0 <= near.words <= 1 + 1e-6
    tea = next(s for s in summary.sentences if "green tea" in s.text)
    assert all(near.words == 0 for near in tea.neighbours), "no content word of it is anywhere else"


def test_diversity_keeps_repetitions_out(backend: Backend) -> None:
    text = f"{ARTICLE} The river Elbe flooded the old town on Monday. The river Elbe flooded the old town on a Monday."
    plain = backend.summarize(text, sentences=3, diversity=0)
    diverse = backend.summarize(text, sentences=3, diversity=0.6)

    def repeated(summary: Summary) -> int:
        return sum("flooded the old town" in s.text for s in summary.chosen)

    assert repeated(diverse) == 1 < repeated(plain)
    with pytest.raises(InputInvalid, match=r"diversity=1.* is out of range"):
        backend.summarize(text, diversity=1.0)


def test_several_documents_make_several_summaries_or_one(backend: Backend) -> None:
    flood, weather = ARTICLE, "It will rain on Sunday. Then the sun comes back. Farmers are glad about the rain."
    both = backend.summarize([flood, weather], sentences=1)
    assert [summary.text for summary in both] == [
        backend.summarize(text, sentences=1).text for text in (flood, weather)
    ]
    together = backend.summarize([flood, weather], together=True, method="lead", sentences=4)
    assert [s.document for s in together.sentences] == [0] * 6 + [1] * 3
    # The first two of each.
    assert [s.document for s in together.chosen] == [0, 0, 1, 1]
    assert all(together.source[s.start : s.end] == s.text for s in together.sentences)


# --- how long it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "expected"), [({"percent": 50}, 3), ({"sentences": 99}, 6), ({"percent": 1}, 1), ({}, 3)]
)
def test_length_in_sentences(backend: Backend, length: dict[str, Any], expected: int) -> None:
    assert len(backend.summarize(ARTICLE, **length).chosen) == expected


def test_length_in_words_and_tokens(backend: Backend) -> None:
    words = backend.summarize(ARTICLE, words=30)
    assert 0 < sum(s.words for s in words.chosen) <= 30
    assert len(words.text.split()) <= 30
    tokens = backend.summarize(ARTICLE, tokens=40)
    assert 0 < len(backend.tokenize(tokens.text)) - 2 <= 40
    over = backend.summarize(ARTICLE, words=1)
    assert len(over.chosen) == 1, "never an empty summary"
    assert any("the best sentence alone has" in note for note in over.notes)


@pytest.mark.parametrize(
    "length", [{"sentences": 1}, {"sentences": 5}, {"percent": 40}, {"words": 25}, {"tokens": 61}, {"words": 1}]
)
@pytest.mark.parametrize("method", ["centrality", "cluster"])
def test_another_length_needs_no_backend(backend: Backend, method: str, length: dict[str, Any]) -> None:
    asked = backend.summarize(ARTICLE, method=method, **length)
    moved = backend.summarize(ARTICLE, method=method).at(**length)
    assert (moved.text, moved.length) == (asked.text, asked.length)
    assert moved.sentences == asked.sentences


def test_a_budget_skips_what_it_cannot_pay_for() -> None:
    how = {"words": [9, 4, 3, 8], "tokens": [1, 1, 1, 1]}
    assert choose([1, 0, 2, 3], Length("words", 8), **how) == {1, 2}
    assert choose([0, 1, 2, 3], Length("words", 8), **how) == {0}, "the best one, even if it is too long"
    assert choose([3, 2, 1, 0], Length("tokens", 3), **how) == {3, 2, 1}
    assert choose([3, 2, 1, 0], Length("percent", 50), **how) == {3, 2}
    assert choose([3, 2, 1, 0], Length("percent", 0.1), **how) == {3}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"sentences": 0}, "sentences=0 is out of range"),
        ({"words": -3}, "words=-3 is out of range"),
        ({"percent": 101}, "percent=101 is out of range"),
        ({"sentences": 1, "words": 2}, "Both sentences and words are given"),
        ({"method": "best"}, "There is no method 'best'"),
        ({"beams": 4}, "beams means nothing for the method 'centrality'"),
        ({"about": " "}, "The topic is empty"),
    ],
)
def test_slips_are_answered_clearly(backend: Backend, wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        backend.summarize(ARTICLE, **wanted)


# --- any language -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["language"])
def test_sentences_are_parted_right(sample: dict[str, Any]) -> None:
    text = whole(sample)
    assert guess_language(text) == sample["language"]
    assert pieces_of(text, sample["language"]) == [sample["title"], *sample["sentences"]]


@pytest.mark.parametrize("method", EXTRACTIVE)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["language"])
def test_a_summary_in_any_language_is_never_empty(backend: Backend, sample: dict[str, Any], method: str) -> None:
    # Sentences of a few ideographs were all "too short" for a summarizer that counted English characters.
    summary = backend.summarize(whole(sample), sentences=2, method=method)
    assert summary.language == sample["language"]
    assert [s.text for s in summary.chosen] == [s for s in sample["sentences"] if s in summary.text]
    assert len(summary.chosen) == 2
    assert (" " in summary.text) is (sample["language"] not in {"zh", "ja", "th"})
    assert all(s.words > 0 and s.tokens > 0 for s in summary.sentences)


def test_short_chinese_sentences_have_a_summary_at_any_length(backend: Backend) -> None:
    text = "猫很累。狗在跑。今天下雨。太阳很暖。鸟在唱歌。"
    for length in ({"sentences": 1}, {"percent": 20}, {"words": 3}, {"tokens": 2}):
        assert backend.summarize(text, **length).text in pieces_of(text, "zh")
    assert backend.summarize(text, percent=100).text == text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello", "en"),
        ("你好世界", "zh"),
        ("東京は日本です", "ja"),
        ("Привет", "ru"),
        ("नमस्ते", "hi"),
        ("123", "en"),
        ("Der Hund ist müde und die Katze schläft auf dem Sofa, weil es regnet.", "de"),
        ("Le chat est sur la table et il ne veut pas manger.", "fr"),
        ("El perro no quiere comer porque está cansado y la noche es larga.", "es"),
        ("Це був дуже гарний день для всіх нас, і ми були раді.", "uk"),
        ("این یک روز خوب برای همه ما بود", "fa"),
    ],
)
def test_language_is_guessed_from_script_and_frequent_words(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("  One 🙂.\n\nHeading\n\nTwo!  ", "en", ["One 🙂.", "Heading", "Two!"]),
        ("He paid $3.5m, e.g. to Mr. Smith. Why?", "en", ["He paid $3.5m, e.g. to Mr. Smith.", "Why?"]),
        ('"Quote one. Two." he said. Yes.', "en", ['"Quote one. Two." he said.', "Yes."]),
        ("Am 3. Mai kam Dr. Ahn, z. B. zu Fuß. Ja.", "de", ["Am 3. Mai kam Dr. Ahn, z. B. zu Fuß.", "Ja."]),
        ("This was broken\nby hand. It is\nfine.", "en", ["This was broken\nby hand.", "It is\nfine."]),
        ("Buy:\n- tea\n  - two apples\n1. First. More.", "en", ["Buy:", "- tea", "- two apples", "1. First.", "More."]),
        ("“我们走吧。”他说。怎么办？", "zh", ["“我们走吧。”他说。", "怎么办？"]),
        ("「行こう。」と言った。「いや。」彼は立つ。", "ja", ["「行こう。」と言った。", "「いや。」", "彼は立つ。"]),
        ("កម្ពុជាជាប្រទេស។ រាជធានីគឺភ្នំពេញ។", "km", ["កម្ពុជាជាប្រទេស។", "រាជធានីគឺភ្នំពេញ។"]),
        ("今天下雨。It rains. लड़का गया। Да!", "en", ["今天下雨。", "It rains.", "लड़का गया।", "Да!"]),
        ("...!!! ??? ---", "en", []),
    ],
)  # fmt: skip
def test_sentences_of_hard_cases(text: str, language: str, expected: list[str]) -> None:
    assert pieces_of(text, language) == expected


def test_headings_are_shown_but_not_chosen(backend: Backend) -> None:
    text = f"The flood\n\n{ARTICLE}\n\nMore about the flood\n\nThe Elbe is a river. It is long."
    summary = backend.summarize(text, percent=100)
    assert [s.text for s in summary.sentences if s.kind == "heading"] == ["The flood", "More about the flood"]
    assert not any(s.is_chosen for s in summary.sentences if s.kind == "heading")
    assert not any(s.is_chosen for s in summary.at(words=1000).sentences if s.kind == "heading")
    assert backend.summarize("# Only\n\n# Headings\n\n# Here").text, "they are all there is"


# --- what is no article -----------------------------------------------------------------------------


def test_one_sentence_is_its_own_summary(backend: Backend) -> None:
    for method in EXTRACTIVE:
        summary = backend.summarize("The cat sat on the mat.", method=method)
        assert summary.text == "The cat sat on the mat."
        assert "the text is one sentence: there is nothing to leave out" in summary.notes


@pytest.mark.parametrize("text", ["?!…", "—\n\n***\n", "。。。", "🙂🙂"])
def test_no_sentence_is_a_clear_error(backend: Backend, text: str) -> None:
    with pytest.raises(InputInvalid, match="The text has no sentence"):
        backend.summarize(text)


def test_too_much_is_a_clear_error(backend: Backend) -> None:
    with pytest.raises(TooLarge, match="10,000,001 characters"):
        backend.summarize("a" * 10_000_001)
    with pytest.raises(InputInvalid, match=r"has 20,001 sentences; the limit is 20,000.\nSummarize its chapters"):
        backend.summarize("A cat. " * 20_001)


def test_a_very_long_sentence_is_read_in_part_and_says_so(backend: Backend) -> None:
    long = "The cat " + "and the dog " * 2_500 + "slept."
    summary = backend.summarize(f"{long} They woke up. They slept again.", sentences=2)
    assert len(summary.sentences) == 3
    assert summary.sentences[0].words == 7_503
    assert "1 sentence was read up to 512 tokens only" in summary.notes


def test_html_is_read_without_its_tags(backend: Backend) -> None:
    page = (
        "<html><head><title>x</title><style>p { color: red }</style></head><body><h1>The flood</h1>"
        "<p>The river flooded the <b>old</b> town &amp; the market.</p><ul><li>It was Monday.</li></ul>"
        "<script>alert('boo')</script><p>People left their homes.</p></body></html>"
    )
    summary = backend.summarize(page, sentences=2)
    assert texts_of(summary) == [
        "The flood",
        "The river flooded the old town & the market.",
        "• It was Monday.",
        "People left their homes.",
    ]
    assert [s.kind for s in summary.sentences] == ["heading", "sentence", "item", "sentence"]
    assert any("HTML" in note for note in summary.notes)
    assert "<" not in summary.source
    plain = backend.summarize("We say a < b. We write <p> for a paragraph. That is all.")
    assert "<p>" in plain.source, "one tag makes no page"


def test_markup_in_a_text_is_escaped_where_it_is_shown(backend: Backend) -> None:
    html = backend.summarize("<img src=x onerror=alert(1)> is bad. Cats sleep.")._repr_html_()
    assert "<img" not in html


# --- many rows, references ----------------------------------------------------------------------------


def test_a_bad_row_loses_no_other(backend: Backend) -> None:
    frame = pd.DataFrame(
        {"id": [1, 2, 3, 4], "article": [ARTICLE, None, "?!", "Cats sleep. Dogs bark."]}, index=[7, 5, 6, 4]
    )
    with pytest.warns(UserWarning, match="2 of 4 rows have no summary; see summary_error. The first is row 1"):
        made = backend.summarize(frame, column="article", sentences=1)
    assert list(made.index) == [7, 5, 6, 4]
    assert list(made.columns) == ["id", "article", "summary", "summary_error"]
    assert made["summary"].tolist()[0] == backend.summarize(ARTICLE, sentences=1).text
    assert made["summary"].isna().tolist() == [False, True, True, False]
    assert made["summary_error"].tolist()[1:3] == [
        "The text is missing.",
        "The text has no sentence: there is no letter or digit in it.",
    ]
    assert list(frame.columns) == ["id", "article"], "the frame itself is as it was"


def test_a_polars_column_and_a_slip_in_its_name(backend: Backend) -> None:
    frame = pl.DataFrame({"article": [ARTICLE, "Cats sleep. Dogs bark."]})
    made = backend.summarize(frame, method="lead", sentences=1)
    assert isinstance(made, pl.DataFrame)
    assert made["summary"].to_list() == [ARTICLE[:47].strip(), "Cats sleep."]
    assert "summary_error" not in made.columns
    with pytest.raises(InputInvalid, match=r"no column 'artikle'.\nDid you mean 'article'"):
        backend.summarize(frame, column="artikle")


def test_rouge_beside_a_reference(backend: Backend) -> None:
    summary = backend.summarize("Cats sleep a lot. Dogs bark.", method="lead", sentences=1, reference="cats sleep")
    one, two, longest = summary.rouge
    assert (one.measure, one.recall, one.precision) == ("rouge1", 1.0, 0.5)
    assert one.f1 == pytest.approx(2 / 3)
    assert (two.precision, longest.recall) == (pytest.approx(1 / 3), 1.0)
    assert "ROUGE-1 0.667" in repr(summary)
    assert not summary.at(sentences=2).rouge, "another summary has another"
    (scores,) = backend.rouge(summary.text, "cats sleep")
    assert tuple(scores) == summary.rouge
    assert backend.rouge(["猫很累"], ["猫很累"])[0][0].f1 == 1
    with pytest.raises(InputInvalid, match="There are 2 answers, but 1 references"):
        backend.rouge(["a", "b"], ["a"])
    with pytest.raises(InputInvalid, match="One reference cannot go with several texts"):
        backend.summarize(["A cat.", "A dog."], reference="x")


def test_a_text_is_read_once(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.backend.summaries import reading

    calls: list[int] = []
    embed = reading.embed
    monkeypatch.setattr(
        reading, "embed", lambda loaded, texts, **how: calls.append(len(texts)) or embed(loaded, texts, **how)
    )
    text = f"{ARTICLE} Read once."
    for method in EXTRACTIVE:
        backend.summarize(text, method=method)
    backend.summarize(text, words=20)
    assert calls == [7]


def test_how_far_a_text_is_read_is_told_and_can_be_ended(backend: Backend) -> None:
    told: list[tuple[int, int]] = []
    text = " ".join(f"The cat number {number} sat on the mat and looked at {number} dogs." for number in range(200))
    with serve(create_app(backend, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        over_http = client.summarize(text, on_progress=lambda *how_far: told.append(how_far))
        client.close()
    assert told
    assert all(total == 200 for _, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    told.clear()
    again = backend.summarize(text, on_progress=lambda *how_far: told.append(how_far))
    assert (again.text, told) == (over_http.text, []), "it was read already"

    class Enough(Exception):
        pass

    def enough(_done: int, _total: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        backend.summarize(f"{text} More.", on_progress=enough)
    with pytest.raises(InputInvalid, match="on_progress can follow one summary only"):
        backend.summarize([text, text], on_progress=enough)


def test_a_long_text_shows_a_line_in_the_kernel(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.service import summarizer

    shown: list[str] = []
    monkeypatch.setattr(progress, "line_here", lambda: shown.append)
    monkeypatch.setattr(progress, "SHOW_SECONDS", 0.0)
    monkeypatch.setattr(summarizer, "LONG", 1_000)
    text = " ".join(f"A dog number {number} ran after the cat." for number in range(900))
    with serve(create_app(backend, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        assert client.summarize(text, sentences=1).chosen
        client.close()
    assert re.fullmatch(r"▓*░+ \d+%, \d+ sentences of 900 sentences.*", shown[0])
    assert shown[-1] == "", "the line is ended"


# --- the methods themselves -----------------------------------------------------------------------------


def graph_of(pieces: list[str], vectors: Any) -> Graph:
    values = np.asarray(vectors, np.float32)
    return Graph(values / np.linalg.norm(values, axis=1, keepdims=True), content_words(pieces, "en"))


@pytest.fixture(scope="module")
def some_graph() -> Graph:
    chance = np.random.default_rng(0)
    pieces = [" ".join(chance.choice(["flood", "town", "tea", "help", "water", "night"], 4)) for _ in range(40)]
    return graph_of(pieces, chance.normal(size=(40, 8)) + 1.5)


def test_centrality_is_that_of_the_walk_on_the_whole_matrix(some_graph: Graph) -> None:
    meaning, words = some_graph.pairs(0, 40)
    scale_meaning, scale_words = some_graph.scales()
    assert (meaning > 0).all()
    weights = meaning / scale_meaning + words / scale_words
    np.fill_diagonal(weights, 0)
    steps = weights / weights.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(steps.T)
    stationary = np.abs(vectors[:, values.real.argmax()].real)
    np.testing.assert_allclose(ranking.centrality(some_graph), ranking.scaled(stationary), atol=1e-4)


def test_directed_with_equal_weights_is_centrality(some_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not np.allclose(ranking.directed(some_graph), ranking.centrality(some_graph), atol=1e-2)
    monkeypatch.setattr(ranking, "BACKWARD", 1.0)
    np.testing.assert_allclose(ranking.directed(some_graph), ranking.centrality(some_graph), atol=1e-4)


def test_neighbours_are_the_nearest_in_blocks_of_any_size(some_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    found, meaning, words = some_graph.neighbours
    monkeypatch.setattr("albert_widgets.backend.summaries.graph.ROWS", 7)
    for whole_, parts in zip((found, meaning, words), replace(some_graph).neighbours, strict=True):
        np.testing.assert_allclose(whole_, parts, atol=1e-6)
    scale_meaning, scale_words = some_graph.scales()
    weights = meaning / scale_meaning + words / scale_words
    assert (np.diff(weights, axis=1) <= 1e-5).all(), "the nearest first"


def test_clusters_give_one_sentence_of_each_topic() -> None:
    chance = np.random.default_rng(1)
    topics = np.repeat(np.eye(3), 3, axis=0) * 4 + chance.normal(size=(9, 3)) * 0.1
    scores = ranking.clustered(graph_of(["x"] * 9, topics))
    assert {int(at) // 3 for at in np.argsort(-scores)[:3]} == {0, 1, 2}


def test_content_words_leave_out_what_says_nothing() -> None:
    words = content_words(["The flood of the town", "A FLOOD and tea", "it is of the", "洪水淹没街道", "大洪水"], "en")
    cosines = (words @ words.T).toarray()
    assert cosines[0, 1] == pytest.approx(0.5)
    assert cosines[2].sum() == 0, "nothing but frequent words"
    assert cosines[3, 4] > 0, "pairs of ideographs are words"
    assert cosines[3, :3].sum() == 0


def test_marginal_relevance_puts_a_repetition_last() -> None:
    vectors = np.array([[1, 0], [0.999, 0.045], [0.1, 0.995]], np.float32)
    scores = np.array([1, 0.99, 0.6])
    none = np.zeros(3, np.bool_)
    assert ranking.order_of(scores, vectors, diversity=0.4, last=none) == [0, 2, 1]
    assert ranking.order_of(scores, vectors, diversity=0.0, last=none) == [0, 1, 2]
    assert ranking.order_of(scores, None, diversity=0.4, last=np.array([True, False, False])) == [1, 2, 0]
