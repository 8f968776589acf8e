"""The methods of :class:`Client` that train several times; see :class:`albert_widgets.studies.Studies`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.job import Job
    from albert_widgets.results import Study


class ClientStudies:
    """Reads the tables here, so that only texts and labels travel, and leaves the rest to the backend."""

    def sweep(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = 0.1,
        drop_incomplete: bool = False,
        rates: Sequence[float] | None = None,
        seconds: float = 120.0,
        rows: int | None = None,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train with several learning rates on a part of the rows, within a time."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"rates": None if rates is None else list(rates), "seconds": seconds, "rows": rows}
        given = {"drop_incomplete": drop_incomplete, "model": self._id(model), "settings": settings}
        return self._begin("/sweep", data, validation, columns, **given, **how)

    def cross_validate(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: float = 0.1,
        drop_incomplete: bool = False,
        folds: int = 5,
        repeats: int = 1,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train once for each fold, on all others, and to judge by the fold."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"folds": folds, "repeats": repeats}
        given = {"drop_incomplete": drop_incomplete, "model": self._id(model), "settings": settings}
        return self._begin("/cross-validate", data, validation, columns, **given, **how)

    def learning_curve(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = 0.1,
        drop_incomplete: bool = False,
        shares: Sequence[float] = (0.1, 0.25, 0.5, 1.0),
        repeats: int = 1,
        model: str | None = None,
        **settings: Any,
    ) -> Job:
        """Start to train on more and more of the rows, judged by the same ones."""
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        how = {"shares": list(shares), "repeats": repeats}
        given = {"drop_incomplete": drop_incomplete, "model": self._id(model), "settings": settings}
        return self._begin("/learning-curve", data, validation, columns, **given, **how)

    def study(self, job: str) -> Study:
        """Return what a study has found so far."""
        return cast("Study", self._post("/study", job=job))

    def _begin(self, path: str, data: Any, validation: Any, columns: dict[str, Any], **how: Any) -> Job:
        raise NotImplementedError

    def _id(self, model: str | None) -> str:
        raise NotImplementedError

    def _post(self, path: str, **body: Any) -> Any:
        raise NotImplementedError
