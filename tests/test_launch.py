"""The shared backend is found or started exactly once, survives whatever lies around, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from albert_widgets import folders
from albert_widgets.errors import (
    BackendUnavailable,
    Conflict,
    InputInvalid,
    NoRoom,
    Unauthorized,
    VersionMismatch,
)
from albert_widgets.service.connection import Connection, is_serving, read_connection, write_connection
from albert_widgets.service.finding import look
from albert_widgets.service.launch import ensure_backend, start_backend, stop_backend
from tests.backend_process import (
    ROOT,
    albert_processes,
    end_all,
    has_ended,
    run,
    run_thin,
    serving,
    thin_site,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("place")


@pytest.fixture
def place(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The runtime folder of this test, whose name is as awkward as some users' names; all its servers end."""
    folder = tmp_path / "Zoë's läufe 你好"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield folder
    end_all()


def get(connection: Connection, path: str = "/models", **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {connection.token}", **headers}
    return httpx.get(f"{connection.url}{path}", headers=headers, timeout=60, trust_env=False)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def connection_to(port: int, pid: int) -> Connection:
    return Connection(f"http://127.0.0.1:{port}", "t" * 43, pid, "0.1.0", time.time(), socket.gethostname())


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


class Stranger:
    """Another program on a port; it answers everything, and remembers who asked."""

    def __init__(self) -> None:
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                body = b'{"status": "ok"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    made = Stranger()
    yield made
    made.server.shutdown()
    made.server.server_close()


# --- exactly once ---------------------------------------------------------------------------------


def test_twenty_processes_at_once_start_one_server(place: Path):
    code = """
import sys
from albert_widgets.service.launch import ensure_backend
import httpx
print("ready", flush=True)
sys.stdin.readline()
found = ensure_backend()
headers = {"Authorization": "Bearer " + found.token}
answer = httpx.get(found.url + "/models", headers=headers, trust_env=False, timeout=60)
print(found.pid, answer.status_code, "torch" in sys.modules, flush=True)
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    clients = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes) for _ in range(20)]
    for client in clients:
        assert client.stdout.readline() == "ready\n"
    for client in clients:
        client.stdin.write("go\n")
        client.stdin.flush()
    answers = [client.communicate(timeout=120)[0].split() for client in clients]

    processes = albert_processes()
    assert [process.pid for process in processes] == [read_connection().pid]
    assert answers == [[str(processes[0].pid), "200", "False"]] * 20
    assert folders.log_file().read_text().count("listens at") == 1


def test_a_second_call_returns_the_same_backend(place: Path):
    assert ensure_backend() == ensure_backend()
    assert len(albert_processes()) == 1


def test_server_outlives_its_starter_and_works_elsewhere(place: Path):
    code = "from albert_widgets.service.launch import ensure_backend; print(ensure_backend().pid)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    process = psutil.Process(int(done.stdout))
    assert get(read_connection()).status_code == 200
    assert process.cwd() == str(Path.home())
    assert os.getsid(process.pid) == process.pid


def test_a_second_serve_says_where_the_first_is_and_leaves_it_alone(place: Path):
    first = ensure_backend()
    second = run("serve")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert first.url in second.stderr
    assert "albert-widgets serve --replace" in second.stderr
    assert ensure_backend() == first


def test_replace_stops_the_first(place: Path):
    first = ensure_backend()
    assert run("serve", "--replace", "--background").returncode == 0
    second = ensure_backend()
    assert second.pid != first.pid
    assert has_ended(first.pid)
    assert get(second).status_code == 200


def test_serve_started_by_hand_is_found(place: Path):
    with serving() as process:
        assert ensure_backend().pid == process.pid


# --- what lies around -----------------------------------------------------------------------------


def test_killed_server_is_replaced(place: Path):
    first = ensure_backend()
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: has_ended(first.pid), "SIGKILL")
    second = ensure_backend()
    assert (second.pid, second.token) != (first.pid, first.token)
    assert get(second).status_code == 200


def test_stale_file_is_replaced_and_nobody_else_is_asked(place: Path, stranger: Stranger):
    place.mkdir()
    write_connection(folders.connection_file(), connection_to(stranger.port, dead_pid()))
    found = ensure_backend()
    assert get(found).status_code == 200
    assert stranger.asked == []


def test_reused_pid_and_port_are_not_taken_for_a_backend(place: Path, stranger: Stranger):
    place.mkdir()
    write_connection(folders.connection_file(), connection_to(stranger.port, os.getpid()))
    found = ensure_backend()
    assert found.pid != os.getpid()
    assert get(found).status_code == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"url": 3, "token": "t", "pid": 1, "version": ""}',
        b'{"url": "ftp://x", "token": "t", "pid": 1, "version": ""}',
        b'{"url": "http://127.0.0.1:1", "token": "", "pid": 1, "version": ""}',
        b'{"url": "http://127.0.0.1:1", "token": "t", "pid": -1, "version": ""}',
        b'{"url": "http://127.0.0.1:1", "token": "t", "pid": true, "version": ""}',
    ],
)
def test_garbage_is_no_connection(place: Path, garbage: bytes):
    place.mkdir()
    folders.connection_file().write_bytes(garbage)
    assert read_connection() is None
    assert stop_backend() is None


def test_garbage_file_is_replaced(place: Path):
    place.mkdir()
    folders.connection_file().write_bytes(b'{"url": "http://127')
    assert get(ensure_backend()).status_code == 200


def test_running_server_writes_a_lost_or_garbled_file_anew(place: Path):
    first = ensure_backend()
    folders.connection_file().write_bytes(b"nonsense")
    assert ensure_backend() == first
    wait_until(lambda: len(albert_processes()) == 1, "the second one did not give up")
    for file in place.iterdir():
        file.unlink()
    wait_until(lambda: read_connection() == first, "the file did not come back")
    assert is_serving(folders.connection_file())
    assert ensure_backend() == first


def test_folder_in_place_of_the_file_is_an_error_in_words(place: Path):
    folders.connection_file().mkdir(parents=True)
    with pytest.raises(BackendUnavailable, match="cannot be kept in"):
        ensure_backend()
    assert albert_processes() == []


# --- who may come in ------------------------------------------------------------------------------


def test_only_the_owner_can_read_the_files(place: Path):
    ensure_backend()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    for file in (folders.connection_file(), folders.log_file()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_connection_file_is_what_other_languages_need(place: Path):
    found = ensure_backend()
    data = json.loads(folders.connection_file().read_text(encoding="utf-8"))
    assert data == asdict(found)
    assert data["url"].startswith("http://127.0.0.1:")
    assert len(data["token"]) >= 43
    assert found.token not in repr(found)


def test_token_and_host_are_asked_for(place: Path):
    found = ensure_backend()
    assert get(found, Authorization="Bearer wrong").status_code == 401
    assert get(found, Authorization="").status_code == 401
    assert get(found, Host="evil.example").status_code == 403
    assert get(found, Origin="https://evil.example").status_code == 403
    assert get(found, "/health", Authorization="").json()["status"] == "ok"
    assert look(replace(found, token="wrong")) is None


def test_other_machines_need_a_chosen_token(place: Path, tmp_path: Path):
    refused = run("serve", "--host", "0.0.0.0")
    assert refused.returncode == 1
    assert "--token-file" in refused.stderr
    assert not place.exists()
    short = tmp_path / "short.txt"
    short.write_text("secret")
    assert "has 6 characters" in run("serve", "--host", "0.0.0.0", "--token-file", short).stderr
    assert "cannot be read" in run("serve", "--token-file", tmp_path / "none.txt").stderr


def test_named_hosts_come_in_with_the_token_of_the_file(place: Path, tmp_path: Path):
    token = tmp_path / "token.txt"
    token.write_text("0123456789abcdef0123\n")
    token.chmod(0o644)
    with serving("--host", "0.0.0.0", "--token-file", token, "--allowed-host", "gpu.example.org") as process:
        found = read_connection()
        # Programs of this machine have a token of their own, which no other machine needs to know.
        assert found.token != "0123456789abcdef0123"
        assert get(found).status_code == 200
        found = replace(found, token="0123456789abcdef0123")
        assert get(found).status_code == 200
        assert get(found, Host="gpu.example.org").status_code == 200
        assert get(found, Host="other.example.org").status_code == 403
        process.terminate()
        said = process.communicate(timeout=60)[0]
    assert "Warning: other users of this machine can read the tokens" in said
    assert "without TLS" in said
    assert found.token not in said


# --- the end --------------------------------------------------------------------------------------


def nothing_is_left(place: Path) -> bool:
    """No process, and no file but the log and the empty locks."""
    left = {file.name for file in place.iterdir()} - {"albert-widgets.log"}
    locks = {"albert-widgets.serving.lock", "albert-widgets.starting.lock"}
    return left <= locks and albert_processes() == [] and not is_serving(folders.connection_file())


def test_idle_server_ends_itself_and_leaves_nothing(place: Path):
    found = start_backend(arguments=["--idle-minutes", "0.02"])
    wait_until(lambda: has_ended(found.pid), "it never ended itself")
    assert nothing_is_left(place)
    assert "Traceback" not in folders.log_file().read_text()


def test_an_open_event_stream_is_not_idle(place: Path):
    found = start_backend(arguments=["--idle-minutes", "0.02"])
    headers = {"Authorization": f"Bearer {found.token}"}
    with httpx.stream("GET", f"{found.url}/events", headers=headers, timeout=60, trust_env=False) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        next(lines)
        time.sleep(5)
        assert not has_ended(found.pid)
    wait_until(lambda: has_ended(found.pid), "it never ended itself")
    assert nothing_is_left(place)


def test_looking_at_the_health_does_not_keep_it_alive(place: Path):
    found = start_backend(arguments=["--idle-minutes", "0.02"])

    def has_ended_while_watched() -> bool:
        try:
            httpx.get(f"{found.url}/health", trust_env=False)
        except httpx.TransportError:
            return has_ended(found.pid)
        return False

    wait_until(has_ended_while_watched, "the monitor kept it alive")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_ends_it_cleanly(place: Path, number: signal.Signals):
    with serving() as process:
        assert get(read_connection()).status_code == 200
        process.send_signal(number)
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert "Traceback" not in said
    assert nothing_is_left(place)


def test_signal_ends_it_in_the_middle_of_work_and_streams(place: Path):
    with serving() as process:
        found = read_connection()
        headers = {"Authorization": f"Bearer {found.token}"}
        assert httpx.post(f"{found.url}/models/starter/load", headers=headers, timeout=120).status_code == 200

        answers = []

        def embed() -> None:
            texts = [f"{number} long words " * 60 for number in range(5_000)]
            answers.append(httpx.post(f"{found.url}/embed", headers=headers, json={"texts": texts}, timeout=120))

        working = threading.Thread(target=embed)
        working.start()
        wait_until(lambda: get(found, "/status").json()["running"] == 1, "the work never began")
        with httpx.stream("GET", f"{found.url}/events", headers=headers, timeout=60):
            process.terminate()
            assert process.wait(60) == 0
        working.join()
    assert answers[0].status_code == 503
    assert answers[0].json()["error"]["message"] == "The backend was stopped while it worked on this call."
    assert nothing_is_left(place)


def test_stop_ends_it(place: Path):
    first = ensure_backend()
    assert stop_backend() == first
    wait_until(lambda: has_ended(first.pid), "it did not end")
    assert nothing_is_left(place)
    assert stop_backend() is None


def test_stop_ends_a_stuck_server(place: Path):
    first = ensure_backend()
    os.kill(first.pid, signal.SIGSTOP)
    with pytest.raises(BackendUnavailable, match="does not answer") as raised:
        look(first, seconds=1)
    assert "serve --replace" in raised.value.hint
    assert stop_backend(timeout=8) == first
    wait_until(lambda: has_ended(first.pid), "it did not end")
    assert nothing_is_left(place)


def test_stop_never_ends_a_stranger_that_has_the_pid(place: Path):
    place.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        write_connection(folders.connection_file(), connection_to(free_port(), innocent.pid))
        assert stop_backend() is None
        assert innocent.poll() is None
        innocent.communicate()
    assert not folders.connection_file().exists()


# --- when it cannot start -------------------------------------------------------------------------


def test_taken_port_says_what_to_type(place: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        by_hand = run("serve", "--port", port)
        with pytest.raises(BackendUnavailable, match=f"Port {port} of 127.0.0.1 is taken"):
            start_backend(arguments=[f"--port={port}"])
    assert by_hand.returncode == 1
    assert by_hand.stderr.count("\n") == 1
    assert "albert-widgets serve --port 0" in by_hand.stderr
    assert nothing_is_left(place)


def test_fixed_port_can_be_used_again_at_once(place: Path):
    port = free_port()
    for _ in range(2):
        found = start_backend(arguments=[f"--port={port}"])
        assert found.url.endswith(f":{port}")
        assert get(found).status_code == 200
        stop_backend()


def test_early_death_shows_the_last_lines_of_the_log(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = tmp_path / "broken" / "fastapi"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('fastapi is of another Python')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(broken.parent), str(ROOT)]))
    folders.runtime_dir().mkdir()
    folders.log_file().write_text("a line of yesterday\n")
    with pytest.raises(BackendUnavailable, match="ended while it started") as raised:
        ensure_backend()
    assert "ImportError: fastapi is of another Python" in raised.value.message
    assert "yesterday" not in raised.value.message
    assert str(folders.log_file()) in raised.value.hint
    assert "a line of yesterday" in folders.log_file().read_text()
    assert raised.value.details["exit_code"] == 1
    assert nothing_is_left(place)


def test_impatience_says_so_and_the_server_is_found_later(place: Path):
    with pytest.raises(BackendUnavailable, match="did not answer within"):
        ensure_backend(timeout=0.2)
    assert get(ensure_backend()).status_code == 200
    wait_until(lambda: len(albert_processes()) == 1, "two servers")


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """The runtime folder on a disk of its own, of 64 kB."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False, text=True
    )
    if mounted.returncode:
        pytest.skip(f"mounting is not permitted here: {mounted.stderr.strip()}")
    yield place
    end_all()
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> None:
    with (disk / "full").open("wb", buffering=0) as file:
        for _ in range(100):
            with contextlib.suppress(OSError):
                file.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0


def test_full_disk_is_an_error_in_words(small_disk: Path):
    fill(small_disk)
    with pytest.raises(NoRoom, match="No space left on device") as raised:
        ensure_backend()
    assert "JUPYTER_RUNTIME_DIR" in raised.value.hint
    by_hand = run("serve")
    assert (by_hand.returncode, by_hand.stderr.count("\n")) == (1, 1)
    assert "No space left" in by_hand.stderr
    assert albert_processes() == []
    (small_disk / "full").unlink()
    assert get(ensure_backend()).status_code == 200


def test_disk_that_fills_up_later_does_not_disturb(small_disk: Path):
    found = ensure_backend()
    fill(small_disk)
    assert ensure_backend() == found
    assert stop_backend() == found
    assert not [file.name for file in small_disk.iterdir() if "partial" in file.name]


def test_read_only_folder_is_an_error_in_words(small_disk: Path):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(NoRoom, match="Read-only file system"):
        ensure_backend()


def test_file_in_place_of_the_folder_is_an_error_in_words(place: Path):
    place.write_text("a file")
    with pytest.raises(NoRoom, match="File exists|Not a directory"):
        ensure_backend()


# --- other backends -------------------------------------------------------------------------------


def test_named_backend_is_taken_as_it_is_and_nothing_starts(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALBERT_WIDGETS_URL", "https://gpu.example.org/albert/")
    with pytest.raises(Unauthorized, match="no usable token"):
        ensure_backend()
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", "t" * 20)
    assert ensure_backend() == Connection("https://gpu.example.org/albert", "t" * 20)
    monkeypatch.setenv("ALBERT_WIDGETS_URL", "gpu.example.org")
    with pytest.raises(InputInvalid, match="no address"):
        ensure_backend()
    assert not place.exists()


def test_core_installation_says_what_to_install_or_takes_the_door(place: Path, tmp_path: Path):
    site = thin_site(tmp_path / "site")
    code = """
from albert_widgets.errors import AlbertError
from albert_widgets.service.launch import ensure_backend
try:
    print(ensure_backend().url)
except AlbertError as error:
    print(error.code, "|", error.hint)
"""
    none = run_thin(site, code)
    assert none.stdout == 'missing_extra | pip install "albert-widgets[backend]"\n', none.stderr
    door = {"ALBERT_WIDGETS_DOOR_URL": "http://127.0.0.1:8888/albert-widgets/", "ALBERT_WIDGETS_DOOR_TOKEN": "t" * 20}
    assert run_thin(site, code, **door).stdout == "http://127.0.0.1:8888/albert-widgets\n"
    running = ensure_backend()
    assert run_thin(site, code, **door).stdout == f"{running.url}\n"


def test_other_version_says_what_to_type_and_can_be_stopped(place: Path):
    other = "import albert_widgets._version as v; v.__version__ = '9.9.9'"
    with serving(first=other) as process:
        with pytest.raises(VersionMismatch, match=r"is 9\.9\.9") as raised:
            ensure_backend()
        assert "albert-widgets serve --replace" in raised.value.hint
        assert stop_backend().pid == process.pid
    assert get(ensure_backend()).status_code == 200


def test_another_connection_file_is_another_backend(place: Path, tmp_path: Path):
    first = ensure_backend()
    elsewhere = tmp_path / "elsewhere" / "mine.json"
    second = start_backend(connection_file=elsewhere)
    try:
        assert second.pid != first.pid
        assert read_connection(elsewhere) == second
        assert elsewhere.with_suffix(".log").exists()
    finally:
        assert stop_backend(connection_file=elsewhere) == second
    assert ensure_backend() == first


def test_idle_time_must_be_a_number(place: Path):
    from albert_widgets.service.listening import ServeOptions
    from albert_widgets.service.server import serve

    for minutes in (-1.0, float("nan"), float("inf")):
        with pytest.raises(InputInvalid, match="no idle time"):
            serve(ServeOptions(idle_minutes=minutes), print)


def test_server_in_this_process_refuses_to_be_the_second(place: Path):
    from albert_widgets.service.listening import ServeOptions
    from albert_widgets.service.server import serve

    first = ensure_backend()
    with pytest.raises(Conflict, match=first.url):
        serve(ServeOptions(), print)
