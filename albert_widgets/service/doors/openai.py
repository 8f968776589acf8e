"""OpenAI's door: embeddings, and the models."""

import base64
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response

from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import check_count
from albert_widgets.results import Embeddings
from albert_widgets.service.routes import errors
from albert_widgets.service.service import Service

from .openai_bodies import (
    OpenAIEmbeddingRequest,
    OpenAIEmbeddingsAnswer,
    OpenAIErrorAnswer,
    OpenAIModel,
    OpenAIModelsAnswer,
    model_of,
)


def openai_routes(service: Service) -> APIRouter:
    """Return what an OpenAI client asks of this backend, with ``<url>/v1`` as its base URL."""
    router, backend = APIRouter(prefix="/v1", tags=["openai"]), service.backend

    @router.post(
        "/embeddings",
        summary="A vector for each text; a text over the model's limit is an error",
        response_model=OpenAIEmbeddingsAnswer,
        responses=errors(400, 404, 413, 424, 507, answer=OpenAIErrorAnswer),
    )
    async def create_embedding(body: OpenAIEmbeddingRequest, request: Request) -> Response:
        check_count(body.input)
        # The same fields as in POST /embed, so that requests of both are computed together.
        asked = {"texts": body.input, "model": body.model, "pooling": "mean", "normalize": True, "precision": None}
        return await service.together(
            request, "embed", asked, lambda found: service.json_of(embeddings_of(found, body))
        )

    @router.get(
        "/models",
        summary="The models that can be used",
        response_model=OpenAIModelsAnswer,
        responses=errors(answer=OpenAIErrorAnswer),
    )
    async def list_openai_models(request: Request) -> Response:
        def work() -> Any:
            return {"object": "list", "data": [model_of(info) for info in backend.models() if info.is_usable]}

        return await service.answer_json(request, work, light=True)

    @router.get(
        "/models/{id:path}",
        summary="One model",
        response_model=OpenAIModel,
        responses=errors(404, answer=OpenAIErrorAnswer),
    )
    async def retrieve_openai_model(id: str, request: Request) -> Response:
        return await service.answer_json(request, lambda: model_of(backend.model(id)), light=True)

    return router


def embeddings_of(found: Embeddings, asked: OpenAIEmbeddingRequest) -> dict[str, Any]:
    """Return the vectors as OpenAI's clients expect them.

    Raises
    ------
    InputInvalid
        A text is longer than the model reads, or its vectors have another length than was asked for.
    """
    if found.truncated.any():
        index = int(found.truncated.argmax())
        raise InputInvalid(
            f"This model's maximum context length is {found.max_length} tokens, "
            f"however the text {index} has {found.tokens[index]:,}.",
            "Cut it into parts.",
            param="input",
            code="context_length_exceeded",
        )
    hidden = found.vectors.shape[1]
    if asked.dimensions not in {None, hidden}:
        raise InputInvalid(
            f"The vectors of {found.model} have {hidden} dimensions, not {asked.dimensions}.",
            f"Leave dimensions out, or send {hidden}.",
            param="dimensions",
        )
    vectors: list[Any] = list(found.vectors)
    if asked.encoding_format == "base64":
        vectors = [base64.b64encode(vector.astype(np.dtype("<f4")).tobytes()).decode() for vector in vectors]
    count = int(found.tokens.sum())
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": index, "embedding": one} for index, one in enumerate(vectors)],
        "model": found.model,
        "usage": {"prompt_tokens": count, "total_tokens": count},
    }
