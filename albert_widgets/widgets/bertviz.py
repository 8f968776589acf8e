"""bertviz's own calls, answered by our panel: its notebooks run by changing the import. And the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_widgets.errors import InputInvalid, MissingExtra, TooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.results import AttentionMaps

BYTES_A_WEIGHT = 46
"""What bertviz 1.4.1 writes into the page for each weight, measured: the numbers as text, twice."""
MAX_BYTES = 60_000_000
"""More than this hangs a browser: 53 MB (128 tokens, 6 × 12 heads) took 6 s and 202,040 nodes."""


def head_view(  # noqa: PLR0917 – bertviz's own
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    prettify_tokens: bool = True,  # noqa: ARG001
    layer: int | None = None,
    heads: Sequence[int] | None = None,
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    include_layers: Sequence[int] | None = None,
    html_action: str = "view",
) -> Any:
    """Show attention as lines: ``bertviz.head_view`` with our panel.

    The arguments are bertviz's, with the same meaning but for two: tokens are always shown readable, whatever
    ``prettify_tokens`` says, and a panel has all layers, so that ``include_layers`` only says which one is open at
    first. A page (``html_action="return"``) holds those layers alone. bertviz's neuron view is
    ``AttentionPanel(text, view="neurons")``.

    Returns
    -------
    None, after showing the panel; with ``html_action="return"`` an ``IPython.display.HTML`` of a page of its own.
    """
    from .attention import AttentionPanel

    panel = AttentionPanel.from_tensors(
        attention,
        tokens,
        pair_start=sentence_b_start,
        encoder=encoder_attention,
        decoder=decoder_attention,
        cross=cross_attention,
        encoder_tokens=encoder_tokens,
        decoder_tokens=decoder_tokens,
        layer=layer if layer is not None else _first(include_layers),
        head=_first(heads),
        view="lines",
    )
    panel.heads = list(range(panel.result.num_heads) if heads is None else heads)
    return _shown(panel, html_action, layers=include_layers)


def model_view(  # noqa: PLR0917 – bertviz's own
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    prettify_tokens: bool = True,  # noqa: ARG001
    display_mode: str = "dark",  # noqa: ARG001
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    include_layers: Sequence[int] | None = None,
    include_heads: Sequence[int] | None = None,
    html_action: str = "view",
) -> Any:
    """Show all heads at a glance: ``bertviz.model_view`` with our panel.

    The arguments are bertviz's. The panel follows the notebook's theme, not ``display_mode``; all layers and heads
    are there, and the first of ``include_layers`` and ``include_heads`` is open. A page holds those alone.

    Returns
    -------
    As :func:`head_view`.
    """
    from .attention import AttentionPanel

    panel = AttentionPanel.from_tensors(
        attention,
        tokens,
        pair_start=sentence_b_start,
        encoder=encoder_attention,
        decoder=decoder_attention,
        cross=cross_attention,
        encoder_tokens=encoder_tokens,
        decoder_tokens=decoder_tokens,
        layer=_first(include_layers),
        head=_first(include_heads),
    )
    return _shown(panel, html_action, layers=include_layers, heads=include_heads)


def open_bertviz(view: str, maps: AttentionMaps) -> Any:
    """Show maps in the real bertviz, which loads its scripts from the network.

    Parameters
    ----------
    view
        ``"head"`` or ``"model"``.
    maps
        float32, of all query tokens.

    Raises
    ------
    InputInvalid, TooLarge, MissingExtra
        No such view; its page would hang the browser; bertviz is not installed.
    """
    if view not in {"head", "model"}:
        raise InputInvalid(f"bertviz has no {view!r} view here.", 'Choose "head" or "model".')
    size = maps.weights.size * BYTES_A_WEIGHT
    if size > MAX_BYTES:
        raise TooLarge(
            f"bertviz would put {size / 1e6:,.0f} MB into the page for {len(maps.tokens)} tokens; browsers hang.",
            f"Choose layers=[…]; at most {MAX_BYTES / 1e6:.0f} MB are opened. This panel itself has no such limit.",
            bytes=size,
            limit=MAX_BYTES,
        )
    try:
        import bertviz
        import torch
    except ImportError as error:
        raise MissingExtra.of("bertviz", "The real bertviz") from error
    attention = [torch.from_numpy(layer)[None] for layer in maps.weights]
    second = next((at for at, segment in enumerate(maps.tokens.segment_ids) if segment == 1), None)
    show = bertviz.head_view if view == "head" else bertviz.model_view
    return show(attention, list(maps.tokens.tokens), sentence_b_start=second)


def _shown(panel: Any, html_action: str, **kept: Any) -> Any:
    from IPython.display import HTML, display

    if html_action == "view":
        display(panel)  # type: ignore[no-untyped-call]
        return None
    if html_action == "return":
        return HTML(panel.to_html(**kept))  # type: ignore[no-untyped-call]
    raise InputInvalid(f"html_action={html_action!r} is no action.", 'Choose "view" or "return".')


def _first(indices: Sequence[int] | None) -> int:
    return indices[0] if indices else 0
