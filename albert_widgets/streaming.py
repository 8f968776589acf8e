"""``predict`` and ``embed`` for texts without an end: window after window, written once for both backends.

No thread reads ahead: a window takes a model seconds and a source milliseconds, so there is nothing to win, and the
source runs where it was made (a database's cursor must), ends with the iterator, and is interrupted like any loop.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, cast

from . import windowing
from .columns import is_frame
from .errors import InputInvalid
from .frames import predict_frames
from .inputs import check_precision, check_text
from .windowing import windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .results import Embeddings, Predictions

_END = object()


class Streaming:
    """The streams of a backend, made of its ``predict`` and ``embed``; see :class:`~.protocol.BertBackend`."""

    if TYPE_CHECKING:

        @property
        def default_model(self) -> str: ...  # noqa: D102

        def predict(  # noqa: D102
            self,
            texts: Any,
            *,
            pair: Any = None,
            model: str | None = None,
            ablate: Any = None,
            precision: str | None = None,
        ) -> Any: ...

        def embed(  # noqa: D102
            self,
            texts: Any,
            *,
            model: str | None = None,
            pooling: str = "mean",
            normalize: bool = True,
            precision: str | None = None,
        ) -> Embeddings: ...

    def predict_stream(
        self,
        texts: Any,
        *,
        text: str | None = None,
        pair: Any = None,
        model: str | None = None,
        top_k: int | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        precision: str | None = None,
    ) -> Iterator[Any]:
        """Classify texts that come one after another, or the rows of frames."""
        precision = check_precision(precision)
        # All of a stream is of one model, whatever is chosen while it runs.
        chosen = self.default_model if model is None else model

        def predict_texts(part: Sequence[str], second: Sequence[str] | None) -> Predictions:
            how: dict[str, Any] = {"model": chosen, "ablate": ablate, "precision": precision}
            return cast("Predictions", self.predict(part, pair=second, **how))

        source = _source(texts)

        def answers() -> Iterator[Any]:
            are_frames, items = _kind(source)
            if are_frames:
                yield from predict_frames(predict_texts, items, text=text, pair=pair, top_k=top_k)
            else:
                # Unlike a loop with names, this lets go of a window before it reads the next one.
                yield from itertools.starmap(predict_texts, windows(_rows(items, pair)))

        return answers()

    def embed_stream(
        self,
        texts: Iterable[str],
        *,
        model: str | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        precision: str | None = None,
    ) -> Iterator[Embeddings]:
        """Return vectors of texts that come one after another."""
        precision = check_precision(precision)
        chosen, source = self.default_model if model is None else model, _source(texts)

        def embed_texts(part: Sequence[str], _: None) -> Embeddings:
            return self.embed(part, model=chosen, pooling=pooling, normalize=normalize, precision=precision)

        def answers() -> Iterator[Embeddings]:
            yield from itertools.starmap(embed_texts, windows(_rows(source, None)))

        return answers()


def _source(texts: Any) -> Iterator[Any]:
    """Return what yields texts or frames, one after another. Raises InputInvalid."""
    if isinstance(texts, str | bytes):
        raise InputInvalid(
            f"Expected texts one after another, got one {type(texts).__name__}.",
            "For a file: open(path, encoding='utf-8'). For one text: a list of it.",
        )
    if hasattr(texts, "collect_batches"):
        # A lazy frame of polars, whose columns would have to be computed to be looked at.
        return _batches(texts)
    if is_frame(texts):
        return iter([texts])
    if not hasattr(texts, "__iter__"):
        raise InputInvalid(
            f"Expected texts or frames one after another, got {type(texts).__name__}.",
            "Give a list, a generator, an open file, or a frame of pandas or polars.",
        )
    return iter(texts)


def _batches(lazy: Any) -> Iterator[Any]:
    """Yield the frames of a lazy one; the work on it begins when the first is asked for."""
    yield from lazy.collect_batches(chunk_size=windowing.TEXTS, maintain_order=True)


def _kind(source: Iterator[Any]) -> tuple[bool, Iterator[Any]]:
    """Return whether frames come, as the first of them says, and an iterator of all that comes."""
    for first in source:
        # A chain keeps what it was made of, but an iterator that has ended keeps nothing.
        return is_frame(first), itertools.chain(iter([first]), source)
    return False, source


def _rows(texts: Iterator[Any], pairs: Any) -> Iterator[tuple[str, str | None]]:
    """Yield checked texts with their pairs; the errors name the index in the whole stream."""
    seconds, index = None if pairs is None else _source(pairs), -1
    for index, text in enumerate(texts):
        if is_frame(text):
            raise InputInvalid(
                f"The text {index} is {type(text).__name__}, not a string.",
                'Give the texts of its column: (text for frame in frames for text in frame["text"]).',
            )
        checked = check_text(text, f"text {index}")
        if seconds is None:
            yield checked, None
            continue
        second = next(seconds, _END)
        if second is _END:
            raise InputInvalid(f"There is no pair for text {index}.", "Give one pair for each text.")
        yield checked, check_text(second, f"pair {index}")
    if seconds is not None and next(seconds, _END) is not _END:
        raise InputInvalid(f"There is a pair {index + 1}, but no such text.", "Give one pair for each text.")
