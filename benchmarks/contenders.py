"""Who is measured: each in a process of its own that stays, and takes turns with the others."""

from __future__ import annotations

import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, NamedTuple

from .texts import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

WARM_UP, PACE = 4, 50
"""Texts of the run that warms a contender up, and of the one that tells its pace."""

_work: Callable[..., Any]
"""What the worker of this very process does."""


class Answer(NamedTuple):
    """What a contender says of some texts.

    Attributes
    ----------
    values
        Probabilities ``(texts, classes)``, or vectors ``(texts, hidden)``.
    engine
        What computed them, where that can differ.
    """

    values: NDArray[np.float32]
    engine: str = ""


@dataclass(frozen=True)
class Taken:
    """What one run took.

    Attributes
    ----------
    wall, cpu
        Seconds: on the clock, and of the processor in all threads of the process.
    answer
        What the work returned.
    """

    wall: float
    cpu: float
    answer: Any = None


class Worker:
    """A process of its own that does one kind of work, again and again.

    Parameters
    ----------
    make
        A function of a module, called there with ``arguments`` first; what it returns does the work. It imports what
        it needs, so nobody inherits how another one's threads wait. If the work returns a function, that is called
        for the answer once the clock has stopped: to make answers alike is nobody's work.
    """

    def __init__(self, make: Callable[..., Callable[..., Any]], *arguments: Any) -> None:
        # Our backend lets threads sleep while they wait; a peer must not inherit that.
        environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
        self._pool = ProcessPoolExecutor(
            1, get_context("spawn"), initializer=_begin, initargs=(environment, make, arguments)
        )

    def run(self, *arguments: Any, **how: Any) -> Taken:
        """Do the work once and measure it."""
        return self._pool.submit(_measured, arguments, how).result()

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()


@dataclass(frozen=True)
class Contender:
    """One row of a table: a worker, and how it is asked."""

    name: str
    worker: Worker
    how: dict[str, Any] = field(default_factory=dict)

    def run(self, texts: Sequence[str]) -> Taken:
        """Have the texts read once."""
        return self.worker.run(list(texts), **self.how)


@dataclass(frozen=True)
class Measured:
    """The runs of one contender.

    Attributes
    ----------
    places
        Which of the texts it has read.
    """

    places: list[int]
    runs: tuple[Taken, ...]

    @property
    def count(self) -> int:
        """Texts of one run."""
        return len(self.places)

    @property
    def wall(self) -> float:
        """Median seconds for one text."""
        return statistics.median(run.wall for run in self.runs) / self.count

    @property
    def cpu(self) -> float:
        """Median seconds of the processor for one text."""
        return statistics.median(run.cpu for run in self.runs) / self.count

    @property
    def answer(self) -> Any:
        """What the last run returned."""
        return self.runs[-1].answer


def alternate(
    contenders: Sequence[Contender],
    texts: Sequence[str],
    *,
    rounds: int,
    most_seconds: float,
    before_each: Callable[[], object] = lambda: None,
) -> dict[str, Measured]:
    """Let all read the texts in turns, one after the other in each round.

    A short run before the first round tells the pace of each: who would need more than ``most_seconds`` for all texts
    gets a sample of them.

    Parameters
    ----------
    before_each
        Called before each turn: measures the machine itself, which others may use, too.

    Returns
    -------
    By the contenders' names.
    """
    places: dict[str, list[int]] = {}
    few = [texts[index] for index in sample(texts, PACE)]
    for contender in contenders:
        contender.run(few[:WARM_UP])
        pace = contender.run(few).wall / len(few)
        places[contender.name] = sample(texts, max(len(few), int(most_seconds / pace)))
    runs: dict[str, list[Taken]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            before_each()
            runs[contender.name].append(contender.run([texts[index] for index in places[contender.name]]))
    return {name: Measured(places[name], tuple(taken)) for name, taken in runs.items()}


def _begin(environment: dict[str, str], make: Callable[..., Callable[..., Any]], arguments: tuple[Any, ...]) -> None:
    global _work  # noqa: PLW0603 – the process is there for it alone
    os.environ.clear()
    os.environ.update(environment)
    if "torch" in sys.modules:
        raise RuntimeError("torch was imported before the worker began: its threads no longer heed the environment.")
    _work = make(*arguments)


def _measured(arguments: tuple[Any, ...], how: dict[str, Any]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = _work(*arguments, **how)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Taken(wall, cpu, answer() if callable(answer) else answer)
