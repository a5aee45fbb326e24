"""The provisions that a provision refers to, as they are added to what was found.

    engine = LexDPR.open("law-index/")
    for hit in engine.search("보증금을 돌려받지 못하면?", k=3):
        print(hit.citation)
        for provision in referred_provisions(engine, hit, most=5):
            print("  ", provision.citation, provision.text)

What is referred to is told by the graph of the index (:meth:`~lexdpr_rag.engine.LexDPR.references`).
Left out is what an index does not hold: 부칙, 별표, former versions, laws that it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from lexdpr_rag.answers.given import holds, meets
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.errors import FilterError
from lexdpr_rag.parents import Part, check_counts
from lexdpr_rag.retrieval import passage
from lexdpr_rag.statute.address import Address

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR


def referred_provisions(
    engine: LexDPR, hit: Hit, *, as_of: date | None = None, most: int | None = None
) -> list[Hit]:
    """The provisions that the words of ``hit`` name, in their order, each once.

    Not among them are the hit itself, what holds it and what is a part of it.

    Args:
        engine: the index that the hit is of.
        hit: a provision, whole or a part.
        as_of: the day whose law is meant; unless given, today, or where the hit is of a version that
            is not today's, the day of that version.
        most: give no more than so many.

    Raises:
        IndexFormatError: the index was made before it had references.
    """
    return list(islice(_each_once(engine, hit, as_of), most))


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
    for reference in engine.references(hit, as_of=as_of):
        for provision in reference.hits:
            there = Address.parse(provision.unit_id)
            related = there.law_id == own.law_id and meets(there.path, own.path)
            if not related and provision.unit_id not in seen:
                seen.add(provision.unit_id)
                yield provision
