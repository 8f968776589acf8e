"""What a model sees in a text and says about it: one route for each method."""

from fastapi import APIRouter, Request, Response

from albert_widgets.inputs import check_count
from albert_widgets.service.answers import (
    EmbeddingsAnswer,
    MaskFillsAnswer,
    PredictionsAnswer,
    SimilarityAnswer,
    TokenCountsAnswer,
    TokensAnswer,
)
from albert_widgets.service.schemas import (
    CountTokensRequest,
    EmbedRequest,
    FillMaskRequest,
    PredictRequest,
    SimilarRequest,
    TokenizeRequest,
)
from albert_widgets.service.service import NPY, Service

from . import answers, errors

ERRORS = errors(400, 404, 413, 422, 424, 507)


def text_routes(service: Service) -> APIRouter:
    """Return the routes of the model work."""
    router, backend = APIRouter(tags=["texts"]), service.backend

    # First those that programs call for single texts: routes are looked through in this order.
    @router.post(
        "/predict",
        summary="Classify texts",
        response_model=PredictionsAnswer,
        responses={**answers("The predictions."), **ERRORS},
    )
    async def predict(body: PredictRequest, request: Request) -> Response:
        check_count(body.texts)
        return await service.answer_together(request, "predict", body.arguments())

    @router.post(
        "/embed",
        summary="A vector for each text",
        response_model=EmbeddingsAnswer,
        responses={**answers("The vectors.", also={NPY: "float32 (texts, hidden)"}), **ERRORS},
    )
    async def embed(body: EmbedRequest, request: Request) -> Response:
        check_count(body.texts)
        return await service.answer_together(request, "embed", body.arguments())

    @router.post(
        "/tokenize",
        summary="Cut texts into tokens, as the model sees them",
        response_model=TokensAnswer | list[TokensAnswer],
        responses={**answers("The tokens: one object for a text, a list for a list."), **ERRORS},
    )
    async def tokenize(body: TokenizeRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.tokenize(**body.arguments()))

    @router.post(
        "/count-tokens",
        summary="How long texts are, without their tokens",
        response_model=TokenCountsAnswer,
        responses={**answers("The counts."), **ERRORS},
    )
    async def count_tokens(body: CountTokensRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.count_tokens(**body.arguments()))

    @router.post(
        "/similar",
        summary="Cosine similarities of two lists of texts",
        response_model=SimilarityAnswer,
        responses={**answers("The cosines.", also={NPY: "float32 (a, b)"}), **ERRORS},
    )
    async def similar(body: SimilarRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.similar(**body.arguments()))

    @router.post(
        "/fill-mask",
        summary="The likeliest tokens for each mask of a text",
        response_model=MaskFillsAnswer,
        responses={**answers("The candidates."), **ERRORS},
    )
    async def fill_mask(body: FillMaskRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.fill_mask(**body.arguments()))

    return router
