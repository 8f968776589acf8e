"""The prediction panel: what it holds, what its page shows in Chromium, what it says when a model predicts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from albert_widgets.backend import Backend
from albert_widgets.errors import InputInvalid, ModelNotFound, TaskUnsupported
from albert_widgets.results import Predictions
from albert_widgets.widgets import PredictPanel
from tests.test_fit import QUICK, reviews
from tests.test_magics import magics_of, quiet_shell, run, slip
from tests.test_widgets import Browser, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell
    from playwright.sync_api import Page

TEXT = "the film was good, the cat was tired"


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("classifier", "regressor", "tags", "bert"):
        made.register(str(checkpoints / name), name=name)
    yield made
    made.close()


@pytest.fixture
def panel(bert: Backend) -> PredictPanel:
    return PredictPanel(TEXT, model="classifier", bert=bert)


def asked(panel: PredictPanel, **more: Any) -> dict[str, Any]:
    return {"text": panel.text, "pair": panel.pair, "model": panel.model, **more}


# --- the data ---------------------------------------------------------------------------------------


def test_panel_holds_what_the_model_says_and_why(panel: PredictPanel, bert: Backend) -> None:
    said = bert.predict(TEXT, model="classifier")
    np.testing.assert_array_equal(panel.predictions.probabilities, said.probabilities)
    assert panel.to_frame()["label"].tolist() == ["negative", "positive"]
    assert panel.attribution.target == said.labels[0]
    assert panel.attribution.method == "gradient"
    other = {"negative": "positive", "positive": "negative"}[said.labels[0]]
    panel.label, panel.method = other, "occlusion"
    assert (panel.attribution.target, panel.attribution.method) == (other, "occlusion")
    panel.text = "the dog"
    np.testing.assert_array_equal(
        panel.predictions.probabilities, bert.predict("the dog", model="classifier").probabilities
    )


def test_code_makes_the_panel_again(panel: PredictPanel, bert: Backend) -> None:
    panel.label, panel.is_sorted = "positive", False
    made = eval(
        panel.code.splitlines()[-1].removesuffix(")") + ", bert=bert)",
        {"aw": __import__("albert_widgets"), "bert": bert},
    )
    assert (made.text, made.model, made.label, made.is_sorted) == (TEXT, "classifier", "positive", False)


def test_figures_are_of_the_classes_and_of_the_words(panel: PredictPanel, bert: Backend, tmp_path: Path) -> None:
    assert panel.figure().axes[0].get_xlabel() == "probability"
    assert len(panel.figure().axes[0].patches) == 2
    assert "gradient for" in panel.figure("why").axes[0].get_title(loc="left")
    with pytest.raises(InputInvalid, match="There are: classes, why"):
        panel.figure("tree")
    assert panel.save(tmp_path / "a.png").stat().st_size > 1000
    value = PredictPanel(TEXT, model="regressor", bert=bert)
    assert value.figure().axes[0].get_xlabel() == "value"
    assert value.to_frame().columns.tolist() == ["label", "value"]


def test_an_empty_text_waits(bert: Backend) -> None:
    panel = PredictPanel(model="classifier", bert=bert)
    assert panel.result is None
    assert "No text yet" in panel._repr_mimebundle_()[0]["text/html"]
    with pytest.raises(InputInvalid, match="There is no text yet"):
        panel.predictions  # noqa: B018
    assert Browser(panel).ask(1, "predict", params=asked(panel)) is None
    with pytest.raises(ModelNotFound):
        PredictPanel(model="clasifier", bert=bert)


def test_a_pair_is_read_as_a_pair(bert: Backend) -> None:
    panel = PredictPanel("the cat", pair="a dog", model="classifier", bert=bert)
    np.testing.assert_array_equal(
        panel.predictions.probabilities, bert.predict("the cat", pair="a dog", model="classifier").probabilities
    )
    assert panel.attribution.tokens.pair == "a dog"
    assert "pair=" in panel.code


def test_a_slip_is_named(bert: Backend) -> None:
    with pytest.raises(TypeError, match="lable"):
        PredictPanel(TEXT, model="classifier", bert=bert, lable="positive")
    with pytest.raises(InputInvalid, match="method"):
        PredictPanel(TEXT, model="classifier", bert=bert, method="lime")


# --- which model ------------------------------------------------------------------------------------


def test_an_encoder_is_refused_in_the_panel_which_offers_classifiers(bert: Backend) -> None:
    panel = PredictPanel(TEXT, model="bert", bert=bert)
    browser = Browser(panel)
    refused = browser.ask(1, "predict", params=asked(panel))
    assert refused["code"] == "task_unsupported"
    assert "no classification head" in refused["message"]
    offered = [model["id"] for model in browser.ask(2, "models")]
    assert set(offered) >= {"classifier", "regressor", "tags"}
    assert "bert" not in offered
    with pytest.raises(TaskUnsupported):
        panel.predictions  # noqa: B018


@pytest.mark.slow
def test_without_a_model_the_newest_run_is_taken_and_said(bert: Backend) -> None:
    assert bert.default_model == "starter"
    first = PredictPanel(TEXT, bert=bert)
    assert first.note == f"starter is no classifier, so the first classifier here was taken: {first.model}."
    assert first.note in first._picture()
    for name in ("z-older", "a-newer"):
        bert.fit(reviews(60), name=name, model="bert", **{**QUICK, "epochs": 1}).result(180)
    panel = PredictPanel(TEXT, bert=bert)
    assert panel.model == "run:a-newer"
    assert panel.note == "starter is no classifier, so your newest run was taken: run:a-newer."
    panel.model = "classifier"
    assert not panel.note
    assert [model["id"] for model in Browser(panel).ask(1, "models")][:2] == ["run:a-newer", "run:z-older"]
    assert not PredictPanel(TEXT, model="classifier", bert=bert).note


def test_a_number_lies_on_the_scale_of_its_run(bert: Backend) -> None:
    frame = reviews(80)
    frame["stars"] = [3.0 * ("good" in text) - 1 for text in frame["review"]]
    bert.fit(frame, task="regression", name="number", model="bert", **{**QUICK, "epochs": 1}).result(180)
    panel = PredictPanel(TEXT, model="run:number", bert=bert)
    said = panel._answer("predict", asked(panel))
    assert said.scale == (-1.0, 2.0)
    other = PredictPanel(TEXT, model="regressor", bert=bert)
    assert other._answer("predict", asked(other)).scale is None


# --- the page ---------------------------------------------------------------------------------------


def test_a_click_explains_another_class_and_once_more_the_answer(panel: PredictPanel, tmp_path: Path) -> None:
    said = panel.predictions
    best, other = (name for name, _ in said.top(0))

    def do(page: Page) -> Any:
        bars = page.get_by_role("group", name="Classes").get_by_role("button")
        shown = [bar.inner_text().split("\n") for bar in bars.all()]
        widths = [
            bar.locator("i").evaluate("bar => bar.offsetWidth / bar.parentElement.offsetWidth") for bar in bars.all()
        ]
        why = page.get_by_role("region", name="Why")
        expect(why).to_contain_text(f"Why {best}?")
        bars.first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(why.get_by_role("list", name=f"What speaks for {other}")).to_be_visible()
        pressed = page.locator(".albert-classes [aria-pressed=true]").inner_text()
        page.keyboard.press("Enter")
        expect(why.get_by_role("list", name=f"What speaks for {best}")).to_be_visible()
        return shown, widths, pressed, page.get_by_role("status").inner_text()

    shown, widths, pressed, status = look(panel.save(tmp_path / "predict.html"), do)
    assert [line[0] for line in shown] == [best, other]
    for (_, share), line, width in zip(said.top(0), shown, widths, strict=True):
        assert line[-1] == f"{share:.1%}".replace("%", "\u00a0%")
        assert width == pytest.approx(share, abs=0.02)
    assert pressed.startswith(other)
    assert status.startswith(best)


def test_several_labels_have_a_mark_each_at_one_half(bert: Backend, tmp_path: Path) -> None:
    panel = PredictPanel(TEXT, model="tags", is_sorted=False, bert=bert)

    def do(page: Page) -> Any:
        bars = page.get_by_role("group", name="Classes").get_by_role("button").all()
        marks = [bar.locator(".albert-class-track b").is_visible() for bar in bars]
        return (
            [bar.inner_text().split("\n")[0] for bar in bars],
            [bar.get_attribute("data-said") for bar in bars],
            marks,
        )

    names, said, marks = look(panel.save(tmp_path / "predict.html"), do)
    assert names == ["sad", "happy", "tired"]
    assert [one is not None for one in said] == (panel.predictions.probabilities[0] > 0.5).tolist()
    assert marks == [True] * 3


def test_a_number_is_shown_as_one(bert: Backend, tmp_path: Path) -> None:
    panel = PredictPanel(TEXT, model="regressor", bert=bert)

    def do(page: Page) -> Any:
        expect(page.get_by_role("region", name="Why")).to_contain_text("Why this value?")
        return page.locator(".albert-value strong").inner_text(), page.get_by_role("group", name="Classes").count()

    shown, groups = look(panel.save(tmp_path / "predict.html"), do)
    assert float(shown) == pytest.approx(float(panel.predictions.probabilities[0, 0]), rel=1e-3)
    assert groups == 0


def test_many_classes_show_the_likeliest_then_all(bert: Backend, tmp_path: Path) -> None:
    import transformers as tf

    from tests.checkpoints import SMALL, WORDS, save

    names = {at: f"class {at} <b>" for at in range(40)}
    config = tf.BertConfig(
        vocab_size=len(WORDS) + 5, **SMALL, id2label=names, label2id={n: i for i, n in names.items()}
    )
    bert.register(str(save(tmp_path / "many", config, tf.BertForSequenceClassification)), name="many")
    panel = PredictPanel(TEXT, model="many", bert=bert)

    def do(page: Page) -> Any:
        bars = page.get_by_role("group", name="Classes").get_by_role("button")
        first = bars.count()
        page.get_by_role("button", name="all 40").click()
        every = bars.count()
        page.get_by_role("button", name="sorted").click()
        return first, every, bars.first.inner_text().split("\n")[0], page.locator(".albert-class-name *").count()

    assert look(panel.save(tmp_path / "predict.html"), do) == (8, 40, "class 0 <b>", 0)
    assert "32 more classes" in panel._picture()
    assert "&lt;b&gt;" in panel._picture()


def test_a_text_that_is_too_long_is_predicted_cut_and_not_explained(bert: Backend, tmp_path: Path) -> None:
    panel = PredictPanel("the cat sat " * 60, model="classifier", bert=bert)

    def do(page: Page) -> Any:
        expect(page.get_by_role("region", name="Why")).to_contain_text("reads at most 64 at once. Shorten it")
        return page.get_by_role("status").inner_text()

    assert "only the first 64 tokens were read" in look(panel.save(tmp_path / "predict.html"), do)


HOSTILE = ["</script><img src=x onerror=alert(1)>", "\u202eevil\u202c \x00\x1b[0m", "x" * 5_000, "شكرا " * 30 + "<b>"]


@pytest.mark.parametrize("text", HOSTILE, ids=["tags", "controls", "long", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_text_is_text_and_fits_a_narrow_page(bert: Backend, tmp_path: Path, text: str, scheme: str) -> None:
    panel = PredictPanel(text, pair=text, model="classifier", bert=bert)
    assert "<img" not in panel._picture()

    def do(page: Page) -> Any:
        page.locator(".albert-score, .albert-because-note").first.wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth")
        return wide, page.locator("main img, main script, main b b").count()

    options = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
    assert look(panel.save(tmp_path / "predict.html"), do, **options) == (360, 0)


# --- the magic --------------------------------------------------------------------------------------


@pytest.fixture
def shell(bert: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = quiet_shell()
    made.run_line_magic("load_ext", "albert_widgets")
    magics_of(made).bert = bert
    yield made
    made.restore_sys_module_state()


def test_magic_in_a_terminal_gives_what_the_panel_would_show(shell: InteractiveShell, bert: Backend) -> None:
    answer = run(shell, "%albert predict the cat --panel --model classifier")
    assert isinstance(answer, Predictions)
    assert answer.labels == bert.predict("the cat", model="classifier").labels


def test_magic_opens_an_empty_panel_in_a_notebook(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albert_widgets.magics.context.is_notebook", lambda _shell: True)
    opened = run(shell, "%albert predict --panel --model tags")
    assert isinstance(opened, PredictPanel)
    assert (opened.text, opened.model) == ("", "tags")


def test_magic_says_what_does_not_go_together(shell: InteractiveShell) -> None:
    shell.push({"df": reviews(4)})
    assert "--panel does not go with --data" in slip(shell, "%albert predict --panel --data df --text review")
    assert "There is no text yet" in slip(shell, "%albert predict --panel --model classifier")
