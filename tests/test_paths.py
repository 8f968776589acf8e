"""Names from outside never become paths: whatever a model or job is called, only the known folders are touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from albert_widgets.backend import Backend
from albert_widgets.service.app import create_app
from tests.serving import TOKEN, http, serve

VERBS = [
    ("GET", "/models/{}"),
    ("DELETE", "/models/{}"),
    ("DELETE", "/models/{}?keep=true"),
    ("DELETE", "/models/starter?revision={}"),
    ("POST", "/models/{}/load"),
    ("POST", "/models/{}/unload"),
    ("POST", "/models/{}/export"),
    ("POST", "/models/{}/rename"),
    ("GET", "/cards/{}"),
    ("POST", "/trash/{}/restore"),
    ("GET", "/jobs/{}"),
    ("GET", "/jobs/{}/events"),
    ("POST", "/jobs/{}/stop"),
]
READING = {"/models/{}", "/models/{}/load", "/models/{}/unload", "/models/{}/export", "/cards/{}"}
BODIES = {"/models/{}/rename": {"name": "other"}, "/models/{}/export": {}}


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory, checkpoints: Path) -> Iterator[Path]:
    """A folder beside ours with a checkpoint in it, which nobody has registered."""
    import shutil

    from albert_widgets import folders

    folder = folders.home().parent / "bait"
    shutil.copytree(checkpoints / "classifier", folder)
    # Reached by a link from where models are: also from there it is not ours.
    (folders.room("models") / "linked").symlink_to(folder, target_is_directory=True)
    yield folder
    (folders.room("models") / "linked").unlink()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def web(bait: Path) -> Iterator[httpx.Client]:
    backend = Backend()
    with serve(create_app(backend, token=TOKEN)) as url, http(url) as client:
        yield client
    backend.close()


def tricks(bait: Path) -> dict[str, str]:
    return {
        "above": "../bait",
        "above a run": "run:../../bait",
        "far above": "../" * 12 + bait.as_posix().lstrip("/"),
        "absolute": str(bait),
        "absolute run": f"run:{bait}",
        "encoded twice": quote("../bait", safe=""),
        "windows": "..\\bait",
        "windows run": "run:..\\..\\bait",
        "drive": "C:\\bait",
        "dots": "..",
        "dot": "run:.",
        "nothing": "run:",
        "nul": "run:mine\0",
        "newline": "run:mine\n",
        "home": "~/bait",
        "hub cache": "models--a--b/../../bait",
        "link": "run:linked",
    }


@pytest.mark.parametrize("trick", tricks(Path("/bait")))
@pytest.mark.parametrize(("method", "path"), VERBS, ids=" ".join)
def test_a_trick_touches_nothing(web: httpx.Client, bait: Path, method: str, path: str, trick: str) -> None:
    name = tricks(bait)[trick]
    if trick == "link" and path in READING and method != "DELETE":
        pytest.skip("a model may be read where a user has linked it")
    before = {file: file.stat().st_mtime_ns for file in sorted(bait.rglob("*"))}
    target = path.format(quote(name, safe="").replace(".", "%2E"))
    answer = web.request(method, target, json=BODIES.get(path))
    assert answer.status_code in {400, 404, 409, 422}, answer.text
    error = answer.json()["error"]
    assert error["message"]
    assert {file: file.stat().st_mtime_ns for file in sorted(bait.rglob("*"))} == before
    assert web.get("/trash").json() == []
    assert web.get("/models").json()[0]["id"] == "starter"
