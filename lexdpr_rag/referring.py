"""What provisions refer to and what refers to them, as the engine answers it.

for found in engine.references("주택임대차보호법 제3조의3"):
    print(found.words, "→", found.citation, found.reason or "")
for found in engine.referred_by("민법 제750조"):
    print(found.source, found.words)
for found in engine.delegated("근로기준법 제74조"):
    print(found.source)         # 근로기준법 시행령 제43조 …
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.datamodels import Filters, Hit
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.graph import KINDS, REASONS, Flags, ReferenceGraph
from lexdpr_rag.index.graph_places import GraphPlaces, Stretch
from lexdpr_rag.index.places import Place
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.references import Reason, ReferenceKind

_LEVELS = "ahnm"


@dataclass(frozen=True, slots=True)
class ReferenceHit:
    """A reference, between the provision whose words it is and the one that they mean.

    Attributes:
        words: what refers: ``같은 법 제3조제1항``.
        start, end: where that stands in the text of the article of ``source``.
        kind: how the words say which law they mean.
        source: the citation of the provision whose words they are, down to 호.
        source_id: its ``unit_id``.
        citation: of what is referred to, in full; of a range ``…부터 …까지``.  Without a law where
            that cannot be told.
        target_id: the ``unit_id`` of that, of a range of its first; empty where the index, on the
            day asked for, does not hold it.
        suffix: the part that is meant: 단서, 각 호 외의 부분 …
        applied: whether it is applied mutatis mutandis (준용한다).
        delegated: whether a decree or a rule names here what it carries out.
        reason: why it leads to no provision; ``None`` where it does.
    """

    words: str
    start: int
    end: int
    kind: ReferenceKind
    source: str
    source_id: str
    citation: str
    target_id: str = ""
    suffix: str = ""
    applied: bool = False
    delegated: bool = False
    reason: Reason | None = None
    _load: Callable[[ReferenceHit], tuple[Hit, ...]] = field(
        default=lambda found: (), repr=False, compare=False
    )

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The provisions at the other end, made when asked for: of :meth:`LexDPR.references` all
        that are referred to, each of a range; of the others the one that refers."""
        return self._load(self)

    @property
    def hit(self) -> Hit | None:
        """The first of them."""
        return next(iter(self.hits), None)

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values, for JSON."""
        names = [name for name in self.__slots__ if not name.startswith("_")]
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        return f"{self.source}: {self.words} → {self.citation}"


class Cite(Protocol):
    """:meth:`~lexdpr_rag.engine.LexDPR.cite`."""

    def __call__(self, citation: str, *, as_of: date | None = None) -> Hit:
        """The provision that ``citation`` names."""
        ...


class Referring:
    """Answers from the graph of an index, which is opened when first asked.  Provisions are hits,
    citations or ``unit_id``.

    Raises:
        IndexFormatError: there is no graph.
    """

    def __init__(
        self,
        store: UnitStore,
        generation: Path,
        hits: HitMaker,
        selection: Selection,
        cite: Cite,
    ) -> None:
        self._cite = cite
        self._store = store
        self._hits = hits
        self._selection = selection
        self._places = GraphPlaces(store)
        if not generation.is_dir():
            raise IndexFormatError("graph.gone", path=generation.parent)
        self._graph = ReferenceGraph.open(generation)

    def references(self, provision: Hit | str, as_of: date | None) -> list[ReferenceHit]:
        """What the words of a provision refer to, in their order."""
        stretch = self._places.stretch(self._unit_id(provision, as_of))
        if stretch is None:
            return []
        day = as_of or self._day_of(stretch.article)
        among = self._selection.articles(Filters(as_of=day))
        rows = self._graph.of(stretch.article, stretch.start, stretch.end)
        return [self._found(row, stretch.article, among, day, back=False) for row in rows.tolist()]

    def referred_by(self, provision: Hit | str, as_of: date | None) -> list[ReferenceHit]:
        """What refers to a provision, to what holds it or to a part of it, from elsewhere."""
        return list(self._back(self._unit_id(provision, as_of), as_of, Flags(0)))

    def delegated(self, provision: Hit | str, as_of: date | None) -> list[ReferenceHit]:
        """What carries a provision out: decrees before rules, each provision once."""
        unit_id = self._unit_id(provision, as_of)
        once: dict[str, ReferenceHit] = {}
        for found in self._back(unit_id, as_of, Flags.DELEGATED):
            once.setdefault(found.source_id, found)
        return sorted(once.values(), key=lambda found: "시행규칙" in found.source)

    # -- inside ----------------------------------------------------------------------------------

    def _unit_id(self, provision: Hit | str, as_of: date | None) -> str:
        if isinstance(provision, Hit):
            return provision.unit_id
        is_id = provision.startswith("urn:")
        return provision if is_id else self._cite(provision, as_of=as_of).unit_id

    def _back(self, unit_id: str, as_of: date | None, flag: Flags) -> Iterator[ReferenceHit]:
        stretch = self._places.stretch(unit_id)
        if stretch is None:
            return
        law_id = Address.parse(unit_id).law_id
        among = self._selection.articles(Filters(as_of=as_of))
        rows = self._graph.to(law_id, self._store.article_path[stretch.article])
        articles = self._graph.article_of(rows)
        kept = among[articles] & ((self._graph.flags[rows] & flag) == flag)
        for row, article in zip(rows[kept].tolist(), articles[kept].tolist(), strict=True):
            if self._meets(row, stretch) and not self._is_inside(row, article, stretch):
                yield self._found(row, article, among, as_of, back=True)

    def _meets(self, row: int, stretch: Stretch) -> bool:
        """Whether a reference to the article is one to the stretch, to a part or to the whole."""
        article = self._store.article_path[stretch.article]
        first = self._graph.places[int(self._graph.place[row])]
        until = int(self._graph.until[row])
        if until >= 0:
            return _in_range(article + stretch.path, first, self._graph.places[until])
        return _meets(article + stretch.path, first)

    def _is_inside(self, row: int, article: int, stretch: Stretch) -> bool:
        start = int(self._graph.start[row])
        return article == stretch.article and stretch.start <= start < stretch.end

    def _day_of(self, article: int) -> date | None:
        """The day on which the version of an article is in force; ``None`` for today."""
        if self._selection.articles(Filters())[article]:
            return None
        iso = self._store.laws[self._places.law_row(article)].effective_date
        return date.fromisoformat(iso) if iso else None

    def _found(
        self,
        row: int,
        article: int,
        among: NDArray[np.bool_],
        day: date | None,
        *,
        back: bool,
    ) -> ReferenceHit:
        graph, store = self._graph, self._store
        start, end = int(graph.start[row]), int(graph.end[row])
        flags = int(graph.flags[row])
        law = store.laws[self._places.law_row(article)]
        unit = self._places.holding(article, start, end)
        path = store.article_path[article] + store.unit_path[unit]
        law_id = graph.law_id[int(graph.law[row])]
        reason = REASONS[int(graph.reason[row])]
        first = graph.places[int(graph.place[row])]
        target = None if reason else self._places.find(law_id, first, among)

        def load(found: ReferenceHit) -> tuple[Hit, ...]:
            if back:
                return (self._hits.hit(unit, article, 1.0, day),)
            return tuple(self._targets(row, among, day))

        return ReferenceHit(
            words=store.slice_text(article, start, end),
            start=start,
            end=end,
            kind=KINDS[int(graph.kind[row])],
            source=_cited(law.title, path),
            source_id=str(Address(law.law_id, law.version, path)),
            citation=self._citation(row),
            target_id="" if target is None else self._address(target),
            suffix=graph.suffixes[int(graph.suffix[row])],
            applied=bool(flags & Flags.APPLIED),
            delegated=bool(flags & Flags.DELEGATED),
            reason=reason,
            _load=load,
        )

    def _targets(self, row: int, among: NDArray[np.bool_], day: date | None) -> Iterator[Hit]:
        graph = self._graph
        if REASONS[int(graph.reason[row])] is not None:
            return
        law_id = graph.law_id[int(graph.law[row])]
        first, until = graph.places[int(graph.place[row])], int(graph.until[row])
        if until < 0:
            place = self._places.find(law_id, first, among)
            places = iter(() if place is None else (place,))
        else:
            places = self._places.between(law_id, first, graph.places[until], among)
        for place in places:
            hit = self._hits.hit(place.unit, place.article, 1.0, day)
            yield self._hits.narrowed(hit, place.below) if place.below else hit

    def _address(self, place: Place) -> str:
        law = self._store.laws[self._places.law_row(place.article)]
        path = self._store.article_path[place.article] + self._store.unit_path[place.unit]
        return str(Address(law.law_id, law.version, path + place.below))

    def _citation(self, row: int) -> str:
        graph = self._graph
        title = graph.law_title[int(graph.law[row])]
        former = "구 " if int(graph.flags[row]) & Flags.FORMER else ""
        place, until = int(graph.place[row]), int(graph.until[row])
        suffix = graph.suffixes[int(graph.suffix[row])]
        first = _cited(title, graph.places[place])
        if until >= 0:
            return f"{former}{first}부터 {_cited('', graph.places[until])}까지"
        return former + " ".join(filter(None, (first, suffix)))


def _cited(law: str, path: str) -> str:
    if path.startswith(("main:body", "main:a0")):
        return f"{law} 전문"
    return str(Citation.from_path(law, path.partition("~")[0])) if path else law


def _meets(path: str, other: str) -> bool:
    """Whether one provision is the other, holds it or is a part of it."""
    return f"{path}:".startswith(f"{other}:") or f"{other}:".startswith(f"{path}:")


def _in_range(path: str, first: str, last: str) -> bool:
    """Whether a provision is within a range, or holds a part of it, or is a part of it."""
    ends = first.split(":"), last.split(":")
    for depth, segment in enumerate(path.split(":")):
        low = ends[0][depth] if depth < len(ends[0]) else ""
        high = ends[1][depth] if depth < len(ends[1]) else ""
        if low == high:
            if low == "" or low != segment:
                return low == ""
            continue
        is_above = not low or _order(segment) >= _order(low)
        return is_above and (not high or _order(segment) <= _order(high))
    return True


def _order(segment: str) -> tuple[str, int, int]:
    """Sort key of ``n3-2`` or ``m가`` among its siblings."""
    main, _, branch = segment[1:].partition("-")
    number = int(main.rpartition(".")[2]) if main[-1:].isdigit() else ord(main[:1] or "\0")
    return segment[:1], number, int(branch or 0)
