"""Experiments: tokens masked and heads switched off beside the untouched state, and two readings compared."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from albert_widgets.backend import Backend
from albert_widgets.backend.alignment import LEFT_OUT, REPLACED, Item, align, items
from albert_widgets.errors import AlbertError, InputInvalid, RequestMalformed, TaskUnsupported
from albert_widgets.widgets import AttentionPanel
from tests.test_widgets import look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

TEXT = "The cat sat, unbelievably, on the mat."


@pytest.fixture(scope="module")
def bert(checkpoints: Path) -> Iterator[Backend]:
    made = Backend()
    for name in ("mlm", "classifier", "tags", "regressor", "deberta-v2", "bert", "modernbert"):
        made.register(str(checkpoints / name), name=name)
    yield made
    made.close()


# --- effect -----------------------------------------------------------------------------------------


def test_effect_of_nothing_is_the_prediction_itself(bert: Backend) -> None:
    for name, kind in (("classifier", "single_label"), ("tags", "multi_label"), ("regressor", "regression")):
        found = bert.effect(TEXT, model=name)
        (verdict,) = found.verdicts
        said = bert.predict(TEXT, model=name)
        assert (found.problem_type, verdict.position, verdict.names) == (kind, None, said.label_names)
        np.testing.assert_allclose(verdict.probabilities, said.probabilities[0], atol=1e-6)
        np.testing.assert_array_equal(verdict.before, verdict.probabilities)
    assert bert.effect(TEXT, model="mlm").verdicts == ()


def test_heads_switched_off_stand_beside_all_heads(bert: Backend) -> None:
    ablate = [(0, 1), (2, -1)]
    (verdict,) = bert.effect(TEXT, model="classifier", ablate=ablate).verdicts
    np.testing.assert_allclose(
        verdict.probabilities, bert.predict(TEXT, model="classifier", ablate=ablate).probabilities[0], atol=1e-6
    )
    np.testing.assert_allclose(verdict.before, bert.predict(TEXT, model="classifier").probabilities[0], atol=1e-6)
    softmax = np.exp(verdict.logits) / np.exp(verdict.logits).sum()
    np.testing.assert_allclose(softmax, verdict.probabilities, atol=1e-6)


def test_masks_of_the_text_are_filled_as_fill_mask_does(bert: Backend) -> None:
    found = bert.effect("the [MASK] sat on the [MASK]", model="mlm", top_k=3, ablate=[(1, 1)])
    for verdict, mask in zip(
        found.verdicts,
        bert.fill_mask("the [MASK] sat on the [MASK]", model="mlm", top_k=3, ablate=[(1, 1)]).masks,
        strict=True,
    ):
        assert (verdict.position, verdict.names, verdict.original) == (mask.position, mask.tokens, "")
        np.testing.assert_allclose(verdict.probabilities, mask.probabilities, atol=1e-6)


def test_a_masked_token_changes_no_other_token(bert: Backend, checkpoints: Path) -> None:
    """The piece in the middle of a word, which no text with [MASK] in it could leave where it is."""
    import transformers

    tokens = bert.tokenize(TEXT, model="mlm")
    place = tokens.tokens.index("##believ")
    found = bert.effect(TEXT, model="mlm", mask=[place, -2])
    assert [verdict.position for verdict in found.verdicts] == [place, len(tokens) - 2]
    folder = str(checkpoints / "mlm")
    ids = torch.from_numpy(tokens.ids.copy())[None]
    mask_id = int(transformers.AutoTokenizer.from_pretrained(folder).mask_token_id)
    ids[0, [place, len(tokens) - 2]] = mask_id
    with torch.no_grad():
        logits = transformers.AutoModelForMaskedLM.from_pretrained(folder)(ids).logits[0]
    by_hand = logits[place].softmax(-1).numpy()
    verdict = found.verdicts[0]
    assert verdict.original == "##believ"
    assert verdict.original_probability == pytest.approx(by_hand[tokens.ids[place]], abs=1e-5)
    assert verdict.rank == 1 + int((by_hand > by_hand[tokens.ids[place]]).sum())
    np.testing.assert_allclose(verdict.probabilities, np.sort(by_hand)[::-1][:5], atol=1e-5)
    np.testing.assert_allclose(verdict.before, verdict.probabilities, atol=1e-6)


def test_a_masked_token_of_a_classifier_is_its_occlusion(bert: Backend) -> None:
    (verdict,) = bert.effect(TEXT, model="classifier", mask=[2]).verdicts
    target = verdict.names[int(np.argmax(verdict.before))]
    at = verdict.names.index(target)
    occluded = bert.attribute(TEXT, model="classifier", method="occlusion", target=target)
    assert verdict.logits_before[at] - verdict.logits[at] == pytest.approx(occluded.scores[2], abs=1e-4)


def test_masks_and_heads_work_together(bert: Backend) -> None:
    masked = bert.effect(TEXT, model="mlm", mask=[2]).verdicts[0]
    both = bert.effect(TEXT, model="mlm", mask=[2], ablate=[(0, 0), (0, 1)]).verdicts[0]
    assert both.original_before == pytest.approx(masked.original_probability, abs=1e-6)
    assert both.original_probability != pytest.approx(masked.original_probability, abs=1e-6)
    assert both.rank_before == masked.rank


def test_importance_is_that_for_the_masked_token(bert: Backend) -> None:
    by_position = bert.head_importance("the cat sat", model="mlm", mask=[2])
    np.testing.assert_allclose(by_position.raw, bert.head_importance("the [MASK] sat", model="mlm").raw, atol=1e-5)
    with pytest.raises(InputInvalid, match="no \\[MASK\\]"):
        bert.head_importance("the cat sat", model="mlm")


def test_what_cannot_be_masked_is_named(bert: Backend) -> None:
    with pytest.raises(InputInvalid, match=r"Token 0 is \[CLS\]"):
        bert.effect(TEXT, model="mlm", mask=[0])
    with pytest.raises(InputInvalid, match="There is no token 99"):
        bert.effect(TEXT, model="mlm", mask=[99])
    with pytest.raises(TaskUnsupported, match="starter is an encoder only"):
        bert.effect(TEXT)
    with pytest.raises(InputInvalid, match="is of one text"):
        bert.head_importance(["the cat", "a dog"], model="mlm", mask=[1])


# --- alignment --------------------------------------------------------------------------------------


def spelled(text: str) -> list[Item]:
    return [Item((at,), word, word, 0) for at, word in enumerate(text.split())]


def aligned(first: str, second: str) -> list[tuple[str, str]]:
    one, two = first.split(), second.split()
    return [
        ("" if a is None else one[a], "" if b is None else two[b]) for a, b in align(spelled(first), spelled(second))
    ]


def test_alignment_marks_what_came_in_went_and_changed() -> None:
    assert aligned("the cat sat", "the old cat sat") == [("the", "the"), ("", "old"), ("cat", "cat"), ("sat", "sat")]
    assert aligned("the old cat sat", "the cat") == [("the", "the"), ("old", ""), ("cat", "cat"), ("sat", "")]
    assert aligned("the cat sat", "the dog sat") == [("the", "the"), ("cat", "dog"), ("sat", "sat")]
    # Moving by one costs less than replacing everything.
    assert aligned("a b c d", "b c d e") == [("a", ""), ("b", "b"), ("c", "c"), ("d", "d"), ("", "e")]


def cost(pairs: list[tuple[int | None, int | None]], one: list[Item], two: list[Item]) -> int:
    total = 0
    for a, b in pairs:
        if a is None or b is None:
            total += LEFT_OUT
        elif not one[a].is_like(two[b]):
            total += REPLACED if one[a].segment == two[b].segment else 1000
    return total


def least(one: list[Item], two: list[Item]) -> int:
    """The same by the textbook's recursion, one cell after another."""
    table: dict[tuple[int, int], int] = {}
    for i, j in itertools.product(range(len(one) + 1), range(len(two) + 1)):
        found = [0] if i == j == 0 else []
        if i:
            found.append(table[i - 1, j] + LEFT_OUT)
        if j:
            found.append(table[i, j - 1] + LEFT_OUT)
        if i and j and one[i - 1].segment == two[j - 1].segment:
            found.append(table[i - 1, j - 1] + (0 if one[i - 1].is_like(two[j - 1]) else REPLACED))
        table[i, j] = min(found)
    return table[len(one), len(two)]


def test_alignment_costs_the_least_and_keeps_the_order() -> None:
    chance = np.random.default_rng(0)
    for _ in range(200):
        sides = [
            [
                Item((at,), word, "", int(chance.integers(-1, 2)))
                for at, word in enumerate(chance.choice(list("abcd"), chance.integers(0, 9)))
            ]
            for _ in range(2)
        ]
        pairs = align(*sides)
        for side in (0, 1):
            assert [pair[side] for pair in pairs if pair[side] is not None] == list(range(len(sides[side])))
        assert cost(pairs, *sides) == least(*sides)


def test_items_are_pieces_or_words_with_or_without_special_tokens(bert: Backend) -> None:
    tokens = bert.tokenize("unbelievably good", model="bert")
    assert [item.tokens for item in items(tokens, words=True, specials=False)] == [(1, 2, 3), (4,)]
    assert len(items(tokens, words=False, specials=True)) == len(tokens)
    assert items(tokens, words=True, specials=True)[1].span == "unbelievably"


# --- comparison -------------------------------------------------------------------------------------


def by_hand(bert: Backend, found: Any, first: dict[str, Any], second: dict[str, Any], *, renormalize: bool) -> Any:
    """The distances from whole maps, cell by cell."""
    count = len(found.changes)
    maps = []
    for asked, units in ((first, found.units), (second, found.other_units)):
        whole = bert.attention(**asked).weights
        places = [np.flatnonzero(units == unit) for unit in range(count)]
        columns = np.stack([whole[..., place].sum(-1) for place in places], -1)
        rows = np.stack([columns[..., place, :].mean(-2) if len(place) else columns[..., 0, :] for place in places], 2)
        maps.append(rows / rows.sum(-1, keepdims=True) if renormalize else rows)
    common = [unit for unit, change in enumerate(found.changes) if change in {"same", "changed"}]
    return (np.abs(maps[0] - maps[1]).sum(-1) / 2)[:, :, common].mean(-1)


@pytest.mark.parametrize("special_tokens", ["show", "hide", "renormalize"])
@pytest.mark.parametrize("words", [False, True])
def test_distances_are_those_of_the_whole_maps(bert: Backend, words: bool, special_tokens: str) -> None:
    other = "The old dog sat, unbelievable, on the mat."
    found = bert.compare(TEXT, other, words=words, special_tokens=special_tokens)
    assert {"same", "changed", "inserted"} <= set(found.changes)
    expected = by_hand(bert, found, {"text": TEXT}, {"text": other}, renormalize=special_tokens == "renormalize")
    np.testing.assert_allclose(found.distances, expected, atol=1e-5)
    assert found.distances.shape == (6, 12)
    assert found.distances.dtype == np.float32


def test_layers_may_be_kept_a_few_at_a_time(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bert.compare(TEXT, "A dog sat.").distances
    monkeypatch.setattr("albert_widgets.backend.compare.KEPT_BYTES", 1)
    np.testing.assert_allclose(bert.compare(TEXT, "A dog sat.").distances, whole, atol=1e-6)


def test_rows_may_come_in_many_blocks(bert: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bert.compare(TEXT, "A dog sat.", words=True).distances
    monkeypatch.setattr("albert_widgets.backend.engines.maps.BLOCK_BYTES", 1)
    np.testing.assert_allclose(bert.compare(TEXT, "A dog sat.", words=True).distances, whole, atol=1e-6)


def test_a_text_does_not_differ_from_itself(bert: Backend) -> None:
    for name in ("starter", "modernbert", "deberta-v2"):
        found = bert.compare("the cat sat", model=name)
        assert set(found.changes) == {"same"}
        assert float(found.distances.max()) < 1e-6


@pytest.mark.parametrize("models", [("bert", "classifier"), ("bert", "deberta-v2"), ("deberta-v2", "modernbert")])
def test_two_models_on_one_text(bert: Backend, models: tuple[str, str]) -> None:
    found = bert.compare(TEXT, model=models[0], other_model=models[1])
    first, second = ({"text": TEXT, "model": name} for name in models)
    np.testing.assert_allclose(found.distances, by_hand(bert, found, first, second, renormalize=False), atol=1e-5)
    assert found.top(1)[0][2] == pytest.approx(float(found.distances.max()))
    assert bool(found.notes) == ("deberta-v2" in models)


def test_two_vocabularies_are_aligned_by_the_text(bert: Backend) -> None:
    """A cat is a cat, whatever its number in the vocabulary."""
    one, two = (bert.tokenize("The cat sat", model=name) for name in ("starter", "bert"))
    assert one.ids.tolist() != two.ids.tolist()
    pairs = align(*(items(tokens, words=True, specials=True) for tokens in (one, two)))
    assert pairs == [(at, at) for at in range(5)]


def test_what_cannot_be_compared_is_said(bert: Backend) -> None:
    with pytest.raises(InputInvalid, match="starter has 6 layers of 12 heads, bert has 3 layers of 4 heads"):
        bert.compare(TEXT, other_model="bert")
    with pytest.raises(AlbertError, match="startr"):
        bert.compare(TEXT, other_model="startr")
    with pytest.raises(InputInvalid, match="reads at most 512"):
        bert.compare(TEXT, "word " * 600)
    with pytest.raises(InputInvalid, match="special_tokens='none'"):
        bert.compare("a", "b", special_tokens="none")
    # Nothing but special tokens is left of a text of control characters.
    with pytest.raises(InputInvalid, match="no tokens that correspond"):
        bert.compare("\x00", "\x01", special_tokens="hide")


# --- flow from a layer on ---------------------------------------------------------------------------


def test_flow_may_begin_at_a_layer(bert: Backend) -> None:
    maps = bert.attention(TEXT, model="bert").weights.mean(1)
    steps = [(step + np.eye(len(step))) / 2 for step in maps]
    found = bert.flow(TEXT, model="bert", start=1)
    assert found.layers == (1, 2)
    np.testing.assert_allclose(found.weights[0], steps[1], atol=1e-5)
    np.testing.assert_allclose(found.weights[1], steps[2] @ steps[1], atol=1e-5)
    by_flow = bert.flow("the cat sat", model="bert", method="flow", start=2, layers=[-1])
    alone = bert.attention("the cat sat", model="bert", layers=[2]).weights[0].mean(0)
    np.testing.assert_allclose(by_flow.weights[0], (alone + np.eye(len(alone))) / 2, atol=1e-4)
    with pytest.raises(InputInvalid, match="Layer 0 lies before start=1"):
        bert.flow(TEXT, model="bert", start=1, layers=[0])


# --- the panel --------------------------------------------------------------------------------------


def source(panel: AttentionPanel, **rest: Any) -> dict[str, Any]:
    return {"text": panel.text, "pair": panel.pair, "model": panel.model, **rest}


def test_panel_compares_with_what_it_was_given(bert: Backend) -> None:
    panel = AttentionPanel(TEXT, compare_text="The dog sat.", bert=bert)
    assert panel.view == "compare"
    assert panel.selection["compare_text"] == "The dog sat."
    found = panel.comparison()
    np.testing.assert_array_equal(found.distances, bert.compare(TEXT, "The dog sat.").distances)
    # What Python has, the browser gets without any more work.
    asked = {"other": "The dog sat.", "other_model": None, "words": False, "special_tokens": "show"}
    assert panel._answer("compare", source(panel, **asked)) is found
    panel.words = True
    assert len(set(panel.comparison().units[5:10])) == 1
    assert len(panel.comparison().changes) < len(found.changes)
    panel.compare_text, panel.compare_model = None, "starter"
    assert set(panel.comparison().changes) == {"same"}


def test_panel_says_at_once_what_cannot_be_compared(bert: Backend) -> None:
    with pytest.raises(AlbertError, match="startr"):
        AttentionPanel(TEXT, compare_model="startr", bert=bert)
    with pytest.raises(InputInvalid, match="reads at most 512"):
        AttentionPanel(TEXT, compare_text="word " * 600, bert=bert)
    with pytest.raises(InputInvalid, match="other text is empty"):
        AttentionPanel(TEXT, compare_text=" ", bert=bert)
    with pytest.raises(InputInvalid, match="6 layers of 12 heads"):
        AttentionPanel(TEXT, compare_model="bert", bert=bert)


def test_layers_are_counted_and_checked(bert: Backend) -> None:
    panel = AttentionPanel(TEXT, layers=(-2, -1), bert=bert)
    assert panel.layers == (4, 5)
    panel.layers = (1, -2)
    assert panel.layers == (1, 4)
    # As the browser says it.
    panel.set_state({"layers": [0, 2]})
    assert panel.selection["layers"] == (0, 2)
    panel.layers = None
    assert panel.layers is None
    for wrong, message in (((4, 2), "first comes after the last"), ((0, 6), "no two of 6 layers"), (3, "no two of 6")):
        with pytest.raises(InputInvalid, match=message):
            AttentionPanel(TEXT, layers=wrong, bert=bert)  # type: ignore[arg-type]


def test_weight_measure_and_order_can_be_chosen(bert: Backend) -> None:
    panel = AttentionPanel(TEXT, weight="value_norm", measure="previous", sort=True, bert=bert)
    assert (panel.weight, panel.measure, panel.sort, panel.view) == ("value_norm", "previous", True, "matrix")
    exact = bert.attention(TEXT, layers=[1], heads=[2], weight="value_norm")
    np.testing.assert_array_equal(panel.attention(1, 2, weight="value_norm"), exact.weights[0, 0])
    assert not np.allclose(panel.attention(1, 2), exact.weights[0, 0])
    asked = {"pool": 64, "quantized": True, "weight": "value_norm"}
    answer = panel._answer("attention", source(panel, **asked))
    np.testing.assert_allclose(answer.attention(1, 2), exact.weights[0, 0], atol=answer.scale.max())
    for given in ({"weight": "gold"}, {"measure": "luck"}, {"view": "cube"}):
        with pytest.raises(InputInvalid, match="There is no"):
            AttentionPanel(TEXT, bert=bert, **given)  # type: ignore[arg-type]


def test_masks_and_heads_of_the_panel_are_those_of_the_backend(bert: Backend) -> None:
    panel = AttentionPanel(TEXT, model="mlm", view="effect", bert=bert)
    panel.set_state({"mask": [2], "ablate": [[0, 1]]})
    found = bert.effect(panel.text, model=panel.model, mask=panel.mask, ablate=panel.ablate)
    answer = panel._answer("effect", source(panel, mask=[2], ablate=[[0, 1]]))
    np.testing.assert_array_equal(answer.verdicts[0].probabilities, found.verdicts[0].probabilities)
    with pytest.raises(RequestMalformed):
        panel._answer("effect", source(panel, top_k=100))


def test_a_page_offers_no_experiment_and_says_what_its_weights_are(bert: Backend, tmp_path: Path) -> None:
    panel = AttentionPanel(TEXT, weight="value_norm", layers=(1, 2), compare_text="A dog.", bert=bert)
    path = panel.save(tmp_path / "attention.html")

    def do(page: Page) -> Any:
        weight = page.get_by_role("combobox", name="Weight")
        return (
            page.get_by_role("tab").all_inner_texts(),
            weight.input_value(),
            weight.is_disabled(),
            page.locator(".albert-overview [role=grid]").first.get_attribute("aria-rowcount"),
            page.locator(".albert-legend").first.inner_text(),
        )

    tabs, weight, is_disabled, rows, legend = look(path, do)
    assert (tabs, weight, is_disabled, rows) == (["Matrix", "Lines"], "value_norm", True, "2")
    assert "value norm (Kobayashi et al. 2020)" in legend
    assert f"{panel.attention(1, 0, weight='value_norm').max():.2f}" in legend


# --- results and magics -----------------------------------------------------------------------------


def test_results_show_themselves(bert: Backend) -> None:
    found = bert.effect("the <b> cat", model="mlm", mask=[2], ablate=[(0, 1)])
    assert repr(found).endswith("mlm: 1 tokens masked, 1 heads switched off")
    assert "<b>" not in found._repr_html_()
    frame = found.to_frame()
    assert list(frame["position"]) == [2] * 5
    said = bert.effect("the cat", model="classifier").to_frame()
    assert list(said["position"]) == [-1, -1]
    compared = bert.compare("the cat sat", "the old dog", model="bert")
    assert "bert: 3 same, 2 changed, 0 removed, 0 inserted" in compared.summary()
    assert len(compared.to_frame()) == 12
    assert "data:image/png" in compared._repr_html_()
    (layer, head, distance), *_ = compared.top()
    assert distance == float(compared.distances[layer, head]) == float(compared.distances.max())
