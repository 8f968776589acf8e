"""The real service on a real port, for tests of the service, the client and the contract."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from albert_widgets.backend import Backend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

TOKEN = "a-token-for-tests"


@contextmanager
def serve(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Serve ``app`` with uvicorn on loopback in a thread; yields its url."""
    # uvicorn's own logging would close the handlers of everybody else, and absl's takes the captured stderr with it.
    config = uvicorn.Config(app, port=port, log_level="warning", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive())
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def http(url: str, **headers: str) -> httpx.Client:
    """A plain HTTP client that shows the token; ``headers`` in words_with_underscores are added."""
    shown = {"Authorization": f"Bearer {TOKEN}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.Client(base_url=url, headers=shown, trust_env=False, timeout=60)


def until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait until ``condition()`` is true; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


class HeldBackend(Backend):
    """The backend, but ``tokenize`` waits until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.seen: list[Any] = []

    def tokenize(self, texts: Any, **how: Any) -> Any:
        self.seen.append(texts)
        assert self.go_on.wait(60)
        return super().tokenize(texts, **how)
