"""The backend itself and its models: health, status, catalogue, load and unload."""

from typing import Any

from fastapi import APIRouter, Request, Response

from albert_widgets._version import __version__
from albert_widgets.service.answers import HealthAnswer, JobAnswer, ModelAnswer, StatusAnswer
from albert_widgets.service.schemas import DownloadRequest, LoadRequest, PushRequest, RegisterRequest
from albert_widgets.service.service import Service

from . import answers, errors

ID = "/models/{id:path}"
"""Ids of the hub contain slashes; they travel URL-encoded, and a server decodes them before it routes."""


def health_routes(service: Service) -> APIRouter:
    """Return the one open route."""
    router = APIRouter(tags=["backend"])

    @router.get("/health", summary="Say that the backend lives; needs no token", responses=_only(403))
    async def health() -> HealthAnswer:
        return HealthAnswer(
            status="ok",
            version=__version__,
            uptime_seconds=service.uptime_seconds,
            jobs=await service.active_jobs(),
        )

    return router


def model_routes(service: Service) -> APIRouter:
    """Return the routes of the backend's state and of the catalogue."""
    router, backend = APIRouter(), service.backend

    @router.get(
        "/status",
        tags=["backend"],
        summary="Version, memory, loaded models, queue, jobs and limits",
        response_model=StatusAnswer,
        responses={**answers("How the backend is."), **errors()},
    )
    async def status(request: Request) -> Response:
        return await service.answer(request, lambda: service.status(request), light=True)

    @router.get(
        "/models",
        tags=["models"],
        summary="All models of the catalogue",
        response_model=list[ModelAnswer],
        responses={**answers("The models."), **errors()},
    )
    async def models(request: Request) -> Response:
        return await service.answer(request, backend.models, light=True)

    @router.post(
        "/models",
        tags=["models"],
        summary="Add a checkpoint folder to the catalogue",
        status_code=201,
        response_model=ModelAnswer,
        responses={**answers("The model.", code=201), **errors(400, 409, 413, 422, 424, 507)},
    )
    async def register(body: RegisterRequest, request: Request) -> Response:
        return await service.answer(
            request, lambda: backend.register(body.folder, name=body.name), light=True, code=201
        )

    @router.post(
        f"{ID}/load",
        tags=["models"],
        summary="Bring a model into memory; at once when it is there already",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(400, 404, 413, 422, 424, 507)},
    )
    async def load(id: str, request: Request, body: LoadRequest | None = None) -> Response:
        how = (body or LoadRequest()).arguments()
        return await service.answer(request, lambda: backend.load(id, **how))

    @router.post(
        f"{ID}/unload",
        tags=["models"],
        summary="Take a model out of memory; nothing happens when it is not there",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(404)},
    )
    async def unload(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.unload(id))

    @router.get(
        ID,
        tags=["models"],
        summary="One model of the catalogue",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(404)},
    )
    async def model(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.model(id), light=True)

    return router


def hub_routes(service: Service) -> APIRouter:
    """Return the routes to and from the hub; each begins a job."""
    router, backend = APIRouter(), service.backend

    @router.post(
        f"{ID}/download",
        tags=["models", "jobs"],
        summary="Start the download of a hub model; the answer is the job",
        status_code=202,
        response_model=JobAnswer,
        responses={**answers("The job.", code=202), **errors(400, 409, 413, 422, 507)},
    )
    async def download(id: str, request: Request, body: DownloadRequest | None = None) -> Response:
        revision = None if body is None else body.revision

        def start() -> Any:
            return backend.download(id, revision=revision).info

        return await service.answer(request, start, light=True, code=202)

    @router.post(
        f"{ID}/push",
        tags=["models", "jobs"],
        summary="Start to upload a model to the hub; the answer is the job",
        status_code=202,
        response_model=JobAnswer,
        responses={**answers("The job.", code=202), **errors(400, 404, 409, 413, 422, 424, 507)},
    )
    async def push(id: str, request: Request, body: PushRequest) -> Response:
        def start() -> Any:
            return backend.push(id, **body.arguments()).info

        return await service.answer(request, start, light=True, code=202)

    return router


def _only(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: text for code, text in errors().items() if code in {*codes, 500, "default"}}
