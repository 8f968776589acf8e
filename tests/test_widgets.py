"""The panels' kernel side: real backend, real messages; only the browser's end of the comm is held by the test."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from albert_widgets.errors import AlbertError, InputInvalid, TooLarge
from albert_widgets.service import wire
from albert_widgets.widgets import AttentionPanel, TokensPanel, panel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from albert_widgets.backend import Backend

SENTENCE = "The cat sat on the mat because it was tired."
UNICODE = "Zoë's naïve café 你好 🙂 unbelievably"


class Browser:
    """The browser's end of a panel's comm: asks, and waits for answers."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.answers: dict[int, tuple[dict[str, Any], list[bytes]]] = {}
        self.accepted: list[int] = []
        self.threads: set[str] = set()
        self._arrived = threading.Condition()
        widget.send = self._hear

    def _hear(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        # What travels must be JSON beside bytes, as on the real wire.
        content = json.loads(json.dumps(content))
        with self._arrived:
            if content.get("accepted"):
                self.accepted.append(content["id"])
            else:
                self.threads.add(threading.current_thread().name)
                self.answers[content["id"]] = content, [bytes(buffer) for buffer in buffers or []]
            self._arrived.notify_all()

    def tell(self, number: object, method: object, **rest: Any) -> None:
        content = {"id": number, "method": method, "params": {}, **rest}
        self.widget._handle_custom_msg(content, [])

    def ask(self, number: int, method: object, **rest: Any) -> Any:
        self.tell(number, method, **rest)
        return self.answer(number)

    def answer(self, number: int) -> Any:
        with self._arrived:
            assert self._arrived.wait_for(lambda: number in self.answers, timeout=60)
        content, buffers = self.answers[number]
        if "error" in content:
            return content["error"]
        specs = wire._array_specs(content["result"])
        arrays = [np.frombuffer(raw, specs[at][0]).reshape(specs[at][1]) for at, raw in enumerate(buffers)]
        return wire.unpack(content["result"], arrays)


@pytest.fixture
def tokens_panel(backend: Backend) -> TokensPanel:
    return TokensPanel(UNICODE, bert=backend)


@pytest.fixture
def attention_panel(backend: Backend) -> AttentionPanel:
    return AttentionPanel(SENTENCE, layer=3, head=7, bert=backend)


def source(widget: Any, **rest: Any) -> dict[str, Any]:
    return {"text": widget.text, "pair": widget.pair, "model": widget.model, **rest}


# --- the data ---------------------------------------------------------------------------------------


def test_panels_hold_the_data(tokens_panel: TokensPanel, attention_panel: AttentionPanel, backend: Backend) -> None:
    assert tokens_panel.tokens.ids.tolist() == backend.tokenize(UNICODE).ids.tolist()
    assert len(tokens_panel.to_frame()) == len(tokens_panel.tokens)
    exact = backend.attention(SENTENCE, layers=[3], heads=[7])
    np.testing.assert_array_equal(attention_panel.attention(layer=3, head=7), exact.weights[0, 0])
    np.testing.assert_array_equal(attention_panel.attention(-3, -5), exact.weights[0, 0])
    assert attention_panel.attention(3, 7).dtype == np.float32
    frame = attention_panel.to_frame(layers=[3], heads=[7])
    assert len(frame) == len(attention_panel.tokens) ** 2


def test_figure_is_of_the_open_head(attention_panel: AttentionPanel) -> None:
    assert attention_panel.figure().axes[0].get_title(loc="left") == "starter: layer 4, head 8"
    assert attention_panel.figure(0, 1).axes[0].get_title(loc="left") == "starter: layer 1, head 2"


def test_result_follows_the_text(tokens_panel: TokensPanel) -> None:
    tokens_panel.text = "Another text"
    assert tokens_panel.tokens.text == "Another text"
    assert "another text" in repr(tokens_panel)


def test_bad_input_raises_at_once(backend: Backend) -> None:
    with pytest.raises(InputInvalid, match="empty"):
        TokensPanel("  ", bert=backend)
    with pytest.raises(AlbertError, match="nosuch"):
        TokensPanel("a", model="nosuch", bert=backend)
    with pytest.raises(InputInvalid, match=r"no layer 6.*\n.*0 to 5"):
        AttentionPanel("a", layer=6, bert=backend)


def test_negative_layer_is_kept_as_its_own_number(backend: Backend) -> None:
    assert AttentionPanel("a cat", layer=-1, head=-12, bert=backend).get_state(["layer", "head"]) == {
        "layer": 5,
        "head": 0,
    }


# --- messages ---------------------------------------------------------------------------------------


def test_tokens_answer_holds_arrays(tokens_panel: TokensPanel) -> None:
    browser = Browser(tokens_panel)
    answer = browser.ask(1, "tokenize", params={"text": "你好 🙂", "pair": None, "model": "starter"})
    assert browser.accepted == [1]
    assert answer.offsets.tolist() == tokens_panel._bert.tokenize("你好 🙂").offsets.tolist()
    assert answer.is_special.dtype == np.bool_


def test_overview_is_the_result_that_is_there_already(attention_panel: AttentionPanel) -> None:
    answer = Browser(attention_panel).ask(
        1, "attention", params=source(attention_panel, pool=48, quantized=True), kind="overview"
    )
    np.testing.assert_array_equal(answer.weights, attention_panel.result.weights)


def test_one_head_is_sent_as_bytes(attention_panel: AttentionPanel) -> None:
    answer = Browser(attention_panel).ask(
        1, "attention", params=source(attention_panel, layers=[3], heads=[7], quantized=True), kind="map"
    )
    assert answer.weights.dtype == np.uint8
    assert answer.weights.shape[:2] == (1, 1)
    np.testing.assert_allclose(answer.attention(3, 7), attention_panel.attention(3, 7), atol=answer.scale.max())


def test_other_views_get_what_they_show(attention_panel: AttentionPanel, backend: Backend) -> None:
    browser = Browser(attention_panel)
    measured = browser.ask(1, "head_statistics", params=source(attention_panel), kind="statistics")
    np.testing.assert_array_equal(measured.entropy, backend.head_statistics(SENTENCE).entropy)
    found = browser.ask(2, "neurons", params=source(attention_panel, layer=1, head=2, query=3))
    np.testing.assert_allclose(found.probabilities, attention_panel.attention(1, 2)[3], atol=1e-6)
    flow = browser.ask(3, "flow", params=source(attention_panel, method="rollout", rows=[2]))
    assert flow.weights.shape == (6, 1, len(attention_panel.tokens))
    for number, method in enumerate(("effect", "attribute", "head_importance"), 5):
        assert browser.ask(number, method, params=source(attention_panel))["code"] == "task_unsupported"
    refused = browser.ask(4, "flow", params=source(attention_panel, folder="/"))
    assert refused["code"] == "malformed"


def test_what_is_chosen_can_be_read_observed_and_set(backend: Backend) -> None:
    panel = AttentionPanel(SENTENCE, layer=2, view="lines", bert=backend)
    chosen = {"layer": 2, "head": 0, "heads": [], "token": None, "view": "lines"}
    switches = {"words": False, "special_tokens": "show", "segments": "all", "layers": None, "weight": "probability"}
    order = {"measure": "habits", "sort": False}
    experiments = {"mask": [], "ablate": [], "compare_text": None, "compare_model": None}
    assert panel.selection == {**chosen, **switches, **order, **experiments}
    seen: list[Any] = []
    panel.observe(lambda change: seen.append((change["name"], change["new"])), ["token", "heads"])
    # As the browser says it.
    panel.set_state({"token": 3, "heads": [0, 4]})
    assert seen == [("token", 3), ("heads", [0, 4])]
    assert panel.selection["token"] == 3
    with pytest.raises(InputInvalid, match="There is no view 'cube'.\nChoose one of: matrix, lines"):
        AttentionPanel(SENTENCE, view="cube", bert=backend)


def test_answers_come_from_another_thread(tokens_panel: TokensPanel) -> None:
    browser = Browser(tokens_panel)
    browser.ask(1, "tokenize", params=source(tokens_panel))
    assert all(name.startswith("albert-panel") for name in browser.threads)


def test_models_are_those_that_can_be_used(tokens_panel: TokensPanel) -> None:
    models = Browser(tokens_panel).ask(1, "models")
    assert {"id": "starter", "layers": 6, "heads": 12} in models


class Slow:
    """The real backend behind a gate: a call waits until the test lets it through."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[str] = []

    def tokenize(self, text: str, **rest: Any) -> Any:
        self.asked.append(text)
        assert self.gate.wait(60)
        return self._backend.tokenize(text, **rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def test_only_the_newest_request_of_a_kind_is_answered(backend: Backend) -> None:
    slow = Slow(backend)
    widget = TokensPanel("first", bert=slow)  # type: ignore[arg-type]
    browser = Browser(widget)
    slow.gate.clear()
    for number, text in enumerate(["a", "ab", "abc", "abcd", "abcde", "abcdef"], start=1):
        browser.tell(number, "tokenize", params={"text": text, "pair": None, "model": "starter"}, kind="v/tokenize")
    browser.tell(100, "tokenize", params={"text": "other view", "pair": None, "model": "starter"}, kind="w/tokenize")
    slow.gate.set()
    assert browser.answer(6).text == "abcdef"
    assert browser.answer(100).text == "other view"
    assert set(browser.answers) == {6, 100}
    # The main thread took all seven while the backend was busy, and those that waited were never worked on.
    assert browser.accepted == [1, 2, 3, 4, 5, 6, 100]
    assert "abcde" not in slow.asked


def test_errors_become_answers(tokens_panel: TokensPanel) -> None:
    browser = Browser(tokens_panel)
    empty = browser.ask(1, "tokenize", params={"text": "", "pair": None, "model": "starter"})
    assert (empty["code"], empty["hint"]) == ("input_invalid", "Type some words.")
    assert browser.ask(2, "no_such")["code"] == "malformed"
    assert browser.ask(3, ["tokenize"])["code"] == "malformed"
    assert browser.ask(4, "tokenize", params=7)["code"] == "malformed"
    # A missing parameter is a fault of ours; it must reach the status line, not vanish in the thread.
    assert "KeyError" in browser.ask(5, "tokenize")["message"]
    for junk in (None, "text", [], {"method": "tokenize"}, {"id": "1"}):
        tokens_panel._handle_custom_msg(junk, [])
    assert set(browser.answers) == {1, 2, 3, 4, 5}


def test_browser_cannot_ask_for_all_maps_at_full_precision(attention_panel: AttentionPanel) -> None:
    browser = Browser(attention_panel)
    assert browser.ask(1, "attention", params=source(attention_panel))["code"] == "malformed"
    assert browser.ask(2, "attention", params=source(attention_panel, quantized=True, x=1))["code"] == "malformed"


def test_browser_gets_parts_of_maps_in_the_size_of_a_screen(
    attention_panel: AttentionPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(attention_panel)
    asked = {"layers": [1], "heads": [2], "rows": [2, 3, 4], "columns": [1, 2]}
    part = browser.ask(1, "attention", params=source(attention_panel, **asked))
    assert (part.rows, part.columns) == ((2, 3, 4), (1, 2))
    np.testing.assert_allclose(part.weights[0, 0], attention_panel.attention(1, 2)[2:5, 1:3], atol=1e-6)
    monkeypatch.setattr("albert_widgets.widgets.attention.SCREEN_BYTES", 6)
    as_bytes = {**asked, "quantized": True}
    assert browser.ask(2, "attention", params=source(attention_panel, **as_bytes)).weights.nbytes == 6
    assert browser.ask(3, "attention", params=source(attention_panel, **asked))["code"] == "malformed"
    larger = (
        {"rows": [1, 2, 3, 4]},
        {"heads": [1, 2]},
        {"layers": [0, 1]},
        {"rows": None},
        {"heads": None},
        {"pool": -1},
    )
    for number, more in enumerate(larger, start=4):
        answer = browser.ask(number, "attention", params=source(attention_panel, **{**as_bytes, **more}))
        assert answer["code"] == "malformed", more
    pooled = {**as_bytes, "rows": list(range(9)), "columns": list(range(6)), "pool": 2}
    assert browser.ask(20, "attention", params=source(attention_panel, **pooled)).weights.shape == (1, 1, 2, 2)


# --- what is saved ----------------------------------------------------------------------------------


def test_state_is_small_and_holds_no_maps(backend: Backend) -> None:
    widget = AttentionPanel("word " * 500, bert=backend)
    before = widget.get_state()
    Browser(widget).ask(1, "attention", params=source(widget, layers=[0], heads=[0], quantized=True))
    assert widget.get_state() == before
    assert len(before.pop("_esm")) < 5_000
    assert len(json.dumps(before)) < 10_000


def test_mimebundle_has_widget_picture_text_and_marker(tokens_panel: TokensPanel) -> None:
    bundle = tokens_panel._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert next(iter(data)) == panel.MARKER
    assert data[panel.MARKER] == {"version": 1}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == tokens_panel.model_id
    assert "##bly" in data["text/html"]
    assert data["text/plain"].startswith("[CLS] zoe")


HOSTILE = "</script><script>alert(1)</script> <!-- <img src=x onerror=alert(2)> &lt; \u2028"


def test_page_is_safe_and_holds_the_data(backend: Backend, tmp_path: Path) -> None:
    widget = TokensPanel(HOSTILE, pair=HOSTILE, bert=backend)
    path = widget.save(tmp_path / "tokens.html")
    page = path.read_text(encoding="utf-8")
    # Two scripts of ours, and each ends where it should.
    assert len(re.findall(r"<script", page, re.IGNORECASE)) == 2
    assert len(re.findall(r"</script", page, re.IGNORECASE)) == 2
    assert "<!--" not in page
    assert "<img" not in page
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    data = json.loads(page_data(page))
    assert data["state"]["text"] == HOSTILE
    ids = np.frombuffer(base64.b64decode(data["buffers"][0]), np.int64)
    assert ids.tolist() == widget.tokens.ids.tolist()


def test_attention_page_holds_the_chosen_heads(attention_panel: AttentionPanel) -> None:
    data = json.loads(page_data(attention_panel.to_html(layers=[3], heads=[7, 0])))
    assert data["result"]["maps"]["layers"] == [3]
    assert data["result"]["maps"]["heads"] == [7, 0]
    spec = data["result"]["maps"]["weights"]
    assert (spec["dtype"], spec["shape"][:2]) == ("uint8", [1, 2])
    assert data["state"]["layer"] == 3


def test_attention_page_over_the_limit_says_what_to_type(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = AttentionPanel(SENTENCE, bert=backend)
    monkeypatch.setattr("albert_widgets.widgets.attention.PAGE_BYTES", 3000)
    with pytest.raises(TooLarge, match=r"\.to_html\(layers=\[0\]"):
        widget.to_html()
    assert "albert-widgets-data" in widget.to_html(layers=[0])


def page_data(page: str) -> str:
    found = re.search(r'id="albert-widgets-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return found.group(1)


# --- saved pages in a real browser ------------------------------------------------------------------


def look(path: Path, do: Callable[[Page], Any], **options: Any) -> Any:
    """Open a saved page in Chromium and return what ``do`` finds; whatever the page fetches or logs is an error."""
    program = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "These tests need Chromium; CHROMIUM_PATH may say where it is."
    slips: list[str] = []

    def work() -> Any:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(**options)
            page.on("console", lambda message: slips.append(message.text))
            page.on("pageerror", lambda error: slips.append(str(error)))
            page.on("request", lambda request: request.url == path.as_uri() or slips.append(request.url))
            page.goto(path.as_uri())
            page.wait_for_selector(".albert-panel[data-state=ready]")
            found = do(page)
            browser.close()
            return found

    # Playwright's synchronous interface may run only once a thread, and the end-to-end tests use this one.
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(work).result()
    assert not slips
    return found


def test_page_marks_the_span_of_a_token_behind_an_emoji(tokens_panel: TokensPanel, tmp_path: Path) -> None:
    path = tokens_panel.save(tmp_path / "tokens.html")

    def do(page: Page) -> Any:
        chips = page.locator(".albert-chip")
        marks = []
        for index in range(chips.count()):
            chips.nth(index).hover()
            marked = page.locator(".albert-mirror mark")
            marks.append(marked.text_content() if marked.count() else "")
        chips.first.focus()
        page.keyboard.press("ArrowRight")
        return marks, page.locator(".albert-tip").text_content(), page.locator(".albert-status").text_content()

    marks, tip, status = look(path, do)
    tokens = tokens_panel.tokens
    assert marks == [tokens.span(index) for index in range(len(tokens))]
    assert "🙂" in marks
    assert tip == f"zoe · id {tokens.ids[1]} · characters 0–3"
    assert status == f"{tokens.summary()} · saved page"


def test_page_reads_out_exact_weights_by_keyboard(attention_panel: AttentionPanel, tmp_path: Path) -> None:
    path = attention_panel.save(tmp_path / "attention.html")

    def do(page: Page) -> Any:
        page.locator(".albert-overview [role=grid]").focus()
        for key in ("ArrowLeft", "ArrowUp", "Enter"):
            page.keyboard.press(key)
        opened = page.locator(".albert-legend code").text_content()
        page.locator("[aria-label^='One head']").focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
            page.keyboard.press(key)
        colours = page.evaluate(
            "() => [...document.querySelectorAll('.albert-grid canvas:first-child')].map(canvas => new Set("
            "new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)"
            ").size)"
        )
        return opened, page.locator(".albert-tip").text_content(), colours

    opened, tip, colours = look(path, do)
    assert opened == ".attention(layer=2, head=6)"
    exact = attention_panel.attention(2, 6)
    read = re.fullmatch(r"cat → the ([\d.]+) · layer 3, head 7", tip)
    assert read
    # The weights travel as bytes.
    assert abs(float(read[1]) - exact[2, 1]) <= exact.max() / 255
    assert min(colours) > 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_the_theme_and_fits_a_narrow_window(backend: Backend, tmp_path: Path, scheme: str) -> None:
    path = AttentionPanel("The council voted. " * 20, bert=backend).save(tmp_path / "attention.html")

    def do(page: Page) -> Any:
        return page.evaluate(
            "() => [document.querySelector('.albert-panel').dataset.theme, document.documentElement.scrollWidth]"
        )

    assert look(path, do, color_scheme=scheme, viewport={"width": 360, "height": 800}) == [scheme, 360]


# --- the front end ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["loader", "tokens", "attention", "finetune", "predict", "summary"])
def test_bundle_loads_nothing_from_elsewhere(name: str) -> None:
    # A link to a paper is followed by a person only, and the name of SVG by nobody.
    text = re.sub(r"https://arxiv\.org/abs/([\d.]+|\$\{\w+\})|http://www\.w3\.org/2000/svg", "", panel.front_end(name))
    # The loader imports what the kernel sent, by a name of the browser's own.
    text = text.replace("import(", "", name == "loader")
    # Python that a person may copy.
    text = text.replace("import albert_widgets as aw", "")
    assert not re.search(r"""\bimport\b|\bfetch\(|XMLHttpRequest|https?://""", text)


def test_missing_bundle_says_what_to_type(backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "STATIC", tmp_path)
    panel.front_end.cache_clear()
    with pytest.raises(AlbertError, match="jlpm build"):
        TokensPanel("a", bert=backend)


@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!doc")]
)
def test_panel_is_saved_by_its_ending(backend: Backend, tmp_path: Path, ending: str, start: bytes) -> None:
    panel_ = AttentionPanel("It costs $5 or $6 <b>now</b>.", bert=backend, layer=2)
    path = panel_.save(tmp_path / f"head.{ending}")
    content = path.read_bytes()
    assert content.startswith(start)
    assert b"<b>now" not in content


def test_what_a_panel_cannot_be_saved_as(tokens_panel: TokensPanel, attention_panel: AttentionPanel) -> None:
    with pytest.raises(InputInvalid, match=r"cannot be saved as \.docx.*\nChoose \.html, \.svg, \.pdf, \.png"):
        attention_panel.save("head.docx")
    with pytest.raises(InputInvalid, match="cannot be saved as a file without an ending"):
        attention_panel.save("head")
    with pytest.raises(InputInvalid, match=r"cannot be saved as \.svg.*\nChoose \.html\.$"):
        tokens_panel.save("tokens.svg")


def test_panels_need_neither_torch_nor_the_backend_extra() -> None:
    code = "import sys, albert_widgets.widgets.tokens, albert_widgets.widgets.attention\nprint(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"torch", "transformers", "fastapi", "pydantic", "huggingface_hub", "psutil", "uvicorn"}
