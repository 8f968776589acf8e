"""The service as a foreign program meets it: the real application under uvicorn, spoken to in plain HTTP."""

from __future__ import annotations

import dataclasses
import inspect
import io
import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from albert_widgets import job, results
from albert_widgets._version import __version__
from albert_widgets.backend import Backend
from albert_widgets.inputs import MAX_CHARACTERS, MAX_TEXTS
from albert_widgets.protocol import BertBackend
from albert_widgets.service import (
    answers,
    learning_answers,
    learning_schemas,
    manager_answers,
    manager_schemas,
    schemas,
    streams,
    summary_answers,
    wire,
)
from albert_widgets.service.activity import Activity
from albert_widgets.service.app import create_app
from albert_widgets.service.limits import Limits
from albert_widgets.service.service import json_bytes
from tests.serving import TOKEN, HeldBackend, http, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUTES = {
    "/fit": {"post"},
    "/evaluate": {"post"},
    "/fit-report": {"post"},
    "/judged-rows": {"post"},
    "/runs": {"post"},
    "/health": {"get"},
    "/status": {"get"},
    "/events": {"get"},
    "/models": {"get", "post"},
    "/models/{id}": {"get", "delete"},
    "/models/{id}/load": {"post"},
    "/models/{id}/unload": {"post"},
    "/models/{id}/download": {"post"},
    "/models/{id}/push": {"post"},
    "/models/{id}/export": {"post"},
    "/models/{id}/rename": {"post"},
    "/cards/{id}": {"get"},
    "/default-model": {"post"},
    "/memory-budget": {"post"},
    "/hub/models": {"get"},
    "/hub/models/{id}": {"get"},
    "/trash": {"get"},
    "/trash/empty": {"post"},
    "/trash/{id}/restore": {"post"},
    "/tokenize": {"post"},
    "/count-tokens": {"post"},
    "/attention": {"post"},
    "/head-statistics": {"post"},
    "/flow": {"post"},
    "/neurons": {"post"},
    "/head-importance": {"post"},
    "/effect": {"post"},
    "/compare": {"post"},
    "/attribute": {"post"},
    "/embed": {"post"},
    "/similar": {"post"},
    "/predict": {"post"},
    "/fill-mask": {"post"},
    "/rouge": {"post"},
    "/summarize": {"post"},
    "/check": {"post"},
    "/baseline": {"post"},
    "/sweep": {"post"},
    "/cross-validate": {"post"},
    "/learning-curve": {"post"},
    "/study": {"post"},
    "/jobs": {"get"},
    "/jobs/{id}": {"get"},
    "/jobs/{id}/stop": {"post"},
    "/jobs/{id}/pause": {"post"},
    "/jobs/{id}/resume": {"post"},
    "/jobs/{id}/events": {"get"},
}
DOORS = {
    "/v1/embeddings": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{id}": {"get"},
    "/tei/embed": {"post"},
    "/tei/predict": {"post"},
    "/tei/tokenize": {"post"},
    "/tei/info": {"get"},
    "/tei/health": {"get"},
    "/tei/{id}/embed": {"post"},
    "/tei/{id}/predict": {"post"},
    "/tei/{id}/tokenize": {"post"},
    "/tei/{id}/info": {"get"},
    "/tei/{id}/health": {"get"},
    "/v2": {"get"},
    "/v2/health/live": {"get"},
    "/v2/health/ready": {"get"},
    "/v2/models/{id}": {"get"},
    "/v2/models/{id}/ready": {"get"},
    "/v2/models/{id}/infer": {"post"},
}
"""Routes of other protocols, whose errors have other shapes; what they do stands in tests of their own."""
SHAPES = {"/v1": "OpenAIErrorAnswer", "/tei": "TeiErrorAnswer", "/v2": "InferenceErrorAnswer"}


@pytest.fixture(scope="module")
def own_backend(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "classifier"), name="reviews")
    made.register(str(checkpoints / "mlm"), name="google-bert/bert-base-uncased")
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(own_backend: Backend) -> Iterator[str]:
    with serve(create_app(own_backend, token=TOKEN, allowed_hosts=["gpu.example.org"])) as listening:
        yield listening


@pytest.fixture(scope="module")
def web(url: str) -> Iterator[httpx.Client]:
    with http(url) as client:
        yield client


def error_of(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check the one shape of errors, and return what is in it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "details"}
    assert error["code"] == code
    assert error["message"].endswith(("." if code != "model_not_found" else "here.", "…"))
    return error


# --- who may come in ----------------------------------------------------------------------------


def test_health_needs_no_token(url: str) -> None:
    answer = httpx.get(f"{url}/health", trust_env=False)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["version"] == __version__
    assert answer.json()["uptime_seconds"] > 0
    assert answer.json()["jobs"] == 0


@pytest.mark.parametrize("path", ["/status", "/models", "/openapi.json", "/events", "/no-such-route"])
@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "The request has no token."),
        ("", "The request has no token."),
        ("Bearer", "The request has no token."),
        (TOKEN, "The request has no token."),
        ("Basic abc", "The request has no token."),
        ("Bearer wrong", "The token is wrong."),
        (f"Bearer {TOKEN}x", "The token is wrong."),
        ("Bearer töken", "The token is wrong."),
    ],
)
def test_every_other_route_wants_the_token(url: str, path: str, authorization: str | None, message: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    answer = httpx.get(url + path, headers=headers, trust_env=False)
    assert error_of(answer, 401, "unauthorized")["message"] == message
    assert answer.headers["www-authenticate"] == "Bearer"


def every(routes: dict[str, set[str]]) -> list[tuple[str, str]]:
    return [
        (method.upper(), path.replace("{id}", "starter"))
        for path, methods in routes.items()
        for method in sorted(methods)
        if path != "/health"
    ]


@pytest.mark.parametrize(("method", "path"), every(ROUTES), ids=" ".join)
def test_no_route_lets_a_stranger_in(url: str, method: str, path: str) -> None:
    with httpx.Client(base_url=url, trust_env=False) as stranger:
        right = {"Authorization": f"Bearer {TOKEN}"}
        error_of(stranger.request(method, path), 401, "unauthorized")
        error_of(stranger.request(method, path, headers={"Authorization": "Bearer wrong"}), 401, "unauthorized")
        error_of(stranger.request(method, path, headers={**right, "Host": "evil.example"}), 403, "forbidden")
        error_of(stranger.request(method, path, headers={**right, "Origin": "https://evil.example"}), 403, "forbidden")


@pytest.mark.parametrize(("method", "path"), every(DOORS), ids=" ".join)
def test_no_door_lets_a_stranger_in(url: str, openapi: dict[str, Any], method: str, path: str) -> None:
    shape = openapi["components"]["schemas"][SHAPES[f"/{path.split('/')[1]}"]]
    with httpx.Client(base_url=url, trust_env=False) as stranger:
        right = {"Authorization": f"Bearer {TOKEN}"}
        for status, headers in (
            (401, {}),
            (401, {"Authorization": "Bearer wrong"}),
            (403, {**right, "Host": "evil.example"}),
            (403, {**right, "Origin": "https://evil.example"}),
        ):
            answer = stranger.request(method, path, headers=headers)
            assert (answer.status_code, set(answer.json())) == (status, set(shape["required"]))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.1", "evil.example:80", "[::2]"])
def test_foreign_host_is_refused_even_with_the_token(web: httpx.Client, host: str) -> None:
    # DNS rebinding: the attacker's page reaches loopback, but the browser still names the attacker's host.
    for path in ("/health", "/status"):
        error = error_of(web.get(path, headers={"Host": host}), 403, "forbidden")
        assert error["message"] == f"The Host header {host!r} is not a name of this backend."
        assert "--allowed-host" in error["hint"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:1", "localhost:99", "LOCALHOST", "[::1]:8", "127.9.9.9", "gpu.example.org:8765"]
)
def test_own_names_are_let_in_with_any_port(web: httpx.Client, host: str) -> None:
    assert web.get("/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://"])
def test_foreign_origin_is_refused(web: httpx.Client, origin: str) -> None:
    error = error_of(web.post("/tokenize", json={"texts": "a"}, headers={"Origin": origin}), 403, "forbidden")
    assert error["message"] == f"A page of {origin!r} may not use this backend."


def test_own_origin_is_let_in(web: httpx.Client) -> None:
    for origin in ("http://localhost:8888", "http://127.0.0.1", "https://gpu.example.org"):
        assert web.get("/status", headers={"Origin": origin}).status_code == 200


def test_an_empty_token_is_no_token(own_backend: Backend) -> None:
    with pytest.raises(ValueError, match="needs a token"):
        create_app(own_backend, token=" ")


# --- errors ---------------------------------------------------------------------------------------

BAD_BODIES: list[tuple[str, str, Any, str, str]] = [
    # path, name of the field, body, message, part of the hint
    ("/tokenize", "texts", {}, 'The field "texts" is missing.', "/openapi.json"),
    ("/tokenize", "text", {"text": "a"}, 'There is no field "text".', 'Did you mean "texts"?'),
    ("/tokenize", "zzz", {"texts": "a", "zzz": 1}, 'There is no field "zzz".', "There are: texts, pair, model"),
    ("/tokenize", "{x}", {"texts": "a", "{x}": 1}, 'There is no field "{x}".', "There are: texts"),
    ("/tokenize", "texts", {"texts": 5}, "should be a string or a list of strings, not 5.", ""),
    ("/tokenize", "texts", {"texts": None}, "should be a string or a list of strings, not null.", ""),
    ("/tokenize", "texts", {"texts": ["a", 1]}, 'a list of strings throughout, not ["a", 1].', ""),
    ("/tokenize", "truncation", {"texts": "a", "truncation": "yes"}, 'a valid boolean, not "yes".', ""),
    ("/attention", "text", {"text": ["a"]}, 'The field "text" should be a string, not ["a"].', ""),
    ("/attention", "pool", {"text": "a", "pool": "64"}, 'should be a valid integer, not "64".', ""),
    ("/attention", "layers.1", {"text": "a", "layers": [0, "x"]}, 'should be a valid integer, not "x".', ""),
    ("/attention", "layers", {"text": "a", "layers": 3}, "should be a valid list, not 3.", ""),
    ("/embed", "model", {"texts": "a", "model": 1}, 'The field "model" should be a string, not 1.', ""),
    ("/similar", "b", {"a": "x"}, 'The field "b" is missing.', ""),
    ("/predict", "top_k", {"texts": "a", "top_k": 1}, 'There is no field "top_k".', ""),
    ("/summarize", "percent", {"text": "a", "percent": "half"}, 'should be a number, not "half".', ""),
    ("/check", "data.labels", {"data": {"texts": ["a"]}}, 'The field "data.labels" is missing.', ""),
    ("/baseline", "data.texts.0", {"data": {"texts": [1], "labels": [1]}}, "should be a string, not 1.", ""),
    ("/models", "folder", {"name": "x"}, 'The field "folder" is missing.', ""),
    ("/models/starter/load", "devise", {"devise": "cpu"}, 'There is no field "devise".', 'Did you mean "device"?'),
]


@pytest.mark.parametrize("case", BAD_BODIES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_malformed_request_names_the_field(web: httpx.Client, case: tuple[str, str, Any, str, str]) -> None:
    path, field, body, message, hint = case
    error = error_of(web.post(path, json=body), 400, "malformed")
    assert message in error["message"]
    assert hint in error["hint"]
    assert error["details"]["fields"][0]["field"] == field


@pytest.mark.parametrize(
    ("content", "content_type", "message", "hint"),
    [
        (b"", "application/json", "The request has no body.", ""),
        (b'{"texts": ', "application/json", "The body is not JSON: Expecting value at character 10.", "quotes"),
        (b'{"texts": "a"}', "text/plain", "The body is not a JSON object.", "Content-Type: application/json"),
        (b'{"texts": "a"}', "application/x-www-form-urlencoded", "The body is not a JSON object.", "Content-Type"),
        (b"[1]", "application/json", "The body is not a JSON object.", "/openapi.json"),
        (b'"\xff"', "application/json", "The body of the request cannot be read.", "Send JSON"),
        (b"[" * 200_000, "application/json", "The body of the request cannot be read.", "Send JSON"),
        (b"1" * 10_000, "application/json", "The body of the request cannot be read.", "Send JSON"),
    ],
)
def test_what_is_no_json_object_is_refused(
    web: httpx.Client, content: bytes, content_type: str, message: str, hint: str
) -> None:
    answer = web.post("/tokenize", content=content, headers={"Content-Type": content_type})
    error = error_of(answer, 400, "malformed")
    assert error["message"] == message
    assert hint in error["hint"]


def test_bad_query_is_refused(web: httpx.Client) -> None:
    error = error_of(web.get("/jobs/any/events", params={"follow": "perhaps"}), 400, "malformed")
    assert error["message"].startswith('The field "follow" should be a valid boolean')


def test_unknown_route_and_method(web: httpx.Client) -> None:
    assert error_of(web.get("/no/such"), 404, "not_found")["message"] == "There is no route GET /no/such."
    assert error_of(web.get("/status/"), 404, "not_found")["message"] == "There is no route GET /status/."
    for path, allowed in (("/models", "GET, POST"), ("/models/a%2Fb", "DELETE, GET"), ("/models/a%2Fb/load", "POST")):
        assert web.put(path).headers["allow"] == allowed
    answer = web.delete("/tokenize")
    error = error_of(answer, 405, "method_not_allowed")
    assert (error["message"], error["hint"]) == ("/tokenize does not take DELETE.", "Use POST.")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/models/{}", "/models/{}/load", "/models/{}/unload"])
@pytest.mark.parametrize("id", ["no/such", "..%2F..%2Fetc%2Fpasswd", "startr", "%00", "💥"])
def test_unknown_model(web: httpx.Client, path: str, id: str) -> None:
    method = "POST" if path.endswith("load") else "GET"
    error = error_of(web.request(method, path.format(id.replace("/", "%2F"))), 404, "model_not_found")
    assert error["message"].startswith("There is no model ")
    if id == "startr":
        assert error["hint"] == "Did you mean 'starter'?"


def test_unknown_job(web: httpx.Client) -> None:
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/stop"), ("POST", "/pause"), ("POST", "/resume")):
        error = error_of(web.request(method, f"/jobs/no-such{path}"), 404, "job_not_found")
        assert "no-such" in error["message"]


def test_input_that_cannot_be_processed(web: httpx.Client) -> None:
    error = error_of(web.post("/tokenize", json={"texts": "  "}), 422, "input_invalid")
    assert (error["message"], error["hint"]) == ("The text is empty.", "Type some words.")
    content = b'{"texts": ["fine", "half \\ud83d of one"]}'
    error = error_of(
        web.post("/tokenize", content=content, headers={"Content-Type": "application/json"}), 422, "input_invalid"
    )
    assert error["message"].startswith("The text 1 has a lone surrogate (U+D83D) at position 5")
    assert error_of(web.post("/predict", json={"texts": "a"}), 422, "task_unsupported")["details"]["model"] == "starter"


def test_over_a_limit_of_inputs(web: httpx.Client) -> None:
    error = error_of(web.post("/tokenize", json={"texts": ["a"] * (MAX_TEXTS + 1)}), 413, "too_large")
    assert error["details"]["limit"] == MAX_TEXTS
    error = error_of(web.post("/tokenize", json={"texts": "a" * (MAX_CHARACTERS + 1)}), 413, "too_large")
    assert error["details"]["limit"] == MAX_CHARACTERS


def test_state_conflict(web: httpx.Client, checkpoints: Path) -> None:
    error = error_of(
        web.post("/models", json={"folder": str(checkpoints / "bert"), "name": "reviews"}), 409, "conflict"
    )
    assert error["message"] == "'reviews' is the name of another model already."


def test_model_that_would_unpickle(web: httpx.Client, tmp_path: Path, checkpoints: Path) -> None:
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_bytes((checkpoints / "bert" / "config.json").read_bytes())
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    assert web.post("/models", json={"folder": str(folder)}).status_code == 201
    error_of(web.post("/models/pickled/load"), 424, "model_unsafe")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_bytes((checkpoints / "bert" / "config.json").read_bytes())
    (broken / "model.safetensors").write_bytes(b"\x00" * 100)
    assert web.post("/models", json={"folder": str(broken)}).status_code == 201
    error_of(web.post("/models/broken/load"), 424, "model_failed")


def test_no_room_in_memory(home: Path) -> None:
    small = Backend(memory_budget=1_000_000)
    with serve(create_app(small, token=TOKEN)) as url, http(url) as web:
        error = error_of(web.post("/models/starter/load"), 507, "no_room")
        assert "starter" in error["message"]
    small.close()


def test_mistakes_of_ours_are_logged_and_not_shown(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Backend):
        def models(self) -> Any:
            raise ZeroDivisionError("secret: /some/path")

    broken = Broken()
    with serve(create_app(broken, token=TOKEN)) as url, http(url) as web, caplog.at_level(logging.ERROR):
        error = error_of(web.get("/models"), 500, "internal_error")
        assert error["message"] == "The backend made a mistake (ZeroDivisionError)."
        assert "secret" not in json.dumps(error)
        assert "secret: /some/path" in caplog.text
        assert web.get("/models/starter").status_code == 200
    broken.close()


# --- how much -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow_url(own_backend: Backend) -> Iterator[str]:
    limits = Limits(max_body_bytes=1_000, max_bodies_bytes=1_500, max_json_numbers=500)
    with serve(create_app(own_backend, token=TOKEN, limits=limits)) as listening:
        yield listening


@pytest.mark.parametrize("size", [1_001, 3_000, 1_000_000])
@pytest.mark.parametrize("is_announced", [True, False])
def test_large_bodies_are_refused(narrow_url: str, size: int, is_announced: bool) -> None:
    content = b" " * size if is_announced else iter([b" " * 500] * (size // 500 + 1))
    with http(narrow_url) as web:
        answer = web.post("/tokenize", content=content, headers={"Content-Type": "application/json"})
        assert ("content-length" in answer.request.headers) == is_announced
        error = error_of(answer, 413, "too_large")
        assert error["message"] == "The request is larger than 1.0 kB."
        assert error["details"] == {"limit": 1000}
        assert web.post("/tokenize", json={"texts": "a"}).status_code == 200


def test_bodies_together_have_a_limit(narrow_url: str) -> None:
    body = b'{"texts": "' + b"a" * 880 + b'"}'
    head = (
        f"POST /tokenize HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    held = HeldBackend()
    limits = Limits(max_body_bytes=1_000, max_bodies_bytes=1_500)
    with serve(create_app(held, token=TOKEN, limits=limits)) as url, http(url) as web:
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as first:
            first.sendall(head + body)
            until(lambda: held.seen)
            answer = web.post("/tokenize", content=body, headers={"Content-Type": "application/json"})
            error = error_of(answer, 429, "overloaded")
            assert error["message"] == "The backend holds too many large requests already."
            assert answer.headers["retry-after"] == "2"
            held.go_on.set()
            assert first.recv(100).startswith(b"HTTP/1.1 200")
        assert web.post("/tokenize", content=body, headers={"Content-Type": "application/json"}).status_code == 200
    held.close()


def test_json_answers_have_a_limit_and_bytes_have_none(narrow_url: str) -> None:
    with http(narrow_url) as web:
        error = error_of(web.post("/embed", json={"texts": ["a", "b"]}), 413, "too_large")
        assert error["message"] == "The answer has 772 numbers; as JSON the limit is 500."
        assert "application/octet-stream" in error["hint"]
        answer = web.post("/embed", json={"texts": ["a", "b"]}, headers={"Accept": "application/x-npy"})
        assert np.load(io.BytesIO(answer.content)).shape == (2, 384)


@pytest.fixture
def held(home: Path) -> Iterator[HeldBackend]:
    made = HeldBackend()
    yield made
    made.go_on.set()
    made.close()


def test_overload_is_refused_at_once_and_the_others_are_answered(held: HeldBackend) -> None:
    limits = Limits(workers=1, max_concurrent=3)
    with serve(create_app(held, token=TOKEN, limits=limits)) as url, http(url) as web, ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(web.post, "/tokenize", json={"texts": f"text {i}"}) for i in range(3)]
        until(lambda: web.get("/status").json()["waiting"] == 2)
        answer = web.post("/tokenize", json={"texts": "one too many"})
        error = error_of(answer, 429, "overloaded")
        assert error["message"] == "The backend has 3 requests in progress already and takes no more."
        assert error["details"] == {"retry_after": 1, "limit": 3}
        assert answer.headers["retry-after"] == "1"
        assert not any(call.done() for call in calls)
        held.go_on.set()
        assert [call.result().status_code for call in calls] == [200, 200, 200]
        assert web.post("/tokenize", json={"texts": "now there is room"}).status_code == 200
        assert "one too many" not in held.seen
        status = web.get("/status").json()
        assert (status["waiting"], status["running"]) == (0, 0)


def test_everything_light_answers_while_models_work(held: HeldBackend) -> None:
    with serve(create_app(held, token=TOKEN)) as url, http(url) as web, ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(web.post, "/tokenize", json={"texts": "a"}) for _ in range(3)]
        until(lambda: len(held.seen) == 2)
        assert web.get("/health").json()["status"] == "ok"
        assert "starter" in [model["id"] for model in web.get("/models").json()]
        assert web.get("/models/starter").status_code == 200
        assert web.get("/jobs").status_code == 200
        until(lambda: web.get("/status").json()["waiting"] == 1)
        assert web.get("/status").json()["running"] == 2
        assert not any(call.done() for call in calls)
        held.go_on.set()
        assert [call.result().status_code for call in calls] == [200, 200, 200]


def test_a_waiting_request_whose_client_hung_up_is_dropped(held: HeldBackend) -> None:
    body = b'{"texts": "nobody waits for me"}'
    head = (
        f"POST /tokenize HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    app = create_app(held, token=TOKEN, limits=Limits(workers=1))
    with serve(app) as url, http(url) as web, ThreadPoolExecutor(2) as pool:
        first = pool.submit(web.post, "/tokenize", json={"texts": "first"})
        until(lambda: held.seen)
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as impatient:
            impatient.sendall(head + body)
            until(lambda: web.get("/status").json()["waiting"] == 1)
        until(lambda: web.get("/status").json()["waiting"] == 0)
        held.go_on.set()
        assert first.result().status_code == 200
        assert web.post("/tokenize", json={"texts": "last"}).status_code == 200
        assert held.seen == ["first", "last"]


# --- answers --------------------------------------------------------------------------------------


def test_answers_as_bytes_json_and_npy_agree(web: httpx.Client, own_backend: Backend) -> None:
    body = {"text": "The cat sat.", "layers": [0, 5], "heads": [3], "quantized": True}
    as_json = web.post("/attention", json=body).json()
    answer = web.post("/attention", json=body, headers={"Accept": "application/octet-stream"})
    assert answer.headers["content-type"] == "application/octet-stream"
    as_bytes = wire.from_bytes(answer.content)
    answer = web.post("/attention", json=body, headers={"Accept": "application/x-npy"})
    assert answer.headers["content-type"] == "application/x-npy"
    probabilities = np.load(io.BytesIO(answer.content))
    assert as_bytes.weights.dtype == np.uint8
    assert np.array_equal(as_json["weights"], as_bytes.weights)
    assert np.allclose(probabilities, as_bytes.weights * as_bytes.scale[..., None, None])
    exact = own_backend.attention("The cat sat.", layers=[0, 5], heads=[3]).weights
    assert np.abs(probabilities - exact).max() <= as_bytes.scale.max() / 2 + 1e-7


def test_npy_where_there_is_no_one_array_is_json(web: httpx.Client) -> None:
    answer = web.post("/tokenize", json={"texts": "a"}, headers={"Accept": "application/x-npy"})
    assert answer.headers["content-type"] == "application/json"


def test_json_has_no_nan_and_survives_lone_surrogates() -> None:
    assert json.loads(json_bytes({"x": [float("nan"), float("inf"), 1.5]})) == {"x": [None, None, 1.5]}
    assert json.loads(json_bytes({"name": "half \ud83d"})) == {"name": "half \ud83d"}


def test_answers_are_not_kept_by_caches(web: httpx.Client) -> None:
    assert web.get("/status").headers["cache-control"] == "no-store"


def test_ids_with_slashes_travel_encoded_or_plain(web: httpx.Client) -> None:
    for segment in ("google-bert%2Fbert-base-uncased", "google-bert/bert-base-uncased"):
        assert web.get(f"/models/{segment}").json()["id"] == "google-bert/bert-base-uncased"


def test_load_and_unload_are_idempotent(web: httpx.Client) -> None:
    for _ in range(2):
        model = web.post("/models/reviews/load", json={"device": "cpu"}).json()
        assert (model["device"], model["bytes_loaded"] > 0) == ("cpu", True)
    assert "reviews" in [model["id"] for model in web.get("/status").json()["loaded"]]
    for _ in range(2):
        assert web.post("/models/reviews/unload").json()["device"] == ""
    assert web.post("/models/reviews/load").json()["device"] == "cpu"


def test_status_tells_limits_and_url(web: httpx.Client, url: str) -> None:
    status = web.get("/status").json()
    assert status["url"] == url
    assert status["limits"] == Limits().to_dict()
    assert status["limits"]["max_texts"] == MAX_TEXTS
    assert status["version"] == __version__


# --- the description ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def openapi(web: httpx.Client) -> dict[str, Any]:
    description: dict[str, Any] = web.get("/openapi.json").json()
    return description


def test_openapi_lists_exactly_our_routes(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"].startswith("3.")
    assert {path: set(methods) for path, methods in openapi["paths"].items()} == {**ROUTES, **DOORS}
    ids = [operation["operationId"] for methods in openapi["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_route_documents_its_errors(openapi: dict[str, Any]) -> None:
    for path, methods in openapi["paths"].items():
        shape = {"$ref": f"#/components/schemas/{SHAPES.get('/' + path.split('/')[1], 'ErrorAnswer')}"}
        for operation in methods.values():
            assert operation["summary"]
            listed = operation["responses"]
            wanted = {"403", "500", "default"} if path == "/health" else {"401", "403", "429", "500", "default"}
            wanted |= {"400", "413"} if "requestBody" in operation else set()
            wanted |= {"404"} if "{id}" in path and not path.endswith("download") else set()
            assert wanted <= set(listed), path
            for code, response in listed.items():
                assert response["description"]
                if code == "default" or int(code) >= 400:
                    assert response["content"]["application/json"]["schema"] == shape
            assert ("security" in operation) == (path != "/health")
    assert "HTTPValidationError" not in openapi["components"]["schemas"]


def test_openapi_references_lead_somewhere(openapi: dict[str, Any]) -> None:
    found = []

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            if "$ref" in item:
                found.append(item["$ref"])
            for part in item.values():
                walk(part)
        elif isinstance(item, list):
            for part in item:
                walk(part)

    walk(openapi)
    assert found
    for reference in found:
        target: Any = openapi
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


ANSWERS: dict[str, Any] = {
    "/tokenize": (schemas.TokenizeRequest, answers.TokensAnswer),
    "/count-tokens": (schemas.CountTokensRequest, answers.TokenCountsAnswer),
    "/attention": (schemas.AttentionRequest, answers.AttentionAnswer),
    "/embed": (schemas.EmbedRequest, answers.EmbeddingsAnswer),
    "/similar": (schemas.SimilarRequest, answers.SimilarityAnswer),
    "/predict": (schemas.PredictRequest, answers.PredictionsAnswer),
    "/fill-mask": (schemas.FillMaskRequest, answers.MaskFillsAnswer),
    "/summarize": (schemas.SummarizeRequest, summary_answers.SummaryAnswer),
    "/check": (learning_schemas.CheckRequest, learning_answers.DataCheckAnswer),
    "/baseline": (learning_schemas.BaselineRequest, learning_answers.BaselineReportAnswer),
    "/effect": (schemas.EffectRequest, answers.EffectAnswer),
    "/compare": (schemas.CompareRequest, answers.ComparisonAnswer),
    "/models/reviews/load": (schemas.LoadRequest, answers.ModelAnswer),
}


@pytest.mark.parametrize("path", ANSWERS)
def test_documented_examples_work_and_are_answered_as_documented(web: httpx.Client, path: str) -> None:
    request, answer = ANSWERS[path]
    (example,) = request.model_json_schema()["examples"]
    got = web.post(path, json=example)
    assert got.status_code == 200, got.text
    answer.model_validate(got.json())


def test_summaries_of_a_list_and_rouge_are_lists_of_what_is_documented(web: httpx.Client) -> None:
    found = web.post("/summarize", json={"text": ["Cats sleep. Dogs bark.", "It rains."], "sentences": 1}).json()
    assert [summary_answers.SummaryAnswer.model_validate(one).language for one in found] == ["en", "en"]
    (example,) = schemas.RougeRequest.model_json_schema()["examples"]
    (scores,) = web.post("/rouge", json=example).json()
    named = [summary_answers.RougeScoreAnswer.model_validate(score).measure for score in scores]
    assert named == ["rouge1", "rouge2", "rougeL"]


def test_listings_are_answered_as_documented(web: httpx.Client) -> None:
    answers.HealthAnswer.model_validate(web.get("/health").json())
    answers.StatusAnswer.model_validate(web.get("/status").json())
    for model in web.get("/models").json():
        answers.ModelAnswer.model_validate(model)
    answers.ErrorAnswer.model_validate(web.get("/nothing").json())


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (answers.ModelAnswer, results.ModelInfo),
        (answers.RevisionAnswer, results.Revision),
        (answers.EvictionAnswer, results.Eviction),
        (answers.StatusAnswer, results.Status),
        (answers.DeletedAnswer, results.Deleted),
        (manager_answers.HubModelAnswer, results.HubModel),
        (manager_answers.DownloadPlanAnswer, results.DownloadPlan),
        (manager_answers.CardAnswer, results.ModelCard),
        (answers.SuggestionAnswer, results.Suggestion),
        (answers.TokensAnswer, results.Tokens),
        (answers.TokenCountsAnswer, results.TokenCounts),
        (answers.AttentionAnswer, results.AttentionMaps),
        (answers.EmbeddingsAnswer, results.Embeddings),
        (answers.SimilarityAnswer, results.Similarity),
        (answers.PredictionsAnswer, results.Predictions),
        (answers.MaskCandidatesAnswer, results.MaskCandidates),
        (answers.MaskFillsAnswer, results.MaskFills),
        (answers.VerdictAnswer, results.Verdict),
        (answers.EffectAnswer, results.Effect),
        (answers.ComparisonAnswer, results.Comparison),
        (summary_answers.NeighbourAnswer, results.Neighbour),
        (summary_answers.SentenceAnswer, results.Sentence),
        (summary_answers.LengthAnswer, results.Length),
        (summary_answers.SupportAnswer, results.Support),
        (summary_answers.WrittenSentenceAnswer, results.WrittenSentence),
        (summary_answers.RougeScoreAnswer, results.RougeScore),
        (summary_answers.SummaryAnswer, results.Summary),
        (learning_answers.FindingAnswer, results.Finding),
        (learning_answers.DataCheckAnswer, results.DataCheck),
        (learning_answers.CurveAnswer, results.Curve),
        (learning_answers.CalibrationAnswer, results.Calibration),
        (learning_answers.EvaluationAnswer, results.Evaluation),
        (learning_answers.DoubtfulLabelAnswer, results.DoubtfulLabel),
        (learning_answers.BaselineReportAnswer, results.BaselineReport),
        (learning_answers.TrialAnswer, results.Trial),
        (learning_answers.StudyAnswer, results.Study),
        (answers.JobAnswer, job.JobInfo),
        (answers.JobEventAnswer, job.JobEvent),
    ],
)
def test_documented_answers_have_the_fields_of_the_results(answer: Any, result: Any) -> None:
    assert list(answer.model_fields) == [field.name for field in dataclasses.fields(result)]


COLUMNS = {"text", "label", "pair", "group", "task"}
"""What only tables need; the columns travel by themselves."""


@pytest.mark.parametrize(
    ("request_body", "method", "left_out"),
    [
        (schemas.TokenizeRequest, "tokenize", set()),
        (schemas.AttentionRequest, "attention", set()),
        (schemas.HeadStatisticsRequest, "head_statistics", set()),
        (schemas.FlowRequest, "flow", set()),
        (schemas.NeuronsRequest, "neurons", set()),
        (schemas.HeadImportanceRequest, "head_importance", set()),
        (schemas.EffectRequest, "effect", set()),
        (schemas.CompareRequest, "compare", set()),
        (schemas.AttributeRequest, "attribute", set()),
        (schemas.EmbedRequest, "embed", set()),
        (schemas.SimilarRequest, "similar", set()),
        (schemas.PredictRequest, "predict", {"text", "top_k"}),  # what only frames need
        (schemas.FillMaskRequest, "fill_mask", set()),
        # A table stays where it is, and text comes in events.
        (schemas.SummarizeRequest, "summarize", {"column", "on_text", "on_progress"}),
        (schemas.RougeRequest, "rouge", set()),
        (learning_schemas.CheckRequest, "check", COLUMNS),
        (learning_schemas.BaselineRequest, "baseline", COLUMNS),
        (schemas.RegisterRequest, "register", set()),
        (schemas.LoadRequest, "load", {"model"}),  # in the path
        (schemas.DownloadRequest, "download", {"model"}),
        (schemas.PushRequest, "push", {"model"}),
        (manager_schemas.ExportRequest, "export", {"model"}),
        (manager_schemas.RenameRequest, "rename", {"model"}),
        (manager_schemas.DefaultRequest, "set_default", set()),
        (manager_schemas.BudgetRequest, "set_memory_budget", set()),
        (manager_schemas.EmptyTrashRequest, "empty_trash", set()),
        (learning_schemas.StudyRequest, "study", set()),
    ],
)
def test_requests_have_the_parameters_and_defaults_of_the_methods(
    request_body: Any, method: str, left_out: set[str]
) -> None:
    parameters = dict(inspect.signature(getattr(BertBackend, method)).parameters)
    wanted = {
        name: ... if parameter.default is parameter.empty else parameter.default
        for name, parameter in parameters.items()
        if name not in {"self", *left_out}
    }
    fields = request_body.model_fields
    assert {name: ... if field.is_required() else field.default for name, field in fields.items()} == wanted


# --- event streams --------------------------------------------------------------------------------


def read_events(lines: Iterator[str], count: int) -> list[dict[str, str]]:
    """Read ``count`` Server-Sent Events as a browser does: field by field, ended by an empty line."""
    events: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            events.append(fields)
            fields = {}
            if len(events) == count:
                break
    return events


def test_a_sidebar_hears_of_every_change_of_the_loaded_models(web: httpx.Client) -> None:
    web.post("/models/reviews/unload")
    with web.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        lines = stream.iter_lines()
        (first,) = read_events(lines, 1)
        snapshot = answers.Snapshot.model_validate_json(first["data"])
        assert first["id"] == "1"
        assert "reviews" not in [model.id for model in snapshot.status.loaded]
        threading.Thread(target=web.post, args=["/models/reviews/load"]).start()
        seen: list[str] = []
        while "reviews" not in seen:
            (event,) = read_events(lines, 1)
            seen = [model.id for model in answers.Snapshot.model_validate_json(event["data"]).status.loaded]


@pytest.fixture(scope="module")
def ended_job(web: httpx.Client) -> str:
    """A real job that has ended: a download that fails, for tests have no network."""
    answer = web.post("/models/no-such-org%2Fno-such-model/download", json={"revision": "main"})
    assert answer.status_code == 202
    started = answers.JobAnswer.model_validate(answer.json())
    assert (started.kind, started.spec["model"]) == ("download", "no-such-org/no-such-model")
    until(lambda: web.get(f"/jobs/{started.id}").json()["ended"])
    return started.id


def test_a_job_is_listed_with_why_it_failed(web: httpx.Client, ended_job: str) -> None:
    (found,) = (answers.JobAnswer.model_validate(item) for item in web.get("/jobs").json())
    assert (found.id, found.state) == (ended_job, "failed")
    assert found.error is not None
    assert found.error.message


def test_steering_an_ended_job_is_a_conflict(web: httpx.Client, ended_job: str) -> None:
    assert ended_job in error_of(web.post(f"/jobs/{ended_job}/pause"), 409, "conflict")["message"]


def test_job_events_as_a_list_and_as_a_stream_are_the_same(web: httpx.Client, ended_job: str) -> None:
    path = f"/jobs/{ended_job}/events"
    listed = web.get(path, params={"follow": "false"}).json()
    for index, event in enumerate(listed):
        assert answers.JobEventAnswer.model_validate(event).seq == index + 1
    assert [event["data"]["state"] for event in listed if event["kind"] == "state"][-1] == "failed"
    with web.stream("GET", path) as stream:
        streamed = read_events(stream.iter_lines(), len(listed) + 1)
        assert [event["id"] for event in streamed[:-1]] == [str(event["seq"]) for event in listed]
        assert [json.loads(event["data"]) for event in streamed[:-1]] == listed
        assert streamed[-1]["event"] == "end"
    assert web.get(path, params={"follow": "false", "after": 1}).json() == listed[1:]


def test_a_reconnecting_browser_gets_what_it_missed_and_then_rests(web: httpx.Client, ended_job: str) -> None:
    path = f"/jobs/{ended_job}/events"
    count = len(web.get(path, params={"follow": "false"}).json())
    with web.stream("GET", path, headers={"Last-Event-ID": "1"}) as stream:
        assert read_events(stream.iter_lines(), 1)[0]["id"] == "2"
    answer = web.get(path, headers={"Last-Event-ID": str(count)})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_quiet_stream_says_that_it_lives(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    with web.stream("GET", "/events") as stream:
        assert any(line == ": heartbeat" for line in stream.iter_lines())


def test_streams_have_a_limit(own_backend: Backend) -> None:
    app = create_app(own_backend, token=TOKEN, limits=Limits(max_streams=1))
    with serve(app) as url, http(url) as web:
        with web.stream("GET", "/events") as first:
            lines = first.iter_lines()
            next(lines)
            error = error_of(web.get("/events"), 429, "overloaded")
            assert error["message"] == "There are 1 event streams already."

        def is_free() -> bool:
            with web.stream("GET", "/events") as again:
                return again.status_code == 200

        until(is_free)


# --- activity -------------------------------------------------------------------------------------


def test_idle_time_counts_only_while_nothing_is_in_progress(held: HeldBackend) -> None:
    activity = Activity()
    until(lambda: activity.idle_seconds() > 0)
    with (
        serve(create_app(held, token=TOKEN, activity=activity)) as url,
        http(url) as web,
        ThreadPoolExecutor(1) as pool,
    ):
        call = pool.submit(web.post, "/tokenize", json={"texts": "a"})
        until(lambda: activity.requests == 1)
        assert activity.idle_seconds() == 0.0
        held.go_on.set()
        call.result()
        until(lambda: activity.idle_seconds() > 0)
        with web.stream("GET", "/events") as stream:
            lines = stream.iter_lines()
            next(lines)
            assert activity.streams == 1
            assert activity.idle_seconds() == 0.0
        until(lambda: activity.idle_seconds() > 0)
        assert (activity.requests, activity.streams) == (0, 0)


def test_health_checks_and_strangers_do_not_keep_the_backend_awake(own_backend: Backend) -> None:
    activity = Activity()
    with serve(create_app(own_backend, token=TOKEN, activity=activity)) as url:
        until(lambda: activity.idle_seconds() > 0.2)
        before = activity.idle_seconds()
        httpx.get(f"{url}/health", trust_env=False)
        httpx.get(f"{url}/status", trust_env=False)
        assert activity.idle_seconds() > before
        with http(url) as web:
            web.get("/status")
        assert activity.idle_seconds() < before or activity.requests
