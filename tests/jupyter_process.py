"""A real Jupyter server in its own process, with a home of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
TOKEN = "jupyters-own-token"
BASE_URL = "/user/zo%C3%AB@b/"
START_SECONDS = 90


class JupyterProcess:
    """A running server; make one with :func:`jupyter_process`."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.runtime = folder / "runtime"
        self.root = folder / "notebooks"
        self.log_file = folder / "jupyter.log"
        self.info: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """The address of the server with its base URL, without a slash at the end."""
        scheme = "https" if self.info["secure"] else "http"
        host = self.info["hostname"].replace("localhost", "127.0.0.1")
        place = "localhost" if self.info["sock"] else f"{host}:{self.info['port']}"
        return f"{scheme}://{place}{self.info['base_url']}".rstrip("/")

    @property
    def door(self) -> str:
        """The address of our routes."""
        return f"{self.url}/albert-widgets"

    @property
    def log(self) -> str:
        """What it logged so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def client(self, token: str | None = f"token {TOKEN}", **headers: str) -> httpx.Client:
        """An HTTP client that shows ``token``."""
        if token is not None:
            headers["Authorization"] = token
        transport = httpx.HTTPTransport(uds=self.info["sock"]) if self.info["sock"] else None
        return httpx.Client(headers=headers, timeout=120, trust_env=False, verify=False, transport=transport)

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            for file in self.runtime.glob("jpserver-*.json"):
                with contextlib.suppress(ValueError, httpx.HTTPError):
                    self.info = json.loads(file.read_text(encoding="utf-8"))
                    with self.client() as client:
                        if client.get(f"{self.url}/api").status_code == 200:
                            return
            time.sleep(0.1)
        raise AssertionError(f"Jupyter did not start:\n{self.log}")


def isolated_environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a user whose whole home is ``folder``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "ALBERT_"))}
    return {
        **inherited,
        "HOME": str(folder / "home"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        # Extensions of this home come before those of the environment, which may be of another checkout.
        "JUPYTER_PREFER_ENV_PATH": "0",
        # The files of the repository, whether or not the package is installed.
        "JUPYTER_CONFIG_PATH": str(ROOT / "albert_widgets" / "etc"),
        "PYTHONPATH": str(ROOT),
        "ALBERT_WIDGETS_HOME": str(folder / "albert-widgets"),
        "HF_HOME": str(folder / "huggingface"),
        "HF_HUB_OFFLINE": "1",
        # Nothing is made ready for onnxruntime in the background of a test.
        "ALBERT_WIDGETS_ENGINE": "torch",
        **more,
    }


@contextlib.contextmanager
def jupyter_process(
    folder: Path, *arguments: str, app: str = "server", environment: dict[str, str] | None = None
) -> Iterator[JupyterProcess]:
    """Run ``jupyter <app>`` under :data:`BASE_URL`, with its files in ``folder``."""
    for name in ("home", "runtime", "notebooks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    log = folder / "jupyter.log"
    command = [
        *(sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root"),
        f"--ServerApp.base_url={BASE_URL}",
        *([] if any("sock" in argument for argument in arguments) else ["--ServerApp.port=0"]),
        f"--ServerApp.root_dir={folder / 'notebooks'}",
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.allow_unauthenticated_access=False",
        *arguments,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=isolated_environment(folder, **(environment or {})),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = JupyterProcess(process, folder)
    try:
        server.wait()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run_in_kernel(server: JupyterProcess, code: str) -> str:
    """Run code in a new kernel of the server, and return what it printed."""
    from jupyter_client.blocking import BlockingKernelClient

    with server.client() as client:
        kernel = client.post(f"{server.url}/api/kernels", json={"name": "python3"}).json()["id"]
        file = server.runtime / f"kernel-{kernel}.json"
        deadline = time.monotonic() + START_SECONDS
        while not file.exists():
            assert time.monotonic() < deadline, "the kernel never started"
            time.sleep(0.05)
        channel = BlockingKernelClient(connection_file=str(file))
        channel.load_connection_file()
        channel.start_channels()
        printed: list[str] = []
        try:
            is_ready = False
            while not is_ready:
                # On a busy machine the heart of a kernel that starts may miss a beat, and it is taken for dead.
                with contextlib.suppress(RuntimeError):
                    channel.wait_for_ready(timeout=START_SECONDS)
                    is_ready = True
                assert is_ready or time.monotonic() < deadline, "the kernel never answered"
            reply = channel.execute_interactive(
                code,
                timeout=START_SECONDS,
                output_hook=lambda message: printed.append(message["content"].get("text", "")),
            )
            assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            channel.stop_channels()
            client.delete(f"{server.url}/api/kernels/{kernel}")
    return "".join(printed)
