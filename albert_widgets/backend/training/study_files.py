"""What a study writes down in its job's folder, so that nothing of it is done twice or lost."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from albert_widgets.backend.disk import room

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .trial_run import Trained
    from .trials import Trial


class StudyFiles:
    """The files of a study.

    Parameters
    ----------
    folder
        Within the job's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, number: int) -> Path:
        """Return where a training writes while it runs."""
        return self._folder / f"training-{number}"

    # --- before the first training --------------------------------------------------------------

    def plan(self, planned: Sequence[Trial], primary: str) -> None:
        """Write down which trainings there will be."""
        names = [trial.name for trial in planned]
        first = planned[0]
        labels = list(first.prepared.label_names)
        told = {"names": names, "primary": primary, "task": first.prepared.task, "label_names": labels}
        self._write("plan.json", {**told, "notes": _notes(planned)})

    @property
    def planned(self) -> dict[str, Any]:
        """``names``, ``primary``, ``task``, ``label_names`` and ``notes``; {} before they are known."""
        return self._read("plan.json") or {}

    @property
    def primary(self) -> str:
        """The metric that the trainings are compared by."""
        return str(self.planned["primary"])

    def size(self) -> dict[str, Any] | None:
        """Return what :meth:`write_size` was given, if it was."""
        return self._read("size.json")

    def write_size(self, size: dict[str, Any]) -> None:
        """Write down how large each training of a sweep is.

        Parameters
        ----------
        size
            ``rows`` and ``epochs`` of each, ``is_cut``: whether there was no time for more, and the ``seconds`` that
            it took to know this.
        """
        self._write("size.json", size)

    # --- trainings that have ended --------------------------------------------------------------

    def record(self, number: int) -> dict[str, Any] | None:
        """Return the figures of a training, from 1, if it has ended."""
        return self._read(f"{number}.json")

    def records(self) -> list[dict[str, Any]]:
        """Return the figures of all that have ended, in their order."""
        found = (self.record(number) for number in range(1, len(self.planned.get("names", ())) + 1))
        return [record for record in found if record is not None]

    def answers(self) -> Iterator[tuple[NDArray[Any], NDArray[np.float32]]]:
        """Yield targets and logits of each fold that has ended."""
        for number in range(1, len(self.planned.get("names", ())) + 1):
            if self.record(number) is not None:
                with contextlib.suppress(OSError, SafetensorError):
                    found = load_file(self._folder / f"{number}.safetensors")
                    yield found["targets"], found["logits"]

    def write(self, number: int, trained: Trained, answered: Trial | None) -> None:
        """Write down what came out of a training; the answers to the rows of a fold, too. Raises NoRoom."""
        if answered is not None:
            targets = np.ascontiguousarray(answered.judged_by.targets)
            content = save({"targets": targets, "logits": trained.logits})
            with room(self._folder):
                (self._folder / f"{number}.safetensors").write_bytes(content)
        self._write(f"{number}.json", trained.record)

    def _write(self, name: str, data: dict[str, Any]) -> None:
        partial = self._folder / f"{name}.partial"
        with room(self._folder):
            self._folder.mkdir(exist_ok=True)
            partial.write_text(json.dumps(data), encoding="utf-8")
            partial.replace(self._folder / name)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found


def _notes(planned: Sequence[Trial]) -> list[str]:
    """Return what one should know of the rows."""
    lacking = [trial.name for trial in planned if _lacks_a_class(trial)]
    if not lacking:
        return []
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return [f"Not every class has a row to learn from in {', '.join(lacking[:3])}{more}."]


def _lacks_a_class(trial: Trial) -> bool:
    targets = np.asarray(trial.prepared.train.targets)
    if trial.prepared.task == "single_label":
        return len(np.unique(targets)) < len(trial.prepared.label_names)
    return trial.prepared.task == "multi_label" and not (targets > 0).any(axis=0).all()
