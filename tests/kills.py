"""kill -9 of a run's job, backend or kernel at random moments: nothing is lost, nothing half-written, all resumed.

``python -m tests.kills --moments 20`` tries that many, each with a run of its own, and prints one line for each.
The tests try a few of them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).parent.parent
VICTIMS = ("job", "backend", "kernel")
PATIENCE_SECONDS = 180.0

HOW = {
    "epochs": 15,
    "learning_rate": 1e-3,
    "batch_size": 8,
    "patience": 0,
    "seed": 5,
    "checkpoint_seconds": 1.0,
    # Each run measures for itself what is faster, and its weights are compared with those of another run.
    "precision": "float32",
}
"""A run of a few seconds, with a checkpoint each second."""

SET_UP = """
import json, os
import albert_widgets as aw
def rows():
    words = "the cat sat on mat because it was tired a dog ran fast film not very".split()
    return [
        (" ".join(words[(n * 7 + k * k) % len(words)] for k in range(3 + n % 9)) + f" {['bad', 'good'][n % 2]} {n}",
         ["negative", "positive"][n % 2])
        for n in range(240)
    ]
"""


@dataclass
class Scene:
    """A place with folders of its own, a checkpoint to begin with, and a notebook's kernel that can be killed."""

    folder: Path
    checkpoint: Path
    manager: KernelManager | None = None
    client: BlockingKernelClient | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = {"ALBERT_WIDGETS_HOME": "home", "JUPYTER_RUNTIME_DIR": "runtime", "HF_HOME": "huggingface"}
        moved = {variable: str(self.folder / name) for variable, name in places.items()}
        self.environment = {**os.environ, **moved, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
        self.open()
        self.ask(f"aw.connect().register({str(self.checkpoint)!r}, name='tiny')")

    def open(self) -> None:
        """Start a kernel, as whoever opens the notebook again."""
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=self.environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_SECONDS)
        self.ask(SET_UP)

    def ask(self, code: str) -> Any:
        """Run code in the kernel, and return what its last line says as JSON; raises what it raises."""
        assert self.client is not None
        *lines, last = code.strip().splitlines()
        said: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                said.append(message["content"]["text"])

        code = "\n".join([*lines, last if last.startswith((" ", "def")) else f"answer = {last}"])
        shown = "" if last.startswith((" ", "def")) else "\nprint('=>', json.dumps(answer, default=str))"
        reply = self.client.execute_interactive(f"{code}{shown}", output_hook=hook, timeout=PATIENCE_SECONDS)
        content = reply["content"]
        assert content["status"] == "ok", "\n".join(content.get("traceback", []))
        told = "".join(said).rpartition("=> ")[2].strip()
        return json.loads(told) if told else None

    def fit(self, name: str) -> str:
        """Start a run and return its job's id."""
        return str(self.ask(f"aw.connect().fit(rows(), name={name!r}, model='tiny', **{HOW!r}).id"))

    def state(self, job: str) -> str:
        """Return a job's state."""
        return str(self.ask(f"aw.connect().job({job!r}).state"))

    def kill(self, victim: str, job: str) -> str:
        """Kill one process at once, and return what it was doing."""
        if victim == "kernel":
            assert self.manager is not None
            self.close_channels()
            self.manager.shutdown_kernel(now=True)
            return "at work"
        connection = json.loads((self.folder / "runtime" / "albert-widgets.json").read_text(encoding="utf-8"))
        if victim == "backend":
            psutil.Process(connection["pid"]).kill()
            return "at work"
        for process in psutil.Process(connection["pid"]).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.cmdline()[-1].endswith(f"/{job}"):
                    process.kill()
                    return "at work"
        return "not there"

    def close_channels(self) -> None:
        """Hang up."""
        if self.client is not None:
            self.client.stop_channels()
            self.client = None

    def close(self) -> None:
        """End the kernel and the backend."""
        self.close_channels()
        if self.manager is not None:
            self.manager.shutdown_kernel(now=True)
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            connection = json.loads((self.folder / "runtime" / "albert-widgets.json").read_text(encoding="utf-8"))
            psutil.Process(connection["pid"]).kill()

    @property
    def models(self) -> Path:
        """The catalogue's folder of runs."""
        return self.folder / "home" / "models"


def until(is_so: Callable[[], Any], what: str) -> Any:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := is_so()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


def check_catalogue(scene: Scene) -> None:
    """See that each model in the catalogue is whole."""
    from safetensors.numpy import load_file

    for folder in (entry for entry in scene.models.iterdir() if entry.is_dir()):
        run = json.loads((folder / "albert_widgets.json").read_text(encoding="utf-8"))
        assert run["metrics"], folder
        assert (folder / "tokenizer.json").stat().st_size, folder
        assert load_file(folder / "model.safetensors"), folder


def weights_of(scene: Scene, name: str) -> dict[str, Any]:
    """Return the weights of a run."""
    from safetensors.numpy import load_file

    return dict(load_file(scene.models / name / "model.safetensors"))


def undisturbed(scene: Scene) -> tuple[float, dict[str, Any]]:
    """Return how many seconds a run takes that nobody kills, and its weights."""
    start = time.monotonic()
    job = scene.fit("undisturbed")
    until(lambda: scene.state(job) == "finished", "the undisturbed run did not end")
    return time.monotonic() - start, weights_of(scene, "undisturbed")


def try_moment(scene: Scene, victim: str, seconds: float, expected: dict[str, Any], name: str) -> str:
    """Kill ``victim`` so many seconds after a run began, go on, and return what happened in one line.

    Raises
    ------
    AssertionError
        The run was lost, a model is half-written, or the resumed run ends otherwise than the undisturbed one.
    """
    job = scene.fit(name)
    time.sleep(seconds)
    found = scene.kill(victim, job)
    check_catalogue(scene)
    if victim == "kernel":
        scene.open()
    state = until(
        lambda: (
            (state := scene.state(job)) in {"interrupted", "finished"} and state
            if victim != "kernel"
            else scene.state(job)
        ),
        f"{job} was lost",
    )
    if state == "interrupted":
        scene.ask(f"aw.connect().job({job!r}).resume().state")
    end = until(
        lambda: (state := scene.state(job)) in {"finished", "failed", "interrupted", "stopped"} and state,
        f"{job} did not end",
    )
    assert end == "finished", (end, scene.ask(f"aw.connect().job({job!r}).info.error"))
    check_catalogue(scene)
    distance = max(float(np.abs(weights - expected[key]).max()) for key, weights in weights_of(scene, name).items())
    assert distance < 1e-4, f"{job} ended {distance} from the undisturbed run"
    resumed = scene.ask(
        f"[e.data['step'] for e in aw.connect().job({job!r}).events(follow=False) "
        "if e.kind == 'checkpoint' and e.data.get('resumed')]"
    )
    how = f"went on from step {resumed[-1]}" if resumed else "began anew" if state == "interrupted" else "went on"
    return f"{victim:8} {seconds:5.1f} s  {found:10} {state:12} {how:26} largest difference {distance:.1e}"


def main(arguments: list[str]) -> None:
    """Try moments and print them."""
    from tests.checkpoints import save_all

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)  # moments, no secrets
    with tempfile.TemporaryDirectory() as place:
        scene = Scene(Path(place), save_all(Path(place) / "checkpoints") / "bert")
        try:
            longest, expected = undisturbed(scene)
            print(f"undisturbed: {longest:.1f} s")
            for number in range(given.moments):
                victim = VICTIMS[number % len(VICTIMS)]
                print(try_moment(scene, victim, chance.uniform(0, longest), expected, f"moment-{number}"), flush=True)
        finally:
            scene.close()


if __name__ == "__main__":
    main(sys.argv[1:])
