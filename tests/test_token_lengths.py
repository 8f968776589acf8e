"""A column of texts measured in tokens: in parts, what is missing counted, every row named by its own label."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import albert_widgets as aw
from albert_widgets import lengths, progress
from albert_widgets.backend import counts as counting
from albert_widgets.errors import InputInvalid
from albert_widgets.results import TokenCounts
from albert_widgets.results.histogram import Histogram

if TYPE_CHECKING:
    from albert_widgets.backend import Backend

TEXTS = ["The cat sat.", "🙂 and 🙂 and 你", "word " * 600, None, "  ", "unbelievably", float("nan"), ""]
LABELS = list("abcdefgh")


class Counting:
    """The real backend, and how many texts it was asked about each time."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.asked: list[int] = []

    def count_tokens(self, texts: list[str], **how: Any) -> TokenCounts:
        self.asked.append(len(texts))
        return self._backend.count_tokens(texts, **how)


def pandas_frame() -> pd.DataFrame:
    return pd.DataFrame({"stars": range(8), "text": TEXTS}, index=pd.Index(LABELS, name="review"))


def test_a_column_is_measured(backend: Backend) -> None:
    found = aw.token_lengths(pandas_frame(), "text", bert=backend)
    assert found.index.tolist() == ["a", "b", "c", "f"]
    assert found.lengths.tolist() == [len(backend.tokenize(text)) for text in (*TEXTS[:3], TEXTS[5])]
    assert (found.missing, found.blank, len(found)) == (2, 2, 4)
    assert (found.max_length, found.truncated.tolist(), found.share_truncated) == (
        512,
        [False, False, True, False],
        0.25,
    )
    assert [(text.label, text.tokens) for text in found.longest][:2] == [("c", 602), ("b", 7)]
    assert found.unknown_words == {"🙂": 2, "你": 1}
    assert found.unknown_rate == 3 / (4 + 5 + 600 + 5)
    assert found.tokens_per_word == (3 + 5 + 600 + 5) / (3 + 5 + 600 + 1)
    assert [found.quantile(share) for share in (0.5, 0.75, 1)] == [7, 7, 602]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_every_library_gives_the_same(backend: Backend, library: str) -> None:
    columns = {"text": [text if isinstance(text, str) else None for text in TEXTS]}
    frame = pd.DataFrame(columns) if library == "pandas" else pl.DataFrame(columns)
    found = aw.token_lengths(frame, bert=backend, max_length=6)
    assert found.index.tolist() == [0, 1, 2, 5]
    assert (found.missing, found.blank, found.truncated.sum()) == (2, 2, 3)
    table = found.to_frame()
    assert table["row"].tolist() == [0, 1, 2, 5]
    assert table["truncated"].tolist() == found.truncated.tolist()


def test_labels_of_any_index_are_the_users_own(backend: Backend) -> None:
    index = pd.MultiIndex.from_tuples([("x", 1), ("x", 2)])
    found = aw.token_lengths(pd.DataFrame({"text": ["a b", "a"]}, index=index), bert=backend)
    assert [text.label for text in found.longest] == [("x", 1), ("x", 2)]
    dates = pd.date_range("2026-01-01", periods=2)
    assert "2026-01-02" in repr(aw.token_lengths(pd.DataFrame({"text": ["a", "a b"]}, index=dates), bert=backend))


def test_many_rows_are_asked_about_in_parts(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths, "ROWS", 100)
    texts = ["row " + "word " * (number % 50) for number in range(1001)]
    texts[150:250] = [""] * 100
    counted = Counting(backend)
    found = aw.token_lengths(pl.DataFrame({"text": texts}), bert=counted)  # type: ignore[arg-type]
    assert counted.asked == [100, 50, 50, *[100] * 7, 1]
    expected = backend.count_tokens([text for text in texts if text])
    assert found.lengths.tolist() == expected.tokens.tolist()
    assert found.index.tolist() == [row for row, text in enumerate(texts) if text]
    # The longest, and of those as long as each other the first.
    assert [text.label for text in found.longest] == [49, 99, 149, 299, 349]


def test_tokens_are_made_in_parts_and_then_forgotten(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a b c", "d e " * 30, "f", "g h", "i " * 100]
    whole = backend.count_tokens(texts)
    monkeypatch.setattr(counting, "PART_CHARACTERS", 20)
    assert [list(part) for part in counting.parts(texts)] == [[texts[0]], [texts[1]], texts[2:4], [texts[4]]]
    assert backend.count_tokens(texts).tokens.tolist() == whole.tokens.tolist()


def test_answers_in_parts_are_joined(backend: Backend) -> None:
    texts = ["🙂 a", "b 🙂 你", "c"]
    joined = TokenCounts.joined([backend.count_tokens([text]) for text in texts])
    whole = backend.count_tokens(texts)
    for name in ("tokens", "words", "word_tokens", "characters", "unknown", "unknown_counts"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))
    assert joined.unknown_words == whole.unknown_words == ("🙂", "你")
    assert (
        repr(joined) == repr(whole) == "starter: 3 texts, 12 tokens".replace(", ", " · ") + " · 1 per word · 3 unknown"
    )


@pytest.mark.parametrize(
    ("frame", "column", "said"),
    [
        (["a"], None, r"Expected a DataFrame, got list\.\nFor a list: pandas\.DataFrame"),
        (pandas_frame(), "txet", r"no column 'txet'\.\nDid you mean 'text'\?"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), None, r"Which column holds the text\? The frame has: a, b\."),
        (pandas_frame(), "stars", r"Row 0 \(counted from 0\) of column 'stars' is 0, not a text\."),
        (pd.DataFrame({"a": [None, " "]}, dtype=object), "a", r"holds no text: 1 values are missing and 1 are blank"),
        (
            pd.DataFrame({"a": ["x", "\ud83d"]}, dtype=object),
            "a",
            r"row 1 \(counted from 0\) of column 'a' has a lone surrogate",
        ),
        (pl.DataFrame({"a": []}, schema={"a": pl.String}), "a", r"holds no text: 0 values are missing"),
    ],
)
def test_what_cannot_be_measured_says_why(backend: Backend, frame: Any, column: str | None, said: str) -> None:
    with pytest.raises(InputInvalid, match=said):
        aw.token_lengths(frame, column, bert=backend)


def test_progress_is_shown_and_ended(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(lengths, "ROWS", 2)
    monkeypatch.setattr(progress, "SHOW_SECONDS", 0.0)
    monkeypatch.setattr("sys.stdout", screen)
    frame = pl.DataFrame({"text": ["a"] * 6})
    aw.token_lengths(frame, bert=backend)
    assert re.fullmatch(r"\r▓+░+ 33%, 2 rows of 6 rows, .*\r▓+░+ 67%, 4 rows of 6 rows, .*\n", screen.getvalue())
    screen.truncate(0)
    aw.token_lengths(frame, bert=backend, show_progress=False)
    assert not screen.getvalue().strip("\0")


# --- how it is shown --------------------------------------------------------------------------------


def test_everything_is_said_in_a_terminal(backend: Backend) -> None:
    said = repr(aw.token_lengths(pandas_frame(), "text", bert=backend))
    assert said.startswith("text: 1 of 4 texts (25 %) are longer than 512 · starter\n")
    assert "left out: 2 missing and 2 blank" in said
    for part in ("50% are within  7", "longest         602", "c    602     word word", "🙂        2"):
        assert part in said, said


def test_html_is_escaped_and_its_picture_well_formed(backend: Backend) -> None:
    hostile = "</svg><script>alert(1)</script> <img src=x onerror=alert(2)> 🙂"
    frame = pd.DataFrame({hostile: [hostile, "a"]}, index=[hostile, "b"])
    shown = aw.token_lengths(frame, hostile, bert=backend, max_length=8)._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown
    assert len(shown) < 20_000
    (picture,) = re.findall(r"<svg.*?</svg>", shown, re.DOTALL)
    root = ET.fromstring(picture)
    assert any("cut at 8" in (text.text or "") for text in root.iter("text"))
    assert sum(int(re.search(r": ([\d,]+) texts", title.text or "")[1]) for title in root.iter("title")) == 2  # type: ignore[index]


def test_figure_and_model_without_a_limit(backend: Backend) -> None:
    found = aw.token_lengths(pandas_frame(), "text", bert=backend)
    assert found.figure()._repr_png_().startswith(b"\x89PNG")
    endless = aw.token_lengths(pandas_frame(), "text", bert=backend, max_length=0)
    assert "reads texts of any length" in repr(endless)
    assert not endless.truncated.any()
    assert "cut at" not in endless._repr_html_()


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=200), st.integers(0, 3000), st.integers(1, 60))
def test_histogram_counts_every_text_once_and_never_across_the_cut(values: list[int], cut: int, bins: int) -> None:
    array = np.asarray(values)
    histogram = Histogram.of(array, cut, bins)
    assert histogram.counts.sum() == len(values)
    assert len(histogram.counts) <= bins + 2
    beyond = sum(int(count) for index, count in enumerate(histogram.counts) if histogram.is_beyond(index))
    if cut:
        assert beyond == (array > cut).sum()
    assert len(histogram.names()) == len(histogram.counts)
    assert ET.fromstring(histogram.svg()).tag == "svg"
    assert histogram.text()
