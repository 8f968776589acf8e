"""The one interface of a backend, in process (:class:`Backend`) or over HTTP (:class:`Client`).

Panels and magics take any :class:`BertBackend`; the contract tests run the same cases on both.
Wherever ``model`` is None, :attr:`BertBackend.default_model` is used. All methods may be called
from several threads at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, overload, runtime_checkable

from .inspector import Inspector
from .job import Job, JobInfo, JobSource
from .learner import Learner
from .manager import Manager
from .studies import Studies
from .summarizer import Summarizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from .results import (
        Embeddings,
        MaskFills,
        ModelInfo,
        ModelList,
        Similarity,
        Status,
        TokenCounts,
        Tokens,
    )

STARTER = "starter"
"""Id of the model that works offline, right after the installation."""


@runtime_checkable
class BertBackend(Inspector, Learner, Studies, Summarizer, Manager, JobSource, Protocol):
    """Everything the shared BERT backend can do."""

    @property
    def default_model(self) -> str:
        """Id of the model that is used when none is named."""

    def use(self, model: str) -> ModelInfo:
        """Make ``model`` this handle's default. Raises ModelNotFound."""

    def status(self) -> Status:
        """Return version, memory, loaded models, queue and running jobs."""

    def models(self) -> ModelList:
        """Return all models of the catalogue; reads configs only, never weights."""

    def model(self, model: str | None = None) -> ModelInfo:
        """Return one model of the catalogue. Raises ModelNotFound with near matches in its hint."""

    def register(self, folder: str, *, name: str | None = None) -> ModelInfo:
        """Add a folder with a checkpoint to the catalogue, under ``name`` (default: the folder's name)."""

    def load(self, model: str | None = None, *, device: str = "auto", dtype: str = "auto") -> ModelInfo:
        """Bring a model into memory; at once when it is there already.

        Raises ModelNotFound, ModelUnsafe, ModelFailed, InputInvalid (unknown device or dtype), NoRoom.
        """

    def unload(self, model: str | None = None) -> ModelInfo:
        """Take a model out of memory; nothing happens when it is not there."""

    @overload
    def tokenize(  # type: ignore[overload-overlap]  # a str is a Sequence[str] to the type checker only
        self,
        texts: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        max_length: int | None = None,
        truncation: bool = False,
    ) -> Tokens: ...
    @overload
    def tokenize(
        self,
        texts: Sequence[str],
        *,
        pair: Sequence[str] | None = None,
        model: str | None = None,
        max_length: int | None = None,
        truncation: bool = False,
    ) -> list[Tokens]: ...
    def tokenize(
        self,
        texts: str | Sequence[str],
        *,
        pair: str | Sequence[str] | None = None,
        model: str | None = None,
        max_length: int | None = None,
        truncation: bool = False,
    ) -> Tokens | list[Tokens]:
        """Cut one text or a list of texts into tokens; nothing is truncated unless asked.

        Parameters
        ----------
        texts
            A text, or a list of them; the answer has the same form.
        pair
            The second segment: a text for a text, as many texts for a list.
        max_length
            Tokens; replaces the model's own limit in the answer and for ``truncation``.
        truncation
            Leave out what is beyond ``max_length`` and count it in ``Tokens.cut``.
        """

    def count_tokens(
        self, texts: str | Sequence[str], *, model: str | None = None, max_length: int | None = None
    ) -> TokenCounts:
        """Return how long texts are, without their tokens: for thousands of them.

        ``max_length`` replaces the model's own limit in the answer; nothing is cut.
        """

    def embed(
        self,
        texts: str | Sequence[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> Embeddings:
        """Return a vector for each text; ``pooling`` is ``"mean"``, ``"cls"`` or ``"max"``, ``precision`` as below.

        Any number of texts. Those over the model's limit are read up to it, and marked in ``Embeddings.truncated``.
        """

    def encode(
        self,
        texts: str | Sequence[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> NDArray[np.float32]:
        """Return what :meth:`embed` finds as a plain array: float32.

        Of a text its vector, shape ``(hidden,)``; of a list or a column of texts, shape ``(texts, hidden)``. A warning
        says how many texts were over the model's limit.
        """

    def embed_stream(
        self,
        texts: Iterable[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> Iterator[Embeddings]:
        """Return vectors of texts that come one after another; see :meth:`predict_stream`."""

    def similar(
        self,
        a: str | Sequence[str],
        b: str | Sequence[str],
        *,
        model: str | None = None,
        precision: str | None = None,
    ) -> Similarity:
        """Return the cosine similarity of each text of ``a`` with each of ``b``."""

    def predict(
        self,
        texts: Any,
        *,
        text: str | None = None,
        pair: Any = None,
        model: str | None = None,
        top_k: int | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        precision: str | None = None,
    ) -> Any:
        """Classify a text, a list of texts, or a column of a DataFrame.

        Parameters
        ----------
        texts
            A text or a list of texts, any number of them: the answer is :class:`Predictions`. A pandas or polars frame:
            the answer is that frame, index and order kept, with the columns ``predicted_label`` and
            ``predicted_probability`` (``predicted_value`` for a regression) added.
        text, pair
            With a frame: the columns' names. Otherwise ``pair`` is the second text or list of texts.
        top_k
            With a frame: add the ``top_k`` likeliest labels and probabilities as lists, too.
        ablate
            Heads that are switched off meanwhile, as ``(layer, head)`` from 0: what they give is zero.
        precision
            ``"float32"``, ``"bfloat16"``, ``"float16"`` or ``"int8"`` (also fp32, bf16, fp16); None is the one that
            the model is loaded in, float32 unless it was asked for otherwise. int8 is made ready in the background at
            its first use; until then, and wherever an engine fails, the answer is float32, and its ``notes`` say so.

        Raises
        ------
        MissingExtra
            int8 is wanted, and onnxruntime is not installed.
        TaskUnsupported
            The model has no classification head (the hint says how to get one), or its heads cannot be reached.
        """

    def predict_stream(
        self,
        texts: Any,
        *,
        text: str | None = None,
        pair: Any = None,
        model: str | None = None,
        top_k: int | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        precision: str | None = None,
    ) -> Iterator[Any]:
        """Classify texts or frames that come one after another; memory does not grow with how many they are.

        The source is read as far as the next answer needs it: some 2,000 texts or 500,000 characters
        (:mod:`.windowing`). Where the source fails, or holds what is no text, what came before is answered first.
        An iterator that is closed, or not asked any more, leaves nothing behind.

        Parameters
        ----------
        texts
            Anything that yields texts, such as a generator or an open file: the answers are :class:`Predictions` of
            the next texts, in their order. A frame, a lazy frame of polars, or what yields frames (of pandas with
            ``chunksize=…``, of polars, tables or batches of pyarrow): the answers are these frames with columns added
            as in :meth:`predict`, in pieces of at most 2,000 rows; frames without rows are left out.
        text, pair, model, top_k, ablate
            As in :meth:`predict`; ``pair`` of texts is anything that yields as many of them.

        Raises
        ------
        InputInvalid
            At once: ``texts`` cannot be read one after another. Later: the text, or the row, with
            this index in the whole stream is none.
        AlbertError
            What :meth:`predict` raises, when the first answer is asked for.

        Examples
        --------
        >>> with open("reviews.txt", encoding="utf-8") as lines:
        ...     for predictions in bert.predict_stream(lines, model="run:stars"):
        ...         print(predictions.labels)
        """

    def fill_mask(
        self,
        text: str,
        *,
        top_k: int = 5,
        model: str | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        precision: str | None = None,
    ) -> MaskFills:
        """Return the likeliest tokens for each mask (``[MASK]``) of the text; the rest as in :meth:`predict`.

        Raises TaskUnsupported, InputInvalid.
        """

    def download(self, model: str, *, revision: str | None = None) -> Job:
        """Start the download of a model from the hub into the hub cache."""

    def push(self, model: str, repo: str, *, private: bool = True, token: str | None = None) -> Job:
        """Start to upload a model to the Hugging Face hub.

        Weights, configs, tokenizer, card and the record of the training go; no row of yours does.

        Parameters
        ----------
        model
            ``run:NAME``, or the name of a folder that was registered.
        repo
            ``"user/name"`` on the hub; it is made if need be.
        private
            Whether a new repository is; an old one stays as it is.
        token
            Of the hub, with the right to write. Without it the backend's own is used: ``HF_TOKEN``, or what
            ``hf auth login`` saved. It is written down nowhere.

        Raises
        ------
        ModelNotFound, ModelUnsafe, ModelFailed
            As :meth:`load`.
        InputInvalid
            The model is not yours to push, ``repo`` is no name of a repository, or there is no token.
        """

    def jobs(self) -> list[JobInfo]:
        """Return all jobs, newest first."""

    def job(self, id: str) -> Job:
        """Return the handle of a job. Raises JobNotFound."""

    def close(self) -> None:
        """Let go of connections, threads and models; the shared backend itself goes on."""
