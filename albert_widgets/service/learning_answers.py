"""What the routes that learn from labelled texts answer as JSON."""

from typing import Any

from pydantic import Field

from .answers import Answer, RowName


class FindingAnswer(Answer):
    """Something to know of the data."""

    code: str = Field(examples=["missing_label"])
    level: str = Field(description="`error`, `warning` or `note`.")
    message: str
    hint: str = Field(description="What to do; may be empty.")
    count: int = Field(description="Rows, or classes, that it is true of.")
    rows: list[RowName] = Field(description="The first 20 of them, as the request's index names them.")


class DataCheckAnswer(Answer):
    """What there is to know of labelled texts before a training."""

    model: str
    rows: int
    task: str = Field(description="`single_label`, `multi_label`, `regression`, `summary` or `extract`.")
    label_names: list[str]
    label_counts: list[int] = Field(description="Rows that have each label.")
    values: list[float] = Field(description="Of a regression: least, mean and largest label.")
    columns: dict[str, Any] = Field(description="As they were sent.")
    notes: list[str] = Field(description="What was guessed.")
    findings: list[FindingAnswer] = Field(description="Errors first.")
    max_length: int = Field(description="Tokens at which texts are cut; 0 for no limit.")


class CurveAnswer(Answer):
    """ROC and precision-recall of one class, at most 200 points each."""

    label: str
    false_positive_rate: list[float]
    true_positive_rate: list[float]
    roc_thresholds: list[float]
    recall: list[float]
    precision: list[float]
    pr_thresholds: list[float]
    roc_auc: float
    average_precision: float


class CalibrationAnswer(Answer):
    """Confidence and accuracy in ten bins."""

    confidence: list[float]
    accuracy: list[float]
    count: list[int]
    error: float = Field(description="Expected calibration error.")
    temperature: float = Field(description="Logits divided by this have the least log loss.")
    error_at_temperature: float


class EvaluationAnswer(Answer):
    """How answers compare with the truth."""

    task: str
    label_names: list[str]
    rows: int
    metrics: dict[str, float]
    primary: str = Field(description="Name of the metric that models are compared by; greater is better.")
    precision: list[float] = Field(description="One a class, as in the next three.")
    recall: list[float]
    f1: list[float]
    support: list[int]
    confusion: list[list[int] | list[list[int]]] = Field(
        description="(classes, classes) truth × answer; several labels: (classes, 2, 2)."
    )
    curves: list[CurveAnswer]
    calibration: CalibrationAnswer | None
    points: list[list[float]] = Field(description="Of a regression: truth and answer of at most 500 rows.")


class DoubtfulLabelAnswer(Answer):
    """A row whose label the other rows speak against."""

    row: RowName = Field(description="As the request's index names it.")
    text: str
    given: str
    suggested: str
    doubt: float = Field(description="0 to 1; of a regression in robust standard deviations.")


class BaselineReportAnswer(Answer):
    """A linear head on frozen sentence vectors, cross-validated."""

    model: str
    check: DataCheckAnswer
    evaluation: EvaluationAnswer = Field(description="Each row by a head that has not seen it.")
    scores: list[float] = Field(description="The primary metric in each fold.")
    held_out: EvaluationAnswer | None = Field(description="On the validation's rows.")
    doubtful: list[DoubtfulLabelAnswer] = Field(description="Most doubtful first, at most 200.")
    doubtful_count: int
    rows: int = Field(description="How many were used.")
    seconds: float
    precision: str
    notes: list[str]


class FitReportAnswer(Answer):
    """A training run and the model it made."""

    model: str
    base: str = Field(description="The model that it began as.")
    job: str
    created: float = Field(description="Seconds since the epoch.")
    seconds: float
    settings: dict[str, Any]
    task: str
    label_names: list[str]
    train_rows: int
    validation_rows: int
    sha256: str = Field(description="Of all rows with their targets.")
    steps: int
    best_step: int
    epochs: float
    metrics: dict[str, float] = Field(description="On the validation rows.")
    primary: str = Field(description="The metric that chose the best step; greater is better.")
    history: list[dict[str, float]] = Field(description="step, epoch, loss, learning_rate; eval_loss, eval_NAME.")
    evaluation: EvaluationAnswer | None = Field(description="Null for summaries.")
    versions: dict[str, str]


class JudgedRowAnswer(Answer):
    """One validation row, and what the model said about it."""

    row: RowName = Field(description="As the user's index names it.")
    text: str
    pair: str | None
    truth: str
    answer: str
    probability: float = Field(description="Of the answer.")
    loss: float


class JudgedRowsAnswer(Answer):
    """Some validation rows, the worst first."""

    model: str
    rows: list[JudgedRowAnswer]
    count: int = Field(description="How many there are in all.")


class RunsAnswer(Answer):
    """Training runs beside each other."""

    reports: list[FitReportAnswer]


class TrialAnswer(Answer):
    """One training of a study."""

    name: str
    setting: dict[str, float] = Field(description="learning_rate; fold and repeat; share and repeat.")
    rows: int = Field(description="How many it learned from.")
    judged_rows: int
    metrics: dict[str, float | None] = Field(description="Of the rows it was judged on, `loss` among them.")
    seconds: float
    epochs: float
    steps: int
    best_step: int


class StudyAnswer(Answer):
    """Several trainings that differ in one thing; while the job runs, those that have ended."""

    job: str
    state: str
    kind: str = Field(description="`sweep`, `cross_validate` or `learning_curve`.")
    model: str = Field(description="The model that each training began as.")
    task: str
    settings: dict[str, Any]
    trials: list[TrialAnswer]
    planned: int = Field(description="How many there will be; 0 while that is not known.")
    primary: str = Field(description="The metric that they are compared by; greater is better.")
    evaluation: EvaluationAnswer | None = Field(description="Of a cross-validation: all rows, by models new to them.")
    advice: str = Field(description="What the trainings speak for; nothing of it is applied.")
    notes: list[str]
