"""The provisions that a provision refers to: 제1항, 전항, 같은 조, 법 제11조, 「민법」 제750조.

    engine = LexDPR.open("law-index/")
    for hit in engine.search("보증금을 돌려받지 못하면?", k=3):
        print(hit.citation)
        for provision in referred_provisions(engine, hit, most=5):
            print("  ", provision.citation, provision.text)

What a place is of is told by where it stands (:mod:`lexdpr_rag.referring`).  Left out is what an
index does not hold: 부칙, 별표, former versions, laws that it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from lexdpr_rag.answers.given import holds, meets
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.errors import CitationError, FilterError
from lexdpr_rag.parents import Part, check_counts, version_day
from lexdpr_rag.referring import LEVELS, Referral, numbered, referrals
from lexdpr_rag.retrieval import passage
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.numbering import Number

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

_MISSES = 2
"""After so many branches that are not there (제5조의2, 제5조의3) none is looked for."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Words of a hit that refer to something: ``hit.text[start:end]``.

    Attributes:
        start: where they begin.
        end: where they end.
        citation: in full: ``민법 제750조``; without a law where that cannot be told.
        provisions: what they refer to, each provision of a range; empty where the index does not
            hold it, or where it cannot be told.
    """

    start: int
    end: int
    citation: str
    provisions: tuple[Hit, ...]


def referred_provisions(
    engine: LexDPR, hit: Hit, *, as_of: date | None = None, most: int | None = None
) -> list[Hit]:
    """The provisions that ``hit.text`` names, in its order, each once.

    Not among them are the hit itself, what holds it and what is a part of it.

    Args:
        engine: the index that the hit is of.
        hit: a provision, whole or a part.
        as_of: the day whose law is meant; unless given, today, or where the hit is of a version that
            is not today's, the day of that version.
        most: give no more than so many.
    """
    return list(islice(_each_once(engine, hit, as_of), most))


def references_in(engine: LexDPR, hit: Hit, *, as_of: date | None = None) -> list[Reference]:
    """Everything that ``hit.text`` refers to, found or not; arguments as above."""
    return list(_references(engine, hit, as_of))


@dataclass(frozen=True, slots=True)
class Additions:
    """How much is added to what was found, as post-processors of both frameworks do it.

    Attributes:
        max_added: no more provisions than so many.
        max_chars: no more characters of passages than so many, all together; one that does not fit
            is passed over.
        factor: 0…1: the score of what is added, as a part of that of what refers to it.
        as_of: the day whose law is meant (:func:`referred_provisions`).

    Raises:
        FilterError: an option has a value that is not allowed.
    """

    max_added: int
    max_chars: int | None
    factor: float
    as_of: date | None = None

    def __post_init__(self) -> None:
        check_counts(max_added=self.max_added)
        if self.max_chars is not None:
            check_counts(max_chars=self.max_chars)
        if not isinstance(self.factor, int | float) or not 0 <= self.factor <= 1:
            raise FilterError("parents.option", name="factor", value=self.factor, legal="0…1")

    def to(self, parts: Sequence[Part], engine: LexDPR) -> list[tuple[Hit, float | None]]:
        """What ``parts`` refer to and do not hold, and its score; in the order of the parts and of
        their words, each once.  A negative score stays as it is, else it would rise.
        """
        shown = [part.unit_id for part in parts]
        added: list[tuple[Hit, float | None]] = []
        room = self.max_chars
        for part in parts:
            hit = part.hit()
            if hit is None:
                continue
            score = None if part.score is None else min(part.score, part.score * self.factor)
            for provision in _each_once(engine, hit, self.as_of):
                size = len(passage(provision))
                if any(holds(unit, provision.unit_id) for unit in shown):
                    continue
                if room is not None and size > room:
                    continue
                room = None if room is None else room - size
                shown.append(provision.unit_id)
                added.append((provision, score))
                if len(added) == self.max_added:
                    return added
        return added


def _each_once(engine: LexDPR, hit: Hit, as_of: date | None) -> Iterator[Hit]:
    own = Address.parse(hit.unit_id)
    seen: set[str] = set()
    for reference in _references(engine, hit, as_of):
        for provision in reference.provisions:
            there = Address.parse(provision.unit_id)
            related = there.law_id == own.law_id and meets(there.path, own.path)
            if not related and provision.unit_id not in seen:
                seen.add(provision.unit_id)
                yield provision


def _references(engine: LexDPR, hit: Hit, as_of: date | None) -> Iterator[Reference]:
    own = _own(hit)
    if own is None:
        return
    day = as_of or _day_of(engine, hit)
    lead = "\n".join(hit.context.split("\n")[2:])
    before = _before(engine, own, day)
    for found in referrals(hit.text, own, engine.directory, lead=lead, before=before):
        provisions = tuple(_provisions(engine, found, hit, day))
        yield Reference(found.start, found.end, _written(found), provisions)


def _own(hit: Hit) -> Citation | None:
    """Where a hit stands; of a run or a piece, its first."""
    path = Address.parse(hit.unit_id).path
    first = ":".join(part.partition("#")[0].partition("+")[0] for part in path.split(":"))
    try:
        return Citation.from_path(hit.law, first)
    except CitationError:
        return None


def _before(engine: LexDPR, own: Citation, day: date | None) -> Iterator[str]:
    """The words of the articles from the first to that of ``own``."""
    last = own.article.main if own.article else 1
    for number in range(1, max(last, 1) + 1):
        article = _cited(engine, Citation(own.law, Number(number)), day)
        yield article.text if article else ""


def _written(found: Referral) -> str:
    if found.to is None:
        return str(found.citation)
    return f"{found.citation}부터 {replace(found.to, law='')}까지"


def _day_of(engine: LexDPR, hit: Hit) -> date | None:
    """The day on which the version of a hit is in force; ``None`` for today."""
    own = Address.parse(hit.unit_id)
    now = _cited(engine, Citation(hit.law, Number(1)), None)
    there = Address.parse(now.unit_id) if now else own
    if there.law_id != own.law_id or there.version == own.version:
        return None
    return version_day(own.version)


# -- looking up ----------------------------------------------------------------------------------


def _provisions(engine: LexDPR, found: Referral, hit: Hit, day: date | None) -> Iterator[Hit]:
    for citation in _each(engine, found, day):
        provision = _cited(engine, citation, day)
        # Laws may share a title; what a law says of itself is of no other.
        if provision is not None and (citation.law != hit.law or provision.law_id == hit.law_id):
            yield provision


def _cited(engine: LexDPR, citation: Citation, day: date | None) -> Hit | None:
    if not citation.law or citation.article is None or citation.former:
        return None
    try:
        return engine.cite(str(citation), as_of=day)
    except CitationError:
        return None


def _each(engine: LexDPR, found: Referral, day: date | None) -> Iterator[Citation]:
    """The place that is referred to; of a range, all that there are from first to last."""
    first, last = found.citation, found.to
    yield first
    if last is None:
        return
    level = next((n for n in reversed(LEVELS) if getattr(first, n) is not None), "article")
    begin, end = getattr(first, level), getattr(last, level)
    if begin is not None and end is not None and numbered(last, level, begin) == first:
        for main in range(begin.main, end.main + 1):
            yield from _branches(engine, first, level, main, (begin, end), day)
    yield last


def _branches(
    engine: LexDPR,
    first: Citation,
    level: str,
    main: int,
    ends: tuple[Number, Number],
    day: date | None,
) -> Iterator[Citation]:
    """제5조, 제5조의2, 제5조의3 … strictly between the ends of a range, as far as they are there."""
    begin, end = ends
    if begin.order < (begin.chapter, main, 0) < end.order:
        yield numbered(first, level, begin._replace(main=main, branch=0))
    misses, branch = 0, 2
    while misses < _MISSES:
        number = begin._replace(main=main, branch=branch)
        if number.order >= end.order:
            return
        citation = numbered(first, level, number)
        if _cited(engine, citation, day) is None:
            misses += 1
        elif number.order > begin.order:
            yield citation
        branch += 1
