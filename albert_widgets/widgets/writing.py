"""A summary that a model is writing: for all who wait for it, and no longer than somebody does."""

from __future__ import annotations

import contextvars
import threading
from typing import TYPE_CHECKING

from albert_widgets.errors import AlbertError

from .answering import Abandoned

if TYPE_CHECKING:
    from collections.abc import Callable

    from albert_widgets.results import Summary


class Writing:
    """One question to a model that writes, worked on in a thread of its own.

    Parameters
    ----------
    write
        Asks it; tells the text so far to its argument, and ends with what that raises.
    on_end
        Called in that thread with the summary when it is whole; with None when it failed or was stopped.
    """

    def __init__(
        self, write: Callable[[Callable[[str], None]], Summary], on_end: Callable[[Summary | None], None]
    ) -> None:
        self._write, self._on_end = write, on_end
        self._changed = threading.Condition()
        self._text: str | None = None
        self._summary: Summary | None = None
        self._error: Exception | None = None
        self._followers = 0
        self._is_stopped = False
        # The context says which cell's output is renewed at the end.
        work = contextvars.copy_context().run
        threading.Thread(target=work, args=(self._run,), name="albert-writing", daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self._summary is not None or self._error is not None

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a summary."""
        return self._error is not None

    def begun(self) -> Summary | None:
        """Wait for the first words, and return the summary if it is whole with them.

        Raises
        ------
        AlbertError
            It cannot be written.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.is_over or self._text is not None)
            return self._summary if self._error is None else self._whole()

    def follow(self, tell: Callable[[str], None] | None = None) -> Summary:
        """Wait for the summary; ``tell`` hears the text so far, and may raise :class:`Abandoned` to leave.

        Whoever leaves last stops the writing.
        """
        heard: str | None = None
        with self._changed:
            self._followers += 1
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda before=heard: self.is_over or self._text != before)  # type: ignore[misc]
                    if self.is_over:
                        return self._whole()
                    heard = self._text
                if tell is not None and heard is not None:
                    tell(heard)
        except Abandoned:
            with self._changed:
                self._is_stopped |= self._followers == 1
            raise
        finally:
            with self._changed:
                self._followers -= 1

    def stop(self) -> None:
        """End the writing at its next word; who follows is told so."""
        self._is_stopped = True

    def _whole(self) -> Summary:
        if self._error is not None:
            raise self._error
        if self._summary is None:
            raise AssertionError
        return self._summary

    def _run(self) -> None:
        made: Summary | None = None
        error: Exception | None = None
        try:
            made = self._write(self._hear)
        except Abandoned:
            error = AlbertError("The writing was stopped.", "Choose the method again, or run the cell again.")
        except Exception as slip:  # noqa: BLE001 – raised again for each who waits
            error = slip
        with self._changed:
            self._summary, self._error = made, error
            self._changed.notify_all()
        self._on_end(made)

    def _hear(self, text: str) -> None:
        if self._is_stopped:
            raise Abandoned
        with self._changed:
            self._text = text
            self._changed.notify_all()
