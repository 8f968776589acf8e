"""Small data of our own, to try things with: written for this package, under its licence."""

from __future__ import annotations

from pathlib import Path

REVIEWS = Path(__file__).parent / "reviews.csv"
"""134 short reviews of films and products, ``positive`` or ``negative``: 120 in English, the others in 7 languages."""
ARTICLES = Path(__file__).parent / "articles.jsonl"
"""Six short articles, one a line: ``language`` (ISO 639), ``title``, ``sentences``; in en, zh, ja, ar, hi and th."""
SCRIPTS = Path(__file__).parent / "scripts.jsonl"
"""60 texts in 20 scripts, one a line: ``script`` (ISO 15924), ``language`` (ISO 639), ``text``. What is hard to read
right is there: combining marks, emoji of several people, figures among right-to-left letters, controls, long words."""
