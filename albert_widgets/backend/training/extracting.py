"""The objective of chosen sentences: a head on frozen sentence vectors, judged by ROUGE beside lead and centrality."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from albert_widgets.backend.checkpoint import describe
from albert_widgets.backend.disk import whole
from albert_widgets.backend.embed import embed
from albert_widgets.backend.engines.torch import TorchModel
from albert_widgets.backend.job_worker import Ended
from albert_widgets.backend.kept import KeptLayers
from albert_widgets.backend.pool import Loaded
from albert_widgets.backend.summaries import ranking
from albert_widgets.backend.summaries.features import Document, vocabulary_of
from albert_widgets.backend.summaries.graph import Graph, content_words
from albert_widgets.backend.summaries.head import ExtractiveHead, HeadConfig, batch, save, scores, windows
from albert_widgets.backend.summaries.oracle import grams, oracle, overlap, spaced
from albert_widgets.backend.summaries.reading import Parted, part
from albert_widgets.backend.summaries.rouge import MEASURES, rouge
from albert_widgets.backend.words import words
from albert_widgets.selection import within
from albert_widgets.summarizer import DIVERSITY

from .objective import RougeJudged
from .rows import asked
from .trainer import SCORE, best_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .objective import Given
    from .split import Rows
    from .trainer import BertTrainer

AT_THE_END = 200
"""Validation rows that the finished model is judged by; the longest common subsequences of ROUGE-L take a while."""
WORDS, LEAST, SHARE = 3_000, 5, 0.02
"""Words that get weights of their own: at most so many, and those in so many training texts and this share of them."""
IGNORED = -1.0
"""Target of what cannot be chosen."""


@dataclass(frozen=True, eq=False)
class Example:
    """A text to learn from, or to judge by.

    Attributes
    ----------
    vectors
        float32 ``(sentences, hidden)``, of length 1.
    reference
        The summary, with a space between its sentences.
    budget
        Words of the reference: a summary is compared at its length.
    labels
        float32 ``(sentences,)``: 1 for what comes nearest to the reference together, :data:`IGNORED` for headings.
    """

    parted: Parted
    document: Document
    vectors: NDArray[np.float32]
    reference: str
    budget: int
    labels: NDArray[np.float32]

    def chosen(self, values: NDArray[np.float64], *, diversity: float = 0.0) -> str:
        """Return the sentences with the best scores that the budget pays for."""
        may = self.document.candidates
        order = ranking.order_of(values, self.vectors, diversity=diversity, last=~may)[: int(may.sum())]
        taken = within(order, self.parted.words.tolist(), self.budget)
        return " ".join(piece for at, piece in enumerate(self.parted.pieces) if at in taken)


class Examples(torch.utils.data.Dataset[Example]):
    """Examples as a dataset."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = list(examples)
        self.lengths = [len(example.labels) for example in examples]

    def longest_first(self) -> tuple[Examples, NDArray[np.int64]]:
        """Return the texts with most sentences first, and where each of them stood."""
        order = np.argsort([-length for length in self.lengths], kind="stable")
        return Examples([self.examples[row] for row in order]), order

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


@dataclass(frozen=True)
class Chosen:
    """What was chosen of some validation rows.

    Attributes
    ----------
    rows
        The validation rows they belong to.
    examples
        The same rows, parted.
    texts
        The chosen sentences of each.
    loss
        Mean of all validation sentences, in nats, at the best step.
    """

    rows: Rows
    examples: list[Example]
    texts: list[str]
    loss: float


@dataclass(frozen=True, eq=False)
class Extractor:
    """An encoder with a head that chooses sentences."""

    encoder: Any
    head: ExtractiveHead

    def save_pretrained(self, folder: Path) -> None:
        """Write a checkpoint of the encoder, and the head beside it."""
        self.encoder.save_pretrained(folder)
        save(self.head, folder)


class Extracting:
    """Texts whose own sentences make the summary; answers are :class:`Chosen`."""

    def __init__(self, given: Given) -> None:
        self._given, self._prepared = given, given.prepared
        self.settings = dataclasses.replace(given.settings, learning_rate=given.settings.rate)
        self.chosen_by = SCORE
        engine = TorchModel.load(given.base, given.tokenizer, device=given.device)
        info = describe(given.settings.model, "", given.base)
        self._loaded = Loaded(info, KeptLayers(0), lambda: engine, folder=given.base)
        self._parted: dict[str, Parted] = {}
        self._held_out: list[Example] = []

    def model(self) -> ExtractiveHead:
        """Return a head for the sentence vectors of the encoder, which stays as it is."""
        documents = [Document.of(self._part(text)) for text in self._prepared.train.texts]
        least = max(LEAST, round(SHARE * len(documents)))
        vocabulary, frequent = vocabulary_of(documents, least, WORDS)
        config = HeadConfig(int(self._loaded.engine.encoder.config.hidden_size), tuple(vocabulary))
        return ExtractiveHead(config, frequent)

    def rows(self, rows: Rows) -> Examples:
        """Return the rows as sentences with their vectors, and which of them to choose."""
        parted = [self._part(text) for text in rows.texts]
        pieces = [piece for one in parted for piece in one.pieces]
        side = "validation" if rows is self._prepared.validation else "train"
        vectors = self._vectors(pieces, self._given.context.folder / f"vectors-{side}.npy")
        ends = np.cumsum([len(one.spans) for one in parted])[:-1]
        made = []
        for one, own, target in zip(parted, np.split(vectors, ends), rows.targets, strict=True):
            reference, may = spaced(str(target)), one.candidates
            labels = np.where(may, oracle(one.pieces, reference, may), IGNORED).astype(np.float32)
            made.append(Example(one, Document.of(one), own, reference, len(words(reference)), labels))
        if rows is self._prepared.validation:
            self._held_out = made
        return Examples(made)

    def collator(self, model: ExtractiveHead) -> Callable[[list[Example]], dict[str, Any]]:
        """Return what pads a batch."""

        def collate(examples: list[Example]) -> dict[str, Any]:
            parts = [(one, at) for one in examples for at in windows(len(one.labels))]
            documents = [one.document.part(at) for one, at in parts]
            made = batch(documents, [one.vectors[at] for one, at in parts], model.shape)
            labels = torch.full(made["mask"].shape, IGNORED)
            for row, (one, at) in enumerate(parts):
                labels[row, : at.stop - at.start] = torch.from_numpy(one.labels[at])
            return {**made, "labels": labels}

        return collate

    def loss(self) -> Callable[[torch.Tensor, torch.Tensor, bool], torch.Tensor] | None:
        """Return the cross-entropy of each sentence that may be chosen."""

        def entropy(logits: torch.Tensor, targets: torch.Tensor, _: bool) -> torch.Tensor:
            may = targets >= 0
            return torch.nn.functional.binary_cross_entropy_with_logits(logits[may].float(), targets[may])

        return entropy

    def metrics(self) -> Callable[[Any], dict[str, float]] | None:
        """Return None: what counts is what is chosen of the logits."""
        return None

    def measures(self, model: ExtractiveHead) -> dict[str, float]:
        """Return the mean ROUGE-1 and ROUGE-2 of all validation rows.

        ROUGE of few rows moves in steps, so that the loss chooses the best checkpoint with it.
        """
        values, found, losses = _scores(model, self._held_out), [], []
        for example, own in zip(self._held_out, values, strict=True):
            found.append(overlap(grams(example.chosen(own)), grams(example.reference)))
            may, sure = example.labels >= 0, np.clip(own, 1e-6, 1 - 1e-6)
            losses.append(-np.log(np.where(example.labels > 0, sure, 1 - sure)[may]).mean())
        first, second = map(float, np.mean(found, axis=0))
        return {"rouge1": first, "rouge2": second, SCORE: second - float(np.mean(losses))}

    def answers(self, trainer: BertTrainer, order: NDArray[np.int64]) -> Chosen:
        """Return what the best model chooses of the validation rows."""
        del order
        count = min(AT_THE_END, len(self._held_out))
        mixed = np.random.default_rng(self.settings.seed).permutation(len(self._held_out))[:count]
        examples = [self._held_out[row] for row in mixed]
        model: Any = trainer.model
        texts = [one.chosen(own) for one, own in zip(examples, _scores(model, examples), strict=True)]
        return Chosen(self._prepared.validation.take(mixed), examples, texts, best_loss(trainer))

    def judged(self, answers: Chosen) -> RougeJudged:
        """Compare summaries with the references, and both with what is chosen without any training."""
        examples = answers.examples
        untrained = {
            "lead": [one.chosen(ranking.lead(one.parted.documents.tolist())) for one in examples],
            "centrality": [one.chosen(_centrality(one), diversity=DIVERSITY) for one in examples],
        }
        metrics = {**_means(examples, answers.texts), "loss": answers.loss}
        for name, texts in untrained.items():
            metrics.update({f"{name}_{measure}": value for measure, value in _means(examples, texts).items()})
        return RougeJudged({**metrics, "rouge_rows": float(len(examples))}, primary="rouge2")

    def finished(self, model: ExtractiveHead, answers: Chosen) -> tuple[Extractor, Chosen]:
        """Return the encoder as it was, with the head."""
        return Extractor(self._loaded.engine.encoder, model), answers

    def kept(self, answers: Chosen) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return the ROUGE of each row, float32 ``(rows, 3)``; the rows with their references and summaries."""
        told = {**asked(answers.rows), "truths": list(answers.rows.targets), "answers": answers.texts}
        return {"rouge": rouge([one.reference for one in answers.examples], answers.texts)}, told

    def _vectors(self, pieces: list[str], file: Path) -> NDArray[np.float32]:
        """Return the vectors of sentences; a run that was interrupted finds them in ``file``."""
        with contextlib.suppress(OSError, ValueError):
            found: NDArray[np.float32] = np.load(file)
            if len(found) == len(pieces):
                return found
        vectors = embed(self._loaded, pieces, watch=self._heed).vectors
        # Without room for them they are made again, that is all.
        with contextlib.suppress(OSError), whole(file) as partial, partial.open("wb") as opened:
            np.save(opened, vectors)
        return vectors

    def _part(self, text: str) -> Parted:
        if text not in self._parted:
            self._parted[text] = part([text])
        return self._parted[text]

    def _heed(self, done: int, total: int) -> None:
        """Tell how many sentences were read; a run that is stopped meanwhile still learns a little."""
        context = self._given.context
        context.progress(done, total, "sentences")
        if context.should_end and context.wanted != "stopped":
            raise Ended


def _scores(model: ExtractiveHead, examples: Sequence[Example]) -> list[NDArray[np.float64]]:
    """Return what a head makes of the sentences of each text."""
    was_training = model.training
    model.eval()
    try:
        return [scores(model, one.document, one.vectors) for one in examples]
    finally:
        model.train(was_training)


def _centrality(example: Example) -> NDArray[np.float64]:
    parted = example.parted
    return ranking.centrality(Graph(example.vectors, content_words(parted.pieces, parted.language)))


def _means(examples: Sequence[Example], texts: Sequence[str]) -> dict[str, float]:
    found = rouge([one.reference for one in examples], texts).mean(axis=0)
    return dict(zip(MEASURES, map(float, found), strict=True))
