"""How good the sentences are that a head has learned to choose from unseen news, beside lead and centrality."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.backend import Backend

LEARNED = 200
"""Articles of the training; the others test it."""


def trained_head(
    train: Sequence[dict[str, Any]], test: Sequence[dict[str, Any]], bert: Backend, name: str, **settings: Any
) -> dict[str, list[float]]:
    """Train a head and return the figures of each method on ``test``.

    ROUGE-1, ROUGE-2 and ROUGE-L by rouge-score with stemming, then precision and recall of sentences, all at the
    number of words of the reference, then seconds: of the training, or of all articles of the test.

    Parameters
    ----------
    train, test
        Dicts with ``article`` and ``summary``.
    name
        Of the new model.
    """
    import pandas as pd

    begin = time.perf_counter()
    how = {"text": "article", "label": "summary", "task": "extract", "model": "starter"}
    job = bert.fit(pd.DataFrame(train), name=name, **how, **settings)
    model = str(job.result()["model"])
    seconds = time.perf_counter() - begin
    found = {method: measured(test, bert, model, method) for method in ("lead", "centrality", "trained")}
    found["trained"][-1] = seconds
    return found


def measured(test: Sequence[dict[str, Any]], bert: Backend, model: str, method: str) -> list[float]:
    """Return the figures of a method; see :func:`trained_head`."""
    from albert_widgets.backend.summaries.oracle import spaced

    from .summaries import Judge, words

    judge, summaries = Judge(), []
    begin = time.perf_counter()
    for row in test:
        budget = words(spaced(row["summary"]))
        summaries.append(bert.summarize(row["article"], method=method, model=model, words=budget))
    seconds = time.perf_counter() - begin
    for row, summary in zip(test, summaries, strict=True):
        sentences = [one for one in summary.sentences if one.kind != "heading"]
        chosen = [one.text for one in sentences if one.is_chosen]
        judge.see(method, chosen, [one.text for one in sentences], spaced(row["summary"]))
    return [*judge.means(method), seconds]


def main() -> None:
    """Measure in a home of its own, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bbc_summaries.jsonl")
    parser.add_argument("--splits", type=int, default=3, help="of the articles in those to learn from and the others")
    given = parser.parse_args()
    os.environ["ALBERT_WIDGETS_HOME"] = tempfile.mkdtemp(prefix="albert-widgets-benchmarks-")

    from albert_widgets.backend import Backend

    from .table import show_rows

    lines = (given.data / "bbc_summaries.jsonl").read_text(encoding="utf-8").splitlines()
    articles, bert = [json.loads(line) for line in lines], Backend()
    table = [["", "ROUGE-1", "ROUGE-2", "ROUGE-L", "precision", "recall", "seconds"]]
    for split in range(given.splits):
        order = np.random.default_rng(split).permutation(len(articles))
        train, test = ([articles[at] for at in part] for part in (order[:LEARNED], order[LEARNED:]))
        for method, figures in trained_head(train, test, bert, f"news-{split}").items():
            told = [*(f"{value:.3f}" for value in figures[:-1]), f"{figures[-1]:.0f}"]
            table.append([f"{method}, split {split + 1}", *told])
    bert.close()
    show_rows(f"Chosen sentences, {LEARNED} articles to learn from, {len(articles) - LEARNED} to test", table)


if __name__ == "__main__":
    main()
