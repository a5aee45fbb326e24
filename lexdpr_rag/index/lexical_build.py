"""Term counts → the lexical index: BM25F over articles, BM25 over laws, title coverage.

Formulas:

* Articles: BM25F (Robertson, Zaragoza, Taylor, *Simple BM25 extension to multiple weighted fields*,
  CIKM 2004): the weighted, length-normalised frequencies of a term in all fields are summed,
  ``tf = Σ_f w_f · tf_f / (1 - b_f + b_f · len_f / avg_f)``, and saturated once,
  ``idf · tf · (k1 + 1) / (tf + k1)``, with ``idf = ln(1 + (N - df + .5) / (df + .5))`` as in Lucene.
* Laws: BM25 over everything a law says, as one document.
* Coverage of a title: the share of its idf that the query's terms cover, 0…1.

The weights were chosen on the dev benchmarks (``benchmarks/lexical_quality.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import (
    BODY,
    FIELDS,
    HEADING,
    LAW,
    NUMBER,
    TITLE,
    PlacedCounts,
    vocabulary_of,
)

K1 = 1.5
FIELD_WEIGHTS = {LAW: 2.0, NUMBER: 1.0, HEADING: 1.0, TITLE: 2.0, BODY: 1.0}
FIELD_B = {LAW: 0.5, NUMBER: 0.0, HEADING: 0.5, TITLE: 0.5, BODY: 0.75}
LAW_K1, LAW_B = 1.5, 0.3
_LAW_FIELDS = (HEADING, TITLE, BODY)

_AT_ONCE = 8_000_000
"""Postings merged at a time, which bounds memory to some 400 MB whatever the corpus."""

ARTICLES, LAWS, TITLES, LAW_TITLES = MATRICES = ("articles", "laws", "titles", "law_titles")
"""Folders of the bm25s indexes: terms × articles, × laws, × articles, × laws."""


@dataclass(slots=True)
class Csc:
    """A sparse matrix by term: the rows and values of term t lie at ``indptr[t]`` to ``[t + 1]``."""

    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]
    values: NDArray[np.float32]


Step = Callable[[int, int], None]
"""Told how many of how many ranges of terms are merged."""


def build_lexical(
    store: UnitStore, shards: Sequence[PlacedCounts], folder: Path, step: Step = lambda *_: None
) -> None:
    """Write the lexical index of ``store`` into ``folder`` (made here)."""
    vocabulary, maps = vocabulary_of(shards)
    merger = _Merger(store, shards, maps, len(vocabulary))
    articles, laws, idf = merger.merge(step)
    titles = merger.coverage(TITLE, idf, store.articles)
    law_titles = merger.coverage(LAW, idf, len(store.laws))
    folder.mkdir()
    _save(folder / ARTICLES, articles, store.articles, vocabulary)
    _save(folder / LAWS, laws, len(store.laws))
    _save(folder / TITLES, titles, store.articles)
    _save(folder / LAW_TITLES, law_titles, len(store.laws))
    np.save(folder / "idf.npy", idf)


def _save(folder: Path, matrix: Csc, rows: int, vocabulary: Sequence[str] = ()) -> None:
    """As a bm25s index, which ``bm25s.BM25.load(folder, mmap=True)`` opens."""
    index = bm25s.BM25(k1=K1, backend="numpy")
    index.scores = {
        "data": matrix.values,
        "indices": matrix.rows,
        "indptr": matrix.indptr,
        "num_docs": rows,
    }
    index.nonoccurrence_array = None  # only variants that score absent terms have one
    index.vocab_dict = {term: i for i, term in enumerate(vocabulary)}
    index.save(str(folder), show_progress=False)


class _Merger:
    """Merges the postings of all shards, a range of terms at a time."""

    def __init__(
        self,
        store: UnitStore,
        shards: Sequence[PlacedCounts],
        maps: Sequence[NDArray[np.int32]],
        terms: int,
    ) -> None:
        self._shards = shards
        self._maps = maps
        self._terms = terms
        self._store = store
        self._law_of = store.article_law()
        self._norms = {name: self._norm(name) for name in FIELDS}
        law_lengths = sum(self._lengths(name) for name in _LAW_FIELDS)
        self._law_lengths = np.bincount(self._law_of, law_lengths, len(store.laws))

    def _lengths(self, field: str) -> NDArray[np.float64]:
        """Weighted length of a field in every article."""
        size = len(self._store.laws) if field == LAW else self._store.articles
        lengths = np.zeros(size)
        for shard in self._shards:
            counts = shard.counts.fields[field]
            rows = shard.rows(field)[counts.rows]
            kept = rows >= 0
            lengths += np.bincount(rows[kept], counts.weights[kept], size)
        return lengths[self._law_of] if field == LAW else lengths

    def _norm(self, field: str) -> NDArray[np.float32]:
        """``w_f / (1 - b_f + b_f · len_f / avg_f)`` of every article; avg over non-empty fields."""
        lengths = self._lengths(field)
        average = lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0
        b = FIELD_B[field]
        return (FIELD_WEIGHTS[field] / (1 - b + b * lengths / average)).astype(np.float32)

    def merge(self, step: Step) -> tuple[Csc, Csc, NDArray[np.float32]]:
        """The matrices of articles and of laws, and idf ``(terms,)``."""
        ranges = self._term_ranges()
        pieces = []
        for done, (first, last) in enumerate(ranges):
            step(done, len(ranges))
            pieces.append(self._merge_terms(first, last))
        step(len(ranges), len(ranges))
        idf = np.concatenate([piece[2] for piece in pieces])
        return _stacked([p[0] for p in pieces]), _stacked([p[1] for p in pieces]), idf

    def _term_ranges(self) -> list[tuple[int, int]]:
        """Ranges of terms with about :data:`_AT_ONCE` postings each."""
        sizes = np.zeros(self._terms, np.int64)
        for shard, ids in zip(self._shards, self._maps, strict=True):
            for field in shard.counts.fields.values():
                sizes += np.bincount(ids[field.terms], minlength=self._terms)
        parts = np.cumsum(sizes) // _AT_ONCE
        cuts = np.flatnonzero(np.diff(parts)) + 1
        bounds = [0, *cuts.tolist(), self._terms]
        return list(pairwise(bounds))

    def _merge_terms(self, first: int, last: int) -> tuple[Csc, Csc, NDArray[np.float32]]:
        terms, rows, values, raw = self._gather(first, last)
        order = np.lexsort((rows, terms))
        terms, rows, values, raw = terms[order], rows[order], values[order], raw[order]
        starts = _group_starts(terms, rows)
        tf = np.add.reduceat(values, starts) if len(starts) else values
        raw = np.add.reduceat(raw, starts) if len(starts) else raw
        terms, rows = terms[starts], rows[starts]
        df = np.bincount(terms, minlength=last - first)
        count = self._store.articles
        idf = np.log1p((count - df + 0.5) / (df + 0.5)).astype(np.float32)
        scores = tf * (K1 + 1) / (tf + K1) * idf[terms]
        articles = Csc(_indptr(df), rows.astype(np.int32), scores.astype(np.float32))
        return articles, self._laws(terms, rows, raw, idf), idf

    def _gather(self, first: int, last: int) -> tuple[NDArray[Any], ...]:
        """(term - first, article, normalised tf, plain tf) of all fields and shards, unordered."""
        parts: list[tuple[NDArray[Any], ...]] = []
        for shard, ids in zip(self._shards, self._maps, strict=True):
            for name, counts in shard.counts.fields.items():
                terms = ids[counts.terms]
                rows = shard.rows(name)[counts.rows]
                kept = np.flatnonzero((terms >= first) & (terms < last) & (rows >= 0))
                terms, rows, weights = terms[kept] - first, rows[kept], counts.weights[kept]
                if name == LAW:
                    terms, rows, weights = self._to_articles(terms, rows, weights)
                raw = weights if name in _LAW_FIELDS else np.zeros_like(weights)
                parts.append((terms, rows, weights * self._norms[name][rows], raw))
        return tuple(np.concatenate([part[i] for part in parts]) for i in range(4))

    def _to_articles(
        self, terms: NDArray[Any], laws: NDArray[Any], weights: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Postings of laws → of each of their articles."""
        first = self._store.law_articles[laws]
        counts = self._store.law_articles[laws + 1] - first
        base = np.repeat(np.cumsum(counts) - counts, counts)
        rows = np.arange(int(counts.sum())) - base + np.repeat(first, counts)
        return np.repeat(terms, counts), rows, np.repeat(weights, counts)

    def _laws(
        self, terms: NDArray[Any], rows: NDArray[Any], raw: NDArray[Any], idf: NDArray[np.float32]
    ) -> Csc:
        """BM25 of the same terms over whole laws; rows of a law are neighbours."""
        laws = self._law_of[rows]
        starts = _group_starts(terms, laws)
        tf = np.add.reduceat(raw, starts) if len(starts) else raw
        terms, laws = terms[starts], laws[starts]
        kept = tf > 0
        terms, laws, tf = terms[kept], laws[kept], tf[kept]
        lengths = self._law_lengths
        average = lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0
        norm = LAW_K1 * (1 - LAW_B + LAW_B * lengths[laws] / average)
        scores = tf * (LAW_K1 + 1) / (tf + norm) * idf[terms]
        df = np.bincount(terms, minlength=len(idf))
        return Csc(_indptr(df), laws.astype(np.int32), scores.astype(np.float32))

    def coverage(self, field: str, idf: NDArray[np.float32], size: int) -> Csc:
        """Each term's share of the idf of the field's distinct terms, by row."""
        all_rows, all_terms = [], []
        for shard, ids in zip(self._shards, self._maps, strict=True):
            counts = shard.counts.fields[field]
            rows = shard.rows(field)[counts.rows]
            all_rows.append(rows[rows >= 0])
            all_terms.append(ids[counts.terms][rows >= 0])
        rows, terms = np.concatenate(all_rows), np.concatenate(all_terms)
        shares = idf[terms] / np.bincount(rows, idf[terms], size)[rows]
        order = np.lexsort((rows, terms))
        df = np.bincount(terms, minlength=self._terms)
        return Csc(_indptr(df), rows[order].astype(np.int32), shares[order].astype(np.float32))


def _group_starts(terms: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.int64]:
    """Where (term, row) changes in postings ordered by both."""
    if not len(terms):
        return np.zeros(0, np.int64)
    changed = (terms[1:] != terms[:-1]) | (rows[1:] != rows[:-1])
    return np.concatenate([[0], np.flatnonzero(changed) + 1])


def _indptr(df: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(df, dtype=np.int64)])


def _stacked(parts: Sequence[Csc]) -> Csc:
    """Matrices of consecutive term ranges as one."""
    base = 0
    indptrs = [np.zeros(1, np.int64)]
    for part in parts:
        indptrs.append(part.indptr[1:] + base)
        base += int(part.indptr[-1])
    return Csc(
        np.concatenate(indptrs),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.values for part in parts]),
    )
