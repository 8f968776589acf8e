"""Summaries of a column of a DataFrame: pandas, polars or any frame narwhals knows; index and order kept."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .columns import named_column, only_text_column
from .errors import AlbertError, BackendUnavailable, InputInvalid
from .frames import with_columns
from .inputs import check_text
from .progress import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from .results import Summary


def summarize_frame(summarize: Callable[[str], Summary], frame: Any, *, column: str | None) -> Any:
    """Return ``frame`` with ``summary``, and ``summary_error`` where rows could not be summarized.

    Parameters
    ----------
    summarize
        Makes the summary of a text.
    column
        The one that holds the texts; a frame with a single column of strings needs none.

    Raises
    ------
    InputInvalid
        No such column, or no rows. What is wrong with a row stands in its ``summary_error``; the others are done.
    BackendUnavailable
        The backend is gone: no other row could be done, either.
    """
    import narwhals as nw

    native = nw.from_native(frame, eager_only=True)
    name = only_text_column(native) if column is None else named_column(native, column)
    values: list[Any] = native[name].to_list()
    if not values:
        raise InputInvalid("The frame has no rows.")
    texts: list[str | None] = []
    errors: list[str | None] = []
    with watched("rows") as tell:
        for done, value in enumerate(values, 1):
            text, error = _row(summarize, value)
            texts.append(text)
            errors.append(error)
            tell(done, len(values))
    added: dict[str, list[str | None]] = {"summary": texts}
    if failed := [row for row, error in enumerate(errors) if error]:
        added["summary_error"] = errors
        warnings.warn(
            f"{len(failed):,} of {len(values):,} rows have no summary; see summary_error. The first is row "
            f"{failed[0]} (counted from 0): {errors[failed[0]]}",
            stacklevel=3,
        )
    # A column without any text has no other sign of its type.
    return with_columns(native, added, nw.String)


def _row(summarize: Callable[[str], Summary], value: object) -> tuple[str | None, str | None]:
    """Return the summary of a row, or why there is none."""
    try:
        if value is None or value != value:  # noqa: PLR0124 – a NaN is no None for every library
            raise InputInvalid("The text is missing.")
        return summarize(check_text(value)).text, None
    except BackendUnavailable:
        raise
    except AlbertError as error:
        return None, str(error).split("\n", 1)[0]
