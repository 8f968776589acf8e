"""What stays out of a kernel and out of the Jupyter server: torch, and everything else that only a backend needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.manager import KernelManager

import albert_widgets as aw
from albert_widgets.magics.table import COMMANDS
from albert_widgets.service.finding import BACKEND_MODULES
from albert_widgets.service.launch import stop_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).parent.parent

# Says which foreign packages a piece of code brings, by their first names.
FOREIGN = """
import sys
def foreign():
    return {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"albert_widgets"}
before = foreign()
"""
BACKEND_SIDE = (
    "activity",
    "app",
    "answers",
    "describe",
    "doors",
    "failures",
    "guard",
    "learning_answers",
    "learning_schemas",
    "manager_answers",
    "manager_schemas",
    "routes",
    "schemas",
    "server",
    "service",
    "streams",
    "summary_answers",
    "work_queue",
)
"""Modules of ``albert_widgets.service`` that only the process of the backend imports."""


def fresh(code: str, folder: Path, **environment: str) -> Any:
    """Run code in a new interpreter, away from the checkout's folder; return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython"), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_import_brings_the_standard_library_only(tmp_path: Path) -> None:
    code = f"{FOREIGN}\nimport albert_widgets, json\nprint(json.dumps(sorted(foreign() - before)))"
    assert fresh(code, tmp_path) == []


def test_load_ext_brings_nothing_that_ipython_has_not(tmp_path: Path) -> None:
    code = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell("1 + 1").raise_error()
{FOREIGN}
shell.run_cell("%load_ext albert_widgets").raise_error()
shell.run_cell("a = 1").raise_error()
import json
print(json.dumps([sorted(foreign() - before), "albert" in shell.magics_manager.magics["line"]]))
"""
    assert fresh(code, tmp_path) == [[], True]


def test_server_extension_in_a_jupyter_server(tmp_path: Path) -> None:
    """Loaded as Jupyter Server loads it, by what the package says of itself."""
    code = """
import json, sys
from jupyter_server.serverapp import ServerApp
app = ServerApp(jpserver_extensions={"albert_widgets": True}, reraise_server_extension_failures=True, token="t")
app.initialize(argv=["--allow-root", "--port=0", "--no-browser"])
assert app.extension_manager.extensions["albert_widgets"].enabled
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    places = {f"JUPYTER_{place}_DIR": str(tmp_path / place) for place in ("CONFIG", "DATA", "RUNTIME")}
    loaded = set(fresh(code, tmp_path, **places))
    assert "albert_widgets" in loaded
    assert not loaded & {*BACKEND_MODULES, "starlette", "numpy", "narwhals", "ipywidgets", "anywidget"}


def test_everything_but_the_backends_side_works_without_the_backend_extra(tmp_path: Path) -> None:
    """Each module is imported in an interpreter that has nothing of the extra."""
    code = f"""
import importlib, json, pkgutil, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {(*BACKEND_MODULES, "starlette", "tokenizers")!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import albert_widgets
backend_side = tuple(f"albert_widgets.service.{{name}}" for name in {BACKEND_SIDE!r})
skipped, imported = [], []
for module in pkgutil.walk_packages(albert_widgets.__path__, "albert_widgets."):
    if module.name.startswith(("albert_widgets.backend.", "albert_widgets.__main__", *backend_side)):
        skipped.append(module.name)
    else:
        importlib.import_module(module.name)
        imported.append(module.name)
print(json.dumps([imported, skipped]))
"""
    imported, skipped = fresh(code, tmp_path)
    assert {"albert_widgets.doctor", "albert_widgets.service.client", "albert_widgets.widgets.panel"} <= set(imported)
    assert {f"albert_widgets.service.{name}" for name in BACKEND_SIDE} <= set(skipped)


def test_backend_imports_nothing_of_the_rooms_before_it(tmp_path: Path) -> None:
    """The arrows point one way: magics, widgets and service know the backend, not the other way round."""
    code = """
import importlib, json, pkgutil, sys
import albert_widgets.backend
for module in pkgutil.walk_packages(albert_widgets.backend.__path__, "albert_widgets.backend."):
    importlib.import_module(module.name)
print(json.dumps([sorted(sys.modules), sorted(m for m in sys.modules if m.startswith("albert_widgets."))]))
"""
    everything, ours = fresh(code, tmp_path)
    assert "torch" in everything
    rooms = {name.split(".")[1] for name in ours}
    assert not rooms & {"magics", "widgets", "service", "server_extension", "cli", "doctor"}
    assert not set(everything) & {"IPython", "ipywidgets", "anywidget", "jupyter_server", "fastapi", "uvicorn"}


# --- what is public -----------------------------------------------------------------------------


def test_every_public_name_is_there() -> None:
    assert len(set(aw.__all__)) == len(aw.__all__)
    assert set(aw.__all__) <= set(dir(aw))
    for name in aw.__all__:
        value = getattr(aw, name)
        assert value is getattr(aw, name)
        assert name == "__version__" or value.__doc__, f"{name} says nothing of itself"


def test_star_import_and_a_slip() -> None:
    names: dict[str, Any] = {}
    exec("from albert_widgets import *", names)
    assert set(aw.__all__) <= set(names)
    with pytest.raises(AttributeError, match="'albert_widgets' has no attribute 'conect'"):
        aw.conect  # noqa: B018


# --- a kernel -----------------------------------------------------------------------------------

CELLS = {
    "status": "%albert",
    "tokenize": '%albert tokenize "Zoë\'s naïve café 你好"',
    "attention": '%albert attention "The cat sat on the mat because it was tired."',
    "embed": '%albert embed "One vector for a sentence."',
    "similar": '%albert similar "A man is eating." "Someone has a meal."',
    "predict": '%albert predict "What a wonderful film!"',
    "baseline": "%albert baseline reviews.csv",
    "fit": "%albert fit reviews.csv",
    "study": "%albert study sweep reviews.csv",
    "evaluate": "%albert evaluate reviews.csv",
    "runs": "%albert runs",
    "fill-mask": '%albert fill-mask "The [MASK] sat on the mat."',
    "summarize": "%%albert summarize --sentences 1\nA cat sat here. It was tired. Dogs ran fast.",
    "models": "%albert models",
    "use": "%albert use starter",
    "load": "%albert load starter",
    "unload": "%albert unload starter",
    "search": "%albert search --language zh",
    "download": "%albert download no/such-model",
    "delete": "%albert delete starter",
    "rename": "%albert rename starter mine",
    "push": "%albert push run:nothing me/nothing",
    "export": "%albert export no-such-model",
    "jobs": "%albert jobs",
    "doctor": "%albert doctor",
    "help": "%albert help",
}
# The starter has no head for these, there is no such file, and tests have no network: a slip, told in words.
IN_VAIN = {
    *("predict", "baseline", "fit", "study", "evaluate", "fill-mask"),
    *("download", "delete", "rename", "push", "export"),
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernelClient]:
    """A kernel, and the backend that it starts when it is first asked."""
    folder = tmp_path_factory.mktemp("kernel")
    runtime = folder / "runtime"
    manager = KernelManager(kernel_name="python3")
    places = {"JUPYTER_RUNTIME_DIR": str(runtime), "IPYTHONDIR": str(folder / "ipython")}
    manager.start_kernel(env={**os.environ, "PYTHONPATH": str(ROOT), **places})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        stop_backend(connection_file=runtime / "albert-widgets.json")


def run(kernel: BlockingKernelClient, code: str) -> tuple[dict[str, Any], str]:
    """Run a cell; return the reply, and what it printed."""
    printed: list[str] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = kernel.execute_interactive(code, output_hook=hook, timeout=120)
    return reply["content"], "".join(printed)


def test_kernel_that_used_everything_never_saw_torch(kernel: BlockingKernelClient) -> None:
    assert list(CELLS) == list(COMMANDS), "each command has a cell here"
    run(kernel, "%load_ext albert_widgets")
    for command, cell in CELLS.items():
        reply, _ = run(kernel, cell)
        assert (reply["status"] == "error") == (command in IN_VAIN), (command, reply)
        assert reply.get("ename", "UsageError") == "UsageError", (command, reply)
    panels = """
import json, sys
from pathlib import Path
import albert_widgets as aw
panel = aw.AttentionPanel("The cat sat on the mat.")
shapes = panel.attention(0, 1).shape, len(panel.to_frame()), len(aw.TokensPanel("A cat.").to_frame())
page = panel.to_html()
assert min(*shapes[0], *shapes[1:], len(page)) > 0
maps = Path("/proc/self/maps")
mapped = maps.read_text() if maps.exists() else ""
print(json.dumps([sorted({name.partition(".")[0] for name in sys.modules}), mapped]))
"""
    reply, printed = run(kernel, panels)
    assert reply["status"] == "ok", reply
    modules, mapped = json.loads(printed)
    assert {"albert_widgets", "anywidget", "httpx", "numpy"} <= set(modules)
    assert set(modules) & {*BACKEND_MODULES, "starlette", "tokenizers"} <= {"psutil"}
    assert "libtorch" not in mapped
