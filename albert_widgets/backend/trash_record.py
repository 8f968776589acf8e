"""What the trash knows of what lies in it: ``deleted.json``, believed only as far as it names no other place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Moved:
    """Something that was moved.

    Attributes
    ----------
    place
        Where it lay, below the root.
    name
        What it is called in the trash.
    is_shared
        Whether other models may have made it anew meanwhile; then theirs stays.
    """

    place: str
    name: str
    is_shared: bool = False


@dataclass(frozen=True)
class Record:
    """What ``deleted.json`` says.

    Attributes
    ----------
    model, revision, bytes, time
        As :class:`~albert_widgets.results.Deleted`.
    moved
        What lay where.
    registered
        Of a registered folder, its path: nothing is moved then.
    """

    model: str
    revision: str
    bytes: int
    time: float
    moved: tuple[Moved, ...] = field(default=())
    registered: str = ""


def read_record(entry: Path) -> Record | None:
    """Return what the record in ``entry`` says; None where there is none that can be believed."""
    try:
        told = json.loads((entry / "deleted.json").read_text(encoding="utf-8"))
        moved = tuple(Moved(str(one["place"]), str(one["name"]), bool(one["is_shared"])) for one in told.pop("moved"))
        record = Record(**told, moved=moved)
        places = [PurePosixPath(one.place) for one in moved]
        is_sane = all(not place.is_absolute() and ".." not in place.parts and place.parts for place in places)
        are_names = all(one.name.isdecimal() for one in moved)
        return record if is_sane and are_names and isinstance(record.time, float | int) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
