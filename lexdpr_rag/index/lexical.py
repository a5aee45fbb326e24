"""The lexical index: scores every article for a query, in a few milliseconds.

Opened by memory map; what a query reads is the postings of its terms.  The score of an article is

    (BM25F(article) + :data:`LAW_SHARE` · BM25(law)) · prior · (1 + coverage of titles)

and says which articles come first for *this* query; it has no meaning across queries.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.analyzer import Analyzer
from lexdpr_rag.index.lexical_build import ARTICLES, LAW_TITLES, LAWS, TITLES
from lexdpr_rag.index.store import UnitStore

LAW_SHARE = 0.3
"""How much the score of the law as a whole counts: several articles bear each other out."""

STATUTE_PRIOR = 1.2
"""Acts of parliament (법률) before decrees and rules, which repeat their words."""

TITLE_BOOST, LAW_TITLE_BOOST = 0.3, 0.1
"""How much a query raises an article (a law) whose title it covers wholly; by coverage squared."""

QUERY_K3 = 3.0
"""Saturation of a term's frequency in the query, as in Okapi BM25."""

LONG_QUERY = (20, 40)
"""Terms from which, and at which, a query counts as long: an argument rather than keywords."""

LONG_IDF_CUT = 1.5
"""Taken off the idf of every term of a long query, whose common words are mere style …"""

LONG_COMMON = 0.1
"""… and terms in more than this share of all articles are then left out altogether."""


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A query as the index sees it.

    Attributes:
        ids: int64 ``(t,)`` known terms.
        weights: float32 ``(t,)``.
        texts: the same terms as strings.
        length: 0 for a short query … 1 for a long one (:data:`LONG_QUERY`).
    """

    ids: NDArray[np.int64]
    weights: NDArray[np.float32]
    texts: tuple[str, ...]
    length: float


class LexicalIndex:
    """Opened lexical index; safe to use from several threads."""

    def __init__(self, folder: Path, store: UnitStore, analyzer: Analyzer) -> None:
        """Open by memory map.

        Raises:
            OSError, ValueError: a part is missing or damaged.
        """
        self._analyzer = analyzer
        self._articles = _Matrix(folder / ARTICLES)
        self._laws = _Matrix(folder / LAWS)
        self._titles = _Matrix(folder / TITLES)
        self._law_titles = _Matrix(folder / LAW_TITLES)
        self._idf: NDArray[np.float32] = np.load(folder / "idf.npy")
        self._law_of = store.article_law()
        prior = np.array([STATUTE_PRIOR if law.kind == "법률" else 1.0 for law in store.laws])
        self._prior = prior.astype(np.float32)

    def terms(self, query: str) -> QueryTerms:
        """The query's known terms with their weights."""
        known = self._articles.vocabulary
        found = [
            (known[term], frequency, term)
            for term, frequency in self._analyzer.query_terms(query).items()
            if term in known
        ]
        ids = np.array([f[0] for f in found], np.int64)
        tf = np.array([f[1] for f in found])
        tf = tf * (QUERY_K3 + 1) / (tf + QUERY_K3)
        low, high = LONG_QUERY
        length = min(1.0, max(0.0, (len(ids) - low) / (high - low)))
        idf = self._idf[ids]
        weights = tf * np.maximum(0, idf - LONG_IDF_CUT * length) / np.maximum(idf, 1e-6)
        kept = weights > 0
        if length == 1.0:
            kept &= self._articles.df(ids) <= LONG_COMMON * self._articles.rows
        texts = tuple(f[2] for f, keep in zip(found, kept, strict=True) if keep)
        return QueryTerms(ids[kept], weights[kept].astype(np.float32), texts, length)

    def idf(self, terms: QueryTerms) -> NDArray[np.float32]:
        """idf of the query's terms, shape ``(t,)``."""
        values: NDArray[np.float32] = self._idf[terms.ids]
        return values

    def scores(self, terms: QueryTerms) -> NDArray[np.float32]:
        """Score of every article, float32 ``(articles,)``; 0 where no term occurs."""
        law = LAW_SHARE * self._laws.sums(terms.ids, terms.weights)
        boost = 1 + LAW_TITLE_BOOST * self._law_titles.sums(terms.ids) ** 2
        scores = self._articles.sums(terms.ids, terms.weights)
        found = scores > 0
        scores += law[self._law_of]
        scores *= found
        factor = (self._prior * boost)[self._law_of]
        if terms.length:
            factor += TITLE_BOOST * terms.length * self._titles.sums(terms.ids) ** 2
        result: NDArray[np.float32] = scores * factor
        return result


class _Matrix:
    """A bm25s index on disk, of which only the postings asked for are read."""

    def __init__(self, folder: Path) -> None:
        index = bm25s.BM25.load(str(folder), mmap=True, load_vocab=False)
        self._indptr = np.asarray(index.scores["indptr"])
        # Plain views: indexing a memmap object makes a new one for each slice.
        self._rows = index.scores["indices"].view(np.ndarray)
        self._values = index.scores["data"].view(np.ndarray)
        self.rows = int(index.scores["num_docs"])
        self.vocabulary = _vocabulary(folder / "vocab.index.json")

    def df(self, ids: NDArray[np.int64]) -> NDArray[Any]:
        """Documents of each term."""
        counts: NDArray[Any] = self._indptr[ids + 1] - self._indptr[ids]
        return counts

    def sums(
        self, ids: NDArray[np.int64], weights: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Σ over the terms of weight · value, float32 ``(rows,)``."""
        out = np.zeros(self.rows, np.float32)
        for position, term in enumerate(ids.tolist()):
            start, end = int(self._indptr[term]), int(self._indptr[term + 1])
            values = self._values[start:end]
            out[self._rows[start:end]] += values if weights is None else values * weights[position]
        return out


_PIECE = 1 << 16
_BETWEEN_TERMS = re.compile(r'":\s?\d+(,)\s?(?=")')


def _vocabulary(file: Path) -> dict[str, int]:
    """Term → row, read in pieces: parsed at once it would stop an event loop for too long.

    Raises:
        OSError, ValueError: the file is missing or damaged.
    """
    text = file.read_text(encoding="utf-8").strip().removeprefix("{").removesuffix("}")
    known: dict[str, int] = {}
    start = 0
    while start < len(text):
        cut = _BETWEEN_TERMS.search(text, start + _PIECE)
        known.update(json.loads(f"{{{text[start : cut.start(1) if cut else len(text)]}}}"))
        start = cut.end() if cut else len(text)
    return known
