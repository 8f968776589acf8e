"""Several trainings on parts of the data: each begins as a job, and one route tells what it has found."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from albert_widgets.job import Job
from albert_widgets.service.answers import JobAnswer
from albert_widgets.service.learning_answers import StudyAnswer
from albert_widgets.service.learning_schemas import (
    CrossValidateRequest,
    LearningCurveRequest,
    StudyRequest,
    SweepRequest,
)
from albert_widgets.service.service import Service

from . import answers, errors
from .learning import arguments


def study_routes(service: Service) -> APIRouter:
    """Return the routes of sweeps, cross-validations and learning curves."""
    router, backend = APIRouter(tags=["learning", "jobs"]), service.backend
    begins: dict[str, Any] = {
        "status_code": 202,
        "response_model": JobAnswer,
        "responses": {**answers("The job.", code=202), **errors(400, 404, 409, 413, 422, 424, 507)},
    }

    async def begin(
        request: Request, body: SweepRequest | CrossValidateRequest | LearningCurveRequest, method: Callable[..., Job]
    ) -> Response:
        given = arguments(body)
        settings = given.pop("settings")
        return await service.answer(request, lambda: method(**given, **settings).info, code=202)

    @router.post("/sweep", summary="Start to train with several learning rates within a time", **begins)
    async def sweep(body: SweepRequest, request: Request) -> Response:
        return await begin(request, body, backend.sweep)

    @router.post("/cross-validate", summary="Start to train once for each fold, on all others", **begins)
    async def cross_validate(body: CrossValidateRequest, request: Request) -> Response:
        return await begin(request, body, backend.cross_validate)

    @router.post("/learning-curve", summary="Start to train on more and more of the rows", **begins)
    async def learning_curve(body: LearningCurveRequest, request: Request) -> Response:
        return await begin(request, body, backend.learning_curve)

    @router.post(
        "/study",
        tags=["learning"],
        summary="What a study has found; while it runs, the trainings that have ended",
        response_model=StudyAnswer,
        responses={**answers("The trainings."), **errors(400, 404, 413, 422)},
    )
    async def study(body: StudyRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.study(body.job), light=True)

    return router
