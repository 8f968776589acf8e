"""predict and embed beside what users would take instead: all on the same texts, in turns, in one run."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from . import ours, peers
from .contenders import Contender, Measured, Taken, Worker, alternate
from .limit import Shape, matrix_products
from .table import show_rows
from .texts import SETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TOLERANCE = 1e-4
"""How far a probability may be from plain torch's, in float32."""
Values: TypeAlias = "NDArray[np.float32]"
Agreement: TypeAlias = "Callable[[Values, Values], tuple[str, bool]]"
"""Says of two contenders' values of the same texts how far they agree, and whether they are the same."""
OURS = "albert-widgets"


@dataclass(frozen=True)
class Settings:
    """What a run measures.

    Attributes
    ----------
    data
        Folder with ``sst2`` and ``bbc_summaries.jsonl``.
    sets, counts
        Names of sets, and how many texts of each are read at once.
    rounds
        How often all take their turn.
    seconds
        What one run may take; who would need more gets a sample.
    classifier, encoder
        Folders of the checkpoints.
    precisions
        In which we compute.
    cap
        Most texts of a table over their number; 0 for none.
    has_gpu
        The models are on a card, and so are the peers.
    """

    data: Path
    sets: tuple[str, ...]
    counts: tuple[int, ...]
    rounds: int
    seconds: float
    classifier: str
    encoder: str
    precisions: tuple[str, ...]
    cap: int = 0
    has_gpu: bool = False

    @property
    def limit_dtype(self) -> str:
        """What the machine's own rate is measured in."""
        return "bfloat16" if self.has_gpu else "float32"


def predict(settings: Settings) -> list[str]:
    """Print a table for each set and count; return what is not as it should be."""
    pipeline = Worker(peers.pipeline, settings.classifier)
    others = [
        Contender("pipeline, batch 1 (its default)", pipeline, {"batch_size": 1}),
        Contender("pipeline, batch 8", pipeline, {"batch_size": 8}),
        Contender("pipeline, batch 32", pipeline, {"batch_size": 32}),
    ]
    if not settings.has_gpu:
        others.append(Contender("onnxruntime, batch 32", Worker(peers.onnxruntime, settings.classifier)))
    # The first is the reference: a text alone, without padding, in torch.
    return _compare(settings, "predict", settings.classifier, make=ours.predicting, others=others, agreement=_labels)


def embed(settings: Settings) -> list[str]:
    """Print a table for each set and count; return what is not as it should be."""
    if peers.HAS_SENTENCE_TRANSFORMERS:
        name, make = "sentence-transformers", peers.sentence_transformers
    else:
        name, make = "what sentence-transformers does, in plain transformers (it is not installed)", peers.plain_encode
    worker = Worker(make, settings.encoder)
    halves = [dtype for dtype in settings.precisions if settings.has_gpu and dtype != "float32"]
    others = [Contender(name, worker), *(Contender(f"{name}, {dtype}", worker, {"dtype": dtype}) for dtype in halves)]
    return _compare(settings, "embed", settings.encoder, make=ours.embedding, others=others, agreement=_vectors)


def _compare(
    settings: Settings,
    what: str,
    folder: str,
    *,
    make: Callable[..., Callable[..., Any]],
    others: Sequence[Contender],
    agreement: Agreement,
) -> list[str]:
    wrong = []
    with ExitStack() as stack:
        machine, worker = (stack.enter_context(closing(Worker(one, folder))) for one in (matrix_products, make))
        for other in {id(one.worker): one.worker for one in others}.values():
            stack.enter_context(closing(other))
        own = {name: Contender(f"{OURS} {name}".strip(), worker, {"precision": name}) for name in settings.precisions}
        for count in settings.counts:
            for name in settings.sets:
                texts = SETS[name](settings.data, count)
                rates: list[Taken] = []
                found = alternate(
                    [*own.values(), *others],
                    texts,
                    rounds=settings.rounds,
                    most_seconds=settings.seconds,
                    before_each=lambda rates=rates: rates.append(machine.run(settings.limit_dtype)),  # type: ignore[misc]
                )
                shape = Shape.of(folder)
                lengths = shape.lengths(folder, texts)
                table = _Table(found, {p: one.name for p, one in own.items()}, others[0].name, shape, lengths, rates)
                title = f"{what}, {name}: {count:,} texts of {np.mean(lengths):.0f} tokens on average"
                rate = f"{settings.limit_dtype} matmul {table.gemm_wall / 1e9:,.0f} GFLOP/s"
                show_rows(f"{title}; {rate}", table.rows(agreement))
                # What computes as plain torch does must say the same.
                exact = [name for precision, name in table.own.items() if precision in {"", "float32"}]
                for contender in exact:
                    said, is_equal = table.beside_reference(contender, agreement)
                    if not is_equal:
                        wrong.append(f"{title}: {contender} is not as {table.reference}: {said}")
    return wrong


@dataclass(frozen=True)
class _Table:
    """What was found of one set of texts.

    Attributes
    ----------
    own
        Our contenders' names by precision.
    reference
        Name of the peer that tells what is right.
    lengths
        Tokens of each text.
    rates
        Of the machine: operations done, and what they took.
    """

    found: dict[str, Measured]
    own: dict[str, str]
    reference: str
    shape: Shape
    lengths: list[int]
    rates: list[Taken]

    @property
    def gemm_wall(self) -> float:
        """Operations in a second."""
        return float(np.median([rate.answer / rate.wall for rate in self.rates]))

    @property
    def gemm_cpu(self) -> float:
        """Operations in a second of the processor."""
        return float(np.median([rate.answer / rate.cpu for rate in self.rates]))

    def rows(self, agreement: Agreement) -> list[list[str]]:
        """Return the heads of the columns, and a row for each contender."""
        heads = ["", "texts/s", "CPU ms a text", "of that rate (CPU)", "n"]
        heads += [f"{OURS} {name} is".replace("  ", " ") for name in self.own]
        return [[*heads, f"beside {self.reference}"], *(self._row(name, agreement) for name in self.found)]

    def beside_reference(self, name: str, agreement: Agreement) -> tuple[str, bool]:
        """Compare what somebody says with the reference, on the texts that both have read."""
        one, other = self.found[name], self.found[self.reference]
        _, first, second = np.intersect1d(one.places, other.places, return_indices=True)
        return agreement(one.answer.values[first], other.answer.values[second])

    def _row(self, name: str, agreement: Agreement) -> list[str]:
        one = self.found[name]
        work = self.shape.operations(self.lengths[place] for place in one.places) / one.count
        sample = f"n={one.count:,}, extrapolated" if one.count < len(self.lengths) else f"n={one.count:,}"
        said = one.answer.engine
        ratios = [self._times(self.found[ours], one) for ours in self.own.values()]
        return [
            f"{name} ({said})" if said else name,
            f"{1 / one.wall:,.1f}",
            f"{1000 * one.cpu:.2f}",
            f"{work / one.wall / self.gemm_wall:.0%} ({work / one.cpu / self.gemm_cpu:.0%})",
            sample,
            *(["" for _ in ratios] if name in self.own.values() else ratios),
            "" if name == self.reference else self.beside_reference(name, agreement)[0],
        ]

    @staticmethod
    def _times(one: Measured, other: Measured) -> str:
        return f"{other.wall / one.wall:.2f}× (CPU {other.cpu / one.cpu:.2f}×)"


def _labels(one: Values, other: Values) -> tuple[str, bool]:
    """Compare probabilities."""
    same = one.argmax(1) == other.argmax(1)
    farthest = float(np.abs(one - other).max())
    labels = "labels equal" if same.all() else f"{same.mean():.2%} of {len(one):,} labels equal"
    return f"{labels}, Δp ≤ {farthest:.0e}", bool(same.all()) and farthest <= TOLERANCE


def _vectors(one: Values, other: Values) -> tuple[str, bool]:
    """Compare vectors of length 1."""
    return f"cosine ≥ {(one * other).sum(1).min():.5f}", float(np.abs(one - other).max()) <= TOLERANCE
