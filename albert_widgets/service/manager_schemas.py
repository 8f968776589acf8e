"""What the routes of the model manager take."""

from typing import Annotated

from pydantic import Field

from .schemas import RequestBody, Text, example


class DefaultRequest(RequestBody):
    """What new notebooks begin with."""

    model_config = example(model="run:reviews")

    model: Text = Field(description="Id of a model of the catalogue.")


class BudgetRequest(RequestBody):
    """What loaded weights may take."""

    model_config = example(budget=4_000_000_000)

    budget: Annotated[int | None, Field(description="Bytes; null is the usual half of the machine's memory.")]


class RenameRequest(RequestBody):
    """Another name for a model."""

    model_config = example(name="reviews-2")

    name: Text = Field(description="Without `run:`.")


class ExportRequest(RequestBody):
    """How a model is exported."""

    model_config = example(format="onnx", precision="float32")

    format: Text = Field(default="onnx", description='"onnx".')
    precision: Text = Field(default="float32", description='"float32", "float16" or "int8".')


class EmptyTrashRequest(RequestBody):
    """What is deleted for good."""

    model_config = example(ids=None)

    ids: Annotated[list[str] | None, Field(description="Of `/trash`; null is all.")] = None
