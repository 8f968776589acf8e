"""Attention that somebody computed: checked, named axis by axis, and answered as a backend answers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid, TaskUnsupported
from albert_widgets.pooling import max_pool, quantise
from albert_widgets.results import AttentionMaps, ModelList, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KINDS = ("encoder", "decoder", "cross")
NAME = "tensors"
"""What stands where the model's id would."""

_SPECIAL = re.compile(r"\[(CLS|SEP|PAD|MASK|UNK)\]|<[^<>\s]{1,20}>|<\|[^|]{1,30}\|>")
_CONTINUED = "##"
_BEGUN = ("Ġ", "▁")


@dataclass(frozen=True)
class Kind:
    """One kind of attention: ``maps`` ``(layers, heads, queries, keys)`` float32, and the tokens along them."""

    maps: NDArray[np.float32]
    queries: Tokens
    keys: Tokens


class GivenAttention:
    """Stands where a panel has its backend: answers ``attention`` from arrays, and has no model.

    Parameters
    ----------
    kinds
        What was given, by ``"encoder"``, ``"decoder"`` or ``"cross"``.
    """

    default_model = NAME

    def __init__(self, kinds: dict[str, Kind]) -> None:
        self.kinds = kinds

    def models(self) -> ModelList:
        """Return no models: there is nothing to change to."""
        return ModelList()

    def attention(
        self,
        _text: str,
        *,
        pair: str | None = None,  # noqa: ARG002 – the interface's, as is model
        model: str | None = None,  # noqa: ARG002
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        rows: Sequence[int] | None = None,
        columns: Sequence[int] | None = None,
        pool: int | None = None,
        quantized: bool = False,
        kind: str | None = None,
    ) -> AttentionMaps:
        """Return maps as :meth:`BertBackend.attention` does, out of what was given."""
        name = kind or next(iter(self.kinds))
        if name not in self.kinds:
            raise InputInvalid(f"There is no {name} attention here.", f"Given: {', '.join(self.kinds)}.")
        given = self.kinds[name]
        count, width = given.maps.shape[:2]
        chosen, across = _indices("layer", layers, count), _indices("head", heads, width)
        lines = _indices("row", rows, len(given.queries))
        places = _indices("column", columns, len(given.keys))
        weights: NDArray[Any] = given.maps[chosen][:, across][:, :, lines][..., places]
        extent = max(weights.shape[2:])
        if pool and extent > pool:
            weights = max_pool(weights, pool)
        scale = np.ones(weights.shape[:2], np.float32)
        if quantized:
            weights, scale = quantise(weights)
        return AttentionMaps(
            tokens=given.keys,
            weights=weights,
            scale=scale,
            layers=tuple(chosen),
            heads=tuple(across),
            rows=tuple(lines),
            columns=tuple(places),
            pool=pool if pool and extent > pool else 0,
            num_layers=count,
            num_heads=width,
            engine=NAME,
            kind=name,
            kinds=tuple(self.kinds),
            query_tokens=None if given.queries is given.keys else given.queries,
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise TaskUnsupported("There is no model behind these tensors.", "AttentionPanel(text) shows a model's own.")


def given_attention(
    attentions: Any = None,
    tokens: Sequence[str] | None = None,
    *,
    pair_start: int | None = None,
    encoder: Any = None,
    decoder: Any = None,
    cross: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
) -> GivenAttention:
    """Return what the panel shows of some tensors; see :meth:`AttentionPanel.from_tensors`."""
    if attentions is not None:
        parts = {"encoder": encoder, "decoder": decoder, "cross": cross}
        if also := next((name for name, part in parts.items() if part is not None), None):
            raise InputInvalid(
                f"attentions are given, and {also} attention, too.",
                "Give attentions of a model that only encodes, or encoder=, decoder= and cross= of one that does both.",
            )
        if tokens is None:
            raise InputInvalid("The tokens are missing.", "tokens=tokenizer.convert_ids_to_tokens(ids[0])")
        named = named_tokens(tokens, pair_start)
        return GivenAttention({"encoder": Kind(checked("attentions", attentions, named, named), named, named)})
    left = named_tokens(encoder_tokens) if encoder_tokens is not None else None
    right = named_tokens(decoder_tokens) if decoder_tokens is not None else None
    wanted = (("encoder", encoder, left, left), ("decoder", decoder, right, right), ("cross", cross, right, left))
    kinds = {}
    for name, maps, queries, keys in wanted:
        if maps is None:
            continue
        if queries is None or keys is None:
            missing = "decoder_tokens" if queries is None else "encoder_tokens"
            raise InputInvalid(f"{name} attention is given, but no {missing}.", f"Give {missing}=[…], too.")
        kinds[name] = Kind(checked(name, maps, queries, keys), queries, keys)
    if not kinds:
        raise InputInvalid("No attention is given.", "AttentionPanel.from_tensors(outputs.attentions, tokens)")
    return GivenAttention(kinds)


def checked(name: str, maps: Any, queries: Tokens, keys: Tokens) -> NDArray[np.float32]:
    """Return maps as float32 ``(layers, heads, queries, keys)``.

    Parameters
    ----------
    maps
        A sequence with one array a layer, or one array of all: torch or numpy, of any float type, each
        ``(1, heads, queries, keys)`` or ``(heads, queries, keys)``.

    Raises
    ------
    InputInvalid
        Names the layer and the axis that is wrong, with its extent and the one it should have.
    """
    layers = list(maps)
    if not layers:
        # Since transformers 5 the last field of many outputs is an empty tuple of cross attentions.
        raise InputInvalid(
            f"{name} is empty: the model gave no attention maps.",
            "Type outputs.attentions where it says outputs[-1]. If that is empty, too: "
            'model.set_attn_implementation("eager"); outputs = model(**inputs, output_attentions=True)',
        )
    arrays: list[NDArray[np.float32]] = []
    for at, layer in enumerate(layers):
        array = _array(name, at, layer)
        if array.ndim == 4:
            if array.shape[0] != 1:
                raise InputInvalid(
                    f"Axis 0 (batch) of layer {at} of {name} has {array.shape[0]} texts; one can be shown.",
                    f"Give one of them: [layer[:1] for layer in {name}]",
                )
            array = array[0]
        if array.ndim != 3:
            raise InputInvalid(
                f"Layer {at} of {name} has {array.ndim} axes; it should have (1, heads, queries, keys).",
                "Give outputs.attentions as it is.",
            )
        for axis, what, side in ((1, "queries", queries), (2, "keys", keys)):
            if array.shape[axis] != len(side):
                raise InputInvalid(
                    f"Axis {axis + 1} ({what}) of layer {at} of {name} has {array.shape[axis]} positions, "
                    f"but there are {len(side)} tokens.",
                    "Tokens and attention must be of the same text, special tokens and padding included.",
                )
        if array.shape[0] != (arrays[0].shape[0] if arrays else array.shape[0]):
            raise InputInvalid(
                f"Axis 1 (heads) of layer {at} of {name} has {array.shape[0]} heads, layer 0 has {arrays[0].shape[0]}.",
                "All layers must have as many heads.",
            )
        if not np.isfinite(array).all() or (array < 0).any():
            raise InputInvalid(
                f"Layer {at} of {name} has negative or missing numbers.",
                "Give probabilities, as they are after the softmax.",
            )
        arrays.append(array)
    return np.stack(arrays)


def named_tokens(tokens: Sequence[str], pair_start: int | None = None) -> Tokens:
    """Return spelled tokens as :class:`Tokens`, with what can be told from their spelling: words and special ones.

    Parameters
    ----------
    pair_start
        Where the second text begins, from 0; None for a single one.
    """
    if isinstance(tokens, str) or not all(isinstance(token, str) for token in tokens) or not len(tokens):
        raise InputInvalid("tokens is no list of strings.", "tokens=tokenizer.convert_ids_to_tokens(ids[0])")
    if pair_start is not None and not 0 < pair_start < len(tokens):
        raise InputInvalid(
            f"The second text begins at {pair_start}, but there are {len(tokens)} tokens.",
            "Count from 0: for instance token_type_ids[0].tolist().index(1).",
        )
    special = [bool(_SPECIAL.fullmatch(token)) for token in tokens]
    marks_beginnings = any(token.startswith(_BEGUN) for token in tokens)
    pieces: list[str] = []
    words, offsets, segments = [], [], []
    word, length = -1, 0
    for at, token in enumerate(tokens):
        segment = 0 if pair_start is None or at < pair_start else 1
        shown = token[1:] if token.startswith(_BEGUN) else token.removeprefix(_CONTINUED)
        follows = at > 0 and not special[at - 1] and not special[at] and at != pair_start
        continues = token.startswith(_CONTINUED) or (marks_beginnings and not token.startswith(_BEGUN))
        if special[at]:
            words.append(-1)
            offsets.append((0, 0))
            segments.append(-1)
            continue
        if not (follows and continues):
            word += 1
            pieces.append(" " if pieces else "")
            length += len(pieces[-1])
        pieces.append(shown)
        offsets.append((length, length + len(shown)))
        length += len(shown)
        words.append(word)
        segments.append(segment)
    count = len(tokens)
    text = "".join(pieces)
    return Tokens(
        model=NAME,
        text=text,
        pair=None if pair_start is None else text,
        tokens=tuple(tokens),
        ids=np.arange(count, dtype=np.int64),
        offsets=np.asarray(offsets, np.int32).reshape(-1, 2),
        word_ids=np.asarray(words, np.int32),
        is_special=np.asarray(special, np.bool_),
        is_unknown=np.asarray([token in {"[UNK]", "<unk>"} for token in tokens], np.bool_),
        segment_ids=np.asarray(segments, np.int8),
        max_length=0,
    )


def _array(name: str, at: int, layer: Any) -> NDArray[np.float32]:
    if layer is None:
        raise InputInvalid(f"Layer {at} of {name} is None.", 'from_pretrained(…, attn_implementation="eager")')
    # A torch tensor may be on a GPU, have a gradient, or be of a type that numpy does not know.
    given = layer.detach().float().cpu().numpy() if hasattr(layer, "detach") else layer
    try:
        return np.asarray(given, np.float32)
    except (TypeError, ValueError) as error:
        raise InputInvalid(f"Layer {at} of {name} is no array of numbers.", "Give torch tensors or numpy.") from error


def _indices(what: str, wanted: Sequence[int] | None, count: int) -> list[int]:
    if wanted is None:
        return list(range(count))
    for index in wanted:
        if not -count <= index < count:
            raise InputInvalid(f"There is no {what} {index}.", f"They go from 0 to {count - 1}.")
    return [int(index) % count for index in wanted]
