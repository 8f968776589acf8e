"""OpenAI's door, as its own unmodified client meets it on a real server."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import openai
import pytest

from albert_widgets.backend import Backend
from albert_widgets.service.app import create_app
from albert_widgets.service.limits import Limits
from tests.serving import TOKEN, HeldBackend, http, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = ["a cat", "一只猫", "Zoë's naïve café", "A much longer sentence about a cat that sleeps on a mat all day."]


@pytest.fixture(scope="module")
def own_backend(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    made.register(str(checkpoints / "bert"), name="google-bert/tiny")
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(own_backend: Backend) -> Iterator[str]:
    with serve(create_app(own_backend, token=TOKEN)) as listening:
        yield listening


def client_of(url: str, token: str = TOKEN, **headers: str) -> openai.OpenAI:
    """OpenAI's client; it neither tries again nor looks for a proxy."""
    plain = httpx.Client(trust_env=False, headers=headers)
    return openai.OpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0, timeout=60, http_client=plain)


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with client_of(url) as made:
        yield made


def vectors(answer: Any) -> np.ndarray:
    return np.asarray([one.embedding for one in answer.data], np.float32)


# --- vectors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"encoding_format": "float"}, {"dimensions": 384, "user": "ada"}])
def test_a_text_has_the_vector_that_embed_gives(client: openai.OpenAI, own_backend: Backend, how: Any) -> None:
    answer = client.embeddings.create(model="starter", input="The cat sat on the mat.", **how)
    assert (answer.object, answer.model, answer.data[0].object) == ("list", "starter", "embedding")
    assert np.array_equal(vectors(answer), own_backend.embed("The cat sat on the mat.").vectors)


def test_a_batch_keeps_its_order_and_its_indices(client: openai.OpenAI, own_backend: Backend) -> None:
    answer = client.embeddings.create(model="starter", input=TEXTS * 20)
    assert [one.index for one in answer.data] == list(range(80))
    assert np.allclose(vectors(answer), own_backend.embed(TEXTS * 20).vectors, atol=1e-6)
    assert np.allclose(np.linalg.norm(vectors(answer), axis=1), 1, atol=1e-5)


def test_base64_is_the_same_float32_in_little_endian(client: openai.OpenAI) -> None:
    as_numbers = client.embeddings.create(model="starter", input=TEXTS, encoding_format="float")
    as_bytes = client.embeddings.create(model="starter", input=TEXTS, encoding_format="base64")
    found = [np.frombuffer(base64.b64decode(str(one.embedding)), "<f4") for one in as_bytes.data]
    assert np.array_equal(np.stack(found), vectors(as_numbers))


def test_usage_counts_every_token(client: openai.OpenAI, own_backend: Backend) -> None:
    usage = client.embeddings.create(model="starter", input=[*TEXTS, TEXTS[0]]).usage
    counted = sum(len(tokens) for tokens in own_backend.tokenize([*TEXTS, TEXTS[0]], model="starter"))
    assert usage.prompt_tokens == usage.total_tokens == counted


def test_requests_that_come_together_get_their_own_vectors(client: openai.OpenAI, own_backend: Backend) -> None:
    texts = [f"{number} cats" for number in range(40)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda text: client.embeddings.create(model="starter", input=text), texts))
    assert np.allclose(np.concatenate([vectors(one) for one in answers]), own_backend.embed(texts).vectors, atol=1e-6)
    assert [one.usage.prompt_tokens for one in answers] == [4] * 40


def test_any_encoder_answers_by_its_id(client: openai.OpenAI, own_backend: Backend) -> None:
    answer = client.embeddings.create(model="google-bert/tiny", input="the cat")
    assert np.array_equal(vectors(answer), own_backend.embed("the cat", model="google-bert/tiny").vectors)


def test_the_models_are_those_of_the_catalogue(client: openai.OpenAI, own_backend: Backend) -> None:
    assert [model.id for model in client.models.list()] == [model.id for model in own_backend.models()]
    found = client.models.retrieve("google-bert/tiny")
    assert (found.id, found.object, found.owned_by, found.created) == ("google-bert/tiny", "model", "folder", 0)


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message", "param", "code"),
    [
        ({"input": ""}, "The text is empty.", None, "input_invalid"),
        ({"input": ["a", " "]}, "The text 1 is empty.", None, "input_invalid"),
        ({"input": []}, "The list of texts is empty.", None, "input_invalid"),
        ({"input": ["a", "word " * 600]}, "however the text 1 has 602", "input", "context_length_exceeded"),
        ({"input": [1, 2, 3]}, "check_embedding_ctx_length=False", "input", "malformed"),
        ({"input": [[1, 2], [3]]}, "check_embedding_ctx_length=False", "input", "malformed"),
        ({"input": 5}, 'The field "input" should be a string or a list', "input", "malformed"),
        ({"input": "a", "dimensions": 256}, "starter have 384 dimensions, not 256", "dimensions", "input_invalid"),
        ({"input": "a", "encoding_format": "hex"}, "'float' or 'base64'", "encoding_format", "malformed"),
        ({"input": "a", "extra_body": {"pooling": "cls"}}, 'no field "pooling"', "pooling", "malformed"),
    ],
)
def test_what_cannot_be_embedded_is_a_bad_request(
    client: openai.OpenAI, asked: dict[str, Any], message: str, param: str | None, code: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="starter", **asked)
    assert message in caught.value.message
    assert (caught.value.type, caught.value.param, caught.value.code) == ("invalid_request_error", param, code)


def test_the_limit_of_a_model_is_told(client: openai.OpenAI, own_backend: Backend) -> None:
    limit = own_backend.load("starter").max_length
    with pytest.raises(openai.BadRequestError, match=f"maximum context length is {limit} tokens"):
        client.embeddings.create(model="starter", input="word " * (limit - 1))
    assert client.embeddings.create(model="starter", input="word " * (limit - 2)).usage.prompt_tokens == limit


def test_unknown_models_and_routes_are_not_found(client: openai.OpenAI) -> None:
    for ask in (
        lambda: client.embeddings.create(model="startr", input="a"),
        lambda: client.models.retrieve("startr"),
    ):
        with pytest.raises(openai.NotFoundError, match="Did you mean 'starter'") as caught:
            ask()
        assert caught.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError, match="no route POST /v1/chat/completions"):
        client.chat.completions.create(model="starter", messages=[])


def test_strangers_are_told_in_the_client_s_own_words(url: str) -> None:
    for token in ("wrong", "sk-1234"):
        with client_of(url, token) as stranger, pytest.raises(openai.AuthenticationError) as refused:
            stranger.models.list()
        assert (refused.value.type, refused.value.code) == ("invalid_request_error", "invalid_api_key")
    with client_of(url, Origin="https://evil.example") as page, pytest.raises(openai.PermissionDeniedError):
        page.models.list()


def test_a_body_over_the_limit_is_too_large(own_backend: Backend) -> None:
    app = create_app(own_backend, token=TOKEN, limits=Limits(max_body_bytes=1_000))
    with serve(app) as narrow, client_of(narrow) as client, pytest.raises(openai.APIStatusError) as caught:
        client.embeddings.create(model="starter", input="a" * 2_000)
    assert (caught.value.status_code, caught.value.code) == (413, "too_large")


def test_too_many_requests_are_told_when_to_come_again(home: Path) -> None:
    held = HeldBackend()
    app = create_app(held, token=TOKEN, limits=Limits(max_concurrent=1))
    with serve(app) as url, http(url) as web, ThreadPoolExecutor(1) as pool, client_of(url) as client:
        call = pool.submit(web.post, "/tokenize", json={"texts": "a"})
        until(lambda: held.seen)
        with pytest.raises(openai.RateLimitError) as caught:
            client.embeddings.create(model="starter", input="a")
        assert (caught.value.type, caught.value.code) == ("requests", "rate_limit_exceeded")
        assert caught.value.response.headers["retry-after"] == "1"
        held.go_on.set()
        assert call.result().status_code == 200
        assert len(client.embeddings.create(model="starter", input="a").data) == 1
    held.close()
