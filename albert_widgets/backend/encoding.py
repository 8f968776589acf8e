"""Texts as a model's inputs: ids in padded arrays, by the ``tokenizers`` library alone, without torch."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .tokens import SharedTokenizer

Inputs = dict[str, "NDArray[np.int64]"]
"""A model's arguments by their names, each ``(batch, tokens)``."""


@dataclass(frozen=True)
class Padding:
    """What fills the place behind short texts, or before them."""

    id: int = 0
    type_id: int = 0
    side: str = "right"

    @classmethod
    def of(cls, hub: Any) -> Padding:
        """Return how a tokenizer of transformers pads."""
        pad, type_id = hub.pad_token_id, getattr(hub, "pad_token_type_id", 0)
        return cls(0 if pad is None else int(pad), int(type_id or 0), str(hub.padding_side))


@dataclass(frozen=True)
class Encoded:
    """Some texts as ids.

    Attributes
    ----------
    ids, type_ids
        One list of tokens for each text.
    truncated
        bool ``(texts,)``: only the beginning of the text is there.
    whole
        int32 ``(texts,)``: tokens of each text before it was cut.
    """

    ids: list[list[int]]
    type_ids: list[list[int]]
    truncated: NDArray[np.bool_]
    whole: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> list[int]:
        """Tokens of each text."""
        return [len(ids) for ids in self.ids]


class InputEncoder:
    """Cuts texts into tokens and pads them; safe for use from many threads.

    Parameters
    ----------
    core
        A ``tokenizers.Tokenizer``; None where transformers has the tokenizer in Python only.
    padding
        How to pad.
    hub
        The tokenizer of transformers, used without a core.
    lock
        Held while truncation is set, which is state of the core; shared by all who use the same core.
    """

    def __init__(self, core: Any, padding: Padding, *, hub: Any = None, lock: threading.Lock | None = None) -> None:
        self._core = core
        self._hub = hub
        self._lock = lock or threading.Lock()
        self.padding = padding

    @classmethod
    def of(cls, tokenizer: SharedTokenizer) -> InputEncoder:
        """Return an encoder that shares the tokenizer of a loaded model."""
        hub = tokenizer.hub
        return cls(getattr(hub, "backend_tokenizer", None), Padding.of(hub), hub=hub, lock=tokenizer.lock)

    @classmethod
    def saved(cls, folder: Path, padding: Padding) -> InputEncoder:
        """Return the encoder of a folder with ``tokenizer.json``; transformers is not imported."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(folder / "tokenizer.json")), padding)

    def encode(self, texts: Sequence[str], pairs: Sequence[str] | None = None, limit: int = 0) -> Encoded:
        """Return the ids of some texts, with special tokens, cut at ``limit`` tokens; 0 cuts none."""
        ids, type_ids = self._cut(texts, pairs, 0)
        whole = np.fromiter((len(row) for row in ids), np.int32, len(ids))
        long = [index for index, row in enumerate(ids) if limit and len(row) > limit]
        if long:
            # Only those that are too long are read once more: the tokenizer knows which of a pair to cut.
            second = None if pairs is None else [pairs[index] for index in long]
            cut_ids, cut_types = self._cut([texts[index] for index in long], second, limit)
            for place, index in enumerate(long):
                ids[index], type_ids[index] = cut_ids[place], cut_types[place]
        truncated = np.zeros(len(ids), np.bool_)
        truncated[long] = True
        return Encoded(ids, type_ids, truncated, whole)

    def pad(self, encoded: Encoded, rows: Sequence[int], names: Sequence[str]) -> Inputs:
        """Return some of the texts as arrays ``(rows, longest)``, for a model that takes ``names``."""
        longest = max(len(encoded.ids[row]) for row in rows)
        ids = np.full((len(rows), longest), self.padding.id, np.int64)
        mask = np.zeros((len(rows), longest), np.int64)
        types = np.full((len(rows), longest), self.padding.type_id, np.int64)
        for place, row in enumerate(rows):
            length = len(encoded.ids[row])
            here = slice(longest - length, None) if self.padding.side == "left" else slice(length)
            ids[place, here] = encoded.ids[row]
            mask[place, here] = 1
            types[place, here] = encoded.type_ids[row]
        made = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return {name: made[name] for name in names}

    def _cut(
        self, texts: Sequence[str], pairs: Sequence[str] | None, limit: int
    ) -> tuple[list[list[int]], list[list[int]]]:
        if self._core is None:
            return self._cut_in_python(texts, pairs, limit)
        given = list(texts) if pairs is None else list(zip(texts, pairs, strict=True))
        with self._lock:
            self._core.no_padding()
            if limit:
                self._core.enable_truncation(limit, strategy="longest_first")
            else:
                self._core.no_truncation()
            encodings = self._core.encode_batch_fast(given)
        return [one.ids for one in encodings], [one.type_ids for one in encodings]

    def _cut_in_python(
        self, texts: Sequence[str], pairs: Sequence[str] | None, limit: int
    ) -> tuple[list[list[int]], list[list[int]]]:
        how: dict[str, Any] = {"verbose": False}
        if limit:
            how |= {"truncation": True, "max_length": limit}
        with self._lock:
            encoding = self._hub(list(texts), None if pairs is None else list(pairs), **how)
        ids = encoding["input_ids"]
        return ids, encoding.get("token_type_ids") or [[0] * len(row) for row in ids]


def input_names(hub: Any, parameters: Sequence[str]) -> tuple[str, ...]:
    """Return which of a tokenizer's outputs a model takes that has these parameters."""
    known = [name for name in hub.model_input_names if name in {"input_ids", "attention_mask", "token_type_ids"}]
    return tuple(name for name in known if name in parameters)
