"""Texts made shorter: one route for each method."""

from typing import Any

from fastapi import APIRouter, Request, Response

from albert_widgets.protocol import BertBackend
from albert_widgets.service.schemas import RougeRequest, SummarizeRequest
from albert_widgets.service.service import Service
from albert_widgets.service.streams import MEDIA_TYPE, Tell, work_stream
from albert_widgets.service.summary_answers import RougeScoreAnswer, SummaryAnswer

from . import answers, errors

ERRORS = errors(400, 404, 413, 422, 424, 507)
EVENTS = (
    'Server-Sent Events of one summary while it is made: `progress` with `{"done": …, "total": …}` sentences of the '
    'source, `text` with `{"text": …}`, all that is written so far; then `summary` with SummaryAnswer, or `error` with '
    "ErrorBody. Hanging up ends the work."
)


def summary_routes(service: Service) -> APIRouter:
    """Return the routes of summaries."""
    router, backend = APIRouter(tags=["summaries"]), service.backend

    @router.post(
        "/summarize",
        summary="Choose the sentences that say the most, or let a model write a summary",
        response_model=SummaryAnswer | list[SummaryAnswer],
        responses={
            **answers("One summary for a text, a list for a list.", also={MEDIA_TYPE: EVENTS}),
            **ERRORS,
        },
    )
    async def summarize(body: SummarizeRequest, request: Request) -> Response:
        if MEDIA_TYPE in request.headers.get("accept", ""):
            return await work_stream(service, request, lambda tell: followed(backend, body, tell), last="summary")
        return await service.answer(request, lambda: backend.summarize(**body.arguments()))

    @router.post(
        "/rouge",
        summary="How much texts have in common with references",
        response_model=list[list[RougeScoreAnswer]],
        responses={**answers("ROUGE-1, ROUGE-2 and ROUGE-L of each answer."), **errors(400, 413, 422)},
    )
    async def rouge(body: RougeRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.rouge(**body.arguments()))

    return router


def followed(backend: BertBackend, body: SummarizeRequest, tell: Tell) -> Any:
    """Return a summary, and tell meanwhile what is written of it, and how far its source is read."""
    return backend.summarize(
        **body.arguments(),
        on_text=lambda text: tell("text", {"text": text}),
        on_progress=lambda done, total: tell("progress", {"done": done, "total": total}),
    )
