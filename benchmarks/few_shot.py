"""What a few labels are worth: SST-2 with 8 and 64 rows a class, by the baseline, head-only, LoRA and full training.

``python -m benchmarks.few_shot --data DIR`` (``sst2`` in there). Every method sees the same rows of each split and is
judged on the dev rows, which choose nothing: the baseline picks its strength by its own folds, and a training keeps
the weights with the least loss on the rows that it learns from, next to always the last ones.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .table import show_rows

if TYPE_CHECKING:
    import pandas as pd

    from albert_widgets.backend.training.split import Rows

SHOTS = (8, 64)
SPLITS = 5
EPOCHS = {"head": 40, "lora": 40, "full": 20}
"""Mosbach et al. 2021 (arXiv:2006.04884) train 20 epochs on few rows, three being too few; fewer weights need more."""
BATCH = {8: 8, 64: 16}


def drawn(train: pd.DataFrame, shots: int, seed: int) -> pd.DataFrame:
    """Return so many rows of each class."""
    return train.groupby("label").sample(shots, random_state=seed)


def trained(few: pd.DataFrame, dev: Rows, method: str, shots: int, seed: int) -> tuple[float, float]:
    """Return accuracy on dev and seconds of a training with the default learning rate of its method."""
    from albert_widgets.backend.job_worker import JobContext
    from albert_widgets.backend.training.split import prepare
    from albert_widgets.backend.training.trial_run import TrialContext, conduct
    from albert_widgets.backend.training.trials import Trial
    from albert_widgets.fit_settings import FitSettings
    from albert_widgets.labelled import labelled_texts

    rows = labelled_texts(few, text="text", label="label")
    settings = FitSettings.of(
        name="few",
        model="starter",
        method=method,
        epochs=EPOCHS[method],
        batch_size=BATCH[shots],
        evaluations=1,
        patience=0,
        seed=seed,
    )
    trial = Trial(method, {}, settings, prepare(rows, validation=rows), dev)
    with tempfile.TemporaryDirectory() as place, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        job = JobContext({}, Path(place), 0.0, nowhere)
        record = conduct(TrialContext(job, 0, Path(place), 0, 0, 0), trial).record
    return record["metrics"]["accuracy"], record["seconds"]


def measured(bert: Any, data: Path, shots: int, splits: int) -> dict[str, list[tuple[float, float]]]:
    """Return accuracy and seconds of each method in each split."""
    import pandas as pd

    from albert_widgets.backend.training.split import prepare
    from albert_widgets.labelled import labelled_texts

    train, dev = (pd.read_csv(data / "sst2" / f"{part}.csv") for part in ("train", "dev"))
    judged = prepare(labelled_texts(dev, text="text", label="label"), validation=None).train
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ("baseline", *EPOCHS)}
    for seed in range(splits):
        few = drawn(train, shots, seed)
        start = time.perf_counter()
        report = bert.baseline(few, text="text", label="label", validation=dev, seed=seed)
        found["baseline"].append((report.held_out.metrics["accuracy"], time.perf_counter() - start))
        for method in EPOCHS:
            found[method].append(trained(few, judged, method, shots, seed))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shots", type=int, nargs="+", default=SHOTS, choices=SHOTS, help="rows of each class")
    parser.add_argument("--splits", type=int, default=SPLITS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALBERT_WIDGETS_HOME"] = home
        from albert_widgets.backend import Backend

        bert = Backend()
        bert.load()
        columns = {shots: measured(bert, given.data, shots, given.splits) for shots in given.shots}
        bert.close()
    rows = [("", *(f"{shots} rows a class" for shots in columns), *(f"… seconds, {shots}" for shots in columns))]
    for name in ("baseline", *EPOCHS):
        scores = [np.asarray(found[name]) for found in columns.values()]
        spread = [f" ± {100 * score[:, 0].std(ddof=1):.1f}" if len(score) > 1 else "" for score in scores]
        rows.append(
            (
                name,
                *(f"{100 * score[:, 0].mean():.1f}{sd}" for score, sd in zip(scores, spread, strict=True)),
                *(f"{score[:, 1].mean():.0f}" for score in scores),
            )
        )
    show_rows(
        f"SST-2 with few labels, starter model: accuracy on the 872 dev rows in percent, mean ± sd over {given.splits} "
        f"splits; {', '.join(f'{method} {epochs} epochs' for method, epochs in EPOCHS.items())}",
        rows,
    )


if __name__ == "__main__":
    main()
