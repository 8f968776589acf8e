"""What users would take instead, used as its documentation shows."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .contenders import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

BATCH = 32
HAS_SENTENCE_TRANSFORMERS = importlib.util.find_spec("sentence_transformers") is not None


def pipeline(folder: str) -> Callable[..., Callable[[], Answer]]:
    """Make ``transformers.pipeline``; its batches are made by a DataLoader, in the order of the texts."""
    tf = _transformers()
    pipe = tf.pipeline("text-classification", model=folder)
    names = [name for _, name in sorted(pipe.model.config.id2label.items())]

    def work(texts: list[str], batch_size: int) -> Callable[[], Answer]:
        said = pipe(texts, batch_size=batch_size, truncation=True, top_k=None)

        def answer() -> Answer:
            rows = [{one["label"]: one["score"] for one in each} for each in said]
            return Answer(np.asarray([[row[name] for name in names] for row in rows], np.float32))

        return answer

    return work


def onnxruntime(folder: str) -> Callable[[list[str]], Answer]:
    """Make what most write for onnxruntime: a plain export, its default options, padded batches in the given order."""
    import onnxruntime

    tf = _transformers()
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "model.onnx"
        names = _export(tf.AutoModelForSequenceClassification.from_pretrained(folder).eval(), tokenizer, file)
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])

    def work(texts: list[str]) -> Answer:
        parts = []
        for start in range(0, len(texts), BATCH):
            inputs = tokenizer(texts[start : start + BATCH], padding=True, truncation=True, return_tensors="np")
            parts.append(session.run(None, {name: inputs[name] for name in names})[0])
        logits = np.concatenate(parts)
        powers = np.exp(logits - logits.max(1, keepdims=True))
        return Answer(powers / powers.sum(1, keepdims=True))

    return work


def _export(model: Any, tokenizer: Any, file: Path) -> list[str]:
    """Write the ONNX file of a classifier; return the names of what it takes."""
    import torch

    sample = dict(tokenizer(["One text.", "Another, longer text."], padding=True, return_tensors="pt"))

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.model(**dict(zip(sample, tensors, strict=True))).logits
            return logits

    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    torch.onnx.export(
        Logits().eval(),
        tuple(sample.values()),
        str(file),
        input_names=list(sample),
        output_names=["logits"],
        dynamo=True,
        dynamic_shapes=(tuple(free for _ in sample),),
        external_data=False,
        verbose=False,
    )
    return list(sample)


def sentence_transformers(folder: str) -> Callable[..., Answer]:
    """Make ``SentenceTransformer.encode``; it reads as many tokens here as the model can, as we do."""
    import torch
    from sentence_transformers import SentenceTransformer

    _transformers()
    models: dict[str, Any] = {}

    def work(texts: list[str], dtype: str = "float32") -> Answer:
        if dtype not in models:
            models[dtype] = SentenceTransformer(folder, model_kwargs={"dtype": getattr(torch, dtype)})
            # Its tokenizer says by now what its own configuration says: 256 of the starter's 512.
            models[dtype].max_seq_length = models[dtype][0].auto_model.config.max_position_embeddings
        vectors: Any = models[dtype].encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return Answer(np.asarray(vectors, np.float32))

    return work


def plain_encode(folder: str) -> Callable[..., Answer]:
    """Make the same of transformers alone: longest texts first, batches of 32, mean of the tokens, length 1."""
    import torch

    tf = _transformers()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    models: dict[str, Any] = {}

    def work(texts: list[str], dtype: str = "float32") -> Answer:
        if dtype not in models:
            models[dtype] = tf.AutoModel.from_pretrained(folder, dtype=getattr(torch, dtype)).eval().to(device)
        order = np.argsort([-len(text) for text in texts], kind="stable")
        parts = [
            _vectors([texts[i] for i in order[at : at + BATCH]], models[dtype]) for at in range(0, len(texts), BATCH)
        ]
        vectors = np.empty((len(texts), parts[0].shape[1]), np.float32)
        vectors[order] = np.concatenate(parts)
        return Answer(vectors)

    def _vectors(texts: Sequence[str], model: Any) -> NDArray[np.float32]:
        inputs = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt").to(device)
        with torch.inference_mode():
            states = model(**inputs).last_hidden_state
        mask = inputs["attention_mask"][..., None]
        mean = (states * mask).sum(1) / mask.sum(1)
        vectors: NDArray[np.float32] = torch.nn.functional.normalize(mean, dim=1).float().cpu().numpy()
        return vectors

    return work


def _transformers() -> Any:
    """Return the library; its bars would stand between our tables."""
    import transformers

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return transformers
