"""Long work and events: jobs, their histories, and what a sidebar listens to."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from albert_widgets.service.answers import JobAnswer, JobEventAnswer, Snapshot
from albert_widgets.service.service import Service
from albert_widgets.service.streams import MEDIA_TYPE, job_stream, snapshot_stream

from . import answers, errors

ID = "/jobs/{id:path}"


def job_routes(service: Service) -> APIRouter:
    """Return the routes of jobs and event streams."""
    router, backend = APIRouter(tags=["jobs"]), service.backend

    @router.get(
        "/jobs",
        summary="All jobs, newest first",
        response_model=list[JobAnswer],
        responses={**answers("The jobs."), **errors()},
    )
    async def jobs(request: Request) -> Response:
        return await service.answer(request, backend.jobs, light=True)

    steering = {**answers("The job after the request."), **errors(404, 409)}

    @router.post(
        f"{ID}/stop", summary="End cleanly; keep the best so far", response_model=JobAnswer, responses=steering
    )
    async def stop(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.stop_job(id), light=True)

    @router.post(f"{ID}/pause", summary="Pause at the next safe point", response_model=JobAnswer, responses=steering)
    async def pause(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.pause_job(id), light=True)

    @router.post(
        f"{ID}/resume",
        summary="Go on with a paused, stopped or interrupted job",
        response_model=JobAnswer,
        responses=steering,
    )
    async def resume(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.resume_job(id), light=True)

    events_of = "Server-Sent Events, `id` = seq, `data` = JobEventAnswer; the last is named `end`."

    @router.get(
        f"{ID}/events",
        summary="A job's history, then its events as they come",
        response_model=list[JobEventAnswer],
        responses={
            **answers("A stream; a list with follow=false.", also={MEDIA_TYPE: events_of}),
            204: {"description": "The job has ended, and the client has seen all of it."},
            **errors(400, 404),
        },
    )
    async def events(
        id: str,
        request: Request,
        follow: Annotated[bool, Query(description="Wait for new events until the job ends.")] = True,
        after: Annotated[int, Query(description="Only events with a greater seq.")] = 0,
        last_event_id: Annotated[str, Header(description="What a reconnecting EventSource sends; like after.")] = "",
    ) -> Response:
        if last_event_id.isdecimal():
            after = max(after, int(last_event_id))
        if follow:
            return await job_stream(service, id, after)
        return await service.answer(
            request, lambda: list(backend.job_events(id, after=after, follow=False)), light=True
        )

    @router.get(
        ID,
        summary="One job",
        response_model=JobAnswer,
        responses={**answers("The job."), **errors(404)},
    )
    async def job(id: str, request: Request) -> Response:
        return await service.answer(request, lambda: backend.job_info(id), light=True)

    @router.get(
        "/events",
        tags=["backend"],
        summary="A snapshot of models and jobs whenever one changes, for a sidebar",
        response_model=Snapshot,
        responses={200: {"description": "Server-Sent Events; the `data` of each is a snapshot."}, **errors()},
    )
    async def snapshots(request: Request) -> Response:
        return await snapshot_stream(service, request)

    return router
