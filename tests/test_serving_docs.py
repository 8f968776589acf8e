"""What docs/serving gives people to copy: command lines that the command takes, and a unit that systemd takes."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from albert_widgets.cli import _parser
from albert_widgets.serve_command import serve
from tests.backend_process import ROOT, run, serving

DOCS = ROOT / "docs"
SERVICE = DOCS / "serving" / "albert-widgets.service"
CONTAINER = DOCS / "serving" / "Containerfile"


def options(words: list[str]) -> argparse.Namespace:
    """What the command makes of a command line; it ends the process where it does not understand."""
    program, *arguments = words
    assert Path(program).name == "albert-widgets"
    return _parser().parse_args(arguments)


def joined(text: str) -> str:
    """Text without the line breaks that a backslash takes back."""
    return text.replace("\\\n", " ")


def instruction(name: str) -> list[str]:
    """The words of an instruction of the Containerfile in its exec form."""
    return json.loads(re.search(rf"^{name} .*?(\[.*\])$", CONTAINER.read_text(), re.MULTILINE)[1])


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "serving.md"])
def test_command_lines_of_the_docs_are_understood(page: Path) -> None:
    lines = re.findall(r"^albert-widgets serve .*$", joined(page.read_text(encoding="utf-8")), re.MULTILINE)
    assert lines
    for line in lines:
        assert options(shlex.split(line, comments=True)).command is serve


def test_every_option_of_the_table_exists() -> None:
    table = re.findall(r"^\| (`--.*?) \|", (DOCS / "serving.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    told = run("serve", "--help").stdout
    assert {"--token-file", "--certfile", "--user-jobs"} <= named
    assert all(option in told for option in named)


def test_the_container_serves_other_machines_and_never_ends_itself() -> None:
    told = options(instruction("ENTRYPOINT"))
    assert (told.host, told.port, told.idle_minutes) == ("0.0.0.0", 8787, 0)
    assert str(told.token_file) == "/etc/albert-widgets/tokens.txt"
    text = CONTAINER.read_text()
    assert re.search(r"^USER 10001$", text, re.MULTILINE), "not root"
    assert text.index("\nUSER") > text.index("\nRUN")
    assert f"EXPOSE {told.port}" in text
    known = {"FROM", "RUN", "USER", "WORKDIR", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT"}
    lines = [line for line in joined(text).splitlines() if line and not line.startswith("#")]
    assert {line.split()[0] for line in lines} == known


def test_its_health_check_tells_a_server_from_none(home: Path) -> None:
    del home
    program, *arguments = instruction("HEALTHCHECK")
    assert program == "python"
    check = [sys.executable, *arguments]
    assert subprocess.run(check, cwd=ROOT, capture_output=True, check=False).returncode == 1
    with serving():
        assert subprocess.run(check, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_the_unit_serves_other_machines_with_tls() -> None:
    told = options(shlex.split(re.search(r"^ExecStart=(.*)$", SERVICE.read_text(), re.MULTILINE)[1]))
    assert (told.host, told.idle_minutes) == ("0.0.0.0", 0)
    assert all((told.token_file, told.certfile, told.keyfile))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / SERVICE.name
    # Program and user of the unit are not on this machine.
    program = SERVICE.read_text().replace("/opt/albert-widgets/bin/albert-widgets", sys.executable)
    unit.write_text(re.sub(r"^(User|Group)=.*\n", "", program, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert not [line for line in done.stderr.splitlines() if SERVICE.name in line], done.stderr
