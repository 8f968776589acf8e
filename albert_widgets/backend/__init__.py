"""The BERT work itself, in process: :class:`Backend` is the one facade, every capability a method on it.

Nothing of Jupyter and nothing of HTTP in here. torch is imported when a model is first used.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from albert_widgets import folders
from albert_widgets.columns import is_frame
from albert_widgets.errors import MissingExtra
from albert_widgets.frames import predict_frame
from albert_widgets.inputs import check_pairs, check_precision, check_text, check_texts
from albert_widgets.job import Job
from albert_widgets.results import ModelList, Predictions, Status
from albert_widgets.streaming import Streaming
from albert_widgets.vectors import Vectors

from .engines.engine import LOGITS, STATES
from .inspector import BackendInspector
from .learner import BackendLearner
from .manager import BackendManager, usual_budget
from .studies import BackendStudies
from .summarizer import BackendSummarizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from albert_widgets.job import JobEvent, JobInfo
    from albert_widgets.results import (
        Embeddings,
        MaskFills,
        ModelInfo,
        Similarity,
        TokenCounts,
        Tokens,
    )

    from .jobs import JobStore
    from .tokens import SharedTokenizer

__all__ = ["Backend"]

# Threads that wait for each other sleep instead of spinning: where other programs want the processor, too (kernels
# of a class, a browser, a training run), torch was four times slower with them. Must be set before torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_NEEDED = (
    *("accelerate", "captum", "cleanlab", "huggingface_hub", "peft", "psutil", "regex", "rouge_score", "safetensors"),
    *("scipy", "sentencex", "sklearn", "stopwordsiso", "torch", "transformers"),
)


class Backend(BackendInspector, BackendLearner, BackendStudies, BackendSummarizer, BackendManager, Streaming, Vectors):
    """The backend in this very process; implements :class:`~albert_widgets.protocol.BertBackend`.

    Parameters
    ----------
    memory_budget
        Bytes that loaded weights may take; None takes half of the machine's memory, at most 8 GB.

    Raises
    ------
    MissingExtra
        The ``backend`` extra is not installed here.
    """

    def __init__(self, *, memory_budget: int | None = None) -> None:
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            raise MissingExtra.of("backend", "A backend in this process")
        import psutil

        from .catalog import Catalog
        from .kept import MAX_BYTES, KeptLayers
        from .pool import Pool
        from .suggesting import Suggester

        # Only what is on this machine: looking a model up must never go to the network. Downloads are
        # jobs in processes of their own.
        self._process = psutil.Process()
        self._machine_memory = int(psutil.virtual_memory().total)
        self._catalog = Catalog()
        kept = KeptLayers(min(MAX_BYTES, self._machine_memory // 16))
        self._pool = Pool(self._catalog, memory_budget or usual_budget(self._machine_memory), kept)
        self._suggester = Suggester(self._catalog, self._pool)
        self._chosen: str | None = None
        self._started = time.monotonic()
        self._jobs: JobStore | None = None
        self._jobs_lock = threading.Lock()

    # --- models ---------------------------------------------------------------------------------

    @property
    def default_model(self) -> str:
        """Id of the model that is used when none is named."""
        return self._chosen or self._catalog.default

    def use(self, model: str) -> ModelInfo:
        """Make ``model`` the default of this object; see :meth:`set_default` for all who begin."""
        info = self.model(model)
        self._chosen = info.id
        return info

    def models(self) -> ModelList:
        """Return all models of the catalogue."""
        return ModelList(self._now(info) for info in self._catalog.models())

    def model(self, model: str | None = None) -> ModelInfo:
        """Return one model of the catalogue."""
        return self._now(self._catalog.find(self._id(model)).info)

    def register(self, folder: str, *, name: str | None = None) -> ModelInfo:
        """Add a folder with a checkpoint to the catalogue."""
        return self._catalog.register(folder, name).info

    def load(self, model: str | None = None, *, device: str = "auto", dtype: str = "auto") -> ModelInfo:
        """Bring a model into memory."""
        with self._pool.use(self._id(model), device=device, dtype=dtype) as loaded:
            return loaded.info

    def unload(self, model: str | None = None) -> ModelInfo:
        """Take a model out of memory."""
        name = self._id(model)
        self._pool.unload(name)
        return self._catalog.find(name).info

    def status(self) -> Status:
        """Return version, memory, loaded models and running jobs."""
        from huggingface_hub import constants

        from albert_widgets import __version__
        from albert_widgets.inputs import MAX_CHARACTERS, MAX_TEXTS

        # Another thread may be importing it right now; then it is there, but not whole.
        torch: Any = sys.modules.get("torch")
        loaded = tuple(self._pool.infos())
        jobs = self.jobs()
        # What a job has made shows when it ends, even where folders do not tell it.
        ended = hash(tuple((info.id, info.ended) for info in jobs if info.has_ended)) & 0xFFFF
        return Status(
            version=__version__,
            pid=os.getpid(),
            uptime_seconds=time.monotonic() - self._started,
            device=loaded[0].device if loaded else "auto",
            threads=torch.get_num_threads() if hasattr(torch, "get_num_threads") else 0,
            memory_used=int(self._process.memory_info().rss),
            memory_budget=self._pool.memory_budget,
            memory_machine=self._machine_memory,
            memory_kept=self._pool.kept.bytes,
            loaded=loaded,
            jobs=tuple(info.id for info in jobs if not info.has_ended),
            default_model=self._catalog.default,
            evictions=self._pool.evictions(),
            catalog=f"{self._catalog.fingerprint()}-{ended:04x}",
            is_offline=bool(constants.HF_HUB_OFFLINE),
            limits={"texts": MAX_TEXTS, "characters": MAX_CHARACTERS},
        )

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
        from .tokens import tokenize

        name = self._id(model)
        checked = check_texts(texts)
        pairs = None if pair is None else check_pairs(pair, checked)
        tokenizer = self._pool.tokenizer(name)
        if max_length is None:
            max_length = self._limit(name, tokenizer)
        answer: list[Tokens] = tokenize(tokenizer, name, checked, pairs, max_length=max_length, truncation=truncation)
        offers = self._suggester.of_each(name, tokenizer, checked)
        answer = [replace(one, suggestion=offer) for one, offer in zip(answer, offers, strict=True)]
        return answer[0] if isinstance(texts, str) else answer

    def count_tokens(
        self, texts: str | Sequence[str], *, model: str | None = None, max_length: int | None = None
    ) -> TokenCounts:
        """Return how long texts are."""
        from .counts import count_tokens

        name = self._id(model)
        checked = check_texts(texts)
        tokenizer = self._pool.tokenizer(name)
        limit = self._limit(name, tokenizer) if max_length is None else max_length
        counts = count_tokens(tokenizer, name, checked, max_length=limit)
        return replace(counts, suggestion=self._suggester.of_all(name, tokenizer, checked))

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
        from .embed import embed

        checked, precision = check_texts(texts, limit=None), check_precision(precision)
        with self._pool.use(self._id(model), output=STATES) as loaded:
            return embed(loaded, checked, pooling=pooling, normalize=normalize, precision=precision)

    def similar(
        self,
        a: str | Sequence[str],
        b: str | Sequence[str],
        *,
        model: str | None = None,
        precision: str | None = None,
    ) -> Similarity:
        """Return the cosine similarity of each text of ``a`` with each of ``b``."""
        from .embed import similar

        first, second = check_texts(a, "first text"), check_texts(b, "second text")
        precision = check_precision(precision)
        with self._pool.use(self._id(model), output=STATES) as loaded:
            return similar(loaded, first, second, precision=precision)

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
        from .classify import predict

        name = self._id(model)
        if is_frame(texts):

            def predict_texts(column: Sequence[str], second: Sequence[str] | None) -> Predictions:
                how: dict[str, Any] = {"model": name, "ablate": ablate, "precision": precision}
                return cast("Predictions", self.predict(column, pair=second, **how))

            return predict_frame(predict_texts, texts, text=text, pair=pair, top_k=top_k)
        checked = check_texts(texts, limit=None)
        pairs = None if pair is None else check_pairs(pair, checked)
        precision = check_precision(precision)
        with self._pool.use(name, output=LOGITS) as loaded:
            return predict(loaded, checked, pairs, ablate=ablate or (), precision=precision)

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
        from .classify import fill_mask

        check_text(text)
        precision = check_precision(precision)
        with self._pool.use(self._id(model)) as loaded:
            return fill_mask(loaded, text, top_k, ablate=ablate or (), precision=precision)

    # --- long work ------------------------------------------------------------------------------

    def download(self, model: str, *, revision: str | None = None) -> Job:
        """Start the download of a model from the hub into the hub cache."""
        info = self._store.submit("download", {"model": check_text(model, "model"), "revision": revision})
        return Job(self, info.id)

    def push(self, model: str, repo: str, *, private: bool = True, token: str | None = None) -> Job:
        """Start to upload a model to the hub."""
        from .upload_plan import check_push

        check_push(self._catalog, check_text(model, "model"), check_text(repo, "repo"), token)
        spec = {"model": model, "repo": repo, "private": private}
        # The child's environment is the one place of an explicit token; it is written down nowhere.
        return Job(self, self._store.submit("push", spec, secrets={"HF_TOKEN": token} if token else None).id)

    def jobs(self) -> list[JobInfo]:
        """Return all jobs, newest first."""
        return self._store.infos()

    def job(self, id: str) -> Job:
        """Return the handle of a job."""
        return Job(self, self.job_info(id).id)

    def job_info(self, id: str) -> JobInfo:
        """Return a job's present state."""
        return self._store.job_info(id)

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Iterator[JobEvent]:
        """Yield a job's events."""
        return self._store.job_events(id, after=after, follow=follow)

    def stop_job(self, id: str) -> JobInfo:
        """Ask a job for a clean end."""
        return self._store.stop_job(id)

    def pause_job(self, id: str) -> JobInfo:
        """Ask a job for a pause."""
        return self._store.pause_job(id)

    def resume_job(self, id: str) -> JobInfo:
        """Queue a job again."""
        return self._store.resume_job(id)

    def close(self) -> None:
        """Let go of the models, and end the job processes (their jobs can be resumed)."""
        self._unwind()
        self._pool.clear()
        with self._jobs_lock:
            if self._jobs is not None:
                self._jobs.close()
                self._jobs = None

    def __repr__(self) -> str:
        return f"Backend(in process, default model {self.default_model!r})"

    @property
    def _store(self) -> JobStore:
        with self._jobs_lock:
            if self._jobs is None:
                from .jobs import JobStore

                self._jobs = JobStore(folders.room("jobs"))
            return self._jobs

    def _limit(self, name: str, tokenizer: SharedTokenizer) -> int:
        loaded = self._pool.info(name)
        return loaded.max_length if loaded else tokenizer.max_length

    def _now(self, info: ModelInfo) -> ModelInfo:
        loaded = self._pool.info(info.id)
        if loaded is None:
            return info
        return replace(loaded, warnings=info.warnings, is_usable=info.is_usable, revisions=info.revisions)
