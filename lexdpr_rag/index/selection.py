"""Filters → the articles that may be found: masks over laws and articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import InForce
from lexdpr_rag.datamodels import Filters
from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.messages import render
from lexdpr_rag.statute.directory import LawDirectory
from lexdpr_rag.statute.numbering import Number, number_from_code

Mask = NDArray[np.bool_]

_MOST_NAMED = 12
_ARTICLE = re.compile(r"제?\s*(\d+)\s*조(?:\s*의\s*(\d+))?")
_RANGE = re.compile(rf"{_ARTICLE.pattern}\s*(?:~|-|–|부터)\s*{_ARTICLE.pattern}\s*(?:까지)?")
_GAPS = re.compile(r"[\sㆍ·>]+")


class Selection:
    """Turns filters into masks; what is asked again is kept."""

    def __init__(self, store: UnitStore, directory: LawDirectory) -> None:
        self._store = store
        self._directory = directory
        self._in_force = InForce(store.laws)
        self._law_of = store.article_law()
        self._articles = lru_cache(maxsize=64)(self._article_mask)

    def articles(self, filters: Filters) -> Mask:
        """Which articles may be found, bool ``(articles,)``; callers must not write to it.

        Raises:
            FilterError: a value matches nothing in the index; the message names near or legal ones.
        """
        # "Today" is looked up anew each day, also in a process that runs for weeks.
        return self._articles(filters, filters.as_of or date.today())

    def is_in_force(self, law: int, as_of: date | None) -> bool:
        """Whether a version's 시행일자 has come."""
        return self._in_force.is_in_force(law, as_of)

    def _article_mask(self, filters: Filters, day: date) -> Mask:
        laws = self._in_force.rows(filters.as_of)
        if filters.law:
            laws = laws & self._named(filters.law)
        if filters.kind:
            laws = laws & self._having(
                "kind", filters.kind, lambda row: (self._store.laws[row].kind,)
            )
        if filters.ministry:
            laws = laws & self._having(
                "ministry", filters.ministry, lambda row: self._store.laws[row].ministries
            )
        mask: Mask = laws[self._law_of]
        # An article may take effect later than its law, unless the whole law stands in for one to come.
        started = np.array([self._in_force.is_in_force(row, day) for row in range(len(laws))])
        late = self._store.article_effective > day.toordinal()
        mask &= ~(late & started[self._law_of])
        if filters.part:
            mask &= self._part(filters.part, mask)
        return mask

    def _named(self, names: Iterable[str]) -> Mask:
        ids = {self._law_id(name) for name in names}
        return np.array([law.law_id in ids for law in self._store.laws], dtype=bool)

    def _law_id(self, name: str) -> str:
        found = self._directory.find(name)
        if not found:
            near = ", ".join(self._directory.suggest(name))
            hint = render("filter.law_hint", near=near) if near else ""
            raise FilterError("filter.law", name=name, hint=hint)
        return found[0].law_id

    def _having(
        self, name: str, values: tuple[str, ...], of: Callable[[int], tuple[str, ...]]
    ) -> Mask:
        rows = range(len(self._store.laws))
        legal = {value: None for row in rows for value in of(row) if value}
        for value in values:
            if value not in legal:
                shown = ", ".join(list(legal)[:_MOST_NAMED]) + (
                    " …" if len(legal) > _MOST_NAMED else ""
                )
                raise FilterError("filter.choice", name=name, value=value, legal=shown)
        wanted = set(values)
        return np.array([bool(wanted.intersection(of(row))) for row in rows], dtype=bool)

    # -- part of the tree ------------------------------------------------------------------------

    def _part(self, part: str, among: Mask) -> Mask:
        mask = np.zeros(len(among), dtype=bool)
        bounds = _bounds(part)
        rows = np.flatnonzero(among)
        for row in rows.tolist():
            mask[row] = (
                bounds[0] <= _number(self._store.article_path[row]).order <= bounds[1]
                if bounds
                else _under(part, self._store.article_heading[row])
            )
        if not mask.any():
            raise FilterError("filter.part", part=part)
        return mask


def _bounds(part: str) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
    """The first and last article of 제618조~제654조, or of a single article."""
    if (match := _RANGE.fullmatch(part.strip())) is not None:
        first = Number(int(match[1]), int(match[2] or 0))
        last = Number(int(match[3]), int(match[4] or 0))
        return first.order, last.order
    if (match := _ARTICLE.fullmatch(part.strip())) is not None:
        number = Number(int(match[1]), int(match[2] or 0))
        return number.order, number.order
    return None


def _number(path: str) -> Number:
    code = path.partition(":a")[2].partition("~")[0]
    return number_from_code(code) if code else Number(0)


def _under(part: str, heading: str) -> bool:
    """Whether every word of ``part`` stands in the heading path: 제3편 제2장, 채권 > 계약."""
    levels = [_GAPS.sub(" ", level).strip() for level in heading.split(" > ")]
    at = 0
    for word in _GAPS.sub(" ", part).strip().split(" "):
        # Words match whole levels or parts of them, in order from the outermost on.
        while at < len(levels) and not _matches(word, levels[at]):
            at += 1
        if at == len(levels):
            return False
    return True


def _matches(word: str, level: str) -> bool:
    label, _, title = level.partition(" ")
    return word == label or word in title
