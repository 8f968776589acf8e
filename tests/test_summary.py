"""Summaries choose whole sentences of the source, in its order, of the length asked for, in any language."""

from __future__ import annotations

import numpy as np
import pytest

from albert_widgets.backend import Backend
from albert_widgets.backend.summaries.languages import guess_language
from albert_widgets.errors import InputInvalid

ARTICLE = (
    "The river Elbe flooded the old town on Monday. Dr. Weber of the city council said that 3.5 m of water "
    "stood in the market square. Hundreds of people had to leave their homes during the flood. "
    "My aunt likes green tea. The fire brigade pumped flood water out of the town's cellars all night. "
    "The town will receive help after the flood from the state, the mayor said."
)
CHINESE = "北京今天下了大雨。很多街道被水淹没。人们不得不离开家园。我的猫喜欢睡觉。消防队整夜抽水。"


def test_chosen_sentences_are_pieces_of_the_source_in_order(backend: Backend) -> None:
    summary = backend.summarize(ARTICLE, sentences=3)
    assert len(summary.chosen) == 3
    assert [s.start for s in summary.chosen] == sorted(s.start for s in summary.chosen)
    assert all(ARTICLE[s.start : s.end] == s.text for s in summary.sentences)
    assert summary.text == " ".join(s.text for s in summary.chosen)
    assert "green tea" not in summary.text
    assert len(summary.sentences) == 6, "neither 'Dr.' nor '3.5' ends a sentence"
    assert max(s.score for s in summary.sentences) == 1


@pytest.mark.parametrize(
    ("length", "expected"), [({"percent": 50}, 3), ({"sentences": 99}, 6), ({"percent": 1}, 1), ({}, 3)]
)
def test_length_in_sentences(backend: Backend, length: dict, expected: int) -> None:
    assert len(backend.summarize(ARTICLE, **length).chosen) == expected


def test_length_in_words_and_tokens(backend: Backend) -> None:
    words = backend.summarize(ARTICLE, words=30)
    assert 0 < len(words.text.split()) <= 30
    tokens = backend.summarize(ARTICLE, tokens=40)
    assert 0 < len(backend.tokenize(tokens.text)) - 2 <= 40
    assert len(backend.summarize(ARTICLE, words=1).chosen) == 1, "never an empty summary"


def test_lead_takes_the_first(backend: Backend) -> None:
    assert [s.is_chosen for s in backend.summarize(ARTICLE, method="lead", sentences=2).sentences] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_chinese_is_split_and_joined_without_spaces(backend: Backend) -> None:
    summary = backend.summarize(CHINESE, sentences=2)
    assert summary.language == "zh"
    assert len(summary.sentences) == 5
    assert " " not in summary.text


@pytest.mark.parametrize(
    ("text", "language"),
    [("Hello", "en"), ("你好世界", "zh"), ("東京は日本です", "ja"), ("Привет", "ru"), ("नमस्ते", "hi"), ("123", "en")],
)
def test_language_is_guessed_from_the_script(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_spans_survive_emoji_and_blank_lines() -> None:
    text = "  One 🙂.\n\nHeading\n\nTwo!  "
    assert [text[a:b] for a, b in split_sentences(text, "en")] == ["One 🙂.", "Heading", "Two!"]


def test_centrality_is_the_stationary_distribution() -> None:
    similarity = np.array([[1, 0.9, 0.8], [0.9, 1, 0.1], [0.8, 0.1, 1]], np.float32)
    graph = similarity - np.eye(3, dtype=np.float32)
    steps = graph / graph.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig((0.85 * steps + 0.05).T)
    expected = np.abs(vectors[:, values.argmax()].real)
    np.testing.assert_allclose(centrality(similarity), expected / expected.max(), atol=1e-4)
    assert np.isfinite(centrality(np.eye(2, dtype=np.float32))).all(), "sentences that share nothing"


def test_marginal_relevance_puts_a_repetition_last() -> None:
    similarity = np.array([[1, 0.99, 0.1], [0.99, 1, 0.1], [0.1, 0.1, 1]], np.float32)
    assert marginal_relevance(np.array([1, 0.99, 0.8], np.float32), similarity) == [0, 2, 1]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"sentences": 0}, "sentences=0 is out of range"),
        ({"percent": 101}, "percent=101 is out of range"),
        ({"sentences": 1, "words": 2}, "Both sentences and words are given"),
        ({"method": "best"}, "There is no method 'best'"),
    ],
)
def test_bad_lengths_are_answered_clearly(backend: Backend, wanted: dict, message: str) -> None:
    with pytest.raises(InputInvalid, match=message):
        backend.summarize(ARTICLE, **wanted)
