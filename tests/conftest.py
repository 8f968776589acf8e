"""Parts that tests share: isolated folders, the real starter model, and small checkpoints of every architecture."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Before anything of Jupyter is imported: no test touches the user's own folders or the network.
_HOME = Path(tempfile.mkdtemp(prefix="albert-widgets-tests-"))
os.environ.update(
    ALBERT_WIDGETS_HOME=str(_HOME / "albert-widgets"),
    JUPYTER_RUNTIME_DIR=str(_HOME / "runtime"),
    HF_HOME=str(_HOME / "huggingface"),
    HF_HUB_OFFLINE="1",
)
for name in ("URL", "TOKEN", "DOOR_URL", "DOOR_TOKEN"):
    os.environ.pop(f"ALBERT_WIDGETS_{name}", None)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets.backend import Backend


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """The backend in process, with the starter model; shared, so tests leave its models as they were."""
    from albert_widgets.backend import Backend

    made = Backend()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of models, jobs and caches, and an empty runtime folder, for this test alone."""
    monkeypatch.setenv("ALBERT_WIDGETS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    return tmp_path


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with small random checkpoints; see ``tests/checkpoints.py`` for their names."""
    from tests.checkpoints import save_all

    return save_all(tmp_path_factory.mktemp("checkpoints"))
