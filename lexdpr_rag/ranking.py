"""From a question to ranked units: each route scores the same candidates, fusion makes one list.

1. Each route proposes the articles that it finds best: the lexical index by their words, the dense
   index by the nearest vectors of their units, the decisions by the nearest issues that courts
   decided on them.
2. The units of the level asked for within these articles are scored by every route, also those that
   another route proposed: what a route did not put among its own first is seldom worth nothing.

   * lexical: the article's score, less how far the unit is behind the best unit of its article;
   * dense: the highest cosine of the vectors whose text lies in the unit, or holds it;
   * decisions: the highest cosine of the issues decided on its article.
3. The lists are fused: by a network that was fitted for the encoder (:mod:`lexdpr_rag.index.fitted`),
   or by fixed weights (:mod:`lexdpr_rag.index.fusion`).

A unit that a route gives no score above 0 is not in that route's list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.index import fitted
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.fitted import Evidence, FittedFusion, probability, same_words
from lexdpr_rag.index.fusion import Fused, Fusion, Route, alone
from lexdpr_rag.index.lexical import LexicalIndex, QueryTerms
from lexdpr_rag.index.places import Places
from lexdpr_rag.index.selection import Mask
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.unit_scores import ScoredUnits, bigram_codes, query_bigrams, score_units
from lexdpr_rag.late.late_reranker import LateReranker
from lexdpr_rag.units import Levels

DEPTH = 100
"""At least so many articles of each route are looked into for their units."""

VECTORS_EACH = 3
"""So many vectors are asked for, for every article wanted: an article has one or more."""

NAMED_LAW = 1.1
"""How much a law's name in the query raises the law's articles in the lexical route."""

DECIDED = 80
"""So many articles are proposed by their decisions."""

UNIT_SLOPE = 14.0
"""By how much the log-odds of an article fall for a unit of it that lags behind the article's best by
the whole range of the plain mix.  Of 4, 8 and 14 the best on court issues with 항 as golds
(``benchmarks/quality``): nDCG@10 .760, .765, .767."""

LEXICAL, DENSE, DECISIONS = "lexical", "dense", "decisions"
"""Names of the routes, in the order of the columns of :attr:`Evidence.scores`."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what the routes to be taken need of it.

    Attributes:
        text: the question.
        words: whether the lexical route is taken.
        vector: float32 ``(d,)`` for the dense route; ``None`` where it is not taken.
        read: whether the best candidates are read token by token, where there is what reads them.
    """

    text: str
    words: bool
    vector: Scores | None
    read: bool = True


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


@dataclass(frozen=True, slots=True)
class Sources:
    """What a ranker has besides the two indexes.

    Attributes:
        decisions: those attached to the articles.
        fitted: the fusion that was fitted for the encoder and such decisions.
        late: what reads the best candidates of that fusion anew.
    """

    decisions: AttachedDecisions | None = None
    fitted: FittedFusion | None = None
    late: LateReranker | None = None


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the routes that were taken propose, and what they say of it.

    Attributes:
        terms: the question's terms.
        words: float32 ``(articles,)``, every article's lexical score; ``None``: not taken.
        decided: float32, see :meth:`AttachedDecisions.similarities`; ``None``: not taken.
        articles: int64, the candidates, ascending.
    """

    terms: QueryTerms
    words: Scores | None
    decided: Scores | None
    articles: Rows


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
        sources: Callable[[], Sources] = lambda: Sources(),
    ) -> None:
        """``bigrams``: whether the terms of the lexical index are bigrams; ``sources``: what there is
        besides the two indexes, asked for when a question first takes both routes."""
        self._store, self._lexical, self._places = store, lexical, places
        self._dense, self._is_bigrams = dense, bigrams
        self._sources_given = sources
        self._law_of = store.article_law()

    def warm(self) -> None:
        """Bind the decisions now: the first question that takes both routes does it otherwise."""
        if self._sources.decisions is not None:
            self._sources.decisions.warm()

    def with_sources(self, sources: Sources) -> Ranker:
        """A ranker of the same index with other sources: for fitting and for measuring."""
        return Ranker(
            self._store,
            self._lexical,
            self._places,
            self._dense,
            bigrams=self._is_bigrams,
            sources=lambda: sources,
        )

    def rank(
        self, question: Question, mask: Mask, level: Levels, count: int, fusion: Fusion | None
    ) -> RankedUnits:
        """At least ``count`` units where as many match, best first.

        Args:
            mask: bool ``(articles,)``: which may be found.
            level: one of them.
            fusion: unless given, the fitted one where there is one and both routes are taken.
        """
        gathered = self._gather(question, mask, max(DEPTH, count))
        found = self._units(question.text, gathered.terms, gathered.articles, level)
        routes = self._routes(question, gathered, found)
        if len(routes) == 1:
            fused = alone(routes[0])
        elif fusion is None and self._sources.fitted is not None:
            logits = self._fitted_logits(question, gathered, found, routes, level)
            fused = _fused_by_odds(routes, found.units, *logits)
        else:
            fused = (fusion or Fusion()).fuse(routes)
        order = np.argsort(found.units)
        at = order[np.searchsorted(found.units[order], fused.ids)]
        return RankedUnits(fused.ids, found.articles[at], fused)

    def evidence(self, question: Question, mask: Mask) -> tuple[Rows, Evidence]:
        """The candidate articles of a question with both routes, and what is said of them: what a
        fusion is fitted to."""
        gathered = self._gather(question, mask, DEPTH)
        return gathered.articles, self._evidence(question, gathered)

    @cached_property
    def _sources(self) -> Sources:
        return self._sources_given()

    # -- gathering -------------------------------------------------------------------------------

    def _gather(self, question: Question, mask: Mask, depth: int) -> _Gathered:
        terms = self._lexical.terms(question.text)
        proposed: list[Rows] = []
        words: Scores | None = None
        decided: Scores | None = None
        if question.words:
            words = self._lexical.scores(terms) * mask
            self._raise_named(question.text, words)
            proposed.append(best(words, depth))
        if question.vector is not None:
            proposed.append(self._near_articles(question.vector, mask, depth))
        if question.words and question.vector is not None and self._sources.decisions is not None:
            decided = self._sources.decisions.similarities(question.vector)
            bound = self._sources.decisions.articles
            proposed.append(bound[best(decided * mask[bound], DECIDED)])
        articles = np.unique(np.concatenate(proposed))
        return _Gathered(terms, words, decided, articles)

    def _routes(self, question: Question, gathered: _Gathered, found: ScoredUnits) -> list[Route]:
        """What each route taken says of the units, in the order of :data:`LEXICAL` and so on."""
        routes, articles = [], found.articles
        if gathered.words is not None:
            words = gathered.words[articles]
            totals = np.where(words > 0, words, -np.inf)
            routes.append(_route(LEXICAL, found.units, totals - found.behind()))
        if question.vector is not None:
            routes.append(_route(DENSE, found.units, self._similarities(question.vector, found)))
        if gathered.decided is not None and self._sources.decisions is not None:
            decided = self._sources.decisions.of(articles, gathered.decided)
            routes.append(_route(DECISIONS, found.units, decided))
        return routes

    # -- fitted fusion ---------------------------------------------------------------------------

    def _evidence(self, question: Question, gathered: _Gathered) -> Evidence:
        """What the routes say of whole articles."""
        articles = gathered.articles
        firsts = self._store.article_units[articles]
        whole = ScoredUnits(firsts, articles, np.zeros(len(articles), np.float32))
        scores = np.zeros((len(articles), 3), np.float32)
        if gathered.words is not None:
            scores[:, fitted.LEXICAL] = gathered.words[articles]
        if question.vector is not None:
            scores[:, fitted.DENSE] = self._similarities(question.vector, whole)
        support = np.zeros(len(articles), np.int64)
        if gathered.decided is not None and self._sources.decisions is not None:
            attached = self._sources.decisions
            scores[:, fitted.DECISIONS] = attached.of(articles, gathered.decided)
            support = attached.counts(articles)
        scores[~np.isfinite(scores)] = 0
        laws = self._law_of[articles].astype(np.int64)
        return Evidence(len(question.text), scores, support, laws)

    def _fitted_logits(
        self,
        question: Question,
        gathered: _Gathered,
        found: ScoredUnits,
        routes: Sequence[Route],
        level: Levels,
    ) -> tuple[Scores, list[Scores]]:
        """The log-odds of each unit: as they are, and had each of the routes said nothing."""
        network = self._sources.fitted
        if network is None:
            raise TypeError("there is no fitted fusion")
        given = self._evidence(question, gathered)
        logits = self._read(question, gathered, given, network)
        at = np.searchsorted(gathered.articles, found.articles)
        is_whole = level is Levels.ARTICLE
        lag = 0.0 if is_whole else UNIT_SLOPE * _behind(routes, found)
        columns = [(LEXICAL, DENSE, DECISIONS).index(route.name) for route in routes]
        silenced = [logits(given.without(column))[at] - lag for column in columns]
        return logits(given)[at] - lag, silenced

    def _read(
        self, question: Question, gathered: _Gathered, given: Evidence, network: FittedFusion
    ) -> Callable[[Evidence], Scores]:
        """What gives the log-odds of the candidates: the fusion, what read the best of them, and
        what was decided in the same words."""
        late = self._sources.late
        if late is None or not question.read or question.vector is None:
            return lambda seen: network.logits(seen) + same_words(seen)
        prior = network.logits(given)
        reading = late.read(self._store, question.text, question.vector, gathered.articles, prior)
        return lambda seen: late.logits(reading, network.logits(seen), seen) + same_words(seen)

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


def _behind(routes: Sequence[Route], found: ScoredUnits) -> Scores:
    """How far each unit is behind the best of its article in the plain mix; 0…1."""
    mixed = Fusion().fuse([route for route in routes if route.name != DECISIONS])
    scores = np.zeros(len(found.units), np.float32)
    order = np.argsort(found.units)
    scores[order[np.searchsorted(found.units[order], mixed.ids)]] = mixed.scores
    return replace(found, scores=scores).behind()


def _fused_by_odds(
    routes: Sequence[Route], units: Rows, logits: Scores, silenced: Sequence[Scores]
) -> Fused:
    """Units by their probability.  What a route contributes is what it would lack without it."""
    chances = probability(logits)
    order = np.lexsort((units, -logits))
    ranks = np.zeros((len(routes), len(units)), np.int64)
    rows = np.argsort(units)
    for i, route in enumerate(routes):
        at = rows[np.searchsorted(units[rows], route.ids)]
        ranks[i, at] = np.arange(1, len(at) + 1)
    gains = np.array([chances - probability(without) for without in silenced])
    return Fused(
        units[order].astype(np.int64),
        chances[order],
        tuple(routes),
        ranks[:, order],
        gains[:, order],
    )


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
