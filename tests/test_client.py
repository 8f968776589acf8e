"""The client when things go wrong: killed, refused, overloaded, strange and other-versioned backends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from albert_widgets import folders, windowing
from albert_widgets._version import __version__
from albert_widgets.backend import Backend
from albert_widgets.errors import (
    BackendUnavailable,
    InputInvalid,
    ModelNotFound,
    Overloaded,
    TooLarge,
    Unauthorized,
    VersionMismatch,
)
from albert_widgets.job import JobEvent, JobInfo
from albert_widgets.service import client as client_module
from albert_widgets.service import event_source, transport
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client, connect
from albert_widgets.service.launch import read_connection, stop_backend
from albert_widgets.service.limits import Limits
from tests.serving import TOKEN, HeldBackend, serve, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]

SERVER = f"""
import sys, threading
import uvicorn
from albert_widgets.service.app import create_app
from tests.serving import HeldBackend
backend = HeldBackend()
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
if "go" in sys.argv:
    backend.go_on.set()
Server(uvicorn.Config(create_app(backend, token={TOKEN!r}), port=0, log_level="warning")).run()
"""


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service in a process of its own, so that it can be killed; ``"go"`` lets ``tokenize`` work."""
    child = subprocess.Popen([sys.executable, "-c", SERVER, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        port = child.stdout.readline().strip()
        assert port, "the server did not start"
        yield child, f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


@contextmanager
def stranger(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A web server that is no backend."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name http.server looks for

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content_Type": "text/html", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Cutter:
    """A TCP relay in front of a service that can be told to cut connections, as a bad network does."""

    def __init__(self, url: str) -> None:
        self._target = (urlsplit(url).hostname, urlsplit(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cut_when: Callable[[bytes], bool] = lambda _data: False
        self.cuts = 0
        self.requests: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            threading.Thread(target=self._relay, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._relay, args=(far, near, False), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_request:
                    self.requests.append(data)
                target.sendall(data)
                if self.cut_when(data):
                    self.cuts += 1
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def held(home: Path) -> Iterator[HeldBackend]:
    made = HeldBackend()
    yield made
    made.go_on.set()
    made.close()


@pytest.fixture
def working(held: HeldBackend) -> HeldBackend:
    """A backend that lets everything through at once, and remembers what it was asked."""
    held.go_on.set()
    return held


# --- nobody there, or not any more ----------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((urlsplit(url).hostname, urlsplit(url).port)) == 0


def test_refused_connection_says_what_to_type(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(BackendUnavailable) as caught:
        Client(url, TOKEN).models()
    assert caught.value.message == f"No backend answers at {url}."
    assert caught.value.hint == f"Type: albert-widgets serve. The log of the last one: {folders.log_file()}"


def test_remote_backend_that_is_not_there_says_what_to_check(home: Path) -> None:
    with pytest.raises(BackendUnavailable) as caught:
        Client(f"http://albert-widgets.invalid:{free_port()}", TOKEN).models()
    assert "ALBERT_WIDGETS_URL" in caught.value.hint


def test_backend_killed_in_the_middle_of_a_call(home: Path) -> None:
    with process() as (child, url), ThreadPoolExecutor(1) as pool:
        client = Client(url, TOKEN)
        call = pool.submit(client.tokenize, "never to be answered")
        until(lambda: client.status().running == 1)
        child.kill()
        error = call.exception(60)
        assert type(error) is BackendUnavailable
        assert error.message == f"The backend at {url} went away in the middle of the call."
        assert str(folders.log_file()) in error.hint


def test_call_after_the_backend_died_reconnects_once_and_works(home: Path) -> None:
    asked: list[str] = []
    with process("go") as (first, url), process("go") as (_, second_url):

        def reconnect() -> tuple[str, str]:
            asked.append("again")
            return second_url, TOKEN

        client = Client(url, TOKEN, reconnect=reconnect)
        assert len(client.tokenize("a cat")) == 4
        first.kill()
        first.wait()
        assert len(client.tokenize("a cat")) == 4
        assert client.url == second_url
        assert len(client.tokenize("a cat")) == 4
        assert asked == ["again"]


def test_many_threads_reconnect_together_once(working: HeldBackend) -> None:
    asked: list[str] = []
    with serve(create_app(working, token=TOKEN)) as url:

        def reconnect() -> tuple[str, str]:
            asked.append("again")
            return url, TOKEN

        client = Client(f"http://127.0.0.1:{free_port()}", TOKEN, reconnect=reconnect)
        with ThreadPoolExecutor(8) as pool:
            assert {len(tokens) for tokens in pool.map(client.tokenize, ["a cat"] * 40)} == {4}
        assert asked == ["again"]
        client.close()


def test_reconnecting_to_nobody_ends(home: Path) -> None:
    asked: list[str] = []

    def reconnect() -> tuple[str, str]:
        asked.append("again")
        return f"http://127.0.0.1:{free_port()}", TOKEN

    with pytest.raises(BackendUnavailable, match="No backend answers"):
        Client(f"http://127.0.0.1:{free_port()}", TOKEN, reconnect=reconnect).models()
    assert asked == ["again"]


def test_new_token_on_the_same_port_is_fetched(working: HeldBackend) -> None:
    with serve(create_app(working, token=TOKEN)) as url:
        client = Client(url, "token-of-the-last-backend", reconnect=lambda: (url, TOKEN))
        assert len(client.tokenize("a cat")) == 4
        with pytest.raises(Unauthorized, match="The token is wrong"):
            Client(url, "wrong").models()
        with pytest.raises(Unauthorized, match="The token is wrong"):
            Client(url, "wrong", reconnect=lambda: (url, "wrong, too".replace(", ", "-"))).models()


def test_lost_connection_repeats_a_get_but_never_work(working: HeldBackend) -> None:
    with serve(create_app(working, token=TOKEN)) as url:
        cutter = Cutter(url)
        client = Client(cutter.url, TOKEN)
        client.model("starter")
        cutter.cut_when = lambda data: data.startswith(b"GET /models") and cutter.cuts == 0
        assert client.model("starter").id == "starter"
        assert cutter.cuts == 1

        cutter.cut_when = lambda data: data.startswith(b"POST /tokenize")
        before = len(cutter.requests)
        with pytest.raises(BackendUnavailable, match="went away in the middle of the call"):
            client.tokenize("only once")
        assert sum(data.startswith(b"POST /tokenize") for data in cutter.requests[before:]) == 1

        cutter.cut_when = lambda data: data.startswith(b"GET /models")
        with pytest.raises(BackendUnavailable, match="went away"):
            client.models()
        cutter.close()


# --- overload -------------------------------------------------------------------------------------


def test_overloaded_backend_is_asked_again(held: HeldBackend) -> None:
    app = create_app(held, token=TOKEN, limits=Limits(workers=1, max_concurrent=1))
    with serve(app) as url, ThreadPoolExecutor(2) as pool:
        cutter = Cutter(url)
        client = Client(cutter.url, TOKEN)
        first = pool.submit(client.tokenize, "first")
        until(lambda: held.seen)
        second = pool.submit(client.tokenize, "second")
        until(lambda: sum(b"second" in data for data in cutter.requests) >= 1)
        held.go_on.set()
        assert second.result(60).text == "second"
        assert first.result(60).text == "first"
        assert held.seen == [["first"], ["second"]]
        cutter.close()


def test_overload_that_lasts_is_told(held: HeldBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "RETRY_SECONDS", 0.5)
    app = create_app(held, token=TOKEN, limits=Limits(workers=1, max_concurrent=1))
    with serve(app) as url, ThreadPoolExecutor(1) as pool:
        client = Client(url, TOKEN)
        first = pool.submit(client.tokenize, "first")
        until(lambda: held.seen)
        with pytest.raises(Overloaded) as caught:
            client.tokenize("second")
        assert caught.value.details == {"retry_after": 1, "limit": 1}
        held.go_on.set()
        first.result(60)


# --- somebody else --------------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "headers", "message"),
    [
        (200, PAGE, {}, "What answers at {url} is no albert-widgets backend (200 OK)."),
        (200, b'{"version": 3}', {"Content_Type": "application/json"}, "is no albert-widgets backend (200 OK)."),
        (200, b"[1]", {"Content_Type": "application/json"}, "is no albert-widgets backend (200 OK)."),
        (200, b"\xff" * 100, {"Content_Type": "application/octet-stream"}, "is no albert-widgets backend (200 OK)."),
        (404, PAGE, {}, "is no albert-widgets backend (404 Not Found)."),
        (500, b"", {}, "is no albert-widgets backend (500 Internal Server Error)."),
        (502, PAGE, {}, "A proxy at {url} cannot reach the backend (502 Bad Gateway)."),
        (504, b"", {}, "A proxy at {url} cannot reach the backend (504 Gateway Timeout)."),
        (302, b"", {"Location": "/hub/login"}, "asks for a login (302 Found to /hub/login)."),
        (403, b'{"message": "Forbidden"}', {"Content_Type": "application/json"}, "asks for a login (403 Forbidden)."),
        (401, PAGE, {}, "asks for a login (401 Unauthorized)."),
    ],
)
def test_answers_that_are_not_ours_make_one_sentence(
    home: Path, status: int, body: bytes, headers: dict[str, str], message: str
) -> None:
    with stranger(lambda handler: say(handler, status, body, **headers)) as url:
        with pytest.raises(BackendUnavailable) as caught:
            Client(url, TOKEN).models()
        assert message.format(url=url) in caught.value.message
        assert "\n" not in caught.value.message
        assert "<" not in caught.value.message


@pytest.mark.parametrize(
    "body", [b"", b"\x00", PAGE, b"\xff\xff\xff\xff{}", b"\x02\x00\x00\x00{}", b"\x02\x00\x00\x00[]"]
)
def test_results_that_are_not_ours_make_one_sentence(home: Path, body: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/health":
            health = b'{"status": "ok", "version": "%s", "uptime_seconds": 1}' % __version__.encode()
            say(handler, 200, health, Content_Type="application/json")
        else:
            say(handler, 200, body, Content_Type="application/octet-stream")

    with stranger(answer) as url, pytest.raises(BackendUnavailable, match="cannot be read"):
        Client(url, TOKEN).models()


def test_something_that_speaks_no_http(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def babble() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.close()

        threading.Thread(target=babble, daemon=True).start()
        with pytest.raises(BackendUnavailable, match="went away"):
            Client(f"http://127.0.0.1:{listener.getsockname()[1]}", TOKEN).models()


def test_other_version_says_what_to_type(working: HeldBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albert_widgets.service.routes.models.__version__", "0.0.9")
    with serve(create_app(working, token=TOKEN)) as url:
        with pytest.raises(VersionMismatch) as caught:
            Client(url, TOKEN).tokenize("a cat")
        assert caught.value.message == f"This is albert-widgets {__version__}, but the backend at {url} is 0.0.9."
        assert "albert-widgets serve --replace" in caught.value.hint
        assert 'pip install "albert-widgets==0.0.9"' in caught.value.hint
        assert working.seen == []


def test_version_is_looked_at_once(working: HeldBackend) -> None:
    with serve(create_app(working, token=TOKEN)) as url:
        cutter = Cutter(url)
        client = Client(cutter.url, TOKEN)
        for _ in range(3):
            client.model()
        assert sum(data.startswith(b"GET /health") for data in cutter.requests) == 1
        cutter.close()


# --- what travels ---------------------------------------------------------------------------------


def test_long_lists_are_sent_in_parts(working: HeldBackend, monkeypatch: pytest.MonkeyPatch, checkpoints: Path) -> None:
    working.register(str(checkpoints / "classifier"), name="reviews")
    texts = ["a good film", "sad", "the cat sat on the mat", "happy", "a dog ran"]
    pairs = ["yes", "no", "good", "bad", "fast"]
    with serve(create_app(working, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        whole = client.predict(texts, pair=pairs, model="reviews")
        vectors = client.embed(texts)
        monkeypatch.setattr(windowing, "CHARACTERS", 20)
        in_parts = client.predict(texts, pair=pairs, model="reviews")
        assert in_parts.labels == whole.labels
        assert in_parts.texts == tuple(texts)
        assert np.allclose(in_parts.probabilities, whole.probabilities, atol=1e-6)
        assert np.allclose(client.embed(texts).vectors, vectors.vectors, atol=1e-6)
        working.seen.clear()
        assert [tokens.text for tokens in client.tokenize(texts)] == texts
        assert [text for part in working.seen for text in part] == texts
        assert len(working.seen) > 1
        with pytest.raises(InputInvalid, match="5 texts, but 1 pairs"):
            client.tokenize(texts, pair=["one"])


def test_a_body_over_the_limit_is_told(working: HeldBackend) -> None:
    app = create_app(working, token=TOKEN, limits=Limits(max_body_bytes=10_000))
    with serve(app) as url:
        client = Client(url, TOKEN)
        with pytest.raises(TooLarge, match="larger than 10 kB"):
            client.tokenize("word " * 10_000)
        assert len(client.tokenize("a cat")) == 4


def test_proxies_of_the_environment_are_not_asked_for_loopback(
    working: HeldBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with serve(create_app(working, token=TOKEN)) as url:
        assert Client(url, TOKEN).model().id == "starter"


def test_backend_behind_a_path(working: HeldBackend) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    app = Starlette(routes=[Mount("/user/ada/albert-widgets", create_app(working, token=TOKEN))])
    with serve(app) as url:  # type: ignore[arg-type]
        client = Client(f"{url}/user/ada/albert-widgets/", TOKEN)
        assert client.model("starter").id == "starter"
        with pytest.raises(ModelNotFound):
            client.model("no/such")


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8765", "ftp://localhost", "http://", "http://[::1", "http://a:99999", "http://a\n"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid, match="is no address of a backend"):
        Client(url, TOKEN)


@pytest.mark.parametrize("token", ["", "two words", "tökén", "line\nbreak"])
def test_what_cannot_be_a_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized, match="no usable token"):
        Client("http://127.0.0.1:1", token)


def test_close_is_not_the_end(working: HeldBackend) -> None:
    with serve(create_app(working, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        client.model()
        client.close()
        client.close()
        assert client.model().id == "starter"


# --- connect --------------------------------------------------------------------------------------


@pytest.fixture
def no_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_clients", {})


@pytest.mark.usefixtures("no_clients")
def test_connect_gives_one_client_for_each_backend(working: HeldBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(create_app(working, token=TOKEN)) as url:
        first = connect(url, TOKEN)
        assert connect(url, TOKEN) is first
        assert connect(url, "another-token") is not first
        monkeypatch.setenv("ALBERT_WIDGETS_URL", url)
        monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", TOKEN)
        assert connect() is first
        assert connect(url) is first
        assert connect().model().id == "starter"


@pytest.mark.usefixtures("no_clients")
def test_connect_never_shows_the_token_of_the_environment_to_another_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_WIDGETS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", TOKEN)
    with pytest.raises(Unauthorized, match="There is no token for the backend at http://elsewhere"):
        connect("http://elsewhere.example")


@pytest.mark.usefixtures("no_clients")
def test_connect_with_a_url_but_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_WIDGETS_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("ALBERT_WIDGETS_TOKEN", raising=False)
    with pytest.raises(Unauthorized) as caught:
        connect()
    assert caught.value.hint == "Give token=…, or set ALBERT_WIDGETS_TOKEN."


@pytest.mark.usefixtures("no_clients", "home")
def test_connect_starts_the_shared_backend_and_a_new_one_when_it_died() -> None:
    try:
        client = connect()
        assert connect() is client
        first = read_connection()
        assert first is not None
        assert (client.url, len(client.tokenize("a cat"))) == (first.url, 4)
        os.kill(first.pid, signal.SIGKILL)
        until(lambda: not listens(first.url))
        assert len(client.tokenize("a cat")) == 4
        second = read_connection()
        assert second is not None
        assert (client.url, second.pid != first.pid) == (second.url, True)
    finally:
        stop_backend()


# --- streams, interrupts and weight ---------------------------------------------------------------


def run(script: str, url: str) -> str:
    """Run a small program in the repository, and return what it prints."""
    command = [sys.executable, "-c", script, url]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class ToldBackend(HeldBackend):
    """A backend with one job whose events the test writes itself."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[JobEvent] = []
        self.state = "running"

    def tell(self, text: str) -> None:
        self.events.append(JobEvent(len(self.events) + 1, time.time(), "log", {"text": text}))

    def jobs(self) -> Any:
        return [self.job_info("told-1")]

    def job_info(self, id: str) -> Any:
        return JobInfo(id, "told", {}, self.state, 1.0)

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Any:
        assert not follow
        return iter(self.events[after:])


@pytest.fixture
def told(home: Path) -> Iterator[ToldBackend]:
    made = ToldBackend()
    yield made
    made.close()


def texts_of(events: Any) -> list[str]:
    return [event.data["text"] for event in events]


def test_events_follow_the_job_to_its_end(told: ToldBackend) -> None:
    with serve(create_app(told, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        told.tell("one \u2028 \r\n two")
        stream = client.job("told-1").events()
        assert next(stream).data == {"text": "one \u2028 \r\n two"}
        told.tell("three")
        assert next(stream).seq == 2
        told.tell("four")
        told.state = "finished"
        assert texts_of(stream) == ["four"]
        assert texts_of(client.job_events("told-1", after=1)) == ["three", "four"]
        assert texts_of(client.job_events("told-1", after=2, follow=False)) == ["four"]
        assert texts_of(client.job_events("told-1", after=3)) == []


def test_lost_stream_is_taken_up_where_it_broke_off(told: ToldBackend) -> None:
    with serve(create_app(told, token=TOKEN)) as url:
        cutter = Cutter(url)
        client = Client(cutter.url, TOKEN)
        cutter.cut_when = lambda data: b'"text": "cut here' in data
        told.tell("one")
        stream = client.job_events("told-1")
        assert next(stream).seq == 1
        told.tell("cut here")
        assert next(stream).seq == 2
        until(lambda: cutter.cuts == 1)
        told.tell("three")
        assert next(stream).seq == 3
        told.tell("cut here again")
        assert next(stream).seq == 4
        told.tell("five")
        told.state = "stopped"
        assert texts_of(stream) == ["five"]
        asked = [data for data in cutter.requests if data.startswith(b"GET /jobs/told-1/events")]
        assert [b"last-event-id: 2" in data.lower() for data in asked] == [False, True, False]
        cutter.close()


def test_stream_of_a_dead_backend_ends_with_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_source, "ATTEMPTS", 2)
    with pytest.raises(BackendUnavailable, match="No backend answers"):
        list(Client(f"http://127.0.0.1:{free_port()}", TOKEN).job_events("any"))


def test_keyboard_interrupt_ends_a_call_and_the_client_stays_usable(held: HeldBackend) -> None:
    script = f"""
import sys
from albert_widgets.service.client import Client
client = Client(sys.argv[1], {TOKEN!r})
client.model()
print("calling", flush=True)
try:
    client.tokenize("a cat")
except KeyboardInterrupt:
    print("interrupted", client.model().id, flush=True)
"""
    with serve(create_app(held, token=TOKEN)) as url:
        child = subprocess.Popen([sys.executable, "-c", script, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        until(lambda: held.seen)
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60)[0].split() == ["calling", "interrupted", "starter"]
        held.go_on.set()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_forked_child_opens_connections_of_its_own(working: HeldBackend) -> None:
    script = f"""
import os, sys
from albert_widgets.service.client import Client
client = Client(sys.argv[1], {TOKEN!r})
client.model()
child = os.fork()
for _ in range(20):
    assert len(client.tokenize("a cat and a dog")) == 7
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print("both well")
"""
    with serve(create_app(working, token=TOKEN)) as url:
        assert run(script, url) == "both well"


def test_client_brings_no_heavy_imports_into_a_kernel(working: HeldBackend) -> None:
    script = f"""
import sys
import albert_widgets as aw
client = aw.Client(sys.argv[1], {TOKEN!r})
client.tokenize("a cat"), client.embed(["a cat"]), client.status(), client.models()
heavy = {{"torch", "transformers", "fastapi", "pydantic", "starlette", "uvicorn", "huggingface_hub", "pandas"}}
print(sorted(heavy & set(sys.modules)))
"""
    with serve(create_app(working, token=TOKEN)) as url:
        assert run(script, url) == "[]"


def test_many_threads_share_a_client(backend: Backend) -> None:
    with serve(create_app(backend, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda i: client.tokenize(f"text number {i}"), range(200)))
        assert [tokens.text for tokens in answers] == [f"text number {i}" for i in range(200)]
        client.close()
