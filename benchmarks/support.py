"""Which cosine says that a sentence of the source supports a written one: texts that are supported, and others."""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from albert_widgets.backend import Backend

ARTICLES, TEXTS = 150, 300
KEPT = 0.6
"""Of a sentence: what a model has shortened."""
THRESHOLDS = (0.4, 0.5, 0.6)
LANGUAGES = {"english": "en", "german": "de", "french": "fr", "chinese": "zh", "japanese": "ja", "arabic": "ar"}
LANGUAGES |= {"hindi": "hi"}
SENTENCES = 20
"""Of a source, where the data are single texts."""


def news(file: Path, bert: Backend) -> list[list[str]]:
    """Return how many texts have a sentence of an article at or above each threshold."""
    from albert_widgets.backend.summaries.sentences import split_sentences

    random = np.random.default_rng(0)
    titles, sections, articles, shortened = [], [], [], []
    for line in file.read_text(encoding="utf-8").splitlines()[:ARTICLES]:
        row = json.loads(line)
        title, _, body = row["article"].partition("\n\n")
        pieces = [body[span.start : span.end] for span in split_sentences(body, "en")]
        titles.append(title)
        sections.append(row["id"].split("/")[0])
        articles.append(bert.embed(pieces).vectors)
        words = [piece.split() for piece in random.choice(pieces, min(3, len(pieces)), replace=False)]
        shortened.append([" ".join(piece[: int(KEPT * len(piece))]) for piece in words if len(piece) >= 10])
    headlines = bert.embed(titles).vectors
    found: dict[str, list[float]] = {}

    def note(what: str, vectors: Any, at: int) -> None:
        found.setdefault(what, []).extend((vectors @ articles[at].T).max(axis=1).tolist())

    for one in range(len(articles)):
        if shortened[one]:
            note(f"sentences of the article, {1 - KEPT:.0%} left out", bert.embed(shortened[one]).vectors, one)
        note("the article's own headline", headlines[one : one + 1], one)
        for other in range(len(articles)):
            if sections[other] == sections[one] and other != one:
                note("sentences of another article of the section", articles[one][:4], other)
            elif other != one:
                note("headlines of another section", headlines[one : one + 1], other)
    table = [["best cosine with a sentence of an article", *(f"≥ {value}" for value in THRESHOLDS)]]
    return table + [
        [what, *(f"{np.mean(np.asarray(values) >= value):.3f}" for value in THRESHOLDS)]
        for what, values in found.items()
    ]


def languages(folder: Path, bert: Backend) -> list[list[str]]:
    """Return the same of short texts in several languages, by meaning alone and with shared words."""
    from albert_widgets.backend.summaries.graph import content_words
    from albert_widgets.backend.summaries.support import MEANING, WORDS

    table = [["", "shortened, meaning", "and words", f"{SENTENCES} others, meaning", "and words"]]
    for name, code in LANGUAGES.items():
        with (folder / f"{name}_test.csv").open(encoding="utf-8") as file:
            texts = [row["text"] for row in csv.DictReader(file) if 30 < len(row["text"]) < 200][:TEXTS]
        count, random = len(texts), np.random.default_rng(0)
        halves = [text[: int(KEPT * len(text))] for text in texts]
        is_near = bert.embed(halves).vectors @ bert.embed(texts).vectors.T >= MEANING
        terms = content_words([*texts, *halves], code)
        has_words = (terms[count:] @ terms[:count].T).toarray() >= WORDS
        row = [name]
        for of_own in (True, False):
            for matrix in (is_near, is_near & has_words):
                others = (random.choice(np.delete(line, at), SENTENCES).any() for at, line in enumerate(matrix))
                row.append(f"{np.diag(matrix).mean() if of_own else np.mean(list(others)):.3f}")
        table.append(row)
    return table


def main() -> None:
    """Measure in a home of its own, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bbc_summaries.jsonl and multilingual/")
    given = parser.parse_args()
    os.environ["ALBERT_WIDGETS_HOME"] = tempfile.mkdtemp(prefix="albert-widgets-benchmarks-")

    from albert_widgets.backend import Backend

    from .table import show_rows

    bert = Backend()
    show_rows(
        "Support of written sentences, starter model, English news", news(given.data / "bbc_summaries.jsonl", bert)
    )
    show_rows("The same in several languages, short texts", languages(given.data / "multilingual", bert))
    bert.close()


if __name__ == "__main__":
    main()
