"""The door of Text Embeddings Inference: vectors, classes and tokens, of the default model or of one in the path."""

from functools import partial
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response

from albert_widgets.inputs import check_count
from albert_widgets.service.routes import errors
from albert_widgets.service.service import Service

from .readiness import check_usable
from .tei_answers import check_parameters, check_prompt, check_whole, info_of, predictions_of, tokens_of, vectors_of
from .tei_bodies import (
    TeiEmbedRequest,
    TeiErrorAnswer,
    TeiInfoAnswer,
    TeiPrediction,
    TeiPredictRequest,
    TeiToken,
    TeiTokenizeRequest,
    TextAndPair,
)

Rows = list[list[dict[str, Any]]]

WORK = errors(400, 404, 413, 422, 424, 507, answer=TeiErrorAnswer)
HEALTHY: dict[int | str, dict[str, Any]] = {200: {"description": "It can be used."}}


def tei_routes(service: Service) -> APIRouter:
    """Return what a client of TEI asks: ``<url>/tei`` is its base URL, or ``<url>/tei/MODEL``."""
    router = APIRouter(prefix="/tei", tags=["tei"])
    for make in (_embed_routes, _predict_routes, _tokenize_routes, _info_routes):
        router.include_router(make(service))
    return router


def _embed_routes(service: Service) -> APIRouter:
    router = APIRouter()
    how: dict[str, Any] = {"response_model": list[list[float]], "responses": WORK}

    @router.post("/embed", summary="A vector for each text, by the default model", **how)
    async def tei_embed(body: TeiEmbedRequest, request: Request) -> Response:
        return await embedded(body, request, None)

    @router.post("/{id:path}/embed", summary="A vector for each text", **how)
    async def tei_embed_with(id: str, body: TeiEmbedRequest, request: Request) -> Response:
        return await embedded(body, request, id)

    async def embedded(body: TeiEmbedRequest, request: Request, model: str | None) -> Response:
        check_count(body.inputs)
        check_prompt(body.prompt_name)
        asked = {
            "texts": body.inputs,
            "model": model,
            "pooling": "mean",
            "normalize": body.normalize is not False,
            "precision": None,
        }
        return await service.together(request, "embed", asked, lambda found: service.json_of(vectors_of(found, body)))

    return router


def _predict_routes(service: Service) -> APIRouter:
    router = APIRouter()
    how: dict[str, Any] = {"response_model": list[TeiPrediction] | list[list[TeiPrediction]], "responses": WORK}

    @router.post("/predict", summary="The classes of texts or pairs, the likeliest first, by the default model", **how)
    async def tei_predict(body: TeiPredictRequest, request: Request) -> Response:
        return await predicted(body, request, None)

    @router.post("/{id:path}/predict", summary="The classes of texts or pairs, the likeliest first", **how)
    async def tei_predict_with(id: str, body: TeiPredictRequest, request: Request) -> Response:
        return await predicted(body, request, id)

    async def predicted(body: TeiPredictRequest, request: Request, model: str | None) -> Response:
        check_count(body.inputs)
        check_parameters(body.parameters)
        rows = await (_logits if body.raw_scores else _scores)(service, body, request, model)
        return await service.answer_json(request, lambda: rows[0] if body.is_one else rows, light=True)

    return router


def _tokenize_routes(service: Service) -> APIRouter:
    router = APIRouter()
    how: dict[str, Any] = {"response_model": list[list[TeiToken]], "responses": WORK}

    @router.post("/tokenize", summary="The tokens of texts, by the default model", **how)
    async def tei_tokenize(body: TeiTokenizeRequest, request: Request) -> Response:
        return await tokenized(body, request, None)

    @router.post("/{id:path}/tokenize", summary="The tokens of texts", **how)
    async def tei_tokenize_with(id: str, body: TeiTokenizeRequest, request: Request) -> Response:
        return await tokenized(body, request, id)

    async def tokenized(body: TeiTokenizeRequest, request: Request, model: str | None) -> Response:
        check_prompt(body.prompt_name)
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs

        def work() -> Any:
            found = service.backend.tokenize(texts, model=model)
            return [tokens_of(tokens, is_all=body.add_special_tokens is not False) for tokens in found]

        return await service.answer_json(request, work)

    return router


def _info_routes(service: Service) -> APIRouter:
    router, backend = APIRouter(), service.backend
    how: dict[str, Any] = {"response_model": TeiInfoAnswer}

    @router.get("/info", summary="The default model", responses=errors(answer=TeiErrorAnswer), **how)
    async def tei_info(request: Request) -> Response:
        return await told(request, None)

    @router.get("/{id:path}/info", summary="A model", responses=errors(404, answer=TeiErrorAnswer), **how)
    async def tei_info_of(id: str, request: Request) -> Response:
        return await told(request, id)

    async def told(request: Request, model: str | None) -> Response:
        return await service.answer_json(request, lambda: info_of(backend.model(model), service.limits), light=True)

    how = {"response_class": Response}

    @router.get(
        "/health",
        summary="Say that the default model can be used",
        responses={**HEALTHY, **errors(503, answer=TeiErrorAnswer)},
        **how,
    )
    async def tei_health(request: Request) -> Response:
        return await healthy(request, None)

    @router.get(
        "/{id:path}/health",
        summary="Say that a model can be used",
        responses={**HEALTHY, **errors(404, 503, answer=TeiErrorAnswer)},
        **how,
    )
    async def tei_health_of(id: str, request: Request) -> Response:
        return await healthy(request, id)

    async def healthy(request: Request, model: str | None) -> Response:
        await service.light.run(lambda: check_usable(backend.model(model)), request.receive)
        return Response()

    return router


async def _scores(service: Service, body: TeiPredictRequest, request: Request, model: str | None) -> Rows:
    """Return the probabilities of each text or pair; those of texts and of pairs are calls of their own."""
    rows: Rows = [[]] * len(body.sequences)
    for has_pair in (False, True):
        places = [place for place, (_, pair) in enumerate(body.sequences) if (pair is not None) == has_pair]
        if not places:
            continue
        # The same fields as in POST /predict, so that requests of both are computed together.
        asked = {
            "texts": [body.sequences[place][0] for place in places],
            "pair": [body.sequences[place][1] for place in places] if has_pair else None,
            "model": model,
            "ablate": None,
            "precision": None,
        }
        found = await service.together(request, "predict", asked, lambda found: found)
        check_whole(found, body, places)
        values = found.probabilities
        if found.problem_type == "regression":
            # As TEI has it: without raw_scores a score is between 0 and 1.
            values = np.exp(-np.logaddexp(0, -values))
        for place, row in zip(places, values, strict=True):
            rows[place] = predictions_of(found.label_names, row)
    return rows


async def _logits(service: Service, body: TeiPredictRequest, request: Request, model: str | None) -> Rows:
    """Return the logits of each text or pair, some at a time, so that others have their turn."""
    backend, step = service.backend, service.limits.batch_texts
    # The verdicts of a masked language model are about its masks; this says in its own words that it is no classifier.
    await service.work.run(lambda: backend.predict(body.sequences[0][0], model=model), request.receive)

    def work(part: list[TextAndPair]) -> Rows:
        verdicts = [backend.effect(text, pair=pair, model=model).verdicts[0] for text, pair in part]
        return [predictions_of(verdict.names, verdict.logits) for verdict in verdicts]

    rows: Rows = []
    for start in range(0, len(body.sequences), step):
        rows += await service.work.run(partial(work, body.sequences[start : start + step]), request.receive)
    return rows
