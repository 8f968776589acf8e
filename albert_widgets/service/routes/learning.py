"""What is learned from labelled texts: one route for each method."""

from typing import Any

from fastapi import APIRouter, Request, Response

from albert_widgets.labelled import LabelledTexts
from albert_widgets.service.answers import JobAnswer
from albert_widgets.service.learning_answers import (
    BaselineReportAnswer,
    DataCheckAnswer,
    EvaluationAnswer,
    FitReportAnswer,
    JudgedRowsAnswer,
    RunsAnswer,
)
from albert_widgets.service.learning_schemas import (
    BaselineRequest,
    CheckRequest,
    EvaluateRequest,
    FitReportRequest,
    FitRequest,
    JudgedRowsRequest,
    LabelledBody,
    RunsRequest,
)
from albert_widgets.service.schemas import RequestBody
from albert_widgets.service.service import Service

from . import answers, errors

ERRORS = errors(400, 404, 413, 422, 424, 507)


def learning_routes(service: Service) -> APIRouter:
    """Return the routes of the check, the baseline, the training and its reports."""
    router, backend = APIRouter(tags=["learning"]), service.backend

    @router.post(
        "/check",
        summary="What labelled texts are, and what to mend before a training",
        response_model=DataCheckAnswer,
        responses={**answers("The findings."), **ERRORS},
    )
    async def check(body: CheckRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.check(**arguments(body)))

    @router.post(
        "/baseline",
        summary="How far a linear head on frozen sentence vectors comes",
        response_model=BaselineReportAnswer,
        responses={**answers("The figures."), **ERRORS},
    )
    async def baseline(body: BaselineRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.baseline(**arguments(body)))

    @router.post(
        "/fit",
        tags=["learning", "jobs"],
        summary="Start to fine-tune a model; the answer is the job",
        status_code=202,
        response_model=JobAnswer,
        responses={**answers("The job.", code=202), **errors(400, 404, 409, 413, 422, 424, 507)},
    )
    async def fit(body: FitRequest, request: Request) -> Response:
        given = arguments(body)
        settings = given.pop("settings")

        def start() -> Any:
            return backend.fit(**given, **settings).info

        return await service.answer(request, start, code=202)

    @router.post(
        "/evaluate",
        summary="How good a classifier is on labelled texts",
        response_model=EvaluationAnswer,
        responses={**answers("The figures."), **ERRORS},
    )
    async def evaluate(body: EvaluateRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.evaluate(**arguments(body)))

    @router.post(
        "/fit-report",
        summary="How a training went, and how good its model is",
        response_model=FitReportAnswer,
        responses={**answers("The report."), **errors(400, 404, 413, 422)},
    )
    async def fit_report(body: FitReportRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.fit_report(**body.arguments()), light=True)

    @router.post(
        "/judged-rows",
        summary="Validation rows of a training with the model's answers, the worst first",
        response_model=JudgedRowsAnswer,
        responses={**answers("The rows."), **errors(400, 404, 413, 422)},
    )
    async def judged_rows(body: JudgedRowsRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.judged_rows(**body.arguments()), light=True)

    @router.post(
        "/runs",
        summary="Trainings beside each other",
        response_model=RunsAnswer,
        responses={**answers("Their reports."), **errors(400, 404, 413, 422)},
    )
    async def runs(body: RunsRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.runs(**body.arguments()), light=True)

    return router


def arguments(body: RequestBody) -> dict[str, Any]:
    """Return a body's fields as arguments, its labelled texts as such."""
    given = body.arguments()
    for name in ("data", "validation"):
        if isinstance(part := given.get(name), LabelledBody):
            given[name] = LabelledTexts.of(**part.arguments())
    return given
