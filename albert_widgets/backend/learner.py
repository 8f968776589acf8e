"""The methods of :class:`Backend` that learn from labelled texts; see :class:`albert_widgets.learner.Learner`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.labelled import both_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.results import BaselineReport, DataCheck

    from .pool import Pool


class BackendLearner:
    """Reads the tables it is given, takes the model from the pool, and leaves the work to ``training``."""

    _pool: Pool

    def check(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = None,
        drop_incomplete: bool = False,
        max_length: int | None = None,
        model: str | None = None,
    ) -> DataCheck:
        """Say what labelled texts are, and what to mend before anything is trained on them."""
        from .training.data_check import check_data

        name = self._id(model)
        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        labelled, held_out = both_parts(data, validation, **columns)
        tokenizer, loaded = self._pool.tokenizer(name), self._pool.info(name)
        return check_data(
            labelled,
            tokenizer,
            model=name,
            limit=loaded.max_length if loaded else tokenizer.max_length,
            max_length=max_length,
            validation=held_out,
            drop_incomplete=drop_incomplete,
        )

    def baseline(
        self,
        data: Any,
        *,
        text: str | None = None,
        label: str | Sequence[str] | None = None,
        pair: str | None = None,
        group: str | None = None,
        task: str = "auto",
        validation: Any = None,
        drop_incomplete: bool = False,
        folds: int = 5,
        seed: int = 0,
        model: str | None = None,
    ) -> BaselineReport:
        """Say in seconds how far a linear head on frozen sentence vectors comes, and which labels look wrong."""
        from .training.baseline import baseline

        columns = {"text": text, "label": label, "pair": pair, "group": group, "task": task}
        labelled, held_out = both_parts(data, validation, **columns)
        with self._pool.use(self._id(model)) as loaded:
            return baseline(
                loaded, labelled, validation=held_out, drop_incomplete=drop_incomplete, folds=folds, seed=seed
            )

    def _id(self, model: str | None) -> str:
        raise NotImplementedError
