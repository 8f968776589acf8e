"""What the backend answers: frozen dataclasses with numpy arrays, the same in process and over HTTP.

They depend on numpy alone, never on torch. Each has a plain-text form for terminals, an HTML
form that a saved notebook keeps, and ``to_frame()`` where a table helps.
"""

from __future__ import annotations

from .attention import AttentionMaps
from .attribution import Attribution
from .comparison import TokenizerComparison
from .counts import TokenCounts
from .embeddings import Embeddings, Similarity
from .experiments import Comparison, Effect, Verdict
from .flow import AttentionFlow
from .heads import HeadImportance, HeadStatistics, Neurons
from .models import ModelInfo, ModelList
from .predictions import MaskCandidates, MaskFills, Predictions
from .status import Status
from .summary import Sentence, Summary
from .token_lengths import TokenLengths
from .tokens import Tokens

__all__ = [
    "AttentionFlow",
    "AttentionMaps",
    "Attribution",
    "Comparison",
    "Effect",
    "Embeddings",
    "HeadImportance",
    "HeadStatistics",
    "MaskCandidates",
    "MaskFills",
    "ModelInfo",
    "ModelList",
    "Neurons",
    "Predictions",
    "Sentence",
    "Similarity",
    "Status",
    "Summary",
    "TokenCounts",
    "TokenLengths",
    "TokenizerComparison",
    "Tokens",
    "Verdict",
]
