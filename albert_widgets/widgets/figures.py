"""The figure of the attention panel's view that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from .attention import AttentionPanel


def figure_of(panel: AttentionPanel, layer: int | None, head: int | None) -> Any:
    """Return the figure of a panel; see :meth:`AttentionPanel.figure`."""
    sides: dict[str, Any] = {"words": panel.words, "special_tokens": panel.special_tokens}
    # Flow and attribution go from the whole input: segments are nothing to them.
    both = {**sides, "segments": panel.segments}
    source: dict[str, Any] = {"pair": panel.pair, "model": panel.model}
    bert, text = panel._bert, panel.text  # noqa: SLF001 – a part of the panel in a room of its own
    if layer is not None or head is not None or panel.view == "matrix":
        chosen = [panel.layer if layer is None else layer], [panel.head if head is None else head]
        return panel._maps(*chosen).figure(**both)  # noqa: SLF001
    if panel.view == "lines":
        maps = panel._maps([panel.layer], panel.heads or [panel.head])  # noqa: SLF001
        return maps.lines_figure(query=panel.token, **both)
    if panel.view == "neurons":
        return bert.neurons(text, layer=panel.layer, head=panel.head, query=_query(panel), **source).figure()
    if panel.view == "flow":
        return bert.flow(text, rows=[_query(panel)], **source).figure(**sides)
    if panel.view == "attribution":
        return bert.attribute(text, **source).figure(**sides)
    return bert.head_importance([text], pair=None if panel.pair is None else [panel.pair], model=panel.model).figure()


def _query(panel: AttentionPanel) -> int:
    """Return the chosen token, or the first that is not special, as the panel does."""
    if panel.token is not None:
        return panel.token
    ordinary = (index for index, is_special in enumerate(panel.tokens.is_special) if not is_special)
    first = next(ordinary, None)
    if first is None:
        raise InputInvalid("The text has no token but special ones.", "Give it a word.")
    return first
