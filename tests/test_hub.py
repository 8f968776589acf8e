"""The hub without a download: the list that comes with the package, a search, and what a download would cost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from albert_widgets.backend import Backend
from albert_widgets.backend.hub.search import ENCODERS, WRITERS
from albert_widgets.backend.hub.suggested import suggested
from albert_widgets.errors import (
    AlbertError,
    BackendUnavailable,
    InputInvalid,
    ModelFailed,
    ModelNotFound,
    ModelUnsafe,
    error_from_dict,
)
from albert_widgets.service.app import create_app
from albert_widgets.service.client import Client
from tests.hub import COMMIT, Hub, Refusal, serving
from tests.serving import TOKEN, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MODEL = "someone/tiny-bert"


@pytest.fixture
def hub(checkpoints: Path, home: Path) -> Iterator[Hub]:
    with serving({MODEL: checkpoints / "classifier"}) as served:
        yield served


Ask = "Callable[..., Any]"
EITHER_WAY = [
    f"bert.download_plan({MODEL!r})",
    pytest.param("bert.hub_models('bert')", marks=pytest.mark.slow),
]
"""Questions that are asked in a new process each time, and fail alike."""


@pytest.fixture
def ask(hub: Hub) -> Callable[..., Any]:
    """Ask a new backend process: huggingface_hub reads its settings once, when it is imported."""

    def asked(call: str, **environment: str) -> Any:
        code = f"""
import json, sys
from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError
from dataclasses import asdict
bert = Backend()
try:
    found = {call}
    said = [asdict(model) for model in found] if isinstance(found, tuple) else {{**asdict(found), "fits": found.fits}}
except AlbertError as error:
    said = {{"error": error.to_dict()}}
print(json.dumps([said, sorted(set(sys.modules) & {{"torch", "transformers"}})]))
"""
        places = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_TOKEN": ""}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, **places, **environment},
        )
        said, heavy = json.loads(done.stdout.splitlines()[-1])
        assert heavy == [], "asking the hub imports no torch"
        if isinstance(said, dict) and "error" in said:
            raise error_from_dict(said["error"])
        return said

    return asked


def hub_model(id: str, **changes: Any) -> dict[str, Any]:
    """Return what the hub says of a model in a search."""
    said = {
        "id": id,
        "modelId": id,
        "pipeline_tag": "fill-mask",
        "tags": ["transformers", "safetensors", "bert", "ja"],
        "downloads": 1200,
        "likes": 7,
        "gated": False,
        "config": {"architectures": ["BertForMaskedLM"], "model_type": "bert"},
        "safetensors": {"parameters": {"F32": 1000, "I64": 2}, "total": 1002},
        "cardData": {"language": "ja", "license": "mit"},
    }
    return {**said, **changes}


# --- the list that comes with the package -----------------------------------------------------------


@pytest.fixture(scope="module")
def here() -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()


@pytest.mark.parametrize("query", ["", "  \n\t"])
def test_without_words_the_list_is_shown_offline(here: Backend, query: str) -> None:
    models = here.hub_models(query)
    assert list(models) == list(suggested()), "all of it is shown without a limit"
    assert len({model.id for model in models}) == len(models) == 30
    assert {model.task for model in models} == {"encoder", "fill-mask", "text-classification", "summarization"}
    assert {"zh", "ja", "ko", "de", "fr", "es", "pt", "ar", "hi", "ru", "tr"} <= {
        language for model in models for language in model.languages
    }
    for model in models:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.id)
        assert model.model_type in (WRITERS if model.task == "summarization" else ENCODERS)
        assert 0 < len(model.note.split()) <= 12
        # Two bytes a weight or four, and a little for the header.
        assert 1.9 < model.bytes / model.parameters < 4.1, model.id
    assert "One layer used twelve times" in repr(models)


def test_every_architecture_that_is_looked_for_is_one_that_transformers_has() -> None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    assert set(CONFIG_MAPPING_NAMES) >= ENCODERS | WRITERS


def test_the_list_by_language_and_task(here: Backend) -> None:
    chinese = here.hub_models(language="ZH")
    assert [model.id for model in chinese[:2]] == ["google-bert/bert-base-chinese", "BAAI/bge-small-zh-v1.5"]
    assert all("multilingual" in model.languages for model in chinese[2:])
    assert {model.task for model in here.hub_models(task="summarization")} == {"summarization"}
    assert len(here.hub_models(limit=3)) == 3
    assert not here.hub_models(language="tlh", task="summarization")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"task": "translation"}, "Choose one of: encoder, fill-mask, text-classification, summarization."),
        ({"language": "Japanese!"}, "The list has: ar, de, en"),
        ({"language": ""}, "'' is no code of a language."),
        ({"limit": 0}, "Give a whole number from 1 to 100."),
        ({"limit": 101}, "The limit is 101."),
        ({"limit": True}, "The limit is True."),
        ({"query": "x" * 201}, "The query has 201 characters"),
        ({"query": "half \ud83d"}, "some that cannot be shown"),
    ],
)
def test_what_cannot_be_looked_for(here: Backend, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        here.hub_models(**wrong)
    assert said in str(caught.value)


# --- a search ---------------------------------------------------------------------------------------


def test_a_search_shows_what_can_be_used_here(hub: Hub, ask: Callable[..., Any]) -> None:
    hub.found = [
        hub_model("tohoku/bert-ja"),
        hub_model("a/bert-sentences", pipeline_tag="sentence-similarity", gated="manual", safetensors=None),
        hub_model("a/bert-with-code", tags=["safetensors", "custom_code"]),
        hub_model("a/bert-mapped", config={"model_type": "bert", "auto_map": {"AutoModel": "x.Y"}}),
        hub_model("a/bert-of-pictures", config={"model_type": "vit"}, pipeline_tag="image-classification"),
        hub_model("a/bert-for-names", pipeline_tag="token-classification"),
        hub_model("a/bert-unknown", config=None),
        hub_model("a/bert-pickled", tags=["pytorch"]),
        hub_model("a/bert-translator", config={"model_type": "t5"}, pipeline_tag="translation"),
        hub_model("a/bert-writer", config={"model_type": "encoder-decoder"}, pipeline_tag="text2text-generation"),
    ]
    found = ask("bert.hub_models('  bert ')")
    assert [model["id"] for model in found] == ["tohoku/bert-ja", "a/bert-sentences", "a/bert-writer"]
    first, second, third = found
    assert third["task"] == "summarization"
    assert (first["task"], first["model_type"], first["languages"]) == ("fill-mask", "bert", ["ja"])
    assert (first["parameters"], first["bytes"], first["licence"]) == (1002, 4016, "mit")
    assert (first["downloads"], first["likes"], first["is_gated"], first["is_here"]) == (1200, 7, False, False)
    assert (second["task"], second["parameters"], second["is_gated"]) == ("encoder", 0, True)
    asked = hub.asked[-1]
    assert "search=bert&" in asked
    assert "filter=safetensors" in asked
    assert [model["id"] for model in ask("bert.hub_models('bert', task='encoder', limit=1)")] == ["a/bert-sentences"]
    assert [model["id"] for model in ask("bert.hub_models('bert', language='ja', task='fill-mask')")] == [
        "tohoku/bert-ja"
    ]
    assert "pipeline_tag=fill-mask" in hub.asked[-1]
    assert ask("bert.hub_models('nothing-of-this-name')") == []


REFUSED: list[tuple[Refusal, type[AlbertError], str]] = [
    (Refusal(403, {}), BackendUnavailable, "does not answer you (403)"),
    (Refusal(429, {"Retry-After": "33"}), BackendUnavailable, "Try again in 33 seconds. A download"),
    (Refusal(429, {"RateLimit": '"api";r=0;t=55'}), BackendUnavailable, "Try again in 55 seconds."),
    (Refusal(500, {}), BackendUnavailable, "out of order (500)"),
]


@pytest.mark.parametrize(("refusal", "kind", "said"), REFUSED)
@pytest.mark.parametrize("call", ["bert.hub_models('bert')", f"bert.download_plan({MODEL!r})"])
def test_what_the_hub_refuses_is_told(
    hub: Hub, ask: Callable[..., Any], call: str, refusal: Refusal, kind: type[AlbertError], said: str
) -> None:
    hub.refusals["/api/models"] = refusal
    with pytest.raises(AlbertError) as caught:
        ask(call)
    if refusal.status == 403 and "plan" in call:
        kind, said = ModelNotFound, f"{hub.url}/{MODEL}"
    assert type(caught.value) is kind
    assert said in str(caught.value)


@pytest.mark.parametrize("call", EITHER_WAY)
def test_no_network_offline_mode_and_a_wrong_token_are_told(hub: Hub, ask: Callable[..., Any], call: str) -> None:
    with pytest.raises(BackendUnavailable, match=r"http://127.0.0.1:9 cannot be reached"):
        ask(call, HF_ENDPOINT="http://127.0.0.1:9")
    with pytest.raises(BackendUnavailable, match=r"Offline mode is on.*\n?.*Unset HF_HUB_OFFLINE"):
        ask(call, HF_HUB_OFFLINE="1")
    hub.reader = "hf_right0000"
    with pytest.raises(BackendUnavailable, match="does not know the token") as caught:
        ask(call, HF_TOKEN="hf_wrong0000")
    assert "hf_wrong" not in json.dumps(caught.value.to_dict())
    assert ask(call, HF_TOKEN="hf_right0000") is not None


@pytest.mark.parametrize("call", EITHER_WAY)
def test_what_is_set_wrongly_is_told(ask: Callable[..., Any], call: str) -> None:
    with pytest.raises(BackendUnavailable, match="The token that is set here is none") as caught:
        ask(call, HF_TOKEN="tök_geheim")
    assert "geheim" not in json.dumps(caught.value.to_dict())
    places = {"HF_ENDPOINT": "http://hub.example", "http_proxy": "socks5://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}
    # Where httpx can do SOCKS, nobody answers there.
    with pytest.raises(BackendUnavailable, match=r"httpx\[socks\]|cannot be reached"):
        ask(call, **places)
    with pytest.raises(BackendUnavailable, match="not a url cannot be reached"):
        ask(call, HF_ENDPOINT="not a url")


def test_a_hub_that_does_not_answer_is_not_waited_for(hub: Hub, ask: Callable[..., Any]) -> None:
    hub.silent = True
    with pytest.raises(BackendUnavailable, match="did not answer in time"):
        ask("bert.hub_models('bert')", HF_HUB_ETAG_TIMEOUT="1")


# --- what a download would cost ---------------------------------------------------------------------


def test_a_plan_says_what_comes_and_writes_nothing(
    hub: Hub, ask: Callable[..., Any], checkpoints: Path, home: Path
) -> None:
    plan = ask(f"bert.download_plan({MODEL!r})")
    sizes = {path.name: path.stat().st_size for path in (checkpoints / "classifier").iterdir()}
    assert dict(plan["files"]) == sizes
    assert plan["bytes_total"] == plan["bytes_missing"] == sum(sizes.values())
    assert (plan["model"], plan["revision"]) == (MODEL, COMMIT)
    assert (plan["task"], plan["model_type"]) == ("text-classification", "bert")
    assert (plan["languages"], plan["licence"]) == (["en", "de"], "apache-2.0")
    assert plan["fits"]
    assert plan["bytes_free"] > 0
    assert plan["folder"] == str(home / "huggingface" / "hub")
    assert not (home / "huggingface").exists()
    assert not any(path.endswith(".safetensors") for path in hub.sent)


def test_a_plan_knows_what_is_here_and_what_does_not_fit(hub: Hub, ask: Callable[..., Any]) -> None:
    got = ask(f"(bert.download({MODEL!r}).result(60), bert.download_plan({MODEL!r}))[1]")
    assert got["bytes_missing"] == 0
    assert got["bytes_total"] > 0
    assert ask("bert.hub_models('tiny')") == []
    hub.found = [hub_model(MODEL)]
    assert [model["is_here"] for model in ask("bert.hub_models('tiny')")] == [True]
    hub.repos["someone/huge"] = hub.repos[MODEL]
    hub.claimed["model.safetensors"] = 10**17
    assert not ask("bert.download_plan('someone/huge')")["fits"]


@pytest.mark.parametrize(
    ("model", "revision", "kind", "said"),
    [
        ("someone/gone", None, ModelNotFound, "The hub has no model 'someone/gone', or it is private."),
        (MODEL, "v9", ModelNotFound, "someone/tiny-bert has no revision 'v9'."),
        ("no id at all", None, InputInvalid, "Write it as owner/name."),
        ("../../etc/passwd", None, InputInvalid, "is no id of the hub"),
        ("..%2f..%2fetc", None, InputInvalid, "is no id of the hub"),
        ("a\\b", None, InputInvalid, "is no id of the hub"),
        ("someone/gated", None, ModelNotFound, "is gated: its owner asks for a licence."),
        ("someone/pickled", None, ModelUnsafe, "only pickled weights"),
        ("someone/code", None, ModelUnsafe, "auto_map in config.json"),
        ("someone/empty", None, ModelFailed, "has no model.safetensors"),
        ("someone/paths", None, ModelFailed, "has a file with the name"),
        ("someone/nowhere", None, ModelFailed, r"has a file with the name 'a\x00b.json'"),
    ],
)
def test_what_cannot_be_planned(
    hub: Hub,
    ask: Callable[..., Any],
    tmp_path: Path,
    model: str,
    revision: str | None,
    kind: type[AlbertError],
    said: str,
) -> None:
    for name, files in {
        "pickled": {"config.json": "{}", "pytorch_model.bin": "x"},
        "code": {"config.json": '{"auto_map": {}}', "model.safetensors": "x"},
        "empty": {"config.json": "{}"},
        "paths": {"config.json": "{}", "model.safetensors": "x", "evil.json": "{}"},
        "nowhere": {"config.json": "{}", "model.safetensors": "x", "nul.json": "{}"},
    }.items():
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text)
        hub.repos[f"someone/{name}"] = tmp_path / name
    hub.renamed |= {"evil.json": "../../../../evil.json", "nul.json": "a\0b.json"}
    hub.repos["someone/gated"] = hub.repos[MODEL]
    hub.gated.add("someone/gated")
    with pytest.raises(AlbertError) as caught:
        ask(f"bert.download_plan({model!r}, revision={revision!r})")
    assert type(caught.value) is kind, caught.value
    assert said in str(caught.value)
    if "gated" in model:
        assert caught.value.details["page"] == f"{hub.url}/someone/gated"
        assert caught.value.details["page"] in caught.value.hint


def test_a_search_and_a_plan_are_the_same_from_both_sides(
    hub: Hub, here: Backend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from huggingface_hub import constants

    for name, value in {
        "ENDPOINT": hub.url,
        "HUGGINGFACE_CO_URL_TEMPLATE": f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
        "HF_HUB_OFFLINE": False,
    }.items():
        monkeypatch.setattr(constants, name, value)
    # Other tests write meanwhile; a plan tells the disk's free bytes, and both sides are to see the same ones.
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    hub.found = [hub_model("tohoku/bert-ja"), hub_model("a/b", gated="auto")]
    with serve(create_app(here, token=TOKEN)) as url:
        there = Client(url, TOKEN)
        try:
            assert there.hub_models("bert", limit=5) == here.hub_models("bert", limit=5)
            assert [model.id for model in there.hub_models("bert")] == ["tohoku/bert-ja"]
            assert there.download_plan(MODEL) == here.download_plan(MODEL)
            assert repr(there.download_plan(MODEL, revision="main")) == repr(here.download_plan(MODEL))
            errors = []
            for side in (here, there):
                with pytest.raises(ModelNotFound, match="has no revision 'v9'") as caught:
                    side.download_plan(MODEL, revision="v9")
                errors.append(caught.value.to_dict())
            assert errors[0] == errors[1]
        finally:
            there.close()


def test_what_a_hub_calls_a_commit_leads_nowhere(hub: Hub, ask: Callable[..., Any]) -> None:
    hub.commit = "../../../../elsewhere"
    with pytest.raises(ModelFailed, match="which is no commit"):
        ask(f"bert.download_plan({MODEL!r})")
