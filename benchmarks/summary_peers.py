"""Other ways to choose sentences, for comparison: each from the sentences and vectors that ours has.

sumy and bert-extractive-summarizer cannot be installed beside this project (they ask for data of NLTK and for an old
transformers); these are their methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Scores = NDArray[np.float64]


def lead(pieces: Sequence[str], _vectors: NDArray[np.float32]) -> Scores:
    """Score by place: the first sentences."""
    return -np.arange(len(pieces), dtype=np.float64)


def textrank(pieces: Sequence[str], _vectors: NDArray[np.float32]) -> Scores:
    """Score by PageRank on tf-idf cosines (Mihalcea & Tarau 2004, with the weights that are usual today)."""
    return page_rank(_tfidf(pieces))


def textrank_without_stop_words(pieces: Sequence[str], _vectors: NDArray[np.float32]) -> Scores:
    """The same without English stop words: the strongest that needs no model."""
    return page_rank(_tfidf(pieces, stop_words="english"))


def lexrank(pieces: Sequence[str], vectors: NDArray[np.float32]) -> Scores:
    """Score by continuous LexRank (Erkan & Radev 2004) on the cosines of the sentence vectors."""
    del pieces
    return page_rank((vectors @ vectors.T).clip(0, 1).astype(np.float64))


def centroid(pieces: Sequence[str], vectors: NDArray[np.float32]) -> Scores:
    """Score by the cosine with the mean of all sentence vectors (Radev et al. 2004)."""
    del pieces
    middle = vectors.mean(axis=0)
    return np.asarray(vectors @ middle, np.float64)


def k_means(pieces: Sequence[str], vectors: NDArray[np.float32]) -> Scores:
    """Take the sentence that is nearest to each middle, as bert-extractive-summarizer does (Miller 2019), ratio 0.4."""
    from sklearn.cluster import KMeans

    found = KMeans(max(1, round(0.4 * len(pieces))), n_init=10, random_state=0).fit(vectors)
    distances = np.linalg.norm(vectors[:, None] - found.cluster_centers_[None], axis=2)
    chosen = distances.argmin(axis=0)
    scores = -np.arange(len(pieces), dtype=np.float64)
    scores[chosen] += 2.0 * len(pieces)
    return scores


def pacsum(pieces: Sequence[str], vectors: NDArray[np.float32]) -> Scores:
    """Score by directed centrality with the weights of Zheng & Lapata 2019 for news: -0.4 backward, 1 forward."""
    del pieces
    cosines = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(cosines, 0)
    cosines = np.maximum(cosines - cosines.min(), 0)
    return np.asarray(-0.4 * np.tril(cosines, -1).sum(axis=1) + np.triu(cosines, 1).sum(axis=1))


PEERS: dict[str, Callable[[Sequence[str], NDArray[np.float32]], Scores]] = {
    "lead": lead,
    "TextRank on tf-idf": textrank,
    "TextRank on tf-idf, no stop words": textrank_without_stop_words,
    "LexRank on BERT vectors": lexrank,
    "centroid of BERT vectors": centroid,
    "k-means (bert-extractive-summarizer)": k_means,
    "PacSum on BERT vectors": pacsum,
}


def page_rank(weights: NDArray[np.float64], damping: float = 0.85) -> Scores:
    """Return the stationary distribution of the walk on a weighted graph."""
    graph = weights.copy()
    np.fill_diagonal(graph, 0)
    total = graph.sum(axis=1, keepdims=True)
    steps = np.divide(graph, total, out=np.full_like(graph, 1 / len(graph)), where=total > 0)
    rank = np.full(len(graph), 1 / len(graph))
    for _ in range(100):
        rank = (1 - damping) / len(graph) + damping * (steps.T @ rank)
    return rank


def _tfidf(pieces: Sequence[str], **how: Any) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        found = TfidfVectorizer(**how).fit_transform(pieces)
    except ValueError:  # not a single word
        return np.zeros((len(pieces), len(pieces)))
    return np.asarray((found @ found.T).todense())
