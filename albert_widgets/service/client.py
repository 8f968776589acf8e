"""The shared backend over HTTP: :class:`Client` has the same methods and results as ``Backend``.

Needs the core installation only; nothing of torch comes into the kernel.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from albert_widgets import folders
from albert_widgets.columns import is_frame
from albert_widgets.errors import Unauthorized
from albert_widgets.frames import predict_frame
from albert_widgets.inputs import check_pairs, check_precision, check_text, check_texts
from albert_widgets.job import Job, JobEvent
from albert_widgets.protocol import STARTER
from albert_widgets.results import ModelList, TokenCounts
from albert_widgets.streaming import Streaming
from albert_widgets.vectors import Vectors
from albert_widgets.windowing import joined, parts

from .address import segment
from .event_source import events
from .inspector import ClientInspector
from .learner import ClientLearner
from .manager import ClientManager
from .studies import ClientStudies
from .summarizer import ClientSummarizer
from .transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from albert_widgets.job import JobInfo
    from albert_widgets.results import (
        Embeddings,
        MaskFills,
        ModelInfo,
        Predictions,
        Similarity,
        Status,
        Tokens,
    )

_clients: dict[tuple[str, ...], Client] = {}
_clients_lock = threading.Lock()


def connect(url: str | None = None, token: str | None = None) -> Client:
    """Return the client of the shared backend, which is started if need be.

    Looked for in this order: the arguments, ``ALBERT_WIDGETS_URL`` with ``ALBERT_WIDGETS_TOKEN``, the
    backend of this machine. The same client is returned for the same backend, so a second call costs nothing.

    Raises
    ------
    BackendUnavailable
        No backend can be started or reached.
    MissingExtra
        There is none, and this environment has no ``backend`` extra to start one.
    Unauthorized
        A url without a token.
    """
    named = os.environ.get("ALBERT_WIDGETS_URL")
    url = url or named
    if url and not token and url == named:
        token = os.environ.get("ALBERT_WIDGETS_TOKEN")
    with _clients_lock:
        if url:
            if not token:
                raise Unauthorized(
                    f"There is no token for the backend at {url}.", "Give token=…, or set ALBERT_WIDGETS_TOKEN."
                )
            key: tuple[str, ...] = (url, token)
            if key not in _clients:
                _clients[key] = Client(url, token)
        else:
            key = (str(folders.connection_file()),)
            if key not in _clients:
                _clients[key] = Client(*_shared_backend(), reconnect=_shared_backend)
        return _clients[key]


def _shared_backend() -> tuple[str, str]:
    from .launch import ensure_backend

    connection = ensure_backend()
    return connection.url, connection.token


class Client(ClientInspector, ClientLearner, ClientStudies, ClientSummarizer, ClientManager, Streaming, Vectors):
    """A backend in another process; implements :class:`~albert_widgets.protocol.BertBackend`.

    Parameters
    ----------
    url
        Where it listens.
    token
        What it asks for.
    reconnect
        Asked for a new url and token when nobody listens any more; the call is then sent once more.
    """

    def __init__(self, url: str, token: str, *, reconnect: Callable[[], tuple[str, str]] | None = None) -> None:
        self._transport = Transport(url, token, reconnect)
        self._default_model = ""

    # --- models ---------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the backend listens."""
        return self._transport.address.url

    @property
    def default_model(self) -> str:
        """Id of the model that is used when none is named: the backend's, asked once, or what :meth:`use` said."""
        if not self._default_model:
            self._default_model = self.status().default_model or STARTER
        return self._default_model

    def use(self, model: str) -> ModelInfo:
        """Make ``model`` the default of this client; other clients keep theirs."""
        info = self.model(model)
        self._default_model = info.id
        return info

    def status(self) -> Status:
        """Return version, memory, loaded models, queue and running jobs."""
        return cast("Status", self._get("/status"))

    def models(self) -> ModelList:
        """Return all models of the catalogue."""
        return ModelList(self._get("/models"))

    def model(self, model: str | None = None) -> ModelInfo:
        """Return one model of the catalogue."""
        return cast("ModelInfo", self._get(self._model_path(model)))

    def register(self, folder: str, *, name: str | None = None) -> ModelInfo:
        """Add a folder on the backend's machine to the catalogue."""
        folder = os.fspath(folder)
        if self._transport.address.is_loopback and (here := Path(folder).expanduser()).exists():
            # The backend of this machine works in another folder, so a relative path means another one there.
            folder = str(here.absolute())
        return cast("ModelInfo", self._post("/models", folder=folder, name=name))

    def load(self, model: str | None = None, *, device: str = "auto", dtype: str = "auto") -> ModelInfo:
        """Bring a model into memory."""
        return cast("ModelInfo", self._post(f"{self._model_path(model)}/load", device=device, dtype=dtype))

    def unload(self, model: str | None = None) -> ModelInfo:
        """Take a model out of memory."""
        return cast("ModelInfo", self._post(f"{self._model_path(model)}/unload"))

    # --- what a model sees and says -------------------------------------------------------------

    def tokenize(
        self,
        texts: Any,
        *,
        pair: Any = None,
        model: str | None = None,
        max_length: int | None = None,
        truncation: bool = False,
    ) -> Any:
        """Cut one text or a list of texts into tokens."""
        checked = check_texts(texts)
        pairs = None if pair is None else check_pairs(pair, checked)
        how = {"model": self._id(model), "max_length": max_length, "truncation": truncation}
        answer: list[Tokens] = [
            tokens
            for part, second in parts(checked, pairs)
            for tokens in self._post("/tokenize", texts=part, pair=second, **how)
        ]
        return answer[0] if isinstance(texts, str) else answer

    def count_tokens(
        self, texts: str | Sequence[str], *, model: str | None = None, max_length: int | None = None
    ) -> TokenCounts:
        """Return how long texts are."""
        how = {"model": self._id(model), "max_length": max_length}
        checked = check_texts(texts)
        return TokenCounts.joined([self._post("/count-tokens", texts=part, **how) for part, _ in parts(checked)])

    def embed(
        self,
        texts: str | Sequence[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> Embeddings:
        """Return a vector for each text."""
        how = {
            "model": self._id(model),
            "pooling": pooling,
            "normalize": normalize,
            "precision": check_precision(precision),
        }
        checked = check_texts(texts, limit=None)
        answers: Iterator[Embeddings] = (self._post("/embed", texts=part, **how) for part, _ in parts(checked))
        return joined(answers)

    def similar(
        self,
        a: str | Sequence[str],
        b: str | Sequence[str],
        *,
        model: str | None = None,
        precision: str | None = None,
    ) -> Similarity:
        """Return the cosine similarity of each text of ``a`` with each of ``b``."""
        first, second = check_texts(a, "first text"), check_texts(b, "second text")
        how = {"model": self._id(model), "precision": check_precision(precision)}
        return cast("Similarity", self._post("/similar", a=first, b=second, **how))

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
        """Classify a text, a list of texts, or a column of a DataFrame."""
        how: dict[str, Any] = {
            "model": self._id(model),
            "ablate": ablate,
            "precision": check_precision(precision),
        }
        if is_frame(texts):

            def predict_texts(column: Sequence[str], second: Sequence[str] | None) -> Predictions:
                return cast("Predictions", self.predict(column, pair=second, **how))

            return predict_frame(predict_texts, texts, text=text, pair=pair, top_k=top_k)
        checked = check_texts(texts, limit=None)
        pairs = None if pair is None else check_pairs(pair, checked)
        answers: Iterator[Predictions] = (
            self._post("/predict", texts=part, pair=second, **how) for part, second in parts(checked, pairs)
        )
        return joined(answers)

    def fill_mask(
        self,
        text: str,
        *,
        top_k: int = 5,
        model: str | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        precision: str | None = None,
    ) -> MaskFills:
        """Return the likeliest tokens for each mask of the text."""
        how = {"top_k": top_k, "model": self._id(model), "ablate": ablate, "precision": check_precision(precision)}
        return cast("MaskFills", self._post("/fill-mask", text=check_text(text), **how))

    # --- long work ------------------------------------------------------------------------------

    def download(self, model: str, *, revision: str | None = None) -> Job:
        """Start the download of a model from the hub into the backend's hub cache."""
        path = self._model_path(check_text(model, "model"))
        return Job(self, self._post(f"{path}/download", revision=revision).id)

    def push(self, model: str, repo: str, *, private: bool = True, token: str | None = None) -> Job:
        """Start to upload a model to the hub, with the token of this environment or of the backend's machine."""
        path = self._model_path(check_text(model, "model"))
        if token is None and self._transport.address.is_loopback:
            # A backend of this machine may have been started before the variable was set; no other one is sent it.
            token = os.environ.get("HF_TOKEN")
        return Job(self, self._post(f"{path}/push", repo=repo, private=private, token=token).id)

    def jobs(self) -> list[JobInfo]:
        """Return all jobs, newest first."""
        return cast("list[JobInfo]", self._get("/jobs"))

    def job(self, id: str) -> Job:
        """Return the handle of a job."""
        return Job(self, self.job_info(id).id)

    def job_info(self, id: str) -> JobInfo:
        """Return a job's present state."""
        return cast("JobInfo", self._get(f"/jobs/{segment(id)}"))

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Iterator[JobEvent]:
        """Yield a job's events; a lost connection is taken up where it broke off."""
        path = f"/jobs/{segment(id)}/events"
        if follow:
            for data in events(self._transport, path, after):
                yield JobEvent(**data)
        else:
            yield from self._get(f"{path}?follow=false&after={after}")

    def stop_job(self, id: str) -> JobInfo:
        """Ask a job for a clean end."""
        return cast("JobInfo", self._post(f"/jobs/{segment(id)}/stop"))

    def pause_job(self, id: str) -> JobInfo:
        """Ask a job for a pause."""
        return cast("JobInfo", self._post(f"/jobs/{segment(id)}/pause"))

    def resume_job(self, id: str) -> JobInfo:
        """Queue a job again."""
        return cast("JobInfo", self._post(f"/jobs/{segment(id)}/resume"))

    def close(self) -> None:
        """Close the connections; the backend goes on, and a later call opens new ones."""
        self._transport.close()

    def __repr__(self) -> str:
        # To show it asks nobody.
        default = f", default model {self._default_model!r}" if self._default_model else ""
        return f"Client({self.url}{default})"

    def _id(self, model: str | None) -> str:
        return self.default_model if model is None else model

    def _model_path(self, model: str | None) -> str:
        return f"/models/{segment(self._id(model))}"

    def _get(self, path: str) -> Any:
        return self._transport.call("GET", path)

    def _post(self, path: str, **body: Any) -> Any:
        return self._transport.call("POST", path, body or None)
