"""The Python that a panel says of itself makes the same panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import albert_widgets as aw
from albert_widgets.errors import InputInvalid
from albert_widgets.widgets import AttentionPanel, TokensPanel
from albert_widgets.widgets.code import literal

if TYPE_CHECKING:
    from albert_widgets.backend import Backend

ODD = 'it\'s "odd" \\ </script> \u202e \x00 ${x} %s\n__proto__ 你好'


def made_by(code: str, monkeypatch: pytest.MonkeyPatch, backend: Backend, **names: Any) -> Any:
    """Run code as a person would who pastes it into a cell; return what its last line makes."""
    monkeypatch.setattr("albert_widgets.service.client.connect", lambda: backend)
    importing, call = code.split("\n")
    assert importing == "import albert_widgets as aw"
    return eval(call, {"aw": aw, **names})


def test_code_holds_what_is_not_as_at_first(backend: Backend) -> None:
    panel = AttentionPanel("The cat sat.", layer=3, head=7, view="lines", bert=backend)
    assert panel.code == (
        'import albert_widgets as aw\naw.AttentionPanel("The cat sat.", model="starter", layer=3, head=7, view="lines")'
    )
    panel.layer, panel.head, panel.view = 0, 0, "matrix"
    assert panel.code.endswith('aw.AttentionPanel("The cat sat.", model="starter")')
    assert TokensPanel("a", pair="b", bert=backend).code.endswith('aw.TokensPanel("a", pair="b", model="starter")')
    beside = TokensPanel("a", bert=backend)
    beside.others = ["other"]
    assert beside.code.endswith("aw.TokensPanel(\"a\", models=['starter', 'other'])")


def test_code_makes_the_same_panel(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = AttentionPanel(ODD, pair="naïve", layer=-1, head=2, bert=backend)
    chosen = {
        "heads": [0, 4],
        "token": 2,
        "view": "lines",
        "words": True,
        "special_tokens": "hide",
        "segments": "AB",
        "layers": (1, 5),
        "weight": "value_norm",
        "measure": "entropy",
        "sort": True,
        "mask": [2],
        "ablate": [(0, 3)],
        "compare_text": "naïve",
        "compare_model": "starter",
    }
    for name, value in {**chosen, "is_presentation": True}.items():
        setattr(panel, name, value)
    again = made_by(panel.code, monkeypatch, backend)
    assert again.selection == panel.selection == {"layer": 5, "head": 2, **chosen}
    assert (again.text, again.pair, again.model, again.is_presentation) == (ODD, "naïve", "starter", True)


def test_code_of_tensors_names_them(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    maps = np.full((2, 1, 3, 4, 4), 0.25, np.float32)
    panel = AttentionPanel.from_tensors(maps, list("abcd"), layer=1, view="lines")
    call = 'aw.AttentionPanel.from_tensors(attentions, tokens, layer=1, view="lines")'
    assert panel.code == f"import albert_widgets as aw\n{call}"
    again = made_by(panel.code, monkeypatch, backend, attentions=maps, tokens=list("abcd"))
    assert again.selection == panel.selection

    names = {"encoder": maps, "cross": maps, "encoder_tokens": list("abcd"), "decoder_tokens": list("efgh")}
    several = AttentionPanel.from_tensors(**names, kind="cross")
    again = made_by(several.code, monkeypatch, backend, **names)
    assert (again.kind, again.tokens.tokens) == ("cross", several.tokens.tokens)


@pytest.mark.parametrize("text", [ODD, "it's", 'say "no"', "both ' and \"", "\\", "'", '"', ""])
def test_a_text_is_written_so_that_python_reads_the_same(text: str) -> None:
    written = literal(text)
    assert eval(written) == text
    assert written.isprintable()


def test_what_cannot_be_chosen_is_named(backend: Backend) -> None:
    with pytest.raises(TypeError, match=r"AttentionPanel\(\) got an unexpected keyword argument 'colour'"):
        AttentionPanel("a", colour="red", bert=backend)
    with pytest.raises(TypeError, match=r"TokensPanel\(\) got an unexpected keyword argument 'layer'"):
        TokensPanel("a", layer=1, bert=backend)
    with pytest.raises(InputInvalid, match="segments"):
        AttentionPanel("a", segments="CD", bert=backend)
    with pytest.raises(InputInvalid, match=r"There is no decoder attention here.\nGiven: encoder"):
        AttentionPanel.from_tensors(np.ones((1, 1, 1, 1, 1), np.float32), ["a"], kind="decoder")
