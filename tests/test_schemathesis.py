"""Whatever the description of the service allows, and much that it forbids, is answered as the description says.

schemathesis makes requests of ``/openapi.json`` of a live backend: its examples, the edges of every field, methods that
are not there, and random requests, good and bad.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from albert_widgets.backend import Backend, job_process
from albert_widgets.service.app import create_app
from tests.serving import TOKEN, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAMS = ("/events", "/jobs/{id}/events")
"""What does not end while somebody listens; tests of the service read it."""
CONFIG = """
[checks]
# What is understood, but cannot be processed, is refused though its types are right.
positive_data_acceptance.expected-statuses = ["2xx", 400, 404, 409, 413, 422, 424, 503]
# The hub is not asked here, which is documented as 503.
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]
"""


@pytest.fixture(scope="module")
def url(checkpoints: Path) -> Iterator[str]:
    """A backend with small models only; jobs are taken, and wait for ever."""
    with pytest.MonkeyPatch.context() as patch:
        for name, kind in job_process.KINDS.items():
            patch.setitem(job_process.KINDS, name, replace(kind, at_once=0))
        backend = Backend()
        for name in ("classifier", "mlm", "tags"):
            backend.register(str(checkpoints / name), name=name)
        backend.set_default("classifier")
        with serve(create_app(backend, token=TOKEN)) as listening:
            yield listening
        backend.close()


def tried(url: str, folder: Path, *how: str) -> dict[str, Any]:
    """Let schemathesis try the service at ``url``; returns its report, and fails with its words for what it finds."""
    (folder / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    left_out = [argument for path in STREAMS for argument in ("--exclude-path", path)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
            *("run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {TOKEN}"),
            *("--generation-deterministic", "--request-timeout", "60", "--continue-on-failure", "--no-color"),
            *("--report", "json", "--report-json-path", "report.json"),
            *left_out,
            *how,
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        capture_output=True,
        encoding="utf-8",
        timeout=1_500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-2_000:]
    print(done.stdout[-600:])
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (report["stop_reason"], report["failures"], report["errors"]) == ("completed", [], [])
    return report


def test_the_edges_of_every_field_are_answered_as_described(url: str, tmp_path: Path) -> None:
    report = tried(url, tmp_path, "--phases", "coverage", "--exclude-tag", "learning")
    assert report["test_cases"]["generated"] >= 2_000


@pytest.mark.slow
@pytest.mark.timeout(1_600)
def test_everything_is_answered_as_described(url: str, tmp_path: Path) -> None:
    report = tried(url, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "30")
    assert report["test_cases"]["generated"] >= 5_000
