"""What a user gets from pip: the sdist, the wheel, and new environments that have neither Node nor torch."""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from albert_widgets.magics.table import COMMANDS
from albert_widgets.service.connection import Connection, read_connection
from albert_widgets.service.finding import BACKEND_MODULES
from tests.backend_process import ROOT, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.package

VERSION = json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))["version"]
EXTRA = 'pip install "albert-widgets[backend]"'
ALL = 'pip install "albert-widgets[all]"'


# --- building and installing --------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """The two files of a release, and what they were made of."""

    sources: list[str]
    sdist: Path
    wheel: Path

    @property
    def wheel_names(self) -> list[str]:
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.namelist()

    @property
    def sdist_names(self) -> set[str]:
        with tarfile.open(self.sdist) as archive:
            return {name.partition("/")[2] for name in archive.getnames()}

    def read(self, name: str) -> str:
        """A file of the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(name).decode()


class Environment:
    """A new virtual environment with a home of its own, in which programs find nothing but its own commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        venv.create(folder / "venv", with_pip=False)

    def install(self, *requirements: str) -> None:
        """Install with our own pip; the constraint keeps torch, if anything asked for it, to the CPU build."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install", "--quiet", "--no-compile"]
        called([*pip, "--constraint", str(ROOT / "constraints.txt"), *requirements])

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        home = str(self.folder / "home")
        return {**kept, "PATH": str(self.bin), "HOME": home, "USERPROFILE": home, **more}

    def run(self, *command: str, code: int = 0, **more: str) -> str:
        """Run a command of this environment; return all that it said, without colours."""
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.work,
            env=self.environ(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return re.sub(r"\x1b\[[\d;]*m", "", done.stdout)

    def python(self, script: str, **more: str) -> Any:
        """Run Python code; return the JSON of its last line."""
        return json.loads(self.run("python", "-c", script, **more).splitlines()[-1])


def called(command: list[str], **more: Any) -> None:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False, **more)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist of a clean copy, front end built anew; and the wheel of that sdist, made where there is no Node."""
    folder = tmp_path_factory.mktemp("built")
    # What would be committed: nothing that is built lies in the copy.
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.split("\0")
    sources = [name for name in names if name and (ROOT / name).is_file()]
    for name in sources:
        (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "copy" / name)
    build = [sys.executable, "-m", "build", "--outdir", str(folder / "dist")]
    called([*build, "--sdist", str(folder / "copy")])
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    called([*build, "--wheel", str(unpacked)], env={**os.environ, "PATH": str(folder / "nothing")})
    (wheel,) = (folder / "dist").glob("*.whl")
    return Built(sources, sdist, wheel)


@pytest.fixture(scope="module")
def core(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """``pip install albert-widgets``: the thin client."""
    environment = Environment(tmp_path_factory.mktemp("core"))
    environment.install(str(built.wheel))
    return environment


@pytest.fixture(scope="module")
def lab(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """``pip install jupyterlab albert-widgets``."""
    environment = Environment(tmp_path_factory.mktemp("lab"))
    environment.install(str(built.wheel), "jupyterlab>=4.2,<5")
    return environment


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Path]]:
    """A backend of the full environment, and the runtime folder with its connection file."""
    runtime = tmp_path_factory.mktemp("runtime")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        with serving():
            connection = read_connection()
            assert connection
            yield connection, runtime


# --- the files ----------------------------------------------------------------------------------


def test_wheel_has_every_part_once(built: Built) -> None:
    package = {name for name in built.sources if name.startswith("albert_widgets/")}
    server_configuration = "albert_widgets/etc/jupyter_server_config.d/albert_widgets.json"
    assert server_configuration in package
    data = f"albert_widgets-{VERSION}.data/data"
    extension = f"{data}/share/jupyter/labextensions/albert-widgets"
    information = f"albert_widgets-{VERSION}.dist-info"
    names = built.wheel_names
    assert len(names) == len(set(names))

    listed = re.search(r"const PANELS = \[(.*?)\]", (ROOT / "labextension" / "panels.mjs").read_text(encoding="utf-8"))
    assert listed
    bundles = {f"albert_widgets/static/{panel}.js" for panel in re.findall(r"\w+", listed[1])}
    assert bundles
    bundles.add("albert_widgets/static/loader.js")
    made = {*bundles, "albert_widgets/_version.py", "albert_widgets/notebooks/tour.ipynb"}
    assert {name for name in names if name.startswith("albert_widgets/")} == package - {server_configuration} | made
    assert "albert_widgets/py.typed" in names
    # A page without its data, and data without its page, would both be there and do nothing.
    assert built.read("albert_widgets/notebooks/tour.ipynb") == (ROOT / "notebooks" / "tour.ipynb").read_text("utf-8")

    shared = {name for name in names if name.startswith(data)}
    assert f"{data}/etc/jupyter/jupyter_server_config.d/albert_widgets.json" in shared
    assert {f"{extension}/{name}" for name in ("package.json", "install.json", "static/style.js")} <= shared
    assert len([name for name in shared if "/static/remoteEntry." in name]) == 1
    assert {name for name in shared if "/labextensions/" not in name} == {
        f"{data}/etc/jupyter/jupyter_server_config.d/albert_widgets.json"
    }
    assert {name for name in names if name not in shared and not name.startswith("albert_widgets/")} == {
        f"{information}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    assert not [name for name in names if name.endswith((".gitignore", ".map", ".ts", ".pyc"))]


def test_there_is_one_version(built: Built, core: Environment) -> None:
    extension = f"albert_widgets-{VERSION}.data/data/share/jupyter/labextensions/albert-widgets/package.json"
    assert json.loads(built.read(extension))["version"] == VERSION
    assert email.message_from_string(built.read(f"albert_widgets-{VERSION}.dist-info/METADATA"))["Version"] == VERSION
    assert built.wheel.name == f"albert_widgets-{VERSION}-py3-none-any.whl"
    assert built.sdist.name == f"albert_widgets-{VERSION}.tar.gz"
    assert core.python("import albert_widgets, json; print(json.dumps(albert_widgets.__version__))") == VERSION
    assert core.run("albert-widgets", "--version") == f"albert-widgets {VERSION}\n"


def test_sdist_has_what_was_built_and_what_it_was_built_from(built: Built) -> None:
    names = built.sdist_names
    for folder in ("albert_widgets/", "labextension/", "notebooks/", "tests/"):
        assert {name for name in built.sources if name.startswith(folder)} <= names
    built_files = (
        "static/loader.js",
        "static/attention.js",
        "static/finetune.js",
        "static/predict.js",
        "static/summary.js",
        "labextension/static/style.js",
        "labextension/package.json",
    )
    for name in built_files:
        assert f"albert_widgets/{name}" in names
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO"} <= names
    assert not [name for name in names if re.search(r"node_modules|\.yarn/|__pycache__|\.venv|\.hypothesis", name)]


# --- in JupyterLab ------------------------------------------------------------------------------


def test_no_bundle_can_be_forgotten(built: Built) -> None:
    """pip builds the front end unless each of these is there; one missing here could be missing in a wheel."""
    tomllib = pytest.importorskip("tomllib", reason="new in Python 3.11")
    hook = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["hooks"]
    bundles = {name for name in built.wheel_names if name.startswith("albert_widgets/static/")}
    for condition in ("ensured-targets", "skip-if-exists"):
        assert bundles < set(hook["jupyter-builder"][condition])


def test_jupyter_lists_both_extensions_as_ok(lab: Environment) -> None:
    assert shutil.which("node", path=lab.environ()["PATH"]) is None
    extensions = lab.run("jupyter", "labextension", "list")
    listed = re.search(r"^ *albert-widgets v(\S+) enabled +(\S+) \(python, albert-widgets\)", extensions, re.MULTILINE)
    assert listed, extensions
    assert listed.groups() == (VERSION, "OK")
    servers = lab.run("jupyter", "server", "extension", "list")
    assert re.search(r"^ *albert_widgets enabled$", servers, re.MULTILINE), servers
    assert re.search(rf"^ *albert_widgets {re.escape(VERSION)} OK$", servers, re.MULTILINE), servers


def test_demo_opens_the_tour_in_a_lab_with_our_extensions(lab: Environment) -> None:
    log = lab.folder / "demo.log"
    token = "token-of-the-demo"
    configuration = lab.folder / "home" / ".jupyter" / "jupyter_server_config.py"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text("c.ServerApp.allow_root = True\nc.ServerApp.port = 0\n", encoding="utf-8")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(lab.bin / "albert-widgets"), "demo", "--no-browser"],
            cwd=lab.work,
            env=lab.environ(JUPYTER_TOKEN=token),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/albert-widgets-tour\.ipynb")

        def started() -> re.Match[str] | None:
            assert process.poll() is None, log.read_text("utf-8")
            return address.search(log.read_text("utf-8"))

        wait_until(started, "JupyterLab never said where it is")
        found = started()
        assert found
        headers = {"Authorization": f"token {token}"}
        with httpx.Client(base_url=found[1], headers=headers, trust_env=False, timeout=60) as http:
            page = http.get("/lab/tree/albert-widgets-tour.ipynb").raise_for_status().text
            settings = json.loads(re.findall(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[0])
            (ours,) = (one for one in settings["federated_extensions"] if one["name"] == "albert-widgets")
            http.get(f"/lab/extensions/albert-widgets/{ours['load']}").raise_for_status()
            assert http.get("/api/contents/albert-widgets-tour.ipynb").raise_for_status().json()["type"] == "notebook"
            health = http.get("/albert-widgets/health").raise_for_status().json()
            assert (health["version"], health["backend"]) == (VERSION, None)
            # No torch here, so the door says what to type.
            refused = http.get("/albert-widgets/status")
            assert (refused.status_code, refused.json()["error"]["hint"]) == (501, EXTRA)
    finally:
        process.terminate()
        process.wait(60)


# --- the thin client ----------------------------------------------------------------------------


def test_core_install_has_nothing_of_the_backend(core: Environment) -> None:
    script = f"""
import importlib.util, json
print(json.dumps([name for name in {BACKEND_MODULES!r} if importlib.util.find_spec(name)]))
"""
    # IPython itself brings psutil.
    assert set(core.python(script)) <= {"psutil"}


def test_core_install_says_what_is_missing(core: Environment) -> None:
    script = """
import json
import albert_widgets as aw
from albert_widgets.errors import MissingExtra
said = []
for work in (aw.Backend, aw.connect, lambda: aw.TokensPanel("A cat."), lambda: aw.AttentionPanel("A cat.")):
    try:
        work()
    except MissingExtra as error:
        said.append([error.message, error.hint])
print(json.dumps(said))
"""
    said = core.python(script)
    assert len(said) == 4
    assert {hint for _, hint in said} == {EXTRA}
    assert (
        said[0][0]
        == "A backend in this process needs the 'backend' part of albert-widgets, which is not installed here."
    )
    for command in (["serve"], ["serve", "--background"], ["models"]):
        told = core.run("albert-widgets", *command, code=1)
        assert told.startswith("albert-widgets: "), told
        assert told.endswith(f"{EXTRA}\n"), told
        assert told.count("\n") == 1, told
    assert ALL in core.run("albert-widgets", "doctor", code=1)


CELLS = {
    "status": "%albert",
    "tokenize": '%albert tokenize "A cat."',
    "attention": '%albert attention "A cat."',
    "embed": '%albert embed "A cat."',
    "similar": '%albert similar "A cat." "A dog."',
    "predict": '%albert predict "What a film!"',
    "baseline": "%albert baseline reviews.csv",
    "fit": "%albert fit reviews.csv",
    "study": "%albert study sweep reviews.csv",
    "evaluate": "%albert evaluate reviews.csv",
    "runs": "%albert runs",
    "fill-mask": '%albert fill-mask "The [MASK] sat."',
    "summarize": "%%albert summarize --sentences 1\nA cat sat here. It was tired.",
    "models": "%albert models",
    "use": "%albert use starter",
    "load": "%albert load starter",
    "unload": "%albert unload starter",
    "search": "%albert search",
    "download": "%albert download bert-base-uncased",
    "delete": "%albert delete starter",
    "rename": "%albert rename starter mine",
    "push": "%albert push run:nothing me/nothing",
    "export": "%albert export no-such-model",
    "jobs": "%albert jobs",
    "doctor": "%albert doctor",
    "help": "%albert help",
}
IN_IPYTHON = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%load_ext albert_widgets").raise_error()
said = {}
for name, cell in json.loads(CELLS).items():
    done = shell.run_cell(cell)
    error = done.error_in_exec or done.error_before_exec
    said[name] = [type(error).__name__, str(error)] if error else ["fine", repr(done.result)]
print()
print(json.dumps(said))
"""


def in_ipython(environment: Environment, cells: dict[str, str], **more: str) -> dict[str, list[str]]:
    """Run cells in a plain IPython; return what became of each."""
    output = environment.run("python", "-c", f"CELLS = {json.dumps(cells)!r}\n{IN_IPYTHON}", **more)
    assert "Traceback" not in output, output
    said: dict[str, list[str]] = json.loads(output.splitlines()[-1])
    return said


def test_every_magic_answers_with_the_command_to_type(core: Environment) -> None:
    assert list(CELLS) == list(COMMANDS), "each command has a cell here"
    said = in_ipython(core, CELLS)
    for name in ("help", "doctor"):
        kind, words = said.pop(name)
        assert kind == "fine", words
        assert (ALL in words) == (name == "doctor")
    # How things are is an answer, too, when no backend can be there.
    for name, (kind, words) in said.items():
        assert kind in {"UsageError", "fine"}, (name, words)
        assert kind == "UsageError" or name == "status", (name, words)
        assert EXTRA in words, (name, words)


@pytest.mark.parametrize("way", ["by its address", "by its connection file"])
def test_core_install_uses_a_backend_that_runs(core: Environment, running: tuple[Connection, Path], way: str) -> None:
    connection, runtime = running
    script = """
import json, sys
import albert_widgets as aw
from albert_widgets.widgets import AttentionPanel, TokensPanel
bert = aw.connect()
text = "Zoë's naïve café 你好"
attention = AttentionPanel("The cat sat on the mat.")
print(json.dumps([
    bert.tokenize(text).tokens,
    bert.attention(text, layers=[0]).weights.sum(-1).round(5).min().item(),
    list(bert.embed(["A cat.", "A dog."]).vectors.shape),
    list(attention.attention(5, 11).shape),
    TokensPanel(text).tokens.tokens,
    sorted(attention._repr_mimebundle_()[0]),
    attention.to_html()[:15],
    sorted({"torch", "fastapi", "pydantic"} & set(sys.modules)),
]))
"""
    environment = (
        {"ALBERT_WIDGETS_URL": connection.url, "ALBERT_WIDGETS_TOKEN": connection.token}
        if way == "by its address"
        else {"JUPYTER_RUNTIME_DIR": str(runtime)}
    )
    tokens, attended, embedded, shape, shown, kinds, page, heavy = core.python(script, **environment)
    assert tokens == shown
    assert tokens[:2] == ["[CLS]", "zoe"]
    assert attended == 1.0
    assert embedded == [2, 384]
    assert shape == [9, 9]
    assert {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} <= set(kinds)
    assert page.lower() == "<!doctype html>"
    assert heavy == []
    cells = {
        name: CELLS[name] for name in ("status", "tokenize", "attention", "similar", "summarize", "models", "jobs")
    }
    said = in_ipython(core, cells, **environment)
    assert {kind for kind, _ in said.values()} == {"fine"}, said
    assert VERSION in core.run("albert-widgets", "doctor", code=0 if way == "by its address" else 1, **environment)
