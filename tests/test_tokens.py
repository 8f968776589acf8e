"""Offsets are code points in any script; nothing is cut unless asked; bad text is answered clearly."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albert_widgets.backend import Backend
from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.results.html import decimal

SCRIPTS = {
    "latin with accents": "Zoë's naïve café, Straße, ﬁne",
    "combining marks": "cafe\u0301 e\u0323\u0302 n\u0303",
    "chinese": "你好，世界。我爱自然语言处理",
    "japanese": "東京は日本の首都です。カタカナ",
    "thai": "ภาษาไทยไม่มีช่องว่าง",
    "arabic": "اللُّغَةُ العَرَبِيَّة جميلة",
    "hebrew": "שָׁלוֹם עולם",
    "devanagari": "नमस्ते दुनिया",
    "emoji": "🙂 👩‍👩‍👧‍👦 🏳️‍🌈 x",
    "mixed": "a\u200bb\tc\r\nd\u00a0e \U0001d54f\U0001f600z",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_offsets_point_into_the_text(backend: Backend, script: str) -> None:
    text = SCRIPTS[script]
    tokens = backend.tokenize(text)
    assert len(tokens.ids) == len(tokens.tokens) == len(tokens.offsets) == len(tokens.word_ids)
    covered = "".join(tokens.span(i) for i in range(len(tokens)))
    # Every visible character is covered once, in order: nothing is lost and nothing shifts after an emoji.
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]
    plain = [i for i in range(len(tokens)) if tokens.tokens[i].isascii() and tokens.tokens[i].isalpha()]
    for index in plain:
        assert len(tokens.span(index)) >= 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_of_any_plane_is_tokenised(backend: Backend, text: str) -> None:
    if not text.strip():
        with pytest.raises(InputInvalid):
            backend.tokenize(text)
        return
    tokens = backend.tokenize(text)
    starts, ends = tokens.offsets[~tokens.is_special].T
    assert (starts >= 0).all()
    assert (ends <= len(text)).all()
    assert (starts < ends).all()
    assert (np.diff(starts) >= 0).all()


def test_special_and_unknown_tokens_are_marked(backend: Backend) -> None:
    tokens = backend.tokenize("hello 🙂 unbelievably")
    assert tokens.tokens[0] == "[CLS]"
    assert tokens.tokens[-1] == "[SEP]"
    assert tokens.is_special.tolist() == [True, *[False] * (len(tokens) - 2), True]
    assert [tokens.span(i) for i in np.flatnonzero(tokens.is_unknown)] == ["🙂"]
    assert len({int(w) for t, w in zip(tokens.tokens, tokens.word_ids, strict=True) if t.startswith("##")}) == 1
    assert tokens.normalized == "hello 🙂 unbelievably"


def test_a_pair_has_two_segments(backend: Backend) -> None:
    tokens = backend.tokenize("one two", pair="three")
    assert tokens.segment_ids.tolist() == [-1, 0, 0, -1, 1, -1]
    assert tokens.span(4) == "three"


def test_a_list_gives_a_list(backend: Backend) -> None:
    several = backend.tokenize(["one", "two three"], pair=["a", "b"])
    assert [tokens.tokens for tokens in several] == [
        ("[CLS]", "one", "[SEP]", "a", "[SEP]"),
        ("[CLS]", "two", "three", "[SEP]", "b", "[SEP]"),
    ]
    with pytest.raises(InputInvalid, match="2 texts, but 1 pairs"):
        backend.tokenize(["one", "two"], pair=["a"])


def test_nothing_is_cut_unless_asked(backend: Backend) -> None:
    long = "word " * 1000
    whole = backend.tokenize(long)
    assert (len(whole), whole.overflow, whole.cut) == (1002, 490, 0)
    cut = backend.tokenize(long, truncation=True)
    assert (len(cut), cut.overflow, cut.cut) == (512, 0, 490)
    assert len(backend.tokenize(long, truncation=True, max_length=10)) == 10
    assert len(backend.tokenize(long)) == 1002, "an earlier truncation leaves no trace"
    with pytest.raises(InputInvalid, match="max_length=2 leaves no room for text"):
        backend.tokenize(long, truncation=True, max_length=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The text 0 is empty."),
        (" \n\t", "is empty."),
        ("ab\ud83dcd", "lone surrogate (U+D83D) at position 2"),
        (None, "Expected a text or a list of texts, got NoneType."),
        (b"bytes", "Expected a text or a list of texts, got bytes."),
        ([], "The list of texts is empty."),
        (["fine", 3], "The text 1 is int, not a string."),
        (["x"] * 10_001, "10,001 texts at once; the limit is 10,000."),
    ],
)
def test_bad_text_is_answered_clearly(backend: Backend, text: object, message: str) -> None:
    with pytest.raises((InputInvalid, TooLarge)) as caught:
        backend.tokenize(text)
    assert message.replace("text 0", "text") in str(caught.value)


def test_nuls_are_no_trouble(backend: Backend) -> None:
    assert backend.tokenize("a\x00b c\x00").tokens == ("[CLS]", "ab", "c", "[SEP]")


def test_a_megabyte_is_tokenised_whole(backend: Backend) -> None:
    text = "The cat sat on the mat. " * 42_000
    started = time.monotonic()
    tokens = backend.tokenize(text)
    assert len(tokens) == 42_000 * 7 + 2
    assert tokens.span(len(tokens) - 2) == "."
    assert len(tokens._repr_html_()) < 200_000, "the picture stays small"
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("name", ["roberta", "bert"])
def test_the_limit_is_what_the_model_really_reads(checkpoints: Path, home: Path, name: str) -> None:
    backend = Backend()
    backend.register(str(checkpoints / name))
    limit = backend.load(name).max_length
    assert limit == 64
    assert backend.attention("cat " * (limit - 2), model=name, pool=4).num_layers == 3
    with pytest.raises(InputInvalid, match="reads at most 64"):
        backend.attention("cat " * (limit - 1), model=name)


def test_measures_count_words_of_unicode(backend: Backend) -> None:
    tokens = backend.tokenize("Zoë's naïve café 🙂", pair="don't stop")
    assert [tokens.text[start:end] for segment, start, end in tokens.words if segment == 0] == [
        "Zoë's",
        "naïve",
        "café",
        "🙂",
    ]
    assert tokens.word_tokens.tolist() == [3, 1, 1, 1, 3, 1]
    assert tokens.tokens_per_word == 10 / 6
    assert tokens.tokens_per_character == 10 / 24
    assert tokens.unknown_rate == 0.1
    assert "1.67 per word" in tokens.summary()
    assert (tokens.normalized, tokens.normalized_pair) == ("zoe's naive cafe 🙂", "don't stop")


def test_text_without_words_has_no_share_of_them(backend: Backend) -> None:
    tokens = backend.tokenize("... !")
    assert len(tokens.words) == 0
    assert np.isnan(tokens.tokens_per_word)
    assert "per word" not in tokens.summary()


def test_static_picture_shows_segments_spaces_limit_and_what_was_normalised(backend: Backend) -> None:
    shown = backend.tokenize("Zoë\n<b>\u00a0x", pair="It\tis", max_length=6)._repr_html_()
    assert "<b>\u00a0" not in shown
    for part in (">A</b>", ">B</b>", "↵", "⍽", "→", "limit 6", "opacity:.4", "normalised: <bdi>zoe", "dotted"):
        assert part in shown, part
    assert "limit" not in backend.tokenize("short", max_length=0)._repr_html_()


@pytest.mark.parametrize(
    ("value", "shown"), [(1.125, "1.13"), (2.675, "2.68"), (2.0, "2"), (0.005, "0.01"), (1 / 3, "0.33"), (100, "100")]
)
def test_decimals_are_those_of_the_panel(value: float, shown: str) -> None:
    assert decimal(value) == shown
