"""``golden.json``: texts in 20 scripts with the right answers, for whoever runs an export in another language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.backend.classify import problem_type
from albert_widgets.backend.embed import cosines, pool
from albert_widgets.backend.engines.engine import LOGITS, STATES
from albert_widgets.samples import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from albert_widgets.backend.engines.onnx_export import Exportable
    from albert_widgets.backend.tokens import SharedTokenizer

GOLDEN = "golden.json"
MOST_BYTES = 1_000_000
"""What the file may take; where it would take more, its numbers have fewer digits."""
_DIGITS = (6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Golden:
    """Texts, how they are cut into tokens, and what the model says to them in torch, one at a time.

    Attributes
    ----------
    exported
        The model in torch.
    rows
        Of each text ``script``, ``text``, ``ids``, ``type_ids``, ``offsets`` (code points; of a token that stands for
        no text ``[0, 0]``; null where a tokenizer gives none), ``truncated``.
    answers
        Of each text, float32: ``(classes,)`` logits; or the sentence vector ``(hidden,)``; or, of a head that says
        something to each token, ``(tokens, classes)`` logits.
    pooling
        How vectors are made of hidden states.
    """

    exported: Exportable
    rows: list[dict[str, Any]]
    answers: list[NDArray[np.float32]]
    pooling: str

    @classmethod
    def of(cls, exported: Exportable, pooling: str) -> Golden:
        """Read the texts and ask torch."""
        samples = [json.loads(line) for line in SCRIPTS.read_text(encoding="utf-8").splitlines()]
        rows = rows_of(exported.loaded.tokenizer, samples, exported.loaded.max_length)
        made = cls(exported, rows, [], pooling)
        made.answers.extend(made._read(exported.answer(inputs)) for inputs in made._inputs())
        return made

    def compare(self, file: Path) -> dict[str, Any]:
        """Return how far an ONNX file is from torch on these texts.

        ``largest_difference`` of a number, and beside it ``same_labels`` (of so many texts; not of a regression),
        ``smallest_cosine`` of a vector, or ``same_tokens`` (the share of tokens to which the head says the same).

        Raises
        ------
        ModelFailed
            onnxruntime cannot run it, or its answers have another shape or are no numbers.
        """
        from albert_widgets.backend.engines.onnx_export import largest_difference

        found = [self._read(answer) for answer in self.exported.answers_of(file, self._inputs())]
        differences = [largest_difference(one, exact) for one, exact in zip(found, self.answers, strict=True)]
        said: dict[str, Any] = {"largest_difference": _rounded(max(differences))}
        if self.exported.output == STATES:
            said["smallest_cosine"] = _rounded(cosines(np.stack(found), np.stack(self.answers)).min())
        elif self.answers[0].ndim == 2:
            same = [one.argmax(1) == exact.argmax(1) for one, exact in zip(found, self.answers, strict=True)]
            said["same_tokens"] = _rounded(np.concatenate(same).mean())
        elif (kind := problem_type(self.exported.loaded.model.config)) != "regression":
            one, exact = np.stack(found), np.stack(self.answers)
            same_labels = (one > 0) == (exact > 0) if kind == "multi_label" else one.argmax(1) == exact.argmax(1)
            said["same_labels"] = int(same_labels.reshape(len(found), -1).all(1).sum())
        return said

    def write(self, folder: Path, about: dict[str, Any], precisions: dict[str, dict[str, Any]]) -> None:
        """Write the file, one text a line.

        Parameters
        ----------
        about
            What is said of the export itself.
        precisions
            What :meth:`compare` says of each.
        """
        loaded = self.exported.loaded
        head: dict[str, Any] = {**about, "inputs": list(self.exported.inputs), "output": self.exported.output}
        if self.exported.output == STATES:
            head |= {"pooling": self.pooling, "normalize": True}
        elif self.answers[0].ndim == 1:
            head["labels"] = [label for _, label in sorted(loaded.model.config.id2label.items())]
        head |= {"max_length": loaded.max_length, "precisions": precisions}
        for digits in _DIGITS:
            lines = [_json({**row, **self._told(at, digits)}) for at, row in enumerate(self.rows)]
            made = f'{_json(head)[:-1]}, "texts": [\n' + ",\n".join(lines) + "\n]}\n"
            if len(made.encode()) < MOST_BYTES:
                break
        (folder / GOLDEN).write_text(made, encoding="utf-8")

    def _inputs(self) -> list[dict[str, NDArray[np.int64]]]:
        made = []
        for row in self.rows:
            ids = np.array([row["ids"]], np.int64)
            known = {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.array([row["type_ids"]], np.int64),
            }
            made.append({name: known[name] for name in self.exported.inputs})
        return made

    def _read(self, answer: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return of the answer to one text, a batch of one, what is compared."""
        if self.exported.output != STATES:
            first: NDArray[np.float32] = answer[0]
            return first
        vector = pool(answer, np.ones(answer.shape[:2], np.int64), self.pooling)[0]
        made: NDArray[np.float32] = vector / np.linalg.norm(vector).clip(1e-12)
        return made

    def _told(self, at: int, digits: int) -> dict[str, Any]:
        answer = self.answers[at]
        if answer.ndim == 2:
            # All classes of all tokens would be millions of numbers for a head that knows a vocabulary.
            best = answer.argmax(1)
            strongest = answer[np.arange(len(best)), best]
            return {"best": best.tolist(), "best_logits": _list(strongest, digits)}
        return {LOGITS if self.exported.output == LOGITS else "vector": _list(answer, digits)}


def rows_of(tokenizer: SharedTokenizer, samples: Sequence[dict[str, str]], limit: int) -> list[dict[str, Any]]:
    """Return :attr:`Golden.rows` of some texts with their scripts, cut at ``limit`` tokens; 0 cuts none."""
    texts = [sample["text"] for sample in samples]
    cut = tokenizer.encode(texts, max_length=limit or None)
    whole = tokenizer.encode(texts)["input_ids"]
    rows = []
    for at, sample in enumerate(samples):
        ids = cut["input_ids"][at]
        rows.append(
            {
                "script": sample["script"],
                "text": sample["text"],
                "ids": ids,
                "type_ids": cut["token_type_ids"][at] if "token_type_ids" in cut else [0] * len(ids),
                "offsets": [list(span) for span in cut.encodings[at].offsets] if cut.is_fast else None,
                "truncated": len(whole[at]) > len(ids),
            }
        )
    return rows


def read(folder: Path) -> dict[str, Any]:
    """Return what an export says of itself; empty where there is none, or nothing that can be read."""
    try:
        said = json.loads((folder / GOLDEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _list(numbers: NDArray[np.float32], digits: int) -> list[float]:
    return [round(float(number), digits) for number in numbers]


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)
