"""What a job that trains is given: checked before it begins, put into its folder, and read there again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from albert_widgets.backend.engines.torch import choose_device
from albert_widgets.labelled import LabelledTexts

from .rows import ROWS, VALIDATION, read, written
from .split import prepare
from .weights import class_weights

if TYPE_CHECKING:
    from pathlib import Path

    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared


@dataclass(frozen=True, eq=False)
class Submission:
    """A training that can begin.

    Attributes
    ----------
    prepared
        The rows of both sides.
    files
        What goes into the job's folder, by name.
    spec
        What the job is asked for, JSON-serialisable; :func:`prepared_in` reads ``validation`` and
        ``drop_incomplete`` of it.
    """

    prepared: Prepared
    files: dict[str, bytes]
    spec: dict[str, Any]


def submission(
    rows: LabelledTexts,
    validation: float | LabelledTexts | None,
    settings: FitSettings,
    *,
    drop_incomplete: bool,
) -> Submission:
    """Check all that a training is given, so that what is wrong is said now, not in a job that fails.

    Parameters
    ----------
    validation
        As :func:`~.split.prepare` takes it.

    Raises
    ------
    InputInvalid
        The data, a weight of a class or the device cannot be used.
    """
    prepared = prepare(rows, validation=validation, seed=settings.seed, drop_incomplete=drop_incomplete)
    settings = settings.for_rows(len(prepared.train))
    class_weights(settings.class_weights, prepared)
    choose_device(settings.device)
    files, share = {ROWS: written(rows)}, validation
    if isinstance(validation, LabelledTexts):
        files[VALIDATION], share = written(validation), None
    spec = {
        "model": settings.model,
        "settings": settings.to_dict(),
        "rows": len(rows),
        "validation": share,
        "drop_incomplete": drop_incomplete,
    }
    return Submission(prepared, files, spec)


def prepared_in(folder: Path, spec: dict[str, Any], settings: FitSettings) -> Prepared:
    """Return the rows in a job's folder, parted as ``spec`` says where the validation has no file of its own."""
    held_out = folder / VALIDATION
    return prepare(
        read(folder / ROWS),
        validation=read(held_out) if held_out.exists() else spec["validation"],
        seed=settings.seed,
        drop_incomplete=bool(spec["drop_incomplete"]),
    )
