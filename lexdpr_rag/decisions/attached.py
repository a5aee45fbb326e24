"""Decisions attached to the articles of an index: how near a question is to what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.decisions.pack import DecisionPack, directions, title_hash
from lexdpr_rag.decisions.resolve import article_key
from lexdpr_rag.index.store import UnitStore

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class AttachedDecisions:
    """The issues of some packs, bound to the articles of one store.

    An article of the pack's key whose title differs is another one now, and gets nothing.  Of a law
    that the store holds in several versions, each version's article is bound.
    """

    def __init__(self, store: UnitStore, packs: Sequence[DecisionPack]) -> None:
        """``packs``, one or more, were made with the encoder of the index.  Nothing is computed yet."""
        self._store, self._packs = store, packs

    @cached_property
    def _distinct(self) -> tuple[NDArray[np.int8], Rows]:
        """Every vector once; and which of them each issue of the packs has, one after the other.

        What is in the package and in one's own files as well is one issue, and so are issues whose
        vectors are equal, whether there is one pack or several.
        """
        rows = np.concatenate([pack.vectors for pack in self._packs])
        if not len(rows):
            return rows, np.arange(0)
        whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
        _, first, which = np.unique(whole, return_index=True, return_inverse=True)
        return rows[first], which

    @cached_property
    def _vectors(self) -> Scores:
        """float32 ``(issues, d)``, rows of length 1."""
        return directions(self._distinct[0])

    @cached_property
    def _bound(self) -> tuple[Rows, Rows, Rows]:
        """Articles with decisions, ascending; where the issues of each begin; the issues."""
        articles, issues = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        first = 0
        by_key = _rows_by_key(self._store, {key for pack in self._packs for key in pack.provisions})
        for pack in self._packs:
            for provision, issue in zip(*_groups(pack), strict=True):
                for row in by_key.get(pack.provisions[provision], ()):
                    if title_hash(self._store.article_title[row]) == pack.titles[provision]:
                        articles.append(np.full(len(issue), row, np.int64))
                        issues.append(issue + first)
            first += len(pack.vectors)
        vectors, which = self._distinct
        count = max(len(vectors), 1)
        pairs = np.unique(np.concatenate(articles) * count + which[np.concatenate(issues)])
        distinct, begins = np.unique(pairs // count, return_index=True)
        return distinct, begins.astype(np.int64), pairs % count

    def warm(self) -> None:
        """Bind the issues to the articles now, and unpack their vectors."""
        self.similarities(np.zeros(self._vectors.shape[1], np.float32))

    @property
    def articles(self) -> Rows:
        """Rows of the articles that decisions are attached to, ascending."""
        return self._bound[0]

    def counts(self, articles: Rows) -> Rows:
        """How many issues are attached to each of ``articles``, int64 of their shape."""
        known, begins, issues = self._bound
        every = np.diff([*begins.tolist(), len(issues)])
        return np.where(self._has(articles), every[self._at(articles)] if len(known) else 0, 0)

    def similarities(self, vector: Scores) -> Scores:
        """For each of :attr:`articles` the highest cosine of its issues with a question.

        Args:
            vector: float32 ``(d,)``, the question's, of length 1.

        Returns:
            float32 ``(len(articles),)``, -1…1.
        """
        known, begins, issues = self._bound
        if not len(known):
            return np.zeros(0, np.float32)
        found: Scores = np.maximum.reduceat((self._vectors @ vector)[issues], begins)
        return found

    def of(self, articles: Rows, similarities: Scores) -> Scores:
        """What :meth:`similarities` gave for some articles; ``-inf`` for those without decisions."""
        if not len(self.articles):
            return np.full(len(articles), -np.inf, np.float32)
        found: Scores = np.where(self._has(articles), similarities[self._at(articles)], -np.inf)
        return found.astype(np.float32)

    def _at(self, articles: Rows) -> Rows:
        return np.minimum(np.searchsorted(self.articles, articles), max(len(self.articles) - 1, 0))

    def _has(self, articles: Rows) -> NDArray[np.bool_]:
        if not len(self.articles):
            return np.zeros(len(articles), bool)
        return np.asarray(self.articles[self._at(articles)] == articles)


def _groups(pack: DecisionPack) -> tuple[list[int], list[Rows]]:
    """The provisions of a pack, and the issues of each."""
    provisions, begins = np.unique(pack.provision, return_index=True)
    issues = np.split(pack.issue.astype(np.int64), begins[1:])
    return provisions.tolist(), issues if len(provisions) else []


def _rows_by_key(store: UnitStore, keys: set[str]) -> dict[str, list[int]]:
    """The article rows of each key that the store holds; only the laws named are gone through."""
    laws = {key.partition("/")[0] for key in keys}
    found: dict[str, list[int]] = {}
    for law, entry in enumerate(store.laws):
        if entry.law_id not in laws:
            continue
        for row in range(*store.law_articles[law : law + 2].tolist()):
            key = article_key(entry.law_id, store.article_path[row])
            if key in keys:
                found.setdefault(key, []).append(row)
    return found
