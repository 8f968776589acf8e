"""A panel that nobody looks at holds nothing: in the kernel, real backend, real threads."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from albert_widgets.errors import AlbertError
from albert_widgets.widgets import AttentionPanel, TokensPanel

from .test_widgets import Browser, Slow, page_data, source

if TYPE_CHECKING:
    from albert_widgets.backend import Backend


def leave(browser: Browser, view: str) -> None:
    browser.tell(10**6, "leave", kind=f"{view}/leave")


def test_the_result_goes_with_the_last_view(backend: Backend) -> None:
    panel = TokensPanel("The cat sat.", bert=backend)
    browser = Browser(panel)
    for number, view in enumerate("ab", 1):
        browser.ask(number, "tokenize", params=source(panel), kind=f"{view}/tokenize")
    result = weakref.ref(panel.result)
    leave(browser, "a")
    assert result() is not None
    leave(browser, "b")
    gc.collect()
    assert result() is None
    assert browser.accepted == [1, 2]
    # Whoever asks later gets it again: the panel shown in another cell, or a person in Python.
    assert repr(panel) == "TokensPanel('The cat sat.')"
    assert panel.tokens.tokens == backend.tokenize("The cat sat.").tokens
    assert repr(panel).startswith("[CLS] the cat sat")
    assert browser.ask(3, "tokenize", params=source(panel), kind="c/tokenize").tokens == panel.tokens.tokens


def test_what_waits_for_a_view_that_left_is_not_worked_on(backend: Backend) -> None:
    slow = Slow(backend)
    panel = TokensPanel("first", bert=slow)  # type: ignore[arg-type]
    browser = Browser(panel)
    slow.gate.clear()
    for number in range(1, 8):
        params = {"text": f"text {number}", "pair": None, "model": "starter"}
        browser.tell(number, "tokenize", params=params, kind=f"{number}/tokenize")
    for view in "234567":
        leave(browser, view)
    slow.gate.set()
    browser.answer(1)
    assert set(browser.answers) == {1}
    assert "text 7" not in slow.asked


def test_a_closed_panel_is_given_up_at_once(backend: Backend) -> None:
    slow = Slow(backend)
    panel = TokensPanel("first", bert=slow)  # type: ignore[arg-type]
    browser = Browser(panel)
    slow.gate.clear()
    # As many as there are workers, and more that wait for one.
    for number in range(1, 10):
        params = {"text": f"text {number}", "pair": None, "model": "starter"}
        browser.tell(number, "tokenize", params=params, kind=f"{number}/tokenize")
    panel.close()
    asked = list(slow.asked)
    slow.gate.set()
    # Another panel's answer comes after them in the same queue.
    other = Browser(TokensPanel("other", bert=backend))
    other.ask(1, "models")
    assert not browser.answers
    assert len(slow.asked) <= len(asked) + 1
    gone = weakref.ref(panel)
    del panel, browser
    wait_until(lambda: gone() is None)


@pytest.mark.parametrize("kind", [TokensPanel, AttentionPanel])
def test_a_closed_panel_can_be_collected(backend: Backend, kind: type[Any]) -> None:
    panel = kind("The cat sat.", bert=backend)
    Browser(panel).ask(1, "models")
    gone = weakref.ref(panel)
    panel.close()
    panel.close()
    assert panel.result.tokens is not None
    del panel
    wait_until(lambda: gone() is None)


def test_a_panel_that_was_never_made_closes_quietly(backend: Backend) -> None:
    with pytest.raises(AlbertError):
        TokensPanel("", bert=backend)
    with pytest.raises(TypeError):
        TokensPanel("a", nothing=1, bert=backend)
    gc.collect()


def test_view_asks_for_its_page_and_its_code(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = AttentionPanel("The cat sat.", layer=2, bert=backend)
    panel.heads = [1, 3]
    browser = Browser(panel)
    assert browser.ask(1, "code") == panel.code
    page = browser.ask(2, "page")
    assert page == panel.to_html()
    assert '"heads": [1, 3]' in page_data(page)
    assert panel.code.replace('"', '\\"').replace("\n", "\\n") in page_data(page)
    monkeypatch.setattr("albert_widgets.widgets.attention.PAGE_BYTES", 3)
    assert browser.ask(3, "page")["code"] == "too_large"


def wait_until(is_true: Any) -> None:
    done = threading.Event()
    for _ in range(600):
        gc.collect()
        if is_true():
            return
        done.wait(0.05)
    raise AssertionError("it did not happen")
