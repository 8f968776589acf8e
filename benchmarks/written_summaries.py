"""How good summaries are that the starter model learns to write, beside the first sentences and the untrained model."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

HELD_OUT = 0.15
SETTINGS: dict[str, Any] = {"epochs": 5, "batch_size": 8, "patience": 0, "evaluations": 1, "max_length": 128}
FEW_SENTENCES = 6
"""Of a paragraph at most: a longer one is cut by ``max_length``."""


def paragraphs(file: Path) -> dict[str, list[str]]:
    """Return paragraphs of articles with those of their sentences that the article's reference summary has.

    Whole articles have 400 tokens and summaries of 180, and there are 300 of them: too few and too long for a
    processor's ten minutes. A paragraph asks the same of a model: to see what matters, and to say that alone.
    """
    from albert_widgets.backend.summaries.sentences import split_sentences

    found: dict[str, list[str]] = {"text": [], "summary": [], "article": []}
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for paragraph in row["article"].split("\n\n")[1:]:
            pieces = [paragraph[span.start : span.end] for span in split_sentences(paragraph, "en")]
            chosen = [piece for piece in pieces if piece in row["summary"]]
            if len(pieces) <= FEW_SENTENCES and 0 < len(chosen) < len(pieces):
                found["text"].append(paragraph)
                found["summary"].append(" ".join(chosen))
                found["article"].append(row["id"])
    return found


def learned(file: Path, minutes: float) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Train for so long at most; return the table, and some references with what was written."""
    import pandas as pd

    from albert_widgets.backend import Backend

    frame, bert = pd.DataFrame(paragraphs(file)), Backend()
    columns = {"text": "text", "label": "summary", "group": "article", "task": "summary"}
    job = bert.fit(frame, **columns, validation=HELD_OUT, name="paragraphs", model="starter", **SETTINGS)
    begin = time.monotonic()
    while time.monotonic() - begin < 60 * minutes and not job.info.has_ended:
        time.sleep(1)
    if not job.info.has_ended:
        # What was best so far is judged.
        job.stop()
    job.wait()
    report = bert.fit_report("run:paragraphs")
    steps, losses = report.curve("eval_loss")
    _, rouges = report.curve("eval_rougeL")
    rows = [["", "ROUGE-1", "ROUGE-2", "ROUGE-L", "loss"]]
    rows += [
        [f"on the way, step {step:.0f}", "", "", f"{rouge:.3f}", f"{loss:.2f}"]
        for step, loss, rouge in zip(steps, losses, rouges, strict=True)
    ]
    metrics = report.metrics
    rows += [
        ["untrained", "", "", f"{metrics['untrained_rougeL']:.3f}", ""],
        [
            f"trained, {report.train_rows:,} rows, {report.seconds:.0f} s",
            *(f"{metrics[name]:.3f}" for name in ("rouge1", "rouge2", "rougeL")),
            f"{metrics['loss']:.2f}",
        ],
        ["first sentences, as long as the reference", "", "", f"{metrics['lead_rougeL']:.3f}", ""],
    ]
    judged = bert.judged_rows("run:paragraphs", limit=1000).rows
    shown = [judged[at] for at in (len(judged) // 10, len(judged) // 2, -1)]
    bert.close()
    return rows, [(row.truth, row.answer) for row in shown]


def main() -> None:
    """Measure in a home of its own, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bbc_summaries.jsonl")
    parser.add_argument("--minutes", type=float, default=10.0, help="of training at most")
    given = parser.parse_args()
    os.environ["ALBERT_WIDGETS_HOME"] = tempfile.mkdtemp(prefix="albert-widgets-benchmarks-")

    from .table import show_rows

    rows, examples = learned(given.data / "bbc_summaries.jsonl", given.minutes)
    show_rows("Summaries of news paragraphs, starter model", rows)
    for truth, answer in examples:
        print(f"\nreference: {truth}\nwritten:   {answer}")


if __name__ == "__main__":
    main()
