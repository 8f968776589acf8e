"""What OpenAI's clients send and expect."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from albert_widgets.service.answers import Answer
from albert_widgets.service.schemas import TEXTS_SCHEMA, RequestBody, Text, example, texts


def only_texts(value: object) -> str | list[str]:
    """Return a text or texts; what some clients send instead, ids of another model's tokens, is refused by its name."""
    if isinstance(value, list) and any(isinstance(item, int | list) for item in value):
        hint = (
            "Token ids belong to the tokenizer of another model. With LangChain: "
            "OpenAIEmbeddings(check_embedding_ctx_length=False)."
        )
        raise PydanticCustomError("token_ids", "a text or a list of texts", {"hint": hint})
    return texts(value)


Inputs = Annotated[str | list[str], PlainValidator(only_texts), WithJsonSchema(TEXTS_SCHEMA)]


class OpenAIEmbeddingRequest(RequestBody):
    """Texts whose vectors are asked for."""

    model_config = example(model="starter", input=["a cat", "一只猫"])

    input: Inputs = Field(description="A text, or a list of at most 10,000; token ids are refused.")
    model: Text = Field(description="Id of a model of GET /v1/models.")
    encoding_format: Literal["float", "base64"] = Field(
        default="float", description='"base64" is the little-endian float32 of a vector.'
    )
    dimensions: int | None = Field(default=None, description="Only the length that the model's vectors have.")
    user: Text | None = Field(default=None, description="Taken for compatibility.")


class OpenAIEmbedding(Answer):
    """The vector of one text."""

    object: Literal["embedding"]
    index: int = Field(description="Of the text in `input`, from 0.")
    embedding: list[float] | str = Field(description="Of length 1; in base64 where that was asked for.")


class OpenAIUsage(Answer):
    """What the texts were cut into."""

    prompt_tokens: int = Field(description="Tokens of all texts, special ones among them.")
    total_tokens: int


class OpenAIEmbeddingsAnswer(Answer):
    """The vectors, in the order of the texts."""

    object: Literal["list"]
    data: list[OpenAIEmbedding]
    model: str
    usage: OpenAIUsage


class OpenAIModel(Answer):
    """A model."""

    id: str
    object: Literal["model"]
    created: int = Field(description="Seconds since the epoch of its newest commit in the hub cache; else 0.")
    owned_by: str = Field(description="Its owner on the hub, or where it is from: `starter`, `run`, `folder`.")


class OpenAIModelsAnswer(Answer):
    """The models that can be used."""

    object: Literal["list"]
    data: list[OpenAIModel]


class OpenAIErrorBody(Answer):
    """What went wrong."""

    message: str
    type: str = Field(description="`invalid_request_error`, `requests` or `server_error`.")
    param: str | None = Field(description="The field that was wrong.")
    code: str | None = Field(description="`invalid_api_key`, `rate_limit_exceeded`, or as in ErrorBody.")


class OpenAIErrorAnswer(Answer):
    """The shape of OpenAI's errors."""

    error: OpenAIErrorBody


def model_of(info: Any) -> dict[str, Any]:
    """Return a :class:`~albert_widgets.results.ModelInfo` as OpenAI describes models."""
    owner = info.id.split("/")[0] if info.source == "hub" else info.source
    created = max((revision.last_modified for revision in info.revisions), default=0.0)
    return {"id": info.id, "object": "model", "created": int(created), "owned_by": owner}
