"""The summary panel without a kernel: the summary, and its source with shaded sentences."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from albert_widgets.results.html import ACCENT, FAINT, FONT, LINE, escape

if TYPE_CHECKING:
    from albert_widgets.results import Summary

SHOWN = 1000
"""Sentences of the source that a saved notebook holds; a book would be in it twice."""
STRONGEST = 46
"""Percent of the accent behind a sentence with score 1, as in the panel."""


def unwritten(model: str) -> str:
    """Return what stands in a notebook until a model has written its summary."""
    return f'<div style="{FONT};color:{FAINT}">{escape(model)} is writing a summary …</div>'


def picture(summary: Summary) -> str:
    """Return static HTML."""
    sentences = summary.sentences[:SHOWN]
    if not sentences:
        return summary._repr_html_()
    parts: list[str] = [escape(summary.source[: sentences[0].start].lstrip("\n"))]
    for sentence, after in pairwise([*sentences, None]):
        assert sentence is not None  # noqa: S101 – only what comes after the last one is None
        strength = round(sentence.score**1.5 * STRONGEST)
        shade = f"background:color-mix(in srgb,{ACCENT} {strength}%,transparent)"
        mark = f";box-shadow:inset 3px 0 {ACCENT};padding-left:6px" if sentence.is_chosen else ""
        weight = ";font-weight:600" if sentence.kind == "heading" else ""
        said = f"score {sentence.score:.2f}{', in the summary' if sentence.is_chosen else ''}"
        parts.append(f'<span style="{shade}{mark}{weight}" title="{said}">{escape(sentence.text)}</span>')
        end = sentence.end if after is None else after.start
        if after is not None and after.document != sentence.document:
            parts.append(f'<hr style="border:0;border-top:1px solid {LINE};margin:8px 0">')
        else:
            parts.append(escape(summary.source[sentence.end : end]))
    left_out = len(summary.sentences) - len(sentences)
    if left_out:
        parts.append(f'<div style="color:{FAINT}">… and {left_out:,} sentences more</div>')
    source = (
        f'<div dir="auto" lang="{escape(summary.language)}" style="{FONT};white-space:pre-wrap;margin-top:8px;'
        f'padding-top:8px;border-top:1px solid {LINE};max-height:420px;overflow:auto">{"".join(parts)}</div>'
    )
    return f"{summary._repr_html_()}{source}"
