"""The model manager: the hub's models, cards, the default, the memory budget, deleting and bringing back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from albert_widgets.service.answers import DeletedAnswer, JobAnswer, ModelAnswer, StatusAnswer
from albert_widgets.service.manager_answers import (
    CardAnswer,
    DownloadPlanAnswer,
    FreedAnswer,
    HubModelAnswer,
)
from albert_widgets.service.manager_schemas import (
    BudgetRequest,
    DefaultRequest,
    EmptyTrashRequest,
    ExportRequest,
    RenameRequest,
)
from albert_widgets.service.service import Service

from . import answers, errors
from .models import ID


def manager_routes(service: Service) -> APIRouter:
    """Return the routes of models as files, and of what the backend remembers."""
    router, backend = APIRouter(tags=["models"]), service.backend

    @router.post(
        "/default-model",
        summary="What new notebooks begin with",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(400, 404, 413, 507)},
    )
    async def set_default(body: DefaultRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.set_default(body.model), light=True)

    @router.post(
        "/memory-budget",
        tags=["backend"],
        summary="What loaded weights may take, until the backend ends",
        response_model=StatusAnswer,
        responses={**answers("How the backend is."), **errors(400, 413, 422)},
    )
    async def set_memory_budget(body: BudgetRequest, request: Request) -> Response:
        def work() -> object:
            backend.set_memory_budget(body.budget)
            return service.status(request)

        return await service.answer(request, work, light=True)

    @router.get(
        "/cards/{id:path}",
        summary="A model's card",
        response_model=CardAnswer,
        responses={**answers("The card."), **errors(404)},
    )
    async def model_card(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.model_card(id), light=True)

    @router.post(
        f"{ID}/rename",
        summary="Another name for a fine-tuned model or a registered folder",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(400, 404, 409, 413, 422, 507)},
    )
    async def rename(id: str, body: RenameRequest, request: Request) -> Response:
        return await service.answer(request, lambda: backend.rename(id, body.name), light=True)

    @router.post(
        f"{ID}/export",
        tags=["jobs"],
        summary="Start to export a model for other runtimes; the answer is the job",
        status_code=202,
        response_model=JobAnswer,
        responses={**answers("The job.", code=202), **errors(400, 404, 409, 413, 422, 424, 507)},
    )
    async def export(id: str, request: Request, body: ExportRequest | None = None) -> Response:
        how = (body or ExportRequest()).arguments()
        return await service.answer(request, lambda: backend.export(id, **how).info, light=True, code=202)

    @router.delete(
        ID,
        summary="Delete a model's files; refused while it is in memory or a job works with it",
        response_model=DeletedAnswer,
        responses={**answers("What that frees."), **errors(400, 404, 409, 422, 507)},
    )
    async def delete(
        id: str,
        request: Request,
        revision: Annotated[str | None, Query(description="Of a hub model, only this commit.")] = None,
        keep: Annotated[bool, Query(description="Only set it aside, for an hour at most.")] = False,
    ) -> Response:
        return await service.answer(request, lambda: backend.delete(id, revision=revision, keep=keep), light=True)

    return router


def trash_routes(service: Service) -> APIRouter:
    """Return the routes of what was set aside."""
    router, backend = APIRouter(tags=["models"]), service.backend

    @router.get(
        "/trash",
        summary="What was deleted and can be brought back, the newest first",
        response_model=list[DeletedAnswer],
        responses={**answers("What was set aside."), **errors()},
    )
    async def deleted(request: Request) -> Response:
        return await service.answer(request, backend.deleted, light=True)

    @router.post(
        "/trash/empty",
        summary="Delete for good what was set aside",
        response_model=FreedAnswer,
        responses={**answers("What that frees."), **errors(400, 413)},
    )
    async def empty_trash(request: Request, body: EmptyTrashRequest | None = None) -> Response:
        ids = None if body is None else body.ids
        return await service.answer(request, lambda: {"bytes": backend.empty_trash(ids)}, light=True)

    @router.post(
        "/trash/{id:path}/restore",
        summary="Bring back what was set aside",
        response_model=ModelAnswer,
        responses={**answers("The model."), **errors(404, 409, 507)},
    )
    async def restore(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.restore(id), light=True)

    return router


def hub_model_routes(service: Service) -> APIRouter:
    """Return the routes that ask the hub, or the list of good models that comes with the package."""
    router, backend = APIRouter(tags=["models"]), service.backend

    @router.get(
        "/hub/models",
        summary="Models that can be downloaded: without a query a list that needs no network",
        response_model=list[HubModelAnswer],
        responses={**answers("The models."), **errors(400, 422, 503)},
    )
    async def hub_models(
        request: Request,
        query: Annotated[str, Query(description="Words to look for on the hub.")] = "",
        language: Annotated[str | None, Query(description="An ISO code.")] = None,
        task: Annotated[str | None, Query(description="As in ModelAnswer.")] = None,
        limit: Annotated[int, Query(description="Up to 100.")] = 30,
    ) -> Response:
        def work() -> object:
            return backend.hub_models(query, language=language, task=task, limit=limit)

        return await service.answer(request, work, network=True)

    @router.get(
        "/hub/models/{id:path}",
        summary="What a download would fetch",
        response_model=DownloadPlanAnswer,
        responses={**answers("Files and bytes."), **errors(404, 422, 424, 503)},
    )
    async def download_plan(
        id: str,
        request: Request,
        revision: Annotated[str | None, Query(description="Branch, tag or commit; null is the main branch.")] = None,
    ) -> Response:
        return await service.answer(request, lambda: backend.download_plan(id, revision=revision), network=True)

    return router
