"""The door of the Open Inference Protocol, version 2, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from albert_widgets._version import __version__
from albert_widgets.backend import Backend
from albert_widgets.service.app import create_app
from tests.serving import TOKEN, http, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = ["the cat sat", "a bad film", "a very good film"]


@pytest.fixture(scope="module")
def own_backend(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("classifier", "regressor", "tags"):
        made.register(str(checkpoints / name), name=name)
    yield made
    made.close()


@pytest.fixture(scope="module")
def web(own_backend: Backend) -> Iterator[httpx.Client]:
    with serve(create_app(own_backend, token=TOKEN)) as url, http(url) as client:
        yield client


def tensor(texts: list[Any], **more: Any) -> dict[str, Any]:
    return {"name": "text", "shape": [len(texts)], "datatype": "BYTES", "data": texts, **more}


def infer(web: httpx.Client, model: str, *tensors: Any, **more: Any) -> httpx.Response:
    return web.post(f"/v2/models/{model}/infer", json={"inputs": tensors, **more})


def error_of(answer: httpx.Response, status: int) -> str:
    """Check the protocol's shape of errors, and return what is said."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    return str(answer.json()["error"])


def test_the_server_tells_what_it_is(web: httpx.Client) -> None:
    assert web.get("/v2").json() == {"name": "albert-widgets", "version": __version__, "extensions": []}
    assert web.get("/v2/health/live").json() == {"live": True}
    assert web.get("/v2/health/ready").json() == {"ready": True}
    assert web.get("/v2/models/classifier/ready").json() == {"name": "classifier", "ready": True}


@pytest.mark.parametrize("model", ["classifier", "regressor", "tags", "starter"])
def test_a_model_gives_the_tensors_that_its_metadata_name(web: httpx.Client, model: str) -> None:
    told = web.get(f"/v2/models/{model}").json()
    said = infer(web, model, tensor(TEXTS)).json()
    assert told["name"] == said["model_name"] == model
    assert "id" not in said
    for wanted, got in zip(told["outputs"], said["outputs"], strict=True):
        assert (wanted["name"], wanted["datatype"]) == (got["name"], got["datatype"])
        assert [known if known > 0 else 3 for known in wanted["shape"]] == got["shape"]
        assert len(got["data"]) == np.prod(got["shape"])


@pytest.mark.parametrize("model", ["classifier", "regressor", "tags"])
def test_classes_are_those_of_predict(web: httpx.Client, own_backend: Backend, model: str) -> None:
    label, shares, classes = infer(web, model, tensor(TEXTS), id="42").json()["outputs"]
    found = own_backend.predict(TEXTS, model=model)
    assert (label["data"], classes["data"]) == (list(found.labels), list(found.label_names))
    assert np.allclose(np.reshape(shares["data"], shares["shape"]), found.probabilities, atol=1e-6)


def test_vectors_are_those_of_embed(web: httpx.Client, own_backend: Backend) -> None:
    (output,) = infer(web, "starter", tensor(TEXTS, name="input-0", shape=[3, 1])).json()["outputs"]
    assert (output["name"], output["shape"]) == ("embedding", [3, 384])
    assert np.allclose(np.reshape(output["data"], (3, 384)), own_backend.embed(TEXTS).vectors, atol=1e-6)


def test_pairs_are_a_second_tensor(web: httpx.Client, own_backend: Backend) -> None:
    pairs = ["a dog ran", "very sad", "he sat"]
    label, shares, _ = infer(web, "classifier", tensor(pairs, name="pair"), tensor(TEXTS)).json()["outputs"]
    found = own_backend.predict(TEXTS, pair=pairs, model="classifier")
    assert label["data"] == list(found.labels)
    assert np.allclose(shares["data"], found.probabilities.ravel(), atol=1e-6)


def test_the_id_comes_back_and_outputs_are_chosen(web: httpx.Client) -> None:
    said = infer(web, "classifier", tensor(TEXTS), id="42", outputs=[{"name": "classes"}, {"name": "label"}]).json()
    assert said["id"] == "42"
    assert [output["name"] for output in said["outputs"]] == ["classes", "label"]


def test_a_nested_tensor_and_a_client_s_parameters_are_taken(web: httpx.Client) -> None:
    nested = tensor([[text] for text in TEXTS], shape=[3, 1], parameters={"content_type": "str"})
    flat = infer(web, "classifier", tensor(TEXTS)).json()
    assert infer(web, "classifier", nested, parameters={"content_type": "str"}).json() == flat


def test_a_text_over_the_limit_is_cut_only_where_that_is_asked_for(web: httpx.Client, own_backend: Backend) -> None:
    long = ["a", "cat " * 600]
    assert error_of(infer(web, "classifier", tensor(long)), 400).startswith("The text 1 is longer than the 64 tokens")
    label, *_ = infer(web, "classifier", tensor(long), parameters={"truncate": True}).json()["outputs"]
    assert label["data"] == list(own_backend.predict(long, model="classifier").labels)
    assert "truncate" in error_of(infer(web, "classifier", tensor(["a"]), parameters={"truncate": "yes"}), 400)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ([tensor(["a"], datatype="FP32")], "The tensor 'text' is of FP32, not BYTES."),
        ([tensor(["a", "b"], shape=[3])], "The tensor 'text' has 2 texts, and the shape [3]."),
        ([tensor(["a", "b"], shape=[1, 2])], "Its shape is [2] or [2, 1]."),
        ([tensor(["a"], shape=[])], "Its shape is [1] or [1, 1]."),
        ([tensor(["a", 5])], "The element 1 of the tensor 'text' is no text."),
        ([tensor([["a", "b"]])], "The element 0 of the tensor 'text' is no text."),
        ([tensor(["a"], shape=["1"])], 'The field "inputs.0.shape.0" should be a valid integer'),
        ([tensor([])], "The list of texts is empty."),
        ([tensor([" "])], "The text 0 is empty."),
        ([], "The inputs are []."),
        ([tensor(["a"]), tensor(["b"])], "The inputs are ['text', 'text']."),
        ([tensor(["a"]), tensor(["b", "c"], name="pair")], "1 texts, but 2 pairs."),
        ([{"name": "text", "shape": [1], "datatype": "BYTES"}], 'The field "inputs.0.data" is missing.'),
    ],
)
def test_tensors_that_do_not_fit_are_bad_requests(web: httpx.Client, tensors: Any, message: str) -> None:
    assert message in error_of(infer(web, "classifier", *tensors), 400)


def test_other_errors_have_the_protocol_s_shape(web: httpx.Client) -> None:
    assert "There is no output 'x'." in error_of(infer(web, "starter", tensor(["a"]), outputs=[{"name": "x"}]), 400)
    two = [tensor(["a"]), tensor(["b"], name="pair")]
    assert "starter is no classifier" in error_of(infer(web, "starter", *two), 400)
    assert "Did you mean 'starter'?" in error_of(infer(web, "startr", tensor(["a"])), 404)
    for path in ("/v2/models/nobody", "/v2/models/nobody/ready", "/v2/nothing"):
        error_of(web.get(path), 404)
    error_of(web.get("/v2", headers={"Authorization": "Bearer wrong"}), 401)
    error_of(web.get("/v2/health/live", headers={"Host": "evil.example"}), 403)
    error_of(web.get("/v2/models/starter/infer/"), 404)
    error_of(web.delete("/v2"), 405)
