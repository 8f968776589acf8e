"""What the routes of the model manager answer as JSON."""

from pydantic import Field

from .answers import Answer


class HubModelAnswer(Answer):
    """A model of the hub."""

    id: str = Field(examples=["google-bert/bert-base-uncased"])
    task: str
    model_type: str
    languages: list[str] = Field(description="ISO codes; `multilingual` where it is many.")
    parameters: int
    bytes: int = Field(description="Of the weights, about; 0 when unknown.")
    licence: str
    downloads: int
    likes: int
    is_gated: bool = Field(description="Whether its owner asks for something first.")
    is_here: bool = Field(description="Whether it is on this machine already.")
    note: str


class DownloadPlanAnswer(Answer):
    """What a download would fetch."""

    model: str
    revision: str = Field(description="The commit.")
    files: list[tuple[str, int]] = Field(description="Names and bytes.")
    bytes_total: int
    bytes_missing: int = Field(description="Of what is not here yet.")
    bytes_free: int = Field(description="Of the disk that it goes to.")
    folder: str
    task: str
    model_type: str
    languages: list[str]
    licence: str


class CardAnswer(Answer):
    """A model's card."""

    model: str
    text: str = Field(description="Markdown as its author wrote it; sanitise what you show.")
    page: str = Field(description="Where the hub shows it; may be empty.")


class FreedAnswer(Answer):
    """What emptying the trash has freed."""

    bytes: int
