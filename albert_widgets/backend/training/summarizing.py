"""The objective of summaries: written texts, judged by ROUGE beside the lead of the text and the untrained model."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import transformers as tf

from albert_widgets.backend.engines.torch import TorchModel, max_length
from albert_widgets.backend.job_worker import Ended
from albert_widgets.backend.summaries.generation import generate
from albert_widgets.backend.summaries.rouge import MEASURES, lead, rouge
from albert_widgets.fit_settings import RATES_OF_SUMMARIES

from .model import whole
from .objective import RougeJudged
from .rows import asked
from .summarizer import marks, summarizer, writes
from .trainer import TokenRows, best_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .objective import Given
    from .split import Rows
    from .trainer import BertTrainer

ON_THE_WAY, AT_THE_END = 50, 200
"""Validation rows that summaries are written for at each evaluation, and of the finished model."""
IGNORED = -100
"""Target where a summary has ended."""
USUAL = (5, 95)
"""Of a hundred training summaries so many are shorter than the least that is written, and learned whole."""


@dataclass(frozen=True, eq=False)
class Written:
    """What models wrote to some validation rows.

    Attributes
    ----------
    rows
        The validation rows they belong to.
    texts, untrained
        What the model writes, and what it wrote before the training, without a search.
    loss
        Mean of all validation tokens, in nats, at the best step.
    """

    rows: Rows
    texts: list[str]
    untrained: list[str]
    loss: float


class Summarizing:
    """Texts that get a summary; answers are :class:`Written`."""

    def __init__(self, given: Given) -> None:
        self._given, self._prepared = given, given.prepared
        rate = given.settings.learning_rate
        self.settings = dataclasses.replace(
            given.settings, learning_rate=RATES_OF_SUMMARIES[given.settings.method] if rate is None else rate
        )
        self.chosen_by = "rougeL"
        mixed = np.random.default_rng(self.settings.seed).permutation(len(self._prepared.validation))
        self._mixed = self._prepared.validation.take(mixed)
        self._target_length = 0

    def model(self) -> Any:
        """Return an encoder-decoder."""
        model = summarizer(self._given.base, self.settings, device=self._given.device)
        plain = plain_of(model)
        # The token that ends a summary counts, too.
        lengths = [len(ids) + 1 for ids in self._targets(self._prepared.train)]
        least, most = (int(length) for length in np.percentile(lengths, USUAL, method="nearest"))
        wanted = (self.settings.target_length or most, max_length(plain.decoder, self._given.tokenizer))
        is_first, self._target_length = not self._target_length, min(filter(None, wanted))
        cut = sum(length > self._target_length for length in lengths)
        if cut and is_first:
            self._given.context.log(
                f"{cut:,} of {len(lengths):,} summaries are longer than {self._target_length} tokens and are learned "
                "up to there; target_length=… changes it."
            )
        is_tied = bool(getattr(plain.config, "tie_encoder_decoder", False))
        self.settings = dataclasses.replace(self.settings, target_length=self._target_length, tie_weights=is_tied)
        writes(plain, marks(self._given.tokenizer.hub), least, self._target_length, self.settings.beams)
        return model

    def rows(self, rows: Rows) -> TokenRows:
        """Return the rows' tokens, with those of the summaries and the token that ends them."""
        targets = [ids[: self._target_length - 1] for ids in self._targets(rows)]
        end = marks(self._given.tokenizer.hub)["eos_token_id"]
        return TokenRows(self._given.encoded(rows), [[*ids, end] for ids in targets])

    def collator(self, model: Any) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
        """Return what pads texts and summaries, and moves the summaries by one for the decoder to read."""
        plain, engine = plain_of(model), self._engine(model)

        def collate(rows: list[dict[str, Any]]) -> dict[str, Any]:
            longest = max(len(row["labels"]) for row in rows)
            padded = [[*row["labels"], *[IGNORED] * (longest - len(row["labels"]))] for row in rows]
            labels = torch.tensor(padded)
            inputs = engine.read_by_encoder({name: [row[name] for row in rows] for name in rows[0] if name != "labels"})
            shifted = plain.prepare_decoder_input_ids_from_labels(labels)
            return {**inputs, "labels": labels, "decoder_input_ids": shifted}

        return collate

    def loss(self) -> Callable[[torch.Tensor, torch.Tensor, bool], torch.Tensor] | None:
        """Return the cross-entropy of each token, smoothed where it is learned from."""
        smoothing = self.settings.label_smoothing

        def smoothed(logits: torch.Tensor, targets: torch.Tensor, is_learned: bool) -> torch.Tensor:
            flat, amount = logits.float().flatten(0, 1), smoothing if is_learned else 0.0
            return torch.nn.functional.cross_entropy(
                flat, targets.flatten(), ignore_index=IGNORED, label_smoothing=amount
            )

        return smoothed

    def metrics(self) -> Callable[[Any], dict[str, float]] | None:
        """Return None: the logits of all words of the vocabulary for each token are too many to keep."""
        return None

    def measures(self, model: Any) -> dict[str, float]:
        """Return the ROUGE of some rows, written without a search, as there is no time for one on the way."""
        some = self._mixed.take(range(min(ON_THE_WAY, len(self._mixed))))
        return means(some.targets, self._write(model, some, num_beams=1))

    def answers(self, trainer: BertTrainer, order: NDArray[np.int64]) -> Written:
        """Return what the model writes to some rows; fewer where somebody has stopped the run."""
        del order
        context = self._given.context
        # The untrained model is made once more, for the training has changed the weights of the first.
        tf.set_seed(self.settings.seed)
        untrained = self.model()
        count = min(AT_THE_END, len(self._mixed))
        texts: list[str] = []
        before: list[str] = []
        for start in range(0, count, ON_THE_WAY):
            part = self._mixed.take(range(start, min(start + ON_THE_WAY, count)))
            texts += self._write(trainer.model, part, done=(len(texts), count))
            # No search makes random words better, and it takes several times as long.
            before += self._write(untrained, part, num_beams=1)
            if context.should_end:
                break
        if len(texts) < len(self._mixed):
            context.log(f"ROUGE is that of {len(texts):,} of the {len(self._mixed):,} rows to judge by.")
        return Written(self._mixed.take(range(len(texts))), texts, before, best_loss(trainer))

    def judged(self, answers: Written) -> RougeJudged:
        """Compare summaries with the references, and both with the simplest that could be written."""
        rows, references = answers.rows, list(answers.rows.targets)
        leads = [lead(text, reference) for text, reference in zip(rows.texts, references, strict=True)]
        metrics = {
            **means(references, answers.texts),
            "loss": answers.loss,
            "lead_rougeL": means(references, leads)["rougeL"],
            "untrained_rougeL": means(references, answers.untrained)["rougeL"],
            "rouge_rows": float(len(rows)),
        }
        return RougeJudged(metrics, primary="rougeL")

    def finished(self, model: Any, answers: Written) -> tuple[Any, Written]:
        """Return the plain model."""
        return whole(model, self._given.base), answers

    def kept(self, answers: Written) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return the ROUGE of each row, float32 ``(rows, 3)``; the rows with their references and summaries."""
        references = list(answers.rows.targets)
        words = {**asked(answers.rows), "truths": references, "answers": answers.texts}
        return {"rouge": rouge(references, answers.texts)}, words

    def _targets(self, rows: Rows) -> list[list[int]]:
        ids: list[list[int]] = self._given.tokenizer.encode(list(rows.targets), special_tokens=False)["input_ids"]
        return ids

    def _engine(self, model: Any) -> TorchModel:
        return TorchModel(plain_of(model), self._given.tokenizer, str(plain_of(model).device), "float32")

    def _write(self, model: Any, rows: Rows, *, done: tuple[int, int] | None = None, **how: Any) -> list[str]:
        """Return what a model writes.

        Parameters
        ----------
        done
            How many rows were written to before, and how many there are in all, for those who look on.
        **how
            Of :func:`generate`.

        Raises
        ------
        Ended
            Somebody wants the run to rest.
        """
        context = self._given.context

        def heed(more: int, _of: int) -> None:
            if context.should_end and context.wanted != "stopped":
                raise Ended
            if done is not None:
                context.progress(done[0] + more, done[1], "summaries")

        was_training = model.training
        model.eval()
        try:
            written, _, _ = generate(
                self._engine(model), rows.texts, rows.pairs, max_length=self._given.limit, watch=heed, **how
            )
        finally:
            model.train(was_training)
        return written


def plain_of(model: Any) -> Any:
    """Return the encoder-decoder itself, with the matrices of LoRA in their places."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def means(references: Sequence[str] | NDArray[Any], answers: Sequence[str]) -> dict[str, float]:
    """Return the mean F1 of each ROUGE."""
    return dict(zip(MEASURES, map(float, rouge(list(references), answers).mean(axis=0)), strict=True))
