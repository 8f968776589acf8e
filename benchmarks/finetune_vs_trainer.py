"""Fine-tuning beside transformers' Trainer with its defaults: seconds and accuracy, one after the other in one run.

``python -m benchmarks.finetune_vs_trainer --data DIR`` (``sst2``, ``trec``, ``chnsenticorp`` in there).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .table import Figure, show, show_rows

if TYPE_CHECKING:
    import pandas as pd

ROWS, EPOCHS = 3000, 2
"""Of SST-2, for the comparison."""


def plain_trainer(folder: str, train: pd.DataFrame, dev: pd.DataFrame, epochs: int) -> tuple[float, float]:
    """Return seconds and accuracy of a Trainer as its documentation shows it, with its defaults."""
    import numpy as np
    import transformers as tf

    tf.logging.set_verbosity_error()
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    model = tf.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)

    def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
        encoded = tokenizer(list(frame["text"]), truncation=True)
        return [
            {**{name: encoded[name][at] for name in encoded}, "labels": int(label)}
            for at, label in enumerate(frame["label"])
        ]

    with tempfile.TemporaryDirectory() as place:
        trainer = tf.Trainer(
            model=model,
            args=tf.TrainingArguments(
                output_dir=place, num_train_epochs=epochs, report_to="none", disable_tqdm=True, save_strategy="no"
            ),
            train_dataset=rows(train),
            processing_class=tokenizer,
        )
        start = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - start
        logits = trainer.predict(rows(dev)).predictions
    return seconds, float((np.asarray(logits).argmax(1) == dev["label"].to_numpy()).mean())


def plain_baseline(folder: str, train: pd.DataFrame, dev: pd.DataFrame) -> tuple[float, float]:
    """Return seconds and accuracy of mean-pooled vectors in batches of 32 and scikit-learn's logistic regression."""
    import torch
    import transformers as tf
    from sklearn.linear_model import LogisticRegression

    tokenizer, model = tf.AutoTokenizer.from_pretrained(folder), tf.AutoModel.from_pretrained(folder).eval()

    def vectors(texts: list[str]) -> Any:
        parts = []
        for at in range(0, len(texts), 32):
            inputs = tokenizer(texts[at : at + 32], padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                states = model(**inputs).last_hidden_state
            mask = inputs["attention_mask"][..., None]
            parts.append((states * mask).sum(1) / mask.sum(1))
        return torch.cat(parts).numpy()

    start = time.perf_counter()
    head = LogisticRegression(max_iter=1000).fit(vectors(list(train["text"])), train["label"])
    seconds = time.perf_counter() - start
    return seconds, float(head.score(vectors(list(dev["text"])), dev["label"]))


def apart(work: Any, *arguments: Any) -> Any:
    """Return what a function returns in a process of its own, as a peer runs."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def ours(bert: Any, train: Any, dev: Any, **settings: Any) -> tuple[float, float, dict[str, Any]]:
    """Return the seconds of a run from the call to the finished model, its accuracy, and the job's result."""
    start = time.perf_counter()
    result = bert.fit(train, text="text", label="label", validation=dev, **settings).result()
    return time.perf_counter() - start, result["metrics"]["accuracy"], result


def read(file: Path, rows: int | None = None) -> pd.DataFrame:
    """Return a table, or so many rows of it."""
    import pandas as pd

    frame = pd.read_csv(file)
    return frame if rows is None else frame.sample(rows, random_state=0)


def against_trainer(bert: Any, data: Path) -> None:
    """Print the comparison on SST-2."""
    from albert_widgets.backend.catalog import starter_folder

    train, dev = read(data / "sst2" / "train.csv", ROWS), read(data / "sst2" / "dev.csv")
    folder = str(starter_folder())
    seconds, accuracy = apart(plain_trainer, folder, train, dev, EPOCHS)
    figures = []
    for precision, target in (("auto", "≥ 3.5× with bf16"), ("float32", "≥ 2×")):
        whole, reached, result = ours(bert, train, dev, epochs=EPOCHS, precision=precision)
        figures += [
            Figure(
                f"{ROWS:,} rows × {EPOCHS} epochs, {precision}: training with its evaluations",
                f"{result['seconds']:.1f} s",
                f"{seconds:.1f} s",
                f"{seconds / result['seconds']:.2f}×",
                target,
            ),
            Figure("… from the call to the model in the catalogue", f"{whole:.1f} s"),
            Figure("… accuracy on the 872 dev rows", f"{reached:.1%}", f"{accuracy:.1%}", "", "equal"),
        ]
    base_seconds, base_accuracy = apart(plain_baseline, folder, train, dev)
    # The model is in memory, as it is when somebody asks for the second time.
    bert.load()
    report = bert.baseline(train, text="text", label="label", validation=dev)
    figures += [
        Figure("baseline: 5 folds, doubtful labels", f"{report.seconds:.1f} s", f"{base_seconds:.1f} s", "", "≤ 6 s"),
        Figure("… accuracy on dev", f"{report.held_out.primary_value:.1%}", f"{base_accuracy:.1%}", "", "equal"),
    ]
    show("SST-2, starter model", figures, "plain Trainer")


def other_sets(bert: Any, data: Path) -> None:
    """Print what other sets give: six classes, and a language that the starter's vocabulary does not know."""
    rows = [("set", "baseline", "fine-tuned", "seconds", "the check says")]
    trec = read(data / "trec" / "train.csv")
    chinese, chinese_dev = (read(data / "chnsenticorp" / f"{part}.csv") for part in ("train", "dev"))
    for name, train, dev, epochs in (("TREC", trec, 0.1, 3), ("ChnSentiCorp", chinese, chinese_dev, 2)):
        base = bert.baseline(train, text="text", label="label")
        seconds, accuracy, _ = ours(bert, train, dev, epochs=epochs)
        advice = "; ".join(f"{one.message} {one.hint}" for one in base.check.findings if one.level != "note")
        rows.append((name, base.headline(), f"accuracy {accuracy:.1%}", f"{seconds:.0f}", advice[:300]))
    show_rows("Other sets, starter model", rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALBERT_WIDGETS_HOME"] = home
        from albert_widgets.backend import Backend

        # The peers must not inherit how our backend lets threads wait.
        os.environ.pop("OMP_WAIT_POLICY", None)
        bert = Backend()
        against_trainer(bert, given.data)
        other_sets(bert, given.data)
        bert.close()


if __name__ == "__main__":
    main()
