"""The documented limits of the service, in one place; ``GET /status`` shows them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from albert_widgets.inputs import MAX_CHARACTERS, MAX_TEXTS


@dataclass(frozen=True)
class Limits:
    """What one request, and all of them together, may ask for.

    Attributes
    ----------
    max_body_bytes
        Bytes of one request's body.
    max_bodies_bytes
        Bytes of the bodies of all requests that are in progress.
    max_concurrent
        Requests for model work that wait or are worked on; one more is refused at once.
    max_waiting_texts
        Texts of all requests to predict and embed that wait or are worked on; a request that would make them more is
        refused at once, unless it is the only one.
    batch_texts, batch_characters
        How much of what waits one call takes: of requests that came together, or of a large one, which is cut into such
        slices. Who sends one text waits for one of them at most. A longer text is taken alone.
    max_streams
        Open event streams.
    max_json_numbers
        Numbers in the arrays of one JSON answer; binary answers have no such limit.
    workers
        Threads for model work.
    user_requests
        Requests of one user that are in progress, event streams among them. This and the next two are for users with
        names only.
    user_texts
        Texts of one user to predict and embed that wait or are worked on.
    user_jobs
        Jobs of one user that are queued or running.
    """

    max_body_bytes: int = 64_000_000
    max_bodies_bytes: int = 512_000_000
    max_concurrent: int = 512
    max_waiting_texts: int = 200_000
    batch_texts: int = 64
    batch_characters: int = 8_192
    max_streams: int = 256
    max_json_numbers: int = 10_000_000
    workers: int = 2
    user_requests: int = 32
    user_texts: int = 20_000
    user_jobs: int = 3

    def to_dict(self) -> dict[str, int]:
        """Return the limits by name, with those of :mod:`albert_widgets.inputs`."""
        return {**dataclasses.asdict(self), "max_texts": MAX_TEXTS, "max_characters": MAX_CHARACTERS}
