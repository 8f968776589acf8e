"""A disk that fills up in the middle of a training: a real small one, in a mount of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

RUN = """
import json, os, sys, time
from pathlib import Path
disk, checkpoint = Path(sys.argv[1]), sys.argv[2]
os.environ |= {"ALBERT_WIDGETS_HOME": str(disk / "home"), "JUPYTER_RUNTIME_DIR": str(disk / "runtime")}
from albert_widgets.backend import Backend
from tests.test_fit import reviews
bert = Backend()
bert.register(checkpoint, name="tiny")
job = bert.fit(reviews(), name="full", model="tiny", epochs=8, patience=0, checkpoint_seconds=1.0, batch_size=8)
def told(kind):
    return [event.data for event in job.events(follow=False) if event.kind == kind]
while not told("checkpoint"):
    time.sleep(0.02)
filler = os.open(disk / "filler", os.O_CREAT | os.O_WRONLY)
try:
    while True:
        os.write(filler, b"x" * 4096)
except OSError as error:
    full = error.strerror
os.close(filler)
failed = job.wait(progress=False)
models = sorted(entry.name for entry in (disk / "home" / "models").iterdir() if entry.is_dir())
os.remove(disk / "filler")
job.resume()
end = job.wait(progress=False)
bert.close()
print(json.dumps({
    "full": full, "state": failed.state, "error": failed.error, "models": models, "end": end.state,
    "result": end.result, "logs": [data["message"] for data in told("log")], "checkpoints": told("checkpoint"),
    "numbers": [event.seq for event in job.events(follow=False)],
}))
"""


def can_mount() -> bool:
    """Whether this machine lets us have a small disk of our own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="no right to mount a small disk here")
@pytest.mark.slow
def test_a_full_disk_costs_no_run(tmp_path: Path, checkpoints: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = f'mount -t tmpfs -o size=4m tmpfs {disk} && exec {sys.executable} -c "$0" {disk} {checkpoints / "bert"}'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mounted, RUN],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["full"] == "No space left on device"
    assert (told["state"], told["error"]["code"], told["models"]) == ("failed", "no_room", [])
    assert sum("No checkpoint can be written" in message for message in told["logs"]) == 1, "said once"
    assert told["end"] == "finished"
    assert told["result"]["model"] == "run:full"
    assert any(data.get("resumed") for data in told["checkpoints"])
    assert told["numbers"] == list(range(1, len(told["numbers"]) + 1)), "no event was lost"
