"""The door of the Open Inference Protocol, version 2: texts in a tensor, classes or vectors in others."""

from typing import Any

from fastapi import APIRouter, Request, Response

from albert_widgets._version import __version__
from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import check_count
from albert_widgets.results import Embeddings, ModelInfo, Predictions
from albert_widgets.service.routes import errors
from albert_widgets.service.service import Service

from .inference_bodies import (
    InferenceAnswer,
    InferenceErrorAnswer,
    InferenceLiveAnswer,
    InferenceModelAnswer,
    InferenceModelReadyAnswer,
    InferenceReadyAnswer,
    InferenceRequest,
    InferenceServerAnswer,
)
from .readiness import check_usable

NAME = "albert-widgets"
MODEL = "/v2/models/{id:path}"


def inference_routes(service: Service) -> APIRouter:
    """Return what a client of the protocol asks; ``<url>`` is its base URL."""
    router = APIRouter(tags=["inference"])
    for make in (_server_routes, _model_routes):
        router.include_router(make(service))
    return router


def _server_routes(_service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/v2", summary="What this server is", responses=errors(answer=InferenceErrorAnswer))
    async def server_metadata() -> InferenceServerAnswer:
        return InferenceServerAnswer(name=NAME, version=__version__, extensions=[])

    @router.get("/v2/health/live", summary="Say that the server lives", responses=errors(answer=InferenceErrorAnswer))
    async def server_live() -> InferenceLiveAnswer:
        return InferenceLiveAnswer(live=True)

    @router.get(
        "/v2/health/ready", summary="Say that the server takes requests", responses=errors(answer=InferenceErrorAnswer)
    )
    async def server_ready() -> InferenceReadyAnswer:
        return InferenceReadyAnswer(ready=True)

    return router


def _model_routes(service: Service) -> APIRouter:
    router, backend = APIRouter(), service.backend

    @router.post(
        f"{MODEL}/infer",
        summary="Classes of texts by a classifier, vectors by any other model",
        response_model=InferenceAnswer,
        responses=errors(400, 404, 413, 424, 507, answer=InferenceErrorAnswer),
    )
    async def model_infer(id: str, body: InferenceRequest, request: Request) -> Response:
        texts, pairs = body.columns()
        check_count(texts)
        is_truncating = body.is_truncating
        info = await service.light.run(lambda: backend.model(id), request.receive)
        is_classifier = info.task == "text-classification"
        if pairs is not None and not is_classifier:
            raise InputInvalid(f"{info.id} is no classifier, and reads no pairs.", 'Send one tensor, "text".')
        asked: dict[str, Any] = {"texts": texts, "model": id, "precision": None}
        if is_classifier:
            asked |= {"pair": pairs, "ablate": None}
        else:
            asked |= {"pooling": "mean", "normalize": True}

        def finish(found: Predictions | Embeddings) -> Response:
            if found.truncated.any() and not is_truncating:
                raise InputInvalid(
                    f"The text {found.truncated.argmax()} is longer than the {found.max_length} tokens "
                    f"that {found.model} reads.",
                    'Send "parameters": {"truncate": true} to have its beginning read.',
                )
            tensors = tensors_of(found)
            answer = {"model_name": found.model, "outputs": _chosen(tensors, body)}
            return service.json_of(answer if body.id is None else {**answer, "id": body.id})

        return await service.together(request, "predict" if is_classifier else "embed", asked, finish)

    @router.get(
        f"{MODEL}/ready",
        summary="Say that a model can be used",
        response_model=InferenceModelReadyAnswer,
        responses=errors(404, 503, answer=InferenceErrorAnswer),
    )
    async def model_ready(id: str, request: Request) -> Response:
        def work() -> Any:
            return {"name": check_usable(backend.model(id)).id, "ready": True}

        return await service.answer_json(request, work, light=True)

    @router.get(
        MODEL,
        summary="What a model takes and gives",
        response_model=InferenceModelAnswer,
        responses=errors(404, answer=InferenceErrorAnswer),
    )
    async def model_metadata(id: str, request: Request) -> Response:
        return await service.answer_json(request, lambda: metadata_of(backend.model(id)), light=True)

    return router


def metadata_of(info: ModelInfo) -> dict[str, Any]:
    """Return a model as the protocol describes models."""
    text = {"name": "text", "datatype": "BYTES", "shape": [-1]}
    inputs, outputs = [text], [{"name": "embedding", "datatype": "FP32", "shape": [-1, info.hidden_size or -1]}]
    if info.task == "text-classification":
        classes = len(info.labels) or -1
        inputs = [text, {**text, "name": "pair"}]
        outputs = [
            {"name": "label", "datatype": "BYTES", "shape": [-1]},
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, classes]},
            {"name": "classes", "datatype": "BYTES", "shape": [classes]},
        ]
    return {"name": info.id, "platform": NAME, "inputs": inputs, "outputs": outputs}


def tensors_of(found: Predictions | Embeddings) -> list[dict[str, Any]]:
    """Return a result as tensors, their data flat in row-major order."""
    if isinstance(found, Embeddings):
        vectors = found.vectors
        return [{"name": "embedding", "datatype": "FP32", "shape": list(vectors.shape), "data": vectors.ravel()}]
    values, names = found.probabilities, found.label_names
    return [
        {"name": "label", "datatype": "BYTES", "shape": [len(found)], "data": list(found.labels)},
        {"name": "probabilities", "datatype": "FP32", "shape": list(values.shape), "data": values.ravel()},
        {"name": "classes", "datatype": "BYTES", "shape": [len(names)], "data": list(names)},
    ]


def _chosen(tensors: list[dict[str, Any]], body: InferenceRequest) -> list[dict[str, Any]]:
    if body.outputs is None:
        return tensors
    known = {tensor["name"]: tensor for tensor in tensors}
    for output in body.outputs:
        if output.name not in known:
            raise InputInvalid(f"There is no output {output.name!r}.", f"There are: {', '.join(known)}.")
    return [known[output.name] for output in body.outputs]
