"""Uploads to a real hub on loopback: what goes and what stays, stopped at once, and a token that is written nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from IPython.core.error import UsageError

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError, BackendUnavailable, InputInvalid, ModelNotFound
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from tests.hub import COMMIT, Hub, serving
from tests.serving import TOKEN, serve
from tests.test_magics import quiet_shell, run, with_magics

SECRET = "hf_" + "Abc0Def1Ghi2" * 3


@pytest.fixture
def hub(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving({}) as served:
        served.uploads = tmp_path / "uploads"
        served.uploads.mkdir()
        served.tokens[SECRET] = "ada"
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        monkeypatch.delenv("HF_HUB_OFFLINE")
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield served


@pytest.fixture
def bert(hub: Hub, checkpoints: Path) -> Iterator[Backend]:
    """A backend with a run in its catalogue: a classifier, and beside it what a training leaves there."""
    import shutil

    folder = folders.room("models") / "films"
    shutil.copytree(checkpoints / "classifier", folder)
    (folder / "README.md").write_text("---\nlibrary_name: transformers\n---\n\n# films\n", encoding="utf-8")
    (folder / "albert_widgets.json").write_text('{"job": "fit-1"}', encoding="utf-8")
    (folder / "validation.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (folder / "judged.json").write_text('{"texts": ["a secret film"]}', encoding="utf-8")
    (folder / "rows.csv").write_text("text,label\na secret film,good\n", encoding="utf-8")
    made = Backend()
    made.register(str(checkpoints / "bert"), name="mine")
    yield made
    made.close()


def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def files_with(secret: str, *places: Path) -> list[Path]:
    """Files that hold ``secret`` in any of the forms that it could be written down in."""
    import base64

    forms = [secret.encode(), base64.b64encode(secret.encode()), secret.encode("utf-16-le")]
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert found
    return [path for path in found if any(form in path.read_bytes() for form in forms)]


def test_a_pushed_model_is_the_same_when_it_comes_back(bert: Backend, hub: Hub, home: Path) -> None:
    job = bert.push("run:films", "ada/films", token=SECRET)
    result = job.result(60)
    assert (result["repo"], result["commit"], result["url"]) == ("ada/films", COMMIT, f"{hub.url}/ada/films")
    assert hub.private == {"ada/films"}
    sent = {path.name for path in hub.repos["ada/films"].iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "README.md", "albert_widgets.json"} <= sent
    assert not sent & {"validation.safetensors", "judged.json", "rows.csv"}
    mine = folders.home() / "models" / "films"
    for name in sent:
        assert (hub.repos["ada/films"] / name).read_bytes() == (mine / name).read_bytes()
    progress = [event.data for event in job.events(follow=False) if event.kind == "progress"]
    assert progress[-1]["done"] == progress[-1]["total"] == result["bytes"]
    assert progress[-1]["unit"] == "bytes"
    said = [event.data["message"] for event in job.events(follow=False) if event.kind == "log"]
    assert "Not sent: judged.json, rows.csv, validation.safetensors" in said

    back = bert.register(bert.download("ada/films").result(60)["folder"], name="back")
    assert back.labels == ("negative", "positive")
    texts = ["a good film", "the cat sat"]
    here, there = (bert.predict(texts, model=model).probabilities for model in ("run:films", "back"))
    np.testing.assert_array_equal(here, there)


def test_the_token_is_written_nowhere(bert: Backend, hub: Hub, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(create_app(bert, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        job = client.push("run:films", "ada/films", token=SECRET)
        assert job.wait(60).state == "finished"
        told = repr([job.info, list(job.events(follow=False)), job])
        # A token that the hub does not know must not show in its error either.
        wrong = client.push("run:films", "ada/other", token=SECRET[::-1])
        assert wrong.wait(60).state == "failed"
        told += repr([wrong.info, list(wrong.events(follow=False))])
        client.close()
    told += "".join(capsys.readouterr())
    assert SECRET not in told
    assert SECRET[::-1] not in told
    assert not files_with(SECRET, folders.home(), home)
    assert not files_with(SECRET[::-1], folders.home(), home)


def test_the_saved_login_and_the_environment_are_used(
    bert: Backend, hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    saved = home / "huggingface" / "token"
    saved.parent.mkdir(exist_ok=True)
    saved.write_text(SECRET, encoding="utf-8")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(saved))
    assert bert.push("mine", "ada/mine").wait(60).state == "finished"
    assert (hub.repos["ada/mine"] / "model.safetensors").exists()
    saved.unlink()
    monkeypatch.setenv("HF_TOKEN", SECRET)
    assert bert.push("mine", "ada/again", private=False).wait(60).state == "finished"
    assert hub.private == {"ada/mine"}


def test_a_backend_of_this_machine_is_given_the_token_of_the_kernel(
    bert: Backend, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(create_app(bert, token=TOKEN)) as url:
        client = Client(url, TOKEN)
        monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
        with pytest.raises(InputInvalid, match="There is no token for the hub"):
            client.push("run:films", "ada/films")
        monkeypatch.setenv("HF_TOKEN", SECRET)
        assert client.push("run:films", "ada/films").wait(60).state == "finished"
        client.close()


def test_stop_really_stops_and_resume_sends_it(bert: Backend, hub: Hub) -> None:
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    folder = folders.room("models") / "large"
    config = tf.BertConfig(vocab_size=2000, hidden_size=256, num_hidden_layers=8, num_attention_heads=4)
    torch.manual_seed(0)
    tf.BertModel(config).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    size = (folder / "model.safetensors").stat().st_size
    hub.bytes_per_second = 2_000_000
    job = bert.push("run:large", "ada/large", token=SECRET)
    until(lambda: sum(hub.received.values()) > 1_000_000)
    job.stop()
    assert job.wait(10).state == "stopped"
    until(lambda: hub.broken_off, 30)
    assert sum(hub.received.values()) < size
    assert not list(hub.repos["ada/large"].iterdir()), "there is no half a model"
    progress = [event.data["done"] for event in job.events(follow=False) if event.kind == "progress"]
    assert progress == sorted(progress)
    hub.bytes_per_second = 0
    job.resume()
    assert job.result(60)["repo"] == "ada/large"
    assert (hub.repos["ada/large"] / "model.safetensors").stat().st_size == size


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"model": "starter"}, InputInvalid, "starter was not made here"),
        ({"model": "run:flims"}, ModelNotFound, "Did you mean 'run:films'"),
        ({"repo": "films"}, InputInvalid, "'films' is no name of a repository.\nWrite user/name"),
        ({"repo": "ada/ films!"}, InputInvalid, "'ada/ films!' is no name"),
        ({"repo": "a/b/c"}, InputInvalid, "'a/b/c' is no name"),
        ({"token": None}, InputInvalid, "There is no token for the hub on the backend's machine.\n.*hf auth login"),
    ],
)
def test_a_slip_is_named_before_anything_starts(
    bert: Backend,
    given: dict[str, Any],
    error: type[AlbertError],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    asked = {"model": "run:films", "repo": "ada/films", "token": SECRET, **given}
    with pytest.raises(error, match=message):
        bert.push(asked.pop("model"), asked.pop("repo"), **asked)
    assert not bert.jobs()


def test_what_the_hub_refuses_is_said_in_words(bert: Backend, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputInvalid, match=r"The hub does not know the token.\n.*hf auth login"):
        bert.push("run:films", "ada/films", token="hf_wrong").result(60)
    with pytest.raises(InputInvalid, match="The token may not write to grace/films"):
        bert.push("run:films", "grace/films", token=SECRET).result(60)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BackendUnavailable, match=r"Offline mode is on, so nothing is uploaded.\nUnset HF_HUB_OFFLINE"):
        bert.push("run:films", "ada/films", token=SECRET).result(60)
    assert not hub.repos


def test_a_line_pushes_a_model_and_says_where_it_is(
    bert: Backend, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    for shell in with_magics(quiet_shell, bert, tmp_path, monkeypatch):
        assert repr(run(shell, "%albert push run:films ada/films")) == f"run:films is at {hub.url}/ada/films"
        (info,) = run(shell, "%albert push mine ada/mine --public --no-wait")
        assert info.spec == {"model": "mine", "repo": "ada/mine", "private": False}
        bert.job(info.id).wait(60)
        with pytest.raises(UsageError, match="The REPO is missing"):
            run(shell, "%albert push run:films")
        with pytest.raises(UsageError, match="has no option --token"):
            run(shell, "%albert push run:films ada/films --token hf_x")
