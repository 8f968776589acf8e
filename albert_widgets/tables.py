"""Any table a person may have, as one narwhals frame: pandas, polars, pyarrow, datasets, a CSV or Parquet file."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from .errors import InputInvalid, MissingExtra, TooLarge
from .results.models import readable_bytes

MAX_FILE_BYTES = 1_000_000_000
"""A larger file is not opened: it has to be cut down by somebody who knows what is in it."""


def as_frame(data: Any) -> tuple[Any, dict[str, list[str]]]:
    """Return ``data`` as an eager narwhals frame, and the names that it gives to the numbers of a column.

    The names are those of a ``ClassLabel`` of ``datasets``; other tables have none.

    Raises
    ------
    InputInvalid
        That is no table, or a file that is not there or cannot be read.
    TooLarge
        A file over :data:`MAX_FILE_BYTES`.
    """
    import narwhals as nw

    if isinstance(data, str | os.PathLike):
        return _file(Path(data).expanduser()), {}
    names: dict[str, list[str]] = {}
    if hasattr(data, "features") and hasattr(data, "with_format"):
        names = {column: list(kind.names) for column, kind in data.features.items() if hasattr(kind, "names")}
        data = data.with_format("arrow")[:]
    elif isinstance(data, dict) and data and all(hasattr(part, "with_format") for part in data.values()):
        first = next(iter(data))
        raise InputInvalid(f"This is several sets: {', '.join(map(str, data))}.", f"Choose one: data[{first!r}].")
    elif hasattr(data, "collect") and hasattr(data, "collect_schema"):
        raise InputInvalid("This is a lazy frame; nothing has been read yet.", "data.collect() reads it.")
    try:
        return nw.from_native(data, eager_only=True), names
    except TypeError as error:
        raise InputInvalid(
            f"Expected labelled texts, got {type(data).__name__}.",
            "Give a pandas or polars DataFrame, a pyarrow table, a datasets.Dataset, the path of a CSV or Parquet "
            "file, or a list of (text, label).",
        ) from error


def _file(path: Path) -> Any:
    import narwhals as nw

    kind = path.suffix.lower()
    if kind not in {".csv", ".tsv", ".parquet"}:
        raise InputInvalid(f"{str(path)!r} is no CSV or Parquet file.", "Its name must end in .csv, .tsv or .parquet.")
    if not path.is_file():
        raise InputInvalid(f"There is no file {str(path)!r}.", "A relative path starts at the kernel's own folder.")
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        raise TooLarge(
            f"{path.name} has {readable_bytes(size)}; the limit is {readable_bytes(MAX_FILE_BYTES)}.",
            "Read the columns that you need, take a sample: pandas.read_csv(…, usecols=[…]).sample(20_000).",
            limit=MAX_FILE_BYTES,
        )
    library: Any = next((name for name in ("polars", "pandas", "pyarrow") if importlib.util.find_spec(name)), None)
    if library is None:
        raise MissingExtra("To read a file, pandas, polars or pyarrow is needed; none is here.", "pip install pandas")
    try:
        if kind == ".parquet":
            return nw.read_parquet(str(path), backend=library)
        return nw.read_csv(str(path), backend=library, **_csv_options(library, "\t" if kind == ".tsv" else ","))
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputInvalid(
            f"{library} cannot read {path.name}: {reason}", "Is it UTF-8, with a header line?"
        ) from error


def _csv_options(library: str, separator: str) -> dict[str, Any]:
    """Return how a library reads CSV so that the words NA, null and None stay texts."""
    if library == "polars":
        # A column's type is that of all its rows, not of the first hundred.
        return {"separator": separator, "infer_schema_length": None}
    if library == "pandas":
        return {"sep": separator, "keep_default_na": False, "na_values": [""]}
    from pyarrow import csv

    return {"parse_options": csv.ParseOptions(delimiter=separator, newlines_in_values=True)}
