"""Looking for models: in the list that comes with the package, or on the hub; only what can be used here."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from huggingface_hub import HfApi, constants, get_session
from huggingface_hub.hf_api import ModelInfo
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import hf_raise_for_status

from albert_widgets.errors import InputInvalid
from albert_widgets.inputs import check_query
from albert_widgets.manager import HUB_TASKS
from albert_widgets.results import HubModel, HubModels

from .failures import in_words
from .plan import TIMEOUT_SECONDS, languages_of, licence_of
from .suggested import suggested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from albert_widgets.backend.catalog import Catalog

MAX_MODELS = 100
MOST_ASKED = 500
"""So many models are asked of the hub, for some of them cannot be used here."""
ENCODERS = frozenset(
    {
        *(
            "albert",
            "bert",
            "big_bird",
            "camembert",
            "convbert",
            "data2vec-text",
            "deberta",
            "deberta-v2",
            "distilbert",
        ),
        *("electra", "ernie", "flaubert", "ibert", "longformer", "luke", "megatron-bert", "mobilebert", "modernbert"),
        *("mpnet", "nystromformer", "rembert", "roberta", "roberta-prelayernorm", "roformer", "squeezebert", "xlm"),
        *("xlm-roberta", "xlm-roberta-xl", "xmod", "yoso"),
    }
)
WRITERS = frozenset(
    {
        *(
            "bart",
            "bigbird_pegasus",
            "encoder-decoder",
            "led",
            "longt5",
            "mbart",
            "mt5",
            "pegasus",
            "pegasus_x",
            "plbart",
        ),
        *("prophetnet", "t5", "umt5"),
    }
)
_EXPANDED = ("cardData", "config", "downloads", "gated", "likes", "pipeline_tag", "safetensors", "tags")
_TASK_OF_PIPELINE = {
    "feature-extraction": "encoder",
    "sentence-similarity": "encoder",
    "fill-mask": "fill-mask",
    "text-classification": "text-classification",
    "zero-shot-classification": "text-classification",
    "summarization": "summarization",
    "text2text-generation": "summarization",
}
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


def search(
    catalog: Catalog, query: str = "", *, language: str | None = None, task: str | None = None, limit: int = 30
) -> HubModels:
    """Return models that can be downloaded and used here; see :meth:`albert_widgets.manager.Manager.hub_models`."""
    query, language = _checked(query, language, task, limit)
    models: Iterable[HubModel] = _of_the_hub(query, language, task, limit) if query else suggested()
    here = {info.id for info in catalog.models()}
    fitting = [model for model in models if task in {None, model.task} and _speaks(model, language, query)]
    # What is made for a language comes before what knows it among many.
    fitting.sort(key=lambda model: language is not None and language not in model.languages)
    return HubModels(replace(model, is_here=model.id in here) for model in fitting[:limit])


def _checked(query: str, language: str | None, task: str | None, limit: int) -> tuple[str, str | None]:
    query = check_query(query)
    if task is not None and task not in HUB_TASKS:
        raise InputInvalid(f"There is no task {task!r} to look for.", f"Choose one of: {', '.join(HUB_TASKS)}.")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_MODELS:
        raise InputInvalid(f"The limit is {limit!r}.", f"Give a whole number from 1 to {MAX_MODELS}.")
    if language is None:
        return query, None
    code = language.strip().lower() if isinstance(language, str) else ""
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*|multilingual", code):
        known = sorted({code for model in suggested() for code in model.languages})
        raise InputInvalid(
            f"{language!r} is no code of a language.",
            f"The list has: {', '.join(known)}. The hub has more, as ISO codes.",
        )
    return query, code


def _speaks(model: HubModel, language: str | None, query: str) -> bool:
    """Whether a model is for a language; of the list, those for many languages are for each of them, too."""
    if language is None or language in model.languages:
        return True
    return not query and "multilingual" in model.languages


def _of_the_hub(query: str, language: str | None, task: str | None, limit: int) -> list[HubModel]:
    asked: dict[str, Any] = {
        "search": query,
        "filter": ["safetensors", *([language] if language else [])],
        "sort": "downloads",
        "limit": min(MOST_ASKED, 5 * limit + 20),
        "expand": list(_EXPANDED),
    }
    pipelines = [tag for tag, name in _TASK_OF_PIPELINE.items() if name == task]
    if len(pipelines) == 1:
        asked["pipeline_tag"] = pipelines[0]
    try:
        # One page is enough, and is answered or not within the time: HfApi.list_models would try for a minute.
        response = get_session().get(
            f"{HfApi().endpoint}/api/models",
            params=asked,
            headers=build_hf_headers(),
            timeout=min(TIMEOUT_SECONDS, constants.HF_HUB_ETAG_TIMEOUT),
        )
        hf_raise_for_status(response)
        found = [ModelInfo(**{"siblings": None, **entry}) for entry in response.json()]  # type: ignore[no-untyped-call]
    except Exception as error:
        if (known := in_words(error)) is not None:
            raise known from error
        raise
    return [model for model in map(_described, found) if model is not None]


def _described(info: ModelInfo) -> HubModel | None:
    """Return what the hub says of a model, or None for one that cannot be used here."""
    config: dict[str, Any] = info.config if isinstance(info.config, dict) else {}
    model_type = str(config.get("model_type") or "")
    tags = set(info.tags or ())
    if model_type not in ENCODERS | WRITERS or "auto_map" in config or "custom_code" in tags:
        return None
    task = _TASK_OF_PIPELINE.get(str(info.pipeline_tag or ""), "")
    if not info.pipeline_tag:
        task = "summarization" if model_type in WRITERS else "encoder"
    if not task:
        return None
    weights = cast("Any", info.safetensors)
    counts = dict(weights.parameters) if weights is not None else {}
    return HubModel(
        id=info.id,
        task=task,
        model_type=model_type,
        languages=languages_of(info),
        parameters=int(weights.total) if weights is not None else 0,
        bytes=math.ceil(sum(count * _BYTES.get(dtype, 4) for dtype, count in counts.items())),
        licence=licence_of(info),
        downloads=int(info.downloads or 0),
        likes=int(info.likes or 0),
        is_gated=bool(info.gated),
    )
