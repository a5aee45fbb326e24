"""Places in the index by law and path: what a reference leads to, and where its words stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.columns import StringColumn, utf16_positions
from lexdpr_rag.index.places import Place
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.references.places import Places


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of an article in the index, by positions of units; ``path`` is below the article."""

    article: int
    start: int
    end: int
    path: str


class GraphPlaces:
    """Finds rows by law and path."""

    def __init__(self, store: UnitStore) -> None:
        self._store = store
        self._law_of = store.article_law()
        self._rows: dict[str, list[int]] = {}
        for row, law in enumerate(store.laws):
            self._rows.setdefault(law.law_id, []).append(row)
        self._articles = lru_cache(maxsize=1024)(self._articles_of)
        self._units = lru_cache(maxsize=4096)(self._units_of)

    def law_row(self, article: int) -> int:
        """The law row of an article."""
        return int(self._law_of[article])

    def stretch(self, unit_id: str) -> Stretch | None:
        """The words of a unit, or of a 목 below one; ``None`` where the index has no such thing."""
        try:
            address = Address.parse(unit_id)
        except ValueError:
            return None
        head, until = address.path.partition("+")[::2]
        path = ":".join(head.split(":")[:2]).partition("#")[0]
        below = head.removeprefix(path)
        for row in self._rows.get(address.law_id, ()):
            if self._store.laws[row].version == address.version:
                article = self._articles(row).get(path)
                return None if article is None else self._stretch(article, below, until)
        return None

    def _stretch(self, article: int, below: str, until: str) -> Stretch | None:
        first, last = self._store.article_units[article : article + 2].tolist()
        for unit in range(first, last):
            last = self._store.unit_until[unit].rpartition(":")[2]
            if (self._store.unit_path[unit], last) == (below, until):
                start, end = self._store.unit_start[unit], self._store.unit_end[unit]
                return Stretch(article, int(start), int(end), below)
        span = self._span(article, below)
        return None if span is None else Stretch(article, *span, below)

    def _span(self, article: int, below: str) -> tuple[int, int] | None:
        """Where a provision without a unit of its own stands, by the markers of the text."""
        text = self._store.article_string(article)
        places = Places(text).all
        begin = next((i for i, place in enumerate(places) if place.path == below), None)
        if begin is None:
            return None
        ends = (p.start for p in places[begin + 1 :] if not p.path.startswith(f"{below}:"))
        start, end = places[begin].start, next(ends, len(text))
        positions = utf16_positions(text)
        return (start, end) if positions is None else (int(positions[start]), int(positions[end]))

    # -- targets ---------------------------------------------------------------------------------

    def find(self, law_id: str, path: str, among: NDArray[np.bool_]) -> Place | None:
        """A provision in the version that is among the articles of a mask."""
        article_path = ":".join(path.split(":")[:2])
        for row in self._rows.get(law_id, ()):
            article = self._articles(row).get(article_path)
            if article is not None and among[article]:
                return self._within(article, path.removeprefix(article_path))
        return None

    def between(
        self, law_id: str, first: str, last: str, among: NDArray[np.bool_]
    ) -> Iterator[Place]:
        """The provisions of a range, each at the level of its ends."""
        begin, end = self.find(law_id, first, among), self.find(law_id, last, among)
        if begin is None or end is None or begin.below or end.below:
            yield from (place for place in (begin, end) if place is not None)
        elif begin.article != end.article:
            if first.count(":") > 1 or last.count(":") > 1:
                yield from (begin, *self._whole(begin.article + 1, end.article), end)
            else:
                yield from self._whole(begin.article, end.article + 1)
        else:
            yield from self._siblings(begin, end)

    def _whole(self, first: int, last: int) -> Iterator[Place]:
        for article in range(first, last):
            yield Place(article, self._units(article)[""])

    def _siblings(self, begin: Place, end: Place) -> Iterator[Place]:
        units = self._units(begin.article)
        depth = self._store.unit_path[begin.unit].count(":")
        above = self._store.unit_path[begin.unit].rpartition(":")[0]
        low, high = int(self._store.unit_start[begin.unit]), int(self._store.unit_start[end.unit])
        for path, unit in sorted(units.items(), key=lambda entry: entry[1]):
            is_sibling = path.count(":") == depth and path.rpartition(":")[0] == above
            if is_sibling and low <= self._store.unit_start[unit] <= high:
                yield Place(begin.article, unit)

    def _within(self, article: int, below: str) -> Place | None:
        units = self._units(article)
        path = below
        while path and path not in units:
            path = path.rpartition(":")[0]
        rest = below.removeprefix(path)
        return (
            None
            if path not in units or rest[1:2] in ("h", "n")
            else Place(article, units[path], rest)
        )

    # -- sources ---------------------------------------------------------------------------------

    def holding(self, article: int, start: int, end: int) -> int:
        """The smallest unit that holds words of an article: a 호, a 항 or the article."""
        units = list(self._units(article).values())
        starts, ends = self._store.unit_start[units], self._store.unit_end[units]
        sizes = np.where((starts <= start) & (end <= ends), ends - starts, np.iinfo(np.int32).max)
        return units[int(np.argmin(sizes))]

    # -- inside ----------------------------------------------------------------------------------

    def _articles_of(self, law: int) -> dict[str, int]:
        first, last = self._store.law_articles[law : law + 2].tolist()
        paths = _strings(self._store.article_path, first, last)
        return {path: row for row, path in enumerate(paths, first)}

    def _units_of(self, article: int) -> dict[str, int]:
        """Path below the article → unit, runs and pieces left aside."""
        first, last = self._store.article_units[article : article + 2].tolist()
        paths = _strings(self._store.unit_path, first, last)
        untils = _strings(self._store.unit_until, first, last)
        return {
            paths[i]: first + i
            for i in range(last - first - 1, -1, -1)
            if not untils[i] and "#" not in paths[i]
        }


def _strings(column: StringColumn, first: int, last: int) -> list[str]:
    """Rows of a column, decoded at once."""
    offsets = (column.offsets[first : last + 1]).tolist()
    data = bytes(column.data[offsets[0] : offsets[-1]])
    base = offsets[0]
    return [data[a - base : b - base].decode() for a, b in pairwise(offsets)]
