"""Single texts sent to the service by 1 and by 32 clients, beside FastAPI around ``transformers.pipeline``.

``python -m benchmarks.run --data FOLDER --only service`` prints it. The model is the starter with a head of random
weights: only the time is looked at. All rows are of one run, a round of each after the other.
"""

from __future__ import annotations

import contextlib
import csv
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .load import Load, load
from .ours import settle
from .table import Figure, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets.backend import Backend

    from .throughput import Settings

CLIENTS = 32
LONE_REQUESTS = 100
MODEL = "service-load"
PEERS = {"def": "def", "async": "async def"}
"""Routes of the naive service."""


@dataclass(frozen=True)
class _Route:
    """Where a text is sent, under which key of the body, and with what else."""

    url: str
    key: str
    body: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def load(self, texts: list[str], clients: int) -> Load:
        bodies = [{self.key: text, **self.body} for text in texts]
        return load(self.url, bodies, connections=clients, headers=self.headers)


def service(settings: Settings) -> list[str]:
    """Print the table, in float32 and in int8, inside the home that the environment names."""
    from albert_widgets.service.launch import stop_backend

    home = Path(os.environ["ALBERT_WIDGETS_HOME"]).parent
    for precision in ("float32", "int8"):
        if precision not in settings.precisions:
            continue
        try:
            rows = figures(
                settings.data, home, rounds=settings.rounds, requests=settings.cap or 400, precision=precision
            )
        finally:
            stop_backend()
        show(f"Single SST-2 sentences over HTTP, {precision}", rows, peer="FastAPI + pipeline")
    return []


def figures(
    data: Path, home: Path, *, rounds: int = 3, requests: int = 400, precision: str = "float32"
) -> list[Figure]:
    """Measure, and return the rows of the table.

    Parameters
    ----------
    data
        Folder with ``sst2/dev.csv``, of the columns ``text,label``.
    home
        Folder for the model; the backend's own folders should be in there, too.
    rounds
        How often everything is measured; rates and ratios are medians, percentiles are of all rounds.
    requests
        Of each round with 32 clients.
    precision
        That ours computes in.
    """
    from albert_widgets.backend import Backend
    from albert_widgets.service.launch import ensure_backend

    with (data / "sst2" / "dev.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:requests]
    folder = home / MODEL
    if not folder.exists():
        _classifier(folder)
    backend = Backend()
    backend.register(str(folder), name=MODEL)
    how = {"model": MODEL, "precision": precision}
    settle(lambda: backend.predict(texts[:CLIENTS], **how))
    connection = ensure_backend()
    ours = _Route(f"{connection.url}/predict", "texts", how, {"Authorization": f"Bearer {connection.token}"})
    batch: list[float] = []
    single: list[float] = []
    loads: dict[tuple[str, int], list[Load]] = {}
    with _naive_service(folder) as url:
        routes = {"ours": ours, **{path: _Route(f"{url}/{path}", "text") for path in PEERS}}
        for route in routes.values():
            route.load(texts[:CLIENTS], CLIENTS)
        _in_process(backend, texts[:CLIENTS], how)
        for _ in range(rounds):
            rate, latencies = _in_process(backend, texts, how)
            batch.append(rate)
            single += latencies
            for clients in (1, CLIENTS):
                for name, route in routes.items():
                    met = route.load(texts[:LONE_REQUESTS] if clients == 1 else texts, clients)
                    loads.setdefault((name, clients), []).append(met)
    backend.close()
    return [*_rows(loads, 1), _above(loads, single), _share(loads, batch), *_rows(loads, CLIENTS), _spread(loads)]


def _in_process(backend: Backend, texts: list[str], how: dict[str, str]) -> tuple[float, list[float]]:
    """Return the texts a second of one call with all of them, and the seconds of calls with one."""
    start = time.perf_counter()
    backend.predict(texts, **how)
    rate = len(texts) / (time.perf_counter() - start)
    latencies = []
    for text in texts[:LONE_REQUESTS]:
        start = time.perf_counter()
        backend.predict(text, **how)
        latencies.append(time.perf_counter() - start)
    return rate, latencies


def _rows(loads: dict[tuple[str, int], list[Load]], clients: int) -> list[Figure]:
    def rate(name: str) -> float:
        return statistics.median(one.rate for one in loads[name, clients])

    best = max(PEERS, key=rate)
    ratios = [a.rate / b.rate for a, b in zip(loads["ours", clients], loads[best, clients], strict=True)]
    who = f"{clients} clients" if clients > 1 else "1 client"
    rows = [
        Figure(
            f"{who}: requests/s",
            f"{rate('ours'):.1f}",
            ", ".join(f"{rate(route):.1f} ({name})" for route, name in PEERS.items()),
            f"{statistics.median(ratios):.1f}×",
        )
    ]
    for percent in (50, 99):
        found = {name: _together(loads[name, clients]).percentile(percent) for name in ("ours", *PEERS)}
        rows.append(
            Figure(
                f"{who}: p{percent}",
                f"{found['ours']:.1f} ms",
                ", ".join(f"{found[route]:.1f} ms ({name})" for route, name in PEERS.items()),
                f"{min(found[route] for route in PEERS) / found['ours']:.1f}×",
            )
        )
    return rows


def _above(loads: dict[tuple[str, int], list[Load]], single: list[float]) -> Figure:
    inside = statistics.median(single) * 1000
    above = _together(loads["ours", 1]).percentile(50) - inside
    return Figure(
        "1 client: p50 above a call in process", f"{above:+.1f} ms ({inside:.1f} ms in process)", target="≤ 3 ms"
    )


def _share(loads: dict[tuple[str, int], list[Load]], batch: list[float]) -> Figure:
    shares = [one.rate / rate for one, rate in zip(loads["ours", CLIENTS], batch, strict=True)]
    return Figure(
        f"{CLIENTS} clients: share of the rate of one call with all texts",
        f"{statistics.median(shares):.0%} of {statistics.median(batch):.1f} texts/s",
        target="≥ 80 %",
    )


def _spread(loads: dict[tuple[str, int], list[Load]]) -> Figure:
    all_of_ours = _together(loads["ours", CLIENTS])
    ratio = all_of_ours.percentile(99) / all_of_ours.percentile(50)
    return Figure(f"{CLIENTS} clients: p99 / p50", f"{ratio:.1f}", target="≤ 3")


def _together(loads: list[Load]) -> Load:
    return Load(sum(one.seconds for one in loads), [latency for one in loads for latency in one.latencies])


def _classifier(folder: Path) -> Path:
    """Save the starter with a head of random weights for two classes."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from albert_widgets.backend.catalog import Catalog

    starter = Catalog().find("starter").folder
    torch.manual_seed(0)
    AutoModelForSequenceClassification.from_pretrained(starter, num_labels=2).save_pretrained(folder)
    AutoTokenizer.from_pretrained(starter).save_pretrained(folder)
    return folder


@contextlib.contextmanager
def _naive_service(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.naive_service", str(folder), str(port)])
    try:
        url = f"http://127.0.0.1:{port}"
        while not _answers(f"{url}/openapi.json"):
            if process.poll() is not None:
                raise RuntimeError(f"the naive service ended with code {process.returncode}")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
