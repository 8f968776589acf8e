"""A small Transformer between the sentences of a text that learns which of them a summary has.

Like BERTSUM (Liu & Lapata 2019) it sees the vector of each sentence and all others beside it. It is told what usually
matters besides, so that some hundred texts are enough: how much a sentence has in common with all others in meaning and
in words, where it stands and how long it is. How much each word counts in that is learned, too: it begins with the
frequent words of the language, which count little, and ends with what says little in texts such as these.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers.modeling_outputs import TokenClassifierOutput

from albert_widgets.backend.checkpoint import EXTRACTIVE_HEAD, first_line
from albert_widgets.errors import ModelFailed

from .features import CONTENT, FEATURES, FREQUENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .features import Document

WINDOW = 400
"""Sentences that are seen together; a longer text is read in so many at once, so that its size does not matter."""
RELATIONS = 6
"""Figures of each sentence that are made of its likeness to others."""
COUNTED, UNCOUNTED = 2.0, -2.0
"""Logits of the weight of a word at the beginning, where it says something and where it does not."""
WEIGHT_STEP = 25.0
"""How many times faster than other parameters the weights of words move."""


@dataclass(frozen=True)
class HeadConfig:
    """The shape of a head.

    Attributes
    ----------
    hidden_size
        Of the encoder's sentence vectors.
    vocabulary
        Words that have weights of their own.
    width, layers, attention_heads
        Of the Transformer.
    dropout, vector_dropout
        Of its states, and of the sentence vectors.
    """

    hidden_size: int
    vocabulary: tuple[str, ...] = ()
    width: int = 48
    layers: int = 1
    attention_heads: int = 4
    dropout: float = 0.2
    vector_dropout: float = 0.5
    places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: number for number, word in enumerate(self.vocabulary, FREQUENT + 1)}
        object.__setattr__(self, "places", places)

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-serialisable."""
        return {name: value for name, value in asdict(self).items() if name != "places"}


class ExtractiveHead(torch.nn.Module):
    """Scores for the sentences of texts.

    Parameters
    ----------
    frequent
        Of each word of the vocabulary, whether it begins as one that says little; none of them without this.
    """

    initial: torch.Tensor

    def __init__(self, config: HeadConfig, frequent: Sequence[bool] = ()) -> None:
        super().__init__()
        self.shape = config
        words = FREQUENT + 1 + len(config.vocabulary)
        initial = torch.full((words,), COUNTED)
        initial[FREQUENT] = UNCOUNTED
        initial[FREQUENT + 1 :][torch.tensor(list(frequent), dtype=torch.bool).nonzero()] = UNCOUNTED
        self.register_buffer("initial", initial)
        self.weights = torch.nn.Parameter(torch.zeros(words))
        width, figures = config.width, RELATIONS + FEATURES
        self.figures = torch.nn.Linear(figures, width)
        self.vectors = torch.nn.Linear(config.hidden_size, width)
        self.norm = torch.nn.LayerNorm(width)
        self.vector_dropout, self.dropout = torch.nn.Dropout(config.vector_dropout), torch.nn.Dropout(config.dropout)
        layer = torch.nn.TransformerEncoderLayer(
            width,
            config.attention_heads,
            2 * width,
            config.dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.between = torch.nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)
        self.last_norm, self.score = torch.nn.LayerNorm(width), torch.nn.Linear(width, 1)
        self.direct = torch.nn.Linear(figures, 1)
        with torch.no_grad():
            # It begins as centrality by words and a little by meaning, and learns what to add.
            self.score.weight.zero_()
            self.direct.weight.zero_()
            self.direct.weight[0, :2] = torch.tensor([1.0, 0.3])

    def forward(
        self,
        *,
        vectors: torch.Tensor,
        features: torch.Tensor,
        counts: torch.Tensor,
        terms: torch.Tensor,
        mask: torch.Tensor,
        candidates: torch.Tensor,
        labels: torch.Tensor | None = None,
    ) -> TokenClassifierOutput:
        """Return logits, float32 ``(texts, sentences)``.

        Parameters
        ----------
        vectors
            float32 ``(texts, sentences, hidden)``, of length 1.
        features
            float32 ``(texts, sentences, FEATURES)``.
        counts
            float32 ``(texts, sentences, words)``.
        terms
            int64 ``(texts, words)``: numbers of the words.
        mask, candidates
            bool ``(texts, sentences)``: what is no padding, and what may be chosen.
        labels
            Not looked at; it tells a Trainer what they are called.
        """
        del labels
        # Sums over many sentences need all digits, also in a training that works with fewer.
        with torch.autocast(vectors.device.type, enabled=False):
            relations = self._relations(vectors, counts, terms, mask, candidates)
            figures = torch.cat([relations, features], dim=-1)
            states = self.figures(figures) + self.vectors(self.vector_dropout(vectors))
            states = self.dropout(torch.nn.functional.gelu(self.norm(states)))
            states = self.between(states, src_key_padding_mask=~mask)
            logits = self.score(self.last_norm(states)) + self.direct(figures)
        return TokenClassifierOutput(logits=logits[..., 0])

    def _relations(
        self,
        vectors: torch.Tensor,
        counts: torch.Tensor,
        terms: torch.Tensor,
        mask: torch.Tensor,
        candidates: torch.Tensor,
    ) -> torch.Tensor:
        """Return what is made of the likeness in words and meaning: ``(texts, sentences, RELATIONS)``.

        Likeness to all others (centrality), to the nearest one, and to the first sentence of all or the title.
        """
        weights = torch.sigmoid(self.initial + WEIGHT_STEP * self.weights)[terms]
        weighed = torch.nn.functional.normalize(counts * weights[:, None], dim=-1, eps=1e-6)
        words = weighed @ weighed.transpose(1, 2)
        meaning = (vectors @ vectors.transpose(1, 2)).clamp_min(0)
        there, may = mask.float(), candidates.float()
        others = may[:, None] * may[:, :, None] * (1 - torch.eye(mask.shape[1], device=mask.device))
        found = [_standardised((likeness * others).sum(-1), may) for likeness in (words, meaning)]
        found += [(likeness * others).amax(-1) for likeness in (words, meaning)]
        found += [likeness[:, 0] * there for likeness in (words, meaning)]
        return torch.stack(found, dim=-1)


def _standardised(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return values with mean 0 and deviation 1 over what ``mask`` says is there; 0 elsewhere."""
    count = mask.sum(1, keepdim=True).clamp_min(1)
    mean = (values * mask).sum(1, keepdim=True) / count
    variance = ((values - mean).square() * mask).sum(1, keepdim=True) / count
    return (values - mean) / (variance + 1e-4).sqrt() * mask


def batch(
    documents: Sequence[Document], vectors: Sequence[NDArray[np.float32]], config: HeadConfig
) -> dict[str, torch.Tensor]:
    """Return what :meth:`ExtractiveHead.forward` takes of texts with at most :data:`WINDOW` sentences, padded."""
    lengths = [len(document) for document in documents]
    longest, terms = max(lengths), max(document.counts.shape[1] for document in documents)
    made = {
        "vectors": torch.zeros(len(documents), longest, config.hidden_size),
        "features": torch.zeros(len(documents), longest, FEATURES),
        "counts": torch.zeros(len(documents), longest, terms),
        "terms": torch.full((len(documents), terms), CONTENT),
        "mask": torch.zeros(len(documents), longest, dtype=torch.bool),
        "candidates": torch.zeros(len(documents), longest, dtype=torch.bool),
    }
    for row, (document, own, length) in enumerate(zip(documents, vectors, lengths, strict=True)):
        width = document.counts.shape[1]
        made["vectors"][row, :length] = torch.from_numpy(own)
        made["features"][row, :length] = torch.from_numpy(document.features)
        made["counts"][row, :length, :width] = torch.from_numpy(document.counts.toarray())
        made["terms"][row, :width] = torch.from_numpy(document.numbers(config.places))
        made["mask"][row, :length] = True
        made["candidates"][row, :length] = torch.from_numpy(document.candidates)
    return made


def scores(head: ExtractiveHead, document: Document, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how likely each sentence belongs into a summary: float64 ``(sentences,)`` in (0, 1)."""
    found = []
    for at in windows(len(document)):
        given = batch([document.part(at)], [vectors[at]], head.shape)
        with torch.inference_mode():
            logits = head(**{name: values.to(head.weights.device) for name, values in given.items()}).logits[0]
        found.append(torch.sigmoid(logits).cpu().double().numpy())
    return np.concatenate(found)


def windows(length: int) -> list[slice]:
    """Return the parts of a text of so many sentences that are seen together."""
    return [slice(start, min(start + WINDOW, length)) for start in range(0, length, WINDOW)]


def save(head: ExtractiveHead, folder: Path) -> None:
    """Write a head beside the checkpoint of its encoder."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in head.state_dict().items()}
    save_file(weights, folder / f"{EXTRACTIVE_HEAD}.safetensors")
    text = json.dumps(head.shape.to_dict(), ensure_ascii=False, indent=1)
    (folder / f"{EXTRACTIVE_HEAD}.json").write_text(text, encoding="utf-8")


def load(folder: Path) -> ExtractiveHead:
    """Return the head in a folder, ready to be asked.

    Raises
    ------
    ModelFailed
        Its files are not there, or do not go together.
    """
    try:
        told = json.loads((folder / f"{EXTRACTIVE_HEAD}.json").read_text(encoding="utf-8"))
        config = HeadConfig(**{**told, "vocabulary": tuple(told["vocabulary"])})
        head = ExtractiveHead(config)
        head.load_state_dict(load_file(folder / f"{EXTRACTIVE_HEAD}.safetensors"))
    except Exception as error:
        raise ModelFailed(
            f"The head that chooses sentences cannot be read: {first_line(error)}", "Train it again, or download it."
        ) from error
    return head.eval().requires_grad_(False)
