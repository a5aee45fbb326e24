"""Scores of the units within a few articles: which 항 or 호 of a found article answers.

Nothing is stored for it: the articles' text is at hand, so the query's bigrams are looked up in it
directly.  A few hundred articles take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.analyzer import BigramAnalyzer, letter_codes
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.units import Levels

K1 = 1.2
B = 0.4
AVERAGE = 150.0
"""Okapi BM25 over units; ``AVERAGE`` is their mean length in characters over the national law."""

LEAD_SHARE = 0.5
"""A bigram in the lead-in counts half: it holds for every 호 of the list alike."""


@dataclass(frozen=True, slots=True)
class ScoredUnits:
    """Units of one level: rows in the store, the article of each, and their scores (0 and above)."""

    units: NDArray[np.int64]
    articles: NDArray[np.int64]
    scores: NDArray[np.float32]

    def behind(self) -> NDArray[np.float32]:
        """How far each unit's score is below that of the best unit of its article; 0 and above.

        Neighbouring units of an article are neighbours here.
        """
        if not len(self.units):
            return self.scores
        starts = np.concatenate([[0], np.flatnonzero(np.diff(self.articles)) + 1])
        best = np.maximum.reduceat(self.scores, starts)
        return np.repeat(best, np.diff([*starts, len(self.units)])) - self.scores


def bigram_codes(terms: Sequence[str]) -> NDArray[np.uint32]:
    """Terms of the bigram analyzer → first << 16 | second."""
    codes = (ord(t[0]) << 16 | (ord(t[1]) if len(t) > 1 else 0) for t in terms)
    return np.fromiter(codes, np.uint32, len(terms))


def query_bigrams(query: str) -> tuple[str, ...]:
    """The query's bigrams, whatever analyzer the index uses."""
    return tuple(BigramAnalyzer().query_terms(query))


def score_units(
    store: UnitStore,
    articles: NDArray[np.int64],
    level: Levels,
    bigrams: NDArray[np.uint32],
    weights: NDArray[np.float32],
) -> ScoredUnits:
    """Score the units of ``level`` in ``articles``.

    Args:
        articles: int64 ``(n,)`` article rows.
        bigrams, weights: the query's bigrams (see :func:`bigram_codes`) and what each is worth,
            idf included; same length.
    """
    units, owners = _units_at(store, articles, level)
    scores = np.zeros(len(units), np.float32)
    order = np.argsort(bigrams)
    bigrams, weights = bigrams[order], weights[order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(owners)) + 1, [len(units)]])
    for start, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        if end > start and len(bigrams):
            article = int(owners[start])
            scores[start:end] = _score_article(store, article, units[start:end], bigrams, weights)
    return ScoredUnits(units, owners, scores)


def _units_at(
    store: UnitStore, articles: NDArray[np.int64], level: Levels
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the units of ``level`` in ``articles``, and the article of each."""
    first, last = store.article_units[articles], store.article_units[articles + 1]
    counts = last - first
    base = np.repeat(first - (np.cumsum(counts) - counts), counts)
    rows = base + np.arange(int(counts.sum()))
    kept = (store.unit_levels[rows] & int(level)) != 0
    return rows[kept], np.repeat(articles, counts)[kept]


def _score_article(
    store: UnitStore,
    article: int,
    units: NDArray[np.int64],
    bigrams: NDArray[np.uint32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """BM25 of the units of one article; units of one level do not overlap and are in order."""
    begin, end = int(store.article_text[article]), int(store.article_text[article + 1])
    codes = letter_codes(store.text[begin:end]).astype(np.uint32)
    pairs = np.zeros(len(codes), np.uint32)
    pairs[:-1] = np.where(codes[1:] != 0, codes[:-1] << np.uint32(16) | codes[1:], 0)
    found = np.minimum(np.searchsorted(bigrams, pairs), len(bigrams) - 1)
    hits = np.flatnonzero((bigrams[found] == pairs) & (pairs != 0))
    terms = found[hits]
    tf = np.zeros((len(units), len(bigrams)), np.float32)
    starts, ends = store.unit_start[units], store.unit_end[units]
    owner = np.searchsorted(starts, hits, side="right") - 1
    inside = (owner >= 0) & (hits < ends[np.maximum(owner, 0)])
    np.add.at(tf, (owner[inside], terms[inside]), 1.0)
    for row, unit in enumerate(units.tolist()):
        for lead_start, lead_end in store.unit_leads[unit].tolist():
            if lead_end > lead_start:
                low, high = np.searchsorted(hits, (lead_start, lead_end))
                np.add.at(tf[row], terms[low:high], LEAD_SHARE)
    norm = K1 * (1 - B + B * (ends - starts) / AVERAGE)
    scores: NDArray[np.float32] = (tf * (K1 + 1) / (tf + norm[:, None]) * weights).sum(axis=1)
    return scores
