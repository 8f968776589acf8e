"""What the routes take: one model for each request body, named after the methods' own parameters.

Types are strict and unknown fields are refused, but values are not judged here: an empty text or a
layer that does not exist is the backend's to refuse, in the same words as in process.
"""

import difflib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from albert_widgets.summarizer import DIVERSITY


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise PydanticCustomError("text_type", "a string")


def texts(value: object) -> str | list[str]:
    """Return a text or a list of texts. Raises PydanticCustomError."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise PydanticCustomError("texts_type", "a string or a list of strings")
    if not all(isinstance(text, str) for text in value):
        raise PydanticCustomError("texts_type", "a string or a list of strings throughout")
    return value


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("number_type", "a number")


_STRING: dict[str, Any] = {"type": "string"}
TEXTS_SCHEMA: dict[str, Any] = {"anyOf": [_STRING, {"type": "array", "items": _STRING}]}

# pydantic's own str refuses lone surrogates in words of its own; these let the backend say it.
Text = Annotated[str, PlainValidator(_text), WithJsonSchema(_STRING)]
Texts = Annotated[str | list[str], PlainValidator(texts), WithJsonSchema(TEXTS_SCHEMA)]

# pydantic's own float would turn 5 into 5.0, and the backend's errors would not be the same as in process.
Number = Annotated[float, PlainValidator(_number), WithJsonSchema({"type": "number"})]

Model = Annotated[
    Text | None, Field(description="Id of a model of GET /models; null is the backend's default, `starter`.")
]
Pair = Annotated[Texts | None, Field(description="The second segment: a text for a text, as many texts for a list.")]
Segment = Annotated[Text | None, Field(description="The second segment.")]
Indices = Annotated[list[int] | None, Field(description="From 0, negative from the end; null means all.")]
Ablate = Annotated[list[list[int]] | None, Field(description="Heads switched off meanwhile, as [layer, head] from 0.")]
Precision = Annotated[
    Text | None,
    Field(description='"float32", "bfloat16", "float16" or "int8"; null: as the model is loaded.'),
]
Mask = Annotated[list[int] | None, Field(description="Positions of tokens that are masked meanwhile, from 0.")]


class RequestBody(BaseModel):
    """A JSON object without unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_fields(cls, data: object) -> object:
        known = list(cls.model_fields)
        for name in data if isinstance(data, dict) else ():
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
                hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(known)}."
                # Braces in a message of pydantic are place holders, so the name goes in as a value.
                raise PydanticCustomError("unknown_field", 'There is no field "{name}".', {"name": name, "hint": hint})
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the fields as keyword arguments of the backend's method."""
        return {name: getattr(self, name) for name in type(self).model_fields}


def example(**values: Any) -> ConfigDict:
    """Return the configuration of a body with an example for ``/docs``."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class RegisterRequest(RequestBody):
    """A checkpoint folder for the catalogue."""

    model_config = example(folder="/home/ada/models/reviews", name="reviews")

    folder: Text = Field(description="Folder on the backend's machine with config.json and model.safetensors.")
    name: Text | None = Field(default=None, description="Id in the catalogue; the folder's own name if null.")


class LoadRequest(RequestBody):
    """How a model is brought into memory."""

    model_config = example(device="cpu", dtype="float32")

    device: Text = Field(default="auto", description='"auto", "cpu", "cuda", "cuda:0", "mps".')
    dtype: Text = Field(default="auto", description='"auto", "float32", "bfloat16", "float16".')


class DownloadRequest(RequestBody):
    """Which revision of a hub model to fetch."""

    model_config = example(revision="main")

    revision: Text | None = Field(
        default=None, description="Branch, tag or commit on the hub; null is its main branch."
    )


class PushRequest(RequestBody):
    """Where a model goes on the hub."""

    model_config = example(repo="ada/reviews", private=True)

    repo: Text = Field(description="`user/name` on the hub; made if need be.")
    private: bool = Field(default=True, description="Whether a new repository is.")
    token: Text | None = Field(
        default=None, description="Of the hub; null is the backend's own. It is written down nowhere."
    )


class TokenizeRequest(RequestBody):
    """Texts to cut into tokens."""

    model_config = example(texts="Zoë's naïve café 你好")

    texts: Texts = Field(description="A text, or a list; the answer has the same form.")
    pair: Pair = None
    model: Model = None
    max_length: int | None = Field(default=None, description="Tokens; replaces the model's own limit.")
    truncation: bool = Field(default=False, description="Leave out what is beyond max_length, and count it in `cut`.")


class CountTokensRequest(RequestBody):
    """Texts whose lengths are asked for."""

    model_config = example(texts=["a cat", "一只猫"])

    texts: Texts
    model: Model = None
    max_length: int | None = Field(default=None, description="Tokens; replaces the model's own limit.")


class AttentionRequest(RequestBody):
    """A text whose attention maps are asked for."""

    model_config = example(text="The cat sat on the mat.", layers=[0], heads=[0, 1])

    text: Text
    pair: Segment = None
    model: Model = None
    layers: Indices = None
    heads: Indices = None
    rows: Indices = Field(default=None, description="Query tokens; null means all.")
    columns: Indices = Field(default=None, description="Key tokens; null means all.")
    pool: int | None = Field(default=None, description="Max-pool each map to at most pool × pool cells, such as 64.")
    quantized: bool = Field(default=False, description="uint8 with a scale for each head instead of float32.")
    weight: Text = Field(default="probability", description='"probability" or "value_norm" (Kobayashi et al. 2020).')
    ablate: Ablate = None


class HeadStatisticsRequest(RequestBody):
    """A text in which the heads' habits are measured."""

    model_config = example(text="The cat sat on the mat.")

    text: Text
    pair: Segment = None
    model: Model = None


class FlowRequest(RequestBody):
    """A text whose attention is followed through the layers."""

    model_config = example(text="The cat sat on the mat.", method="rollout", layers=[-1])

    text: Text
    pair: Segment = None
    model: Model = None
    method: Text = Field(default="rollout", description='"rollout" or "flow" (Abnar & Zuidema 2020).')
    layers: Indices = None
    heads: Indices = Field(default=None, description="The mean of which heads; null means all.")
    rows: Indices = Field(default=None, description="Into which tokens; null means all.")
    start: int = Field(default=0, description="The layer whose input it begins at.")


class NeuronsRequest(RequestBody):
    """One row of one head whose vectors are asked for."""

    model_config = example(text="The cat sat on the mat.", layer=0, head=3, query=2)

    text: Text
    layer: int
    head: int
    query: int = Field(description="The token that looks, from 0.")
    pair: Segment = None
    model: Model = None


class HeadImportanceRequest(RequestBody):
    """Texts whose loss shows how much each head matters."""

    model_config = example(texts=["A wonderful film."], model="reviews", targets=["positive"])

    texts: Texts
    pair: Pair = None
    model: Model = None
    targets: list[Text] | None = Field(default=None, description="The true label of each text; null: the predicted.")
    mask: Mask = None


class AttributeRequest(RequestBody):
    """A text whose tokens are scored for one output."""

    model_config = example(text="A wonderful film.", model="reviews", target="positive")

    text: Text
    pair: Segment = None
    model: Model = None
    method: Text = Field(
        default="integrated_gradients", description='"integrated_gradients", "gradient" or "occlusion".'
    )
    target: Text | None = Field(default=None, description="Class, or token for the first mask; null: the likeliest.")
    steps: int = Field(default=50, description="Of the integral, 1 to 500.")


class EffectRequest(RequestBody):
    """A text in which tokens are masked, and a model whose heads are switched off."""

    model_config = example(text="A wonderful film.", model="reviews", mask=[2], ablate=[[0, 1]])

    text: Text
    pair: Segment = None
    model: Model = None
    mask: Mask = None
    ablate: Ablate = None
    top_k: int = Field(default=5, description="Candidates for each mask.")


class CompareRequest(RequestBody):
    """Two texts, or two models, whose heads are compared."""

    model_config = example(text="The cat sat on the mat.", other="The dog sat on the mat.")

    text: Text
    other: Text | None = Field(default=None, description="The second text; null is the first.")
    pair: Segment = None
    model: Model = None
    other_model: Text | None = Field(default=None, description="Id of the second model; null is the first.")
    words: bool = Field(default=False, description="Compare words instead of pieces.")
    special_tokens: Text = Field(default="show", description='"show", "hide" or "renormalize".')


class EmbedRequest(RequestBody):
    """Texts whose vectors are asked for."""

    model_config = example(texts=["a cat", "一只猫"])

    texts: Texts
    model: Model = None
    pooling: Text = Field(default="mean", description='"mean", "cls" or "max".')
    normalize: bool = Field(default=True, description="Make each vector's length 1.")
    precision: Precision = None


class SimilarRequest(RequestBody):
    """Two texts or lists of texts to compare, each of one with each of the other."""

    model_config = example(a="a cat", b=["a kitten", "a tax form"])

    a: Texts
    b: Texts
    model: Model = None
    precision: Precision = None


class PredictRequest(RequestBody):
    """Texts to classify."""

    model_config = example(texts=["A wonderful film.", "A waste of time."], model="reviews")

    texts: Texts
    pair: Pair = None
    model: Model = None
    ablate: Ablate = None
    precision: Precision = None


class FillMaskRequest(RequestBody):
    """A text with masks to fill."""

    model_config = example(text="Paris is the [MASK] of France.", top_k=3, model="google-bert/bert-base-uncased")

    text: Text = Field(description="With the model's mask token, such as [MASK], where a word is missing.")
    top_k: int = Field(default=5, description="Candidates for each mask.")
    model: Model = None
    ablate: Ablate = None
    precision: Precision = None


class SummarizeRequest(RequestBody):
    """Texts to shorten; give at most one length (the default is 3 sentences)."""

    model_config = example(text="Cats sleep a lot. Dogs bark. Cats and dogs sleep. It rains.", sentences=1)

    text: Texts
    together: bool = Field(default=False, description="Make one summary of a list of texts, not one of each.")
    model: Model = None
    method: Text | None = Field(
        default=None,
        description='"centrality", "directed", "cluster", "lead", "trained" or "abstractive"; '
        "null is what the model was trained for, or centrality.",
    )
    sentences: int | None = Field(default=None, description="How many sentences.")
    percent: Number | None = Field(default=None, description="Share of the sentences.")
    words: int | None = Field(default=None, description="Budget of words.")
    tokens: int | None = Field(default=None, description="Budget of tokens; the one length of an abstractive one.")
    language: Text | None = Field(default=None, description="ISO 639 code to split sentences by; guessed if null.")
    about: Text | None = Field(default=None, description="A question or a topic that sentences must have to do with.")
    diversity: Number | None = Field(
        default=None,
        description="0 to 0.9: how much repetition counts against a sentence; null is "
        f"{DIVERSITY}, or 0 for the method trained.",
    )
    reference: Text | None = Field(default=None, description="A good summary, to compute ROUGE beside it.")
    beams: int | None = Field(default=None, description="Candidates of the search for a written summary, 1 to 32.")
    no_repeat_ngram: int | None = Field(
        default=None, description="No sequence of so many tokens is written twice; 0 to 20, 0 for any."
    )


class RougeRequest(RequestBody):
    """Answers beside references, as many of both."""

    model_config = example(answers=["The cat sat."], references=["The cat sat on the mat."])

    answers: Texts
    references: Texts
