"""What the backend answers: frozen dataclasses with numpy arrays, the same in process and over HTTP.

They depend on numpy alone, never on torch. Each has a plain-text form for terminals, an HTML
form that a saved notebook keeps, and ``to_frame()`` where a table helps.
"""

from __future__ import annotations

from albert_widgets.selection import Length

from .attention import AttentionMaps
from .attribution import Attribution
from .baseline import BaselineReport, DoubtfulLabel
from .comparison import TokenizerComparison
from .counts import TokenCounts
from .data_check import DataCheck
from .embeddings import Embeddings, Similarity
from .evaluation import Calibration, Curve, Evaluation
from .experiments import Comparison, Effect, Verdict
from .findings import Finding
from .fit_report import FitReport, JudgedRow, JudgedRows, Runs
from .flow import AttentionFlow
from .heads import HeadImportance, HeadStatistics, Neurons
from .hub import Deleted, DownloadPlan, HubModel, HubModels, ModelCard
from .models import ModelInfo, ModelList, Revision
from .predictions import MaskCandidates, MaskFills, Predictions
from .status import Eviction, Status
from .study import Study, Trial
from .suggestion import Suggestion
from .summary import Neighbour, RougeScore, Sentence, Summary, Support, WrittenSentence
from .token_lengths import TokenLengths
from .tokens import Tokens

__all__ = [
    "AttentionFlow",
    "AttentionMaps",
    "Attribution",
    "BaselineReport",
    "Calibration",
    "Comparison",
    "Curve",
    "DataCheck",
    "Deleted",
    "DoubtfulLabel",
    "DownloadPlan",
    "Effect",
    "Embeddings",
    "Evaluation",
    "Eviction",
    "Finding",
    "FitReport",
    "HeadImportance",
    "HeadStatistics",
    "HubModel",
    "HubModels",
    "JudgedRow",
    "JudgedRows",
    "Length",
    "MaskCandidates",
    "MaskFills",
    "ModelCard",
    "ModelInfo",
    "ModelList",
    "Neighbour",
    "Neurons",
    "Predictions",
    "Revision",
    "RougeScore",
    "Runs",
    "Sentence",
    "Similarity",
    "Status",
    "Study",
    "Suggestion",
    "Summary",
    "Support",
    "TokenCounts",
    "TokenLengths",
    "TokenizerComparison",
    "Tokens",
    "Trial",
    "Verdict",
    "WrittenSentence",
]
