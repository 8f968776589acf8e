"""How a summary is shown without a panel: a line of counts, HTML, Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html import ACCENT, FAINT, FONT, escape

if TYPE_CHECKING:
    from .summary import Summary


def counts(summary: Summary) -> str:
    """Return how much of the source is in the summary, how it was made, and what to know about it."""
    kept = sum(sentence.words for sentence in summary.chosen)
    words = sum(sentence.words for sentence in summary.sentences)
    parts = []
    if summary.written is None:
        parts += [f"{len(summary.chosen):,} of {len(summary.sentences):,} sentences", f"{kept:,} of {words:,} words"]
    elif summary.written_sentences:
        supported = sum(sentence.is_supported for sentence in summary.written_sentences)
        parts += [f"{supported:,} of {len(summary.written_sentences):,} sentences supported by the source"]
    parts += [f"{summary.method} · {summary.model} · {summary.language}"]
    if summary.about:
        parts += [f"about “{summary.about}”"]
    parts += [f"{score.measure.replace('rouge', 'ROUGE-')} {score.f1:.3f}" for score in summary.rouge]
    return " · ".join([*parts, *summary.notes])


def html(summary: Summary) -> str:
    """Return the summary with the scores of its sentences as titles."""
    if summary.written is None:
        lines = [(sentence.text, f"score {sentence.score:.2f}", "solid") for sentence in summary.chosen]
    elif summary.written_sentences:
        lines = [
            (sentence.text, "supported by the source", "solid")
            if sentence.is_supported
            else (sentence.text, "nothing in the source is like this sentence", "dashed")
            for sentence in summary.written_sentences
        ]
    else:
        lines = [(summary.written, "written by the model", "solid")]
    items = "".join(
        f'<p style="margin:0 0 4px;padding-left:8px;border-left:3px {line} {ACCENT}" title="{escape(title)}">'
        f"{escape(text)}</p>"
        for text, title, line in lines
    )
    return f'<div style="{FONT}">{items}<div style="color:{FAINT}">{escape(counts(summary))}</div></div>'


def markdown(summary: Summary) -> str:
    """Return the summary as a Markdown list of its sentences; what a model wrote as it is."""
    if summary.written is not None:
        return f"{summary.written}\n"
    return "".join(f"- {' '.join(sentence.text.split())}\n" for sentence in summary.chosen)
