"""What is wrong with a lexicon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lexdpr_rag.lexicon.entry import LexiconEntry, bare
from lexdpr_rag.lexicon.law_terms import LawTerms
from lexdpr_rag.lexicon.lines import Line
from lexdpr_rag.messages import render


class Fault(StrEnum):
    """What can be wrong with an entry."""

    MALFORMED = "malformed"  # the line holds no entry
    UNKNOWN_LAW = "unknown_law"  # the index has no such law in force
    UNKNOWN_TERM = "unknown_term"  # a term that stands in none of the entry's laws
    IDLE_LAW = "idle_law"  # a law in which none of the entry's terms stands
    DUPLICATE = "duplicate"  # a word of which another entry says as much
    AMBIGUOUS = "ambiguous"  # a word with several meanings, not told apart by areas
    SAME = "same"  # a word that is the law's own: no fault, but nothing is gained by it

    @property
    def serious(self) -> bool:
        """Whether it makes a lexicon wrong."""
        return self is not Fault.SAME


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault.

    Attributes:
        line: its number in the file.
        fault: what is wrong.
        value: the word, term or law that it is about; empty for a whole line.
        detail: what else there is to know: near names, why a line cannot be read, other lines.
    """

    line: int
    fault: Fault
    value: str = ""
    detail: str = ""

    def __str__(self) -> str:
        key = f"lexicon.fault.{self.fault}"
        if self.fault is Fault.UNKNOWN_LAW and self.detail:
            key += "_near"
        return render(key, value=self.value, detail=self.detail)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the words for people."""
        return {
            "line": self.line,
            "fault": self.fault.value,
            "serious": self.fault.serious,
            "value": self.value,
            "detail": self.detail,
            "message": str(self),
        }


def check(lines: Sequence[Line], laws: LawTerms | None = None) -> list[Finding]:
    """Find faults, in the order of the lines.

    Args:
        lines: of the lexicon.
        laws: the laws that entries name; without them neither laws nor terms are looked up.
    """
    found: list[Finding] = []
    for line in lines:
        if line.entry is None:
            found.append(Finding(line.number, Fault.MALFORMED, detail=str(line.fault)))
            continue
        found += _same(line.number, line.entry)
        if laws is not None:
            found += _in_laws(line.number, line.entry, laws)
    for uses in uses_of(lines).values():
        found += _duplicates(uses)
        found += _ambiguous(uses)
    return sorted(found, key=lambda one: one.line)


Use = tuple[int, str, LexiconEntry]
"""A word where it stands: the number of the line, the word as written, the entry."""


def uses_of(lines: Sequence[Line]) -> dict[str, list[Use]]:
    """Every everyday word, as :func:`~lexdpr_rag.lexicon.entry.bare`, and where it stands."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for line in lines:
        for word in line.entry.plain if line.entry is not None else ():
            uses[bare(word)].append((line.number, word, line.entry))  # type: ignore[arg-type]
    return uses


def is_ambiguous(uses: Sequence[Use]) -> bool:
    """Whether a word has several meanings: no term that all of its entries share."""
    terms = [frozenset(map(bare, entry.legal)) for _, _, entry in uses]
    return not frozenset.intersection(*terms)


def _same(number: int, entry: LexiconEntry) -> Iterator[Finding]:
    terms = frozenset(map(bare, entry.legal))
    for word in entry.plain:
        if terms == {bare(word)}:
            yield Finding(number, Fault.SAME, word)


def _in_laws(number: int, entry: LexiconEntry, laws: LawTerms) -> Iterator[Finding]:
    known: dict[str, str] = {}
    for name in entry.laws:
        law_id = laws.law_id(name)
        if law_id is None:
            near = ", ".join(laws.near(name))
            yield Finding(number, Fault.UNKNOWN_LAW, name, near)
        else:
            known[name] = law_id
    if not known:
        return
    for term in entry.legal:
        if not any(laws.holds(law_id, term) for law_id in known.values()):
            yield Finding(number, Fault.UNKNOWN_TERM, term, ", ".join(known))
    for name, law_id in known.items():
        if len(known) > 1 and not any(laws.holds(law_id, term) for term in entry.legal):
            yield Finding(number, Fault.IDLE_LAW, name, ", ".join(entry.legal))


def _duplicates(uses: Sequence[Use]) -> Iterator[Finding]:
    """Words that lead nowhere else than another entry's; of equals the first stays."""
    for place, (number, word, entry) in enumerate(uses):
        for other, (there, _, held) in enumerate(uses):
            less = entry.senses < held.senses
            if less or (entry.senses == held.senses and other < place):
                yield Finding(number, Fault.DUPLICATE, word, str(there))
                break


def _ambiguous(uses: Sequence[Use]) -> Iterator[Finding]:
    if len(uses) < 2 or not is_ambiguous(uses):
        return
    for number, word, entry in uses:
        if not entry.area:
            others = sorted({there for there, _, _ in uses} - {number})
            yield Finding(number, Fault.AMBIGUOUS, word, ", ".join(map(str, others)))
