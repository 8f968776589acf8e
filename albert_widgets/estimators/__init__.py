"""``fit``, ``predict`` and ``generate`` as Keras and scikit-learn people type them, over the one backend."""

from __future__ import annotations

from .classifier import Classifier
from .summarizer import Summarizer

__all__ = ["Classifier", "Summarizer"]
