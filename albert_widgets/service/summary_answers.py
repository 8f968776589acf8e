"""What the routes of summaries answer as JSON; see :mod:`.answers`."""

from pydantic import Field

from .answers import Answer


class NeighbourAnswer(Answer):
    """A sentence that says something like another one."""

    sentence: int = Field(description="Its index in `sentences`.")
    meaning: float = Field(description="Cosine of the two sentence vectors.")
    words: float = Field(description="Cosine of the counts of their content words.")


class SentenceAnswer(Answer):
    """A sentence of the source."""

    text: str
    start: int = Field(description="In Unicode code points.")
    end: int
    score: float | None = Field(description="Importance in [0, 1].")
    is_chosen: bool = Field(description="Whether it is part of the summary.")
    rank: int = Field(description="When it is taken, from 0.")
    words: int
    tokens: int
    kind: str = Field(description="`sentence`, `heading` or `item`.")
    document: int = Field(description="Which of several documents it is from, from 0.")
    neighbours: list[NeighbourAnswer] = Field(description="The most similar sentences, the nearest first.")


class LengthAnswer(Answer):
    """What sentences were chosen by."""

    unit: str = Field(description="`sentences`, `percent`, `words` or `tokens`.")
    amount: float


class SupportAnswer(Answer):
    """A sentence of the source that says what a written one says."""

    sentence: int = Field(description="Its index in `sentences`.")
    similarity: float = Field(description="Cosine of the two sentence vectors.")


class WrittenSentenceAnswer(Answer):
    """A sentence that a model wrote."""

    text: str
    start: int = Field(description="In code points of `written`.")
    end: int
    support: list[SupportAnswer] = Field(description="Empty where nothing in the source is near: it may be made up.")


class RougeScoreAnswer(Answer):
    """How much of a reference a text has in common with it."""

    measure: str = Field(description="`rouge1`, `rouge2` or `rougeL`.")
    precision: float
    recall: float
    f1: float


class SummaryAnswer(Answer):
    """All sentences of the source, scored; the summary is those with `is_chosen`, in order, or what was `written`."""

    model: str
    source: str
    sentences: list[SentenceAnswer]
    method: str
    language: str
    notes: list[str]
    written: str | None = Field(description="By an abstractive summarizer; null where sentences were chosen.")
    length: LengthAnswer
    about: str | None
    written_sentences: list[WrittenSentenceAnswer]
    rouge: list[RougeScoreAnswer] = Field(description="Beside the reference, if one was given.")
