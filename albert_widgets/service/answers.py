"""What the routes answer as JSON: the fields of :mod:`albert_widgets.results`, described for other languages."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class ErrorBody(Answer):
    """What went wrong, for programs and for people."""

    code: str = Field(description="For programs.", examples=["model_not_found"])
    message: str = Field(description="What was wrong, with the offending value, as one sentence.")
    hint: str = Field(description="What to do instead; may be empty.")
    details: dict[str, Any] = Field(description="Facts for programs: limits, ids, fields.")


class ErrorAnswer(Answer):
    """The one shape of every error."""

    error: ErrorBody


class HealthAnswer(Answer):
    """That the backend lives."""

    status: str = Field(examples=["ok"])
    version: str = Field(description="Of albert-widgets.")
    uptime_seconds: float
    jobs: int = Field(description="Jobs that have not ended.")


class RevisionAnswer(Answer):
    """One commit of a hub model in the cache."""

    commit: str
    refs: list[str] = Field(description="Branches and tags that mean it.")
    bytes: int = Field(description="Shared files counted in each revision.")
    last_modified: float = Field(description="Seconds since the epoch.")


class ModelAnswer(Answer):
    """A model of the catalogue."""

    id: str = Field(description="`starter`, a hub id, `run:NAME`, or a registered folder's name.")
    source: str = Field(description="`starter`, `hub`, `run` or `folder`.")
    architecture: str
    model_type: str
    task: str = Field(description="`encoder`, `text-classification`, `fill-mask` or another head's task.")
    labels: list[str] = Field(description="Names of a classifier's classes, in order.")
    languages: list[str] = Field(description="ISO codes of the model card.")
    num_hidden_layers: int
    num_attention_heads: int
    hidden_size: int
    vocab_size: int
    max_length: int = Field(description="Tokens read at once; 0 when there is no limit.")
    parameters: int = Field(description="Number of weights; 0 when unknown.")
    dtype: str
    bytes_on_disk: int
    bytes_loaded: int = Field(description="0 while it is not in memory.")
    device: str = Field(description="Where it is loaded; empty while it is not.")
    last_used: float = Field(description="Seconds since the epoch; 0 when never.")
    licence: str
    revision: str
    formats: list[str]
    warnings: list[str] = Field(description="Why it cannot be loaded, or what to know.")
    used_by: list[str] = Field(description="Notebooks and programs that worked with it since it is loaded.")
    revisions: list[RevisionAnswer] = Field(description="Of a hub model: what is in the cache, the newest first.")
    base: str = Field(description="Of a fine-tuned model: what it was trained from.")
    is_usable: bool = Field(description="Whether it can be loaded; the warnings say why not.")


class EvictionAnswer(Answer):
    """A model that left memory by itself."""

    model: str
    bytes: int
    reason: str = Field(description="The model that needed the room; empty when the budget was lowered.")
    time: float = Field(description="Seconds since the epoch.")


class StatusAnswer(Answer):
    """How the backend is."""

    version: str
    pid: int
    uptime_seconds: float
    device: str
    threads: int = Field(description="CPU threads of torch; 0 until it is loaded.")
    memory_used: int = Field(description="Bytes of the backend's process.")
    memory_budget: int = Field(description="Bytes that loaded weights may take.")
    memory_machine: int = Field(description="Bytes of the machine.")
    memory_kept: int = Field(description="Bytes of layers kept for the next question about a text.")
    loaded: list[ModelAnswer] = Field(description="Models in memory, most recently used first.")
    waiting: int = Field(description="Requests for model work that wait for a thread.")
    running: int = Field(description="Requests for model work that are worked on.")
    jobs: list[str] = Field(description="Ids of jobs that have not ended.")
    default_model: str = Field(description="What new notebooks begin with.")
    evictions: list[EvictionAnswer] = Field(description="The last ten, the newest first.")
    catalog: str = Field(description="Changes whenever the list of models does.")
    is_offline: bool = Field(description="Whether the hub is not asked.")
    limits: dict[str, int] = Field(description="The documented limits by name.")
    url: str = Field(description="Where the backend listens.")


class TokensAnswer(Answer):
    """A text as the model's tokenizer cuts it; all lists have one entry a token."""

    model: str
    text: str
    pair: str | None
    tokens: list[str]
    ids: list[int]
    offsets: list[tuple[int, int]] = Field(description="Start and end in Unicode code points; 0, 0 for special tokens.")
    word_ids: list[int] = Field(description="-1 for special tokens.")
    is_special: list[bool]
    is_unknown: list[bool]
    segment_ids: list[int] = Field(description="0 for text, 1 for pair, -1 for special tokens.")
    max_length: int = Field(description="Tokens the model reads at once; 0 when there is no limit.")
    cut: int = Field(description="Tokens left out because truncation was asked for.")
    normalized: str | None = Field(description="The text after the tokenizer's normalizer.")
    normalized_pair: str | None = Field(description="The pair after the tokenizer's normalizer.")
    words: list[tuple[int, int, int]] = Field(
        description="Segment, start and end of each word (UAX #29), the same for every tokenizer."
    )


class TokenCountsAnswer(Answer):
    """How long texts are; all lists but those of the unknown words have one entry a text."""

    model: str
    max_length: int = Field(description="Tokens the model reads at once; 0 when there is no limit.")
    special: int = Field(description="Special tokens added to each text.")
    tokens: list[int] = Field(description="Special tokens among them.")
    words: list[int]
    word_tokens: list[int] = Field(description="In how many tokens these words lie, taken together.")
    characters: list[int] = Field(description="Code points that are not white space.")
    unknown: list[int] = Field(description="Unknown tokens.")
    unknown_words: list[str] = Field(description="What unknown tokens stand for, the most frequent first.")
    unknown_counts: list[int]


class AttentionAnswer(Answer):
    """Attention maps: `probability = weights * scale`."""

    tokens: TokensAnswer
    weights: list[list[list[list[float]]]] = Field(description="(layers, heads, queries, keys)")
    scale: list[list[float]] = Field(description="(layers, heads); ones unless quantized.")
    layers: list[int] = Field(description="Which layers lie along the first axis, from 0.")
    heads: list[int] = Field(description="Which heads lie along the second axis, from 0.")
    rows: list[int] = Field(description="Which query tokens lie along the third axis, from 0.")
    columns: list[int] = Field(description="Which key tokens lie along the fourth axis, from 0.")
    pool: int = Field(description="0, or the extent the maps were max-pooled to.")
    num_layers: int
    num_heads: int
    engine: str
    notes: list[str]
    kind: str = Field(description="`encoder`, `decoder` or `cross`.")
    kinds: list[str]
    query_tokens: TokensAnswer | None = Field(description="Where the queries are other tokens than the keys.")


class HeadStatisticsAnswer(Answer):
    """What each head looks at: means over all query tokens, each (layers, heads)."""

    tokens: TokensAnswer
    entropy: list[list[float]] = Field(description="In nats.")
    distance: list[list[float]] = Field(description="In tokens.")
    previous: list[list[float]] = Field(description="Share on the token before; so for the next five.")
    next: list[list[float]]
    same: list[list[float]]
    first: list[list[float]]
    separator: list[list[float]] = Field(description="On special tokens but the first.")
    punctuation: list[list[float]]
    engine: str
    notes: list[str]


class AttentionFlowAnswer(Answer):
    """How much of each input token arrives at tokens of higher layers."""

    tokens: TokensAnswer
    weights: list[list[list[float]]] = Field(description="(layers, rows, tokens); each row sums to 1.")
    method: str
    layers: list[int]
    rows: list[int]
    engine: str
    notes: list[str]


class NeuronsAnswer(Answer):
    """What one row of one head is made of."""

    tokens: TokensAnswer
    layer: int
    head: int
    query: int
    query_vector: list[float] = Field(description="(head_dim,)")
    key_vectors: list[list[float]] = Field(description="(tokens, head_dim)")
    scores: list[float] = Field(description="Scaled dot products with the mask added.")
    probabilities: list[float] = Field(description="Their softmax.")
    scaling: float


class HeadImportanceAnswer(Answer):
    """How much the loss depends on each head."""

    model: str
    texts: list[str]
    targets: list[str]
    values: list[list[float]] = Field(description="(layers, heads), each layer divided by its length.")
    raw: list[list[float]] = Field(description="(layers, heads), not divided.")


class AttributionAnswer(Answer):
    """Scores of the tokens for one output."""

    tokens: TokensAnswer
    scores: list[float]
    method: str
    target: str
    targets: list[str]
    output: float
    baseline: float
    delta: float | None = Field(description="Convergence delta; null for methods that promise no completeness.")


class VerdictAnswer(Answer):
    """What the model says of the text as a whole, or of one masked place."""

    position: int | None = Field(description="Of the mask, in tokens; null for the text as a whole.")
    names: list[str]
    probabilities: list[float | None] = Field(description="Now; raw values for a regression.")
    before: list[float | None] = Field(description="The same, untouched.")
    logits: list[float | None]
    logits_before: list[float | None]
    original: str = Field(description="The token that stood there; empty where nothing is known.")
    rank: int = Field(description="Its place in the vocabulary, from 1; 0 where there is no original.")
    rank_before: int
    original_probability: float
    original_before: float


class EffectAnswer(Answer):
    """What a model says with tokens masked and heads switched off."""

    tokens: TokensAnswer
    masked: list[int]
    ablated: list[list[int]]
    problem_type: str = Field(description="`fill_mask`, `single_label`, `multi_label` or `regression`.")
    verdicts: list[VerdictAnswer]


class ComparisonAnswer(Answer):
    """Two readings side by side."""

    tokens: TokensAnswer
    other_tokens: TokensAnswer
    units: list[int] = Field(description="The unit of each token; -1 where it is left out.")
    other_units: list[int]
    changes: list[str] = Field(description="Of each unit: `same`, `changed`, `removed` or `inserted`.")
    distances: list[list[float]] = Field(description="(layers, heads): mean total variation distance of rows, 0 to 1.")
    notes: list[str]


class EmbeddingsAnswer(Answer):
    """A vector for each text."""

    model: str
    texts: list[str]
    vectors: list[list[float | None]] = Field(description="(texts, hidden)")
    pooling: str
    normalized: bool
    truncated: list[bool] = Field(description="The text was longer than max_length; only its beginning was read.")
    max_length: int
    engine: str = Field(description="`torch` or `onnxruntime`.")
    precision: str = Field(description="`float32`, `bfloat16`, `float16` or `int8`.")
    agreement: float | None = Field(description="Of int8 with float32, on a sample of the texts; else null.")
    notes: list[str] = Field(description="What to know of how it was computed.")


class SimilarityAnswer(Answer):
    """Cosine similarities."""

    model: str
    a: list[str]
    b: list[str]
    values: list[list[float | None]] = Field(description="(a, b), in [-1, 1]")
    truncated: list[bool] = Field(description="For each text of a, then of b.")
    max_length: int
    engine: str = Field(description="`torch` or `onnxruntime`.")
    precision: str = Field(description="`float32`, `bfloat16`, `float16` or `int8`.")
    agreement: float | None = Field(description="Of int8 with float32, on a sample of the texts; else null.")
    notes: list[str] = Field(description="What to know of how it was computed.")


class PredictionsAnswer(Answer):
    """What a classifier says of each text."""

    model: str
    texts: list[str]
    labels: list[str]
    probabilities: list[list[float | None]] = Field(description="(texts, classes); raw values for a regression.")
    label_names: list[str]
    problem_type: str = Field(description="`single_label`, `multi_label` or `regression`.")
    engine: str = Field(description="`torch` or `onnxruntime`.")
    precision: str = Field(description="`float32`, `bfloat16`, `float16` or `int8`.")
    truncated: list[bool]
    max_length: int
    agreement: float | None = Field(description="Of int8 with float32, on a sample of the texts; else null.")
    notes: list[str] = Field(description="What to know of how it was computed.")


class MaskCandidatesAnswer(Answer):
    """The candidates for one mask, best first."""

    position: int = Field(description="Of the mask, in tokens.")
    tokens: list[str]
    ids: list[int]
    probabilities: list[float | None]


class MaskFillsAnswer(Answer):
    """Candidates for each mask of a text."""

    model: str
    text: str
    masks: list[MaskCandidatesAnswer]
    engine: str = Field(description="`torch` or `onnxruntime`.")
    precision: str = Field(description="`float32`, `bfloat16`, `float16` or `int8`.")
    agreement: float | None = Field(description="Of int8 with float32, on a sample of the texts; else null.")
    notes: list[str] = Field(description="What to know of how it was computed.")


class JobAnswer(Answer):
    """A job's specification and present state."""

    id: str
    kind: str
    spec: dict[str, Any]
    state: str = Field(
        description="`queued`, `running`, `paused`, `finished`, `stopped`, `failed` or `interrupted`.",
    )
    created: float = Field(description="Seconds since the epoch; 0 when not yet, as in the next two.")
    started: float
    ended: float
    progress: dict[str, Any] = Field(description="done, total, unit, per_second, eta_seconds")
    error: ErrorBody | None
    result: Any
    caller: str = Field(description="The notebook or program that asked for it, with its user; may be empty.")
    user: str = Field(description="Whose job it is; empty where tokens have no names.")


class JobEventAnswer(Answer):
    """One line of a job's history."""

    seq: int = Field(description="From 1, gapless; also the id of the Server-Sent Event.")
    time: float = Field(description="Seconds since the epoch.")
    kind: str = Field(description="`progress`, `log`, `metric`, `state` or `checkpoint`.")
    data: dict[str, Any]


class DeletedAnswer(Answer):
    """A model that was deleted."""

    model: str
    bytes: int = Field(description="That are free again; of what is set aside, once the trash is emptied.")
    revision: str = Field(description="Empty for the whole model.")
    id: str = Field(description="For `/trash/{id}/restore`; empty when it is gone for good.")
    time: float = Field(description="Seconds since the epoch.")


class Snapshot(Answer):
    """One event of `GET /events`: all that a sidebar shows."""

    status: StatusAnswer
    jobs: list[JobAnswer] = Field(description="Newest first, at most 50.")
    trash: list[DeletedAnswer] = Field(description="What was deleted and can be brought back, the newest first.")
