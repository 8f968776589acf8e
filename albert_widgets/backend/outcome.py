"""One output of a model that can be explained: the logit of a class, or of a token at a mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported

from .classify import class_names, kind_of, problem_type

if TYPE_CHECKING:
    import torch

    from .reading import Reading

NEAREST = 10
"""Tokens of a mask that are offered as targets."""


@dataclass(frozen=True)
class Outcome:
    """An output of the model for one text.

    Attributes
    ----------
    index
        Which class, or which token of the vocabulary.
    position
        Of the mask, in tokens; None for a classifier.
    target
        The name of :attr:`index`.
    targets
        All classes, or the likeliest tokens.
    """

    reading: Reading
    index: int
    position: int | None
    target: str
    targets: tuple[str, ...]

    @classmethod
    def of(cls, reading: Reading, target: str | int | None = None) -> Outcome:
        """Return the outcome that ``target`` names; None takes the likeliest.

        Raises
        ------
        InputInvalid
            There is no such class or token, or no mask in the text.
        TaskUnsupported
            The model is neither a classifier nor a masked language model.
        """
        info = reading.loaded.info
        if info.task == "text-classification":
            return cls._of_class(reading, target)
        if info.task == "fill-mask":
            return cls._of_mask(reading, target)
        raise TaskUnsupported(
            f"{info.id} is {kind_of(info.task)}: it predicts nothing that could be explained.",
            "Use a classifier or a masked language model: %albert models lists yours.",
            model=info.id,
            task=info.task,
        )

    @classmethod
    def _of_class(cls, reading: Reading, target: str | int | None) -> Outcome:
        logits = cls._likeliest(reading, None)
        names = class_names(reading.loaded.info, len(logits))
        if target is None:
            index = int(logits.argmax())
        elif isinstance(target, str) and target in names:
            index = names.index(target)
        elif isinstance(target, int) and not isinstance(target, bool) and -len(names) <= target < len(names):
            index = target % len(names)
        else:
            raise InputInvalid(f"There is no class {target!r}.", f"Choose one of: {', '.join(names)}.")
        return cls(reading, index, None, names[index], names)

    @classmethod
    def _of_mask(cls, reading: Reading, target: str | int | None) -> Outcome:
        hub = reading.loaded.engine.tokenizer.hub
        masks = np.flatnonzero(reading.tokens.ids == hub.mask_token_id)
        if not len(masks):
            raise InputInvalid(
                f"The text has no {hub.mask_token} whose filling could be explained.",
                f"Write {hub.mask_token} where a word is missing.",
            )
        position = int(masks[0])
        logits = cls._likeliest(reading, position)
        best = [int(at) for at in np.argsort(-logits, kind="stable")[:NEAREST]]
        if target is None:
            index = best[0]
        elif isinstance(target, str):
            index = hub.convert_tokens_to_ids(target)
            if index is None or (index == hub.unk_token_id and target != hub.unk_token):
                raise InputInvalid(
                    f"{target!r} is no token of {reading.loaded.info.id}.", "Choose a word it knows whole."
                )
        else:
            raise InputInvalid(f"{target!r} is no token.", f"Write it, such as {hub.convert_ids_to_tokens(best[0])!r}.")
        return cls(reading, index, position, hub.convert_ids_to_tokens(index), tuple(hub.convert_ids_to_tokens(best)))

    @staticmethod
    def _likeliest(reading: Reading, position: int | None) -> Any:
        loaded = reading.loaded
        with loaded.lock, loaded.engine.inference():
            logits = loaded.engine.model(**reading.inputs).logits[0].float()
            return (logits if position is None else logits[position]).cpu().numpy()

    def logits(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Run the model; return ``(batch, classes)``, or ``(batch, vocabulary)`` at the mask."""
        logits: torch.Tensor = self.reading.loaded.engine.model(**inputs).logits
        return (logits if self.position is None else logits[:, self.position]).float()

    def loss(self, logits: torch.Tensor) -> torch.Tensor:
        """Return the loss that the outcome would have as the truth; for a regression the output itself."""
        from torch.nn import functional

        kind = "single_label" if self.position is not None else problem_type(self.reading.loaded.engine.model.config)
        chosen = logits[:, self.index]
        if kind == "regression":
            return chosen.sum()
        if kind == "multi_label":
            return -functional.logsigmoid(chosen).sum()
        return -functional.log_softmax(logits, dim=-1)[:, self.index].sum()
