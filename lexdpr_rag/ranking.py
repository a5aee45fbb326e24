"""From a question to ranked units: each route scores the same candidates, fusion makes one list.

1. Each route proposes the articles that it finds best: the lexical index by their words, the dense
   index by the nearest vectors of their units.
2. The units of the level asked for within these articles are scored by every route, also those that
   another route proposed: what a route did not put among its own first is seldom worth nothing.

   * lexical: the article's score, less how far the unit is behind the best unit of its article;
   * dense: the highest cosine of the vectors whose text lies in the unit, or holds it.
3. The lists are fused (:mod:`lexdpr_rag.index.fusion`).

A unit that a route gives no score above 0 is not in that route's list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.fusion import Fused, Fusion, Route, alone
from lexdpr_rag.index.lexical import LexicalIndex, QueryTerms
from lexdpr_rag.index.places import Places
from lexdpr_rag.index.selection import Mask
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.unit_scores import ScoredUnits, bigram_codes, query_bigrams, score_units
from lexdpr_rag.units import Levels

DEPTH = 100
"""At least so many articles of each route are looked into for their units."""

VECTORS_EACH = 3
"""So many vectors are asked for, for every article wanted: an article has one or more."""

NAMED_LAW = 1.1
"""How much a law's name in the query raises the law's articles in the lexical route."""

LEXICAL, DENSE = "lexical", "dense"
"""Names of the routes."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what the routes to be taken need of it.

    Attributes:
        text: the question.
        words: whether the lexical route is taken.
        vector: float32 ``(d,)`` for the dense route; ``None`` where it is not taken.
    """

    text: str
    words: bool
    vector: Scores | None


@dataclass(frozen=True, slots=True)
class RankedUnits:
    """Units, best first.

    Attributes:
        units: int64 ``(n,)``, rows of the store.
        articles: int64 ``(n,)``, the article of each.
        fused: scores and what each route said; ``fused.ids`` are ``units``.
    """

    units: Rows
    articles: Rows
    fused: Fused


class Ranker:
    """Ranks the units of one index; safe to use from several threads."""

    def __init__(
        self,
        store: UnitStore,
        lexical: LexicalIndex,
        places: Places,
        dense: DenseIndex | None,
        *,
        bigrams: bool,
    ) -> None:
        """``bigrams``: whether the terms of the lexical index are bigrams."""
        self._store, self._lexical, self._places = store, lexical, places
        self._dense, self._is_bigrams = dense, bigrams

    def rank(
        self, question: Question, mask: Mask, level: Levels, count: int, fusion: Fusion
    ) -> RankedUnits:
        """At least ``count`` units where as many match, best first.

        Args:
            mask: bool ``(articles,)``: which may be found.
            level: one of them.
        """
        terms = self._lexical.terms(question.text)
        depth = max(DEPTH, count)
        proposed: list[Rows] = []
        scores: Scores | None = None
        if question.words:
            scores = self._lexical.scores(terms) * mask
            self._raise_named(question.text, scores)
            proposed.append(best(scores, depth))
        if question.vector is not None:
            proposed.append(self._near_articles(question.vector, mask, depth))
        articles = proposed[0] if len(proposed) == 1 else np.unique(np.concatenate(proposed))
        found = self._units(question.text, terms, articles, level)
        routes = []
        if scores is not None:
            totals = np.where(scores[found.articles] > 0, scores[found.articles], -np.inf)
            routes.append(_route(LEXICAL, found.units, totals - found.behind()))
        if question.vector is not None:
            routes.append(_route(DENSE, found.units, self._similarities(question.vector, found)))
        fused = fusion.fuse(routes) if len(routes) > 1 else alone(routes[0])
        order = np.argsort(found.units)
        at = order[np.searchsorted(found.units[order], fused.ids)]
        return RankedUnits(fused.ids, found.articles[at], fused)

    # -- lexical ---------------------------------------------------------------------------------

    def _raise_named(self, query: str, scores: Scores) -> None:
        """Articles of a law that the query names count :data:`NAMED_LAW` times, in place."""
        for law in self._places.named_laws(query):
            first, last = self._store.law_articles[law : law + 2].tolist()
            scores[first:last] *= NAMED_LAW

    def _units(self, query: str, terms: QueryTerms, articles: Rows, level: Levels) -> ScoredUnits:
        """The units of ``level`` in ``articles``, with what their own words are worth."""
        if level is Levels.ARTICLE:
            units = self._store.article_units[articles]
            return ScoredUnits(units, articles, np.zeros(len(units), np.float32))
        if self._is_bigrams:
            bigrams, weights = bigram_codes(terms.texts), terms.weights * self._lexical.idf(terms)
        else:
            texts = query_bigrams(query)
            bigrams, weights = bigram_codes(texts), np.ones(len(texts), np.float32)
        return score_units(self._store, articles, level, bigrams, weights)

    # -- dense -----------------------------------------------------------------------------------

    def _near_articles(self, vector: Scores, mask: Mask, depth: int) -> Rows:
        """The articles of the nearest vectors, each once."""
        if self._dense is None:
            raise TypeError("a question with a vector was given to an index without vectors")
        owners = self._dense.articles(self._store)
        near = self._dense.search(vector, VECTORS_EACH * depth, mask[owners])
        rows = near.rows[0][near.rows[0] >= 0]
        articles, first = np.unique(owners[rows], return_index=True)
        return articles[np.argsort(first)][:depth]

    def _similarities(self, vector: Scores, found: ScoredUnits) -> Scores:
        """The highest cosine of the vectors whose text overlaps each unit; ``-inf`` without one."""
        if self._dense is None:
            raise TypeError("a question with a vector was given to an index without vectors")
        owners, store = self._dense.articles(self._store), self._store
        first = np.searchsorted(owners, found.articles, side="left")
        counts = np.searchsorted(owners, found.articles, side="right") - first
        # Every unit beside every vector of its article.
        unit = np.repeat(np.arange(len(counts)), counts)
        offsets = np.cumsum(counts) - counts
        rows = np.arange(len(unit)) - np.repeat(offsets, counts) + np.repeat(first, counts)
        own, embedded = found.units[unit], self._dense.table.units[rows]
        overlap = (store.unit_start[own] < store.unit_end[embedded]) & (
            store.unit_start[embedded] < store.unit_end[own]
        )
        unit, rows = unit[overlap], rows[overlap]
        distinct, at = np.unique(rows, return_inverse=True)
        cosines = self._dense.table.similarities(distinct, vector[None])[0]
        highest = np.full(len(counts), -np.inf, np.float32)
        np.maximum.at(highest, unit, cosines[at])
        return highest


def best(scores: Scores, count: int) -> Rows:
    """Rows of the ``count`` highest scores above 0, best first; ties in document order."""
    if count < len(scores):
        rows = np.argpartition(scores, -count)[-count:]
        rows.sort()
    else:
        rows = np.arange(len(scores))
    rows = rows[scores[rows] > 0]
    ordered: Rows = rows[np.argsort(-scores[rows], kind="stable")]
    return ordered


def _route(name: str, units: Rows, scores: Scores) -> Route:
    """The units with a score above 0, best first; ties in document order."""
    kept = np.flatnonzero(scores > 0)
    kept = kept[np.lexsort((units[kept], -scores[kept]))]
    return Route(name, units[kept], scores[kept])
