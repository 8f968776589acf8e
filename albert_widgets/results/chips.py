"""Tokens as static HTML: what a notebook shows where no kernel is, and a page where no script runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html import FAINT, LINE, escape

if TYPE_CHECKING:
    from .tokens import Tokens

SHOWN = 400
"""Tokens that the static HTML shows before it says how many more there are."""

_SPACES = {" ": "", "\t": "→", "\n": "↵", "\r": "␍", "\u00a0": "⍽", "\u3000": "□"}
_BADGE = f"margin:0 4px;padding:0 5px;border:1px solid {LINE};border-radius:50%;font-weight:600"


def chips(tokens: Tokens) -> str:
    """Return the first tokens as chips: segments marked, white space between them visible, the limit drawn in."""
    drawn, segment, at = [], -1, 0
    for index in range(min(len(tokens), SHOWN)):
        own = int(tokens.segment_ids[index])
        if own >= 0 and own != segment:
            segment, at = own, 0
            if tokens.pair is not None:
                drawn.append(f'<b style="{_BADGE}">{"AB"[segment]}</b>')
        if own >= 0:
            source = tokens.pair if own == 1 else tokens.text
            start, end = map(int, tokens.offsets[index])
            drawn.append(_gap((source or "")[at:start]))
            at = max(at, end)
        if tokens.max_length and index == tokens.max_length:
            drawn.append(f'<b style="color:{FAINT}"> │ limit {tokens.max_length} │ </b>')
        drawn.append(chip(tokens, index))
    if len(tokens) > SHOWN:
        drawn.append(f"<span> … {len(tokens) - SHOWN} more</span>")
    return "".join(drawn)


def chip(tokens: Tokens, index: int) -> str:
    """Return one token."""
    start, end = tokens.offsets[index]
    style = f"display:inline-block;margin:2px 1px;padding:0 4px;border-radius:4px;border:1px solid {LINE};"
    if tokens.is_special[index]:
        style += f"border:1px dashed rgba(128,128,128,.6);color:{FAINT};"
    elif tokens.is_unknown[index]:
        style += "background:repeating-linear-gradient(45deg,transparent 0 3px,rgba(213,94,0,.35) 3px 6px);"
    elif tokens.word_ids[index] % 2:
        style += "background:rgba(25,118,210,.10);"
    else:
        style += "background:rgba(25,118,210,.22);"
    if tokens.segment_ids[index] == 1:
        style += "border-bottom:2px dotted currentColor;"
    if tokens.max_length and index >= tokens.max_length:
        style += "opacity:.4;"
    title = f"id {tokens.ids[index]} · {start}–{end}"
    shown = "".join(_SPACES.get(sign) or sign for sign in tokens.tokens[index]).strip() or "␣"
    return f'<span style="{style}" title="{title}"><bdi>{escape(shown)}</bdi></span>'


def _gap(text: str) -> str:
    signs = "".join(_SPACES.get(sign, "") for sign in text[:20])
    return f'<span style="color:{FAINT}">{escape(signs)}</span>' if signs else ""
