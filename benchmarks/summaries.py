"""How good chosen sentences are, beside the methods of other libraries on the same sentences and vectors; how fast."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from albert_widgets.backend import Backend

OURS = ("lead", "centrality", "directed", "cluster")
HEADER = ["", "ROUGE-1", "ROUGE-2", "ROUGE-L", "precision", "recall"]
LONG, VERY_LONG = 7_000, 100_000
"""Words."""


def articles(file: Path) -> list[dict[str, str]]:
    """Return articles without their titles, and their reference summaries, whose sentences stand without a space."""
    from albert_widgets.backend.summaries.oracle import spaced

    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["article"] = row["article"].split("\n", 1)[1].strip()
        row["summary"] = spaced(row["summary"])
    return rows


def words(text: str) -> int:
    """Return how many words a text has, as Unicode parts them."""
    from albert_widgets.backend.words import words as spans

    return len(spans(text))


class Judge:
    """Mean ROUGE (rouge-score, stemmed), and how many sentences were those of the reference, of both."""

    def __init__(self) -> None:
        from rouge_score.rouge_scorer import RougeScorer

        self._scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
        self._found: dict[str, list[list[float]]] = {}

    def see(self, name: str, chosen: Sequence[str], sentences: Sequence[str], reference: str) -> None:
        """Take note of what was chosen from the sentences of an article."""
        close = "".join(reference.split())
        right = {sentence for sentence in sentences if "".join(sentence.split()) in close}
        scores = self._scorer.score(reference, " ".join(chosen))
        hits = sum(sentence in right for sentence in chosen)
        measured = [scores[measure].fmeasure for measure in ("rouge1", "rouge2", "rougeL")]
        measured += [hits / max(1, len(chosen)), hits / max(1, len(right))]
        self._found.setdefault(name, []).append(measured)

    def rows(self) -> list[list[str]]:
        """Return a line for each name, in the order of their first appearance."""
        return [[name, *(f"{value:.3f}" for value in self.means(name))] for name in self._found]

    def means(self, name: str) -> list[float]:
        """Return the figures of a name: ROUGE-1, ROUGE-2, ROUGE-L, precision and recall of sentences."""
        means: list[float] = np.mean(self._found[name], axis=0).tolist()
        return means


def quality(bert: Backend, rows: Iterable[dict[str, str]]) -> list[list[str]]:
    """Return the table: peers, then ours, each with as many words at most as the reference has."""
    from albert_widgets.selection import within

    from .summary_peers import PEERS

    judge = Judge()
    for row in rows:
        budget = words(row["summary"])
        ours = {method: bert.summarize(row["article"], method=method, words=budget) for method in OURS}
        sentences = [one for one in ours["lead"].sentences if one.kind != "heading"]
        pieces, prices = [one.text for one in sentences], [one.words for one in sentences]
        vectors = bert.embed(pieces).vectors
        for name, scores_of in PEERS.items():
            order = np.argsort(-scores_of(pieces, vectors), kind="stable")
            chosen = within([int(at) for at in order], prices, budget)
            judge.see(name, [pieces[at] for at in sorted(chosen)], pieces, row["summary"])
        for method in OURS[1:]:
            judge.see(f"ours: {method}", [one.text for one in ours[method].chosen], pieces, row["summary"])
        plain = bert.summarize(row["article"], words=budget, diversity=0)
        judge.see("ours: centrality, diversity 0", [one.text for one in plain.chosen], pieces, row["summary"])
    return judge.rows()


def long_text(rows: Sequence[dict[str, str]], least: int) -> str:
    """Return articles joined until there are so many words."""
    parts: list[str] = []
    count = 0
    while count < least:
        for row in rows:
            parts.append(row["article"])
            count += len(row["article"].split())
            if count >= least:
                break
    return "\n\n".join(parts)


def cost(bert: Backend, text: str) -> list[str]:
    """Return words, sentences, seconds from a text to its summary, of the same at another length, and memory."""
    import psutil

    process, stopped = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    peak = before

    def watch() -> None:
        nonlocal peak
        while not stopped.wait(0.02):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    summary = bert.summarize(text, words=200)
    seconds = time.perf_counter() - begin
    stopped.set()
    watcher.join()
    begin = time.perf_counter()
    summary.at(words=100)
    moved = time.perf_counter() - begin
    counted = sum(sentence.words for sentence in summary.sentences)
    added = (peak - before) / 1e6
    return [
        f"{counted:,}",
        f"{len(summary.sentences):,}",
        f"{seconds:.1f} s",
        f"{1e3 * moved:.0f} ms",
        f"{added:.0f} MB",
    ]


def main() -> None:
    """Measure in a home of its own, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bbc_summaries.jsonl")
    given = parser.parse_args()
    os.environ["ALBERT_WIDGETS_HOME"] = tempfile.mkdtemp(prefix="albert-widgets-benchmarks-")

    from albert_widgets.backend import Backend

    from .table import show_rows

    rows: list[dict[str, Any]] = articles(given.data / "bbc_summaries.jsonl")
    bert = Backend()
    bert.summarize("Warm up. Now.")
    header = ["words", "sentences", "to a summary", "another length", "added memory"]
    costs = [cost(bert, long_text(rows, count)) for count in (LONG, VERY_LONG)]
    show_rows(
        f"{len(rows)} news articles, starter model, as many words as the reference", [HEADER, *quality(bert, rows)]
    )
    show_rows("Long texts, starter model", [header, *costs])
    bert.close()


if __name__ == "__main__":
    main()
