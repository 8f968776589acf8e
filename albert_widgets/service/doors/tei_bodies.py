"""What clients of Text Embeddings Inference send and expect."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from albert_widgets.service.answers import Answer
from albert_widgets.service.schemas import RequestBody, Text, Texts, example

from .openai_bodies import Inputs

TextAndPair = tuple[str, str | None]
"""A text, and the second segment if it has one."""


def sequences(value: object) -> str | list[Any]:
    """Return what TEI's ``/predict`` takes: a text, a pair, or a list of both, each as a list of its own."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        if all(isinstance(item, str) for item in value) and len(value) <= 2:
            return value
        if all(
            isinstance(item, list) and len(item) in {1, 2} and all(isinstance(text, str) for text in item)
            for item in value
        ):
            return value
    raise PydanticCustomError(
        "sequences_type",
        'a text, a pair of texts, or a list such as [["a text"], ["a text", "its pair"]]',
        {"hint": "Two strings are one pair; several texts are several lists."},
    )


_TEXT: dict[str, Any] = {"type": "string"}
_ONE: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 2}

Sequences = Annotated[
    str | list[Any],
    PlainValidator(sequences),
    WithJsonSchema({"anyOf": [_TEXT, _ONE, {"type": "array", "items": _ONE, "minItems": 1}]}),
]
Truncate = Annotated[
    bool | None, Field(description="Read the beginning of a text over the model's limit; else that is an error (413).")
]
Direction = Annotated[
    Literal["Right", "Left", "right", "left"] | None,
    Field(description="Where a text is cut. It is the end here: with `Left` a text that would be cut is an error."),
]
PromptName = Annotated[Text | None, Field(description="Only null: models have no prompts here.")]


class TeiEmbedRequest(RequestBody):
    """Texts whose vectors are asked for."""

    model_config = example(inputs=["a cat", "一只猫"])

    inputs: Inputs = Field(description="A text or a list of them; token ids are refused.")
    truncate: Truncate = False
    truncation_direction: Direction = "Right"
    prompt_name: PromptName = None
    normalize: bool | None = Field(default=True, description="Make each vector's length 1.")
    dimensions: int | None = Field(default=None, description="Only the length that the model's vectors have.")


class TeiPredictRequest(RequestBody):
    """Texts to classify."""

    model_config = example(inputs=[["A wonderful film."], ["A waste of time."]])

    inputs: Sequences = Field(
        description='A text; a pair, `["a text", "its pair"]`; or a list of both, each as a list of its own.'
    )
    truncate: Truncate = False
    truncation_direction: Direction = "Right"
    raw_scores: bool | None = Field(default=False, description="Logits instead of probabilities.")
    parameters: dict[str, Any] | None = Field(default=None, description="huggingface_hub sends it; only empty here.")

    @property
    def is_one(self) -> bool:
        """Whether one text or pair was sent, not a list."""
        return isinstance(self.inputs, str) or isinstance(self.inputs[0], str)

    @property
    def sequences(self) -> list[TextAndPair]:
        """Each text with its pair."""
        one = [self.inputs] if isinstance(self.inputs, str) else self.inputs
        rows = [one] if self.is_one else one
        return [(row[0], row[1] if len(row) == 2 else None) for row in rows]


class TeiTokenizeRequest(RequestBody):
    """Texts to cut into tokens."""

    model_config = example(inputs="Zoë's naïve café 你好")

    inputs: Texts = Field(description="A text or a list of them.")
    add_special_tokens: bool | None = Field(default=True, description="Tell those around the text, too.")
    prompt_name: PromptName = None


class TeiPrediction(Answer):
    """A class and its score."""

    label: str
    score: float | None


class TeiToken(Answer):
    """A token of a text."""

    id: int
    text: str = Field(description="What it stands for in the text; a special token's name.")
    special: bool
    start: int | None = Field(description="In Unicode code points; null for special tokens.")
    stop: int | None


class TeiClasses(Answer):
    """The classes of a classifier."""

    id2label: dict[str, str]
    label2id: dict[str, int]


class TeiPooling(Answer):
    """How vectors are made."""

    pooling: Literal["mean"]


class TeiModelType(Answer):
    """What a model does: one of these."""

    classifier: TeiClasses | None = None
    reranker: TeiClasses | None = Field(default=None, description="A classifier with one output.")
    embedding: TeiPooling | None = None


class TeiInfoAnswer(Answer):
    """The model, and what is served of it."""

    model_id: str
    model_sha: str | None = Field(description="The commit of a hub model.")
    model_dtype: str
    model_type: TeiModelType
    max_concurrent_requests: int
    max_input_length: int = Field(description="Tokens; 0 for no limit.")
    max_batch_tokens: int = Field(description="Characters that one call takes at most, and so tokens.")
    max_batch_requests: int | None
    max_client_batch_size: int
    auto_truncate: bool
    tokenization_workers: int
    version: str = Field(description="Of albert-widgets.")
    sha: str | None
    docker_label: str | None


class TeiErrorAnswer(Answer):
    """The shape of TEI's errors."""

    error: str
    error_type: Literal["Unhealthy", "Backend", "Overloaded", "Validation", "Tokenizer"]
