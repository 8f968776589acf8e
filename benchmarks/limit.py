"""What a machine can do at most, and how much of it a model asks for: floating-point operations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TOKENS = 2048
"""Rows of the matrices that are multiplied: the tokens of a batch."""
ON_GPU = 65_536


@dataclass(frozen=True)
class Shape:
    """A BERT's widths.

    Attributes
    ----------
    hidden, inner
        Widths of a token's state, and inside the feed-forward part.
    layers
        How many there are.
    longest
        Most tokens of a text.
    """

    hidden: int
    inner: int
    layers: int
    longest: int

    @classmethod
    def of(cls, folder: str) -> Shape:
        """Read them from a checkpoint's ``config.json``. Raises ValueError for what is not made like a BERT."""
        config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
        names = ("hidden_size", "intermediate_size", "num_hidden_layers", "max_position_embeddings")
        if missing := [name for name in names if name not in config]:
            raise ValueError(f"The config of {folder} has no {missing[0]}: operations are counted for a BERT only.")
        return cls(*(int(config[name]) for name in names))

    @property
    def products(self) -> list[tuple[int, int]]:
        """Shapes of a layer's weights: query, key, value, output, and the two of the feed-forward part."""
        return [*[(self.hidden, self.hidden)] * 4, (self.hidden, self.inner), (self.inner, self.hidden)]

    def of_products(self, tokens: int) -> float:
        """Return the operations of all layers' weights for so many tokens: two for each weight and token."""
        return 2.0 * tokens * self.layers * sum(rows * columns for rows, columns in self.products)

    def of_attention(self, length: int) -> float:
        """Return those of a text's attention: each token's query with each key, and the weighted sum of the values."""
        return 4.0 * length**2 * self.hidden * self.layers

    def operations(self, lengths: Iterable[int]) -> float:
        """Return those of the forward passes of some texts, by their tokens; padding is no work that anybody wants."""
        return sum(self.of_products(length) + self.of_attention(length) for length in lengths)

    def lengths(self, folder: str, texts: Sequence[str]) -> list[int]:
        """Return how many tokens of each text the model reads."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return [min(len(one.ids), self.longest) for one in tokenizer.encode_batch_fast(list(texts))]


def matrix_products(folder: str) -> Callable[..., float]:
    """Make what multiplies matrices of a model's own shapes, and returns how many operations that were."""
    import torch

    shape = Shape.of(folder)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokens = ON_GPU if device == "cuda" else TOKENS
    rounds = 2

    def pairs(dtype: torch.dtype) -> list[tuple[torch.Tensor, torch.Tensor]]:
        made = [(torch.randn(tokens, rows), torch.randn(columns, rows).T) for rows, columns in shape.products]
        return [(left.to(device, dtype), right.to(device, dtype)) for left, right in made]

    known: dict[str, Any] = {}

    def work(dtype: str = "float32") -> float:
        if dtype not in known:
            known[dtype] = pairs(getattr(torch, dtype))
        for _ in range(rounds * shape.layers):
            for left, right in known[dtype]:
                left @ right
        if device == "cuda":
            torch.cuda.synchronize()
        return rounds * shape.of_products(tokens)

    return work
