"""Notebooks in kernels of a real Jupyter server, run as a browser runs them: a session, then messages by websocket.

``python -m tests.kernels`` renews what the notebooks in other languages than Python hold as outputs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from albert_widgets.service.launch import stop_backend
from tests.jupyter_process import ROOT, TOKEN, JupyterProcess, isolated_environment, jupyter_process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

OTHER_LANGUAGES = ROOT / "notebooks" / "other_languages"
KERNELS = {
    "ir": ["Rscript", "-e", "IRkernel::installspec()"],
    "deno": [str(Path(sys.executable).with_name("deno")), "jupyter", "--install"],
    "bash": [sys.executable, "-m", "bash_kernel.install"],
}
"""Kernels of other languages, and what makes them known to Jupyter: what the notebooks' README says, too."""
CELL_SECONDS = 170.0
LATE_SECONDS = 0.3
"""Deno says what a cell prints beside its other messages, sometimes after the last of them."""


def has_program(kernel: str) -> bool:
    """Whether the program that a kernel of :data:`KERNELS` needs is on this machine."""
    return shutil.which(KERNELS[kernel][0]) is not None


@contextlib.contextmanager
def jupyter_with_kernels(folder: Path) -> Iterator[JupyterProcess]:
    """Run a Jupyter server that knows the kernels of this machine; its backend ends with it."""
    environment = isolated_environment(folder)
    # The commands find "jupyter" as people do: beside this interpreter.
    paths = {"PATH": f"{Path(sys.executable).parent}:{environment['PATH']}", "LANG": "C.UTF-8"}
    # Deno knows one place only, below the home.
    paths["JUPYTER_PATH"] = str(folder / "home" / ".local" / "share" / "jupyter")
    for name in ("home", "runtime", "notebooks", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for kernel, command in KERNELS.items():
        if has_program(kernel):
            subprocess.run(command, env={**environment, **paths}, check=True, capture_output=True, timeout=60)
    try:
        with jupyter_process(folder, environment=paths) as server:
            yield server
    finally:
        stop_backend(connection_file=folder / "runtime" / "albert-widgets.json")


@contextlib.asynccontextmanager
async def session(server: JupyterProcess, kernel: str, path: str) -> AsyncIterator[WebSocketClientConnection]:
    """Start a kernel for the notebook at ``path``, as JupyterLab does when it opens one; yields its channels."""
    asked = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
    with server.client() as client:
        answer = await asyncio.to_thread(client.post, f"{server.url}/api/sessions", json=asked)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        address = f"{server.url}/api/kernels/{made['kernel']['id']}/channels".replace("http", "ws", 1)
        # The server answers once the kernel does, which takes long where twenty start at once.
        headers = {"Authorization": f"token {TOKEN}"}
        request = HTTPRequest(address, headers=headers, connect_timeout=60, request_timeout=CELL_SECONDS)
        channels = await websocket_connect(request)
        try:
            yield channels
        finally:
            channels.close()
            await asyncio.to_thread(client.delete, f"{server.url}/api/sessions/{made['id']}")


async def run_cell(channels: WebSocketClientConnection, source: str) -> tuple[int, list[Any]]:
    """Run a cell; return its number and its outputs as a notebook keeps them."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"}
    header |= {"session": uuid.uuid4().hex, "username": "", "date": "2000-01-01T00:00:00Z"}
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
    content |= {"allow_stdin": False, "stop_on_error": True}
    rest = {"parent_header": {}, "metadata": {}, "buffers": [], "channel": "shell"}
    await channels.write_message(json.dumps({"header": header, "content": content, **rest}))
    number, outputs, waiting = 0, [], {"execute_reply", "idle"}
    while message := await next_message(channels, CELL_SECONDS if waiting else LATE_SECONDS):
        if message.get("parent_header", {}).get("msg_id") != header["msg_id"]:
            continue
        kind, content = message["msg_type"], message["content"]
        waiting -= {kind, content.get("execution_state", "")}
        if kind == "execute_reply":
            number = content["execution_count"]
        elif kind == "stream" and outputs and outputs[-1].get("name") == content["name"]:
            outputs[-1].text += content["text"]
        elif kind in {"stream", "display_data", "execute_result", "error"}:
            outputs.append(nbformat.v4.output_from_msg(message))
    assert not waiting, f"no end after {CELL_SECONDS} s: {source}"
    return number, outputs


async def next_message(channels: WebSocketClientConnection, seconds: float) -> dict[str, Any]:
    """Return what comes next, without what is binary; nothing when nothing comes for so long."""
    try:
        said = await asyncio.wait_for(channels.read_message(), seconds)
    except asyncio.TimeoutError:
        return {}
    assert said is not None, "the kernel is gone"
    return json.loads(said) if isinstance(said, str) else {"parent_header": {}}


async def run_cells(server: JupyterProcess, kernel: str, path: str, cells: Sequence[str]) -> list[list[Any]]:
    """Run cells of the notebook at ``path`` from the first to the last; return the outputs of each."""
    async with session(server, kernel, path) as channels:
        return [(await run_cell(channels, cell))[1] for cell in cells]


async def run_notebook(server: JupyterProcess, notebook: Any, path: str) -> None:
    """Run a notebook from top to bottom and put the outputs into it."""
    async with session(server, notebook.metadata.kernelspec.name, path) as channels:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = await run_cell(channels, cell.source)


def text_of(outputs: Sequence[Any]) -> str:
    """What outputs say in words: streams, results as text, and errors."""
    said = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    said += ["\n".join(output.traceback) for output in outputs if output.output_type == "error"]
    return "".join(said)


def main() -> None:
    """Run each notebook of :data:`OTHER_LANGUAGES` and save it with its outputs."""
    with tempfile.TemporaryDirectory() as folder, jupyter_with_kernels(Path(folder)) as server:
        for path in sorted(OTHER_LANGUAGES.glob("*.ipynb")):
            if sys.argv[1:] and path.stem not in sys.argv[1:]:
                continue
            notebook = nbformat.read(path, as_version=4)
            asyncio.run(run_notebook(server, notebook, path.name))
            nbformat.write(notebook, path)
            print(path.name, "ran")


if __name__ == "__main__":
    main()
