"""The line of texts that wait for one kind of call: every client has its turn, and so has each of its requests."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(eq=False)
class Asked:
    """The texts of a request, and what has become of them.

    Attributes
    ----------
    client
        Who asks: requests of one client share its turns.
    texts, pairs
        What the call takes; ``pairs`` are as many as ``texts``, or None.
    order
        Indices of the texts as they are taken.
    taken
        How many of them were taken.
    parts
        Which texts were computed together, with the result.
    """

    client: str
    texts: Sequence[str]
    pairs: Sequence[str] | None = None
    order: Sequence[int] = ()
    taken: int = 0
    parts: list[tuple[list[int], Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Parts of one length need little padding. All of them are needed before there is an answer, so none waits.
        self.order = sorted(range(len(self.texts)), key=lambda index: -self.characters(index))

    @property
    def is_whole(self) -> bool:
        """Whether all texts were computed."""
        return sum(len(indices) for indices, _ in self.parts) == len(self.texts)

    def characters(self, index: int) -> int:
        """Return how long a text is with its pair."""
        return len(self.texts[index]) + (len(self.pairs[index]) if self.pairs else 0)


class FairLine:
    """Requests that wait, served one text after the other: round-robin over clients, and over the requests of each."""

    def __init__(self) -> None:
        # Whose turn is next comes first.
        self._clients: dict[str, deque[Asked]] = {}

    def __bool__(self) -> bool:
        return bool(self._clients)

    def add(self, asked: Asked) -> None:
        """Put a request at the end of its client's."""
        self._clients.setdefault(asked.client, deque()).append(asked)

    def remove(self, asked: Asked) -> None:
        """Take a request out; nothing happens when it is not there (any more)."""
        waiting = self._clients.get(asked.client)
        if waiting and asked in waiting:
            waiting.remove(asked)
            if not waiting:
                del self._clients[asked.client]

    def take(self, texts: int, characters: int) -> dict[Asked, list[int]]:
        """Take the next texts out of the line: the indices of each request.

        Parameters
        ----------
        texts, characters
            How many at most; a longer text is taken alone.
        """
        batch: dict[Asked, list[int]] = {}
        while self._clients and texts > 0:
            client, waiting = next(iter(self._clients.items()))
            asked = waiting[0]
            index = asked.order[asked.taken]
            characters -= asked.characters(index)
            if characters < 0 and batch:
                break
            batch.setdefault(asked, []).append(index)
            texts -= 1
            asked.taken += 1
            # Both go to the end of their lines.
            del self._clients[client]
            waiting.popleft()
            if asked.taken < len(asked.texts):
                waiting.append(asked)
            if waiting:
                self._clients[client] = waiting
        return batch
