"""Which sentences of a text come first: a score for each, by what it has in common with the others or where it stands.

Scores are float64 ``(sentences,)`` in [0, 1], the best one is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .graph import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .graph import Graph

    Scores = NDArray[np.float64]

BACKWARD, FORWARD = 0.8, 1.0
"""Weights of a sentence's likeness to those before and after it; Zheng & Lapata choose them on labelled texts."""
SENTENCES_PER_CLUSTER = 3
MANY = 500
"""Sentences up to which the order heeds what was taken before: nobody reads a longer summary."""


def centrality(graph: Graph) -> Scores:
    """Score sentences by how much they have in common with all others: LexRank on meaning and words.

    Where weights are the same in both directions, as here, the random walk of LexRank is at a sentence in proportion
    to the sum of its weights, so that no walk is needed. (The walk's chance to begin anew anywhere moves all sentences
    towards each other, which changes no order.)

    References
    ----------
    Erkan & Radev: LexRank. JAIR 22, 2004 (section 3; continuous LexRank).
    """
    return scaled(graph.strength)


def directed(graph: Graph) -> Scores:
    """Score sentences as centrality does, but likeness to later sentences counts more than to earlier ones.

    What comes early and is taken up again is what the text is about.

    References
    ----------
    Zheng & Lapata: Sentence centrality revisited (PacSum). ACL 2019, eq. 5, without the threshold.
    """
    meaning_scale, words_scale = graph.scales()
    scores = np.zeros(len(graph))
    for start in range(0, len(graph), ROWS):
        end = min(start + ROWS, len(graph))
        meaning, words = graph.pairs(start, end)
        weights = np.maximum(meaning, 0.0) / meaning_scale + words / words_scale
        places, own = np.arange(len(graph))[None, :], np.arange(start, end)[:, None]
        factors = np.where(places > own, FORWARD, np.where(places < own, BACKWARD, 0.0))
        scores[start:end] = (weights * factors).sum(axis=1)
    return scaled(scores)


def clustered(graph: Graph, seed: int = 0) -> Scores:
    """Score sentences by their distance to the middle of their cluster of meanings: one of each topic comes first.

    k-means on the sentence vectors, as bert-extractive-summarizer does (Miller 2019), but with medoids: sentences,
    not middles. The best sentence of each cluster comes before the second of any, larger clusters before smaller.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    count = max(1, round(len(graph) / SENTENCES_PER_CLUSTER))
    if len(graph) < 2 or len(np.unique(graph.vectors, axis=0)) <= count:
        return centrality(graph)
    with threadpool_limits(1):
        found = KMeans(min(count, MANY), n_init=3 if len(graph) < MANY else 1, random_state=seed).fit(graph.vectors)
    distances = np.linalg.norm(graph.vectors - found.cluster_centers_[found.labels_], axis=1)
    sizes = np.bincount(found.labels_)
    places = np.empty(len(graph), np.int64)
    for cluster in range(len(sizes)):
        members = np.flatnonzero(found.labels_ == cluster)
        places[members[np.argsort(distances[members], kind="stable")]] = np.arange(len(members))
    order = np.lexsort((distances, -sizes[found.labels_], places))
    return by_order(order)


def lead(documents: Sequence[int]) -> Scores:
    """Score sentences by where they stand: the first of each document, then the second of each, and so on."""
    seen: dict[int, int] = {}
    places = []
    for document in documents:
        places.append(seen.setdefault(document, 0))
        seen[document] += 1
    return by_order(np.argsort(places, kind="stable"))


def by_order(order: NDArray[np.int64]) -> Scores:
    """Return scores that fall evenly from 1 along an order of sentences."""
    scores = np.empty(len(order))
    scores[order] = 1.0 - np.arange(len(order)) / max(1, len(order))
    return scores


def scaled(scores: Scores) -> Scores:
    """Return scores from [least, most] in [0, 1]; all 1 where they are the same."""
    least, most = scores.min(), scores.max()
    return (scores - least) / (most - least) if most - least > 1e-12 else np.ones(len(scores))


def about(scores: Scores, relevance: Scores) -> Scores:
    """Return scores of sentences that are important and, above all, have to do with what is asked for.

    Both as shares of their range, multiplied, relevance twice: a sentence must be good at both (as in biased LexRank,
    where the walk begins anew at relevant sentences; Otterbacher et al. 2005). Neither is ever 0, so that the other
    still puts the rest in order.
    """
    return scaled((0.1 + scores) * np.maximum(0.02, scaled(relevance)) ** 2)


def order_of(
    scores: Scores, vectors: NDArray[np.float32] | None, *, diversity: float, last: NDArray[np.bool_]
) -> list[int]:
    """Return all sentences in the order of maximal marginal relevance (Carbonell & Goldstein 1998).

    Each next sentence maximises ``(1 - diversity) · score - diversity · (cosine with the nearest one taken)``; after
    :data:`MANY` of them the score alone decides.

    Parameters
    ----------
    vectors
        float32 ``(sentences, hidden)`` of length 1, or None where nothing is compared.
    last
        bool ``(sentences,)``: those that come after all others.
    """
    if vectors is None or diversity == 0:
        return [int(index) for index in np.lexsort((-scores, last))]
    left = np.ones(len(scores), np.bool_)
    nearest = np.zeros(len(scores))
    order: list[int] = []
    for _ in range(min(MANY, int((~last).sum()))):
        gain = np.where(left & ~last, (1 - diversity) * scores - diversity * nearest, -np.inf)
        best = int(gain.argmax())
        order.append(best)
        left[best] = False
        np.maximum(nearest, vectors @ vectors[best], out=nearest)
    rest = np.flatnonzero(left)
    return order + [int(index) for index in rest[np.lexsort((-scores[rest], last[rest]))]]
