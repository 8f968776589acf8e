"""What the routes that learn from labelled texts take."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from .answers import RowName
from .schemas import Model, Number, RequestBody, Text, example

_KINDS: list[dict[str, Any]] = [{"type": kind} for kind in ("string", "number", "boolean", "null")]

# What is wrong with a label is the backend's to say, with the row's name.
Label = Annotated[Any, WithJsonSchema({"anyOf": [*_KINDS, {"type": "array", "items": {"type": "string"}}]})]


class LabelledBody(RequestBody):
    """Texts with labels: the columns of a table, as the client has read them."""

    texts: list[Text | None] = Field(description="Null where the cell was empty.")
    labels: list[Label] = Field(description="A class's name, a number, a list of names, or a summary; null if missing.")
    pairs: list[Text | None] | None = Field(default=None, description="The second segments.")
    groups: list[RowName] | None = Field(default=None, description="Rows of one group stay on one side of a split.")
    index: list[RowName] = Field(default=[], description="What names a row in the answer; its number if empty.")
    columns: dict[str, Any] = Field(default={}, description="Role and name of the columns, for the answer.")
    task: Text = Field(
        default="auto", description='"auto", "single_label", "multi_label", "regression", "summary" or "extract".'
    )
    notes: list[Text] = Field(default=[], description="What was guessed, for the answer.")


class CheckRequest(RequestBody):
    """Labelled texts to look through before a training."""

    model_config = example(data={"texts": ["A wonderful film.", "A waste of time."], "labels": ["good", "bad"]})

    data: LabelledBody
    validation: LabelledBody | None = Field(default=None, description="Rows that a model will be judged on.")
    drop_incomplete: bool = Field(default=False, description="Rows without text or label are left out: no error.")
    max_length: int | None = Field(default=None, description="Tokens at which texts will be cut.")
    model: Model = None


class BaselineRequest(RequestBody):
    """Labelled texts for a linear head on frozen sentence vectors."""

    model_config = example(
        data={"texts": ["Good.", "Bad.", "Very good.", "Very bad."], "labels": ["good", "bad", "good", "bad"]}, folds=2
    )

    data: LabelledBody
    validation: LabelledBody | None = Field(default=None, description="Other rows to judge it on, too.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    folds: int = Field(default=5, description="Of the cross-validation.")
    seed: int = Field(default=0, description="The same seed, the same folds.")
    model: Model = None


class FitRequest(RequestBody):
    """Labelled texts to fine-tune a model on."""

    model_config = example(
        data={"texts": ["Good.", "Bad.", "Very good.", "Very bad."], "labels": ["good", "bad", "good", "bad"]},
        validation=0.5,
        name="reviews",
        settings={"epochs": 2},
    )

    data: LabelledBody
    validation: LabelledBody | Number = Field(default=0.1, description="A share of the rows, or rows of their own.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    name: Text | None = Field(default=None, description="The model will be `run:NAME`; null finds a free name.")
    model: Model = None
    settings: dict[str, Any] = Field(default={}, description="method, epochs, learning_rate, batch_size, ….")


_FEW: dict[str, Any] = {"texts": ["Good.", "Bad."] * 20, "labels": ["good", "bad"] * 20}


class SweepRequest(RequestBody):
    """Labelled texts to find a learning rate with."""

    model_config = example(data=_FEW, rates=[3e-4, 1e-4], seconds=60)

    data: LabelledBody
    validation: LabelledBody | Number = Field(default=0.1, description="A share of the rows, or rows of their own.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    rates: list[Number] | None = Field(default=None, description="2 to 10; null is the grid of the method.")
    seconds: Number = Field(default=120.0, description="For all of it.")
    rows: int | None = Field(default=None, description="At most so many to learn from.")
    model: Model = None
    settings: dict[str, Any] = Field(default={}, description="As in a fit, without learning_rate.")


class CrossValidateRequest(RequestBody):
    """Labelled texts to cross-validate a training on."""

    model_config = example(data=_FEW, folds=3, settings={"epochs": 2})

    data: LabelledBody
    validation: Number = Field(default=0.1, description="Share of each training's rows that chooses its best step.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    folds: int = Field(default=5, description="Each is judged by a model that has not seen it.")
    repeats: int = Field(default=1, description="How often the rows are dealt anew.")
    model: Model = None
    settings: dict[str, Any] = Field(default={}, description="As in a fit.")


class LearningCurveRequest(RequestBody):
    """Labelled texts to see with whether more of them would help."""

    model_config = example(data=_FEW, shares=[0.5, 1.0], settings={"epochs": 2})

    data: LabelledBody
    validation: LabelledBody | Number = Field(default=0.1, description="A share of the rows, or rows of their own.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    shares: list[Number] = Field(default=[0.1, 0.25, 0.5, 1.0], description="Of the training rows, over 0 to 1.")
    repeats: int = Field(default=1, description="How often the rows are drawn anew.")
    model: Model = None
    settings: dict[str, Any] = Field(default={}, description="As in a fit.")


class StudyRequest(RequestBody):
    """A study whose trainings are asked for."""

    model_config = example(job="study-1")

    job: Text = Field(description="Id of its job.")


class EvaluateRequest(RequestBody):
    """Labelled texts to judge a classifier on."""

    model_config = example(data={"texts": ["Good.", "Bad."], "labels": ["positive", "negative"]}, model="run:reviews")

    data: LabelledBody
    task: Text = Field(default="auto", description="What the labels mean; `auto` is the model's own task.")
    drop_incomplete: bool = Field(default=False, description="Leave out rows without text or label.")
    model: Model = None


class FitReportRequest(RequestBody):
    """A model that was trained here."""

    model_config = example(model="run:reviews")

    model: Model = None


class JudgedRowsRequest(RequestBody):
    """Validation rows of a training, the worst first."""

    model_config = example(model="run:reviews", truth="negative", answer="positive", limit=10)

    model: Model = None
    label: Text | None = Field(default=None, description="Rows that have it; of several labels, the one looked at.")
    truth: bool | Text | None = Field(default=None, description="A class, or whether `label` truly is there.")
    answer: bool | Text | None = Field(default=None, description="A class, or whether the model says `label`.")
    threshold: Number = Field(default=0.5, description="Over it a label counts as answered.")
    limit: int = Field(default=50, description="Rows at most.")


class RunsRequest(RequestBody):
    """Trainings to compare."""

    model_config = example(models=None)

    models: list[Text] | None = Field(default=None, description="Ids `run:NAME`; null means all, newest first.")
