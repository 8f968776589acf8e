"""Tokenizing: what a model's tokenizer makes of a text, with exact offsets."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, ModelFailed
from albert_widgets.results import Tokens

from .checkpoint import SANE_LENGTH, first_line
from .seals import seal
from .words import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class SharedTokenizer:
    """A checkpoint's tokenizer, safe for use from many threads.

    Truncation and padding are state of the fast tokenizers, so each call holds a lock.
    """

    def __init__(self, tokenizer: Any, sealed: str = "") -> None:
        self.hub = tokenizer
        self._sealed = sealed
        self.max_length = int(tokenizer.model_max_length) if tokenizer.model_max_length < SANE_LENGTH else 0
        self.lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> SharedTokenizer:
        """Load the tokenizer in ``folder``. Raises ModelFailed."""
        from transformers import AutoTokenizer

        sealed = _seal(folder)
        try:
            return cls(AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False), sealed)
        except Exception as error:
            raise ModelFailed(
                f"transformers cannot load the tokenizer: {first_line(error)}", "Download the model again."
            ) from error

    def is_of(self, folder: Path) -> bool:
        """Say whether it was loaded from ``folder`` as that is now."""
        return self._sealed == _seal(folder)

    def encode(
        self,
        texts: Sequence[str],
        pairs: Sequence[str] | None = None,
        max_length: int | None = None,
        *,
        special_tokens: bool = True,
    ) -> Any:
        """Return the ``BatchEncoding`` of some texts, without padding; cut only when ``max_length`` is given."""
        how: dict[str, Any] = {"verbose": False, "add_special_tokens": special_tokens}
        if max_length is not None:
            how |= {"truncation": True, "max_length": max_length}
        with self.lock:
            return self.hub(list(texts), None if pairs is None else list(pairs), **how)

    def encode_plainly(self, texts: Sequence[str]) -> list[Any]:
        """Return the same of whole texts, as the ``tokenizers`` library has it: without lists of what nobody reads."""
        core = self.hub.backend_tokenizer
        with self.lock:
            core.no_truncation()
            core.no_padding()
            encodings: list[Any] = core.encode_batch(list(texts))
        return encodings


def _seal(folder: Path) -> str:
    """Return what changes when the files of a tokenizer do; weights may come and go."""
    try:
        return seal(path for path in sorted(folder.iterdir()) if path.suffix != ".safetensors" and path.exists())
    except OSError:
        # The folder is gone.
        return ""


def tokenize(
    tokenizer: SharedTokenizer,
    model: str,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    max_length: int,
    truncation: bool = False,
) -> list[Tokens]:
    """Return the tokens of each text; see :meth:`BertBackend.tokenize`.

    Parameters
    ----------
    model
        Id that the answer carries.
    max_length
        Tokens the model reads at once, 0 for no limit; where ``truncation`` cuts.
    """
    special = tokenizer.hub.num_special_tokens_to_add(pair=pairs is not None)
    if max_length < 0 or (truncation and 0 < max_length <= special):
        raise InputInvalid(f"max_length={max_length} leaves no room for text.", f"Use at least {special + 1}.")
    encoding = tokenizer.encode(texts, pairs)
    whole = [len(ids) for ids in encoding["input_ids"]]
    if truncation and max_length and max(whole) > max_length:
        encoding = tokenizer.encode(texts, pairs, max_length)
    return [
        tokens_of(
            tokenizer,
            encoding,
            index,
            model=model,
            text=text,
            pair=None if pairs is None else pairs[index],
            max_length=max_length,
            whole=whole[index],
        )
        for index, text in enumerate(texts)
    ]


def tokens_of(
    tokenizer: SharedTokenizer,
    encoding: Any,
    index: int,
    *,
    model: str,
    text: str,
    pair: str | None,
    max_length: int,
    whole: int | None = None,
) -> Tokens:
    """Return text ``index`` of a ``BatchEncoding`` as :class:`Tokens`; ``whole`` is its length before it was cut."""
    if not encoding.is_fast:
        raise too_slow(model)
    encoded = encoding.encodings[index]
    ids = np.asarray(encoded.ids, np.int64)
    segments = [-1 if segment is None else segment for segment in encoded.sequence_ids]
    unknown = tokenizer.hub.unk_token_id
    normalizer = tokenizer.hub.backend_tokenizer.normalizer
    return Tokens(
        model=model,
        text=text,
        pair=pair,
        tokens=tuple(encoded.tokens),
        ids=ids,
        offsets=np.asarray(encoded.offsets, np.int32).reshape(-1, 2),
        word_ids=np.asarray([-1 if word is None else word for word in encoded.word_ids], np.int32),
        is_special=np.asarray([segment < 0 for segment in segments], np.bool_),
        is_unknown=np.asarray(ids == unknown if unknown is not None else np.zeros(len(ids)), np.bool_),
        segment_ids=np.asarray(segments, np.int8),
        max_length=max_length,
        cut=0 if whole is None else whole - len(ids),
        normalized=normalizer.normalize_str(text) if normalizer is not None else None,
        normalized_pair=normalizer.normalize_str(pair) if normalizer is not None and pair is not None else None,
        words=_words_of(text, pair),
    )


def too_slow(model: str) -> ModelFailed:
    """Return the error for a tokenizer that does not know where in the text its tokens lie."""
    return ModelFailed(
        f"The tokenizer of {model} is a slow one and gives no offsets.", "Choose a model with a tokenizer.json."
    )


def _words_of(text: str, pair: str | None) -> NDArray[np.int32]:
    parts = [
        np.insert(words(part), 0, segment, axis=1) for segment, part in enumerate((text, pair)) if part is not None
    ]
    return np.concatenate(parts)
