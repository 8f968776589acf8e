"""What clients of the Open Inference Protocol send and expect."""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from albert_widgets.errors import InputInvalid
from albert_widgets.service.answers import Answer
from albert_widgets.service.schemas import RequestBody, Text, example

Parameters = Annotated[
    dict[str, str | bool | int | float] | None, Field(description="Only `truncate` of the request has a meaning here.")
]
BYTES = "BYTES"

_TEXT: dict[str, Any] = {"type": "string"}
_ONE: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 1}

# What is no text is refused by its place, in the protocol's words.
Data = Annotated[list[Any], WithJsonSchema({"type": "array", "items": {"anyOf": [_TEXT, _ONE]}})]


class InferenceTensor(RequestBody):
    """A tensor of texts."""

    name: Text = Field(description="`text`, or `pair` for the second segments.")
    shape: list[int] = Field(description="[n] or [n, 1].")
    datatype: Text = Field(description="`BYTES`.")
    data: Data = Field(description="The texts, flat or as the shape says.")
    parameters: Parameters = None

    def texts(self) -> list[str]:
        """Return the texts. Raises InputInvalid: shape, datatype or data is of something else."""
        if self.datatype != BYTES:
            raise InputInvalid(
                f"The tensor {self.name!r} is of {self.datatype}, not BYTES.", 'Texts have "datatype": "BYTES".'
            )
        flat = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in self.data]
        for index, item in enumerate(flat):
            if not isinstance(item, str):
                raise InputInvalid(f"The element {index} of the tensor {self.name!r} is no text.", "Send strings.")
        if self.shape not in ([len(flat)], [len(flat), 1]):
            raise InputInvalid(
                f"The tensor {self.name!r} has {len(flat)} texts, and the shape {self.shape}.",
                f"Its shape is [{len(flat)}] or [{len(flat)}, 1].",
            )
        return flat


class InferenceOutput(RequestBody):
    """A tensor that is asked for."""

    name: Text
    parameters: Parameters = None


class InferenceRequest(RequestBody):
    """Texts for a model."""

    model_config = example(
        inputs=[{"name": "text", "shape": [2], "datatype": "BYTES", "data": ["A wonderful film.", "A waste of time."]}]
    )

    inputs: list[InferenceTensor] = Field(description="One tensor of texts; a classifier reads a second one, `pair`.")
    id: Text | None = Field(default=None, description="Comes back in the answer.")
    parameters: Annotated[
        dict[str, str | bool | int | float] | None,
        Field(
            description="`truncate`: true reads the beginning of a text over the model's limit; else it is an error."
        ),
    ] = None
    outputs: list[InferenceOutput] | None = Field(default=None, description="Null is all of them.")

    @property
    def is_truncating(self) -> bool:
        """Whether texts may be cut. Raises InputInvalid."""
        truncate = (self.parameters or {}).get("truncate", False)
        if not isinstance(truncate, bool):
            raise InputInvalid(f"The parameter truncate is {truncate!r}.", "Send true or false.")
        return truncate

    def columns(self) -> tuple[list[str], list[str] | None]:
        """Return the texts and, where there are some, the second segments. Raises InputInvalid."""
        names = [tensor.name for tensor in self.inputs]
        if len(names) == 1:
            # Its name says nothing that its place does not.
            return self.inputs[0].texts(), None
        if sorted(names) != ["pair", "text"]:
            raise InputInvalid(f"The inputs are {names}.", 'Send one tensor, or two: "text" and "pair".')
        found = {tensor.name: tensor.texts() for tensor in self.inputs}
        return found["text"], found["pair"]


class InferenceTensorMetadata(Answer):
    """What a tensor is like."""

    name: str
    datatype: Literal["BYTES", "FP32"]
    shape: list[int] = Field(description="-1 where it varies.")


class InferenceModelAnswer(Answer):
    """What a model takes and gives."""

    name: str
    platform: str
    inputs: list[InferenceTensorMetadata]
    outputs: list[InferenceTensorMetadata]


class InferenceTensorAnswer(Answer):
    """A tensor, its data flat in row-major order."""

    name: str
    datatype: Literal["BYTES", "FP32"]
    shape: list[int]
    data: list[str] | list[float | None]


class InferenceAnswer(Answer):
    """What a model says."""

    model_name: str
    id: str | None = Field(default=None, description="Of the request; missing where it had none.")
    outputs: list[InferenceTensorAnswer]


class InferenceServerAnswer(Answer):
    """The server."""

    name: str
    version: str
    extensions: list[str]


class InferenceLiveAnswer(Answer):
    """Whether the server lives."""

    live: bool


class InferenceReadyAnswer(Answer):
    """Whether the server takes requests."""

    ready: bool


class InferenceModelReadyAnswer(Answer):
    """Whether a model can be used."""

    name: str
    ready: bool


class InferenceErrorAnswer(Answer):
    """The shape of the protocol's errors."""

    error: str
