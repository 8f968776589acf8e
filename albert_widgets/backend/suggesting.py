"""Which models to offer for texts in a script that a model does not read: those here that do, and some of the hub."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from albert_widgets.errors import AlbertError
from albert_widgets.results import Suggestion
from albert_widgets.windowing import spread

from .hub.suggested import suggested
from .legibility import is_unread, unread_share
from .scripts import main_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from albert_widgets.results import HubModel, ModelInfo

    from .catalog import Catalog, Entry
    from .pool import Pool
    from .scripts import Script
    from .tokens import SharedTokenizer

VOCABULARIES = 6
"""Other tokenizers that are tried: each is read from disk once."""
OFFERED = 3
SAMPLE = 500
"""Texts whose scripts are looked at, of a data set."""
WORTH = 0.1
"""Share of them that must be in a script for it to be worth a word."""
_HEADS = ("text-classification", "summarization", "extractive-summarization", "token-classification")
"""Tasks for which only a model of the same task can stand in; all others are read as encoders."""
_NOT_OF_104 = frozenset({"ETHIOPIC", "KHMER", "LAO", "SINHALA", "ORIYA", "TIBETAN", "THAANA"})
"""Scripts that the vocabulary of multilingual BERT has no words of; XLM-R's has some of most of them."""
_FILES = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model")


class Suggester:
    """Looks at texts with tokenizers only; no weights are loaded."""

    def __init__(self, catalog: Catalog, pool: Pool) -> None:
        self._catalog = catalog
        self._pool = pool

    def of_each(self, model: str, tokenizer: SharedTokenizer, texts: Sequence[str]) -> list[Suggestion | None]:
        """Return what to offer for each text; those of one script are judged together."""
        rows_of: defaultdict[Script, list[int]] = defaultdict(list)
        for row, text in enumerate(texts):
            if (script := main_script([text])) is not None:
                rows_of[script].append(row)
        made: list[Suggestion | None] = [None] * len(texts)
        for script, rows in rows_of.items():
            suggestion = self._of(model, tokenizer, [texts[row] for row in rows], script)
            for row in rows:
                made[row] = suggestion
        return made

    def of_all(self, model: str, tokenizer: SharedTokenizer, texts: Sequence[str]) -> Suggestion | None:
        """Return what to offer for many texts, if at least a tenth of them are in a script that is not read."""
        counts: defaultdict[Suggestion, int] = defaultdict(int)
        sample = spread(texts, SAMPLE)
        for suggestion in self.of_each(model, tokenizer, sample):
            if suggestion is not None:
                counts[suggestion] += 1
        most = max(counts, key=lambda one: counts[one], default=None)
        return most if most is not None and counts[most] >= WORTH * len(sample) else None

    def _of(self, model: str, tokenizer: SharedTokenizer, texts: Sequence[str], script: Script) -> Suggestion | None:
        share = unread_share(tokenizer, texts, script)
        if not is_unread(share, script):
            return None
        entries = {entry.info.id: entry for entry in self._catalog.entries()}
        own = entries.get(model)
        task = own.info.task if own is not None else "encoder"
        others = [entry for entry in entries.values() if entry.info.id != model and _stands_in(entry.info, task)]
        # Who says to know a language of the script, or many, is asked first.
        others.sort(key=lambda entry: not _speaks(entry.info.languages, script))
        here = self._readers(own.folder if own is not None else None, others, texts, script)
        return Suggestion(model, script.name, round(share, 3), tuple(here), tuple(_of_the_hub(script, task)))

    def _readers(self, own: Path | None, others: Iterable[Entry], texts: Sequence[str], script: Script) -> list[str]:
        """Return ids of models that read the texts; of equal vocabularies only one is tried."""
        verdicts = {} if own is None else {_vocabulary(own): False}
        found = []
        for entry in others:
            key = _vocabulary(entry.folder)
            if key not in verdicts:
                if len(verdicts) > VOCABULARIES:
                    continue
                try:
                    tokenizer = self._pool.tokenizer(entry.info.id)
                    verdicts[key] = not is_unread(unread_share(tokenizer, texts, script), script)
                except AlbertError:
                    # A broken model is told where somebody asks for it.
                    verdicts[key] = False
            if verdicts[key]:
                found.append(entry.info.id)
        return found[:OFFERED]


def hub_models_for(script: Script) -> tuple[str, ...]:
    """Return ids of encoders of the hub for a script, what is made for it first."""
    return tuple(_of_the_hub(script, "encoder"))


def _of_the_hub(script: Script, task: str) -> list[str]:
    fitting = [
        one
        for one in suggested()
        if (one.task == task if task in _HEADS else one.task not in _HEADS)
        and _speaks(one.languages, script)
        and not (script.key in _NOT_OF_104 and _is_of_104(one))
    ]
    fitting.sort(key=lambda one: "multilingual" in one.languages)
    return [one.id for one in fitting[:OFFERED]]


def _is_of_104(one: HubModel) -> bool:
    return "base-multilingual" in one.id


def _speaks(languages: Iterable[str], script: Script) -> bool:
    return bool({*script.languages, "multilingual"} & set(languages))


def _stands_in(info: ModelInfo, task: str) -> bool:
    if not info.is_usable:
        return False
    return info.task == task if task in _HEADS else info.task not in _HEADS


def _vocabulary(folder: Path) -> tuple[object, ...]:
    """Return what is the same for equal vocabularies: names and sizes of their files."""
    found = ((name, folder / name) for name in _FILES)
    return tuple((name, path.stat().st_size) for name, path in found if path.is_file())
