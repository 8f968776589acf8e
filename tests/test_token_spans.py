"""Where tokens lie, for three families of tokenizers and any text of any plane: exact code points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import transformers as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from albert_widgets.backend.counts import count_tokens
from albert_widgets.backend.tokens import SharedTokenizer, tokenize
from albert_widgets.backend.words import words
from tests.vocabularies import FAMILIES

if TYPE_CHECKING:
    from albert_widgets.results import Tokens

TOKENIZERS = {
    family: SharedTokenizer(
        tf.PreTrainedTokenizerFast(
            tokenizer_object=make(), unk_token="[UNK]" if family == "word-piece" else "<unk>", model_max_length=64
        )
    )
    for family, make in FAMILIES.items()
}
# Every plane, and what is hard about writing: marks, joiners, directions, scripts without spaces, emoji in sequences.
PIECES = st.sampled_from(
    [
        "cat",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\u00a0",
        "e\u0301",
        "\u200d",
        "\u202e",
        "👩‍👩‍👧‍👦",
        "🇨🇳",
        "1️⃣",
        "你好",
        "ภาษาไทย",
        "שָׁלוֹם",
        "مرحبا",
        "क्षि",
        "ﬁ",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"]), max_size=4)), max_size=12).map(
    "".join
)

families = pytest.mark.parametrize("family", FAMILIES)


def tokens_of(family: str, text: str, pair: str | None = None) -> Tokens:
    (tokens,) = tokenize(TOKENIZERS[family], family, [text], None if pair is None else [pair], max_length=64)
    return tokens


def check_spans(tokens: Tokens, text: str, segment: int) -> None:
    own = tokens.segment_ids == segment
    starts, ends = tokens.offsets[own].T
    assert (starts >= 0).all()
    assert (ends <= len(text)).all()
    assert (starts <= ends).all()
    # In the order of the text; only tokens within one character lie on the same place.
    assert (np.diff(starts) >= 0).all()
    assert (np.diff(ends) >= 0).all()
    for index in np.flatnonzero(own):
        start, end = tokens.offsets[index]
        assert tokens.span(int(index)) == text[start:end]


@families
@settings(max_examples=150, deadline=None)
@given(text=TEXTS, pair=TEXTS)
def test_spans_are_within_their_text_and_in_order(family: str, text: str, pair: str) -> None:
    tokens = tokens_of(family, text, pair)
    check_spans(tokens, text, 0)
    check_spans(tokens, pair, 1)
    assert not tokens.offsets[tokens.is_special].any()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_bytes_of_a_text_come_back_from_its_tokens(text: str) -> None:
    tokens = tokens_of("byte-level", text)
    hub = TOKENIZERS["byte-level"].hub
    ordinary = tokens.ids[~tokens.is_special].tolist()
    assert hub.decode(ordinary, clean_up_tokenization_spaces=False) == text
    assert not tokens.is_unknown.any()
    covered = np.zeros(len(text), bool)
    for start, end in tokens.offsets[~tokens.is_special]:
        covered[start:end] = True
    # Its spans leave the space before a word out, and nothing else.
    assert all(character.isspace() for character, is_covered in zip(text, covered, strict=True) if not is_covered)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_known_pieces_of_words_are_what_stands_in_the_text(text: str) -> None:
    tokens = tokens_of("word-piece", text)
    for index in np.flatnonzero(~tokens.is_special & ~tokens.is_unknown):
        piece = tokens.tokens[index].removeprefix("##")
        span = tokens.span(int(index))
        assert span
        # The normalizer takes control characters out and nothing in.
        assert [c for c in span if c in piece] == list(piece)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_letter_of_the_text_is_without_a_token(text: str) -> None:
    for family in ("word-piece", "unigram"):
        tokens = tokens_of(family, text)
        covered = np.zeros(len(text), bool)
        for start, end in tokens.offsets[~tokens.is_special]:
            covered[start:end] = True
        assert all(is_covered for character, is_covered in zip(text, covered, strict=True) if character.isalnum())


@settings(max_examples=300, deadline=None)
@example("¸0")
@given(TEXTS)
def test_words_are_apart_in_order_and_hold_every_letter(text: str) -> None:
    found = words(text)
    assert found.dtype == np.int32
    assert found.shape == (len(found), 2)
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[1:, 0] >= found[:-1, 1]).all()
    inside = "".join(text[start:end] for start, end in found)
    assert [c for c in inside if c.isalnum()] == [c for c in text if c.isalnum()]
    assert not any(text[start:end].isspace() for start, end in found)


@families
@settings(max_examples=100, deadline=None)
@given(text=TEXTS, pair=TEXTS)
def test_a_word_lies_in_the_tokens_that_overlap_it(family: str, text: str, pair: str) -> None:
    tokens = tokens_of(family, text, pair)
    by_hand = [
        sum(
            1
            for (start, end), own in zip(tokens.offsets, tokens.segment_ids, strict=True)
            if own == segment and start < last and end > first and start < end
        )
        for segment, first, last in tokens.words
    ]
    assert tokens.word_tokens.tolist() == by_hand


@families
@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=6))
def test_counts_are_those_of_the_tokens(family: str, texts: list[str]) -> None:
    counts = count_tokens(TOKENIZERS[family], family, texts, max_length=64)
    whole = [tokens_of(family, text) for text in texts]
    assert counts.tokens.tolist() == [len(tokens) for tokens in whole]
    assert counts.words.tolist() == [len(tokens.words) for tokens in whole]
    assert counts.word_tokens.tolist() == [tokens.word_tokens.sum() for tokens in whole]
    assert counts.unknown.tolist() == [tokens.is_unknown.sum() for tokens in whole]
    assert counts.special == whole[0].is_special.sum()
    unknown = [tokens.span(int(i)) for tokens in whole for i in np.flatnonzero(tokens.is_unknown)]
    assert sum(counts.unknown_counts) == len(unknown)
    assert set(counts.unknown_words) == set(unknown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë's naïve café, 3.14!", ["Zoë's", "naïve", "café", "3.14"]),
        ("e\u0301te\u0301 don’t _foo -- __", ["e\u0301te\u0301", "don’t", "_foo"]),
        ("👩‍👩‍👧‍👦🙂 🇨🇳🇫🇷 ok", ["👩‍👩‍👧‍👦", "🙂", "🇨🇳", "🇫🇷", "ok"]),
        ("你好，世界", ["你", "好", "世", "界"]),
        ("اللُّغَةُ جميلة", ["اللُّغَةُ", "جميلة"]),
        ("नमस्ते दुनिया 한국어", ["नमस्ते", "दुनिया", "한국어"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        (" \t\n,.", []),
    ],
)
def test_words_are_those_of_unicode(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words(text)] == expected


def test_three_families_are_measured_alike() -> None:
    text = "Unbelievably tired cats sat."
    measured = {family: tokens_of(family, text) for family in FAMILIES}
    assert {len(tokens.words) for tokens in measured.values()} == {4}
    for tokens in measured.values():
        assert tokens.tokens_per_word == tokens.word_tokens.sum() / 4
        assert tokens.tokens_per_character == (~tokens.is_special).sum() / 25
    bytes_ = tokens_of("byte-level", "\U0002f800")
    assert len(bytes_) - 2 == 4
    assert bytes_.offsets[1:-1].tolist() == [[0, 1]] * 4, "four bytes of one character"
