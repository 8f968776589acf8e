"""The model manager in a real JupyterLab, with a cookie and the XSRF token, in front of a real backend and hub."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from albert_widgets.service.launch import read_connection
from tests.hub import COMMIT, Hub, serving

from .conftest import lab_process, write_setting
from .lab import PATIENCE
from .sidebar import sidebar_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from .lab import Lab

MODEL = "someone/tiny-bert"
WEIGHTS = f"/{MODEL}/resolve/{COMMIT}/model.safetensors"
HERE, MEMORY, JOBS, MORE = "Models on this machine", "Models in memory", "Jobs", "Models to download"


@pytest.fixture(scope="module")
def repo(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of some megabytes, with a card that tries to do harm."""
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    folder = tmp_path_factory.mktemp("repo")
    config = tf.BertConfig(vocab_size=2000, hidden_size=128, num_hidden_layers=8, num_attention_heads=4)
    torch.manual_seed(0)
    tf.BertModel(config).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    card = "---\nlicense: mit\nlanguage: en\n---\n# A tiny BERT\n<img src=x onerror='window.harmed = true'>\n"
    (folder / "README.md").write_text(f"{card}<script>window.harmed = true</script>\n\nMade for *tests*.\n")
    return folder


@pytest.fixture(scope="module")
def hub(repo: Path) -> Iterator[Hub]:
    with serving({MODEL: repo}) as served:
        yield served


@pytest.fixture(scope="module")
def lab(browser: Browser, hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab whose backend asks the hub on loopback."""
    environment = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DOWNLOAD_TIMEOUT": "3"}
    with lab_process(browser, tmp_path_factory.mktemp("manager"), environment=environment) as running:
        yield running


@pytest.fixture
def ask(lab: Lab) -> Iterator[Callable[..., Any]]:
    """Ask the backend through the door, as a program does."""
    with lab.server.client() as client:

        def asked(method: str, path: str, **body: Any) -> Any:
            answer = client.request(method, f"{lab.server.door}/{path}", json=body or None)
            assert answer.is_success, answer.text
            return answer.json()

        yield asked


@pytest.fixture(autouse=True)
def _as_it_was(lab: Lab, hub: Hub, ask: Callable[..., Any]) -> Iterator[None]:
    """After a test the hub is well again, and nothing is loaded or downloaded."""
    yield
    hub.bytes_per_second = hub.breaks = hub.break_after = 0
    hub.refusals.clear()
    hub.altered = set()
    hub.stall_after = None
    hub.sent.clear()
    for job in ask("GET", "jobs"):
        if job["state"] in {"queued", "running", "paused", "interrupted"}:
            ask("POST", f"jobs/{job['id']}/stop")
            until(lambda ended=job["id"]: ask("GET", f"jobs/{ended}")["ended"])
    for model in ask("GET", "models"):
        if model["device"]:
            ask("POST", f"models/{model['id'].replace('/', '%2F')}/unload")
    if any(model["id"] == MODEL for model in ask("GET", "models")):
        ask("DELETE", f"models/{MODEL.replace('/', '%2F')}")
    shutil.rmtree(lab.server.folder / "huggingface" / "hub", ignore_errors=True)


def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def downloaded(ask: Callable[..., Any]) -> None:
    job = ask("POST", f"models/{MODEL.replace('/', '%2F')}/download")
    until(lambda: ask("GET", f"jobs/{job['id']}")["state"] == "finished")


def test_a_model_is_loaded_used_in_a_notebook_and_unloaded(browser: Browser, lab: Lab, ask: Callable[..., Any]) -> None:
    lab.write("uses.ipynb", ["1 + 1"])
    with sidebar_page(browser, lab, notebook="uses.ipynb") as sidebar:
        page = sidebar.page
        sidebar.open()
        expect(sidebar.panel.get_by_text("No model is in memory")).to_be_visible()
        sidebar.press(sidebar.row(HERE, "starter"), "Load into memory")
        loaded = sidebar.row(MEMORY, "starter")
        expect(loaded).to_be_visible(timeout=PATIENCE)
        expect(loaded).to_contain_text("6×12")
        expect(sidebar.panel.get_by_role("meter", name="Memory that models take")).to_have_attribute(
            "aria-valuetext", re.compile(r"^91 MB of ")
        )
        assert [model["id"] for model in ask("GET", "models") if model["device"]] == ["starter"]
        # A visible cell, and nothing runs by itself.
        sidebar.press(sidebar.row(HERE, "starter"), "Use in this notebook")
        cell = page.locator(".jp-CodeCell").nth(1)
        expect(cell).to_contain_text("%load_ext albert_widgets")
        expect(cell).to_contain_text("%albert use starter")
        expect(cell.locator(".jp-InputPrompt")).to_have_text("[ ]:")
        expect(page.locator(".jp-Notebook-ExecutionIndicator").first).to_have_attribute("data-status", "idle")
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-InputPrompt")).to_have_text("[1]:", timeout=PATIENCE)
        expect(cell.locator(".jp-OutputArea")).to_contain_text("starter")
        page.keyboard.type('%albert embed "The cat sat."')
        page.keyboard.press("Shift+Enter")
        expect(loaded).to_contain_text("uses.ipynb", timeout=PATIENCE)
        sidebar.press(loaded, "Unload from memory")
        expect(sidebar.panel.get_by_text("No model is in memory")).to_be_visible()
        assert not [model["id"] for model in ask("GET", "models") if model["device"]]


def test_two_pages_agree_within_a_second(browser: Browser, lab: Lab) -> None:
    with sidebar_page(browser, lab) as one, sidebar_page(browser, lab) as other:
        one.open()
        other.open()
        one.press(one.row(HERE, "starter"), "Load into memory")
        expect(one.row(MEMORY, "starter")).to_be_visible(timeout=PATIENCE)
        expect(other.row(MEMORY, "starter")).to_be_visible(timeout=1500)
        other.press(other.row(MEMORY, "starter"), "Unload from memory")
        expect(other.row(MEMORY, "starter")).to_have_count(0)
        expect(one.row(MEMORY, "starter")).to_have_count(0, timeout=1500)


def test_a_download_says_its_size_is_stopped_resumed_and_deleted(
    browser: Browser, lab: Lab, hub: Hub, repo: Path, ask: Callable[..., Any]
) -> None:
    size = (repo / "model.safetensors").stat().st_size
    hub.bytes_per_second = 3_000_000
    with sidebar_page(browser, lab) as sidebar:
        page = sidebar.page
        sidebar.open()
        sidebar.command("Download a model")
        sidebar.dialog.get_by_label("Id on the hub").fill(MODEL)
        expect(sidebar.dialog).to_contain_text("To fetch", ignore_case=True, timeout=PATIENCE)
        expect(sidebar.dialog).to_contain_text("apache-2.0")
        sidebar.answer("Download")
        job = sidebar.row(JOBS, MODEL)
        bar = job.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d*$"), timeout=PATIENCE)
        expect(job).to_contain_text(re.compile(r"\d:\d\d left"), timeout=PATIENCE)
        expect(job).to_contain_text(re.compile(r"[kM]B/s"))
        expect(page.locator(".jp-AlbertStatus")).to_contain_text(re.compile(r"tiny-bert \d+ %"))
        sidebar.press(job, "Stop")
        expect(job).to_contain_text("stopped", timeout=PATIENCE)
        # What the hub had written into its buffers before it met the closed line may count as sent.
        until(lambda: WEIGHTS in hub.broken_off)
        first = hub.sent[WEIGHTS]
        time.sleep(0.5)
        assert hub.sent[WEIGHTS] == first < size, "it went on"
        expect(sidebar.row(HERE, MODEL)).to_have_count(0)
        hub.bytes_per_second = 0
        sidebar.press(job, "Resume")
        row = sidebar.row(HERE, MODEL)
        expect(row).to_be_visible(timeout=PATIENCE)
        assert hub.sent[WEIGHTS] - first < size, "the second try began where the first ended"
        expect(page.locator(".Toastify__toast", has_text=f"{MODEL} is downloaded.")).to_be_visible()


def test_a_model_is_read_about_and_deleted_with_what_that_frees(
    browser: Browser, lab: Lab, ask: Callable[..., Any]
) -> None:
    downloaded(ask)
    with sidebar_page(browser, lab) as sidebar:
        page = sidebar.page
        sidebar.open()
        row = sidebar.row(HERE, MODEL)
        # Its card is shown, and can do no harm.
        sidebar.choose(row, "Model card")
        expect(page.get_by_role("heading", name="A tiny BERT")).to_be_visible()
        assert page.evaluate("window.harmed") is None
        # Refused while it is in memory, unless it is unloaded first.
        ask("POST", f"models/{MODEL.replace('/', '%2F')}/load")
        expect(sidebar.row(MEMORY, MODEL)).to_be_visible(timeout=PATIENCE)
        sidebar.choose(row, "Delete…")
        expect(sidebar.dialog).to_contain_text(re.compile(r"That frees 29 MB"))
        expect(sidebar.dialog).to_contain_text("It is in memory")
        sidebar.answer("Unload and delete")
        gone = sidebar.row(HERE, MODEL).filter(has_text="deleted")
        expect(gone).to_be_visible(timeout=PATIENCE)
        gone.get_by_role("button", name="Undo", exact=True).first.click()
        expect(gone).to_have_count(0)
        expect(row).to_be_visible()
        assert any(model["id"] == MODEL for model in ask("GET", "models"))
        row.click()
        row.press("Delete")
        sidebar.answer("Delete")
        expect(gone).to_be_visible(timeout=PATIENCE)
        assert len(ask("GET", "trash")) == 1
        # The page goes: what it has deleted goes, too.
        page.goto("about:blank")
        until(lambda: ask("GET", "trash") == [])
        assert not any(model["id"] == MODEL for model in ask("GET", "models"))
        assert not list((lab.server.folder / "huggingface" / "hub").rglob("model.safetensors"))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        pytest.param("silent", "is silent", marks=pytest.mark.slow),
        ("429", "asked too often"),
        pytest.param("500", "out of order", marks=pytest.mark.slow),
        pytest.param("403", "does not let you have", marks=pytest.mark.slow),
        pytest.param("checksum", "is not what the hub says", marks=pytest.mark.slow),
    ],
)
def test_what_goes_wrong_on_the_way_is_told_with_its_cause(
    browser: Browser, lab: Lab, hub: Hub, repo: Path, ask: Callable[..., Any], harm: str, message: str
) -> None:
    from tests.hub import Refusal

    size = (repo / "model.safetensors").stat().st_size
    if harm == "silent":
        hub.stall_after = 0
    elif harm == "checksum":
        hub.lie = True
    else:
        hub.refusals["model.safetensors"] = Refusal(int(harm), {"Retry-After": "600"} if harm == "429" else {})
    with sidebar_page(browser, lab) as sidebar:
        sidebar.open()
        ask("POST", f"models/{MODEL.replace('/', '%2F')}/download")
        job = sidebar.row(JOBS, MODEL).first
        expect(job).to_contain_text(message, timeout=PATIENCE)
        expect(job).to_contain_text("failed")
        expect(job.get_by_role("button", name="Copy the message")).to_be_visible()
        expect(sidebar.row(HERE, MODEL)).to_have_count(0)
        usable = [model["id"] for model in ask("GET", "models") if model["is_usable"]]
        assert usable == ["starter"]
        before = hub.sent.get(WEIGHTS, 0)
        hub.refusals.clear()
        hub.lie, hub.stall_after = False, None
        sidebar.press(job, "Resume")
        expect(sidebar.row(HERE, MODEL)).to_be_visible(timeout=PATIENCE)
        again = hub.sent[WEIGHTS] - before
        assert again == size


@pytest.mark.slow
def test_a_line_that_breaks_is_taken_up_where_it_broke(
    browser: Browser, lab: Lab, hub: Hub, repo: Path, ask: Callable[..., Any]
) -> None:
    hub.break_after, hub.breaks = 10_000_000, 2
    with sidebar_page(browser, lab) as sidebar:
        sidebar.open()
        ask("POST", f"models/{MODEL.replace('/', '%2F')}/download")
        expect(sidebar.row(HERE, MODEL)).to_be_visible(timeout=PATIENCE)
    assert hub.breaks == 0
    # What the hub had sent when it hung up may not all have come.
    assert hub.sent[WEIGHTS] < 1.1 * (repo / "model.safetensors").stat().st_size


def test_the_list_of_good_models_needs_no_network_and_the_hub_is_searched(browser: Browser, lab: Lab, hub: Hub) -> None:
    hub.found = [
        {
            "id": "someone/tiny-bert",
            "modelId": "someone/tiny-bert",
            "tags": ["transformers", "safetensors", "bert", "license:mit", "en"],
            "pipeline_tag": "fill-mask",
            "library_name": "transformers",
            "config": {"model_type": "bert", "architectures": ["BertForMaskedLM"]},
            "safetensors": {"parameters": {"F32": 1_000_000}, "total": 1_000_000},
            "downloads": 7,
            "likes": 1,
            "private": False,
            "gated": False,
        }
    ]
    with sidebar_page(browser, lab) as sidebar:
        sidebar.open()
        sidebar.toggle("Get more")
        grid = sidebar.grid(MORE)
        expect(sidebar.row(MORE, "google-bert/bert-base-chinese")).to_be_attached(timeout=PATIENCE)
        count = grid.get_by_role("row").count()
        sidebar.panel.get_by_label("Language").select_option("zh")
        expect(sidebar.row(MORE, "google-bert/bert-base-chinese")).to_be_attached()
        assert grid.get_by_role("row").count() < count
        sidebar.panel.get_by_label("Language").select_option("")
        sidebar.panel.get_by_label("Search the hub").fill("tiny")
        expect(sidebar.row(MORE, MODEL)).to_be_visible(timeout=PATIENCE)
        assert any("/api/models" in asked and "search=tiny" in asked for asked in hub.asked)


def test_the_keyboard_is_enough(browser: Browser, lab: Lab) -> None:
    lab.write("keys.ipynb", ["1"])
    with sidebar_page(browser, lab, notebook="keys.ipynb") as sidebar:
        page = sidebar.page
        sidebar.open()
        # A notebook that has just been opened takes the focus once more when its kernel is there.
        expect(page.locator(".jp-Notebook-ExecutionIndicator").first).to_have_attribute("data-status", "idle")
        row = sidebar.row(HERE, "starter")
        row.focus()
        page.keyboard.press("Shift+F10")
        expect(page.locator(".lm-Menu-item", has_text="Load into memory")).to_be_visible()
        page.keyboard.press("Escape")
        expect(row).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.locator(".jp-CodeCell").last).to_contain_text("%albert use starter")
        sidebar.panel.get_by_label("Filter all sections").fill("nothing like it")
        expect(sidebar.panel.get_by_text("Nothing here matches").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(row).to_be_visible()


@pytest.mark.slow
def test_a_crash_is_told_with_the_last_words_and_mended(browser: Browser, lab: Lab) -> None:
    with sidebar_page(browser, lab) as sidebar:
        sidebar.open()
        connection = read_connection(lab.server.runtime / "albert-widgets.json")
        assert connection is not None
        os.kill(connection.pid, signal.SIGKILL)
        trouble = sidebar.panel.get_by_role("alert")
        expect(trouble).to_contain_text("The backend crashed", timeout=PATIENCE)
        expect(trouble).to_contain_text("albert-widgets doctor")
        expect(trouble.locator("pre")).to_contain_text(f"(process {connection.pid})")
        expect(sidebar.row(HERE, "starter")).to_be_visible()
        trouble.get_by_role("button", name="Look again").click()
        expect(trouble).to_have_count(0, timeout=PATIENCE)
        sidebar.press(sidebar.row(HERE, "starter"), "Load into memory")
        expect(sidebar.row(MEMORY, "starter")).to_be_visible(timeout=PATIENCE)
        sidebar.forgive_network()


def test_without_the_server_extension_it_says_what_to_type(browser: Browser, tmp_path: Path) -> None:
    off = '--ServerApp.jpserver_extensions={"albert_widgets": False, "jupyterlab": True}'
    with lab_process(browser, tmp_path, off) as lab, sidebar_page(browser, lab) as sidebar:
        sidebar.tab.click()
        trouble = sidebar.panel.get_by_role("alert")
        expect(trouble).to_contain_text("jupyter server extension enable albert_widgets", timeout=PATIENCE)
        sidebar.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        trouble.get_by_role("button", name="Copy the command").click()
        copied = sidebar.page.evaluate("navigator.clipboard.readText()")
        assert "jupyter server extension enable albert_widgets" in copied
        expect(sidebar.page.locator(".jp-AlbertStatus")).to_contain_text("server extension missing")
        sidebar.forgive_network()


def test_another_version_and_a_missing_backend_are_told_apart(browser: Browser, lab: Lab) -> None:
    health: dict[str, Any] = {"state": "running", "hint": "", "command": "", "log": [], "version": "9.9.9"}
    with sidebar_page(browser, lab) as sidebar:
        # What a Jupyter server of another installation would say.
        sidebar.page.route("**/albert-widgets/health*", lambda route: route.fulfill(json={**health, "backend": None}))
        sidebar.page.reload()
        sidebar.tab.click()
        trouble = sidebar.panel.get_by_role("alert")
        expect(trouble).to_contain_text("Versions differ", timeout=PATIENCE)
        expect(trouble).to_contain_text("9.9.9")
    missing = {**health, "state": "missing", "version": json.loads(_package())["version"]}
    missing |= {"hint": "Not installed in /opt/lab.", "command": 'pip install "albert-widgets[all]"', "backend": None}
    with sidebar_page(browser, lab) as sidebar:
        sidebar.page.route("**/albert-widgets/health*", lambda route: route.fulfill(json=missing))
        sidebar.page.reload()
        sidebar.tab.click()
        trouble = sidebar.panel.get_by_role("alert")
        expect(trouble).to_contain_text("The backend is not installed", timeout=PATIENCE)
        expect(trouble).to_contain_text('pip install "albert-widgets[all]"')


def _package() -> str:
    return (Path(__file__).parents[2] / "labextension" / "package.json").read_text(encoding="utf-8")


def test_notebook_7_has_it_too(browser: Browser, lab: Lab) -> None:
    with sidebar_page(browser, lab, view="tree") as sidebar:
        page = sidebar.page
        page.get_by_role("menuitem", name="View", exact=True).click()
        page.locator(".lm-Menu-item", has_text="BERT models").first.click()
        expect(sidebar.row(HERE, "starter")).to_be_visible(timeout=PATIENCE)
        # Notebook 7's own, which it has without us, too.
        sidebar.errors = [error for error in sidebar.errors if "reading 'schema'" not in error]


def test_the_budget_of_the_settings_reaches_the_backend(browser: Browser, lab: Lab, ask: Callable[..., Any]) -> None:
    usual = ask("GET", "status")["memory_budget"]
    settings = lab.server.folder / "config" / "lab" / "user-settings" / "albert-widgets"
    settings.mkdir(parents=True, exist_ok=True)
    file = settings / "manager.jupyterlab-settings"
    try:
        file.write_text(json.dumps({"memoryBudgetGB": 1.5}))
        with sidebar_page(browser, lab) as sidebar:
            sidebar.open()
            expect(sidebar.panel.get_by_text("of 1.5 GB")).to_be_visible(timeout=PATIENCE)
        assert ask("GET", "status")["memory_budget"] == 1_500_000_000
    finally:
        file.unlink()
        ask("POST", "memory-budget", budget=usual)


@pytest.mark.slow
def test_pictures(
    browser: Browser, lab: Lab, hub: Hub, ask: Callable[..., Any], pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Light, dark and Chinese, with something in every section."""
    from albert_widgets.samples import __file__ as samples
    from albert_widgets.service.client import Client

    ask("GET", "models")  # starts the backend, if it does not run
    connection = read_connection(lab.server.runtime / "albert-widgets.json")
    assert connection is not None
    lab.write("reviews.ipynb", ["1 + 1"])
    client = Client(connection.url, connection.token)
    monkeypatch.setenv("JPY_SESSION_NAME", "reviews.ipynb")
    reviews = Path(samples).parent / "reviews.csv"
    client.fit(str(reviews), text="text", label="label", name="reviews-1", epochs=1).result(PATIENCE / 1000)
    client.embed("The cat sat.")
    downloaded(ask)
    client.delete(MODEL)
    hub.bytes_per_second = 700_000
    client.download(MODEL)
    client.close()
    for theme, name, locale in (
        ("JupyterLab Light", "light", "default"),
        ("JupyterLab Dark", "dark", "default"),
        ("JupyterLab Light", "zh", "zh_CN"),
    ):
        lab.set_theme(theme)
        write_setting(lab.server.folder, "translation-extension/plugin", {"locale": locale})
        with sidebar_page(browser, lab, notebook="reviews.ipynb") as sidebar:
            sidebar.tab.click()
            row = sidebar.panel.get_by_role("row", name=re.compile("^starter,")).first
            expect(row).to_be_visible(timeout=PATIENCE)
            expect(sidebar.panel.get_by_role("progressbar").first).to_be_visible(timeout=PATIENCE)
            run = sidebar.panel.get_by_role("row", name=re.compile("^run:reviews-1,"))
            expect(run).to_contain_text("accuracy", timeout=PATIENCE)
            sidebar.panel.locator(".jp-AccordionPanel-title").last.click()
            more = sidebar.panel.get_by_role("row", name=re.compile("^google-bert"))
            expect(more.first).to_be_visible(timeout=PATIENCE)
            if locale == "zh_CN":
                titles = sidebar.panel.locator(".jp-AccordionPanel-title")
                for text in titles.all_inner_texts():
                    assert re.search("[一-龥]", text), text
            sidebar.picture(pictures / f"manager-{name}.png")
    lab.set_theme("JupyterLab Light")
    write_setting(lab.server.folder, "translation-extension/plugin", {"locale": "default"})
