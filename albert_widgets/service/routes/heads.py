"""Looking into a model while it reads: one route for each method of the inspector."""

from fastapi import APIRouter, Request, Response

from albert_widgets.service.answers import (
    AttentionAnswer,
    AttentionFlowAnswer,
    AttributionAnswer,
    ComparisonAnswer,
    EffectAnswer,
    HeadImportanceAnswer,
    HeadStatisticsAnswer,
    NeuronsAnswer,
)
from albert_widgets.service.schemas import (
    AttentionRequest,
    AttributeRequest,
    CompareRequest,
    EffectRequest,
    FlowRequest,
    HeadImportanceRequest,
    HeadStatisticsRequest,
    NeuronsRequest,
)
from albert_widgets.service.service import NPY, Service

from . import answers, errors

ERRORS = errors(400, 404, 413, 422, 424, 507)


def head_routes(service: Service) -> APIRouter:
    """Return the routes of attention and of what is derived from it."""
    router, backend = APIRouter(tags=["heads"]), service.backend

    @router.post(
        "/attention",
        summary="Attention maps of a text, for just the layers, heads, rows and columns asked for",
        response_model=AttentionAnswer,
        responses={**answers("The maps.", also={NPY: "float32 (layers, heads, queries, keys)"}), **ERRORS},
    )
    async def attention(body: AttentionRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.attention(**body.arguments()))

    @router.post(
        "/head-statistics",
        summary="What each head looks at: entropy, distance, shares",
        response_model=HeadStatisticsAnswer,
        responses={**answers("The measures."), **ERRORS},
    )
    async def head_statistics(body: HeadStatisticsRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.head_statistics(**body.arguments()))

    @router.post(
        "/flow",
        summary="Attention followed through the layers: rollout or flow",
        response_model=AttentionFlowAnswer,
        responses={**answers("The weights."), **ERRORS},
    )
    async def flow(body: FlowRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.flow(**body.arguments()))

    @router.post(
        "/neurons",
        summary="The vectors behind one row of one head",
        response_model=NeuronsAnswer,
        responses={**answers("The vectors."), **ERRORS},
    )
    async def neurons(body: NeuronsRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.neurons(**body.arguments()))

    @router.post(
        "/head-importance",
        summary="How much the loss of some texts depends on each head",
        response_model=HeadImportanceAnswer,
        responses={**answers("The importances."), **ERRORS},
    )
    async def head_importance(body: HeadImportanceRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.head_importance(**body.arguments()))

    @router.post(
        "/attribute",
        summary="How much each token adds to one output",
        response_model=AttributionAnswer,
        responses={**answers("The scores."), **ERRORS},
    )
    async def attribute(body: AttributeRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.attribute(**body.arguments()))

    @router.post(
        "/effect",
        summary="What the model says with tokens masked and heads switched off",
        response_model=EffectAnswer,
        responses={**answers("The verdicts, beside those of the untouched text."), **ERRORS},
    )
    async def effect(body: EffectRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.effect(**body.arguments()))

    @router.post(
        "/compare",
        summary="How far the heads differ between two texts or two models",
        response_model=ComparisonAnswer,
        responses={**answers("The aligned tokens and the distances."), **ERRORS},
    )
    async def compare(body: CompareRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.compare(**body.arguments()))

    return router
