"""Requests of one kind that wait at the same time are computed in one call, and each gets its own part.

A request that comes while nothing of its kind is computed begins at once. Whatever comes meanwhile gathers, and the
next call takes of it as much as :class:`.limits.Limits` allows: every client in turn, so that who sends one text waits
for one call at most, whoever has sent thousands.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from albert_widgets.backend.callers import caller, client, user
from albert_widgets.errors import AlbertError, Overloaded
from albert_widgets.inputs import check_pairs, check_texts

from .fair_line import Asked, FairLine
from .rows import cut, put_together
from .work_queue import RETRY_AFTER_SECONDS, ClientGone, hang_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from albert_widgets.protocol import BertBackend

    from .limits import Limits
    from .work_queue import WorkQueue

T = TypeVar("T")


@dataclass(eq=False)
class _Kind:
    """Calls that can be one: of the same method, with the same arguments but the texts."""

    key: tuple[str, str]
    method: str
    options: dict[str, Any]
    line: FairLine = field(default_factory=FairLine)


@dataclass(eq=False, kw_only=True)
class _Request(Asked):
    """A request with who waits for its answer."""

    name: str
    user: str
    context: contextvars.Context
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    finish: Callable[[Any], Any]
    has_begun: bool = False

    def deliver(self, value: Any) -> None:
        """Hand over the answer, or the error, from another thread."""
        # The loop is closed only when the server has ended, and nobody waits.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._set, value)

    def _set(self, value: Any) -> None:
        if self.answer.done():
            return
        if isinstance(value, BaseException):
            self.answer.set_exception(value)
        else:
            self.answer.set_result(value)


class Gathering:
    """Makes calls of many requests one.

    Parameters
    ----------
    work
        The queue whose threads compute; each call of a kind is put at its end, so that other work has its turn, too.
    """

    def __init__(self, backend: BertBackend, work: WorkQueue, limits: Limits) -> None:
        self._backend = backend
        self._work = work
        self._limits = limits
        self._kinds: dict[tuple[str, str], _Kind] = {}
        self._texts = 0
        self._texts_of: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def run(self, request: Request, method: str, arguments: dict[str, Any], finish: Callable[[Any], T]) -> T:
        """Return ``finish(result)``, where ``result`` is what the call alone would return.

        Parameters
        ----------
        method
            Of the backend: ``"predict"`` or ``"embed"``.
        arguments
            Of the method: ``texts``, perhaps ``pair``, and whatever else it takes.
        finish
            Called in a thread.

        Raises
        ------
        Overloaded
            Too many requests, or too many texts, are in progress.
        ClientGone
            The client hung up; texts that were not computed by then never are.
        """
        if isinstance(texts := arguments["texts"], str) or len(texts) <= self._limits.batch_texts:
            given = _checked(arguments)
        else:
            given = await asyncio.to_thread(_checked, arguments)
        if given is None:
            # The backend refuses it in its own words; nobody else's call must hear them.
            call = getattr(self._backend, method)
            return await self._work.run(lambda: finish(call(**arguments)), request.receive)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        asked = _Request(
            client=client() or (request.client.host if request.client else ""),
            texts=given[0],
            pairs=given[1],
            name=caller.get(),
            user=user.get(),
            context=contextvars.copy_context(),
            loop=loop,
            answer=answer,
            finish=finish,
        )
        options = {key: value for key, value in arguments.items() if key not in {"texts", "pair"}}
        kind = self._add(asked, method, options)

        def left(watch: asyncio.Task[None]) -> None:
            if not watch.cancelled() and not answer.done():
                answer.set_exception(watch.exception() or ClientGone())

        gone = asyncio.ensure_future(hang_up(request.receive))
        gone.add_done_callback(left)
        try:
            return await answer
        finally:
            gone.cancel()
            self._remove(asked, kind)

    def _add(self, asked: _Request, method: str, options: dict[str, Any]) -> _Kind:
        key = method, repr((sorted(options.items()), asked.pairs is None))
        with self._lock:
            limit = self._limits.max_waiting_texts
            if self._texts and self._texts + len(asked.texts) > limit:
                raise Overloaded(
                    f"The backend has {self._texts:,} texts in progress; with these it were more than {limit:,}.",
                    f"Try again in {RETRY_AFTER_SECONDS} s, or send fewer texts at a time.",
                    retry_after=RETRY_AFTER_SECONDS,
                    limit=limit,
                )
            self._check_user(asked)
            self._work.places.enter()
            self._texts += len(asked.texts)
            self._texts_of[asked.user] += len(asked.texts)
            if key in self._kinds:
                kind = self._kinds[key]
            else:
                kind = self._kinds[key] = _Kind(key, method, options)
                self._work.submit_uncounted(lambda: self._turn(kind))
            kind.line.add(asked)
        return kind

    def _check_user(self, asked: _Request) -> None:
        limit, mine = self._limits.user_texts, self._texts_of[asked.user]
        if asked.user and mine and mine + len(asked.texts) > limit:
            raise Overloaded(
                f"{asked.user} has {mine:,} texts in progress; with these it were more than {limit:,}, "
                "the limit for each user.",
                f"Try again in {RETRY_AFTER_SECONDS} s, or send fewer texts at a time. "
                "(albert-widgets serve --user-texts)",
                retry_after=RETRY_AFTER_SECONDS,
                limit=limit,
            )

    def _remove(self, asked: _Request, kind: _Kind) -> None:
        with self._lock:
            kind.line.remove(asked)
            self._texts -= len(asked.texts)
            self._texts_of[asked.user] -= len(asked.texts)
            self._work.places.leave(has_begun=asked.has_begun)

    def _turn(self, kind: _Kind) -> None:
        """Compute what waits, as far as one call may go; in a thread of the queue."""
        with self._lock:
            batch: dict[Any, list[int]] = kind.line.take(self._limits.batch_texts, self._limits.batch_characters)
            for asked in batch:
                if not asked.has_begun:
                    asked.has_begun = True
                    self._work.places.begin()
        results = self._computed(kind, batch) if batch else {}
        with self._lock:
            for asked, result in results.items():
                if isinstance(result, BaseException):
                    kind.line.remove(asked)
                else:
                    asked.parts.append((batch[asked], result))
            whole = [asked for asked in results if asked.is_whole and not asked.answer.done()]
            if kind.line:
                # The next call begins before the answers of this one are written. At the end of the server nothing
                # begins any more.
                with contextlib.suppress(RuntimeError):
                    self._work.submit_uncounted(lambda: self._turn(kind))
            else:
                del self._kinds[kind.key]
        for asked, result in results.items():
            if isinstance(result, BaseException):
                asked.deliver(result)
        # The shortest first: encoding thousands of vectors takes its time.
        for asked in sorted(whole, key=lambda asked: len(asked.texts)):
            asked.deliver(_finished(asked))

    def _computed(self, kind: _Kind, batch: dict[_Request, list[int]]) -> dict[_Request, Any]:
        """Return for each request what became of its texts: a result, or the exception."""
        try:
            joint = self._called(kind, batch)
        except BaseException as error:  # noqa: BLE001 – a panic of a tokenizer, too, is handed to whoever asked
            if len(batch) == 1:
                return dict.fromkeys(batch, error)
            # Each alone, so that only who caused it has the error.
            return {asked: self._computed(kind, {asked: indices})[asked] for asked, indices in batch.items()}
        if len(batch) == 1:
            return dict.fromkeys(batch, joint)
        results: dict[_Request, Any] = {}
        start = 0
        for asked, indices in batch.items():
            stop = start + len(indices)
            results[asked] = cut(joint, start, stop)
            start = stop
        return results

    def _called(self, kind: _Kind, batch: dict[_Request, list[int]]) -> Any:
        texts = [asked.texts[index] for asked, indices in batch.items() for index in indices]
        arguments = {**kind.options, "texts": texts}
        first, *others = batch
        if first.pairs is not None:
            arguments["pair"] = [(asked.pairs or ())[index] for asked, indices in batch.items() for index in indices]
        result = first.context.run(getattr(self._backend, kind.method), **arguments)
        # The call itself is made in the name of one of them, but people see all who use a model. It is in memory now,
        # unless it had to make room already.
        named = {asked.name: asked for asked in others if asked.name not in {"", first.name}}
        for asked in named.values():
            with contextlib.suppress(AlbertError):
                asked.context.run(self._backend.load, kind.options.get("model"))
        return result


def _checked(arguments: dict[str, Any]) -> tuple[list[str], list[str] | None] | None:
    """Return texts and pairs as lists; None when the backend will refuse them."""
    try:
        texts = check_texts(arguments["texts"])
        pair = arguments.get("pair")
        return texts, None if pair is None else check_pairs(pair, texts)
    except AlbertError:
        return None


def _finished(asked: _Request) -> Any:
    try:
        return asked.finish(put_together(asked.parts))
    except Exception as error:  # noqa: BLE001 – handed to whoever asked
        return error
