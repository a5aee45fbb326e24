"""Where a provision stands in the index: citation → rows of articles and units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.datamodels import Filters
from lexdpr_rag.errors import CitationError
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import article_number
from lexdpr_rag.statute.citation import Citation, find_citations, parse_citation
from lexdpr_rag.statute.directory import LawDirectory
from lexdpr_rag.units import Levels

MOST_CITED = 20
"""A query that cites more provisions is answered by the first so many."""


@dataclass(frozen=True, slots=True)
class Place:
    """A provision in the index: rows of its article and of the unit that holds it.

    ``below`` is what of the path the unit does not cover: a 목 has no unit of its own.
    """

    article: int
    unit: int
    below: str = ""


class Places:
    """Finds the rows of cited provisions."""

    def __init__(self, store: UnitStore, directory: LawDirectory) -> None:
        self._store = store
        self._directory = directory
        self._rows: dict[str, tuple[int, ...]] = {}
        for row, law in enumerate(store.laws):
            self._rows[law.law_id] = (*self._rows.get(law.law_id, ()), row)
        self._articles = lru_cache(maxsize=512)(self._articles_of)

    def named_laws(self, query: str) -> set[int]:
        """Law rows (of every version) that the query names."""
        mentions = self._directory.mentions(query)
        return {row for mention in mentions for row in self._rows.get(mention.law.law_id, ())}

    def cited(
        self, query: str, level: Levels, among: NDArray[np.bool_], as_of: date | None
    ) -> list[Place]:
        """Units of ``level`` for every provision that the query cites, in its order."""
        found: dict[int, Place] = {}
        for span in find_citations(query, self._directory):
            for article in self._cited_articles(span.citation, as_of):
                if among[article]:
                    for place in self._at_level(article, span.citation, level):
                        found.setdefault(place.unit, place)
            if len(found) >= MOST_CITED:
                break
        return list(found.values())[:MOST_CITED]

    def find(self, text: str, as_of: date | None, selection: Selection) -> Place:
        """The provision that ``text`` cites, in the version in force.

        Raises:
            CitationError: it cannot be read, or what it names is not in the index.
        """
        citation = parse_citation(text)
        if not citation.law:
            raise CitationError("citation.law_needed", citation=text)
        if citation.former and as_of is None:
            raise CitationError("citation.former", citation=text)
        law = self._directory.resolve(citation.law, as_of)
        if citation.supplement or citation.annex is not None:
            raise CitationError("citation.not_indexed", citation=text)
        if citation.article is None:
            raise CitationError("citation.article_needed", citation=text, law=law.title)
        among = selection.articles(Filters(as_of=as_of))
        rows = [row for row in self._rows[law.law_id] if self._in_force(row, among)]
        for row in rows:
            article = self._row_of(row, citation)
            if article is not None and among[article]:
                return self._within(article, citation, text)
        raise self._missing(citation, law.title, rows or self._rows[law.law_id])

    # -- inside ----------------------------------------------------------------------------------

    def _articles_of(self, law: int) -> dict[str, int]:
        first, last = self._store.law_articles[law : law + 2].tolist()
        return {self._store.article_path[row]: row for row in range(first, last)}

    def _row_of(self, law: int, citation: Citation) -> int | None:
        """The cited article in a law row; 전문 is its preamble, or all of a law without articles."""
        rows = self._articles(law)
        if citation.article is not None and not citation.article.main:
            return rows.get(_article_path(citation), rows.get("main:body"))
        return rows.get(_article_path(citation))

    def _in_force(self, law: int, among: NDArray[np.bool_]) -> bool:
        first, last = self._store.law_articles[law : law + 2].tolist()
        return bool(among[first:last].any())

    def _cited_articles(self, citation: Citation, as_of: date | None) -> Iterator[int]:
        if citation.article is None or not citation.law or citation.supplement or citation.annex:
            return
        if citation.former:
            return  # 구 민법 제750조 means another text than the one in force
        for law in self._directory.find(citation.law, as_of)[:1]:
            for row in self._rows.get(law.law_id, ()):
                article = self._row_of(row, citation)
                if article is not None:
                    yield article

    def _at_level(self, article: int, citation: Citation, level: Levels) -> Iterator[Place]:
        """The cited provision at ``level``: itself, what holds it, or what it consists of."""
        units = self._units(article)
        own, covered = self._covering(units, _below_article(citation))
        if level is Levels.AUTO or self._store.unit_levels[own] & int(level):
            yield Place(article, own)
            return
        at_level = sorted(u for u in units.values() if self._store.unit_levels[u] & int(level))
        inside = [u for u in at_level if _is_within(self._store.unit_path[u], covered)]
        if inside:
            yield from (Place(article, unit) for unit in inside)
            return
        start = int(self._store.unit_start[own])
        holding = [
            u for u in at_level if self._store.unit_start[u] <= start < self._store.unit_end[u]
        ]
        yield from (Place(article, unit) for unit in (holding or at_level))

    def _units(self, article: int) -> dict[str, int]:
        """Path below the article → unit, runs and pieces left aside."""
        first, last = self._store.article_units[article : article + 2].tolist()
        return {
            self._store.unit_path[unit]: unit
            for unit in range(last - 1, first - 1, -1)
            if not self._store.unit_until[unit] and "#" not in self._store.unit_path[unit]
        }

    def _covering(self, units: dict[str, int], below: str) -> tuple[int, str]:
        """The finest unit on the way down to ``below``, and its path."""
        path = below
        while path and path not in units:
            path = path.rpartition(":")[0]
        return units[path], path

    def _within(self, article: int, citation: Citation, text: str) -> Place:
        below = _below_article(citation)
        unit, covered = self._covering(self._units(article), below)
        rest = below.removeprefix(covered)
        if rest and re.match(r":[hn]", rest):
            raise CitationError("citation.no_provision", citation=text, found=self._label(article))
        return Place(article, unit, rest)

    def _label(self, article: int) -> str:
        return article_number(self._store.article_path[article].partition("~")[0])

    def _missing(self, citation: Citation, law: str, rows: Sequence[int]) -> CitationError:
        path, label = _article_path(citation), str(citation.article and citation.article.article)
        for row in rows:
            for dead, status, detail in self._store.laws[row].dead:
                if dead == path:
                    key = "citation.deleted" if status == "deleted" else "citation.vacated"
                    return CitationError(key, law=law, article=label, detail=detail or "-")
        return CitationError("citation.no_article_there", law=law, article=label)


def _is_within(path: str, above: str) -> bool:
    """Whether ``path`` is ``above`` or lies below it: ``:h1:n2`` below ``:h1``, ``:h10`` not."""
    return path == above or path.startswith(f"{above}:")


def _article_path(citation: Citation) -> str:
    return ":".join(citation.path.split(":")[:2])


def _below_article(citation: Citation) -> str:
    below = ":".join(citation.path.split(":")[2:])
    return f":{below}" if below else ""
