"""Several users of one service: what each may do to what is another's, how much at once, and who goes first."""

from __future__ import annotations

import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from albert_widgets.backend import Backend
from albert_widgets.errors import Forbidden, JobNotFound, Overloaded
from albert_widgets.protocol import BertBackend
from albert_widgets.service import access
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from albert_widgets.service.limits import Limits
from albert_widgets.service.users import Users
from albert_widgets.service.work_queue import Turns, WorkQueue
from tests.serving import HeldBackend, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = "the-owners-own-token"
NAMES = {"ada": "a" * 32, "zoe": "z" * 32, "teacher": "t" * 32}
ROWS = [(f"A {'fine' if n % 2 else 'sad'} film of {1980 + n}.", "yes" if n % 2 else "no") for n in range(24)]


def token_file(folder: Path) -> Path:
    """A class of two and their teacher."""
    file = folder / "tokens.txt"
    file.write_text("".join(f"{name} {token}{' manage' * (name == 'teacher')}\n" for name, token in NAMES.items()))
    return file


@contextlib.contextmanager
def served(backend: Backend, file: Path, **limits: int) -> Iterator[dict[str, Client]]:
    """Serve the backend; gives a client of each user, and of the owner as ``""``."""
    with serve(create_app(backend, token=Users(OWN, file), limits=Limits(**limits))) as url:
        clients = {name: Client(url, token) for name, token in {**NAMES, "": OWN}.items()}
        yield clients
        for client in clients.values():
            client.close()


def http(client: Client, name: str, **headers: str) -> httpx.Client:
    headers["Authorization"] = f"Bearer {NAMES[name]}"
    return httpx.Client(base_url=client.url, headers=headers, trust_env=False, timeout=60)


@pytest.fixture(scope="module")
def school(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Client]]:
    """A service with ``run:of-ada``, which ada has trained."""
    made = Backend()
    made.register(str(checkpoints / "classifier"), name="reviews")
    with served(made, token_file(tmp_path_factory.mktemp("school"))) as clients:
        job = clients["ada"].fit(ROWS, model="reviews", name="of-ada", validation=0.3, epochs=1)
        assert job.result(120)["model"] == "run:of-ada"
        yield clients
    made.close()


def test_every_method_was_decided_on() -> None:
    """A new method of the interface is for who manages, until somebody decides: here, and in docs/serving.md."""
    methods = {name for name in dir(BertBackend) if not name.startswith("_")}
    own = {name for name in vars(access.Access) if not name.startswith("_")}
    parts = [access.OPEN, access.JOBS, set(access.MANAGED), own]
    assert set().union(*parts) == methods
    assert sum(map(len, parts)) == len(methods), "none is in two of them"


# --- whose it is -----------------------------------------------------------------------------------


def test_jobs_and_models_tell_who(school: dict[str, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    (job,) = (job for job in school["zoe"].jobs() if job.spec.get("settings", {}).get("name") == "of-ada")
    assert job.user == "ada"
    assert job.caller.endswith(" (ada)")
    monkeypatch.setenv("JPY_SESSION_NAME", "week 1.ipynb (ada)")
    school["zoe"].embed("The cat sat.")
    assert "week 1.ipynb (ada) (zoe)" in school["ada"].model("starter").used_by
    table = repr(__import__("albert_widgets.magics.jobs", fromlist=["JobList"]).JobList(school["zoe"].jobs()))
    assert table.splitlines()[0].split() == ["job", "what", "of", "state", "progress"]
    assert "ada" in table


def test_everybody_uses_and_compares(school: dict[str, Client]) -> None:
    zoe = school["zoe"]
    assert len(zoe.predict(["A fine film.", "A sad film."], model="run:of-ada")) == 2
    assert zoe.fit_report("run:of-ada").model == "run:of-ada"
    assert [report.model for report in zoe.runs().reports] == ["run:of-ada"]
    (job,) = (job for job in zoe.jobs() if job.user == "ada")
    assert list(zoe.job_events(job.id, follow=False))
    assert not any(text in json.dumps([vars(job) for job in zoe.jobs()]) for text, _ in ROWS)


def test_texts_are_for_whose_they_are(school: dict[str, Client]) -> None:
    with pytest.raises(Forbidden, match="run:of-ada is ada's; zoe may not read the texts"):
        school["zoe"].judged_rows("run:of-ada")
    texts = {text for text, _ in ROWS}
    for name in ("ada", "teacher", ""):
        assert {row.text for row in school[name].judged_rows("run:of-ada").rows} <= texts


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda bert: bert.delete("run:of-ada"), "run:of-ada is ada's; zoe may not delete it."),
        (lambda bert: bert.rename("run:of-ada", "mine"), "run:of-ada is ada's; zoe may not rename it."),
        (lambda bert: bert.delete("reviews"), "reviews is everybody's; zoe may not delete it."),
        (lambda bert: bert.rename("reviews", "mine"), "reviews is everybody's; zoe may not rename it."),
        (lambda bert: bert.delete("starter"), "starter is everybody's; zoe may not delete it."),
        (lambda bert: bert.push("run:of-ada", "zoe/mine", token="hf_x"), "run:of-ada is ada's; zoe may not push it"),
        (lambda bert: bert.register("/etc"), "zoe may not add a folder of the backend's machine to the models."),
        (lambda bert: bert.set_default("reviews"), "zoe may not choose what new notebooks begin with."),
        (lambda bert: bert.set_memory_budget(10**9), "zoe may not change what models may take of the memory."),
        (lambda bert: bert.restore("0" * 16), "Somebody else than zoe has deleted that."),
        (lambda bert: bert.empty_trash(["0" * 16]), "Somebody else than zoe has deleted that."),
    ],
)
def test_what_touches_others_is_refused_and_says_whom_to_ask(
    school: dict[str, Client], call: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of nobody's environment.
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with pytest.raises(Forbidden) as refused:
        call(school["zoe"])
    assert refused.value.message.startswith(said)
    assert "manage" in refused.value.hint
    assert school["zoe"].model("run:of-ada").id == "run:of-ada"


def test_a_refusal_is_a_403_of_the_one_shape(school: dict[str, Client]) -> None:
    with http(school["zoe"], "zoe") as web:
        answer = web.post("/memory-budget", json={"budget": None})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        # Whoever the header names, the token says who it is.
        answer = web.post("/default-model", json={"model": "reviews"}, headers={"X-Albert-Caller": "x%20(teacher)"})
        assert answer.status_code == 403


def test_who_manages_may(school: dict[str, Client]) -> None:
    for name in ("teacher", ""):
        assert school[name].set_memory_budget(2_000_000_000).memory_budget == 2_000_000_000
        assert school[name].set_default("reviews").id == "reviews"
        assert school[name].set_default("starter").id == "starter"


def test_a_model_that_others_use_stays(school: dict[str, Client]) -> None:
    school["teacher"].unload("reviews")
    school["zoe"].predict("A film.", model="reviews")
    assert school["zoe"].load("reviews", device="cpu", dtype="float32").is_loaded
    school["zoe"].load("reviews", dtype="bfloat16")
    assert not school["zoe"].unload("reviews").is_loaded
    school["ada"].predict("A film.", model="reviews")
    for call in (lambda: school["zoe"].unload("reviews"), lambda: school["zoe"].load("reviews", dtype="bfloat16")):
        with pytest.raises(Forbidden, match=r"reviews is used by .* \(ada\), too; zoe may not"):
            call()
    assert school["zoe"].load("reviews").is_loaded
    school["zoe"].predict("A film.", model="reviews")
    with pytest.raises(Forbidden, match=r"is used by .* \(zoe\), too; ada may not"):
        school["ada"].unload("reviews")
    assert not school["teacher"].unload("reviews").is_loaded


def test_an_own_model_is_deleted_brought_back_and_renamed(school: dict[str, Client]) -> None:
    ada, zoe = school["ada"], school["zoe"]
    school["teacher"].unload("run:of-ada")
    deleted = ada.delete("run:of-ada", keep=True)
    with pytest.raises(Forbidden, match="Somebody else than zoe has deleted that"):
        zoe.restore(deleted.id)
    # All that is hers, which is nothing.
    assert zoe.empty_trash() == 0
    assert ada.restore(deleted.id).id == "run:of-ada"
    assert ada.rename("run:of-ada", "renamed").id == "run:renamed"
    with pytest.raises(Forbidden, match="run:renamed is ada's"):
        zoe.rename("run:renamed", "mine")
    assert ada.rename("run:renamed", "of-ada").id == "run:of-ada"


def test_the_hubs_token_of_the_backend_is_its_owners(
    school: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with pytest.raises(Forbidden, match="ada may not push with the hub's token of the backend's machine"):
        school["ada"].push("run:of-ada", "ada/mine")


# --- how much --------------------------------------------------------------------------------------


@pytest.fixture
def held(home: Path) -> Iterator[HeldBackend]:
    made = HeldBackend()
    yield made
    made.go_on.set()
    made.close()


def test_requests_of_one_user_have_a_limit(held: HeldBackend, tmp_path: Path) -> None:
    with served(held, token_file(tmp_path), user_requests=2) as clients, ThreadPoolExecutor(8) as pool:
        ada, zoe = http(clients["ada"], "ada"), http(clients["ada"], "zoe")
        calls = [pool.submit(ada.post, "/tokenize", json={"texts": "a"}) for _ in range(2)]
        until(lambda: len(held.seen) == 2)
        answer = ada.get("/models")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        error = answer.json()["error"]
        assert error["message"] == "ada has 2 requests in progress already, and that is the limit for each user."
        assert "--user-requests" in error["hint"]
        assert zoe.get("/models").status_code == 200
        owner = [pool.submit(clients[""].tokenize, "b") for _ in range(4)]
        until(lambda: clients[""].status().waiting == 4)
        held.go_on.set()
        assert [call.result().status_code for call in calls] == [200, 200]
        assert len([call.result() for call in owner]) == 4
        assert ada.get("/status").json()["limits"]["user_requests"] == 2
        ada.close()
        zoe.close()


def test_jobs_of_others_go_on_and_own_ones_have_a_limit(home: Path, tmp_path: Path, checkpoints: Path) -> None:
    del home
    made = Backend()
    made.register(str(checkpoints / "classifier"), name="reviews")
    with served(made, token_file(tmp_path), user_jobs=1) as clients:
        ada, zoe, teacher = clients["ada"], clients["zoe"], clients["teacher"]
        job = ada.fit(ROWS * 20, model="reviews", name="one", epochs=500)
        for steer in (zoe.stop_job, zoe.pause_job, zoe.resume_job):
            with pytest.raises(Forbidden, match=f"Job {job.id} is ada's; zoe may not"):
                steer(job.id)
        with pytest.raises(JobNotFound):
            zoe.stop_job("fit-999")
        assert job.state == "running"
        with pytest.raises(Overloaded, match=r"ada has 1 job\(s\) queued or running already; 1 is the limit") as full:
            ada.fit(ROWS, model="reviews", name="two", epochs=1)
        assert "--user-jobs" in full.value.hint
        with http(ada, "ada") as web:
            answer = web.post("/models/org%2Fmodel/download")
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        # Another one's waits behind it, and is steered by who it belongs to, or who manages.
        other = zoe.fit(ROWS, model="reviews", name="three", epochs=1)
        assert [other.state, other.pause().state, other.resume().state] == ["queued", "paused", "queued"]
        with pytest.raises(Forbidden, match=f"Job {other.id} is zoe's; ada may not stop it"):
            ada.stop_job(other.id)
        assert teacher.stop_job(other.id).state == "stopped"
        assert ada.stop_job(job.id).id == job.id
    made.close()


def test_a_token_that_was_taken_away_ends_its_streams(held: HeldBackend, tmp_path: Path) -> None:
    file = token_file(tmp_path)
    with served(held, file) as clients, http(clients["ada"], "ada") as web:
        with web.stream("GET", "/events") as answer:
            lines = answer.iter_lines()
            assert json.loads(next(line for line in lines if line.startswith("data:"))[5:])["jobs"] == []
            file.write_text(f"zoe {NAMES['zoe']}\n")
            # News for everybody who still may come in.
            clients[""].set_default("starter")
            clients[""].load("starter")
            assert [line for line in lines if line.startswith("data:")] == []
        assert web.get("/models").status_code == 401
        assert [model.id for model in clients["zoe"].models()] == ["starter"]


# --- who goes first --------------------------------------------------------------------------------


def test_turns_go_round() -> None:
    turns: Turns[str] = Turns()
    for client, piece in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), (None, "x"), ("b", "b2")):
        turns.add(client, piece)
    taken = [turns.take() for _ in range(7)]
    assert taken == ["a1", "b1", "x", "a2", "b2", "a3", None]


def test_a_flood_of_one_user_lets_the_others_through(held: HeldBackend, tmp_path: Path) -> None:
    limits = {"workers": 1, "user_requests": 50}
    with served(held, token_file(tmp_path), **limits) as clients, ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(clients["ada"].tokenize, f"flood {i}") for i in range(20)]
        until(lambda: clients[""].status().waiting == 19)
        others = [pool.submit(clients["zoe"].tokenize, f"single {i}") for i in range(2)]
        until(lambda: clients[""].status().waiting == 21)
        held.go_on.set()
        for call in (*flood, *others):
            call.result()
    # The first was begun before; then they take turns.
    assert sorted(map(held.seen.index, (["single 0"], ["single 1"]))) == [2, 4]


def test_what_waits_in_a_queue_that_closes_is_given_up() -> None:
    queue = WorkQueue("test", workers=1, limit=10)
    begun, go_on = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        assert go_on.wait(60)
        return "done"

    first = queue.submit(work)
    assert begun.wait(60)
    second = queue.submit(lambda: "never")
    queue.close()
    assert second.cancelled()
    go_on.set()
    assert first.result(60) == "done"
    assert (queue.places.waiting, queue.places.running) == (0, 0)


def test_a_failure_is_whose_it_is() -> None:
    queue = WorkQueue("test", workers=1, limit=10)
    failed = queue.submit(lambda: 1 // 0)
    assert queue.submit(lambda: 1).result(60) == 1
    with pytest.raises(ZeroDivisionError):
        failed.result(60)
    queue.close()
