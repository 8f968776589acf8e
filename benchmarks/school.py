"""A class with a token for each: single texts of 30 students at once, alone and beside one who sends without a pause.

``python -m benchmarks.school`` prints it. Rounds with and without the flood follow each other, so that both meet the
same machine; the model is the starter.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .load import Load, load_of_each
from .table import Figure, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets import Client
    from albert_widgets.service.connection import Connection

STUDENTS = 30
TEXTS_EACH = 10
ROUNDS = 3
FLOODERS, FLOOD_TEXTS = 4, 500
"""Requests that the flooding student has in progress all the time, and the texts in each."""
FLOOD = "flooding"


def main() -> None:
    """Measure in a home of its own, with a backend of its own."""
    home = Path(tempfile.mkdtemp(prefix="albert-widgets-benchmarks-"))
    os.environ["ALBERT_WIDGETS_HOME"] = str(home / "albert-widgets")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    from albert_widgets.service.launch import start_backend, stop_backend

    tokens = {name: secrets.token_hex(32) for name in (FLOOD, *(f"student-{n}" for n in range(STUDENTS)))}
    file = home / "tokens.txt"
    file.touch(0o600)
    file.write_text("".join(f"{name} {token}\n" for name, token in tokens.items()))
    try:
        found = start_backend(arguments=[f"--token-file={file}"])
        show(f"{STUDENTS} students at once, single texts", figures(found, tokens), peer="beside a flood")
    finally:
        stop_backend()


def figures(found: Connection, tokens: dict[str, str]) -> list[Figure]:
    """Return the rows of the table: medians of the rounds, and of the ratios in each."""
    import psutil

    from albert_widgets import Client

    from .ours import settle

    url = f"{found.url}/embed"
    students = [{"Authorization": f"Bearer {token}"} for name, token in tokens.items() if name != FLOOD]
    # Equal texts are computed once, so each is another one, in each round.
    made = (f"Student work, number {n}: the film was a little too long." for n in itertools.count())
    bert = Client(found.url, found.token)
    settle(lambda: bert.embed(list(itertools.islice(made, TEXTS_EACH))), psutil.Process(found.pid))

    def lesson() -> Load:
        bodies = [[{"texts": text} for text in itertools.islice(made, TEXTS_EACH)] for _ in students]
        return load_of_each(url, bodies, users=students)

    calm: list[Load] = []
    flooded: list[Load] = []
    for _ in range(ROUNDS):
        calm.append(lesson())
        with _flood(bert, tokens[FLOOD]):
            flooded.append(lesson())
    bert.close()
    rows = []
    for percent in (50, 99):
        one, other = ([met.percentile(percent) for met in loads] for loads in (calm, flooded))
        ratio = statistics.median(b / a for a, b in zip(one, other, strict=True))
        rows.append(
            Figure(
                f"p{percent}", f"{statistics.median(one):.0f} ms", f"{statistics.median(other):.0f} ms", f"{ratio:.1f}×"
            )
        )
    one, other = ([met.rate for met in loads] for loads in (calm, flooded))
    ratio = statistics.median(b / a for a, b in zip(one, other, strict=True))
    rates = f"{statistics.median(one):.0f}", f"{statistics.median(other):.0f}"
    return [*rows, Figure("texts/s of the students", *rates, f"{ratio:.2f}×")]


@contextlib.contextmanager
def _flood(bert: Client, token: str) -> Iterator[None]:
    """Let one student send large requests, one after the other, while the block runs."""
    import httpx

    ended = threading.Event()
    texts = [f"Text {n} of somebody who wants it all, and wants it now." for n in range(FLOOD_TEXTS)]

    def send() -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/x-npy"}
        with httpx.Client(trust_env=False, headers=headers, timeout=600) as http:
            while not ended.is_set():
                http.post(f"{bert.url}/embed", json={"texts": texts}).raise_for_status()

    threads = [threading.Thread(target=send) for _ in range(FLOODERS)]
    for thread in threads:
        thread.start()
    while (now := bert.status()).waiting + now.running < FLOODERS:
        time.sleep(0.02)
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
