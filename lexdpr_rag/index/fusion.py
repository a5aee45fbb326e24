"""Fusion: the lists of several routes become one.

A route gives ids, best first, with scores.  What an id gets from each route adds up:

* :func:`reciprocal_rank`: ``weight / (k + rank)``; needs no comparable scores.
* :func:`weighted_scores`: ``weight × normalised score``; keeps how far apart the scores are.
* :func:`rank_vote`: the first of each list gets ``votes[0]``, the second ``votes[1]`` …

A route that did not find an id adds 0 to it.  Equal totals are ordered by the best rank in any
route, then by id, so the order in which routes are given never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.datamodels import RouteScore
from lexdpr_rag.errors import FilterError

RRF_K = 60
"""The constant of reciprocal rank fusion (Cormack et al. 2009)."""

VOTES = (6.0, 3.0, 1.0)

DENSE_SHARE = 0.7
"""Weight of the dense route.  Chosen with static encoders on court issues and on plain questions
(``benchmarks/hybrid_quality.py``): best on both with a good one, .6 on plain questions with a weak
one."""

DECISIONS_SHARE = 0.2
"""What the decisions add to the two routes: at .2 they help on court language by as much as at .4, and
cost plain questions nothing beside having none (``benchmarks/default_ablation.py``)."""

Method = Literal["scores", "rrf", "vote"]
Normalisation = Literal["min-max", "z", "theoretical"]

METHODS: tuple[Method, ...] = get_args(Method)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Route:
    """What one route found.

    Attributes:
        name: ``lexical``, ``dense`` …
        ids: int64 ``(n,)``, distinct, best first.
        scores: floats ``(n,)``, not increasing.
        weight: how much the route counts, 0 and above.
        lowest: the smallest score that the route could ever give (BM25: 0, cosine: -1), for
            ``theoretical`` normalisation.
    """

    name: str
    ids: NDArray[np.int64]
    scores: NDArray[np.floating]
    weight: float = 1.0
    lowest: float = 0.0


@dataclass(frozen=True, slots=True)
class Fused:
    """The fused list, best first.

    Attributes:
        ids: int64 ``(m,)``: every id of any route, once.
        scores: float64 ``(m,)``, not increasing, 0 and above.
        routes: the routes that were fused.
        ranks: int64 ``(routes, m)``: rank in each, 0 where it did not find the id.
        contributions: float64 ``(routes, m)``: what each added.
    """

    ids: NDArray[np.int64]
    scores: Floats
    routes: tuple[Route, ...]
    ranks: NDArray[np.int64]
    contributions: Floats

    def explain(self, at: int) -> tuple[RouteScore, ...]:
        """What each route that found ``ids[at]`` said of it, in the order of ``routes``."""
        return tuple(
            RouteScore(
                route.name,
                rank=int(self.ranks[i, at]),
                score=float(route.scores[self.ranks[i, at] - 1]),
                weight=route.weight,
                contribution=float(self.contributions[i, at]),
            )
            for i, route in enumerate(self.routes)
            if self.ranks[i, at]
        )


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the routes of a search become one list.

    Attributes:
        method: ``scores`` (:func:`weighted_scores`), ``rrf`` (:func:`reciprocal_rank`) or ``vote``
            (:func:`rank_vote`).
        dense: weight of the dense route, 0…1; the lexical one has the rest.
        decisions: weight of the decisions attached to provisions, beside the two.
        normalisation: of ``scores``.
        k: of ``rrf``.
        votes: of ``vote``.

    Raises:
        FilterError: a value is not allowed.
    """

    method: Method = "scores"
    dense: float = DENSE_SHARE
    decisions: float = DECISIONS_SHARE
    normalisation: Normalisation = "min-max"
    k: float = RRF_K
    votes: tuple[float, ...] = VOTES

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise FilterError("fusion.method", value=self.method, legal=", ".join(METHODS))
        for value in (self.dense, self.decisions):
            if not 0 <= value <= 1:
                raise FilterError("fusion.share", value=value)

    def fuse(self, routes: Sequence[Route]) -> Fused:
        """The routes as one list; their weights are set here.

        Raises:
            FilterError: a value is not allowed.
        """
        shares = {"dense": self.dense, "lexical": 1 - self.dense, "decisions": self.decisions}
        weighted = [replace(route, weight=shares.get(route.name, route.weight)) for route in routes]
        if self.method == "rrf":
            return reciprocal_rank(weighted, self.k)
        if self.method == "vote":
            return rank_vote(weighted, self.votes)
        return weighted_scores(weighted, self.normalisation)


def alone(route: Route) -> Fused:
    """A single route as it is: its own scores and order."""
    ranks = np.arange(1, len(route.ids) + 1, dtype=np.int64)[None]
    scores: Floats = np.asarray(route.scores, dtype=np.float64)
    ids = np.asarray(route.ids, dtype=np.int64)
    return Fused(ids, scores, (replace(route, weight=1.0),), ranks, scores[None])


def reciprocal_rank(routes: Sequence[Route], k: float = RRF_K) -> Fused:
    """Reciprocal rank fusion: ``Σ weight / (k + rank)``, ranks from 1.

    Raises:
        FilterError: ``k`` is negative, or a route's weight is.
    """
    if not k >= 0:
        raise FilterError("fusion.k", value=k)

    def worth(route: Route) -> Floats:
        ranks: Floats = np.arange(1, len(route.ids) + 1, dtype=np.float64)
        return np.reciprocal(k + ranks)

    return _fused(routes, worth)


def rank_vote(routes: Sequence[Route], votes: Sequence[float] = VOTES) -> Fused:
    """Rank vote: rank i of a route gets ``votes[i - 1]``; ranks beyond the list get none.

    Raises:
        FilterError: ``votes`` is empty, has a negative number, or rises; or a weight is negative.
    """
    list_of_votes = np.asarray(votes, dtype=np.float64).ravel()
    if (
        not len(list_of_votes)
        or not np.all(list_of_votes >= 0)
        or np.any(np.diff(list_of_votes) > 0)
    ):
        raise FilterError("fusion.votes", value=list(votes))

    def votes_of(route: Route) -> Floats:
        given = np.zeros(len(route.ids))
        first = min(len(given), len(list_of_votes))
        given[:first] = list_of_votes[:first]
        return given

    return _fused(routes, votes_of)


def weighted_scores(routes: Sequence[Route], normalisation: Normalisation = "min-max") -> Fused:
    """Weighted sum of each route's normalised scores.

    * ``min-max``: ``(s - min) / (max - min)`` of the list, 0…1;
    * ``z``: ``(s - min) / deviation`` of the list: z-scores, of which the lowest stands for "not
      found" too.  Not bounded;
    * ``theoretical``: ``(s - lowest) / (max - lowest)``: as min-max, but the last of the list keeps
      what it is worth (Bruch et al. 2023).

    Where all scores of a list are equal, each counts 1 (``theoretical``: 0 if they are ``lowest``).

    Raises:
        FilterError: the normalisation is unknown, or a weight is negative.
    """
    if normalisation not in _NORMALISATIONS:
        raise FilterError(
            "fusion.normalisation", value=normalisation, legal=", ".join(_NORMALISATIONS)
        )
    return _fused(routes, _NORMALISATIONS[normalisation])


# -- inside --------------------------------------------------------------------------------------


def _min_max(route: Route) -> Floats:
    scores = np.asarray(route.scores, dtype=np.float64)
    return _ratio(scores - scores.min(initial=np.inf), float(np.ptp(scores)) if len(scores) else 0)


def _z(route: Route) -> Floats:
    scores = np.asarray(route.scores, dtype=np.float64)
    return _ratio(scores - scores.min(initial=np.inf), float(scores.std()) if len(scores) else 0)


def _theoretical(route: Route) -> Floats:
    scores = np.asarray(route.scores, dtype=np.float64)
    above = np.maximum(scores - route.lowest, 0)
    highest = float(above.max(initial=0))
    return above / highest if highest > 0 else above


def _ratio(above: Floats, unit: float) -> Floats:
    return above / unit if unit > 0 else np.ones(len(above))


_NORMALISATIONS: dict[str, Callable[[Route], Floats]] = {
    "min-max": _min_max,
    "z": _z,
    "theoretical": _theoretical,
}


def _fused(routes: Sequence[Route], worth: Callable[[Route], Floats]) -> Fused:
    """Add up what ``worth`` gives each entry of each route, times the route's weight."""
    for route in routes:
        if not route.weight >= 0:
            raise FilterError("fusion.weight", name=route.name, value=route.weight)
    found = [np.asarray(route.ids, dtype=np.int64) for route in routes]
    ids = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    ranks = np.zeros((len(routes), len(ids)), np.int64)
    contributions = np.zeros((len(routes), len(ids)))
    for i, route in enumerate(routes):
        at = np.searchsorted(ids, found[i])
        ranks[i, at] = np.arange(1, len(at) + 1)
        contributions[i, at] = route.weight * worth(route)
    # Sorted before they are added: a sum of floats depends on the order of its terms.
    totals = np.sort(contributions, axis=0).sum(axis=0)
    best = np.where(ranks > 0, ranks, np.iinfo(np.int64).max).min(axis=0, initial=2**62)
    order = np.lexsort((ids, best, -totals))
    return Fused(ids[order], totals[order], tuple(routes), ranks[:, order], contributions[:, order])
