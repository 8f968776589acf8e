"""The trainings that a study consists of: which rows each of them learns from and is judged by, and how."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid

from .folds import deal, strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared, Rows

RATES = {"full": (3e-4, 1e-4, 5e-5, 3e-5), "lora": (2e-3, 1e-3, 5e-4, 2e-4), "head": (1e-2, 5e-3, 2e-3, 5e-4)}
"""Learning rates that a sweep tries, by method. Those of ``"full"`` are the grid for small models of
https://github.com/google-research/bert; range tests point to rates that are ten times too high
(https://github.com/huggingface/transformers/issues/16013)."""
SHARES = (0.1, 0.25, 0.5, 1.0)
MOST_TRIALS = 100


@dataclass(frozen=True, eq=False)
class Trial:
    """One training of a study.

    Attributes
    ----------
    name
        For people: ``"3e-4"``, ``"fold 2"``, ``"25 %"``.
    setting
        What is different in it.
    settings
        How it is trained.
    prepared
        What it learns from, and the rows by which its best step is chosen.
    tests
        Rows that it is judged on, where these are other ones.
    """

    name: str
    setting: dict[str, float]
    settings: FitSettings
    prepared: Prepared
    tests: Rows | None = field(default=None)

    @property
    def passes(self) -> int:
        """Rows that it reads, each as often as there are epochs."""
        return round(len(self.prepared.train) * self.settings.epochs)

    @property
    def judged_by(self) -> Rows:
        """The rows that its figures are about."""
        return self.prepared.validation if self.tests is None else self.tests


def planned_trials(study: str, prepared: Prepared, settings: FitSettings, how: dict[str, Any]) -> list[Trial]:
    """Return the trainings of a cross-validation or a learning curve. Raises InputInvalid, as :func:`check_trials`."""
    check_trials(study, prepared, how)
    if study == "cross_validate":
        return fold_trials(prepared, settings, how["folds"], how["repeats"], how["validation"])
    return size_trials(prepared, settings, how["shares"], how["repeats"])


def check_trials(study: str, prepared: Prepared, how: dict[str, Any]) -> None:
    """See in a moment whether these rows can be parted so.

    Raises
    ------
    InputInvalid
        More folds than the rows, or the largest class, can be parted in; shares out of range or too small; too many
        trainings.
    """
    if study == "cross_validate":
        _check_folds(prepared, how["folds"], how["repeats"])
    elif study == "learning_curve":
        _check_shares(prepared, how["shares"], how["repeats"])


def rate_trials(prepared: Prepared, settings: FitSettings, rates: Sequence[float]) -> list[Trial]:
    """Return a training for each learning rate."""
    return [
        Trial(rate_name(rate), {"learning_rate": rate}, replace(settings, learning_rate=rate), prepared)
        for rate in rates
    ]


def check_rates(rates: Sequence[float]) -> None:
    """Raise InputInvalid for rates that cannot be compared."""
    if not 2 <= len(set(rates)) == len(rates) <= 10:
        raise InputInvalid(f"rates={tuple(rates)!r}: a sweep compares 2 to 10 different ones.", "rates=(3e-4, 1e-4)")
    for rate in rates:
        if not 1e-8 <= rate <= 1:
            raise InputInvalid(f"rates: {rate!r} is out of range.", "Choose 1e-08 to 1.")


def fold_trials(prepared: Prepared, settings: FitSettings, folds: int, repeats: int, share: float) -> list[Trial]:
    """Return a training for each fold and repeat: on the other folds, of which a share chooses the best step.

    The rows of the fold have no say in the training, not even in when it ends.

    Parameters
    ----------
    prepared
        With all rows in the training.
    share
        Of the other folds' rows, for their validation.
    """
    made = []
    for repeat in range(repeats):
        chosen = replace(settings, seed=settings.seed + repeat)
        fold = prepared.dealt((1 / folds,) * folds, chosen.seed)
        for held in range(folds):
            inside = prepared.only(np.flatnonzero(fold != held)).kept_back(share, chosen.seed)
            name = f"fold {held + 1}" + (f", repeat {repeat + 1}" if repeats > 1 else "")
            tests = prepared.train.take(np.flatnonzero(fold == held))
            made.append(Trial(name, {"fold": held + 1, "repeat": repeat + 1}, chosen, inside, tests))
    return made


def size_trials(prepared: Prepared, settings: FitSettings, shares: Sequence[float], repeats: int) -> list[Trial]:
    """Return a training for each share of the rows and repeat; each has all rows of the one before, and more."""
    steps = sorted(set(shares))
    parts = [*np.diff([0.0, *steps]), *([1 - steps[-1]] if steps[-1] < 1 else [])]
    made = []
    for repeat in range(repeats):
        chosen = replace(settings, seed=settings.seed + repeat)
        # Parts that grow by the next one are nested, and each has the classes in their share.
        part = prepared.dealt(parts, chosen.seed)
        for number, share in enumerate(steps):
            name = f"{100 * share:g} %" + (f", repeat {repeat + 1}" if repeats > 1 else "")
            inside = prepared.only(np.flatnonzero(part <= number))
            made.append(Trial(name, {"share": share, "repeat": repeat + 1}, chosen, inside))
    return made


def sample(prepared: Prepared, rows: int, validation: int, seed: int) -> Prepared:
    """Return some rows of both sides, each class in its share."""
    some, count, held_out = prepared, len(prepared.train), prepared.validation
    if rows < count:
        some = prepared.only(np.flatnonzero(prepared.dealt((rows / count, 1 - rows / count), seed) == 0))
    if validation < len(held_out):
        share = validation / len(held_out)
        classes = strata(prepared.task, held_out.targets)
        chosen = deal(np.arange(len(held_out)), classes, (share, 1 - share), seed) == 0
        some = replace(some, validation=held_out.take(np.flatnonzero(chosen)))
    return some


def judging_rows(seconds: float) -> int:
    """Return how many validation rows judge a rate that has so many seconds: judging must not eat up the training."""
    return int(np.clip(10 * seconds, 100, 1000))


def rate_name(rate: float) -> str:
    """Return a learning rate as people write it: ``"3e-4"``."""
    digits, exponent = f"{rate:.2e}".split("e")
    return f"{float(digits):g}e{int(exponent)}"


def _check_folds(prepared: Prepared, folds: int, repeats: int) -> None:
    _check_count("folds", folds, 2, repeats)
    count = int(prepared.units.max()) + 1
    largest = len(prepared.train) if prepared.task == "regression" else int(_per_class(prepared).max())
    most = min(count, largest)
    if folds > most:
        what = "different texts or groups" if count <= largest else "rows of the largest class"
        hint = f"At most folds={most}." if most > 1 else "Add rows."
        raise InputInvalid(f"folds={folds} is more than the {most:,} {what}.", hint)


def _check_shares(prepared: Prepared, shares: Sequence[float], repeats: int) -> None:
    for share in shares:
        if not 0 < share <= 1:
            raise InputInvalid(f"shares: {share!r} is no share of the rows.", f"Choose over 0 to 1, such as {SHARES}.")
    steps = sorted(set(shares))
    _check_count("shares", len(steps), 2, repeats)
    rows, least = len(prepared.train), max(2, len(prepared.label_names))
    if steps[0] * rows < least:
        raise InputInvalid(
            f"shares: {steps[0]:g} of {rows:,} training rows is less than {least} rows.",
            f"The smallest that makes sense here: {min(1.0, np.ceil(100 * least / rows) / 100):g}",
        )


def _per_class(prepared: Prepared) -> NDArray[np.int64]:
    targets = np.asarray(prepared.train.targets)
    return np.bincount(targets) if targets.ndim == 1 else (targets > 0).sum(axis=0)


def _check_count(name: str, count: int, least: int, repeats: int) -> None:
    if count < least:
        raise InputInvalid(f"{name}: {count} is too few.", f"Use {least} or more.")
    if not 1 <= repeats <= MOST_TRIALS // count:
        raise InputInvalid(
            f"repeats={repeats} with {count} {name} is out of range.",
            f"Choose 1 to {MOST_TRIALS // count}: at most {MOST_TRIALS} trainings."
            if count <= MOST_TRIALS
            else f"At most {MOST_TRIALS} trainings.",
        )
