"""Many laws: what the corpus knows of each, and which are in force on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.statute.directory import LawDirectory, LawEntry
from lexdpr_rag.statute.tree import Article, Law, Status

NEVER = date.max.toordinal()
"""Stands for a day that is not fixed yet."""


@dataclass(frozen=True, slots=True)
class LawRow:
    """One version of one law in the corpus.  Days are ISO strings, empty where unknown."""

    law_id: str
    version: str
    title: str
    kind: str
    mst: str
    ministries: tuple[str, ...]
    promulgation_date: str
    promulgation_no: str
    effective_date: str
    short_titles: tuple[str, ...]
    source_url: str
    folder: str
    repealed: bool
    articles: int  # 조 as numbered in the source, deleted ones included
    source: str  # name of the source file
    live_articles: int = 0
    enacted: str = ""  # the oldest promulgation that the 부칙 know of
    dead: tuple[tuple[str, str, str], ...] = ()  # (path, status, day) of 조 without text

    def to_json(self) -> str:
        """One line of ``laws.jsonl``."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> LawRow:
        """Inverse of :meth:`to_json`."""
        values: dict[str, Any] = json.loads(line)
        values["ministries"] = tuple(values["ministries"])
        values["short_titles"] = tuple(values["short_titles"])
        values["dead"] = tuple(tuple(entry) for entry in values["dead"])
        return cls(**values)

    @property
    def effective_ordinal(self) -> int:
        """시행일자 as a day number, :data:`NEVER` where none is fixed."""
        return date.fromisoformat(self.effective_date).toordinal() if self.effective_date else NEVER


def directory_of(laws: Iterable[LawRow]) -> LawDirectory:
    """The names of a corpus's laws."""
    return LawDirectory(
        LawEntry(
            law_id=law.law_id,
            title=law.title,
            kind=law.kind,
            effective_date=_day(law.effective_date),
            repealed=law.repealed,
            article_count=law.live_articles,
            short_titles=law.short_titles,
            enacted=_day(law.enacted),
        )
        for law in laws
    )


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def law_row(law: Law, source: str) -> LawRow:
    """What the corpus keeps of a parsed law."""
    meta = law.meta
    articles = [a for a in law.articles() if a.number is not None]
    return LawRow(
        law_id=meta.law_id,
        version=law.version,
        title=meta.title,
        kind=meta.kind,
        mst=meta.mst,
        ministries=meta.ministries,
        promulgation_date=_iso(meta.promulgation_date),
        promulgation_no=meta.promulgation_no,
        effective_date=_iso(meta.effective_date),
        short_titles=meta.short_titles,
        source_url=meta.source_url,
        folder=meta.folder,
        repealed=law.repealed,
        articles=len(articles),
        source=source,
        live_articles=sum(a.status is Status.LIVE for a in law.articles()),
        enacted=_iso(
            min(
                (s.promulgation_date for s in law.supplements() if s.promulgation_date),
                default=None,
            )
        ),
        dead=tuple(_dead(a) for a in articles if a.status is not Status.LIVE),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _dead(article: Article) -> tuple[str, str, str]:
    days = [day for mark in article.marks for day in mark.dates]
    detail = article.moved_to if article.status is Status.VACATED else max(days, default="")
    return (article.path, article.status.value, detail)


class InForce:
    """Which versions are in force on a day.

    Of each law the version with the latest 시행일자 on or before the day counts; a repeal stub that
    counts takes its law out.  When the day is not given, it is today, and a law of which the corpus
    holds only versions still to come is shown by the earliest of them.
    """

    def __init__(self, laws: Sequence[LawRow]) -> None:
        self._effective = np.array([law.effective_ordinal for law in laws], dtype=np.int64)
        self._repealed = np.array([law.repealed for law in laws], dtype=bool)
        ids = {law_id: i for i, law_id in enumerate(dict.fromkeys(law.law_id for law in laws))}
        self._law = np.array([ids[law.law_id] for law in laws], dtype=np.int64)
        self._laws = len(ids)

    def rows(self, as_of: date | None = None) -> NDArray[np.bool_]:
        """Mask over the law rows, shape ``(laws,)``: in force, or standing in (see the class)."""
        day = (as_of or date.today()).toordinal()
        chosen = self._latest(self._effective <= day, newest=True)
        if as_of is None:
            covered = np.zeros(self._laws, dtype=bool)
            covered[self._law[chosen]] = True
            chosen |= self._latest(~covered[self._law], newest=False)
        mask: NDArray[np.bool_] = chosen & ~self._repealed
        return mask

    def is_in_force(self, row: int, as_of: date | None = None) -> bool:
        """Whether a version's 시행일자 has come by the day."""
        return bool(self._effective[row] <= (as_of or date.today()).toordinal())

    def _latest(self, candidates: NDArray[np.bool_], *, newest: bool) -> NDArray[np.bool_]:
        """Of each law the newest (or oldest) candidate row; among equals the last one."""
        rows = np.flatnonzero(candidates)
        order = rows[np.argsort(self._effective[rows], kind="stable")]
        if not newest:
            order = order[::-1]
        best = np.full(self._laws, -1, dtype=np.int64)
        best[self._law[order]] = order
        mask = np.zeros(len(self._law), dtype=bool)
        mask[best[best >= 0]] = True
        return mask
