"""Small data of our own, to try things with: written for this package, under its licence."""

from __future__ import annotations

from pathlib import Path

REVIEWS = Path(__file__).parent / "reviews.csv"
"""134 short reviews of films and products, ``positive`` or ``negative``: 120 in English, the others in 7 languages."""
ARTICLES = Path(__file__).parent / "articles.jsonl"
"""Six short articles, one a line: ``language`` (ISO 639), ``title``, ``sentences``; in en, zh, ja, ar, hi and th."""
