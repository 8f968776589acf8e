"""The door, in a real Jupyter server under a base URL with an encoded character, in front of a real backend."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import httpx
import numpy as np
import openai
import psutil
import pytest
import uvicorn

from albert_widgets._version import __version__
from albert_widgets.errors import BackendUnavailable
from albert_widgets.service import wire
from albert_widgets.service.client import Client
from albert_widgets.service.launch import stop_backend
from tests.checkpoints import made_endless
from tests.jupyter_process import ROOT, TOKEN, JupyterProcess, isolated_environment, jupyter_process, run_in_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from albert_widgets.backend import Backend
    from albert_widgets.service.activity import Activity

BACKEND_TOKEN = "the-backends-own-token"
TEXT = "Zoë's naïve café 你好 🙂"
WAIT_SECONDS = 60


class Served:
    """A real service in a thread of this process, so that a test can look into it."""

    def __init__(self, backend: Backend) -> None:
        from albert_widgets.service.activity import Activity
        from albert_widgets.service.app import create_app

        self.activity: Activity = Activity()
        self.requests: list[dict[str, str]] = []
        app = create_app(backend, token=BACKEND_TOKEN, activity=self.activity)

        async def recorded(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
                target = f"{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
                self.requests.append({**headers, ":target": target})
            await app(scope, receive, send)

        self.server = uvicorn.Server(uvicorn.Config(recorded, port=0, log_level="warning", log_config=None))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]


class BrokenBackend:
    """What a crash looks like from outside: it hangs up on requests, or within an answer, or says no more."""

    HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    HALVES: ClassVar = {
        b"/half-counted": HEAD + b"Content-Length: 100\r\n\r\nhalf",
        b"/half-chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"/silent": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    }

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.was_left = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=self._socket.accept(), daemon=True).start()

    def _talk(self, connection: socket.socket, _address: object) -> None:
        with connection:
            head = connection.recv(65536)
            while b"\r\n\r\n" not in head:
                if not (more := connection.recv(65536)):
                    return
                head += more
            method, target, *_ = head.split()
            self.seen.append(f"{method.decode()} {target.decode()}")
            connection.sendall(self.HALVES.get(target, b""))
            if target == b"/silent":
                assert connection.recv(1) == b"", "the door has nothing more to say"
                self.was_left.set()


def wait_until(is_done: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def service(backend: Backend) -> Iterator[Served]:
    served = Served(backend)
    yield served
    served.server.should_exit = True
    served.thread.join(20)


@pytest.fixture(scope="module")
def jupyter(service: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterProcess]:
    """A Jupyter server whose backend is ``service``, as for a class with one GPU host."""
    environment = {
        "ALBERT_WIDGETS_URL": f"http://127.0.0.1:{service.port}",
        "ALBERT_WIDGETS_TOKEN": BACKEND_TOKEN,
        # As if it had been started from a notebook of another Jupyter server.
        "ALBERT_WIDGETS_DOOR_URL": "http://127.0.0.1:9/outer/albert-widgets/",
        "ALBERT_WIDGETS_DOOR_TOKEN": "outer",
    }
    with jupyter_process(tmp_path_factory.mktemp("jupyter"), environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def kernel_environment(jupyter: JupyterProcess) -> dict[str, str]:
    """What a kernel of the server finds in its environment."""
    return environment_of_kernel(jupyter)


def environment_of_kernel(server: JupyterProcess) -> dict[str, str]:
    return dict(json.loads(run_in_kernel(server, "import json, os; print(json.dumps(dict(os.environ)))")))


@pytest.fixture
def browser(jupyter: JupyterProcess) -> Iterator[httpx.Client]:
    """A logged-in browser: it has cookies, and no token."""
    with jupyter.client(None) as client:
        client.get(f"{jupyter.url}/login")
        login = client.post(f"{jupyter.url}/login", data={"password": TOKEN, "_xsrf": client.cookies["_xsrf"]})
        assert login.status_code in {200, 302}
        yield client


# --- who may come in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", [None, "token wrong", "Bearer wrong", "Bearer", "Bearer \xe9", f"Bearer {BACKEND_TOKEN}"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/health"), ("GET", "/models"), ("POST", "/tokenize"), ("OPTIONS", "/x")]
)
def test_refuses_who_has_no_token(
    jupyter: JupyterProcess, service: Served, token: str | None, method: str, path: str
) -> None:
    seen = len(service.requests)
    with httpx.Client(trust_env=False) as client:
        headers = {} if token is None else {"Authorization": token.encode("latin-1")}
        answer = client.request(method, jupyter.door + path, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"
    assert "location" not in answer.headers
    assert len(service.requests) == seen


@pytest.mark.parametrize("how", ["token", "Bearer"])
def test_lets_jupyters_token_in(jupyter: JupyterProcess, how: str) -> None:
    with jupyter.client(f"{how} {TOKEN}") as client:
        assert client.get(f"{jupyter.door}/models").json()[0]["id"] == "starter"


def test_cookie_without_xsrf_token_cannot_post(jupyter: JupyterProcess, browser: httpx.Client, service: Served) -> None:
    seen = len(service.requests)
    refused = browser.post(f"{jupyter.door}/tokenize", json={"texts": TEXT})
    assert refused.status_code == 403
    assert "_xsrf" in refused.json()["error"]["message"]
    assert "X-XSRFToken" in refused.json()["error"]["hint"]
    assert len(service.requests) == seen


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in ("/models/starter/load", "/models/starter/unload", "/models/a%2Fb/download")),
        *(("POST", path) for path in ("/models/starter/rename", "/models/starter/export", "/default-model")),
        *(("POST", path) for path in ("/memory-budget", "/trash/empty", "/trash/1/restore", "/jobs/fit-1/stop")),
        *(("DELETE", path) for path in ("/models/starter", "/models/run%3Amine", "/models/%2E%2E%2Fx")),
    ],
)
def test_no_deed_without_the_xsrf_token(
    jupyter: JupyterProcess, browser: httpx.Client, service: Served, method: str, path: str
) -> None:
    seen = len(service.requests)
    refused = browser.request(method, jupyter.door + path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    foreign = {"X-XSRFToken": browser.cookies["_xsrf"], "Origin": "https://evil.example"}
    assert browser.request(method, jupyter.door + path, headers=foreign).status_code == 403
    with httpx.Client(trust_env=False) as stranger:
        assert stranger.request(method, jupyter.door + path).status_code == 403
    assert len(service.requests) == seen


def test_cookie_with_xsrf_token_can_post(jupyter: JupyterProcess, browser: httpx.Client) -> None:
    headers = {"X-XSRFToken": browser.cookies["_xsrf"], "Origin": origin_of(jupyter)}
    answer = browser.post(f"{jupyter.door}/tokenize", json={"texts": TEXT}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["text"] == TEXT


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_foreign_page_with_the_users_cookie_is_refused(
    jupyter: JupyterProcess, browser: httpx.Client, method: str, foreign: dict[str, str]
) -> None:
    headers = {"X-XSRFToken": browser.cookies["_xsrf"], **foreign}
    answer = browser.request(method, f"{jupyter.door}/models", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"


def test_own_page_with_the_users_cookie_may_read(jupyter: JupyterProcess, browser: httpx.Client) -> None:
    own = {"Origin": origin_of(jupyter), "Sec-Fetch-Site": "same-origin"}
    assert browser.get(f"{jupyter.door}/models", headers=own).status_code == 200


def test_every_verb_of_ours_asks_who_it_is(jupyter: JupyterProcess) -> None:
    # allow_unauthenticated_access=False makes Jupyter look at all handlers while it starts.
    assert "JupyterServerAuthWarning" in jupyter.log, "another extension's warnings show that Jupyter did look"
    warned = [line for line in jupyter.log.splitlines() if " registered for " in line]
    assert not [line for line in warned if "albert" in line]


# --- kernels ------------------------------------------------------------------------------------


def test_kernel_finds_the_door(jupyter: JupyterProcess, kernel_environment: dict[str, str]) -> None:
    assert kernel_environment["ALBERT_WIDGETS_DOOR_URL"] == f"{jupyter.door}/"
    token = kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"]
    assert len(token) >= 32
    with jupyter.client(f"Bearer {token}") as client:
        assert client.get(f"{jupyter.door}/health").status_code == 200
        # A token needs no XSRF cookie, and no browser sends it by itself, so the page's origin does not matter.
        answer = client.post(
            f"{jupyter.door}/tokenize", json={"texts": TEXT}, headers={"Origin": "https://elsewhere.example"}
        )
        assert answer.json()["tokens"][0] == "[CLS]"


@pytest.mark.parametrize("path", ["/api/contents", "/api/kernels", "/api/terminals", "/api/me", "/lab"])
def test_key_of_kernels_opens_nothing_else(
    jupyter: JupyterProcess, kernel_environment: dict[str, str], path: str
) -> None:
    with jupyter.client(f"Bearer {kernel_environment['ALBERT_WIDGETS_DOOR_TOKEN']}") as client:
        answer = client.get(jupyter.url + path)
    assert answer.status_code == 403 or "/login" in answer.headers.get("location", "")


def test_client_of_a_kernel_works_through_the_door(kernel_environment: dict[str, str]) -> None:
    from albert_widgets.service.client import Client

    client = Client(kernel_environment["ALBERT_WIDGETS_DOOR_URL"], kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"])
    maps = client.attention(TEXT, layers=[0], heads=[3])
    assert maps.weights.shape[:2] == (1, 1)
    assert maps.weights.sum(-1) == pytest.approx(1, abs=1e-5)
    client.close()


def test_standard_clients_of_a_kernel_work_through_the_door(
    kernel_environment: dict[str, str], backend: Backend
) -> None:
    url, token = kernel_environment["ALBERT_WIDGETS_DOOR_URL"], kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"]
    plain = httpx.Client(trust_env=False)
    with openai.OpenAI(base_url=f"{url}v1", api_key=token, max_retries=0, http_client=plain) as client:
        (found,) = client.embeddings.create(model="starter", input=TEXT).data
        assert np.array_equal(np.asarray(found.embedding, np.float32), backend.embed(TEXT).vectors[0])
        with pytest.raises(openai.BadRequestError, match="The text is empty"):
            client.embeddings.create(model="starter", input=" ")


@pytest.mark.parametrize("how", ["socket", "certificate", pytest.param("address", marks=pytest.mark.slow)])
def test_kernel_comes_in_where_plain_loopback_does_not_lead(
    service: Served, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, how: str
) -> None:
    arguments = {
        # The path of a Unix socket has about 100 characters at most.
        "socket": [f"--ServerApp.sock={tmp_path_factory.mktemp('s')}/j"],
        "certificate": certificate(tmp_path) if how == "certificate" else [],
        "address": ["--ServerApp.ip=127.0.0.2"],
    }[how]
    environment = {"ALBERT_WIDGETS_URL": f"http://127.0.0.1:{service.port}", "ALBERT_WIDGETS_TOKEN": BACKEND_TOKEN}
    with jupyter_process(tmp_path, *arguments, environment=environment) as server:
        variables = environment_of_kernel(server)
        url, token = variables["ALBERT_WIDGETS_DOOR_URL"], variables["ALBERT_WIDGETS_DOOR_TOKEN"]
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
            assert client.get(f"{url}models").json()[0]["id"] == "starter"
            # Only the door is there, and only for who has the key.
            assert client.get(url.replace("albert-widgets/", "api/contents")).status_code == 404
            del client.headers["Authorization"]
            assert client.get(f"{url}models").status_code == 404
            assert client.get(f"{url}models", headers={"Authorization": f"token {TOKEN}"}).status_code == 404


# --- what passes through ------------------------------------------------------------------------


def test_binary_answers_arrive_whole(jupyter: JupyterProcess, backend: Backend) -> None:
    with jupyter.client(Accept=wire.MEDIA_TYPE) as client:
        answer = client.post(f"{jupyter.door}/attention", json={"text": TEXT})
    assert answer.headers["content-type"] == wire.MEDIA_TYPE
    maps, expected = wire.from_bytes(answer.content), backend.attention(TEXT)
    assert maps.weights.shape == expected.weights.shape
    assert (maps.weights == expected.weights).all()


def test_large_bodies_pass_and_too_large_ones_get_the_services_answer(jupyter: JupyterProcess) -> None:
    json_type = {"Content-Type": "application/json"}
    with jupyter.client(**json_type) as client:
        answer = client.post(f"{jupyter.door}/tokenize", content=b'{"texts": "a cat"}' + b" " * 60_000_000)
        assert answer.json()["tokens"] == ["[CLS]", "a", "cat", "[SEP]"]
        refused = client.post(f"{jupyter.door}/tokenize", content=b" " * 70_000_000)
    assert refused.status_code == 413
    assert refused.json()["error"]["details"]["limit"] == 64_000_000


def test_model_id_with_a_slash_stays_one_segment(jupyter: JupyterProcess, service: Served) -> None:
    with jupyter.client() as client:
        answer = client.get(f"{jupyter.door}/models/some%2Fmodel%20name%3F")
    assert answer.status_code == 404
    assert answer.json()["error"]["details"]["model"] == "some/model name?"
    assert service.requests[-1][":target"] == "/models/some%2Fmodel%20name%3F?"


@pytest.mark.parametrize("path", ["/../api", "/%2e%2e/api", "/models/%2E./x", "/."])
def test_path_cannot_leave_the_backend(jupyter: JupyterProcess, service: Served, path: str) -> None:
    seen = len(service.requests)
    parts = urlsplit(jupyter.door)
    # httpx would tidy the path up before it is sent.
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.request("GET", parts.path + path, headers={"Authorization": f"token {TOKEN}"})
    answer = connection.getresponse()
    assert answer.status == 404
    assert json.loads(answer.read())["error"]["code"] == "not_found"
    assert len(service.requests) == seen


def test_users_secrets_stay_outside(jupyter: JupyterProcess, browser: httpx.Client, service: Served) -> None:
    secrets = {
        "X-XSRFToken": browser.cookies["_xsrf"],
        "X-Forwarded-Access-Token": "of-a-login-proxy",
        "Referer": f"{jupyter.url}/lab?token={TOKEN}",
        "Last-Event-ID": "7",
    }
    browser.get(f"{jupyter.door}/models?token={TOKEN}&_xsrf=x&a=b%26c", headers=secrets)
    request = service.requests[-1]
    assert request["authorization"] == f"Bearer {BACKEND_TOKEN}"
    assert request["last-event-id"] == "7"
    assert request["host"] == f"127.0.0.1:{service.port}"
    assert request[":target"] == "/models?a=b%26c"
    assert not {"cookie", "referer", "origin", "x-xsrftoken", "x-forwarded-access-token"} & set(request)
    assert TOKEN not in json.dumps(request)


def test_answers_carry_jupyters_protections(jupyter: JupyterProcess) -> None:
    with jupyter.client() as client:
        answer = client.get(f"{jupyter.door}/models")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_errors_of_the_backend_arrive_as_they_are(jupyter: JupyterProcess) -> None:
    with jupyter.client() as client:
        wrong = client.post(f"{jupyter.door}/tokenize", json={"text": 1})
        other = client.put(f"{jupyter.door}/models")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "malformed")
    assert (other.status_code, other.json()["error"]["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_events_arrive_while_the_stream_is_open(jupyter: JupyterProcess, service: Served, encoding: str) -> None:
    headers = {"Accept": "text/event-stream", "Accept-Encoding": encoding}
    with jupyter.client() as client, client.stream("GET", f"{jupyter.door}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        snapshots = (json.loads(line[5:]) for line in answer.iter_lines() if line.startswith("data:"))
        with jupyter.client() as other:
            for is_loaded in (True, False):
                # Were the answer held back until its end, this would wait for ever.
                other.post(f"{jupyter.door}/models/starter/{'load' if is_loaded else 'unload'}")
                for snapshot in snapshots:
                    if bool(snapshot["status"]["loaded"]) == is_loaded:
                        break
        assert service.activity.streams == 1
    # The client hung up, so the door does, too.
    wait_until(lambda: service.activity.streams == 0)


def test_a_summary_is_followed_through_the_door_and_ends_with_its_reader(
    kernel_environment: dict[str, str], service: Served, backend: Backend, checkpoints: Path, tmp_path: Path
) -> None:
    backend.register(str(made_endless(checkpoints / "t5", tmp_path / "t5")), name="endless")
    kernel = Client(kernel_environment["ALBERT_WIDGETS_DOOR_URL"], kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"])
    told: list[str] = []

    def stop(text: str) -> None:
        told.append(text)
        if len(told) == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kernel.summarize("The cat sat.", model="endless", on_text=stop)
    assert len(told) == 3, "while it was written: it would have been one text otherwise, after minutes"
    wait_until(lambda: service.activity.streams == 0 and kernel.status().running == 0)
    summary = kernel.summarize("The cat sat.", model="endless", tokens=5, on_text=told.append)
    assert summary.written == backend.summarize("The cat sat.", model="endless", tokens=5).written
    backend.unload("endless")
    kernel.close()


def test_the_backend_learns_which_notebook_uses_a_model(
    kernel_environment: dict[str, str], backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Client(kernel_environment["ALBERT_WIDGETS_DOOR_URL"], kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"])
    monkeypatch.setenv("JPY_SESSION_NAME", "kurs/Übung 1 你好.ipynb")
    kernel.embed("The cat sat.")
    monkeypatch.delenv("JPY_SESSION_NAME")
    kernel.embed("The cat sat.")
    used_by = kernel.status().loaded[0].used_by
    assert used_by[1] == "kurs/Übung 1 你好.ipynb"
    assert used_by[0].endswith(f"({os.getpid()})")
    assert used_by == backend.model().used_by
    kernel.close()


def test_upgrade_to_a_websocket_is_not_passed_on(jupyter: JupyterProcess, service: Served) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "eA==",
    }
    with jupyter.client() as client:
        answer = client.get(f"{jupyter.door}/models", headers=upgrade)
    assert answer.status_code == 200
    assert "upgrade" not in service.requests[-1]


# --- the backend comes and goes -----------------------------------------------------------------


def test_health_says_running(jupyter: JupyterProcess) -> None:
    with jupyter.client() as client:
        health = client.get(f"{jupyter.door}/health").json()
    assert set(health) == {"state", "hint", "command", "log", "version", "backend"}
    assert (health["state"], health["version"]) == ("running", __version__)
    assert health["backend"]["version"] == __version__


def test_unreachable_backend_is_one_json_error(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        environment = {"ALBERT_WIDGETS_URL": url, "ALBERT_WIDGETS_TOKEN": "x"}
        with jupyter_process(tmp_path, environment=environment) as server, server.client() as client:
            health = client.get(f"{server.door}/health").json()
            assert health["state"] == "unreachable"
            assert health["hint"] == f"ALBERT_WIDGETS_URL names {url}, but nobody answers there."
            answer = client.post(f"{server.door}/tokenize", json={"texts": TEXT})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "backend_unavailable"
    assert url in answer.json()["error"]["message"]


def test_wrong_token_of_a_remote_backend_does_not_look_like_a_login(service: Served, tmp_path: Path) -> None:
    environment = {"ALBERT_WIDGETS_URL": f"http://127.0.0.1:{service.port}", "ALBERT_WIDGETS_TOKEN": "wrong"}
    with jupyter_process(tmp_path, environment=environment) as server, server.client() as client:
        answer = client.get(f"{server.door}/models")
    assert answer.status_code == 503
    assert "www-authenticate" not in answer.headers
    assert "ALBERT_WIDGETS_TOKEN" in answer.json()["error"]["hint"]


def test_backend_starts_on_demand_once_and_again_after_it_died(tmp_path: Path) -> None:
    with jupyter_process(tmp_path) as server, server.client() as client:
        file = server.runtime / "albert-widgets.json"
        health = client.get(f"{server.door}/health").json()
        assert (health["state"], health["backend"]) == ("stopped", None)
        assert not file.exists(), "asking for the health started a backend"
        pids = []
        try:
            for _ in range(2):
                answers = at_once(8, lambda: client.post(f"{server.door}/tokenize", json={"texts": TEXT}))
                assert [answer.status_code for answer in answers] == [200] * 8, answers[0].text
                assert client.get(f"{server.door}/health").json()["state"] == "running"
                connection = json.loads(file.read_text(encoding="utf-8"))
                assert connection["token"] not in server.log
                pids.append(connection["pid"])
                os.kill(pids[-1], signal.SIGKILL)
                # A dying process may still take a request, which then is lost and not sent again.
                wait_until(lambda: not psutil.pid_exists(pids[-1]))
                health = client.get(f"{server.door}/health").json()
                assert (health["state"], health["command"]) == ("crashed", "albert-widgets doctor")
                assert f"process {pids[-1]}" in health["hint"]
                assert f"(process {pids[-1]})" in health["log"][-1], "what it said last"
            assert pids[0] != pids[1]
            stop_backend(connection_file=file)
            assert client.get(f"{server.door}/health").json()["state"] == "stopped", "a good end is no crash"
        finally:
            stop_backend(connection_file=file)


def test_backend_with_a_new_token_is_found_again(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from albert_widgets.server_extension.link import BackendLink

    async def talk() -> int:
        link = BackendLink()
        with pytest.raises(BackendUnavailable, match="refuses the token"):
            await link.send("GET", "/models", {}, b"")
        monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", BACKEND_TOKEN)
        answer = await link.send("POST", "/tokenize", {"Content-Type": "application/json"}, b'{"texts": "a"}')
        await answer.aclose()
        return answer.status_code

    monkeypatch.setenv("ALBERT_WIDGETS_URL", f"http://127.0.0.1:{service.port}")
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", "of-the-backend-before")
    assert asyncio.run(talk()) == 200


def test_lost_connections_are_told_both_ways_and_work_is_never_asked_for_twice(tmp_path: Path) -> None:
    with contextlib.closing(BrokenBackend()) as broken:
        environment = {"ALBERT_WIDGETS_URL": broken.url, "ALBERT_WIDGETS_TOKEN": "x"}
        with jupyter_process(tmp_path, environment=environment) as server, server.client() as client:
            answer = client.post(f"{server.door}/tokenize", json={"texts": TEXT})
            assert (answer.status_code, broken.seen) == (503, ["POST /tokenize"])
            assert answer.json()["error"]["code"] == "backend_unavailable"
            assert "in the middle" in answer.json()["error"]["message"]
            broken.seen.clear()
            assert client.get(f"{server.door}/models").status_code == 503
            assert broken.seen == ["GET /models", "GET /models"]
            # Half an answer must not look like a whole one.
            for path in ("/half-counted", "/half-chunked"):
                with pytest.raises(httpx.RemoteProtocolError):
                    client.get(server.door + path)
            with client.stream("GET", f"{server.door}/silent") as stream:
                # httpx hangs up when this iterator is gone.
                parts = stream.iter_raw()
                assert next(parts) == b"half"
                assert not broken.was_left.is_set()
            assert broken.was_left.wait(WAIT_SECONDS), "the client left, but the door still listens to the backend"


def test_nothing_heavy_lives_in_the_jupyter_server(jupyter: JupyterProcess, kernel_environment: dict[str, str]) -> None:
    assert kernel_environment["ALBERT_WIDGETS_DOOR_TOKEN"] not in jupyter.log
    assert BACKEND_TOKEN not in jupyter.log
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    maps = Path(f"/proc/{jupyter.process.pid}/maps").read_text(encoding="utf-8")
    assert "libtorch" not in maps
    assert "tokenizers" not in maps


def test_import_is_light() -> None:
    code = "import sys, albert_widgets.server_extension; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"torch", "transformers", "fastapi", "numpy", "httpx", "IPython", "ipywidgets"} & set(modules)


def test_jupyter_lists_the_extension_as_ok(tmp_path: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "server", "extension", "list"],
        cwd=tmp_path,
        env=isolated_environment(tmp_path, JUPYTER_CONFIG_DIR=str(ROOT / "albert_widgets" / "etc")),
        capture_output=True,
        text=True,
        check=True,
    )
    plain = re.sub(r"\x1b\[\d+m", "", listed.stdout + listed.stderr)
    assert re.search(r"^ *albert_widgets enabled$", plain, re.MULTILINE), plain
    assert re.search(rf"^ *albert_widgets {re.escape(__version__)} OK$", plain, re.MULTILINE), plain


def at_once(count: int, work: Callable[[], httpx.Response]) -> list[httpx.Response]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(count)]]


def certificate(folder: Path) -> list[str]:
    """Arguments for a server with a certificate that no client trusts."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=jupyter.example"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return [f"--ServerApp.certfile={cert}", f"--ServerApp.keyfile={key}"]


def origin_of(server: JupyterProcess) -> str:
    parts = urlsplit(server.url)
    return f"{parts.scheme}://{parts.netloc}"
