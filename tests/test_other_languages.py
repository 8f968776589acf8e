"""Clients that are not Python: the printed snippets, and notebooks of other kernels, under a real Jupyter server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import numpy as np
import psutil
import pytest

from albert_widgets.errors import InputInvalid
from albert_widgets.snippets import LANGUAGES, TASKS, snippet
from tests.backend_process import run
from tests.jupyter_process import JupyterProcess
from tests.kernels import KERNELS, OTHER_LANGUAGES, has_program, jupyter_with_kernels, run_cells, run_notebook, text_of

TOOLS = {
    "python": ("start.py", [sys.executable]),
    "r": ("start.R", ["Rscript"]),
    "node": ("start.mjs", ["node"]),
    "curl": ("start.sh", ["sh"]),
    "java": ("Start.java", ["java"]),
}
"""What runs a snippet on this machine, and the file's name."""
NEEDED = {"curl": "curl"}
"""What a snippet needs besides."""
NOTEBOOK = "kurs/Übung 1 你好.ipynb"
TEXTS = ["A man is eating.", "Someone has a meal."]
SLOW = pytest.mark.slow
OTHERS = ["r", "curl", "node", pytest.param("java", marks=SLOW)]
# Python asks the door only where no backend can be started beside it.
WAYS = [("r", "door"), ("r", "named"), ("r", "file"), ("curl", "door"), ("curl", "named"), ("curl", "file")]
WAYS += [("node", "door"), ("java", "door"), ("python", "file")]
WAYS += [
    pytest.param(*pair, marks=SLOW)
    for pair in (("node", "named"), ("node", "file"), ("java", "named"), ("java", "file"), ("python", "named"))
]


def need(program: str) -> None:
    """Skip where a program is missing that cannot be installed; in CI, and where it can, that is a failure."""
    if shutil.which(program) is None:
        missing = f"{program} is not installed: .ci/install-languages"
        if os.environ.get("CI") or shutil.which("apt-get"):
            pytest.fail(missing)
        pytest.skip(missing)


def need_kernel(name: str) -> None:
    need(KERNELS[name][0])


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterProcess]:
    """A Jupyter server with a token, a base URL, and the kernels of this machine; it starts its own backend."""
    with jupyter_with_kernels(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture(scope="module")
def kernel(jupyter: JupyterProcess) -> dict[str, str]:
    """The environment that a kernel has; the backend runs."""
    say = "import json, os; print(json.dumps(dict(os.environ)))"
    ask = "import albert_widgets as aw; aw.connect().embed('The cat sat.').vectors.shape"
    said = asyncio.run(run_cells(jupyter, "python3", NOTEBOOK, [say, ask]))
    assert text_of(said[1]) == "(1, 384)"
    return dict(json.loads(text_of(said[0])))


@pytest.fixture(scope="module")
def right(jupyter: JupyterProcess, kernel: dict[str, str]) -> np.ndarray:
    """The vectors of :data:`TEXTS` as the backend says them in Python."""
    from albert_widgets.service.client import Client

    client = Client(kernel["ALBERT_WIDGETS_DOOR_URL"], kernel["ALBERT_WIDGETS_DOOR_TOKEN"])
    try:
        return client.embed(TEXTS).vectors
    finally:
        client.close()


def environment(kernel: dict[str, str], jupyter: JupyterProcess, way: str) -> dict[str, str]:
    """What a program finds the backend by, and nothing else that names one."""
    kept = {name: kernel[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH", "JPY_SESSION_NAME")}
    kept |= {name: value for name, value in kernel.items() if name.startswith("JUPYTER_")}
    connection = json.loads((jupyter.runtime / "albert-widgets.json").read_text(encoding="utf-8"))
    if way == "door":
        kept |= {name: value for name, value in kernel.items() if name.startswith("ALBERT_WIDGETS_DOOR_")}
    elif way == "named":
        kept |= {"ALBERT_WIDGETS_URL": connection["url"], "ALBERT_WIDGETS_TOKEN": connection["token"]}
        # Where the environment names a backend, no other is asked.
        kept |= {"ALBERT_WIDGETS_DOOR_URL": "http://127.0.0.1:9/", "ALBERT_WIDGETS_DOOR_TOKEN": "none"}
    return kept


def ran(language: str, folder: Path, environment: dict[str, str], **how: Any) -> subprocess.CompletedProcess[str]:
    """Write a snippet to a file, as a person would, and run it."""
    name, command = TOOLS[language]
    need(command[0])
    need(NEEDED.get(language, command[0]))
    (folder / name).write_text(snippet(language, **how), encoding="utf-8")
    return subprocess.run(
        [*command, name], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


# --- snippets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "way"), WAYS)
def test_a_snippet_finds_the_backend_and_gets_the_same_numbers(
    language: str, way: str, kernel: dict[str, str], jupyter: JupyterProcess, right: np.ndarray, tmp_path: Path
) -> None:
    done = ran(language, tmp_path, environment(kernel, jupyter, way))
    assert (done.returncode, done.stderr) == (0, "")
    if done.stdout.startswith("{"):
        np.testing.assert_allclose(json.loads(done.stdout)["vectors"], right, atol=1e-6)
    else:
        numbers = [float(number) for number in re.findall(r"-?\d\.\d+", done.stdout)]
        cosine = float(right[0] @ right[1])
        assert min(abs(number - cosine) for number in numbers) < 1e-5, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("language", TOOLS)
def test_each_task_of_a_snippet_runs(
    language: str, kernel: dict[str, str], jupyter: JupyterProcess, checkpoints: Path, tmp_path: Path
) -> None:
    here = environment(kernel, jupyter, "named")
    with httpx.Client(
        base_url=here["ALBERT_WIDGETS_URL"],
        headers={"Authorization": f"Bearer {here['ALBERT_WIDGETS_TOKEN']}"},
        trust_env=False,
    ) as client:
        # A name that every language has to quote in a way of its own.
        name = 'it\'s "good" $x \\n'
        client.post("/models", json={"folder": str(checkpoints / "classifier"), "name": name})
    said = {
        task: ran(language, tmp_path, here, task=task, **({"model": name} if task == "predict" else {}))
        for task in TASKS
        if task != "embed"
    }
    assert {task: (done.returncode, done.stderr) for task, done in said.items()} == dict.fromkeys(said, (0, ""))
    assert re.search("negative|positive", said["predict"].stdout)
    assert "##bel" in said["tokenize"].stdout
    assert "Cats and dogs sleep." in said["summarize"].stdout or "Cats sleep a lot." in said["summarize"].stdout


@pytest.mark.parametrize("language", OTHERS)
def test_a_refused_snippet_says_so_and_fails(
    language: str, kernel: dict[str, str], jupyter: JupyterProcess, tmp_path: Path
) -> None:
    here = environment(kernel, jupyter, "door")
    done = ran(language, tmp_path, {**here, "ALBERT_WIDGETS_DOOR_TOKEN": "wrong"})
    assert "The Jupyter server does not know who asks." in told(done)
    done = ran(language, tmp_path, here, model="startr")
    assert re.search(r"There is no model 'startr' here\..*starter", told(done)), "message and hint"
    nowhere = {name: value for name, value in here.items() if "DOOR" not in name}
    done = ran(language, tmp_path, {**nowhere, "JUPYTER_RUNTIME_DIR": str(tmp_path)})
    assert "albert-widgets serve --background" in told(done)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a program that failed said, as one line."""
    assert done.returncode != 0
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("language", OTHERS)
def test_the_backend_learns_which_notebook_asks(
    language: str, kernel: dict[str, str], jupyter: JupyterProcess, tmp_path: Path
) -> None:
    here = environment(kernel, jupyter, "door")
    notebook = f"{language} {NOTEBOOK}"
    assert ran(language, tmp_path, {**here, "JPY_SESSION_NAME": notebook}).returncode == 0
    assert notebook in status(jupyter)["loaded"][0]["used_by"]


def test_a_token_stays_out_of_the_list_of_processes() -> None:
    """Everybody on a machine sees the words of a command line, and a class shares one."""
    assert not re.search(r"(--header|-H) [^@\n]*token", snippet("curl"))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_snippet_is_whole(language: str, task: str) -> None:
    text = snippet(language, model="run:reviews", task=task)
    assert text.count("run:reviews") == 1
    assert '"starter"' not in text
    assert "----" not in text
    assert text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 120
    for opening, closing in ("()", "[]", "{}"):
        assert text.count(opening) == text.count(closing)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", ["julia", "csharp"])
def test_what_has_no_toolchain_here_is_at_least_parsed(language: str, task: str) -> None:
    import tree_sitter
    import tree_sitter_c_sharp
    import tree_sitter_julia

    grammar = {"julia": tree_sitter_julia, "csharp": tree_sitter_c_sharp}[language]
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    text = snippet(language, model='it\'s "good" $x \\n', task=task)
    assert not parser.parse(text.encode()).root_node.has_error
    assert parser.parse("".join(text.rsplit(")", 1)).encode()).root_node.has_error


def test_a_snippet_that_could_not_work_is_not_printed() -> None:
    with pytest.raises(InputInvalid, match=r"needs the name of a model"):
        snippet("r", task="predict")
    with pytest.raises(InputInvalid, match=r"language 'cobol'"):
        snippet("cobol")
    with pytest.raises(InputInvalid, match=r"task 'sing'"):
        snippet("r", task="sing")
    assert snippet("JavaScript") == snippet("node")
    done = run("snippet", "r", "--task", "predict")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_the_command_prints_it() -> None:
    done = run("snippet", "JavaScript", "--model", "my model", "--task", "tokenize")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == snippet("node", model="my model", task="tokenize")


# --- notebooks ----------------------------------------------------------------------------------


def notebook(stem: str) -> Any:
    return nbformat.read(OTHER_LANGUAGES / f"{stem}.ipynb", as_version=4)


STEMS = {"r": ("r", "image/png"), "javascript": ("node", "image/svg+xml"), "shell": ("curl", "text/plain")}
"""Of each notebook: the snippet that it begins with, and what it draws as."""


def test_each_notebook_is_looked_at() -> None:
    assert {path.stem for path in OTHER_LANGUAGES.glob("*.ipynb")} == set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_a_notebook_begins_with_the_snippet_and_keeps_its_pictures(stem: str) -> None:
    """Whoever has not this kernel sees what comes out of it all the same."""
    language, kind = STEMS[stem]
    cells = [cell for cell in notebook(stem).cells if cell.cell_type == "code"]
    assert snippet(language).startswith(cells[0].source)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not any(output.output_type == "error" for output in outputs)
    drawn = [output for output in outputs if kind in output.get("data", {})]
    assert len(drawn) >= 3 or (stem == "shell" and "█" in text_of(outputs))
    assert "/home/" not in json.dumps(outputs)


# Each trains a model; what they send is sent by the snippets, too.
@SLOW
@pytest.mark.parametrize("stem", ["r", "javascript", "shell"])
def test_a_notebook_runs(stem: str, jupyter: JupyterProcess) -> None:
    read = notebook(stem)
    need_kernel(read.metadata.kernelspec.name)
    asyncio.run(run_notebook(jupyter, read, f"{stem}.ipynb"))
    outputs = [output for cell in read.cells for output in cell.get("outputs", [])]
    assert not [text_of([output]) for output in outputs if output.output_type == "error"]
    said = text_of(outputs)
    # What it read, what it learned, what it chose, who it is, and what it was told of its mistake.
    for words in ("##bel", "run:", "delivery", f"{stem}.ipynb", "startr"):
        assert words in said
    assert any("will run again" in str(output) for output in outputs)
    assert not any(output.get("name") == "stderr" for output in outputs)


# --- many notebooks -----------------------------------------------------------------------------

IN_PYTHON = """
import json
import albert_widgets as aw
bert = aw.connect()
texts = ["A man is eating.", "Someone has a meal."]
print(json.dumps([bert.embed(texts).vectors[:, 0].tolist(), bert.tokenize(texts[0]).ids.tolist(),
                  float(bert.attention(texts[0], layers=[2], heads=[3]).weights.max())]))
"""
IN_R = """
texts <- c("A man is eating.", "Someone has a meal.")
vectors <- albert("embed", texts = texts)$vectors
ids <- albert("tokenize", texts = texts[1])$ids
weights <- albert("attention", text = texts[1], layers = I(2), heads = I(3))$weights
cat(jsonlite::toJSON(list(vectors[, 1], ids, jsonlite::unbox(max(weights))), digits = NA))
"""


def test_twenty_notebooks_of_two_languages_at_once_share_one_model(
    jupyter: JupyterProcess, kernel: dict[str, str]
) -> None:
    need_kernel("ir")
    each = 10
    backend = psutil.Process(status(jupyter)["pid"])
    function = snippet("r").partition("\nanswer")[0]
    cells = {"python3": [IN_PYTHON] * 2, "ir": [function, IN_R, IN_R]}
    (first,) = asyncio.run(run_cells(jupyter, "python3", "first.ipynb", [IN_PYTHON]))
    right = json.loads(text_of(first))
    before = backend.memory_info().rss

    async def all_of_them() -> list[list[list[Any]]]:
        notebooks = [(name, f"{name} {number}.ipynb") for number in range(each) for name in cells]
        return await asyncio.gather(*(run_cells(jupyter, name, path, cells[name]) for name, path in notebooks))

    said = asyncio.run(all_of_them())
    after = backend.memory_info().rss
    assert len(said) == 2 * each
    for outputs in said:
        for output in outputs[-2:]:
            vectors, ids, weight = json.loads(text_of(output))
            np.testing.assert_allclose(vectors, right[0], atol=1e-5)
            assert ids == right[1]
            assert weight == pytest.approx(right[2], abs=1e-5)
    now = status(jupyter)
    assert now["pid"] == backend.pid
    (model,) = [model for model in now["loaded"] if model["id"] == "starter"]
    paths = {Path(caller).name for caller in model["used_by"]}
    assert {f"{name} {number}.ipynb" for number in range(each) for name in cells} <= paths
    # A second copy of the model alone would be 91 MB, and one for each notebook many times that.
    print(f"{2 * each} notebooks: the backend had {before / 1e6:.0f} MB, then {after / 1e6:.0f} MB")
    assert after - before < 91e6


def status(jupyter: JupyterProcess) -> dict[str, Any]:
    with jupyter.client() as client:
        return client.get(f"{jupyter.door}/status").json()


def test_kernels_of_this_machine_are_known_to_jupyter(jupyter: JupyterProcess) -> None:
    with jupyter.client() as client:
        known = client.get(f"{jupyter.url}/api/kernelspecs").json()["kernelspecs"]
    assert {name for name in KERNELS if has_program(name)} <= set(known)
