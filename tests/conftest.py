"""Parts that tests share: isolated folders, the real starter model, and small checkpoints of every architecture."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest


def folders_in(folder: Path) -> dict[str, str]:
    """Return the variables that move all folders of albert-widgets into ``folder``."""
    places = {"ALBERT_WIDGETS_HOME": "home", "JUPYTER_RUNTIME_DIR": "runtime", "HF_HOME": "huggingface"}
    return {variable: str(folder / name) for variable, name in places.items()}


# Before anything of Jupyter is imported: no test touches the user's own folders or the network.
os.environ.update(folders_in(Path(tempfile.gettempdir()) / "albert-widgets-no-module"), HF_HUB_OFFLINE="1")
# Nothing is made ready for onnxruntime in the background of tests; those of the engines switch it on.
os.environ["ALBERT_WIDGETS_ENGINE"] = "torch"
for name in ("URL", "TOKEN", "CERTFILE", "DOOR_URL", "DOOR_TOKEN"):
    os.environ.pop(f"ALBERT_WIDGETS_{name}", None)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from albert_widgets.backend import Backend


@pytest.fixture(scope="module", autouse=True)
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home for each module of tests: what one registers or downloads, no other finds."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, folder in folders_in(tmp_path_factory.mktemp("module")).items():
            patch.setenv(variable, folder)
        yield


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """The backend in process, with the starter model; shared by a module, so tests leave its models as they were."""
    from albert_widgets.backend import Backend

    made = Backend()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of models, jobs and caches, and an empty runtime folder, for this test alone."""
    for variable, folder in folders_in(tmp_path).items():
        monkeypatch.setenv(variable, folder)
    return tmp_path


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with small random checkpoints; see ``tests/checkpoints.py`` for their names."""
    from tests.checkpoints import save_all

    return save_all(tmp_path_factory.mktemp("checkpoints"))
