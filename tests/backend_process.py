"""Real backend processes for tests: found by their runtime folder, and never left behind."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60


def albert_processes() -> list[psutil.Process]:
    """The ``albert-widgets`` processes that live with this test's runtime folder, zombies not among them."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            is_ours = process.environ().get("JUPYTER_RUNTIME_DIR") == os.environ["JUPYTER_RUNTIME_DIR"]
            if is_ours and "albert_widgets" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def end_all() -> None:
    """Kill what a test left behind."""
    for process in albert_processes():
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(PATIENCE_SECONDS)


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Wait until something is so; fail when that takes absurdly long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def has_ended(pid: int) -> bool:
    """Whether there is no such process any more, or only its entry in its parent's table."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def command(*arguments: object) -> list[str]:
    """The command ``albert-widgets`` with arguments."""
    return [sys.executable, "-m", "albert_widgets", *map(str, arguments)]


def run(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``albert-widgets`` to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextlib.contextmanager
def serving(*arguments: object, first: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run ``albert-widgets serve`` as in a terminal, until its file is written; ``first`` is code to run before."""
    from albert_widgets.service.connection import read_connection

    code = f"import sys; {first or 'pass'}\nfrom albert_widgets.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        wait_until(lambda: process.poll() is not None or read_connection(), "the server never came up")
        assert process.poll() is None, process.communicate()[0]
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def thin_site(folder: Path) -> Path:
    """A folder with the core installation alone, as ``pip install albert-widgets`` makes it: no backend extra."""
    import tomllib

    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    waiting = [Requirement(line) for line in dependencies]
    done: set[str] = set()
    folder.mkdir()
    (folder / "albert_widgets").symlink_to(ROOT / "albert_widgets")
    while waiting:
        requirement = waiting.pop()
        distribution = importlib.metadata.distribution(requirement.name)
        if distribution.name in done:
            continue
        done.add(distribution.name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in {"..", "__pycache__"}}:
            with contextlib.suppress(FileExistsError):
                (folder / top).symlink_to(distribution.locate_file(top))
        waiting += [
            needed
            for needed in map(Requirement, distribution.requires or ())
            if needed.marker is None or needed.marker.evaluate({"extra": ""})
        ]
    return folder


def run_thin(site: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in the core installation of :func:`thin_site`."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
