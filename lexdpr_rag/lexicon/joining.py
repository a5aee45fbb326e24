"""An entry more: checked, joined with what a lexicon holds, written whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from lexdpr_rag.lexicon.checking import Finding, check
from lexdpr_rag.lexicon.entry import LexiconEntry, LexiconError, bare, distinct
from lexdpr_rag.lexicon.law_terms import LawTerms
from lexdpr_rag.lexicon.lines import Line, read_lines, write_lines


class How(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    JOINED = "joined"  # with an entry of the same terms
    UNCHANGED = "unchanged"  # all of it was there


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an entry.

    Attributes:
        how: what happened.
        line: where it stands now; 0 where it was there already, in several entries.
        entry: as it stands there now.
        notes: what is no fault and still worth a look.
    """

    how: How
    line: int
    entry: LexiconEntry
    notes: tuple[Finding, ...] = ()


def add_entry(path: Path, entry: LexiconEntry, laws: LawTerms | None = None) -> Added:
    """Add an entry to a lexicon, which is made if it is not there.

    Entries of the same terms and area become one, and a word stands only where it says most.  Lines
    that hold no entry stay as they are.

    Args:
        path: the file.
        entry: the new one.
        laws: looks up its laws and terms; without them these are believed.

    Raises:
        LexiconError: the entry is wrong, or would make the lexicon so; nothing is written.
        OSError: the file cannot be written.
    """
    from filelock import FileLock

    new = LexiconEntry.from_dict(entry.to_dict())
    new = replace(
        new, plain=distinct(new.plain), legal=distinct(new.legal), laws=distinct(new.laws)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        before = read_lines(path) if path.exists() else []
        after, added = join(before, new)
        findings = _new_findings(before, after, added, laws)
        wrong = [one for one in findings if one.fault.serious]
        if wrong:
            raise LexiconError("lexicon.refused", reasons=" ".join(map(str, wrong)))
        if added.how is not How.UNCHANGED:
            write_lines(path, after)
    return replace(added, notes=tuple(findings))


def join(lines: Sequence[Line], new: LexiconEntry) -> tuple[list[Line], Added]:
    """The lines with an entry more, numbered as they will stand, and where it is."""
    twin = next((one for one in lines if one.entry and _are_one(one.entry, new)), None)
    if twin is not None and twin.entry is not None:
        one = twin.entry
        union = replace(
            one, plain=distinct(one.plain + new.plain), laws=distinct(one.laws + new.laws)
        )
        own, how = twin.holding(union), How.JOINED
    else:
        last = max((line.number for line in lines), default=0)
        own, how = Line(last + 1, b"").holding(new), How.ADDED
    others = [line for line in lines if line is not twin]
    own = _without_words(own, others)
    if own.entry is None:
        return list(lines), Added(How.UNCHANGED, 0, new)
    kept = [_without_words(line, [own]) if line.entry else line for line in others]
    after = sorted((*kept, own), key=lambda line: line.number)
    after = [line for line in after if line.entry is not None or line.fault is not None]
    place = after.index(own)
    if [line.entry for line in after] == [line.entry for line in lines]:
        return list(lines), Added(How.UNCHANGED, own.number, own.entry)
    numbered = [replace(line, number=number) for number, line in enumerate(after, 1)]
    return numbered, Added(how, place + 1, own.entry)


def _are_one(held: LexiconEntry, new: LexiconEntry) -> bool:
    same_area = not new.area or bare(held.area) == bare(new.area)
    return same_area and set(map(bare, held.legal)) == set(map(bare, new.legal))


def _without_words(line: Line, others: Sequence[Line]) -> Line:
    """The line without the words of which another says as much; without an entry if none is left."""
    if line.entry is None:
        return line
    senses = line.entry.senses
    known = {
        bare(word)
        for other in others
        if other.entry is not None and senses <= other.entry.senses
        for word in other.entry.plain
    }
    plain = tuple(word for word in line.entry.plain if bare(word) not in known)
    if plain == line.entry.plain:
        return line
    return line.holding(replace(line.entry, plain=plain)) if plain else replace(line, entry=None)


def _new_findings(
    before: Sequence[Line], after: Sequence[Line], added: Added, laws: LawTerms | None
) -> list[Finding]:
    """What was not wrong before; laws are looked up for the new entry alone."""
    known = {(one.fault, bare(one.value)) for one in check(before)}
    found = [one for one in check(after) if (one.fault, bare(one.value)) not in known]
    if laws is not None:
        own = Line(added.line, b"").holding(added.entry)
        found += [one for one in check([own], laws) if one not in found]
    return found
