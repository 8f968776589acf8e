"""Notebooks in Python run from top to bottom in a real kernel; only cells that say so may fail, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from albert_widgets.service.launch import stop_backend

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
LONG = {"finetune", "tour"}
"""One trains for minutes, the other is run in JupyterLab by tests/e2e."""


@pytest.fixture
def backend_of_its_own(home: Path) -> Iterator[None]:
    yield
    stop_backend()


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.slow] if path.stem in LONG else []) for path in NOTEBOOKS],
    ids=lambda path: path.stem,
)
def test_notebook_runs(path: Path, backend_of_its_own: None, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "notebooks are kept without outputs"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        said = "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")
        assert "Traceback" not in said
        assert ("UsageError" in said) == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.slow
def test_the_tour_keeps_pictures_for_a_reader_without_a_kernel(backend_of_its_own: None, tmp_path: Path) -> None:
    path = next(path for path in NOTEBOOKS if path.stem == "tour")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    kinds = [set(output.data) for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    panels = [kind for kind in kinds if "application/vnd.jupyter.widget-view+json" in kind]
    assert len(panels) == 3
    assert all({"text/html", "text/plain", "application/vnd.albert-widgets.panel+json"} <= kind for kind in panels)
    assert any("image/png" in kind for kind in kinds), "the figure is shown"
    nbformat.write(notebook, tmp_path / "run.ipynb")
    assert (tmp_path / "run.ipynb").stat().st_size < 400_000
