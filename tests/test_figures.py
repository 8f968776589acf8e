"""Figures for papers: the view that is open, with the switches as they are, in files that look the same anywhere."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from albert_widgets.errors import InputInvalid
from albert_widgets.widgets import AttentionPanel

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Zoë's naïve café costs $5_x and $6, 你好 🙂 unbelievably tired."


@pytest.fixture
def panel(backend: Any) -> AttentionPanel:
    return AttentionPanel(TEXT, bert=backend, layer=2, head=3)


def named(ticks: Any) -> list[str]:
    return [label.get_text() for label in ticks]


def test_the_map_is_named_by_its_tokens(panel: AttentionPanel) -> None:
    axes = panel.figure().axes[0]
    assert axes.get_title(loc="left") == "starter: layer 3, head 4"
    assert named(axes.get_xticklabels()) == named(axes.get_yticklabels())
    assert named(axes.get_xticklabels())[:4] == ["[CLS]", "Zoë", "'", "s"]
    np.testing.assert_allclose(axes.images[0].get_array(), panel.attention(2, 3), atol=1e-6)
    assert panel.figure(0, 1).axes[0].get_title(loc="left") == "starter: layer 1, head 2"


def test_the_map_follows_the_switches(panel: AttentionPanel) -> None:
    panel.words, panel.special_tokens = True, "hide"
    axes = panel.figure().axes[0]
    names = named(axes.get_xticklabels())
    assert "unbelievably" in names
    assert "[CLS]" not in names
    whole, tokens = panel.attention(2, 3), panel.tokens
    pieces = [at for at in range(len(tokens)) if tokens.span(at) and tokens.span(at) in "unbelievably"][:5]
    word = names.index("unbelievably")
    # From a word is the mean of its pieces, to a word is their sum.
    expected = whole[np.ix_(pieces, pieces)].sum(1).mean()
    np.testing.assert_allclose(axes.images[0].get_array()[word, word], expected, atol=1e-6)
    panel.special_tokens = "renormalize"
    np.testing.assert_allclose(panel.figure().axes[0].images[0].get_array().sum(1), 1, atol=1e-5)


def test_segments_are_set_against_each_other(backend: Any) -> None:
    panel = AttentionPanel("the cat sat", pair="it slept", bert=backend)
    panel.segments = "AB"
    axes = panel.figure().axes[0]
    assert named(axes.get_yticklabels()) == ["the", "cat", "sat"]
    assert named(axes.get_xticklabels()) == ["it", "slept"]


def test_lines_are_of_the_chosen_heads_and_token(panel: AttentionPanel) -> None:
    panel.view, panel.heads = "lines", [0, 8]
    figure = panel.figure()
    assert named(figure.legends[0].get_texts()) == ["1", "9"]
    panel.token = 6
    (first, second) = panel.figure().axes[0].collections
    for head, drawn in ((0, first), (8, second)):
        assert len(drawn.get_segments()) == (panel.attention(2, head)[6] >= 0.02).sum()
        assert len({segment[0, 1] for segment in drawn.get_segments()}) == 1


def test_each_view_has_its_figure(panel: AttentionPanel, backend: Any) -> None:
    panel.token = 5
    panel.view = "neurons"
    products, probabilities = panel.figure().axes[:2]
    assert products.images[0].get_array().shape == (len(panel.tokens), 32)
    found = [bar.get_width() for bar in probabilities.patches]
    np.testing.assert_allclose(found, panel.attention(2, 3)[5], atol=1e-5)
    panel.view = "flow"
    axes = panel.figure().axes[0]
    assert axes.get_title(loc="left") == "starter: rollout at “cafe”"
    np.testing.assert_allclose(axes.images[0].get_array(), backend.flow(TEXT, rows=[5]).weights[:, 0], atol=1e-6)
    panel.view = "attribution"
    with pytest.raises(Exception, match="starter"):
        panel.figure()


def test_attribution_and_importance_of_a_classifier(backend: Any, checkpoints: Path) -> None:
    model = backend.register(checkpoints / "classifier", name="figures").id
    panel = AttentionPanel("the film was unbelievably bad", bert=backend, model=model, view="attribution")
    panel.words = True
    (axes,) = panel.figure().axes
    assert named(axes.get_yticklabels()) == ["[CLS]", "the", "film", "was", "unbelievably", "bad", "[SEP]"]
    found = [bar.get_width() for bar in axes.patches]
    scores = backend.attribute(panel.text, model=model).scores
    np.testing.assert_allclose([found[2], sum(found)], [scores[2], scores.sum()], atol=1e-4)
    panel.view = "effect"
    importance = backend.head_importance([panel.text], model=model).values
    np.testing.assert_allclose(panel.figure().axes[0].images[0].get_array(), importance, atol=1e-5)


def test_habits_of_heads_have_a_figure(backend: Any) -> None:
    habits = backend.head_statistics("the cat sat")
    np.testing.assert_array_equal(habits.figure("previous").axes[0].images[0].get_array(), habits.previous)
    with pytest.raises(InputInvalid, match="There is no measure 'colour'"):
        habits.figure("colour")


@pytest.mark.slow
@pytest.mark.parametrize("view", ["matrix", "lines", "neurons", "flow"])
@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_saved_figures_are_the_same_each_time_and_load_nothing(
    panel: AttentionPanel, tmp_path: Path, view: str, kind: str
) -> None:
    panel.view = view
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = (panel.save(tmp_path / f"{number}.{kind}").read_bytes() for number in (1, 2))
    assert first == second
    if kind == "svg":
        text = first.decode()
        assert "<text" not in text, "text is drawn as outlines"
        links = re.findall(r'(?:href|src)="([^"]*)"', text)
        assert all(link.startswith(("#", "data:")) for link in links)


def test_what_cannot_be_drawn_is_said(panel: AttentionPanel, backend: Any) -> None:
    with pytest.raises(InputInvalid, match="Nothing is left to show"):
        backend.attention("a").figure(segments="AB")
    with pytest.raises(InputInvalid, match="special_tokens='no' is not known"):
        backend.attention("a").figure(special_tokens="no")
    with pytest.raises(InputInvalid, match="Lines of 202 tokens would be a carpet"):
        backend.attention("word " * 200).lines_figure()
    with pytest.raises(InputInvalid, match="pooled, or of some rows or columns only"):
        backend.attention("the cat", rows=[1]).lines_figure()
    with pytest.raises(InputInvalid, match="There is no row 9 here"):
        backend.flow("the cat sat", rows=[1]).figure(9)
