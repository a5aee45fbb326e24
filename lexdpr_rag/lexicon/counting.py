"""A lexicon in figures: areas, ambiguity, laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lexdpr_rag.lexicon.checking import is_ambiguous, uses_of
from lexdpr_rag.lexicon.entry import bare
from lexdpr_rag.lexicon.lines import Line


@dataclass(frozen=True, slots=True)
class Sense:
    """One of the meanings of a word."""

    line: int
    area: str
    legal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LexiconStats:
    """Counts.

    Attributes:
        entries: lines with an entry.
        malformed: lines without.
        words: distinct everyday words.
        terms: distinct terms of the law.
        areas: area → entries, most first; the empty one are those without.
        laws: law → entries, most first.
        ambiguous: everyday words with several meanings → these, most first.
    """

    entries: int
    malformed: int
    words: int
    terms: int
    areas: Mapping[str, int]
    laws: Mapping[str, int]
    ambiguous: Mapping[str, tuple[Sense, ...]]


def count(lines: Sequence[Line]) -> LexiconStats:
    """Count the entries of some lines."""
    entries = [line.entry for line in lines if line.entry is not None]
    uses = uses_of(lines)
    several = {
        found[0][1]: tuple(Sense(number, entry.area, entry.legal) for number, _, entry in found)
        for found in uses.values()
        if is_ambiguous(found)
    }
    return LexiconStats(
        entries=len(entries),
        malformed=len(lines) - len(entries),
        words=len(uses),
        terms=len({bare(term) for entry in entries for term in entry.legal}),
        areas=dict(Counter(entry.area for entry in entries).most_common()),
        laws=dict(Counter(law for entry in entries for law in entry.laws).most_common()),
        ambiguous=dict(sorted(several.items(), key=lambda item: -len(item[1]))),
    )
