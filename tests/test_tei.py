"""The door of Text Embeddings Inference: fields, shapes, errors and codes of its clients, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from huggingface_hub import InferenceClient, constants

from albert_widgets._version import __version__
from albert_widgets.backend import Backend
from albert_widgets.service.app import create_app
from albert_widgets.service.limits import Limits
from tests.serving import TOKEN, http, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "cat " * 600


@pytest.fixture(scope="module")
def own_backend(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("classifier", "regressor", "tags", "mlm"):
        made.register(str(checkpoints / name), name=name)
    yield made
    made.close()


@pytest.fixture(scope="module")
def web(own_backend: Backend) -> Iterator[httpx.Client]:
    with serve(create_app(own_backend, token=TOKEN)) as url, http(url) as client:
        yield client


def error_of(answer: httpx.Response, status: int, kind: str) -> str:
    """Check TEI's shape of errors, and return what is said."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "error_type"}
    assert answer.json()["error_type"] == kind
    return str(answer.json()["error"])


# --- /embed ---------------------------------------------------------------------------------------


def test_vectors_are_those_of_embed(web: httpx.Client, own_backend: Backend) -> None:
    one = web.post("/tei/embed", json={"inputs": "a cat"}).json()
    assert np.array_equal(np.asarray(one, np.float32), own_backend.embed("a cat").vectors)
    many = web.post("/tei/embed", json={"inputs": ["a cat", "一只猫", "a dog"], "truncate": None}).json()
    assert np.allclose(many, own_backend.embed(["a cat", "一只猫", "a dog"]).vectors, atol=1e-6)
    raw = web.post("/tei/embed", json={"inputs": "a cat", "normalize": False}).json()
    assert np.allclose(raw, own_backend.embed("a cat", normalize=False).vectors, atol=1e-6)


def test_another_model_is_part_of_the_base_url(web: httpx.Client, own_backend: Backend) -> None:
    found = web.post("/tei/classifier/embed", json={"inputs": "the cat"}).json()
    assert np.array_equal(np.asarray(found, np.float32), own_backend.embed("the cat", model="classifier").vectors)
    assert "Did you mean" in error_of(web.post("/tei/classifer/embed", json={"inputs": "a"}), 404, "Validation")


def test_the_default_model_is_the_backend_s(web: httpx.Client, own_backend: Backend) -> None:
    try:
        own_backend.set_default("classifier")
        assert web.get("/tei/info").json()["model_id"] == "classifier"
        assert len(web.post("/tei/embed", json={"inputs": "the cat"}).json()[0]) == 32
    finally:
        own_backend.set_default("starter")


def test_a_text_over_the_limit_is_cut_only_where_that_is_asked_for(web: httpx.Client, own_backend: Backend) -> None:
    refused = error_of(web.post("/tei/embed", json={"inputs": ["a", LONG]}), 413, "Validation")
    assert refused.startswith("`inputs` must have at most 512 tokens; the text 1 has more.")
    cut = web.post("/tei/embed", json={"inputs": LONG, "truncate": True, "truncation_direction": "Right"}).json()
    assert np.array_equal(np.asarray(cut, np.float32), own_backend.embed(LONG).vectors)
    left = {"truncate": True, "truncation_direction": "Left"}
    assert "at its end only" in error_of(web.post("/tei/embed", json={"inputs": LONG, **left}), 422, "Tokenizer")
    assert web.post("/tei/embed", json={"inputs": "a cat", **left}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "kind", "message"),
    [
        ({"inputs": ""}, 422, "Tokenizer", "The text is empty."),
        ({"inputs": []}, 422, "Tokenizer", "The list of texts is empty."),
        ({"inputs": ["a"] * 10_001}, 413, "Validation", "10,001 texts at once"),
        ({"inputs": [[1, 2]]}, 400, "Validation", "Token ids belong to the tokenizer of another model."),
        ({"inputs": "a", "dimensions": 5}, 422, "Tokenizer", "384 dimensions, not 5"),
        ({"inputs": "a", "prompt_name": "query"}, 422, "Tokenizer", "There is no prompt 'query'"),
        ({"inputs": "a", "truncation_direction": "Up"}, 400, "Validation", "truncation_direction"),
        ({"input": "a"}, 400, "Validation", 'Did you mean "inputs"?'),
        ({}, 400, "Validation", 'The field "inputs" is missing.'),
    ],
)
def test_what_cannot_be_embedded(web: httpx.Client, body: Any, status: int, kind: str, message: str) -> None:
    assert message in error_of(web.post("/tei/embed", json=body), status, kind)


# --- /predict -------------------------------------------------------------------------------------


def expected(found: Any, row: int) -> list[dict[str, Any]]:
    return [{"label": name, "score": pytest.approx(share, abs=1e-6)} for name, share in found.top(row)]


def test_one_text_has_its_classes_the_likeliest_first(web: httpx.Client, own_backend: Backend) -> None:
    for inputs in ("the cat sat", ["the cat sat"]):
        said = web.post("/tei/classifier/predict", json={"inputs": inputs}).json()
        assert said == expected(own_backend.predict("the cat sat", model="classifier"), 0)


def test_a_list_is_answered_for_all_of_it(web: httpx.Client, own_backend: Backend) -> None:
    texts = ["the cat sat", "a bad film", "a very good film", "the cat sat"] * 3
    said = web.post("/tei/classifier/predict", json={"inputs": [[text] for text in texts]}).json()
    found = own_backend.predict(texts, model="classifier")
    assert said == [expected(found, row) for row in range(12)]


def test_pairs_and_texts_may_come_together(web: httpx.Client, own_backend: Backend) -> None:
    pair = own_backend.predict("the cat", pair="the dog", model="classifier")
    alone = own_backend.predict(["a film", "he ran"], model="classifier")
    one = web.post("/tei/classifier/predict", json={"inputs": ["the cat", "the dog"]}).json()
    assert one == expected(pair, 0)
    mixed = [["a film"], ["the cat", "the dog"], ["he ran"]]
    said = web.post("/tei/classifier/predict", json={"inputs": mixed}).json()
    assert said == [expected(alone, 0), expected(pair, 0), expected(alone, 1)]
    long = {"inputs": [["a"], ["the cat", "the dog"], [LONG]]}
    assert "the text 2 has more" in error_of(web.post("/tei/classifier/predict", json=long), 413, "Validation")


def test_raw_scores_are_logits(web: httpx.Client, own_backend: Backend) -> None:
    for model in ("classifier", "tags"):
        texts = [["the cat sat"], ["a bad film", "very good"]]
        said = web.post(f"/tei/{model}/predict", json={"inputs": texts, "raw_scores": True}).json()
        for row, (text, *pair) in zip(said, texts, strict=True):
            (verdict,) = own_backend.effect(text, pair=pair[0] if pair else None, model=model).verdicts
            assert row == sorted(row, key=lambda one: -one["score"])
            logits = {one["label"]: one["score"] for one in row}
            assert [logits[name] for name in verdict.names] == pytest.approx(verdict.logits.tolist(), abs=1e-6)
    assert "mlm" in error_of(web.post("/tei/mlm/predict", json={"inputs": "a", "raw_scores": True}), 424, "Backend")


def test_a_regression_is_between_0_and_1_unless_raw(web: httpx.Client, own_backend: Backend) -> None:
    value = float(own_backend.predict("the cat sat", model="regressor").probabilities[0, 0])
    (share,) = web.post("/tei/regressor/predict", json={"inputs": "the cat sat"}).json()
    (raw,) = web.post("/tei/regressor/predict", json={"inputs": "the cat sat", "raw_scores": True}).json()
    assert share["score"] == pytest.approx(1 / (1 + np.exp(-value)), abs=1e-6)
    assert raw["score"] == pytest.approx(value, abs=1e-6)


def test_hugging_face_s_own_client_is_served(
    web: httpx.Client, own_backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Offline it asks nobody at all, a server on this machine neither.
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    client = InferenceClient(model=f"{web.base_url}/tei/embed", token=TOKEN)
    assert np.allclose(client.feature_extraction("a cat", truncate=True), own_backend.embed("a cat").vectors)
    # Of a classifier it sends this, which TEI passes over.
    body: dict[str, Any] = {"inputs": "the cat sat", "parameters": {}}
    assert (
        web.post("/tei/classifier/predict", json=body).json()
        == web.post("/tei/classifier/predict", json={"inputs": "the cat sat"}).json()
    )
    body["parameters"] = {"top_k": 1}
    assert "no parameter 'top_k'" in error_of(web.post("/tei/classifier/predict", json=body), 422, "Tokenizer")


@pytest.mark.parametrize("inputs", [["a", "b", "c"], [], [["a", "b", "c"]], [[]], ["a", ["b"]], 5, [[1]]])
def test_lists_that_mean_nothing_are_refused(web: httpx.Client, inputs: Any) -> None:
    said = error_of(web.post("/tei/classifier/predict", json={"inputs": inputs}), 400, "Validation")
    assert "Two strings are one pair; several texts are several lists." in said


def test_a_model_without_classes_cannot_predict(web: httpx.Client) -> None:
    assert "starter is an encoder only" in error_of(web.post("/tei/predict", json={"inputs": "a"}), 424, "Backend")


# --- /tokenize, /info, /health --------------------------------------------------------------------


def test_tokens_are_those_of_tokenize(web: httpx.Client, own_backend: Backend) -> None:
    text = "Zoë's naïve café 你好 🤗"
    said = web.post("/tei/tokenize", json={"inputs": text}).json()
    tokens = own_backend.tokenize(text)
    assert [[one["id"] for one in row] for row in said] == [tokens.ids.tolist()]
    first, *middle, last = said[0]
    assert first == {"id": int(tokens.ids[0]), "text": "[CLS]", "special": True, "start": None, "stop": None}
    assert last["text"] == "[SEP]"
    assert all(one["text"] == text[one["start"] : one["stop"]] and not one["special"] for one in middle)
    bare = web.post("/tei/tokenize", json={"inputs": [text, "a"], "add_special_tokens": False}).json()
    assert (bare[0], len(bare[1])) == (middle, 1)


def test_info_tells_the_model(web: httpx.Client) -> None:
    info = web.get("/tei/info").json()
    assert (info["model_id"], info["model_type"]) == ("starter", {"embedding": {"pooling": "mean"}})
    assert (info["max_input_length"], info["version"], info["auto_truncate"]) == (512, __version__, False)
    assert info["max_concurrent_requests"] == Limits().max_concurrent
    kind = web.get("/tei/classifier/info").json()["model_type"]
    classes = {"negative": 0, "positive": 1}
    assert kind == {"classifier": {"id2label": {"0": "negative", "1": "positive"}, "label2id": classes}}
    assert list(web.get("/tei/regressor/info").json()["model_type"]) == ["reranker"]


def test_health_says_whether_a_model_can_be_used(web: httpx.Client, own_backend: Backend, tmp_path: Path) -> None:
    for path in ("/tei/health", "/tei/classifier/health"):
        assert (web.get(path).status_code, web.get(path).content) == (200, b"")
    error_of(web.get("/tei/nobody/health"), 404, "Validation")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    (tmp_path / "broken" / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    own_backend.register(str(tmp_path / "broken"))
    assert "broken cannot be loaded." in error_of(web.get("/tei/broken/health"), 503, "Unhealthy")


def test_strangers_and_the_lost_hear_it_in_tei_s_shape(web: httpx.Client) -> None:
    error_of(web.get("/tei/health", headers={"Authorization": "Bearer wrong"}), 401, "Validation")
    error_of(web.get("/tei/health", headers={"Host": "evil.example"}), 403, "Validation")
    error_of(web.get("/tei"), 404, "Validation")
    error_of(web.get("/tei/embed"), 405, "Validation")
    error_of(web.post("/tei/embed", content=b"{"), 400, "Validation")
