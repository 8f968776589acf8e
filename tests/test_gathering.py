"""Requests that wait together: one call of the real backend, and for each the answer that it would have had alone."""

from __future__ import annotations

import dataclasses
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError, Conflict, NoRoom
from albert_widgets.service import wire
from albert_widgets.service.app import create_app
from albert_widgets.service.fair_line import Asked, FairLine
from albert_widgets.service.limits import Limits
from albert_widgets.service.rows import cut, put_together
from albert_widgets.service.users import Users
from tests.serving import TOKEN, http, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    import httpx

LONG = "the cat sat on the mat because it was tired " * 20
"""Over the limit of 64 tokens."""
TEXTS = ["a good film", "not very happy", "the dog ran fast, and the cat sat on the mat!", "he is tired", LONG]
BINARY = {"Accept": wire.MEDIA_TYPE}


class WatchedBackend(Backend):
    """The backend, which writes down each call of predict and embed, and makes it when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[list[str], dict[str, Any]]] = []
        self.allowed = threading.Semaphore(0)

    def predict(self, texts: Any, **how: Any) -> Any:
        self._wait(texts, how)
        return super().predict(texts, **how)

    def embed(self, texts: Any, **how: Any) -> Any:
        self._wait(texts, how)
        return super().embed(texts, **how)

    def _wait(self, texts: Any, how: dict[str, Any]) -> None:
        self.calls.append((texts, how))
        assert self.allowed.acquire(timeout=60)
        if "no room" in texts:
            raise NoRoom("Not enough memory on cpu for this call.", "Try a shorter text or fewer texts.")

    def go_on(self, calls: int = 1000) -> None:
        """Let so many calls be made."""
        self.allowed.release(calls)


@pytest.fixture
def watched(home: Path, checkpoints: Path) -> Iterator[WatchedBackend]:
    made = WatchedBackend()
    made.register(str(checkpoints / "classifier"), name="reviews")
    yield made
    made.go_on()
    made.close()


@contextmanager
def served(backend: Backend, **limits: int) -> Iterator[Callers]:
    """Serve the backend, and give callers of it."""
    with (
        serve(create_app(backend, token=TOKEN, limits=Limits(**limits))) as url,
        http(url) as web,
        ThreadPoolExecutor(40) as pool,
    ):
        yield Callers(url, web, pool)


@dataclasses.dataclass
class Callers:
    """Programs that call a service at the same time."""

    url: str
    web: httpx.Client
    pool: ThreadPoolExecutor

    def post(self, body: dict[str, Any], path: str = "/predict", **headers: str) -> Future[httpx.Response]:
        """Send a request that another thread waits for."""
        body = {"model": "reviews", **body} if path == "/predict" else body
        return self.pool.submit(self.web.post, path, json=body, headers=headers)

    def until_waiting(self, count: int) -> None:
        """Return when so many requests wait."""
        until(lambda: self.web.get("/status").json()["waiting"] == count)

    @contextmanager
    def impatient(self, body: bytes) -> Iterator[None]:
        """Send a request, and hang up at the end of the block."""
        head = (
            f"POST /predict HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((urlsplit(self.url).hostname, urlsplit(self.url).port)) as connection:
            connection.sendall(head.encode() + body)
            yield


def same(got: Any, alone: Any) -> None:
    """Check that two results are equal, numbers to float tolerance."""
    assert type(got) is type(alone)
    for field in dataclasses.fields(alone):
        one, other = getattr(got, field.name), getattr(alone, field.name)
        if isinstance(other, np.ndarray):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            assert np.allclose(one, other, atol=1e-5)
        else:
            assert one == other, field.name


# --- one call ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/predict", "/embed"])
def test_requests_that_wait_together_are_one_call_and_answered_as_alone(watched: WatchedBackend, path: str) -> None:
    asked: list[str | list[str]] = [*TEXTS, [TEXTS[1]], TEXTS, TEXTS[::-1]]
    with served(watched) as callers:
        first = callers.post({"texts": "the first"}, path)
        until(lambda: watched.calls)
        waiting = [callers.post({"texts": texts}, path, **BINARY) for texts in asked]
        callers.until_waiting(len(asked))
        watched.go_on()
        got = [wire.from_bytes(call.result().content) for call in waiting]
        assert first.result().status_code == 200
    assert [len(texts) for texts, _ in watched.calls] == [1, 16]
    for texts, result in zip(asked, got, strict=True):
        alone = watched.embed(texts) if path == "/embed" else watched.predict(texts, model="reviews")
        same(result, alone)
    assert got[4].truncated.tolist() == [path == "/predict"]


def test_a_lone_request_is_made_at_once_and_json_is_as_before(watched: WatchedBackend) -> None:
    watched.go_on()
    with served(watched) as callers:
        got = callers.post({"texts": TEXTS}).result().json()
    assert [texts for texts, _ in watched.calls] == [sorted(TEXTS, key=len, reverse=True)]
    alone = watched.predict(TEXTS, model="reviews")
    assert got["texts"] == TEXTS
    assert got["labels"] == list(alone.labels)
    assert np.allclose(got["probabilities"], alone.probabilities, atol=1e-5)
    assert got["truncated"] == [False, False, False, False, True]


def test_only_calls_with_the_same_arguments_are_one(watched: WatchedBackend) -> None:
    bodies: list[dict[str, Any]] = [
        {"texts": "a good film"},
        {"texts": "a bad film", "pair": "he is sad"},
        {"texts": ["a cat", "a dog"], "pair": ["it ran", "it sat on the mat"]},
        {"texts": "a bad film", "ablate": [[0, 1]]},
        {"texts": "not very good", "ablate": [[0, 1]]},
        {"texts": "a bad film", "ablate": [[1, 0], [0, 1]]},
    ]
    with served(watched, workers=1) as callers:
        first = callers.post({"texts": "the first"})
        until(lambda: watched.calls)
        waiting = [callers.post(body, **BINARY) for body in bodies]
        callers.until_waiting(len(bodies))
        watched.go_on()
        got = [wire.from_bytes(call.result().content) for call in waiting]
        first.result()
    made = [(len(texts), "pair" in how, how["ablate"]) for texts, how in watched.calls]
    assert made[0] == (1, False, None)
    assert sorted(made[1:], key=str) == [
        (1, False, None),
        (1, False, [[1, 0], [0, 1]]),
        (2, False, [[0, 1]]),
        (3, True, None),
    ]
    for body, result in zip(bodies, got, strict=True):
        same(result, watched.predict(body.pop("texts"), model="reviews", **body))


def test_everybody_whose_texts_were_in_a_call_is_told_as_a_user_of_the_model(watched: WatchedBackend) -> None:
    with served(watched) as callers:
        first = callers.post({"texts": "the first"})
        until(lambda: watched.calls)
        waiting = [callers.post({"texts": name}, **{"X-Albert-Caller": name}) for name in ("ada", "bob", "cleo")]
        callers.until_waiting(3)
        watched.go_on()
        assert [call.result().status_code for call in [first, *waiting]] == [200] * 4
        assert len(watched.calls) == 2
        assert set(callers.web.get("/models/reviews").json()["used_by"]) == {"ada", "bob", "cleo"}


# --- every client in turn ---------------------------------------------------------------------------


def test_a_single_text_waits_for_one_slice_of_a_large_request(watched: WatchedBackend) -> None:
    many = [f"{'very ' * (index % 7)}good {index}" for index in range(50)]
    ended: list[str] = []

    def note(name: str, call: Future[httpx.Response]) -> Future[httpx.Response]:
        call.add_done_callback(lambda _: ended.append(name))
        return call

    with served(watched, batch_texts=8) as callers:
        large = note("large", callers.post({"texts": many}, **BINARY, **{"X-Albert-Caller": "large"}))
        until(lambda: watched.calls)
        # The last one is of the very client that sent the large request.
        names = ["ada", "bob", "large"]
        single = [note(name, callers.post({"texts": name}, **{"X-Albert-Caller": name})) for name in names]
        callers.until_waiting(3)
        watched.go_on(2)
        until(lambda: len(watched.calls) == 3)
        assert [call.result().json()["texts"] for call in single] == [["ada"], ["bob"], ["large"]]
        assert not large.done()
        watched.go_on()
        same(wire.from_bytes(large.result().content), watched.predict(many, model="reviews"))
    assert sorted(ended[:3]) == ["ada", "bob", "large"]
    assert {"ada", "bob", "large"} < set(watched.calls[1][0])
    sizes = [len(texts) for texts, _ in watched.calls[:-1]]
    assert sizes == [8, 8, 8, 8, 8, 8, 5]


def test_a_slice_is_no_longer_than_so_many_characters(watched: WatchedBackend) -> None:
    watched.go_on()
    texts = ["x" * 30, "y" * 90, "z" * 10, "w" * 40, "v" * 250, "u" * 20]
    with served(watched, batch_characters=100) as callers:
        answer = callers.post({"texts": texts}, **BINARY).result()
    same(wire.from_bytes(answer.content), watched.predict(texts, model="reviews"))
    assert [[text[0] for text in texts] for texts, _ in watched.calls[:-1]] == [["v"], ["y"], ["w", "x", "u", "z"]]


def test_other_work_has_its_turn_between_two_slices(watched: WatchedBackend) -> None:
    with served(watched, workers=1, batch_texts=2) as callers:
        large = callers.post({"texts": ["good"] * 6})
        until(lambda: watched.calls)
        tokens = callers.post({"texts": "a cat"}, "/tokenize")
        callers.until_waiting(1)
        watched.go_on(1)
        assert tokens.result().status_code == 200
        assert not large.done()
        watched.go_on()
        assert large.result().status_code == 200


@pytest.mark.parametrize("budget", [(1, 1000), (3, 1000), (100, 12), (100, 1000)])
def test_the_line_gives_every_text_once_in_turns_of_clients_and_their_requests(budget: tuple[int, int]) -> None:
    line = FairLine()
    asked = [
        Asked("large", ["xx"] * 9),
        Asked("ada", ["a"]),
        Asked("large", ["yyyy", "y", "yy"], ["", "12345", ""]),
        Asked("bob", ["b" * 50, "b"]),
    ]
    for one in asked:
        line.add(one)
    order: list[tuple[int, int]] = []
    while line:
        batch = line.take(*budget)
        taken = [(asked.index(one), index) for one, indices in batch.items() for index in indices]
        assert 1 <= len(taken) <= budget[0]
        assert len(taken) == 1 or sum(asked[one].characters(index) for one, index in taken) <= budget[1]
        order += taken
    assert sorted(order) == sorted(
        (number, index) for number, one in enumerate(asked) for index in range(len(one.texts))
    )
    if budget[0] == 1:
        # large, ada, bob, large's second request (its longest first), bob, …
        assert order[:6] == [(0, 0), (1, 0), (3, 0), (2, 1), (3, 1), (0, 1)]


# --- what goes wrong --------------------------------------------------------------------------------


def test_an_error_hits_only_the_request_that_caused_it(watched: WatchedBackend) -> None:
    with served(watched) as callers:
        first = callers.post({"texts": "the first"})
        until(lambda: watched.calls)
        good = [callers.post({"texts": text}) for text in TEXTS]
        bad = callers.post({"texts": ["good", "no room"]})
        callers.until_waiting(6)
        watched.go_on()
        answer = bad.result()
        assert answer.status_code == 507
        assert answer.json()["error"]["message"] == "Not enough memory on cpu for this call."
        assert [call.result().status_code for call in [first, *good]] == [200] * 6
        assert [call.result().json()["texts"] for call in good] == [[text] for text in TEXTS]
        status = callers.web.get("/status").json()
        assert (status["waiting"], status["running"]) == (0, 0)
    # The first, the joint one, and one for each.
    assert [len(texts) for texts, _ in watched.calls[:2]] == [1, 7]
    assert sorted(len(texts) for texts, _ in watched.calls[2:]) == [1, 1, 1, 1, 1, 2]


def test_a_failed_slice_ends_a_large_request(watched: WatchedBackend) -> None:
    watched.go_on()
    with served(watched, batch_texts=2) as callers:
        assert callers.post({"texts": ["good"] * 4 + ["no room"] + ["a"] * 20}).result().status_code == 507
        assert callers.post({"texts": "good"}).result().status_code == 200
    assert [len(texts) for texts, _ in watched.calls] == [2, 1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"texts": ["fine", " "]}, "The text 1 is empty."),
        ({"texts": ""}, "The text is empty."),
        ({"texts": []}, "The list of texts is empty."),
        ({"texts": ["a", "b"], "pair": "c"}, "2 texts, but 1 pairs."),
        ({"texts": "a", "model": "startr"}, "There is no model 'startr' here."),
        ({"texts": "a", "model": "starter"}, "starter is an encoder only"),
        ({"texts": "a", "ablate": [[9, 0]]}, ""),
    ],
)
def test_bad_requests_are_refused_in_the_words_of_the_backend(
    watched: WatchedBackend, body: dict[str, Any], message: str
) -> None:
    watched.go_on()
    given = {"model": "reviews", **body}
    with pytest.raises(AlbertError) as alone:
        watched.predict(given.pop("texts"), **given)
    with served(watched) as callers:
        twice = [callers.post(body) for _ in range(2)]
        for call in twice:
            error = call.result().json()["error"]
            assert error == {**alone.value.to_dict(), "details": error["details"]}
            assert message in error["message"]


def test_a_waiting_request_whose_client_hung_up_leaves_the_line(watched: WatchedBackend) -> None:
    with served(watched) as callers:
        first = callers.post({"texts": "the first"})
        until(lambda: watched.calls)
        with callers.impatient(b'{"texts": ["nobody", "waits"], "model": "reviews"}'):
            callers.until_waiting(1)
        callers.until_waiting(0)
        watched.go_on()
        assert first.result().status_code == 200
        assert callers.post({"texts": "last"}).result().status_code == 200
        assert callers.web.get("/status").json()["running"] == 0
    assert [texts for texts, _ in watched.calls] == [["the first"], ["last"]]


def test_slices_of_a_client_that_hung_up_are_not_computed(watched: WatchedBackend) -> None:
    with served(watched, batch_texts=4) as callers:
        with callers.impatient(b'{"model": "reviews", "texts": ["good"' + b', "good"' * 99 + b"]}"):
            until(lambda: watched.calls)
            watched.go_on(1)
            until(lambda: len(watched.calls) == 2)
            assert callers.web.get("/status").json()["running"] == 1
        until(lambda: callers.web.get("/status").json()["running"] == 0)
        other = callers.post({"texts": "another"})
        callers.until_waiting(1)
        watched.go_on()
        assert other.result().json()["texts"] == ["another"]
    assert [len(texts) for texts, _ in watched.calls] == [4, 4, 1]


def test_too_many_requests_are_refused_with_when_to_try_again(watched: WatchedBackend) -> None:
    with served(watched, max_concurrent=3) as callers:
        calls = [callers.post({"texts": "the first"})]
        until(lambda: watched.calls)
        calls += [callers.post({"texts": text}) for text in TEXTS[:2]]
        callers.until_waiting(2)
        # Work that does not gather is counted with them.
        for path in ("/predict", "/embed", "/tokenize"):
            answer = callers.post({"texts": "one too many"}, path).result()
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
            assert answer.json()["error"]["details"] == {"retry_after": 1, "limit": 3}
        watched.go_on()
        assert [call.result().status_code for call in calls] == [200] * 3
        assert callers.post({"texts": "now there is room"}).result().status_code == 200
    assert not any("one too many" in texts for texts, _ in watched.calls)


def test_too_many_texts_are_refused_but_never_the_only_request(watched: WatchedBackend) -> None:
    with served(watched, max_waiting_texts=10) as callers:
        large = callers.post({"texts": ["good"] * 20})
        until(lambda: watched.calls)
        answer = callers.post({"texts": ["a", "b"]}).result()
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        error = answer.json()["error"]
        assert error["message"] == "The backend has 20 texts in progress; with these it were more than 10."
        assert error["details"] == {"retry_after": 1, "limit": 10}
        watched.go_on()
        assert large.result().status_code == 200
        assert callers.post({"texts": ["a", "b"]}).result().status_code == 200


# --- users ------------------------------------------------------------------------------------------


@contextmanager
def served_to_users(
    backend: Backend, folder: Path, **limits: int
) -> Iterator[tuple[Callers, dict[str, dict[str, str]]]]:
    """Serve the backend to ada and zoe, and give the header with the token of each."""
    tokens = {"ada": "a" * 32, "zoe": "z" * 32}
    (file := folder / "tokens.txt").write_text("".join(f"{name} {token}\n" for name, token in tokens.items()))
    with (
        serve(create_app(backend, token=Users(TOKEN, file), limits=Limits(**limits))) as url,
        http(url) as web,
        ThreadPoolExecutor(40) as pool,
    ):
        yield Callers(url, web, pool), {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}


def test_notebooks_of_one_user_share_the_turns(watched: WatchedBackend, tmp_path: Path) -> None:
    with served_to_users(watched, tmp_path, batch_texts=2) as (callers, users):
        first = callers.post({"texts": "the first"}, **users["zoe"])
        until(lambda: watched.calls)
        flood = [
            callers.post({"texts": ["good"] * 4}, **users["ada"], **{"X-Albert-Caller": f"{n}.ipynb"}) for n in range(3)
        ]
        callers.until_waiting(3)
        single = callers.post({"texts": "he is tired"}, **users["zoe"])
        callers.until_waiting(4)
        watched.go_on()
        assert [call.result().status_code for call in [first, *flood, single]] == [200] * 5
    # Of two texts in the next call, one is hers, whichever names the notebooks of the other have.
    assert "he is tired" in watched.calls[1][0]


def test_texts_of_one_user_have_a_limit(watched: WatchedBackend, tmp_path: Path) -> None:
    with served_to_users(watched, tmp_path, user_texts=10) as (callers, users):
        large = callers.post({"texts": ["good"] * 20}, **users["ada"])
        until(lambda: watched.calls)
        answer = callers.post({"texts": ["a", "b"]}, **users["ada"]).result()
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        error = answer.json()["error"]
        assert (
            error["message"]
            == "ada has 20 texts in progress; with these it were more than 10, the limit for each user."
        )
        assert "--user-texts" in error["hint"]
        others = [callers.post({"texts": ["a", "b"]}, **users["zoe"]), callers.post({"texts": ["good"] * 12})]
        callers.until_waiting(2)
        watched.go_on()
        assert [call.result().status_code for call in (large, *others)] == [200] * 3
        assert callers.post({"texts": ["a", "b"]}, **users["ada"]).result().status_code == 200


# --- parts of results -------------------------------------------------------------------------------


def test_results_are_cut_and_put_together_in_any_order(backend: Backend, checkpoints: Path) -> None:
    backend.register(str(checkpoints / "classifier"), name="of-rows")
    for whole in (backend.predict(TEXTS, model="of-rows"), backend.embed(TEXTS)):
        parts = [([3], cut(whole, 3, 4)), ([0, 1], cut(whole, 0, 2)), ([4], cut(whole, 4, 5)), ([2], cut(whole, 2, 3))]
        same(put_together(parts), whole)


def test_parts_of_two_models_make_no_answer(backend: Backend, checkpoints: Path) -> None:
    backend.register(str(checkpoints / "classifier"), name="before")
    one = backend.predict("a good film", model="before")
    other = dataclasses.replace(one, label_names=("x", "y", "z"))
    with pytest.raises(Conflict, match="The model was changed"):
        put_together([([0], one), ([1], other)])
