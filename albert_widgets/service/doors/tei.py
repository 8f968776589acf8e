"""The door of Text Embeddings Inference: vectors, classes and tokens, of the default model or of one in the path."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray

from albert_widgets._version import __version__
from albert_widgets.errors import InputInvalid, TooLarge
from albert_widgets.inputs import MAX_TEXTS, check_count
from albert_widgets.results import Embeddings, ModelInfo, Predictions, Tokens
from albert_widgets.service.limits import Limits
from albert_widgets.service.routes import errors
from albert_widgets.service.service import Service

from .readiness import check_usable
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

WORK = errors(400, 404, 413, 422, 424, 507, answer=TeiErrorAnswer)
HEALTH: dict[int | str, dict[str, Any]] = {200: {"description": "It lives.", "content": {}}}


def tei_routes(service: Service) -> APIRouter:
    """Return what a client of TEI asks: ``<url>/tei`` is its base URL, or ``<url>/tei/MODEL``."""
    router, backend = APIRouter(prefix="/tei", tags=["tei"]), service.backend

    async def embedded(body: TeiEmbedRequest, request: Request, model: str | None) -> Response:
        check_count(body.inputs)
        _check_prompt(body.prompt_name)
        asked = {
            "texts": body.inputs,
            "model": model,
            "pooling": "mean",
            "normalize": body.normalize is not False,
            "precision": None,
        }

        def finish(found: Embeddings) -> Response:
            _check_whole(found, body, range(len(found)))
            hidden = found.vectors.shape[1]
            if body.dimensions not in {None, hidden}:
                raise InputInvalid(f"The vectors of {found.model} have {hidden} dimensions, not {body.dimensions}.")
            return service.json_of(found.vectors)

        return await service.together(request, "embed", asked, finish)

    async def predicted(body: TeiPredictRequest, request: Request, model: str | None) -> Response:
        check_count(body.inputs)
        rows = await (_logits if body.raw_scores else _scores)(service, body, request, model)
        return await service.answer_json(request, lambda: rows[0] if body.is_one else rows, light=True)

    async def tokenized(body: TeiTokenizeRequest, request: Request, model: str | None) -> Response:
        _check_prompt(body.prompt_name)
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs

        def work() -> Any:
            found = backend.tokenize(texts, model=model)
            return [tokens_of(tokens, is_all=body.add_special_tokens is not False) for tokens in found]

        return await service.answer_json(request, work)

    async def told(request: Request, model: str | None) -> Response:
        return await service.answer_json(request, lambda: info_of(backend.model(model), service.limits), light=True)

    how: dict[str, Any] = {"response_model": list[list[float]], "responses": WORK}

    @router.post("/embed", summary="A vector for each text, by the default model", **how)
    async def tei_embed(body: TeiEmbedRequest, request: Request) -> Response:
        return await embedded(body, request, None)

    @router.post("/{id:path}/embed", summary="A vector for each text", **how)
    async def tei_embed_with(id: str, body: TeiEmbedRequest, request: Request) -> Response:
        return await embedded(body, request, id)

    how = {"response_model": list[TeiPrediction] | list[list[TeiPrediction]], "responses": WORK}

    @router.post("/predict", summary="The classes of texts or pairs, the likeliest first, by the default model", **how)
    async def tei_predict(body: TeiPredictRequest, request: Request) -> Response:
        return await predicted(body, request, None)

    @router.post("/{id:path}/predict", summary="The classes of texts or pairs, the likeliest first", **how)
    async def tei_predict_with(id: str, body: TeiPredictRequest, request: Request) -> Response:
        return await predicted(body, request, id)

    how = {"response_model": list[list[TeiToken]], "responses": WORK}

    @router.post("/tokenize", summary="The tokens of texts, by the default model", **how)
    async def tei_tokenize(body: TeiTokenizeRequest, request: Request) -> Response:
        return await tokenized(body, request, None)

    @router.post("/{id:path}/tokenize", summary="The tokens of texts", **how)
    async def tei_tokenize_with(id: str, body: TeiTokenizeRequest, request: Request) -> Response:
        return await tokenized(body, request, id)

    how = {"response_model": TeiInfoAnswer}

    @router.get("/info", summary="The default model", responses=errors(answer=TeiErrorAnswer), **how)
    async def tei_info(request: Request) -> Response:
        return await told(request, None)

    @router.get("/{id:path}/info", summary="A model", responses=errors(404, answer=TeiErrorAnswer), **how)
    async def tei_info_of(id: str, request: Request) -> Response:
        return await told(request, id)

    @router.get(
        "/health",
        summary="Say that the backend lives",
        response_class=Response,
        responses={**HEALTH, **errors(answer=TeiErrorAnswer)},
    )
    async def tei_health() -> Response:
        return Response()

    @router.get(
        "/{id:path}/health",
        summary="Say that a model can be used",
        response_class=Response,
        responses={**HEALTH, **errors(404, 503, answer=TeiErrorAnswer)},
    )
    async def tei_health_of(id: str, request: Request) -> Response:
        await service.light.run(lambda: check_usable(backend.model(id)), request.receive)
        return Response()

    return router


async def _scores(
    service: Service, body: TeiPredictRequest, request: Request, model: str | None
) -> list[list[dict[str, Any]]]:
    """Return the probabilities of each text or pair; those of texts and of pairs are calls of their own."""
    rows: list[list[dict[str, Any]]] = [[]] * len(body.sequences)
    for has_pair in (False, True):
        places = [place for place, (_, pair) in enumerate(body.sequences) if (pair is not None) == has_pair]
        if not places:
            continue
        asked = {
            "texts": [body.sequences[place][0] for place in places],
            "pair": [body.sequences[place][1] for place in places] if has_pair else None,
            "model": model,
            "ablate": None,
            "precision": None,
        }
        found: Predictions = await service.together(request, "predict", asked, lambda found: found)
        _check_whole(found, body, places)
        values = found.probabilities
        if found.problem_type == "regression":
            # As TEI has it: without raw_scores a score is between 0 and 1.
            values = np.exp(-np.logaddexp(0, -values))
        for place, row in zip(places, values, strict=True):
            rows[place] = predictions_of(found.label_names, row)
    return rows


async def _logits(
    service: Service, body: TeiPredictRequest, request: Request, model: str | None
) -> list[list[dict[str, Any]]]:
    """Return the logits of each text or pair, some at a time, so that others have their turn."""
    backend, step = service.backend, service.limits.batch_texts
    # The verdicts of a masked language model are about its masks; this says in its own words that it is no classifier.
    await service.work.run(lambda: backend.predict(body.sequences[0][0], model=model), request.receive)

    def work(part: list[TextAndPair]) -> list[list[dict[str, Any]]]:
        verdicts = [backend.effect(text, pair=pair, model=model).verdicts[0] for text, pair in part]
        return [predictions_of(verdict.names, verdict.logits) for verdict in verdicts]

    rows: list[list[dict[str, Any]]] = []
    for start in range(0, len(body.sequences), step):
        rows += await service.work.run(partial(work, body.sequences[start : start + step]), request.receive)
    return rows


def predictions_of(names: tuple[str, ...], scores: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Return the classes with their scores, the highest first."""
    order = np.argsort(-scores, kind="stable")
    return [{"label": names[int(place)], "score": float(scores[place])} for place in order]


def tokens_of(tokens: Tokens, *, is_all: bool) -> list[dict[str, Any]]:
    """Return the tokens of a text as TEI tells them."""
    told = []
    for place, name in enumerate(tokens.tokens):
        special = bool(tokens.is_special[place])
        start, stop = (None, None) if special else (int(edge) for edge in tokens.offsets[place])
        text = name if special else tokens.text[start:stop]
        if is_all or not special:
            told.append(
                {"id": int(tokens.ids[place]), "text": text, "special": special, "start": start, "stop": stop}
            )
    return told


def info_of(info: ModelInfo, limits: Limits) -> dict[str, Any]:
    """Return a model as TEI's ``/info`` tells it."""
    classes = {
        "id2label": {str(place): label for place, label in enumerate(info.labels)},
        "label2id": {label: place for place, label in enumerate(info.labels)},
    }
    kind: dict[str, Any] = {"embedding": {"pooling": "mean"}}
    if info.task == "text-classification":
        kind = {"reranker" if len(info.labels) == 1 else "classifier": classes}
    return {
        "model_id": info.id,
        "model_sha": info.revision or None,
        "model_dtype": info.dtype,
        "model_type": kind,
        "max_concurrent_requests": limits.max_concurrent,
        "max_input_length": info.max_length,
        "max_batch_tokens": limits.batch_characters,
        "max_batch_requests": None,
        "max_client_batch_size": MAX_TEXTS,
        "auto_truncate": False,
        "tokenization_workers": limits.workers,
        "version": __version__,
        "sha": None,
        "docker_label": None,
    }


def _check_prompt(name: str | None) -> None:
    if name is not None:
        raise InputInvalid(f"There is no prompt {name!r}: models have none here.", "Put its words before the text.")


def _check_whole(
    found: Embeddings | Predictions, body: TeiEmbedRequest | TeiPredictRequest, places: Sequence[int]
) -> None:
    """Refuse what would be cut without having been asked for, or at the wrong end."""
    if not found.truncated.any():
        return
    index = places[int(found.truncated.argmax())]
    if not body.truncate:
        raise TooLarge(
            f"`inputs` must have at most {found.max_length} tokens; the text {index} has more.",
            "Send truncate: true to have its beginning read.",
            limit=found.max_length,
        )
    if str(body.truncation_direction).lower() == "left":
        raise InputInvalid(
            f"The text {index} would be cut; that is done at its end only.", 'Leave truncation_direction at "Right".'
        )
