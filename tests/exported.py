"""Exports for tests: a fine-tuned classifier in every precision, and Node's packages to read them with."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

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


def fine_tuned(bert: Backend) -> str:
    """Fine-tune the starter's head on the sample of reviews, quickly; return the model's id."""
    how: dict[str, Any] = {"method": "head", "epochs": 2, "learning_rate": 1e-2, "precision": "float32"}
    job = bert.fit(REVIEWS, text="text", label="label", model="starter", name="reviews", **how)
    return str(job.result(170)["model"])


def export_all(bert: Backend, model: str) -> tuple[Path, dict[str, Any]]:
    """Export a model in every precision; return the folder and its ``golden.json``."""
    folder = Path([bert.export(model, precision=one).result(170)["folder"] for one in EXPORT_PRECISIONS][-1])
    golden: dict[str, Any] = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    return folder, golden
