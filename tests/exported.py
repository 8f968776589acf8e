"""Exports for tests: the job in this process, a classifier in every precision, and Node's packages to read it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from albert_widgets.backend.export import job
from albert_widgets.backend.job_worker import Ended
from albert_widgets.manager import EXPORT_PRECISIONS
from albert_widgets.samples import REVIEWS

if TYPE_CHECKING:
    from albert_widgets.backend import Backend

NODE = Path(__file__).parent / "node"


def node(script: Path, *arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a script of Node; return what it printed."""
    done = subprocess.run(
        ["node", script, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def install_node_packages() -> Path:
    """Install what ``tests/node`` needs; return its ``node_modules``."""
    modules = NODE / "node_modules"
    with FileLock(NODE / ".installing"):
        if not (modules / ".package-lock.json").exists():
            subprocess.run(["npm", "ci"], cwd=NODE, check=True)
    return modules


class Told:
    """The context of a job that is done in this process."""

    def __init__(self, model: str = "classifier", *, precision: str = "float32", end_at: str = "") -> None:
        self.spec = {"model": model, "format": "onnx", "precision": precision}
        self.said: list[str] = []
        self._end_at = end_at

    def check(self) -> None:
        if self._end_at and any(self._end_at in line for line in self.said):
            raise Ended

    def log(self, message: str) -> None:
        self.said.append(message)

    def progress(self, *_: Any) -> None:
        pass


def export(told: Told) -> dict[str, Any]:
    """Export in this process; return what the job would."""
    return job.export(told)  # type: ignore[arg-type]


def fine_tuned(bert: Backend, model: str) -> str:
    """Fine-tune a model on the sample of reviews, quickly; return the new one's id."""
    how: dict[str, Any] = {"epochs": 2, "learning_rate": 1e-3, "precision": "float32"}
    fit = bert.fit(REVIEWS, text="text", label="label", model=model, name=f"{model}-reviews", **how)
    return str(fit.result(170)["model"])


def export_all(model: str) -> tuple[Path, dict[str, Any]]:
    """Export a model in every precision; return the folder and its ``golden.json``."""
    folder = Path([export(Told(model, precision=one))["folder"] for one in EXPORT_PRECISIONS][-1])
    golden: dict[str, Any] = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    return folder, golden
